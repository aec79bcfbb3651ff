// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/registryroutes.h"

#include "server/identity/keystonereplies.h"
#include "server/identity/projecttreejson.h"
#include "server/identity/registryjson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

template <class SomeId>
SomeId idIn(const Request &request, QLatin1StringView name)
{
    return SomeId::stored(request.parameter(name));
}

RegionId regionIn(const Request &request)
{
    return idIn<RegionId>(request, "region"_L1);
}

RegisteredServiceId serviceIn(const Request &request)
{
    return idIn<RegisteredServiceId>(request, "service"_L1);
}

EndpointId endpointIn(const Request &request)
{
    return idIn<EndpointId>(request, "endpoint"_L1);
}

EndpointGroupId groupIn(const Request &request)
{
    return idIn<EndpointGroupId>(request, "group"_L1);
}

ProjectId projectIn(const Request &request)
{
    return idIn<ProjectId>(request, "project"_L1);
}

QByteArray selfOf(const Request &request)
{
    return request.baseUrl + request.target;
}

// What turns a region, service ... into its reply.
auto objectOf(const char *key, const Request &request, auto write)
{
    return [=](const auto &thing) {
        return itemBody(key, [&](JsonWriter &json) { write(json, thing, request); });
    };
}

auto listOf(const char *key, const Request &request, auto write)
{
    return [=](const auto &things) {
        return listBody(key, things, selfOf(request),
            [&](JsonWriter &json, const auto &thing) { write(json, thing, request); });
    };
}

QByteArray projectsReply(const Request &request, const QList<Project> &projects)
{
    return listBody("projects", projects, selfOf(request), [&](JsonWriter &json, const Project &project) {
        writeProject(json, { project, {} }, keystoneLinks(request));
    });
}

Result<EndpointFilter> filterOf(const Request &request)
{
    EndpointFilter filter;
    if (const auto word = request.query("interface"_L1)) {
        filter.interface = findEndpointInterface(*word);
        if (!filter.interface)
            return invalid(u"interface: must be public, internal or admin."_s);
    }
    if (const auto service = request.query("service_id"_L1))
        filter.service = RegisteredServiceId::stored(*service);
    const auto region = request.query("region_id"_L1);
    if (const auto named = region ? region : request.query("region"_L1))
        filter.region = RegionId::stored(*named);
    return filter;
}

Reply listServices(RegistryService &registry, const Request &request)
{
    auto services = registry.services();
    if (services) {
        const auto type = request.query("type"_L1);
        const auto name = request.query("name"_L1);
        services->removeIf([&](const RegisteredService &service) {
            return (type && *type != service.type) || (name && *name != service.name);
        });
    }
    return keystoneReply(services, listOf("services", request, writeRegisteredService));
}

Reply listEndpoints(RegistryService &registry, const Request &request)
{
    const auto filter = filterOf(request);
    if (!filter)
        return filter.error();
    return keystoneReply(registry.endpoints(*filter), listOf("endpoints", request, writeEndpoint));
}

// POST and PATCH: what the body says, done, and the thing as it is then.
template <class Wanted, class Do>
Reply change(QObject *context, int status, const Result<Wanted> &wanted, Do run, auto body)
{
    if (!wanted)
        return wanted.error();
    return keystoneReply(run(*wanted), context, status, body);
}

// PUT /regions/{region}: the id stands in the address.
Reply putRegion(RegistryService &registry, const Request &request)
{
    auto wanted = newRegionFromJson(request.body);
    if (wanted) {
        if (!wanted->id.isNull() && wanted->id != regionIn(request))
            return invalid(u"region.id: must be the one in the address."_s);
        wanted->id = regionIn(request);
    }
    return change(
        &registry, 201, wanted, [&](const Region &region) { return registry.createRegion(region); },
        objectOf("region", request, writeRegion));
}

void addRegions(std::vector<Route> &routes, RegistryService *s)
{
    routes.emplace_back(
        "GET", "/v3/regions", Right::SignedIn, [s](const Request &r, const Caller &) -> Reply {
            const auto parent = r.query("parent_region_id"_L1);
            auto regions = s->regions(parent ? std::optional(RegionId::stored(*parent)) : std::nullopt);
            // A region's id is its name: clients look for the latter when there is no such id.
            if (const auto name = r.query("name"_L1); name && regions)
                regions->removeIf([&](const Region &region) { return region.id.text() != *name; });
            return keystoneReply(std::move(regions), listOf("regions", r, writeRegion));
        });
    routes.emplace_back("POST", "/v3/regions", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
        return change(
            s, 201, newRegionFromJson(r.body), [&](const Region &wanted) { return s->createRegion(wanted); },
            objectOf("region", r, writeRegion));
    });
    routes.emplace_back(
        "GET", "/v3/regions/{region}", Right::SignedIn, [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->region(regionIn(r)), objectOf("region", r, writeRegion));
        });
    routes.emplace_back("PUT", "/v3/regions/{region}", Right::Admin,
        [s](const Request &r, const Caller &) { return putRegion(*s, r); });
    routes.emplace_back(
        "PATCH", "/v3/regions/{region}", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return change(
                s, 200, regionChangeFromJson(r.body),
                [&](const RegionChange &wanted) { return s->updateRegion(regionIn(r), wanted); },
                objectOf("region", r, writeRegion));
        });
    routes.emplace_back("DELETE", "/v3/regions/{region}", Right::Admin,
        [s](const Request &r, const Caller &) { return emptyWhenDone(s->removeRegion(regionIn(r)), s); });
}

void addServices(std::vector<Route> &routes, RegistryService *s)
{
    routes.emplace_back("GET", "/v3/services", Right::Admin,
        [s](const Request &r, const Caller &) { return listServices(*s, r); });
    routes.emplace_back("POST", "/v3/services", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
        return change(
            s, 201, newServiceFromJson(r.body),
            [&](const RegisteredService &wanted) { return s->createService(wanted); },
            objectOf("service", r, writeRegisteredService));
    });
    routes.emplace_back(
        "GET", "/v3/services/{service}", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->service(serviceIn(r)), objectOf("service", r, writeRegisteredService));
        });
    routes.emplace_back(
        "PATCH", "/v3/services/{service}", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return change(
                s, 200, serviceChangeFromJson(r.body),
                [&](const ServiceChange &wanted) { return s->updateService(serviceIn(r), wanted); },
                objectOf("service", r, writeRegisteredService));
        });
    routes.emplace_back("DELETE", "/v3/services/{service}", Right::Admin,
        [s](const Request &r, const Caller &) { return emptyWhenDone(s->removeService(serviceIn(r)), s); });
}

void addEndpoints(std::vector<Route> &routes, RegistryService *s)
{
    routes.emplace_back("GET", "/v3/endpoints", Right::Admin,
        [s](const Request &r, const Caller &) { return listEndpoints(*s, r); });
    routes.emplace_back(
        "POST", "/v3/endpoints", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return change(
                s, 201, newEndpointFromJson(r.body),
                [&](const NewEndpoint &wanted) { return s->createEndpoint(wanted); },
                objectOf("endpoint", r, writeEndpoint));
        });
    routes.emplace_back(
        "GET", "/v3/endpoints/{endpoint}", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->endpoint(endpointIn(r)), objectOf("endpoint", r, writeEndpoint));
        });
    routes.emplace_back(
        "PATCH", "/v3/endpoints/{endpoint}", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return change(
                s, 200, endpointChangeFromJson(r.body),
                [&](const EndpointChange &wanted) { return s->updateEndpoint(endpointIn(r), wanted); },
                objectOf("endpoint", r, writeEndpoint));
        });
    routes.emplace_back("DELETE", "/v3/endpoints/{endpoint}", Right::Admin,
        [s](const Request &r, const Caller &) { return emptyWhenDone(s->removeEndpoint(endpointIn(r)), s); });
}

void addGroups(std::vector<Route> &routes, EndpointFilterService *s)
{
    const QByteArray root = "/v3/OS-EP-FILTER/endpoint_groups";
    const QByteArray one = root + "/{group}";
    routes.emplace_back("GET", root, Right::Admin, [s](const Request &r, const Caller &) -> Reply {
        return keystoneReply(s->groups(r.query("name"_L1)), listOf("endpoint_groups", r, writeEndpointGroup));
    });
    routes.emplace_back("POST", root, Right::Admin, [s](const Request &r, const Caller &) -> Reply {
        return change(
            s, 201, newEndpointGroupFromJson(r.body),
            [&](const EndpointGroup &wanted) { return s->createGroup(wanted); },
            objectOf("endpoint_group", r, writeEndpointGroup));
    });
    routes.emplace_back("GET", one, Right::Admin, [s](const Request &r, const Caller &) -> Reply {
        return keystoneReply(s->group(groupIn(r)), objectOf("endpoint_group", r, writeEndpointGroup));
    });
    routes.emplace_back("PATCH", one, Right::Admin, [s](const Request &r, const Caller &) -> Reply {
        return change(
            s, 200, endpointGroupChangeFromJson(r.body),
            [&](const EndpointGroupChange &wanted) { return s->updateGroup(groupIn(r), wanted); },
            objectOf("endpoint_group", r, writeEndpointGroup));
    });
    routes.emplace_back("DELETE", one, Right::Admin,
        [s](const Request &r, const Caller &) { return emptyWhenDone(s->removeGroup(groupIn(r)), s); });
    routes.emplace_back(
        "GET", one + "/endpoints", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->endpointsIn(groupIn(r)), listOf("endpoints", r, writeEndpoint));
        });
    routes.emplace_back(
        "GET", one + "/projects", Right::Admin, [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->projectsOf(groupIn(r)),
                [&](const QList<Project> &projects) { return projectsReply(r, projects); });
        });
}

// The four of an association that the address names whole: is it there, add it, take it away.
template <class SomeId>
void addAssociation(std::vector<Route> &routes, EndpointFilterService *s, const QByteArray &pattern,
    SomeId (*idOf)(const Request &))
{
    routes.emplace_back("GET", pattern, Right::Admin, [s, idOf](const Request &r, const Caller &) {
        return keystoneThere(s->check(projectIn(r), idOf(r)));
    });
    routes.emplace_back("PUT", pattern, Right::Admin, [s, idOf](const Request &r, const Caller &) {
        return emptyWhenDone(s->add(projectIn(r), idOf(r)), s);
    });
    routes.emplace_back("DELETE", pattern, Right::Admin, [s, idOf](const Request &r, const Caller &) {
        return emptyWhenDone(s->remove(projectIn(r), idOf(r)), s);
    });
}

void addAssociations(std::vector<Route> &routes, EndpointFilterService *s)
{
    const QByteArray root = "/v3/OS-EP-FILTER";
    addAssociation(routes, s, root + "/projects/{project}/endpoints/{endpoint}", endpointIn);
    addAssociation(routes, s, root + "/endpoint_groups/{group}/projects/{project}", groupIn);
    routes.emplace_back("GET", root + "/projects/{project}/endpoints", Right::Admin,
        [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->endpointsOf(projectIn(r)), listOf("endpoints", r, writeEndpoint));
        });
    routes.emplace_back("GET", root + "/projects/{project}/endpoint_groups", Right::Admin,
        [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->groupsOf(projectIn(r)), listOf("endpoint_groups", r, writeEndpointGroup));
        });
    routes.emplace_back("GET", root + "/endpoints/{endpoint}/projects", Right::Admin,
        [s](const Request &r, const Caller &) -> Reply {
            return keystoneReply(s->projectsOf(endpointIn(r)),
                [&](const QList<Project> &projects) { return projectsReply(r, projects); });
        });
}

} // namespace

RouteTable registryRoutes(RegistryService &registry, EndpointFilterService &filters)
{
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    addRegions(table.routes, &registry);
    addServices(table.routes, &registry);
    addEndpoints(table.routes, &registry);
    addGroups(table.routes, &filters);
    addAssociations(table.routes, &filters);
    return table;
}

} // namespace nephele
