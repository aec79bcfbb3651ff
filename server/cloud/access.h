// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <optional>

namespace nephele {

class DataDir;

// How the administrator gets in from a shell of this machine: by the password of the first start, or by an
// application credential once he changed it.
struct AdminAccess
{
    QString userName;
    QString projectName;
    QString password; // empty: the credential below
    QString credentialId;
    QByteArray credentialSecret;
    QByteArray synnefoToken;
};

// The two files other programs find this cloud by, written whole at every start.
//   endpoint.json   {"url": ..., "pid": ...}
//   admin-openrc    for `source`: all that OpenStack's and Synnefo's clients need, and nothing of an earlier
//   one
// `caFile`: the certificate clients have to trust; empty without TLS or with one they trust already.
Result<> writeEndpoint(const DataDir &dir, const QUrl &url);
Result<> writeOpenrc(const DataDir &dir, const QUrl &url, const AdminAccess &access, const QString &caFile);

// What the last start left in admin-openrc; nothing when it cannot be read.
std::optional<AdminAccess> readOpenrc(const QString &dataDir);

} // namespace nephele
