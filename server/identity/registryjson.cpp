// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/registryjson.h"

#include "server/http/jsonreader.h"
#include "server/identity/keystonereplies.h"

#include <QUrl>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestText = 4096;
constexpr int longestUrl = 2048;

using Null = JsonReader::Null;

template <class T>
Result<T> readOr(const JsonReader &json, T value)
{
    if (const auto wrong = json.failure())
        return *wrong;
    return value;
}

// An id of a region: absent or null for none.
std::optional<RegionId> regionFrom(JsonReader &json, QLatin1StringView key)
{
    const auto id = json.optionalText(key, longestName);
    if (id && id->isEmpty())
        json.fail(key, u"must not be empty."_s);
    return id ? std::optional(RegionId::stored(*id)) : std::nullopt;
}

std::optional<QString> filledText(JsonReader &json, QLatin1StringView key)
{
    const auto text = json.optionalText(key, longestName, Null::Refused);
    if (text && text->isEmpty())
        json.fail(key, u"must not be empty."_s);
    return text;
}

EndpointInterface interfaceFrom(JsonReader &json, QLatin1StringView key, const QString &word)
{
    const auto interface = findEndpointInterface(word);
    if (!interface)
        json.fail(key, u"must be public, internal or admin."_s);
    return interface.value_or(EndpointInterface::Public);
}

EndpointFilter filterFrom(JsonReader &json)
{
    EndpointFilter filter;
    json.allowOnly({ u"interface"_s, u"service_id"_s, u"region_id"_s });
    if (const auto word = json.optionalText("interface"_L1, longestName))
        filter.interface = interfaceFrom(json, "interface"_L1, *word);
    if (const auto id = filledText(json, "service_id"_L1))
        filter.service = RegisteredServiceId::stored(*id);
    filter.region = regionFrom(json, "region_id"_L1);
    if (filter == EndpointFilter() && !json.failure())
        json.fail("interface"_L1, u"name an interface, a service_id or a region_id."_s);
    return filter;
}

} // namespace

Result<Region> newRegionFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"region"_s);
    if (!json)
        return json.error();
    Region region;
    if (const auto id = filledText(*json, "id"_L1)) {
        region.id = RegionId::stored(*id);
        if (id->contains(u'/'))
            json->fail("id"_L1, u"must not hold a slash."_s);
    }
    region.parent = regionFrom(*json, "parent_region_id"_L1);
    region.description = json->optionalText("description"_L1, longestText).value_or(QString());
    return readOr(*json, region);
}

Result<RegionChange> regionChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"region"_s);
    if (!json)
        return json.error();
    RegionChange change;
    if (json->has("parent_region_id"_L1))
        change.parent = regionFrom(*json, "parent_region_id"_L1);
    if (json->has("description"_L1))
        change.description = json->optionalText("description"_L1, longestText).value_or(QString());
    return readOr(*json, change);
}

Result<RegisteredService> newServiceFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"service"_s);
    if (!json)
        return json.error();
    RegisteredService service;
    service.type = json->text("type"_L1, longestName);
    service.name = json->optionalText("name"_L1, longestName).value_or(QString());
    service.description = json->optionalText("description"_L1, longestText).value_or(QString());
    service.isEnabled = json->optionalFlag("enabled"_L1, Null::Refused).value_or(true);
    return readOr(*json, service);
}

Result<ServiceChange> serviceChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"service"_s);
    if (!json)
        return json.error();
    ServiceChange change;
    change.type = filledText(*json, "type"_L1);
    change.name = json->optionalText("name"_L1, longestName);
    if (json->has("description"_L1))
        change.description = json->optionalText("description"_L1, longestText).value_or(QString());
    change.isEnabled = json->optionalFlag("enabled"_L1, Null::Refused);
    return readOr(*json, change);
}

Result<NewEndpoint> newEndpointFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"endpoint"_s);
    if (!json)
        return json.error();
    NewEndpoint wanted;
    CatalogEndpoint &endpoint = wanted.endpoint;
    endpoint.service = RegisteredServiceId::stored(json->text("service_id"_L1, longestName));
    endpoint.interface = interfaceFrom(*json, "interface"_L1, json->text("interface"_L1, longestName));
    endpoint.url = json->text("url"_L1, longestUrl);
    const bool isOldKey = !json->has("region_id"_L1);
    endpoint.region = regionFrom(*json, isOldKey ? "region"_L1 : "region_id"_L1);
    wanted.unknownRegion = isOldKey ? UnknownRegion::IsMade : UnknownRegion::IsRefused;
    endpoint.name = json->optionalText("name"_L1, longestName).value_or(QString());
    endpoint.description = json->optionalText("description"_L1, longestText).value_or(QString());
    endpoint.isEnabled = json->optionalFlag("enabled"_L1, Null::Refused).value_or(true);
    return readOr(*json, wanted);
}

Result<EndpointChange> endpointChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"endpoint"_s);
    if (!json)
        return json.error();
    EndpointChange change;
    if (const auto service = filledText(*json, "service_id"_L1))
        change.service = RegisteredServiceId::stored(*service);
    if (const auto word = json->optionalText("interface"_L1, longestName))
        change.interface = interfaceFrom(*json, "interface"_L1, *word);
    for (const auto key : { "region"_L1, "region_id"_L1 }) {
        if (json->has(key))
            change.region = regionFrom(*json, key);
    }
    if (!json->has("region_id"_L1))
        change.unknownRegion = UnknownRegion::IsMade;
    change.url = json->optionalText("url"_L1, longestUrl, Null::Refused);
    change.name = json->optionalText("name"_L1, longestName);
    change.description = json->optionalText("description"_L1, longestText);
    change.isEnabled = json->optionalFlag("enabled"_L1, Null::Refused);
    return readOr(*json, change);
}

Result<EndpointGroup> newEndpointGroupFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"endpoint_group"_s);
    if (!json)
        return json.error();
    EndpointGroup group;
    group.name = json->text("name"_L1, longestName);
    group.description = json->optionalText("description"_L1, longestText).value_or(QString());
    JsonReader filters = json->object("filters"_L1);
    json->adopt(filters);
    if (const auto wrong = json->failure())
        return *wrong;
    group.filter = filterFrom(filters);
    return readOr(filters, group);
}

Result<EndpointGroupChange> endpointGroupChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"endpoint_group"_s);
    if (!json)
        return json.error();
    EndpointGroupChange change;
    change.name = filledText(*json, "name"_L1);
    if (json->has("description"_L1))
        change.description = json->optionalText("description"_L1, longestText).value_or(QString());
    if (auto filters = json->optionalObject("filters"_L1)) {
        change.filter = filterFrom(*filters);
        json->adopt(*filters);
    }
    return readOr(*json, change);
}

void writeRegion(JsonWriter &json, const Region &region, const Request &request)
{
    json.beginObject();
    json.member("id", region.id.text()).member("description", region.description);
    writeIdOrNull(json, "parent_region_id", region.parent);
    writeSelfLink(json, keystoneLinks(request).v3("/regions/" + QUrl::toPercentEncoding(region.id.text())));
    json.endObject();
}

void writeRegisteredService(JsonWriter &json, const RegisteredService &service, const Request &request)
{
    json.beginObject();
    json.member("id", service.id.text()).member("type", service.type).member("name", service.name);
    json.member("description", service.description).member("enabled", service.isEnabled);
    writeSelfLink(json, keystoneLinks(request).v3("/services/" + service.id.utf8()));
    json.endObject();
}

void writeEndpoint(JsonWriter &json, const CatalogEndpoint &endpoint, const Request &request)
{
    const QString url =
        endpoint.url.startsWith(u'/') ? QString::fromUtf8(request.baseUrl) + endpoint.url : endpoint.url;
    json.beginObject();
    json.member("id", endpoint.id.text()).member("service_id", endpoint.service.text());
    json.member("interface", wordOf(endpoint.interface)).member("url", url);
    writeIdOrNull(json, "region_id", endpoint.region);
    writeIdOrNull(json, "region", endpoint.region);
    json.member("enabled", endpoint.isEnabled);
    if (!endpoint.name.isEmpty())
        json.member("name", endpoint.name);
    if (!endpoint.description.isEmpty())
        json.member("description", endpoint.description);
    writeSelfLink(json, keystoneLinks(request).v3("/endpoints/" + endpoint.id.utf8()));
    json.endObject();
}

void writeEndpointGroup(JsonWriter &json, const EndpointGroup &group, const Request &request)
{
    json.beginObject();
    json.member("id", group.id.text()).member("name", group.name).member("description", group.description);
    json.key("filters").beginObject();
    if (group.filter.interface)
        json.member("interface", wordOf(*group.filter.interface));
    if (group.filter.service)
        json.member("service_id", group.filter.service->text());
    if (group.filter.region)
        json.member("region_id", group.filter.region->text());
    json.endObject();
    writeSelfLink(json, keystoneLinks(request).v3("/OS-EP-FILTER/endpoint_groups/" + group.id.utf8()));
    json.endObject();
}

} // namespace nephele
