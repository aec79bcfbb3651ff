// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/accessrule.h"

namespace nephele {

class JsonReader;
class JsonWriter;

// Every key of access rules in the OpenStack face (Identity API v3, "Application Credentials"), both ways.

// "access_rules": [{"service", "method", "path"} or {"id"}] of an application credential; empty when it is
// absent. What is wrong is the reader's failure.
AccessRules accessRulesFrom(JsonReader &credential);

void writeAccessRule(JsonWriter &json, const AccessRule &rule);

} // namespace nephele
