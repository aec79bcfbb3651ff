// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/projecttreeroutes.h"

#include "server/identity/domainservice.h"
#include "server/identity/futures.h"
#include "server/identity/projecttreejson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

struct TreeServices
{
    DomainService &domains;
    ProjectTreeService &projects;
};

QString projectOf(const Request &request)
{
    return request.parameter("project"_L1);
}

QString domainOf(const Request &request)
{
    return request.parameter("domain"_L1);
}

Response domainResponse(int status, const DomainRecord &domain, const Request &request)
{
    return Response::json(status,
        itemBody("domain", [&](JsonWriter &json) { writeDomain(json, domain, keystoneLinks(request)); }));
}

Response domainAsProjectResponse(int status, const DomainRecord &domain, const Request &request)
{
    return Response::json(status, itemBody("project", [&](JsonWriter &json) {
        writeDomainAsProject(json, domain, keystoneLinks(request));
    }));
}

Response projectResponse(int status, const TaggedProject &project, const Request &request)
{
    return Response::json(status, projectBody(project, {}, keystoneLinks(request)));
}

Result<DomainFilter> domainFilterFrom(const Request &request)
{
    const auto limit = limitFromQuery(request);
    if (!limit)
        return limit.error();
    return DomainFilter { request.query("name"_L1), flagFromQuery(request, "enabled"_L1),
        request.query("marker"_L1), *limit };
}

Reply listDomains(TreeServices s, const Request &request, const Caller &)
{
    const auto filter = domainFilterFrom(request);
    if (!filter)
        return filter.error();
    const auto page = s.domains.domains(*filter);
    if (!page)
        return page.error();
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("domains", page->items, page->isTruncated, links.v3("/domains"),
            [&](JsonWriter &json, const DomainRecord &domain) { writeDomain(json, domain, links); }));
}

Reply showDomain(TreeServices s, const Request &request, const Caller &caller)
{
    const auto domain = s.domains.domain(caller, domainOf(request));
    return domain ? Reply(domainResponse(200, *domain, request)) : Reply(domain.error());
}

Reply createDomain(TreeServices s, const Request &request, const Caller &caller)
{
    const auto wanted = newDomainFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.domains.create(caller, *wanted), &s.domains,
        [request](const DomainRecord &domain) { return domainResponse(201, domain, request); });
}

Reply changeDomain(TreeServices s, const Request &request, const Caller &caller)
{
    const auto wanted = domainChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.domains.change(caller, domainOf(request), *wanted), &s.domains,
        [request](const DomainRecord &domain) { return domainResponse(200, domain, request); });
}

Reply removeDomain(TreeServices s, const Request &request, const Caller &caller)
{
    return emptyWhenDone(s.domains.remove(caller, domainOf(request)), &s.domains);
}

QStringList tagsFromQuery(const Request &request, QLatin1StringView name)
{
    return request.query(name).value_or(QString()).split(u',', Qt::SkipEmptyParts);
}

Result<ProjectFilter> projectFilterFrom(const Request &request)
{
    const auto limit = limitFromQuery(request);
    if (!limit)
        return limit.error();
    ProjectFilter filter;
    filter.name = request.query("name"_L1);
    filter.domain = request.query("domain_id"_L1);
    filter.parent = request.query("parent_id"_L1);
    filter.isEnabled = flagFromQuery(request, "enabled"_L1);
    filter.tags = tagsFromQuery(request, "tags"_L1);
    filter.tagsAny = tagsFromQuery(request, "tags-any"_L1);
    filter.notTags = tagsFromQuery(request, "not-tags"_L1);
    filter.notTagsAny = tagsFromQuery(request, "not-tags-any"_L1);
    for (const QStringList &tags : { filter.tags, filter.tagsAny, filter.notTags, filter.notTagsAny }) {
        if (tags.size() > 80)
            return invalid(u"tags: at most 80."_s);
    }
    if (const auto marker = request.query("marker"_L1))
        filter.after = ProjectId::stored(*marker);
    filter.limit = *limit;
    return filter;
}

Reply listDomainsAsProjects(TreeServices s, const Request &request)
{
    const auto filter = domainFilterFrom(request);
    if (!filter)
        return filter.error();
    const auto page = s.domains.domains(*filter);
    if (!page)
        return page.error();
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("projects", page->items, page->isTruncated, links.v3("/projects"),
            [&](JsonWriter &json, const DomainRecord &domain) {
                writeDomainAsProject(json, domain, links);
            }));
}

Reply listProjects(TreeServices s, const Request &request, const Caller &)
{
    if (flagFromQuery(request, "is_domain"_L1).value_or(false))
        return listDomainsAsProjects(s, request);
    const auto filter = projectFilterFrom(request);
    if (!filter)
        return filter.error();
    const auto page = s.projects.projects(*filter);
    if (!page)
        return page.error();
    const KeystoneLinks links = keystoneLinks(request);
    return Response::json(200,
        listBody("projects", page->items, page->isTruncated, links.v3("/projects"),
            [&](JsonWriter &json, const TaggedProject &project) { writeProject(json, project, links); }));
}

Reply createProject(TreeServices s, const Request &request, const Caller &caller)
{
    const auto asDomain = newDomainFromProjectJson(request.body);
    if (!asDomain)
        return asDomain.error();
    if (*asDomain)
        return replyWhenDone(s.domains.create(caller, **asDomain), &s.domains,
            [request](const DomainRecord &domain) { return domainAsProjectResponse(201, domain, request); });
    const auto wanted = newProjectFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.projects.create(caller, *wanted), &s.projects,
        [request](const TaggedProject &project) { return projectResponse(201, project, request); });
}

// As the query asks: "parents_as_list", "parents_as_ids", and so for the subtree; both at once is a mistake.
Result<ProjectTree::Form> formFrom(const Request &request, const QByteArray &what)
{
    const QByteArray list = what + "_as_list";
    const QByteArray ids = what + "_as_ids";
    const bool asList = flagFromQuery(request, QLatin1StringView(list)).value_or(false);
    const bool asIds = flagFromQuery(request, QLatin1StringView(ids)).value_or(false);
    if (asList && asIds)
        return invalid(QString::fromLatin1(list + " and " + ids + " exclude each other."));
    if (asList)
        return ProjectTree::Form::List;
    return asIds ? ProjectTree::Form::Ids : ProjectTree::Form::None;
}

Reply showProject(TreeServices s, const Request &request, const Caller &caller)
{
    const auto project = s.projects.project(caller, projectOf(request));
    if (!project) {
        const auto domain = s.domains.domain(caller, projectOf(request));
        return domain ? Reply(domainAsProjectResponse(200, *domain, request)) : Reply(project.error());
    }
    ProjectTree tree;
    const auto parents = formFrom(request, "parents");
    if (!parents)
        return parents.error();
    const auto subtree = formFrom(request, "subtree");
    if (!subtree)
        return subtree.error();
    tree.parents = *parents;
    tree.subtree = *subtree;
    if (tree.parents != ProjectTree::Form::None) {
        const auto above = s.projects.above(caller, project->project);
        if (!above)
            return above.error();
        tree.above = *above;
    }
    if (tree.subtree != ProjectTree::Form::None) {
        const auto below = s.projects.below(caller, project->project);
        if (!below)
            return below.error();
        tree.below = *below;
    }
    return Response::json(200, projectBody(*project, tree, keystoneLinks(request)));
}

// Whether the id under /projects is that of a domain.
bool isDomain(TreeServices s, const Request &request, const Caller &caller)
{
    return s.domains.domain(caller, projectOf(request)).ok();
}

Reply changeProject(TreeServices s, const Request &request, const Caller &caller)
{
    if (isDomain(s, request, caller)) {
        const auto wanted = domainChangeFromProjectJson(request.body);
        if (!wanted)
            return wanted.error();
        return replyWhenDone(s.domains.change(caller, projectOf(request), *wanted), &s.domains,
            [request](const DomainRecord &domain) { return domainAsProjectResponse(200, domain, request); });
    }
    const auto wanted = projectChangeFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return replyWhenDone(s.projects.change(caller, projectOf(request), *wanted), &s.projects,
        [request](const TaggedProject &project) { return projectResponse(200, project, request); });
}

Reply removeProject(TreeServices s, const Request &request, const Caller &caller)
{
    if (isDomain(s, request, caller))
        return emptyWhenDone(s.domains.remove(caller, projectOf(request)), &s.domains);
    return emptyWhenDone(s.projects.remove(caller, projectOf(request)), &s.projects);
}

Response tagsResponse(const QStringList &tags, const Request &request)
{
    JsonWriter json;
    json.beginObject().key("tags").beginArray();
    for (const QString &tag : tags)
        json.value(tag);
    json.endArray();
    writeSelfLink(json, keystoneLinks(request).v3("/projects/" + projectOf(request).toUtf8() + "/tags"));
    json.endObject();
    return Response::json(200, std::move(json).bytes());
}

Reply listTags(TreeServices s, const Request &request, const Caller &caller)
{
    const auto project = s.projects.project(caller, projectOf(request));
    return project ? Reply(tagsResponse(project->tags, request)) : Reply(project.error());
}

Reply replaceTags(TreeServices s, const Request &request, const Caller &)
{
    const auto tags = tagsFromJson(request.body);
    if (!tags)
        return tags.error();
    return replyWhenDone(s.projects.setTags(projectOf(request), *tags), &s.projects,
        [request](const QStringList &set) { return tagsResponse(set, request); });
}

Reply removeTags(TreeServices s, const Request &request, const Caller &)
{
    return replyWhenDone(s.projects.setTags(projectOf(request), {}), &s.projects,
        [](const QStringList &) { return Response::empty(204); });
}

Reply checkTag(TreeServices s, const Request &request, const Caller &caller)
{
    const auto project = s.projects.project(caller, projectOf(request));
    if (!project)
        return project.error();
    if (!project->tags.contains(request.parameter("tag"_L1)))
        return notFound(u"The project has no such tag."_s);
    return Response::empty(204);
}

Reply addTag(TreeServices s, const Request &request, const Caller &)
{
    const QString tag = request.parameter("tag"_L1);
    if (const auto wrong = wrongTag(tag))
        return *wrong;
    const QByteArray self = keystoneLinks(request).v3("/projects/" + projectOf(request).toUtf8() + "/tags/")
        + QUrl::toPercentEncoding(tag);
    return replyWhenDone(s.projects.addTag(projectOf(request), tag), &s.projects, [self] {
        Response response = Response::empty(201);
        response.headers.append("Location", self);
        return response;
    });
}

Reply removeTag(TreeServices s, const Request &request, const Caller &)
{
    return emptyWhenDone(s.projects.removeTag(projectOf(request), request.parameter("tag"_L1)), &s.projects);
}

} // namespace

RouteTable projectTreeRoutes(DomainService &domains, ProjectTreeService &projects)
{
    const TreeServices services { domains, projects };
    const auto with = [services](Reply (*handler)(TreeServices, const Request &, const Caller &)) {
        return [services, handler](const Request &request, const Caller &caller) {
            return handler(services, request, caller);
        };
    };
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    table.routes = {
        { "GET", "/v3/domains", Right::Admin, with(listDomains) },
        { "POST", "/v3/domains", Right::Admin, with(createDomain) },
        { "GET", "/v3/domains/{domain}", Right::SignedIn, with(showDomain) },
        { "PATCH", "/v3/domains/{domain}", Right::Admin, with(changeDomain) },
        { "DELETE", "/v3/domains/{domain}", Right::Admin, with(removeDomain) },
        { "GET", "/v3/projects", Right::Admin, with(listProjects) },
        { "POST", "/v3/projects", Right::Admin, with(createProject) },
        { "GET", "/v3/projects/{project}", Right::SignedIn, with(showProject) },
        { "PATCH", "/v3/projects/{project}", Right::Admin, with(changeProject) },
        { "DELETE", "/v3/projects/{project}", Right::Admin, with(removeProject) },
        { "GET", "/v3/projects/{project}/tags", Right::SignedIn, with(listTags) },
        { "PUT", "/v3/projects/{project}/tags", Right::Admin, with(replaceTags) },
        { "DELETE", "/v3/projects/{project}/tags", Right::Admin, with(removeTags) },
        { "GET", "/v3/projects/{project}/tags/{tag}", Right::SignedIn, with(checkTag) },
        { "PUT", "/v3/projects/{project}/tags/{tag}", Right::Admin, with(addTag) },
        { "DELETE", "/v3/projects/{project}/tags/{tag}", Right::Admin, with(removeTag) },
    };
    return table;
}

} // namespace nephele
