// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockhash.h"

#include <QMap>
#include <QString>

namespace nephele {

// What is at a path: the state that is compared (Pithos client guidelines, "sync").
struct SyncState
{
    enum class Kind { Missing, File, Folder };

    Kind kind = Kind::Missing;
    QByteArray hash; // of a file: raw Merkle root, as X-Object-Hash
    bool isExecutable = false; // of a file

    bool isMissing() const { return kind == Kind::Missing; }
    bool isFile() const { return kind == Kind::File; }
    bool isFolder() const { return kind == Kind::Folder; }
    bool operator==(const SyncState &) const = default;
};

// Tells one file, with one content, from what may have taken its place.
struct FileIdentity
{
    qint64 sizeBytes = 0;
    qint64 modifiedNs = 0;
    quint64 inode = 0;
    bool operator==(const FileIdentity &) const = default;
};

// L: what both sides were known to hold when they were last equal.
struct KnownEntry
{
    SyncState state;
    QString uuid; // of the object; empty: not learnt yet
    quint64 inode = 0; // of the file, to tell one of several equal files that was renamed
    bool operator==(const KnownEntry &) const = default;
};

// C: what the folder holds.
struct LocalEntry
{
    SyncState state;
    FileIdentity identity; // of a file
    // Not empty: something that is not synced stands there (a symbolic link, a socket, a file nobody may
    // read, one that changes while it is read), and this says what. It is neither replaced nor taken for
    // deleted.
    QString blockedBy;
    // A folder in which something that is synced lies; such a one needs no object of its own.
    bool hasContent = false;

    bool isBlocked() const { return !blockedBy.isEmpty(); }
};

// S: what the container holds.
struct RemoteEntry
{
    SyncState state;
    qint64 sizeBytes = 0;
    qint64 version = 0;
    QString uuid;
    qint64 modifiedMs = 0; // 0: not told
};

using KnownEntries = QMap<QString, KnownEntry>;
using LocalEntries = QMap<QString, LocalEntry>;
using RemoteEntries = QMap<QString, RemoteEntry>;

} // namespace nephele
