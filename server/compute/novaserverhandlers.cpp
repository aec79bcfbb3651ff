// SPDX-License-Identifier: GPL-3.0-or-later
// What novahandlers.h says of servers.
#include "server/compute/novahandlers.h"

#include <QUrl>
#include <QUrlQuery>

namespace nephele {

namespace {

// Actions Nova has and servers here do not yet.
const QStringList &absentActions()
{
    static const QStringList names { QStringLiteral("pause"), QStringLiteral("unpause"),
        QStringLiteral("suspend"), QStringLiteral("resume"), QStringLiteral("resize"),
        QStringLiteral("confirmResize"), QStringLiteral("revertResize"), QStringLiteral("rebuild"),
        QStringLiteral("rescue"), QStringLiteral("unrescue"), QStringLiteral("shelve"),
        QStringLiteral("shelveOffload"), QStringLiteral("unshelve"), QStringLiteral("lock"),
        QStringLiteral("unlock"), QStringLiteral("createImage"), QStringLiteral("createBackup"),
        QStringLiteral("addFixedIp"), QStringLiteral("removeFixedIp"), QStringLiteral("addFloatingIp"),
        QStringLiteral("removeFloatingIp"), QStringLiteral("addSecurityGroup"),
        QStringLiteral("removeSecurityGroup"), QStringLiteral("changePassword"),
        QStringLiteral("os-resetState"), QStringLiteral("migrate"), QStringLiteral("os-migrateLive"),
        QStringLiteral("evacuate"), QStringLiteral("forceDelete"), QStringLiteral("restore"),
        QStringLiteral("os-getSerialConsole"), QStringLiteral("os-getSPICEConsole"),
        QStringLiteral("os-getRDPConsole"), QStringLiteral("trigger_crash_dump"),
        QStringLiteral("injectNetworkInfo"), QStringLiteral("resetNetwork") };
    return names;
}

} // namespace

QByteArray nextPageUrl(const Request &request, const QString &marker)
{
    QUrlQuery query;
    for (const auto &[name, value] : request.queryItems()) {
        if (name != QLatin1StringView("marker"))
            query.addQueryItem(QString::fromLatin1(QUrl::toPercentEncoding(name)),
                QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }
    query.addQueryItem(QStringLiteral("marker"), QString::fromLatin1(QUrl::toPercentEncoding(marker)));
    return request.baseUrl + request.path + '?' + query.toString(QUrl::FullyEncoded).toLatin1();
}

Result<Server> NovaHandlers::find(const NovaCall &call)
{
    const QString text = call.parameter("server");
    const Error absent = notFound(QStringLiteral("Instance %1 could not be found.").arg(text));
    const auto id = ServerId::fromText(text);
    if (!id)
        return absent;
    const auto server = m_service.server(call.caller, *id);
    // What is deleted is gone for this face; the other goes on showing it.
    return server && server->state == ServerState::Deleted ? Result<Server>(absent) : server;
}

Result<QList<Server>> NovaHandlers::matching(const Caller &caller, const NovaServerQuery &query)
{
    if (query.isEmpty)
        return QList<Server>();
    if (query.fits.isEmpty())
        return m_service.servers(caller, query.filter);
    QList<Server> found;
    ServerFilter slice = query.filter;
    slice.limit = 1000;
    while (true) {
        const auto servers = m_service.servers(caller, slice);
        if (!servers)
            return servers.error();
        for (const Server &server : *servers) {
            const bool isWanted = std::all_of(
                query.fits.begin(), query.fits.end(), [&](const auto &fits) { return fits(server); });
            if (isWanted)
                found.append(server);
            if (found.size() == query.filter.limit)
                return found;
        }
        if (servers->size() < slice.limit)
            return found;
        slice.marker = servers->last().id;
    }
}

Reply NovaHandlers::servers(const NovaCall &call, NovaJson::Detail detail)
{
    const auto query = serverQueryFromNova(call.request, call.caller);
    if (!query)
        return query.error();
    const auto found = matching(call.caller, *query);
    if (!found)
        return found.error();
    // Like Nova: a full page names a next one, which may turn out empty.
    QByteArray next;
    if (!found->isEmpty() && found->size() == query->filter.limit)
        next = nextPageUrl(call.request, found->last().id.text());
    return call.answer(200, call.json().servers(*found, detail, next));
}

Reply NovaHandlers::listServers(const NovaCall &call)
{
    return servers(call, NovaJson::Detail::Summary);
}

Reply NovaHandlers::listServerDetails(const NovaCall &call)
{
    return servers(call, NovaJson::Detail::Full);
}

Reply NovaHandlers::createServer(const NovaCall &call)
{
    const auto wanted = newServerFromNova(call.request.body, call.version);
    if (!wanted)
        return wanted.error();
    auto created = m_service.createServers(call.caller, *wanted);
    return Reply(thenIn(created, &m_context, [call](Result<QList<CreatedServer>> result) -> Result<Response> {
        // An image, flavor, key or network that is not there makes the request wrong, not the address.
        if (!result && result.error().code == ErrorCode::NotFound)
            return invalid(result.error().message);
        if (!result)
            return result.error();
        if (result->isEmpty())
            return internalError(QStringLiteral("no server was made"));
        const CreatedServer &first = result->first();
        Response response = call.answer(202, call.json().createdServer(first.server, first.adminPassword));
        response.headers.set("Location", call.json().selfUrl("/servers/" + first.server.id.utf8()));
        return response;
    }));
}

Reply NovaHandlers::showServer(const NovaCall &call)
{
    const auto server = find(call);
    return server ? Reply(call.answer(200, call.json().server(*server))) : Reply(server.error());
}

Reply NovaHandlers::changeServer(const NovaCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    const auto change = serverChangeFromNova(call.request.body, call.version, server->notes);
    if (!change)
        return change.error();
    const auto answer = [call](const Server &changed) {
        return call.answer(200, call.json().changedServer(changed));
    };
    if (!change->name)
        return change->notes ? later(m_service.setNotes(call.caller, server->id, *change->notes), answer)
                             : Reply(answer(*server));
    if (!change->notes)
        return later(m_service.renameServer(call.caller, server->id, *change->name), answer);
    // Notes last: their reply shows both.
    auto renamed = m_service.renameServer(call.caller, server->id, *change->name);
    const auto noted = [this, call, id = server->id, notes = *change->notes](Result<Server> result) {
        return result ? m_service.setNotes(call.caller, id, notes)
                      : QtFuture::makeReadyFuture(std::move(result));
    };
    return later(thenIn(renamed, &m_context, noted), answer);
}

Reply NovaHandlers::deleteServer(const NovaCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    return later(m_service.removeServer(call.caller, server->id), [call] { return call.empty(204); });
}

Reply NovaHandlers::listAddresses(const NovaCall &call)
{
    const auto server = find(call);
    return server ? Reply(call.answer(200, call.json().addresses(*server))) : Reply(server.error());
}

Reply NovaHandlers::listAddressesOn(const NovaCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    const QString network = call.parameter("network");
    for (const ServerAddress &address : server->addresses) {
        if (address.networkName == network)
            return call.answer(200, call.json().addressesOn(*server, network));
    }
    return notFound(QStringLiteral("The server is not on a network named '%1'.").arg(network));
}

Reply NovaHandlers::showMetadata(const NovaCall &call)
{
    const auto server = find(call);
    return server ? Reply(call.answer(200, NovaJson::metadata(server->metadata))) : Reply(server.error());
}

Reply NovaHandlers::changeMetadata(const NovaCall &call, const ComputeService::MetadataChange &change,
    std::function<Response(const Server &)> answer)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    return later(m_service.changeMetadata(call.caller, server->id, change), std::move(answer));
}

Reply NovaHandlers::mergeMetadata(const NovaCall &call)
{
    const auto items = metadataFromNova(call.request.body);
    if (!items)
        return items.error();
    return changeMetadata(call, { .set = *items, .most = novaMetadataItems },
        [call](const Server &server) { return call.answer(200, NovaJson::metadata(server.metadata)); });
}

Reply NovaHandlers::replaceMetadata(const NovaCall &call)
{
    using Metadata = ComputeService::MetadataChange;
    const auto items = metadataFromNova(call.request.body);
    if (!items)
        return items.error();
    const Metadata change { .keep = Metadata::Keep::Nothing, .set = *items, .most = novaMetadataItems };
    return changeMetadata(call, change,
        [call](const Server &server) { return call.answer(200, NovaJson::metadata(server.metadata)); });
}

Reply NovaHandlers::showMetadataItem(const NovaCall &call)
{
    const auto server = find(call);
    if (!server)
        return server.error();
    const QString key = call.parameter("key");
    const auto item = server->metadata.constFind(key);
    if (item == server->metadata.constEnd())
        return notFound(QStringLiteral("The server has no metadata item '%1'.").arg(key));
    return call.answer(200, NovaJson::metadataItem(key, *item));
}

Reply NovaHandlers::setMetadataItem(const NovaCall &call)
{
    const QString key = call.parameter("key");
    const auto value = metadataItemFromNova(call.request.body, key);
    if (!value)
        return value.error();
    return changeMetadata(call, { .set = { { key, *value } }, .most = novaMetadataItems },
        [call, key, value = *value](
            const Server &) { return call.answer(200, NovaJson::metadataItem(key, value)); });
}

Reply NovaHandlers::deleteMetadataItem(const NovaCall &call)
{
    return changeMetadata(
        call, { .remove = { call.parameter("key") } }, [call](const Server &) { return call.empty(204); });
}

Reply NovaHandlers::act(const NovaCall &call)
{
    const auto action = actionFromNova(call.request.body);
    if (!action)
        return action.error();
    const auto server = find(call);
    if (!server)
        return server.error();
    const auto accepted = [call] { return call.empty(202); };
    if (action->name == QLatin1StringView("os-start"))
        return later(m_service.startServer(call.caller, server->id), accepted);
    if (action->name == QLatin1StringView("os-stop"))
        return later(m_service.stopServer(call.caller, server->id), accepted);
    if (action->name == QLatin1StringView("reboot")) {
        const auto kind = rebootFromNova(action->argument);
        return kind ? later(m_service.rebootServer(call.caller, server->id, *kind), accepted)
                    : Reply(kind.error());
    }
    if (action->name == QLatin1StringView("os-getConsoleOutput"))
        return getConsoleOutput(call, *server, action->argument);
    // Replaced by remote-consoles in 2.6.
    if (action->name == QLatin1StringView("os-getVNCConsole") && call.version.minor < 6) {
        const auto checked = checkVncConsole(action->argument);
        return checked ? getConsoleUrl(call, *server, &NovaJson::vncConsole) : Reply(checked.error());
    }
    if (absentActions().contains(action->name))
        return Error { ErrorCode::Unsupported,
            QStringLiteral("The action '%1' is not done here yet.").arg(action->name), {} };
    return invalid(QStringLiteral("There is no such action: %1.").arg(action->name.left(64)));
}

Reply NovaHandlers::getConsoleOutput(const NovaCall &call, const Server &server, const QJsonValue &argument)
{
    const auto lines = consoleLinesFromNova(argument);
    if (!lines)
        return lines.error();
    return later(m_service.consoleOutput(call.caller, server.id, *lines),
        [call](const QByteArray &output) { return call.answer(200, NovaJson::consoleOutput(output)); });
}

Reply NovaHandlers::getConsoleUrl(
    const NovaCall &call, const Server &server, QByteArray (*write)(const QByteArray &))
{
    return later(m_service.console(call.caller, server.id, ConsoleKind::WebSocket),
        [call, write](const ConsoleAccess &access) {
            const QByteArray ticket = QUrl::toPercentEncoding(access.ticket);
            return call.answer(200, write(call.request.baseUrl + "/nephele/v1/console?ticket=" + ticket));
        });
}

Reply NovaHandlers::createRemoteConsole(const NovaCall &call)
{
    if (call.version.minor < 6)
        return notFound(QStringLiteral("Remote consoles are there from version 2.6 on."));
    const auto checked = checkRemoteConsole(call.request.body);
    if (!checked)
        return checked.error();
    const auto server = find(call);
    return server ? getConsoleUrl(call, *server, &NovaJson::remoteConsole) : Reply(server.error());
}

} // namespace nephele
