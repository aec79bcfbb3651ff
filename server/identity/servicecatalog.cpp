// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/servicecatalog.h"

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

} // namespace nephele
