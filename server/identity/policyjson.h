// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/policyservice.h"

namespace nephele {

class JsonWriter;
struct Request;

// Every key of policies and OAuth 1 consumers in the OpenStack face (Identity API v3), both ways.

// {"policy": {"type", "blob"}}
Result<Policy> newPolicyFromJson(const QByteArray &body);
Result<PolicyChange> policyChangeFromJson(const QByteArray &body);
// {"consumer": {"description"?}}
Result<QString> consumerDescriptionFromJson(const QByteArray &body);

void writePolicy(JsonWriter &json, const Policy &policy, const Request &request);
// secret empty: it is not told any more.
void writeConsumer(
    JsonWriter &json, const OauthConsumer &consumer, const QString &secret, const Request &request);

} // namespace nephele
