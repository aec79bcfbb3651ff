// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keystonev2json.h"

#include "model/identity/role.h"
#include "server/http/jsonreader.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestSecret = 4096;

ScopeWanted scopeFrom(JsonReader &auth)
{
    const QString id = auth.optionalText("tenantId"_L1, longestName).value_or(QString());
    const QString name = auth.optionalText("tenantName"_L1, longestName).value_or(QString());
    ScopeWanted scope;
    if (id.isEmpty() && name.isEmpty())
        return scope;
    scope.kind = ScopeWanted::Kind::Project;
    scope.project = id.isEmpty() ? NameRef::byName(name) : NameRef::byId(id);
    return scope;
}

void writeV2Project(JsonWriter &json, const Project &project)
{
    json.beginObject();
    json.member("id", project.id.text()).member("name", project.name);
    json.member("description", project.description).member("enabled", project.isEnabled);
    json.endObject();
}

void writeV2Token(JsonWriter &json, const TokenDetails &details, const QByteArray &secret)
{
    json.key("token").beginObject();
    json.member("id", secret);
    json.member("issued_at", isoMicroseconds(details.token.issuedAtMs));
    json.member("expires", isoSeconds(details.token.expiresAtMs));
    if (details.project)
        writeV2Project(json.key("tenant"), *details.project);
    json.key("audit_ids").beginArray().value(details.token.auditId).endArray();
    json.endObject();
}

void writeV2User(JsonWriter &json, const TokenDetails &details)
{
    json.key("user").beginObject();
    json.member("id", details.user.id.text()).member("name", details.user.name);
    json.member("username", details.user.name);
    json.key("roles").beginArray();
    for (const QString &role : roleNames(details.roles))
        json.beginObject().member("name", role).endObject();
    json.endArray();
    json.key("roles_links").beginArray().endArray();
    json.endObject();
}

// The endpoints of one service in one region, which v2.0 tells as one.
struct V2Endpoint
{
    std::optional<RegionId> region;
    QHash<int, const CatalogEndpoint *> byInterface;
};

QList<V2Endpoint> byRegion(const QList<CatalogEndpoint> &endpoints)
{
    QList<V2Endpoint> regions;
    for (const CatalogEndpoint &endpoint : endpoints) {
        auto at = std::find_if(regions.begin(), regions.end(),
            [&](const V2Endpoint &region) { return region.region == endpoint.region; });
        if (at == regions.end())
            at = regions.insert(regions.end(), V2Endpoint { endpoint.region, {} });
        at->byInterface.insert(int(endpoint.interface), &endpoint);
    }
    return regions;
}

void writeV2Catalog(
    JsonWriter &json, const Catalog &catalog, const TokenDetails &details, const KeystoneLinks &links)
{
    constexpr std::pair<EndpointInterface, const char *> urls[] = {
        { EndpointInterface::Public, "publicURL" },
        { EndpointInterface::Internal, "internalURL" },
        { EndpointInterface::Admin, "adminURL" },
    };
    for (const auto &[service, endpoints] : catalog.entries) {
        json.beginObject();
        json.member("type", service.type).member("name", service.name);
        json.key("endpoints_links").beginArray().endArray();
        json.key("endpoints").beginArray();
        for (const V2Endpoint &region : byRegion(endpoints)) {
            json.beginObject();
            if (region.region)
                json.member("region", region.region->text());
            for (const auto &[interface, key] : urls) {
                if (const CatalogEndpoint *endpoint = region.byInterface.value(int(interface)))
                    json.member(
                        key, endpointUrl(*endpoint, links.baseUrl, details.project->id, details.user.id));
            }
            json.member("id", region.byInterface.cbegin().value()->id.text());
            json.endObject();
        }
        json.endArray().endObject();
    }
}

} // namespace

Result<SignIn> signInFromV2Json(const QByteArray &body)
{
    auto auth = JsonReader::fromBody(body, u"auth"_s);
    if (!auth)
        return auth.error();
    const ScopeWanted scope = scopeFrom(*auth);
    std::optional<SignIn> wanted;
    if (auto password = auth->optionalObject("passwordCredentials"_L1)) {
        PasswordSignIn way;
        way.scope = scope;
        const QString id = password->optionalText("userId"_L1, longestName).value_or(QString());
        way.user =
            id.isEmpty() ? NameRef::byName(password->text("username"_L1, longestName)) : NameRef::byId(id);
        way.password = password->text("password"_L1, longestSecret, 0);
        auth->adopt(*password);
        wanted = way;
    } else if (auto token = auth->optionalObject("token"_L1)) {
        wanted = TokenSignIn { token->text("id"_L1, longestName).toUtf8(), scope };
        auth->adopt(*token);
    } else {
        auth->fail("passwordCredentials"_L1, u"give these, or a token."_s);
    }
    if (const auto wrong = auth->failure())
        return *wrong;
    return *wanted;
}

QByteArray accessBody(
    const TokenDetails &details, const QByteArray &secret, const Catalog &catalog, const KeystoneLinks &links)
{
    JsonWriter json(4096);
    json.beginObject().key("access").beginObject();
    writeV2Token(json, details, secret);
    writeV2User(json, details);
    json.key("serviceCatalog").beginArray();
    if (details.project)
        writeV2Catalog(json, catalog, details, links);
    json.endArray();
    json.key("metadata").beginObject();
    json.member("is_admin", details.roles.testFlag(Role::Admin) ? 1 : 0);
    json.key("roles").beginArray();
    for (const RoleInfo &role : allRoles()) {
        if (details.roles.testFlag(role.role))
            json.value(QString(role.id));
    }
    json.endArray().endObject();
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray tenantsBody(const QList<Project> &projects)
{
    JsonWriter json;
    json.beginObject().key("tenants").beginArray();
    for (const Project &project : projects)
        writeV2Project(json, project);
    json.endArray();
    json.key("tenants_links").beginArray().endArray();
    json.endObject();
    return std::move(json).bytes();
}

QByteArray v2VersionBody(const KeystoneLinks &links)
{
    JsonWriter json;
    json.beginObject().key("version").beginObject();
    json.member("id", "v2.0").member("status", "deprecated").member("updated", "2016-08-04T00:00:00Z");
    json.key("links").beginArray().beginObject();
    json.member("rel", "self").member("href", links.baseUrl + "/identity/v2.0/");
    json.endObject().endArray();
    json.key("media-types").beginArray().beginObject();
    json.member("base", "application/json").member("type", "application/vnd.openstack.identity-v2.0+json");
    json.endObject().endArray();
    json.endObject().endObject();
    return std::move(json).bytes();
}

} // namespace nephele
