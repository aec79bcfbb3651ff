// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/trustservice.h"

namespace nephele {

class JsonWriter;
struct Request;

// Every key of trusts in the OpenStack face (Identity API v3, "OS-TRUST"), both ways.

// {"trust": {"trustor_user_id", "trustee_user_id", "project_id", "roles": [{"id"|"name"}], "impersonation",
// "expires_at"?, "remaining_uses"?}}. Forbidden for one that may be passed on: this cloud has no
// redelegation.
Result<NewTrust> newTrustFromJson(const QByteArray &body);

// Lists leave the roles out, as Keystone's do.
enum class TrustRoles { Told, LeftOut };
void writeTrust(JsonWriter &json, const Trust &trust, TrustRoles roles, const Request &request);
// What a trust gives, as roles with names.
QList<RoleRecord> trustRoles(const Trust &trust);
void writeTrustRole(JsonWriter &json, const RoleRecord &role, const Request &request);
// {"roles": [{"id", "name", "domain_id", "links"}], "links": {...}}
QByteArray trustRolesBody(const Trust &trust, const Request &request);

} // namespace nephele
