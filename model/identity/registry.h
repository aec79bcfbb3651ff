// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

#include <optional>

namespace nephele {

using RegionId = Id<struct RegionTag>; // chosen by whoever makes the region: "RegionOne"
using RegisteredServiceId = Id<struct RegisteredServiceTag>; // 32 hexadecimal digits, as Keystone's
using EndpointId = Id<struct EndpointTag>; // the same
using EndpointGroupId = Id<struct EndpointGroupTag>; // the same

// Where services stand; a region may be part of another one.
struct Region
{
    RegionId id;
    std::optional<RegionId> parent;
    QString description;
    bool operator==(const Region &) const = default;
};

// A service as the catalog tells of it: one of our own, or whatever an administrator added.
struct RegisteredService
{
    RegisteredServiceId id;
    QString type; // "compute"
    QString name; // may be empty
    QString description;
    bool isEnabled = true;
    bool operator==(const RegisteredService &) const = default;
};

enum class EndpointInterface { Public, Internal, Admin };

// "public", "internal", "admin"; nullopt for any other word.
QString wordOf(EndpointInterface interface);
std::optional<EndpointInterface> findEndpointInterface(const QString &word);

// An address of a service. url may hold "%(project_id)s" and "$(project_id)s", the same with tenant_id and
// user_id; it begins with a slash where it stands on this cloud's own address.
struct CatalogEndpoint
{
    EndpointId id;
    RegisteredServiceId service;
    EndpointInterface interface = EndpointInterface::Public;
    std::optional<RegionId> region;
    QString url;
    QString name; // may be empty, so may the description
    QString description;
    bool isEnabled = true;
    bool operator==(const CatalogEndpoint &) const = default;
};

// Which endpoints are meant; what is absent fits all.
struct EndpointFilter
{
    std::optional<EndpointInterface> interface;
    std::optional<RegisteredServiceId> service;
    std::optional<RegionId> region;
    bool operator==(const EndpointFilter &) const = default;

    bool fits(const CatalogEndpoint &endpoint) const
    {
        return (!interface || *interface == endpoint.interface) && (!service || *service == endpoint.service)
            && (!region || region == endpoint.region);
    }
};

// Endpoints that are given to projects together.
struct EndpointGroup
{
    EndpointGroupId id;
    QString name;
    QString description;
    EndpointFilter filter;
    bool operator==(const EndpointGroup &) const = default;
};

} // namespace nephele
