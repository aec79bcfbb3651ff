// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/servicecatalog.h"

#include <QUuid>

namespace nephele {

QByteArray CatalogService::url(const QByteArray &baseUrl, const ProjectId &project) const
{
    QByteArray filled = path;
    filled.replace("%(project_id)s", project.utf8());
    return baseUrl + filled;
}

QList<CatalogService> openStackServices()
{
    // image and identity stand without a version: clients append theirs.
    return {
        { Face::OpenStack, "identity", "keystone", "/identity", {}, {} },
        { Face::OpenStack, "compute", "nova", "/compute/v2.1", {}, {} },
        { Face::OpenStack, "image", "glance", "/image", {}, {} },
        { Face::OpenStack, "object-store", "swift", "/v1/AUTH_%(project_id)s", {}, {} },
    };
}

QList<CatalogService> synnefoServices()
{
    const QByteArray astakos = "/astakos/ui";
    const QByteArray cyclades = "/cyclades/ui";
    const QByteArray pithos = "/pithos/ui";
    // image, network and volume stand without a version: clients append theirs.
    return {
        { Face::Synnefo, "account", "astakos_account", "/astakos/account/v1.0", "v1.0", astakos },
        { Face::Synnefo, "identity", "astakos_identity", "/astakos/identity/v2.0", "v2.0", astakos },
        { Face::Synnefo, "astakos_weblogin", "astakos_weblogin", "/astakos/weblogin", {}, astakos },
        { Face::Synnefo, "astakos_auth", "astakos_oauth2", "/astakos/oauth2", {}, astakos },
        { Face::Synnefo, "compute", "cyclades_compute", "/cyclades/compute/v2.0", "v2.0", cyclades },
        { Face::Synnefo, "image", "cyclades_plankton", "/cyclades/image", "v1.0", cyclades },
        { Face::Synnefo, "network", "cyclades_network", "/cyclades/network", "v2.0", cyclades },
        { Face::Synnefo, "volume", "cyclades_volume", "/cyclades/volume", "v2.0", cyclades },
        { Face::Synnefo, "vmapi", "cyclades_vmapi", "/cyclades/vmapi/v1.0", "v1.0", cyclades },
        { Face::Synnefo, "admin", "cyclades_admin", "/cyclades/admin", {}, cyclades },
        { Face::Synnefo, "object-store", "pithos_object-store", "/pithos/object-store/v1", "v1", pithos },
    };
}

QString stableId(const QByteArray &name)
{
    static const QUuid space(QStringLiteral("{a2b7cbb8-1a0b-4a53-9f9e-5a3e26f8e6d4}"));
    return QUuid::createUuidV5(space, name).toString(QUuid::Id128);
}

QList<RegisteredService> builtInServices(const QList<CatalogService> &services)
{
    QList<RegisteredService> built;
    for (const CatalogService &service : services) {
        if (service.face == Face::OpenStack)
            built.append({ RegisteredServiceId::stored(stableId(service.type)),
                QString::fromLatin1(service.type), QString::fromLatin1(service.name), {}, true });
    }
    return built;
}

QList<CatalogEndpoint> builtInEndpoints(const QList<CatalogService> &services)
{
    QList<CatalogEndpoint> built;
    for (const CatalogService &service : services) {
        if (service.face != Face::OpenStack)
            continue;
        // Clients ask for any of the three; the cloud has one door.
        for (const auto interface :
            { EndpointInterface::Public, EndpointInterface::Internal, EndpointInterface::Admin }) {
            CatalogEndpoint endpoint;
            endpoint.id = EndpointId::stored(stableId(service.type + '/' + wordOf(interface).toLatin1()));
            endpoint.service = RegisteredServiceId::stored(stableId(service.type));
            endpoint.interface = interface;
            endpoint.region = RegionId::stored(QLatin1StringView(regionName));
            endpoint.url = QString::fromLatin1(service.path);
            built.append(endpoint);
        }
    }
    return built;
}

QByteArray endpointUrl(
    const CatalogEndpoint &endpoint, const QByteArray &baseUrl, const ProjectId &project, const UserId &user)
{
    QByteArray url = endpoint.url.toUtf8();
    if (url.contains("(")) {
        for (const char *mark : { "%", "$" }) {
            url.replace(QByteArray(mark) + "(project_id)s", project.utf8());
            url.replace(QByteArray(mark) + "(tenant_id)s", project.utf8());
            url.replace(QByteArray(mark) + "(user_id)s", user.utf8());
        }
    }
    return url.startsWith('/') ? baseUrl + url : url;
}

} // namespace nephele
