// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/whendone.h"
#include "server/compute/novajson.h"
#include "server/compute/novareader.h"
#include "server/compute/novaroutes.h"

namespace nephele {

// One request of the compute API, its version agreed on. A value; kept by what answers later.
struct NovaCall
{
    Request request;
    Caller caller;
    NovaVersion version;

    NovaJson json() const;
    QString parameter(const char *name) const { return request.parameter(QLatin1StringView(name)); }
    // Answers that say which version they speak.
    Response answer(int status, QByteArray body) const;
    Response empty(int status) const;
};

// A handler that agrees on the version first; /compute/v2 is the API as it was before versions.
Handler novaVersioned(std::function<Reply(const NovaCall &)> answer);

// Where the page behind `marker` is: this request's address with that marker.
QByteArray nextPageUrl(const Request &request, const QString &marker);

// The handlers of novaroutes.cpp's table. Each reads one request, asks the service once (finding the server
// first, so that a deleted one is NotFound) and writes one reply.
class NovaHandlers
{
public:
    NovaHandlers(ComputeService &service, QObject &context) : m_service(service), m_context(context) { }

    Reply listVersions(const NovaCall &call);
    Reply showVersion(const NovaCall &call);
    Reply listExtensions(const NovaCall &call);
    Reply listZones(const NovaCall &call);

    Reply listFlavors(const NovaCall &call);
    Reply listFlavorDetails(const NovaCall &call);
    Reply showFlavor(const NovaCall &call);
    Reply listExtraSpecs(const NovaCall &call);
    Reply showExtraSpec(const NovaCall &call);

    Reply listKeypairs(const NovaCall &call);
    Reply createKeypair(const NovaCall &call);
    Reply showKeypair(const NovaCall &call);
    Reply deleteKeypair(const NovaCall &call);

    Reply listServers(const NovaCall &call);
    Reply listServerDetails(const NovaCall &call);
    Reply createServer(const NovaCall &call);
    Reply showServer(const NovaCall &call);
    Reply changeServer(const NovaCall &call);
    Reply deleteServer(const NovaCall &call);
    Reply listAddresses(const NovaCall &call);
    Reply listAddressesOn(const NovaCall &call);

    Reply showMetadata(const NovaCall &call);
    Reply mergeMetadata(const NovaCall &call);
    Reply replaceMetadata(const NovaCall &call);
    Reply showMetadataItem(const NovaCall &call);
    Reply setMetadataItem(const NovaCall &call);
    Reply deleteMetadataItem(const NovaCall &call);

    Reply act(const NovaCall &call);
    Reply createRemoteConsole(const NovaCall &call);

private:
    Result<Server> find(const NovaCall &call);
    Result<Flavor> findFlavor(const NovaCall &call);
    Result<Caller> keypairOwner(const NovaCall &call, const std::optional<QString> &userId);
    Result<QList<Server>> matching(const Caller &caller, const NovaServerQuery &query);
    Reply servers(const NovaCall &call, NovaJson::Detail detail);
    Reply flavors(const NovaCall &call, NovaJson::Detail detail);
    Reply changeMetadata(const NovaCall &call, const ComputeService::MetadataChange &change,
        std::function<Response(const Server &)> answer);
    Reply getConsoleOutput(const NovaCall &call, const Server &server, const QJsonValue &argument);
    Reply getConsoleUrl(const NovaCall &call, const Server &server, QByteArray (*write)(const QByteArray &));

    // The reply of a future: `make` turns its value into a Response, in the worker's thread.
    template <class T, class Make>
    Reply later(QFuture<Result<T>> future, Make make)
    {
        return Reply(
            thenIn(future, &m_context, [make = std::move(make)](Result<T> result) -> Result<Response> {
                if (!result)
                    return result.error();
                if constexpr (std::is_void_v<T>)
                    return make();
                else
                    return make(*result);
            }));
    }

    ComputeService &m_service;
    QObject &m_context;
};

} // namespace nephele
