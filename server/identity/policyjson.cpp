// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/policyjson.h"

#include "server/http/jsonreader.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestBlob = 256 * 1024;

} // namespace

Result<Policy> newPolicyFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"policy"_s);
    if (!json)
        return json.error();
    Policy policy;
    policy.type = json->text("type"_L1, longestName);
    policy.blob = json->text("blob"_L1, longestBlob);
    if (const auto wrong = json->failure())
        return *wrong;
    return policy;
}

Result<PolicyChange> policyChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"policy"_s);
    if (!json)
        return json.error();
    PolicyChange change;
    change.type = json->optionalText("type"_L1, longestName, JsonReader::Null::Refused);
    change.blob = json->optionalText("blob"_L1, longestBlob, JsonReader::Null::Refused);
    if (const auto wrong = json->failure())
        return *wrong;
    return change;
}

Result<QString> consumerDescriptionFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"consumer"_s);
    if (!json)
        return json.error();
    const QString description = json->optionalText("description"_L1, longestName).value_or(QString());
    if (json->has("secret"_L1))
        json->fail("secret"_L1, u"it is made up here, once."_s);
    if (const auto wrong = json->failure())
        return *wrong;
    return description;
}

void writePolicy(JsonWriter &json, const Policy &policy, const Request &request)
{
    json.beginObject();
    json.member("id", policy.id.text()).member("type", policy.type).member("blob", policy.blob);
    writeSelfLink(json, keystoneLinks(request).v3("/policies/" + policy.id.utf8()));
    json.endObject();
}

void writeConsumer(
    JsonWriter &json, const OauthConsumer &consumer, const QString &secret, const Request &request)
{
    json.beginObject();
    json.member("id", consumer.id.text()).member("description", consumer.description);
    if (!secret.isEmpty())
        json.member("secret", secret);
    writeSelfLink(json, keystoneLinks(request).v3("/OS-OAUTH1/consumers/" + consumer.id.utf8()));
    json.endObject();
}

} // namespace nephele
