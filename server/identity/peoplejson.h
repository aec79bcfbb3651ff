// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/groupstore.h"
#include "server/identity/keystonecommon.h"
#include "server/identity/peopleservice.h"

namespace nephele {

// Every key of users and groups in the OpenStack face (Identity API v3, "Users", "Groups"), both ways.

// {"user": {...}}
Result<NewPerson> newPersonFromJson(const QByteArray &body);
Result<PersonChange> personChangeFromJson(const QByteArray &body);
// {"group": {...}}
Result<NewGroup> newGroupFromJson(const QByteArray &body);
Result<GroupChange> groupChangeFromJson(const QByteArray &body);

void writeUser(JsonWriter &json, const User &user, const KeystoneLinks &links);
void writeGroup(JsonWriter &json, const UserGroup &group, const KeystoneLinks &links);

} // namespace nephele
