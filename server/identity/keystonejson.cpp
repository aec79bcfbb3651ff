// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keystonejson.h"

#include "model/identity/role.h"
#include "server/identity/accessrulejson.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

void writeDomain(JsonWriter &json, const Domain &domain)
{
    json.key("domain").beginObject();
    json.member("id", domain.id.text()).member("name", domain.name);
    json.endObject();
}

void writeSelf(JsonWriter &json, const QByteArray &url)
{
    json.key("links").beginObject().member("self", url).endObject();
}

void writeListLinks(JsonWriter &json, const QByteArray &self)
{
    json.key("links").beginObject();
    json.nullMember("next").member("self", self).nullMember("previous");
    json.endObject();
}

void writeRoles(JsonWriter &json, Roles roles)
{
    json.key("roles").beginArray();
    for (const RoleInfo &info : allRoles()) {
        if (roles.testFlag(info.role))
            json.beginObject().member("id", QString(info.id)).member("name", QString(info.name)).endObject();
    }
    json.endArray();
}

void writeVersion(JsonWriter &json, const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", "v3.14").member("status", "stable").member("updated", "2020-04-07T00:00:00Z");
    json.key("links").beginArray().beginObject();
    json.member("rel", "self").member("href", links.v3("/"));
    json.endObject().endArray();
    json.key("media-types").beginArray().beginObject();
    json.member("base", "application/json").member("type", "application/vnd.openstack.identity-v3+json");
    json.endObject().endArray();
    json.endObject();
}

void writeUser(JsonWriter &json, const User &user, const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", user.id.text()).member("name", user.name).member("domain_id", user.domain.id.text());
    json.member("enabled", user.isEnabled).member("default_project_id", user.defaultProject.text());
    json.member("email", user.email).member("description", user.realName);
    json.nullMember("password_expires_at");
    json.key("options").beginObject().endObject();
    writeSelf(json, links.v3("/users/" + user.id.utf8()));
    json.endObject();
}

void writeProject(JsonWriter &json, const Project &project, const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", project.id.text()).member("name", project.name);
    json.member("domain_id", project.domain.id.text()).member("parent_id", project.domain.id.text());
    json.member("description", project.description).member("enabled", project.isEnabled);
    json.member("is_domain", false);
    json.key("tags").beginArray().endArray();
    json.key("options").beginObject().endObject();
    writeSelf(json, links.v3("/projects/" + project.id.utf8()));
    json.endObject();
}

void writeCredential(JsonWriter &json, const ApplicationCredential &credential, const QString &secret,
    const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", credential.id.text()).member("name", credential.name);
    json.member("description", credential.description).member("project_id", credential.project.text());
    json.member("user_id", credential.user.text()).member("unrestricted", credential.isUnrestricted);
    if (credential.expiresAtMs)
        json.member("expires_at", isoMicroseconds(*credential.expiresAtMs));
    else
        json.nullMember("expires_at");
    writeRoles(json, credential.roles);
    json.key("access_rules").beginArray();
    for (const AccessRule &rule : credential.accessRules)
        writeAccessRule(json, rule);
    json.endArray();
    if (!secret.isEmpty())
        json.member("secret", secret);
    writeSelf(json,
        links.v3("/users/" + credential.user.utf8() + "/application_credentials/" + credential.id.utf8()));
    json.endObject();
}

void writeTokenProject(JsonWriter &json, const Project &project)
{
    json.key("project").beginObject();
    writeDomain(json, project.domain);
    json.member("id", project.id.text()).member("name", project.name);
    json.endObject();
    json.member("is_domain", false);
}

} // namespace

void writeCatalog(JsonWriter &json, const Catalog &catalog, const KeystoneLinks &links,
    const ProjectId &project, const UserId &user)
{
    json.beginArray();
    for (const auto &[service, endpoints] : catalog.entries) {
        json.beginObject();
        json.member("id", service.id.text()).member("type", service.type).member("name", service.name);
        json.key("endpoints").beginArray();
        for (const CatalogEndpoint &endpoint : endpoints) {
            json.beginObject();
            json.member("id", endpoint.id.text()).member("interface", wordOf(endpoint.interface));
            writeIdOrNull(json, "region", endpoint.region);
            writeIdOrNull(json, "region_id", endpoint.region);
            json.member("url", endpointUrl(endpoint, links.baseUrl, project, user));
            json.endObject();
        }
        json.endArray().endObject();
    }
    json.endArray();
}

QByteArray tokenBody(const TokenDetails &details, const Catalog *catalog, const KeystoneLinks &links)
{
    const Token &token = details.token;
    JsonWriter json(4096);
    json.beginObject().key("token").beginObject();
    json.key("methods").beginArray();
    for (const QString &method : token.methods)
        json.value(method);
    json.endArray();
    json.key("user").beginObject();
    writeDomain(json, details.user.domain);
    json.member("id", details.user.id.text()).member("name", details.user.name);
    json.nullMember("password_expires_at").endObject();
    json.key("audit_ids").beginArray().value(token.auditId);
    if (!token.parentAuditId.isEmpty())
        json.value(token.parentAuditId);
    json.endArray();
    json.member("expires_at", isoMicroseconds(token.expiresAtMs));
    json.member("issued_at", isoMicroseconds(token.issuedAtMs));
    if (details.project) {
        writeTokenProject(json, *details.project);
        writeRoles(json, details.roles);
        if (catalog)
            writeCatalog(json.key("catalog"), *catalog, links, details.project->id, details.user.id);
    }
    if (details.trust) {
        json.key("OS-TRUST:trust").beginObject();
        json.member("id", details.trust->id.text()).member("impersonation", details.trust->isImpersonation);
        json.key("trustor_user").beginObject().member("id", details.trust->trustor.text()).endObject();
        json.key("trustee_user").beginObject().member("id", details.trust->trustee.text()).endObject();
        json.endObject();
    }
    if (details.credential) {
        json.key("application_credential").beginObject();
        json.member("id", details.credential->id.text()).member("name", details.credential->name);
        json.member("restricted", details.isRestricted()).endObject();
    }
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray versionBody(const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject();
    writeVersion(json.key("version"), links);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray versionsBody(const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject().key("versions").beginObject().key("values").beginArray();
    writeVersion(json, links);
    json.endArray().endObject().endObject();
    return std::move(json).bytes();
}

QByteArray userBody(const User &user, const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject();
    writeUser(json.key("user"), user, links);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray usersBody(const Page<User> &users, const KeystoneLinks &links)
{
    JsonWriter json(512 * (users.items.size() + 1));
    json.beginObject().key("users").beginArray();
    for (const User &user : users.items)
        writeUser(json, user, links);
    json.endArray();
    writeListLinks(json, links.v3("/users"));
    if (users.isTruncated)
        json.member("truncated", true);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray projectBody(const Project &project, const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject();
    writeProject(json.key("project"), project, links);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray projectsBody(const Page<Project> &projects, const QByteArray &self, const KeystoneLinks &links)
{
    JsonWriter json(512 * (projects.items.size() + 1));
    json.beginObject().key("projects").beginArray();
    for (const Project &project : projects.items)
        writeProject(json, project, links);
    json.endArray();
    writeListLinks(json, links.v3(self));
    if (projects.isTruncated)
        json.member("truncated", true);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray credentialBody(
    const ApplicationCredential &credential, const QString &secret, const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject();
    writeCredential(json.key("application_credential"), credential, secret, links);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray credentialsBody(
    const QList<ApplicationCredential> &credentials, const QByteArray &self, const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject().key("application_credentials").beginArray();
    for (const ApplicationCredential &credential : credentials)
        writeCredential(json, credential, {}, links);
    json.endArray();
    writeListLinks(json, links.v3(self));
    json.endObject();
    return std::move(json).bytes();
}

} // namespace nephele
