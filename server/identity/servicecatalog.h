// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/caller.h"
#include "model/identity/registry.h"

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

// The one region there is at first, where our own services stand.
inline constexpr char regionName[] = "RegionOne";

// The same service or endpoint has the same id in every reply and after every start: "compute",
// "compute/public".
QString stableId(const QByteArray &name);

// Our own services as Keystone's registry tells of them: those of the OpenStack face. Their endpoints have
// one door, so the three interfaces have one address each, which is a path.
QList<RegisteredService> builtInServices(const QList<CatalogService> &services);
QList<CatalogEndpoint> builtInEndpoints(const QList<CatalogService> &services);

// The address an endpoint has for somebody: with this cloud's own where it begins with a slash, and project
// and user filled in.
QByteArray endpointUrl(
    const CatalogEndpoint &endpoint, const QByteArray &baseUrl, const ProjectId &project, const UserId &user);

} // namespace nephele
