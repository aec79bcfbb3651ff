// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"

#include <QList>
#include <QMap>
#include <QStringList>

#include <optional>

namespace nephele {

// A file that is in the guest before its first boot.
struct SeedFile
{
    QString path; // absolute
    QByteArray contents;
    QString owner = QStringLiteral("root");
    QString group = QStringLiteral("root");
    int mode = 0440;
};

// What a guest is told at its first boot (DESIGN 7, Guest data).
struct GuestSeed
{
    ServerId server; // the instance's id: a guest takes a seed once per id
    QString hostName;
    QString name; // of the server, as its user wrote it
    QMap<QString, QString> metadata;
    QStringList publicKeys; // OpenSSH lines
    QByteArray passwordHash; // of guestPasswordHash(); empty: none is set
    QStringList passwordUsers; // whose password it is; empty: the image's own default user
    QList<SeedFile> files;
    QByteArray userData; // the user's own, byte for byte; empty: none
    QStringList macs; // of all NICs, in order; each asks by DHCP
};

// A document of the seed, by its path on the disk and below the metadata address.
struct SeedDocument
{
    QByteArray path; // "openstack/latest/meta_data.json"
    QByteArray contents;
};

// Both trees: cloud-init's NoCloud (meta-data, user-data, network-config) and OpenStack's config drive
// (openstack/latest/...). Invalid, naming the field, for what a guest could misread.
//
// The disk's one label is "cidata", so cloud-init reads NoCloud; its user-data is the user's own part and
// ours (password, files), as two parts of one MIME message, ours added to lists and never over a key of his.
// The config drive's user_data stays the user's bytes, and ours are vendor_data.json, as OpenStack does it.
Result<QList<SeedDocument>> seedDocuments(const GuestSeed &seed);

// Writes the documents as one ISO to `path`, by a temporary name beside it, mode 0640. `group`: who may read
// it besides us; nullopt: as created. Twice is once. Blocks: pool threads only.
Result<> writeGuestSeed(const GuestSeed &seed, const QString &path, std::optional<uint> group = std::nullopt);

// The same seed for every later boot: no password, no files, no user data; the id stays, so the guest does
// nothing with it.
GuestSeed withoutSecrets(const GuestSeed &seed);

} // namespace nephele
