// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/roleroutes.h"

#include "server/identity/assignmentservice.h"
#include "server/identity/futures.h"
#include "server/identity/projecttreejson.h"
#include "server/identity/rolejson.h"
#include "server/identity/roleservice.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

struct RoleServices
{
    RoleService &roles;
    AssignmentService &assignments;
    ProjectTreeService &projects;
};

QString roleOf(const Request &request)
{
    return request.parameter("role"_L1);
}

Response roleResponse(int status, const RoleRecord &role, const Request &request)
{
    return Response::json(
        status, itemBody("role", [&](JsonWriter &json) { writeRole(json, role, keystoneLinks(request)); }));
}

Response rolesResponse(const Page<RoleRecord> &page, const Request &request)
{
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("roles", page.items, page.isTruncated, request.baseUrl + request.path,
            [&](JsonWriter &json, const RoleRecord &role) { writeRole(json, role, links); }));
}

Reply listRoles(RoleServices s, const Request &request, const Caller &)
{
    const auto limit = limitFromQuery(request);
    if (!limit)
        return limit.error();
    const auto marker = request.query("marker"_L1);
    const auto page =
        s.roles.roles({ request.query("name"_L1), request.query("domain_id"_L1).value_or(QString()),
            marker ? std::optional(RoleId::stored(*marker)) : std::nullopt, *limit });
    return page ? Reply(rolesResponse(*page, request)) : Reply(page.error());
}

Reply showRole(RoleServices s, const Request &request, const Caller &)
{
    const auto role = s.roles.role(roleOf(request));
    return role ? Reply(roleResponse(200, *role, request)) : Reply(role.error());
}

Reply createRole(RoleServices s, const Request &request, const Caller &caller)
{
    const auto wanted = newRoleFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.roles.create(caller, wanted->role, wanted->domainId), &s.roles,
        [request](const RoleRecord &role) { return roleResponse(201, role, request); });
}

Reply changeRole(RoleServices s, const Request &request, const Caller &caller)
{
    const auto wanted = roleChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.roles.change(caller, roleOf(request), *wanted), &s.roles,
        [request](const RoleRecord &role) { return roleResponse(200, role, request); });
}

Reply removeRole(RoleServices s, const Request &request, const Caller &caller)
{
    return emptyWhenDone(s.roles.remove(caller, roleOf(request)), &s.roles);
}

Reply listInferences(RoleServices s, const Request &request, const Caller &)
{
    const auto rules = s.roles.inferences({});
    return rules ? Reply(Response::json(200, inferencesBody(*rules, keystoneLinks(request))))
                 : Reply(rules.error());
}

Reply listInferencesOfRole(RoleServices s, const Request &request, const Caller &)
{
    const auto prior = s.roles.role(roleOf(request));
    if (!prior)
        return prior.error();
    const auto rules = s.roles.inferences(roleOf(request));
    return rules ? Reply(Response::json(200, inferencesOfRoleBody(*prior, *rules, keystoneLinks(request))))
                 : Reply(rules.error());
}

Reply showInference(RoleServices s, const Request &request, const Caller &)
{
    const auto rule = s.roles.inference(roleOf(request), request.parameter("implied"_L1));
    return rule ? Reply(Response::json(200, inferenceBody(*rule, keystoneLinks(request))))
                : Reply(rule.error());
}

Reply checkInference(RoleServices s, const Request &request, const Caller &)
{
    const auto rule = s.roles.inference(roleOf(request), request.parameter("implied"_L1));
    return rule ? Reply(Response::empty(204)) : Reply(rule.error());
}

Reply addInference(RoleServices s, const Request &request, const Caller &caller)
{
    return replyWhenDone(s.roles.addInference(caller, roleOf(request), request.parameter("implied"_L1)),
        &s.roles, [request](const RoleInference &rule) {
            return Response::json(201, inferenceBody(rule, keystoneLinks(request)));
        });
}

Reply removeInference(RoleServices s, const Request &request, const Caller &caller)
{
    return emptyWhenDone(
        s.roles.removeInference(caller, roleOf(request), request.parameter("implied"_L1)), &s.roles);
}

// What the names in the pattern say: {project} or {domain} or neither; {user} or {group}; {role} or none.
Grant grantFrom(const Request &request, bool isInherited)
{
    Grant grant;
    const QString project = request.parameter("project"_L1);
    const QString domain = request.parameter("domain"_L1);
    if (!project.isEmpty())
        grant.target = GrantTarget::project(project);
    else if (!domain.isEmpty())
        grant.target = GrantTarget::domain(domain);
    const QString group = request.parameter("group"_L1);
    grant.actor =
        group.isEmpty() ? GrantActor { request.parameter("user"_L1), false } : GrantActor { group, true };
    grant.isInherited = isInherited;
    grant.role = RoleId::stored(roleOf(request));
    return grant;
}

// The four calls there are for each kind of actor, target and inheritance.
void appendGrantRoutes(
    std::vector<Route> &routes, AssignmentService &service, const QByteArray &actorPath, bool isInherited)
{
    AssignmentService *s = &service;
    const QByteArray list = isInherited ? "/v3/OS-INHERIT" + actorPath + "/roles/inherited_to_projects"
                                        : "/v3" + actorPath + "/roles";
    const QByteArray one = isInherited ? "/v3/OS-INHERIT" + actorPath + "/roles/{role}/inherited_to_projects"
                                       : "/v3" + actorPath + "/roles/{role}";
    routes.emplace_back("GET", list, Right::Admin, [=](const Request &request, const Caller &) -> Reply {
        const Grant asked = grantFrom(request, isInherited);
        const auto roles = s->roles(asked.actor, asked.target, isInherited);
        return roles ? Reply(rolesResponse({ *roles, false }, request)) : Reply(roles.error());
    });
    routes.emplace_back("GET", one, Right::Admin, [=](const Request &request, const Caller &) -> Reply {
        const auto held = s->check(grantFrom(request, isInherited));
        return held ? Reply(Response::empty(204)) : Reply(held.error());
    });
    routes.emplace_back("PUT", one, Right::Admin, [=](const Request &request, const Caller &caller) {
        return emptyWhenDone(s->grant(caller, grantFrom(request, isInherited)), s);
    });
    routes.emplace_back("DELETE", one, Right::Admin, [=](const Request &request, const Caller &caller) {
        return emptyWhenDone(s->revoke(caller, grantFrom(request, isInherited)), s);
    });
}

Reply listGrants(RoleServices s, const Request &request, const Caller &)
{
    const auto wanted = grantListingFromQuery(request);
    if (!wanted)
        return wanted.error();
    const auto list = s.assignments.list(*wanted);
    if (!list)
        return list.error();
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200, grantsBody(*list, links.v3("/role_assignments"), links));
}

Reply listOwnProjects(RoleServices s, const Request &request, const Caller &caller)
{
    auto projects = s.assignments.ownProjects(caller);
    if (!projects)
        return projects.error();
    projects->removeIf(
        [](const Project &project) { return !project.isEnabled || !project.domain.isEnabled; });
    const auto tagged = s.projects.withTags(*projects);
    if (!tagged)
        return tagged.error();
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("projects", *tagged, false, links.v3("/auth/projects"),
            [&](JsonWriter &json, const TaggedProject &project) { writeProject(json, project, links); }));
}

Reply listOwnDomains(RoleServices s, const Request &request, const Caller &caller)
{
    auto domains = s.assignments.ownDomains(caller);
    if (!domains)
        return domains.error();
    domains->removeIf([](const DomainRecord &domain) { return !domain.domain.isEnabled; });
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("domains", *domains, false, links.v3("/auth/domains"),
            [&](JsonWriter &json, const DomainRecord &domain) { writeDomain(json, domain, links); }));
}

Reply listOwnSystem(RoleServices s, const Request &request, const Caller &caller)
{
    const auto has = s.assignments.hasSystemRole(caller);
    if (!has)
        return has.error();
    return Response::json(200,
        listBody("system", *has ? QList<bool> { true } : QList<bool>(), false,
            keystoneLinks(request).v3("/auth/system"),
            [](JsonWriter &json, bool all) { json.beginObject().member("all", all).endObject(); }));
}

} // namespace

RouteTable roleRoutes(RoleService &roles, AssignmentService &assignments, ProjectTreeService &projects)
{
    const RoleServices services { roles, assignments, projects };
    const auto with = [services](Reply (*handler)(RoleServices, const Request &, const Caller &)) {
        return [services, handler](const Request &request, const Caller &caller) {
            return handler(services, request, caller);
        };
    };
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "/v3/roles", Right::Admin, with(listRoles) },
        { "POST", "/v3/roles", Right::Admin, with(createRole) },
        { "GET", "/v3/roles/{role}", Right::Admin, with(showRole) },
        { "PATCH", "/v3/roles/{role}", Right::Admin, with(changeRole) },
        { "DELETE", "/v3/roles/{role}", Right::Admin, with(removeRole) },
        { "GET", "/v3/roles/{role}/implies", Right::Admin, with(listInferencesOfRole) },
        { "GET", "/v3/roles/{role}/implies/{implied}", Right::Admin, with(showInference) },
        { "HEAD", "/v3/roles/{role}/implies/{implied}", Right::Admin, with(checkInference) },
        { "PUT", "/v3/roles/{role}/implies/{implied}", Right::Admin, with(addInference) },
        { "DELETE", "/v3/roles/{role}/implies/{implied}", Right::Admin, with(removeInference) },
        { "GET", "/v3/role_inferences", Right::Admin, with(listInferences) },
        { "GET", "/v3/role_assignments", Right::Admin, with(listGrants) },
        { "GET", "/v3/auth/projects", Right::SignedIn, with(listOwnProjects) },
        { "GET", "/v3/auth/domains", Right::SignedIn, with(listOwnDomains) },
        { "GET", "/v3/auth/system", Right::SignedIn, with(listOwnSystem) },
    };
    for (const char *target : { "/projects/{project}", "/domains/{domain}" }) {
        for (const char *actor : { "/users/{user}", "/groups/{group}" }) {
            for (const bool isInherited : { false, true })
                appendGrantRoutes(table.routes, assignments, QByteArray(target) + actor, isInherited);
        }
    }
    for (const char *actor : { "/system/users/{user}", "/system/groups/{group}" })
        appendGrantRoutes(table.routes, assignments, actor, false);
    return table;
}

} // namespace nephele
