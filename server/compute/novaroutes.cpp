// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novaroutes.h"

#include "server/compute/novahandlers.h"

namespace nephele {

namespace {

using Method = Reply (NovaHandlers::*)(const NovaCall &);

struct Line
{
    const char *method;
    const char *pattern; // below /compute/v2.1 and /compute/v2
    Right right;
    Method handler;
    qint64 mostBytes = 1 << 20;
};

constexpr Line table[] = {
    { "GET", "/extensions", Right::Reader, &NovaHandlers::listExtensions },
    { "GET", "/os-availability-zone", Right::Reader, &NovaHandlers::listZones },
    { "GET", "/os-availability-zone/detail", Right::Admin, &NovaHandlers::listZones },

    { "GET", "/flavors", Right::Reader, &NovaHandlers::listFlavors },
    { "GET", "/flavors/detail", Right::Reader, &NovaHandlers::listFlavorDetails },
    { "GET", "/flavors/{flavor}", Right::Reader, &NovaHandlers::showFlavor },
    { "GET", "/flavors/{flavor}/os-extra_specs", Right::Reader, &NovaHandlers::listExtraSpecs },
    { "GET", "/flavors/{flavor}/os-extra_specs/{key}", Right::Reader, &NovaHandlers::showExtraSpec },

    { "GET", "/os-keypairs", Right::Reader, &NovaHandlers::listKeypairs },
    { "POST", "/os-keypairs", Right::Member, &NovaHandlers::createKeypair },
    { "GET", "/os-keypairs/{keypair}", Right::Reader, &NovaHandlers::showKeypair },
    { "DELETE", "/os-keypairs/{keypair}", Right::Member, &NovaHandlers::deleteKeypair },

    { "GET", "/servers", Right::Reader, &NovaHandlers::listServers },
    { "GET", "/servers/detail", Right::Reader, &NovaHandlers::listServerDetails },
    { "POST", "/servers", Right::Member, &NovaHandlers::createServer },
    { "GET", "/servers/{server}", Right::Reader, &NovaHandlers::showServer },
    { "PUT", "/servers/{server}", Right::Member, &NovaHandlers::changeServer },
    { "DELETE", "/servers/{server}", Right::Member, &NovaHandlers::deleteServer },
    { "GET", "/servers/{server}/ips", Right::Reader, &NovaHandlers::listAddresses },
    { "GET", "/servers/{server}/ips/{network}", Right::Reader, &NovaHandlers::listAddressesOn },
    { "GET", "/servers/{server}/metadata", Right::Reader, &NovaHandlers::showMetadata },
    { "POST", "/servers/{server}/metadata", Right::Member, &NovaHandlers::mergeMetadata },
    { "PUT", "/servers/{server}/metadata", Right::Member, &NovaHandlers::replaceMetadata },
    { "GET", "/servers/{server}/metadata/{key}", Right::Reader, &NovaHandlers::showMetadataItem },
    { "PUT", "/servers/{server}/metadata/{key}", Right::Member, &NovaHandlers::setMetadataItem },
    { "DELETE", "/servers/{server}/metadata/{key}", Right::Member, &NovaHandlers::deleteMetadataItem },
    { "POST", "/servers/{server}/action", Right::Member, &NovaHandlers::act },
    { "POST", "/servers/{server}/remote-consoles", Right::Member, &NovaHandlers::createRemoteConsole },
};

bool hasVersions(const Request &request)
{
    return !request.path.startsWith("/compute/v2/");
}

Handler versioned(std::shared_ptr<NovaHandlers> handlers, Method method)
{
    return novaVersioned(
        [handlers = std::move(handlers), method](const NovaCall &call) { return (*handlers.*method)(call); });
}

// Discovery answers whatever version is asked for.
Handler unversioned(std::shared_ptr<NovaHandlers> handlers, Method method)
{
    return [handlers = std::move(handlers), method](const Request &request, const Caller &caller) -> Reply {
        return (*handlers.*method)({ request, caller, oldestNovaVersion });
    };
}

} // namespace

Handler novaVersioned(std::function<Reply(const NovaCall &)> answer)
{
    return [answer = std::move(answer)](const Request &request, const Caller &caller) -> Reply {
        if (!hasVersions(request))
            return answer({ request, caller, oldestNovaVersion });
        const auto version = novaVersionAskedFor(request);
        if (!version)
            return version.error();
        if (!isOffered(*version))
            return novaVersionRefusal(*version);
        return answer({ request, caller, *version });
    };
}

RouteTable novaRoutes(ComputeService &service, QObject &context)
{
    const auto handlers = std::make_shared<NovaHandlers>(service, context);
    RouteTable routes { "/compute", Face::OpenStack, FaultForm::Nova, {}, {} };
    for (const char *pattern : { "", "/" })
        routes.routes.emplace_back(
            "GET", pattern, Right::Public, unversioned(handlers, &NovaHandlers::listVersions));
    for (const char *pattern : { "/v2.1", "/v2.1/", "/v2", "/v2/" })
        routes.routes.emplace_back(
            "GET", pattern, Right::Public, unversioned(handlers, &NovaHandlers::showVersion));
    for (const QByteArray root : { "/v2.1", "/v2" }) {
        for (const Line &line : table)
            routes.routes.emplace_back(line.method, root + line.pattern, line.right,
                versioned(handlers, line.handler), BodyRule::buffered(line.mostBytes));
    }
    return routes;
}

} // namespace nephele
