// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/caller.h"

#include <QByteArray>
#include <QList>

namespace nephele {

// One service as a sign-in tells of it. Addresses are the request's base URL and the path.
struct CatalogService
{
    Face face = Face::OpenStack;
    QByteArray type; // "compute"
    QByteArray name; // "nova"
    QByteArray path; // "/volume/v3/%(project_id)s"; clients append the rest
    QByteArray version; // Synnefo only: its versionId, "v2.0"; may be empty
    QByteArray uiPath; // Synnefo only: the web pages of the component

    QByteArray url(const QByteArray &baseUrl, const ProjectId &project) const;
    bool operator==(const CatalogService &) const = default;
};

// What v3 sign-ins return so far; a service joins when it is there.
QList<CatalogService> openStackServices();

// What v2.0 sign-ins at /astakos return: exactly the eleven of Synnefo, in whatever state the services are,
// because its clients refuse a catalog without one of them.
QList<CatalogService> synnefoServices();

// The one region there is.
inline constexpr char regionName[] = "RegionOne";

} // namespace nephele
