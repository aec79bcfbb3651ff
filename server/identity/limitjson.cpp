// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/limitjson.h"

#include "server/http/jsonreader.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestText = 4096;
constexpr int mostAtOnce = 100;

std::optional<RegionId> regionFrom(JsonReader &json)
{
    const auto id = json.optionalText("region_id"_L1, longestName);
    return id ? std::optional(RegionId::stored(*id)) : std::nullopt;
}

QString descriptionFrom(JsonReader &json)
{
    return json.optionalText("description"_L1, longestText).value_or(QString());
}

RegisteredLimit registeredFrom(JsonReader &json)
{
    RegisteredLimit limit;
    limit.service = RegisteredServiceId::stored(json.text("service_id"_L1, longestName));
    limit.region = regionFrom(json);
    limit.resource = json.text("resource_name"_L1, longestName);
    limit.most = json.integer("default_limit"_L1, -1, LimitService::greatest);
    limit.description = descriptionFrom(json);
    return limit;
}

NewProjectLimit limitFrom(JsonReader &json)
{
    NewProjectLimit limit;
    if (json.has("domain_id"_L1) && !json.isNull("domain_id"_L1))
        json.fail("domain_id"_L1, u"limits are of projects in this cloud."_s);
    limit.project = ProjectId::stored(json.text("project_id"_L1, longestName));
    limit.service = RegisteredServiceId::stored(json.text("service_id"_L1, longestName));
    limit.region = regionFrom(json);
    limit.resource = json.text("resource_name"_L1, longestName);
    limit.most = json.integer("resource_limit"_L1, -1, LimitService::greatest);
    limit.description = descriptionFrom(json);
    return limit;
}

// {"<key>": [{...}, ...]} with at least one.
template <class T>
Result<QList<T>> listFrom(const QByteArray &body, QLatin1StringView key, T (*read)(JsonReader &))
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    JsonReader json(*object, {});
    QList<T> list;
    const QJsonArray entries = json.array(key, mostAtOnce);
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const QString path = u"%1[%2]"_s.arg(key).arg(i);
        if (!entries.at(i).isObject())
            return invalid(path + u": must be an object."_s);
        JsonReader entry(entries.at(i).toObject(), path);
        list.append(read(entry));
        json.adopt(entry);
    }
    if (list.isEmpty())
        json.fail(key, u"must not be empty."_s);
    if (const auto wrong = json.failure())
        return *wrong;
    return list;
}

} // namespace

Result<QList<RegisteredLimit>> newRegisteredLimitsFromJson(const QByteArray &body)
{
    return listFrom(body, "registered_limits"_L1, registeredFrom);
}

Result<RegisteredLimitChange> registeredLimitChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"registered_limit"_s);
    if (!json)
        return json.error();
    RegisteredLimitChange change;
    if (const auto service = json->optionalText("service_id"_L1, longestName))
        change.service = RegisteredServiceId::stored(*service);
    if (json->has("region_id"_L1))
        change.region = regionFrom(*json);
    change.resource = json->optionalText("resource_name"_L1, longestName);
    change.most = json->optionalInteger("default_limit"_L1, -1, LimitService::greatest);
    if (json->has("description"_L1))
        change.description = descriptionFrom(*json);
    if (const auto wrong = json->failure())
        return *wrong;
    return change;
}

Result<QList<NewProjectLimit>> newProjectLimitsFromJson(const QByteArray &body)
{
    return listFrom(body, "limits"_L1, limitFrom);
}

Result<ProjectLimitChange> projectLimitChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"limit"_s);
    if (!json)
        return json.error();
    ProjectLimitChange change;
    change.most = json->optionalInteger("resource_limit"_L1, -1, LimitService::greatest);
    if (json->has("description"_L1))
        change.description = descriptionFrom(*json);
    if (const auto wrong = json->failure())
        return *wrong;
    return change;
}

void writeRegisteredLimit(JsonWriter &json, const RegisteredLimit &limit, const Request &request)
{
    json.beginObject();
    json.member("id", limit.id.text()).member("service_id", limit.service.text());
    writeIdOrNull(json, "region_id", limit.region);
    json.member("resource_name", limit.resource).member("default_limit", limit.most);
    json.member("description", limit.description);
    writeSelfLink(json, keystoneLinks(request).v3("/registered_limits/" + limit.id.utf8()));
    json.endObject();
}

void writeProjectLimit(JsonWriter &json, const ProjectLimit &limit, const Request &request)
{
    json.beginObject();
    json.member("id", limit.id.text()).member("project_id", limit.project.text()).nullMember("domain_id");
    json.member("service_id", limit.registered.service.text());
    writeIdOrNull(json, "region_id", limit.registered.region);
    json.member("resource_name", limit.registered.resource).member("resource_limit", limit.most);
    json.member("description", limit.description);
    writeSelfLink(json, keystoneLinks(request).v3("/limits/" + limit.id.utf8()));
    json.endObject();
}

} // namespace nephele
