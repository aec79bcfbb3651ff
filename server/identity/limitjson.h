// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/limitservice.h"

namespace nephele {

class JsonWriter;
struct Request;

// Every key of unified limits in the OpenStack face (Identity API v3, "Unified Limits"), both ways.

// {"registered_limits": [{"service_id", "region_id"?, "resource_name", "default_limit", "description"?}]}
Result<QList<RegisteredLimit>> newRegisteredLimitsFromJson(const QByteArray &body);
Result<RegisteredLimitChange> registeredLimitChangeFromJson(const QByteArray &body);
// {"limits": [{"project_id", "service_id", "region_id"?, "resource_name", "resource_limit", "description"?}]}
Result<QList<NewProjectLimit>> newProjectLimitsFromJson(const QByteArray &body);
Result<ProjectLimitChange> projectLimitChangeFromJson(const QByteArray &body);

void writeRegisteredLimit(JsonWriter &json, const RegisteredLimit &limit, const Request &request);
void writeProjectLimit(JsonWriter &json, const ProjectLimit &limit, const Request &request);

} // namespace nephele
