// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/cycladesroutes.h"

#include "server/compute/cycladeshandlers.h"

namespace nephele {

namespace {

using Method = Reply (CycladesHandlers::*)(const CycladesCall &);

struct Line
{
    const char *method;
    const char *pattern; // below /cyclades/compute; a suffix .json or .xml is taken off before
    Right right;
    Method handler;
};

constexpr Line table[] = {
    { "GET", "", Right::Public, &CycladesHandlers::listVersions },
    { "GET", "/", Right::Public, &CycladesHandlers::listVersions },
    { "GET", "/v2.0", Right::Public, &CycladesHandlers::showVersion },
    { "GET", "/v2.0/", Right::Public, &CycladesHandlers::showVersion },
    { "GET", "/v2.0/extensions", Right::Reader, &CycladesHandlers::listExtensions },
    { "GET", "/v2.0/extensions/{alias}", Right::Reader, &CycladesHandlers::showExtension },

    { "GET", "/v2.0/servers", Right::Reader, &CycladesHandlers::listServers },
    { "GET", "/v2.0/servers/", Right::Reader, &CycladesHandlers::listServers },
    { "GET", "/v2.0/servers/detail", Right::Reader, &CycladesHandlers::listServerDetails },
    { "POST", "/v2.0/servers", Right::Member, &CycladesHandlers::createServer },
    { "POST", "/v2.0/servers/", Right::Member, &CycladesHandlers::createServer },
    { "GET", "/v2.0/servers/{server}", Right::Reader, &CycladesHandlers::showServer },
    { "PUT", "/v2.0/servers/{server}", Right::Member, &CycladesHandlers::renameServer },
    { "DELETE", "/v2.0/servers/{server}", Right::Member, &CycladesHandlers::deleteServer },
    { "POST", "/v2.0/servers/{server}/action", Right::Member, &CycladesHandlers::act },
    { "GET", "/v2.0/servers/{server}/ips", Right::Reader, &CycladesHandlers::listAddresses },
    { "GET", "/v2.0/servers/{server}/ips/{network}", Right::Reader, &CycladesHandlers::listAddressesOn },
    { "GET", "/v2.0/servers/{server}/diagnostics", Right::Reader, &CycladesHandlers::listDiagnostics },
    { "GET", "/v2.0/servers/{server}/metadata", Right::Reader, &CycladesHandlers::showMetadata },
    { "POST", "/v2.0/servers/{server}/metadata", Right::Member, &CycladesHandlers::mergeMetadata },
    { "GET", "/v2.0/servers/{server}/metadata/{key}", Right::Reader, &CycladesHandlers::showMetadataItem },
    { "PUT", "/v2.0/servers/{server}/metadata/{key}", Right::Member, &CycladesHandlers::setMetadataItem },
    { "DELETE", "/v2.0/servers/{server}/metadata/{key}", Right::Member,
        &CycladesHandlers::deleteMetadataItem },

    { "GET", "/v2.0/flavors", Right::Reader, &CycladesHandlers::listFlavors },
    { "GET", "/v2.0/flavors/", Right::Reader, &CycladesHandlers::listFlavors },
    { "GET", "/v2.0/flavors/detail", Right::Reader, &CycladesHandlers::listFlavorDetails },
    { "GET", "/v2.0/flavors/{flavor}", Right::Reader, &CycladesHandlers::showFlavor },
    { "GET", "/v2.0/flavors/{flavor}/os-extra_specs", Right::Reader, &CycladesHandlers::listExtraSpecs },

    { "GET", "/v2.0/images", Right::Reader, &CycladesHandlers::listImages },
    { "GET", "/v2.0/images/", Right::Reader, &CycladesHandlers::listImages },
    { "GET", "/v2.0/images/detail", Right::Reader, &CycladesHandlers::listImageDetails },
    { "POST", "/v2.0/images", Right::Member, &CycladesHandlers::createImage },
    { "GET", "/v2.0/images/{image}", Right::Reader, &CycladesHandlers::showImage },
    { "DELETE", "/v2.0/images/{image}", Right::Member, &CycladesHandlers::deleteImage },
    { "GET", "/v2.0/images/{image}/metadata", Right::Reader, &CycladesHandlers::showImageMetadata },
    { "POST", "/v2.0/images/{image}/metadata", Right::Member, &CycladesHandlers::mergeImageMetadata },
    { "GET", "/v2.0/images/{image}/metadata/{key}", Right::Reader, &CycladesHandlers::showImageMetadataItem },
    { "PUT", "/v2.0/images/{image}/metadata/{key}", Right::Member, &CycladesHandlers::setImageMetadataItem },
    { "DELETE", "/v2.0/images/{image}/metadata/{key}", Right::Member,
        &CycladesHandlers::deleteImageMetadataItem },

    { "GET", "/v2.0/os-keypairs", Right::Reader, &CycladesHandlers::listKeypairs },
    { "GET", "/v2.0/os-keypairs/", Right::Reader, &CycladesHandlers::listKeypairs },
    { "POST", "/v2.0/os-keypairs", Right::Member, &CycladesHandlers::createKeypair },
    { "GET", "/v2.0/os-keypairs/{keypair}", Right::Reader, &CycladesHandlers::showKeypair },
    { "DELETE", "/v2.0/os-keypairs/{keypair}", Right::Member, &CycladesHandlers::deleteKeypair },
};

} // namespace

RouteTable cycladesComputeRoutes(
    ComputeService &service, ImageService &images, QObject &context, const Clock &clock)
{
    const auto handlers = std::make_shared<CycladesHandlers>(service, images, context, clock);
    RouteTable routes { "/cyclades/compute", Face::Synnefo, FaultForm::Cyclades, {}, {} };
    for (const Line &line : table) {
        routes.routes.emplace_back(line.method, line.pattern, line.right,
            [handlers, method = line.handler](const Request &request, const Caller &caller) {
                return (*handlers.*method)({ request, caller });
            });
    }
    return routes;
}

} // namespace nephele
