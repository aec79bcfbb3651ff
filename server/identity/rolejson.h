// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/assignmentservice.h"
#include "server/identity/keystonecommon.h"
#include "server/identity/roleservice.h"

namespace nephele {

// Every key of roles, their rules and their assignments in the OpenStack face (Identity API v3, "Roles"),
// both ways.

struct NewRole
{
    RoleRecord role; // without an id
    std::optional<QString> domainId;
};

// {"role": {...}}
Result<NewRole> newRoleFromJson(const QByteArray &body);
Result<RoleChange> roleChangeFromJson(const QByteArray &body);
// The filters of GET /role_assignments. Invalid where two exclude each other.
Result<GrantListing> grantListingFromQuery(const Request &request);

void writeRole(JsonWriter &json, const RoleRecord &role, const KeystoneLinks &links);

// {"role_inference": {"prior_role": {...}, "implies": {...}}}
QByteArray inferenceBody(const RoleInference &rule, const KeystoneLinks &links);
// {"role_inference": {"prior_role": {...}, "implies": [{...} ...]}}
QByteArray inferencesOfRoleBody(
    const RoleRecord &prior, const QList<RoleInference> &rules, const KeystoneLinks &links);
// {"role_inferences": [{"prior_role": {...}, "implies": [{...} ...]} ...]}; rules sorted by prior role.
QByteArray inferencesBody(const QList<RoleInference> &rules, const KeystoneLinks &links);
// {"role_assignments": [...]}
QByteArray grantsBody(const GrantList &list, const QByteArray &self, const KeystoneLinks &links);

} // namespace nephele
