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

void writeRoles(JsonWriter &json, const QList<RoleRecord> &roles)
{
    json.key("roles").beginArray();
    for (const RoleRecord &role : roles)
        json.beginObject().member("id", role.id.text()).member("name", role.name).endObject();
    json.endArray();
}

// Those of a credential: the built-in ones are bits.
QList<RoleRecord> rolesOf(const ApplicationCredential &credential)
{
    QList<RoleRecord> roles;
    for (const RoleInfo &info : allRoles()) {
        if (credential.roles.testFlag(info.role))
            roles.append({ RoleId::stored(info.id), info.name, {}, {}, {}, info.role });
    }
    return roles + credential.others;
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

void writeCredential(JsonWriter &json, const ApplicationCredential &credential, const QString &secret,
    const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", credential.id.text()).member("name", credential.name);
    json.member("description", credential.description).member("project_id", credential.project.text());
    json.member("user_id", credential.user.text()).member("unrestricted", credential.isUnrestricted);
    if (!credential.expiresText.isEmpty())
        json.member("expires_at", credential.expiresText);
    else if (credential.expiresAtMs)
        json.member("expires_at", isoMicroseconds(*credential.expiresAtMs));
    else
        json.nullMember("expires_at");
    writeRoles(json, rolesOf(credential));
    json.key("access_rules").beginArray();
    for (const AccessRule &rule : credential.accessRules)
        writeAccessRule(json, rule);
    json.endArray();
    if (!secret.isEmpty())
        json.member("secret", secret);
    writeSelfLink(json,
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
    if (details.user.passwordExpiresAtMs)
        json.member("password_expires_at", isoMicroseconds(*details.user.passwordExpiresAtMs));
    else
        json.nullMember("password_expires_at");
    json.endObject();
    json.key("audit_ids").beginArray().value(token.auditId);
    if (!token.parentAuditId.isEmpty())
        json.value(token.parentAuditId);
    json.endArray();
    json.member("expires_at", isoMicroseconds(token.expiresAtMs));
    json.member("issued_at", isoMicroseconds(token.issuedAtMs));
    if (details.project) {
        writeTokenProject(json, *details.project);
        writeRoles(json, details.heldRoles);
    } else if (details.domain) {
        writeDomain(json, *details.domain);
        json.member("is_domain", true);
        writeRoles(json, details.heldRoles);
    } else if (token.kind == TokenKind::System) {
        json.key("system").beginObject().member("all", true).endObject();
        writeRoles(json, details.heldRoles);
    }
    if (catalog)
        writeCatalog(
            json.key("catalog"), *catalog, links, token.project.value_or(ProjectId()), details.user.id);
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
