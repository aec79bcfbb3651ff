// SPDX-License-Identifier: GPL-3.0-or-later
// What cycladeshandlers.h says of servers.
#include "server/compute/cycladeshandlers.h"

#include <QUrl>

namespace nephele {

namespace {

// Actions Cyclades has and servers here do not yet.
const QStringList &absentActions()
{
    static const QStringList names { QStringLiteral("resize"), QStringLiteral("firewallProfile"),
        QStringLiteral("addFloatingIp"), QStringLiteral("removeFloatingIp"), QStringLiteral("reassign"),
        QStringLiteral("rescue"), QStringLiteral("unrescue"), QStringLiteral("os-getSPICEConsole"),
        QStringLiteral("os-getRDPConsole") };
    return names;
}

// Names of OpenStack that Cyclades never had.
const QStringList &foreignActions()
{
    static const QStringList names { QStringLiteral("changePassword"), QStringLiteral("rebuild"),
        QStringLiteral("confirmResize"), QStringLiteral("revertResize"), QStringLiteral("createImage") };
    return names;
}

Result<QList<Server>> allServers(
    ComputeService &service, const Caller &caller, std::optional<qint64> changesSinceMs)
{
    QList<Server> all;
    ServerFilter filter;
    filter.changesSinceMs = changesSinceMs;
    while (true) {
        const auto page = service.servers(caller, filter);
        if (!page)
            return page.error();
        all += *page;
        if (page->size() < filter.limit)
            return all;
        filter.marker = page->last().id;
    }
}

} // namespace

Error cycladesStateError(const Error &error, const Server &server)
{
    if (error.code != ErrorCode::Conflict && error.code != ErrorCode::Busy)
        return error;
    return { server.state == ServerState::Building ? ErrorCode::Busy : ErrorCode::Invalid, error.message,
        error.detail };
}

Result<Server> CycladesHandlers::find(const CycladesCall &call)
{
    const QString text = call.parameter("server");
    if (const auto number = ServerNumber::fromText(text))
        return m_service.server(call.caller, *number);
    // The other face's form is the id of nothing; what has no form at all is malformed.
    if (ServerId::fromText(text))
        return notFound(QStringLiteral("There is no server %1.").arg(text));
    return invalid(QStringLiteral("'%1' is no server's id.").arg(text.left(64)));
}

Result<Server> CycladesHandlers::findAlive(const CycladesCall &call)
{
    auto server = find(call);
    if (server && server->state == ServerState::Deleted)
        return invalid(QStringLiteral("The server has been deleted."));
    return server;
}

Reply CycladesHandlers::servers(const CycladesCall &call, CycladesDetail detail)
{
    const auto since = changesSinceFromCyclades(call.request, m_clock.nowMs());
    if (!since)
        return since.error();
    auto found = allServers(m_service, call.caller, *since);
    if (!found)
        return found.error();
    if (*since && found->isEmpty())
        return Response::empty(304);
    // Cyclades lists by id.
    std::sort(found->begin(), found->end(),
        [](const Server &one, const Server &other) { return one.number.value() < other.number.value(); });
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.servers(*found, detail); });
}

Reply CycladesHandlers::listServers(const CycladesCall &call)
{
    return servers(call, CycladesDetail::Summary);
}

Reply CycladesHandlers::listServerDetails(const CycladesCall &call)
{
    return servers(call, CycladesDetail::Full);
}

Reply CycladesHandlers::createServer(const CycladesCall &call)
{
    const auto wanted = newServerFromCyclades(call.request);
    if (!wanted)
        return wanted.error();
    return later(m_service.createServers(call.caller, *wanted), [call](const QList<CreatedServer> &created) {
        const CreatedServer &first = created.first();
        return call.answer(202, [&](const CycladesWriter &writer) {
            return writer.createdServer(first.server, first.adminPassword);
        });
    });
}

Reply CycladesHandlers::showServer(const CycladesCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.server(*server); });
}

Reply CycladesHandlers::change(const Server &server, QFuture<Result<>> done, int status)
{
    return Reply(thenIn(done, &m_context, [server, status](Result<> result) -> Result<Response> {
        return result ? Result<Response>(Response::empty(status))
                      : Result<Response>(cycladesStateError(result.error(), server));
    }));
}

Reply CycladesHandlers::renameServer(const CycladesCall &call)
{
    const auto name = serverNameFromCyclades(call.request);
    if (!name)
        return name.error();
    const auto server = findAlive(call);
    if (!server)
        return server.error();
    return later(m_service.renameServer(call.caller, server->id, *name),
        [](const Server &) { return Response::empty(204); });
}

Reply CycladesHandlers::deleteServer(const CycladesCall &call)
{
    const auto server = findAlive(call);
    if (!server)
        return server.error();
    return change(*server, m_service.removeServer(call.caller, server->id), 204);
}

Reply CycladesHandlers::act(const CycladesCall &call)
{
    const auto action = actionFromCyclades(call.request);
    if (!action)
        return action.error();
    const auto server = findAlive(call);
    if (!server)
        return server.error();
    const auto is = [&](const char *name) { return action->name == QLatin1StringView(name); };
    if (is("start") || is("os-start"))
        return change(*server, m_service.startServer(call.caller, server->id), 202);
    if (is("shutdown") || is("os-stop"))
        return change(*server, m_service.stopServer(call.caller, server->id), 202);
    if (is("reboot")) {
        const auto kind = rebootFromCyclades(action->arguments);
        return kind ? change(*server, m_service.rebootServer(call.caller, server->id, *kind), 202)
                    : Reply(kind.error());
    }
    if (is("console"))
        return openConsole(call, *server, action->arguments);
    if (is("os-getVNCConsole"))
        return openConsolePage(call, *server, action->arguments);
    if (is("suspend"))
        return forbidden(QStringLiteral("Only the cloud suspends servers."));
    if (absentActions().contains(action->name))
        return Error { ErrorCode::Unsupported,
            QStringLiteral("The action '%1' is not done here yet.").arg(action->name), {} };
    if (foreignActions().contains(action->name))
        return invalid(QStringLiteral("The action '%1' is not supported.").arg(action->name));
    return invalid(QStringLiteral("There is no action '%1'.").arg(action->name.left(64)));
}

Reply CycladesHandlers::openConsole(
    const CycladesCall &call, const Server &server, const QJsonObject &arguments)
{
    const auto checked = checkCycladesConsole(arguments, CycladesConsole::Vnc);
    if (!checked)
        return checked.error();
    auto access = m_service.console(call.caller, server.id, ConsoleKind::Vnc);
    return Reply(thenIn(access, &m_context, [call, server](Result<ConsoleAccess> result) -> Result<Response> {
        if (!result)
            return cycladesStateError(result.error(), server);
        return call.answer(200, [&](const CycladesWriter &writer) { return writer.console(*result); });
    }));
}

Reply CycladesHandlers::openConsolePage(
    const CycladesCall &call, const Server &server, const QJsonObject &arguments)
{
    const auto checked = checkCycladesConsole(arguments, CycladesConsole::NoVnc);
    if (!checked)
        return checked.error();
    auto access = m_service.console(call.caller, server.id, ConsoleKind::WebSocket);
    return Reply(thenIn(access, &m_context, [call, server](Result<ConsoleAccess> result) -> Result<Response> {
        if (!result)
            return cycladesStateError(result.error(), server);
        const QByteArray url =
            call.request.baseUrl + "/nephele/v1/console?ticket=" + QUrl::toPercentEncoding(result->ticket);
        return call.answer(200, [&](const CycladesWriter &writer) { return writer.consoleUrl(url); });
    }));
}

Reply CycladesHandlers::listAddresses(const CycladesCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.addresses(*server); });
}

Reply CycladesHandlers::listAddressesOn(const CycladesCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    const auto network = NetworkNumber::fromText(call.parameter("network"));
    const QList<CycladesNic> nics = cycladesNics(*server);
    const bool isThere = network && std::any_of(nics.begin(), nics.end(), [&](const CycladesNic &nic) {
        return nic.network == *network;
    });
    if (!isThere)
        return notFound(QStringLiteral("The server is not on network %1.").arg(call.parameter("network")));
    return call.answer(
        200, [&](const CycladesWriter &writer) { return writer.addressesOn(*server, *network); });
}

Reply CycladesHandlers::listDiagnostics(const CycladesCall &call)
{
    const auto server = find(call);
    return server ? Reply(call.answerJson(200, CycladesJson::diagnostics(*server))) : Reply(server.error());
}

Reply CycladesHandlers::showMetadata(const CycladesCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.metadata(server->metadata); });
}

Reply CycladesHandlers::changeMetadata(const CycladesCall &call, const ComputeService::MetadataChange &change,
    int status, std::function<QByteArray(const CycladesWriter &, const Server &)> write)
{
    const auto server = findAlive(call);
    if (!server)
        return server.error();
    return later(m_service.changeMetadata(call.caller, server->id, change),
        [call, status, write = std::move(write)](const Server &changed) {
            if (!write)
                return Response::empty(status);
            return call.answer(status, [&](const CycladesWriter &writer) { return write(writer, changed); });
        });
}

Reply CycladesHandlers::mergeMetadata(const CycladesCall &call)
{
    const auto items = metadataFromCyclades(call.request);
    if (!items)
        return items.error();
    return changeMetadata(call, { .set = *items, .most = cycladesMetadataItems }, 201,
        [](const CycladesWriter &writer, const Server &server) { return writer.metadata(server.metadata); });
}

Reply CycladesHandlers::showMetadataItem(const CycladesCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    const QString key = call.parameter("key");
    if (!server->metadata.contains(key))
        return notFound(QStringLiteral("The server has no metadata item '%1'.").arg(key));
    return call.answer(200,
        [&](const CycladesWriter &writer) { return writer.metadataItem(key, server->metadata.value(key)); });
}

Reply CycladesHandlers::setMetadataItem(const CycladesCall &call)
{
    const QString key = call.parameter("key");
    const auto value = metadataItemFromCyclades(call.request, key);
    if (!value)
        return value.error();
    return changeMetadata(call, { .set = { { key, *value } }, .most = cycladesMetadataItems }, 201,
        [key, value = *value](
            const CycladesWriter &writer, const Server &) { return writer.metadataItem(key, value); });
}

Reply CycladesHandlers::deleteMetadataItem(const CycladesCall &call)
{
    return changeMetadata(call, { .remove = { call.parameter("key") } }, 204, {});
}

} // namespace nephele
