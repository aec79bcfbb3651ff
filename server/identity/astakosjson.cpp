// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/astakosjson.h"

#include "model/identity/cloudrolestore.h"
#include "model/identity/role.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestSecret = 4096;
constexpr int mostNames = 1000;

QStringList textsFrom(JsonReader &json, QLatin1StringView key)
{
    QStringList texts;
    for (const QJsonValue &entry : json.optionalArray(key, mostNames).value_or(QJsonArray())) {
        if (!entry.isString())
            json.fail(key, u"every entry must be a string."_s);
        texts.append(entry.toString());
    }
    return texts;
}

void writeVersion(JsonWriter &json, const QByteArray &baseUrl, bool isDetailed)
{
    json.beginObject();
    json.member("id", "v2.0").member("status", "CURRENT").member("updated", "2014-04-17T00:00:00Z");
    json.key("links").beginArray().beginObject();
    json.member("rel", "self").member("href", baseUrl + "/astakos/identity/v2.0/").endObject();
    if (isDetailed) {
        json.beginObject().member("rel", "describedby").member("type", "text/html");
        json.member("href", baseUrl + "/").endObject();
    }
    json.endArray();
    if (isDetailed) {
        json.key("media-types").beginArray();
        for (const char *type : { "json", "xml" }) {
            json.beginObject().member("base", QByteArray("application/") + type);
            json.member("type", QByteArray("application/vnd.openstack.identity-v2.0+") + type).endObject();
        }
        json.endArray();
    }
    json.endObject();
}

enum class Projects { Told, LeftOut };

void writeAccess(JsonWriter &json, const AstakosAccess &access, Projects projects)
{
    const QString realName = access.user.realName.isEmpty() ? access.user.name : access.user.realName;
    json.key("token").beginObject();
    json.member("id", access.token).member("expires", isoOffset(access.expiresAtMs));
    json.key("tenant").beginObject().member("id", access.tenant.text()).member("name", realName).endObject();
    json.endObject();
    json.key("user").beginObject();
    json.member("id", access.user.id.text()).member("name", realName);
    json.key("roles").beginArray();
    for (const auto &[id, name] : groupRoles(access))
        json.beginObject().member("id", id).member("name", name).endObject();
    json.endArray();
    json.key("roles_links").beginArray().endArray();
    if (projects == Projects::Told) {
        json.key("projects").beginArray();
        for (const ProjectId &project : access.projects)
            json.value(project.text());
        json.endArray();
    }
    json.endObject();
}

void writeTexts(JsonWriter &json, const QHash<QString, QString> &texts)
{
    QStringList keys = texts.keys();
    keys.sort();
    json.beginObject();
    for (const QString &key : keys)
        json.member(key, texts.value(key));
    json.endObject();
}

} // namespace

Result<AstakosSignIn> astakosSignInFromJson(const QByteArray &body)
{
    auto auth = JsonReader::fromBody(body, u"auth"_s);
    if (!auth)
        return auth.error();
    AstakosSignIn wanted;
    wanted.tenantName = auth->optionalText("tenantName"_L1, longestName);
    if (auth->has("token"_L1)) {
        JsonReader token = auth->object("token"_L1);
        wanted.token = token.text("id"_L1, longestName).toUtf8();
        auth->adopt(token);
    } else if (auth->has("passwordCredentials"_L1)) {
        JsonReader credentials = auth->object("passwordCredentials"_L1);
        wanted.userName = credentials.text("username"_L1, longestName);
        wanted.secret = credentials.text("password"_L1, longestSecret);
        auth->adopt(credentials);
    } else {
        auth->fail("token"_L1, u"give a token, or passwordCredentials."_s);
    }
    if (const auto wrong = auth->failure())
        return *wrong;
    return wanted;
}

Result<CatalogQuestion> catalogQuestionFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    JsonReader json(*object, {});
    CatalogQuestion question { textsFrom(json, "uuids"_L1), textsFrom(json, "displaynames"_L1) };
    question.wantsEverybody = json.isNull("uuids"_L1) || json.isNull("displaynames"_L1);
    if (const auto wrong = json.failure())
        return *wrong;
    return question;
}

QList<std::pair<QByteArray, QByteArray>> endpointFields(
    const CatalogService &service, const QByteArray &baseUrl)
{
    QList<std::pair<QByteArray, QByteArray>> fields {
        { "publicURL", baseUrl + service.path },
        { "versionId", service.version },
        { "region", "default" },
        { "SNF:uiURL", baseUrl + service.uiPath },
    };
    if (service.type == "astakos_weblogin")
        fields.append({ "SNF:webloginURL", baseUrl + service.path });
    return fields;
}

QByteArray accessJson(
    const AstakosAccess *access, const QList<CatalogService> &services, const QByteArray &baseUrl)
{
    JsonWriter json(4096);
    json.beginObject().key("access").beginObject();
    if (access)
        writeAccess(json, *access, Projects::Told);
    json.key("serviceCatalog").beginArray();
    for (const CatalogService &service : services) {
        if (service.face != Face::Synnefo)
            continue;
        json.beginObject().member("name", service.name).member("type", service.type);
        json.key("endpoints_links").beginArray().endArray();
        json.key("endpoints").beginArray().beginObject();
        for (const auto &[key, value] : endpointFields(service, baseUrl))
            json.member(QByteArrayView(key), value);
        json.endObject().endArray().endObject();
    }
    json.endArray().endObject().endObject();
    return std::move(json).bytes();
}

QList<std::pair<QString, QString>> groupRoles(const AstakosAccess &access)
{
    QList<std::pair<QString, QString>> roles;
    if (access.isAdmin) {
        const RoleInfo *admin = findRoleByName(u"admin"_s);
        roles.append({ admin->id, admin->name });
    }
    for (const CloudRole role :
        { CloudRole::ProjectAdmin, CloudRole::Helpdesk, CloudRole::AdminApi, CloudRole::AdminStats }) {
        if (access.cloudRoles.testFlag(role))
            roles.append({ QString::number(int(role)), cloudRoleNames(role).first() });
    }
    return roles;
}

QByteArray accessTokenJson(const AstakosAccess &access)
{
    JsonWriter json;
    json.beginObject().key("access").beginObject();
    writeAccess(json, access, Projects::LeftOut);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray endpointsJson(const QList<CatalogService> &services, const QByteArray &baseUrl, int marker,
    int limit, const QByteArray &path)
{
    JsonWriter json(4096);
    json.beginObject().key("endpoints").beginArray();
    int number = 0;
    int last = marker;
    bool hasMore = false;
    for (const CatalogService &service : services) {
        if (service.face != Face::Synnefo || ++number <= marker)
            continue;
        hasMore = number > marker + limit;
        if (hasMore)
            break;
        last = number;
        const QByteArray url = baseUrl + service.path;
        json.beginObject().member("id", number).member("name", service.name).member("type", service.type);
        json.member("region", "default").member("publicURL", url).member("internalURL", url);
        json.member("adminURL", url).endObject();
    }
    json.endArray().key("endpoints_links").beginArray();
    if (hasMore) {
        const QByteArray page = "?marker=" + QByteArray::number(last) + "&limit=" + QByteArray::number(limit);
        json.beginObject().member("rel", "next").member("href", baseUrl + path + page).endObject();
    }
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray astakosVersionsJson(const QByteArray &baseUrl)
{
    JsonWriter json;
    json.beginObject().key("versions").beginObject().key("values").beginArray();
    writeVersion(json, baseUrl, false);
    json.endArray().endObject().endObject();
    return std::move(json).bytes();
}

QByteArray astakosVersionJson(const QByteArray &baseUrl)
{
    JsonWriter json;
    json.beginObject();
    writeVersion(json.key("version"), baseUrl, true);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray nameCatalogsJson(const NameCatalogs &catalogs)
{
    JsonWriter json;
    json.beginObject();
    writeTexts(json.key("uuid_catalog"), catalogs.namesById);
    writeTexts(json.key("displayname_catalog"), catalogs.idsByName);
    json.endObject();
    return std::move(json).bytes();
}

} // namespace nephele
