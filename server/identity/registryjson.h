// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/endpointfilterservice.h"
#include "server/identity/registryservice.h"

namespace nephele {

class JsonWriter;
struct Request;

// Every key of regions, services, endpoints and endpoint groups in the OpenStack face (Identity API v3), both
// ways.

// {"region": {"id"?, "parent_region_id"?, "description"?}}
Result<Region> newRegionFromJson(const QByteArray &body);
Result<RegionChange> regionChangeFromJson(const QByteArray &body);
// {"service": {"type", "name"?, "description"?, "enabled"?}}
Result<RegisteredService> newServiceFromJson(const QByteArray &body);
Result<ServiceChange> serviceChangeFromJson(const QByteArray &body);
// {"endpoint": {"service_id", "interface", "url", "region_id"?, "enabled"?, "name"?, "description"?}}
Result<NewEndpoint> newEndpointFromJson(const QByteArray &body);
Result<EndpointChange> endpointChangeFromJson(const QByteArray &body);
// {"endpoint_group": {"name", "description"?, "filters": {...}}}
Result<EndpointGroup> newEndpointGroupFromJson(const QByteArray &body);
Result<EndpointGroupChange> endpointGroupChangeFromJson(const QByteArray &body);

void writeRegion(JsonWriter &json, const Region &region, const Request &request);
void writeRegisteredService(JsonWriter &json, const RegisteredService &service, const Request &request);
void writeEndpoint(JsonWriter &json, const CatalogEndpoint &endpoint, const Request &request);
void writeEndpointGroup(JsonWriter &json, const EndpointGroup &group, const Request &request);

} // namespace nephele
