// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/serverrules.h"

#include "model/operation/operationstore.h"
#include "server/compute/servercharges.h"
#include "server/engine/engine.h"

namespace nephele {

namespace {

const QString serverKind = QStringLiteral("server");

Error noSuchServer()
{
    return notFound(QStringLiteral("There is no such server."));
}

Result<> begin(Transaction &t, const Server &server, const QString &kind, const QJsonObject &data = {})
{
    const auto begun =
        OperationEngine::begin(t, kind, serverKind, server.id.text(), server.name, server.owner, data);
    if (!begun)
        return begun.error();
    return {};
}

Result<> mustBeIdle(Transaction &t, const Server &server)
{
    const auto busy = OperationEngine::isBusy(t, serverKind, server.id.text());
    if (!busy)
        return busy.error();
    if (*busy)
        return Error { ErrorCode::Busy, QStringLiteral("Another operation on this server is under way."),
            {} };
    return {};
}

Error wrongState(const QString &act, const QString &needed)
{
    return conflict(QStringLiteral("A server can be %1 only when it is %2.").arg(act, needed));
}

} // namespace

Result<ServerRecord> findServer(ReadTransaction &t, const Caller &caller, const ServerRef &ref)
{
    const auto record = ServerStore::find(t, ref);
    if (!record)
        return record.error();
    if (!*record || !canSee(caller, (*record)->server.owner))
        return noSuchServer();
    const bool isDeleted = (*record)->server.state == ServerState::Deleted;
    if (isDeleted && std::holds_alternative<ServerId>(ref))
        return noSuchServer();
    return **record;
}

Result<ServerRecord> findServerToChange(Transaction &t, const Caller &caller, const ServerRef &ref)
{
    auto record = findServer(t, caller, ref);
    if (!record)
        return record;
    if (!canChange(caller, record->server.owner))
        return forbidden(QStringLiteral("You may see this server but not change it."));
    if (record->server.state == ServerState::Deleted)
        return invalid(QStringLiteral("The server is deleted."));
    return record;
}

Result<> beginStart(Transaction &t, ServerRecord &record)
{
    if (const auto idle = mustBeIdle(t, record.server); !idle)
        return idle;
    if (record.server.state != ServerState::Off)
        return wrongState(QStringLiteral("started"), QStringLiteral("off"));
    if (const auto begun = begin(t, record.server, QStringLiteral("server.start")); !begun)
        return begun;
    record.server.task = ServerTask::Starting;
    return updateWithPower(t, record, Power::Charged);
}

Result<> beginStop(Transaction &t, ServerRecord &record)
{
    if (const auto idle = mustBeIdle(t, record.server); !idle)
        return idle;
    if (record.server.state != ServerState::Running && record.server.state != ServerState::Paused)
        return wrongState(QStringLiteral("stopped"), QStringLiteral("running"));
    if (const auto begun = begin(t, record.server, QStringLiteral("server.stop")); !begun)
        return begun;
    record.server.task = ServerTask::Stopping;
    return ServerStore::update(t, record);
}

Result<> beginReboot(Transaction &t, ServerRecord &record, RebootKind kind)
{
    if (const auto idle = mustBeIdle(t, record.server); !idle)
        return idle;
    const bool isHard = kind == RebootKind::Hard;
    const ServerState state = record.server.state;
    const bool allowed = state == ServerState::Running
        || (isHard && (state == ServerState::Off || state == ServerState::Paused));
    if (!allowed)
        return wrongState(QStringLiteral("rebooted"), QStringLiteral("running"));
    if (const auto begun =
            begin(t, record.server, QStringLiteral("server.reboot"), { { QStringLiteral("hard"), isHard } });
        !begun)
        return begun;
    record.server.task = isHard ? ServerTask::HardRebooting : ServerTask::Rebooting;
    return updateWithPower(t, record, Power::Charged);
}

Result<> beginDelete(Transaction &t, ServerRecord &record)
{
    if (record.isDeleteWanted)
        return {};
    record.isDeleteWanted = true;
    record.server.task = ServerTask::Deleting;
    const auto live = OperationStore::findLive(t, serverKind, record.server.id.text());
    if (!live)
        return live.error();
    // The end of the operation under way sees the wish and begins the deletion.
    const auto begun = *live ? OperationEngine::requestCancel(t, (*live)->id)
                             : begin(t, record.server, QStringLiteral("server.delete"));
    if (!begun)
        return begun;
    return ServerStore::update(t, record);
}

} // namespace nephele
