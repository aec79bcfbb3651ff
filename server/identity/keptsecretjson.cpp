// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keptsecretjson.h"

#include "server/http/jsonreader.h"
#include "server/identity/keystonereplies.h"

#include <QJsonDocument>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestBlob = 65536;

std::optional<ProjectId> projectFrom(JsonReader &json)
{
    const auto id = json.optionalText("project_id"_L1, longestName);
    return id ? std::optional(ProjectId::stored(*id)) : std::nullopt;
}

// The public half in the blob of an EC2 key.
QString accessIn(JsonReader &json, const QString &blob)
{
    const QJsonObject halves = QJsonDocument::fromJson(blob.toUtf8()).object();
    const QString access = halves.value("access"_L1).toString();
    if (access.isEmpty() || access.size() > longestName || halves.value("secret"_L1).toString().isEmpty())
        json.fail("blob"_L1, u"of type ec2: must be JSON with \"access\" and \"secret\"."_s);
    return access;
}

} // namespace

Result<KeptSecret> newKeptSecretFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"credential"_s);
    if (!json)
        return json.error();
    KeptSecret secret;
    secret.type = json->text("type"_L1, longestName);
    secret.blob = json->text("blob"_L1, longestBlob);
    if (const auto user = json->optionalText("user_id"_L1, longestName))
        secret.user = UserId::stored(*user);
    secret.project = projectFrom(*json);
    if (secret.isEc2())
        secret.access = accessIn(*json, secret.blob);
    if (const auto wrong = json->failure())
        return *wrong;
    return secret;
}

Result<KeptSecretChange> keptSecretChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"credential"_s);
    if (!json)
        return json.error();
    KeptSecretChange change;
    change.type = json->optionalText("type"_L1, longestName, JsonReader::Null::Refused);
    change.blob = json->optionalText("blob"_L1, longestBlob, JsonReader::Null::Refused);
    change.project = projectFrom(*json);
    if (const auto user = json->optionalText("user_id"_L1, longestName))
        change.user = UserId::stored(*user);
    if (change.blob) {
        const QString access =
            QJsonDocument::fromJson(change.blob->toUtf8()).object().value("access"_L1).toString();
        change.access = access;
    }
    if (const auto wrong = json->failure())
        return *wrong;
    return change;
}

Result<KeptSecret> newEc2KeyFromJson(const QByteArray &body, const UserId &user)
{
    auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    JsonReader json(*object, {});
    KeptSecret secret;
    secret.type = u"ec2"_s;
    secret.user = user;
    secret.project = ProjectId::stored(json.text("tenant_id"_L1, longestName));
    if (const auto wrong = json.failure())
        return *wrong;
    secret.access = newKeystoneId();
    JsonWriter halves;
    halves.beginObject();
    halves.member("access", secret.access).member("secret", newKeystoneId()).nullMember("trust_id");
    halves.endObject();
    secret.blob = QString::fromUtf8(halves.bytes());
    return secret;
}

void writeKeptSecret(JsonWriter &json, const KeptSecret &secret, const Request &request)
{
    json.beginObject();
    json.member("id", secret.id.text()).member("type", secret.type).member("blob", secret.blob);
    json.member("user_id", secret.user.text());
    writeIdOrNull(json, "project_id", secret.project);
    writeSelfLink(json, keystoneLinks(request).v3("/credentials/" + secret.id.utf8()));
    json.endObject();
}

void writeEc2Key(JsonWriter &json, const KeptSecret &secret, const Request &request)
{
    const QString half = QJsonDocument::fromJson(secret.blob.toUtf8()).object().value("secret"_L1).toString();
    json.beginObject();
    json.member("access", secret.access).member("secret", half);
    json.member("user_id", secret.user.text());
    writeIdOrNull(json, "tenant_id", secret.project);
    json.nullMember("trust_id");
    writeSelfLink(json,
        keystoneLinks(request).v3(
            "/users/" + secret.user.utf8() + "/credentials/OS-EC2/" + secret.access.toUtf8()));
    json.endObject();
}

} // namespace nephele
