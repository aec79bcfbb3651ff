// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/peopleroutes.h"

#include "server/identity/futures.h"
#include "server/identity/identityservice.h"
#include "server/identity/keystonejson.h"
#include "server/identity/peoplejson.h"
#include "server/identity/projecttreejson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

struct Services
{
    PeopleService &people;
    ProjectTreeService &projects;
    IdentityService &identity;
};

QString userOf(const Request &request)
{
    return request.parameter("user"_L1);
}

QString groupOf(const Request &request)
{
    return request.parameter("group"_L1);
}

Response userResponse(int status, const User &user, const Request &request)
{
    return Response::json(
        status, itemBody("user", [&](JsonWriter &json) { writeUser(json, user, keystoneLinks(request)); }));
}

Response groupResponse(int status, const UserGroup &group, const Request &request)
{
    return Response::json(status,
        itemBody("group", [&](JsonWriter &json) { writeGroup(json, group, keystoneLinks(request)); }));
}

Response usersResponse(const Page<User> &page, const QByteArray &self, const Request &request)
{
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("users", page.items, page.isTruncated, links.v3(self),
            [&](JsonWriter &json, const User &user) { writeUser(json, user, links); }));
}

Response groupsResponse(const Page<UserGroup> &page, const QByteArray &self, const Request &request)
{
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("groups", page.items, page.isTruncated, links.v3(self),
            [&](JsonWriter &json, const UserGroup &group) { writeGroup(json, group, links); }));
}

template <class SomeId>
std::optional<SomeId> markerOf(const Request &request)
{
    const auto marker = request.query("marker"_L1);
    return marker ? std::optional(SomeId::stored(*marker)) : std::nullopt;
}

Reply listUsers(Services s, const Request &request, const Caller &)
{
    const auto limit = limitFromQuery(request);
    if (!limit)
        return limit.error();
    const auto page = s.people.users({ request.query("name"_L1), request.query("domain_id"_L1),
        flagFromQuery(request, "enabled"_L1), markerOf<UserId>(request), *limit });
    return page ? Reply(usersResponse(*page, "/users", request)) : Reply(page.error());
}

Reply showUser(Services s, const Request &request, const Caller &caller)
{
    const auto user = s.people.user(caller, userOf(request));
    return user ? Reply(userResponse(200, *user, request)) : Reply(user.error());
}

Reply createUser(Services s, const Request &request, const Caller &caller)
{
    const auto wanted = newPersonFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.people.createUser(caller, *wanted), &s.people,
        [request](const User &user) { return userResponse(201, user, request); });
}

Reply changeUser(Services s, const Request &request, const Caller &caller)
{
    const auto wanted = personChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.people.changeUser(caller, userOf(request), *wanted), &s.people,
        [request](const User &user) { return userResponse(200, user, request); });
}

Reply removeUser(Services s, const Request &request, const Caller &caller)
{
    return emptyWhenDone(s.people.removeUser(caller, userOf(request)), &s.people);
}

Reply changePassword(Services s, const Request &request, const Caller &caller)
{
    const auto change = passwordChangeFromJson(request.body);
    if (!change)
        return change.error();
    return emptyWhenDone(
        s.identity.changePassword(caller, userOf(request), change->original, change->wanted, request.peer),
        &s.identity);
}

Reply listGroupsOfUser(Services s, const Request &request, const Caller &caller)
{
    const auto groups = s.people.groupsOf(caller, userOf(request));
    if (!groups)
        return groups.error();
    return groupsResponse({ *groups, false }, "/users/" + userOf(request).toUtf8() + "/groups", request);
}

// Those a token could be asked for.
Reply listProjectsOfUser(Services s, const Request &request, const Caller &caller)
{
    auto projects = s.people.projectsOf(caller, userOf(request));
    if (!projects)
        return projects.error();
    projects->removeIf(
        [](const Project &project) { return !project.isEnabled || !project.domain.isEnabled; });
    const auto tagged = s.projects.withTags(*projects);
    if (!tagged)
        return tagged.error();
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("projects", *tagged, false, links.v3("/users/" + userOf(request).toUtf8() + "/projects"),
            [&](JsonWriter &json, const TaggedProject &project) { writeProject(json, project, links); }));
}

Reply listGroups(Services s, const Request &request, const Caller &)
{
    const auto limit = limitFromQuery(request);
    if (!limit)
        return limit.error();
    const auto page = s.people.groups(
        { request.query("name"_L1), request.query("domain_id"_L1), markerOf<GroupId>(request), *limit });
    return page ? Reply(groupsResponse(*page, "/groups", request)) : Reply(page.error());
}

Reply showGroup(Services s, const Request &request, const Caller &)
{
    const auto group = s.people.group(groupOf(request));
    return group ? Reply(groupResponse(200, *group, request)) : Reply(group.error());
}

Reply createGroup(Services s, const Request &request, const Caller &caller)
{
    const auto wanted = newGroupFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.people.createGroup(caller, *wanted), &s.people,
        [request](const UserGroup &group) { return groupResponse(201, group, request); });
}

Reply changeGroup(Services s, const Request &request, const Caller &caller)
{
    const auto wanted = groupChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.people.changeGroup(caller, groupOf(request), *wanted), &s.people,
        [request](const UserGroup &group) { return groupResponse(200, group, request); });
}

Reply removeGroup(Services s, const Request &request, const Caller &caller)
{
    return emptyWhenDone(s.people.removeGroup(caller, groupOf(request)), &s.people);
}

Reply listMembers(Services s, const Request &request, const Caller &)
{
    const auto limit = limitFromQuery(request);
    if (!limit)
        return limit.error();
    const auto page = s.people.members(groupOf(request), markerOf<UserId>(request), *limit);
    if (!page)
        return page.error();
    return usersResponse(*page, "/groups/" + groupOf(request).toUtf8() + "/users", request);
}

Reply checkMember(Services s, const Request &request, const Caller &)
{
    const auto member = s.people.checkMember(groupOf(request), userOf(request));
    return member ? Reply(Response::empty(204)) : Reply(member.error());
}

Reply addMember(Services s, const Request &request, const Caller &caller)
{
    return emptyWhenDone(s.people.addMember(caller, groupOf(request), userOf(request)), &s.people);
}

Reply removeMember(Services s, const Request &request, const Caller &caller)
{
    return emptyWhenDone(s.people.removeMember(caller, groupOf(request), userOf(request)), &s.people);
}

} // namespace

RouteTable peopleRoutes(PeopleService &people, ProjectTreeService &projects, IdentityService &identity)
{
    const Services services { people, projects, identity };
    const auto with = [services](Reply (*handler)(Services, const Request &, const Caller &)) {
        return [services, handler](const Request &request, const Caller &caller) {
            return handler(services, request, caller);
        };
    };
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "/v3/users", Right::Admin, with(listUsers) },
        { "POST", "/v3/users", Right::Admin, with(createUser) },
        { "GET", "/v3/users/{user}", Right::SignedIn, with(showUser) },
        { "PATCH", "/v3/users/{user}", Right::Admin, with(changeUser) },
        { "DELETE", "/v3/users/{user}", Right::Admin, with(removeUser) },
        { "POST", "/v3/users/{user}/password", Right::Public, with(changePassword) },
        { "GET", "/v3/users/{user}/groups", Right::SignedIn, with(listGroupsOfUser) },
        { "GET", "/v3/users/{user}/projects", Right::SignedIn, with(listProjectsOfUser) },
        { "GET", "/v3/groups", Right::Admin, with(listGroups) },
        { "POST", "/v3/groups", Right::Admin, with(createGroup) },
        { "GET", "/v3/groups/{group}", Right::Admin, with(showGroup) },
        { "PATCH", "/v3/groups/{group}", Right::Admin, with(changeGroup) },
        { "DELETE", "/v3/groups/{group}", Right::Admin, with(removeGroup) },
        { "GET", "/v3/groups/{group}/users", Right::Admin, with(listMembers) },
        { "GET", "/v3/groups/{group}/users/{user}", Right::Admin, with(checkMember) },
        { "PUT", "/v3/groups/{group}/users/{user}", Right::Admin, with(addMember) },
        { "DELETE", "/v3/groups/{group}/users/{user}", Right::Admin, with(removeMember) },
    };
    return table;
}

} // namespace nephele
