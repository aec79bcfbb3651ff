// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/rolejson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

const QStringList roleKeys { u"id"_s, u"name"_s, u"description"_s, u"domain_id"_s, u"options"_s };

void writeInferredRole(JsonWriter &json, const RoleRecord &role, const KeystoneLinks &links)
{
    json.beginObject().member("id", role.id.text()).member("name", role.name);
    writeSelfLink(json, links.v3("/roles/" + role.id.utf8()));
    json.endObject();
}

void writeImplied(JsonWriter &json, const QList<RoleInference> &rules, const KeystoneLinks &links)
{
    json.key("implies").beginArray();
    for (const RoleInference &rule : rules)
        writeInferredRole(json, rule.implied, links);
    json.endArray();
}

// {"id": ...}, with {"name": ..., "domain": {...}} where names were asked for.
void writeParty(JsonWriter &json, const QString &id, const QHash<QString, NamedInDomain> &names)
{
    json.beginObject().member("id", id);
    if (const auto named = names.constFind(id); named != names.cend()) {
        json.member("name", named->name);
        if (!named->domain.id.isNull())
            json.key("domain")
                .beginObject()
                .member("id", named->domain.id.text())
                .member("name", named->domain.name)
                .endObject();
    }
    json.endObject();
}

void writeScope(JsonWriter &json, const Grant &grant, const GrantNames &names)
{
    json.key("scope").beginObject();
    if (grant.target.kind == GrantTarget::Kind::Project)
        writeParty(json.key("project"), grant.target.id, names.projects);
    else if (grant.target.kind == GrantTarget::Kind::Domain)
        writeParty(json.key("domain"), grant.target.id, names.domains);
    else
        json.key("system").beginObject().member("all", true).endObject();
    if (grant.isInherited)
        json.member("OS-INHERIT:inherited_to", "projects");
    json.endObject();
}

QByteArray addressOf(const Grant &grant, const KeystoneLinks &links)
{
    QByteArray path = grant.isInherited ? "/OS-INHERIT" : "";
    if (grant.target.kind == GrantTarget::Kind::System)
        path += "/system";
    else
        path += (grant.target.kind == GrantTarget::Kind::Project ? "/projects/" : "/domains/")
            + grant.target.id.toUtf8();
    path += (grant.actor.isGroup ? "/groups/" : "/users/") + grant.actor.id.toUtf8();
    path += "/roles/" + grant.role.utf8();
    return links.v3(grant.isInherited ? path + "/inherited_to_projects" : path);
}

Result<std::optional<GrantTarget>> targetFromQuery(const Request &request)
{
    const auto project = request.query("scope.project.id"_L1);
    const auto domain = request.query("scope.domain.id"_L1);
    const auto system = request.query("scope.system"_L1);
    if (int(project.has_value()) + int(domain.has_value()) + int(system.has_value()) > 1)
        return invalid(u"scope: give a project, a domain or the system."_s);
    if (project)
        return std::optional(GrantTarget::project(*project));
    if (domain)
        return std::optional(GrantTarget::domain(*domain));
    return system ? std::optional(GrantTarget::system()) : std::optional<GrantTarget>();
}

} // namespace

Result<NewRole> newRoleFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"role"_s);
    if (!json)
        return json.error();
    NewRole wanted;
    wanted.role.name = json->text("name"_L1, longestKeystoneName);
    wanted.role.description = json->optionalText("description"_L1, longestKeystoneText).value_or(QString());
    wanted.domainId = json->optionalText("domain_id"_L1, longestKeystoneName);
    wanted.role.extras = extrasFromJson(*json, roleKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<RoleChange> roleChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"role"_s);
    if (!json)
        return json.error();
    RoleChange wanted;
    wanted.name = json->optionalText("name"_L1, longestKeystoneName);
    wanted.description = json->optionalText("description"_L1, longestKeystoneText);
    if (json->optionalText("domain_id"_L1, longestKeystoneName))
        json->fail("domain_id"_L1, u"a role stays where it is."_s);
    wanted.extras = extrasFromJson(*json, roleKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<GrantListing> grantListingFromQuery(const Request &request)
{
    GrantListing wanted;
    const auto limit = limitFromQuery(request);
    if (!limit)
        return limit.error();
    wanted.filter.limit = *limit;
    wanted.filter.role = request.query("role.id"_L1);
    const auto user = request.query("user.id"_L1);
    const auto group = request.query("group.id"_L1);
    const bool isEffective = flagFromQuery(request, "effective"_L1).value_or(false);
    if (user && group)
        return invalid(u"group.id: give a user or a group."_s);
    if (group && isEffective)
        return invalid(u"group.id: effective assignments are of users only."_s);
    if (user)
        wanted.filter.actor = GrantActor { *user, false };
    if (group)
        wanted.filter.actor = GrantActor { *group, true };
    const auto target = targetFromQuery(request);
    if (!target)
        return target.error();
    wanted.filter.target = *target;
    wanted.filter.withSubtree = flagFromQuery(request, "include_subtree"_L1).value_or(false);
    if (wanted.filter.withSubtree && (!*target || (*target)->kind != GrantTarget::Kind::Project))
        return invalid(u"include_subtree: needs scope.project.id."_s);
    if (request.query("scope.OS-INHERIT:inherited_to"_L1))
        wanted.filter.isInherited = true;
    if (isEffective && wanted.filter.isInherited)
        return invalid(
            u"scope.OS-INHERIT:inherited_to: an effective assignment is never an inherited one."_s);
    if (isEffective)
        wanted.form = GrantListing::Form::Effective;
    if (flagFromQuery(request, "include_names"_L1).value_or(false))
        wanted.names = GrantListing::Names::Yes;
    return wanted;
}

void writeRole(JsonWriter &json, const RoleRecord &role, const KeystoneLinks &links)
{
    json.beginObject().member("id", role.id.text()).member("name", role.name);
    if (role.domain.isNull())
        json.nullMember("domain_id");
    else
        json.member("domain_id", role.domain.text());
    if (role.description.isEmpty())
        json.nullMember("description");
    else
        json.member("description", role.description);
    json.key("options").beginObject();
    if (role.isBuiltIn())
        json.member("immutable", true);
    json.endObject();
    writeExtras(json, role.extras);
    writeSelfLink(json, links.v3("/roles/" + role.id.utf8()));
    json.endObject();
}

QByteArray inferenceBody(const RoleInference &rule, const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject().key("role_inference").beginObject();
    writeInferredRole(json.key("prior_role"), rule.prior, links);
    writeInferredRole(json.key("implies"), rule.implied, links);
    json.endObject();
    const QByteArray prior = "/roles/" + rule.prior.id.utf8();
    writeSelfLink(json, links.v3(prior + "/implies/" + rule.implied.id.utf8()));
    json.endObject();
    return std::move(json).bytes();
}

QByteArray inferencesOfRoleBody(
    const RoleRecord &prior, const QList<RoleInference> &rules, const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject().key("role_inference").beginObject();
    writeInferredRole(json.key("prior_role"), prior, links);
    writeImplied(json, rules, links);
    json.endObject();
    writeSelfLink(json, links.v3("/roles/" + prior.id.utf8() + "/implies"));
    json.endObject();
    return std::move(json).bytes();
}

QByteArray inferencesBody(const QList<RoleInference> &rules, const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject().key("role_inferences").beginArray();
    for (qsizetype first = 0; first < rules.size();) {
        qsizetype behind = first;
        while (behind < rules.size() && rules.at(behind).prior.id == rules.at(first).prior.id)
            ++behind;
        json.beginObject();
        writeInferredRole(json.key("prior_role"), rules.at(first).prior, links);
        writeImplied(json, rules.mid(first, behind - first), links);
        json.endObject();
        first = behind;
    }
    json.endArray();
    writeSelfLink(json, links.v3("/role_inferences"));
    json.endObject();
    return std::move(json).bytes();
}

QByteArray grantsBody(const GrantList &list, const QByteArray &self, const KeystoneLinks &links)
{
    return listBody("role_assignments", list.page.items, list.page.isTruncated, self,
        [&](JsonWriter &json, const Grant &grant) {
            json.beginObject();
            writeParty(json.key("role"), grant.role.text(), list.names.roles);
            if (grant.actor.isGroup)
                writeParty(json.key("group"), grant.actor.id, list.names.groups);
            else
                writeParty(json.key("user"), grant.actor.id, list.names.users);
            writeScope(json, grant, list.names);
            json.key("links").beginObject().member("assignment", addressOf(grant, links)).endObject();
            json.endObject();
        });
}

} // namespace nephele
