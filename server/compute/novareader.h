// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/computeservice.h"
#include "server/compute/novaversion.h"
#include "server/http/request.h"

#include <QJsonValue>

#include <functional>

namespace nephele {

// Request bodies and queries of the compute API. Every Error is Invalid and names the field, but where a call
// says something else.

// POST /servers. Unsupported for what Nova knows and servers here cannot have yet; QuotaExceeded for too many
// or too large files.
Result<NewServer> newServerFromNova(const QByteArray &body, NovaVersion version);

// PUT /servers/{id}: what is to be different. Notes hold what was there where nothing was said.
struct NovaServerChange
{
    std::optional<QString> name;
    std::optional<ServerNotes> notes;
};
Result<NovaServerChange> serverChangeFromNova(
    const QByteArray &body, NovaVersion version, const ServerNotes &present);

inline constexpr int novaMetadataItems = 128;
Result<QMap<QString, QString>> metadataFromNova(const QByteArray &body);
// {"meta": {key: value}}, of that key and no other.
Result<QString> metadataItemFromNova(const QByteArray &body, const QString &key);

// {"<name>": argument}: the only key of an action's body.
struct NovaAction
{
    QString name;
    QJsonValue argument;
};
Result<NovaAction> actionFromNova(const QByteArray &body);
Result<ComputeService::Reboot> rebootFromNova(const QJsonValue &argument);
Result<std::optional<int>> consoleLinesFromNova(const QJsonValue &argument); // nullopt: all
Result<> checkVncConsole(const QJsonValue &argument);
Result<> checkRemoteConsole(const QByteArray &body);

// A list of servers: what the service selects, and what is sorted out of its answer.
struct NovaServerQuery
{
    ServerFilter filter;
    QList<std::function<bool(const Server &)>> fits; // a server is shown when all of them agree
    bool isEmpty = false; // nothing can fit
};
Result<NovaServerQuery> serverQueryFromNova(const Request &request, const Caller &caller);

struct NovaFlavorQuery
{
    std::optional<bool> isPublic; // nullopt: both kinds
    qint64 minRamMiB = 0;
    qint64 minDiskGiB = 0;
    std::optional<QString> marker;
    int limit = 1000;
};
Result<NovaFlavorQuery> flavorQueryFromNova(const Request &request, const Caller &caller);

struct NovaNewKeypair
{
    QString name;
    QString publicKey; // empty: to be generated
    std::optional<UserId> user; // nullopt: the caller
};
Result<NovaNewKeypair> newKeypairFromNova(const QByteArray &body, NovaVersion version);

} // namespace nephele
