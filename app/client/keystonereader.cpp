// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/keystonereader.h"

#include "app/client/fault.h"
#include "model/base/clock.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"

namespace nephele {

namespace {

void writeDefaultDomain(JsonWriter &json)
{
    json.key("domain").beginObject().member("name", "Default").endObject();
}

Error malformed(const Error &why)
{
    return notUnderstood(QStringLiteral("the sign-in"), why);
}

} // namespace

QByteArray passwordSignInBody(const Credentials &credentials)
{
    JsonWriter json;
    json.beginObject().key("auth").beginObject().key("identity").beginObject();
    json.key("methods").beginArray().value("password").endArray();
    json.key("password").beginObject().key("user").beginObject();
    json.member("name", credentials.userName).member("password", credentials.password);
    writeDefaultDomain(json);
    json.endObject().endObject().endObject();
    if (!credentials.projectName.isEmpty()) {
        json.key("scope").beginObject().key("project").beginObject();
        json.member("name", credentials.projectName);
        writeDefaultDomain(json);
        json.endObject().endObject();
    }
    json.endObject().endObject();
    return json.bytes();
}

QByteArray credentialSignInBody(const Credentials &credentials)
{
    JsonWriter json;
    json.beginObject().key("auth").beginObject().key("identity").beginObject();
    json.key("methods").beginArray().value("application_credential").endArray();
    json.key("application_credential").beginObject();
    json.member("id", credentials.credentialId).member("secret", credentials.credentialSecret).endObject();
    json.endObject().endObject().endObject();
    return json.bytes();
}

QByteArray tokenSignInBody(const QString &token, const ProjectId &project)
{
    JsonWriter json;
    json.beginObject().key("auth").beginObject().key("identity").beginObject();
    json.key("methods").beginArray().value("token").endArray();
    json.key("token").beginObject().member("id", token).endObject().endObject();
    json.key("scope").beginObject().key("project").beginObject().member("id", project.text());
    json.endObject().endObject().endObject().endObject();
    return json.bytes();
}

Result<Session> sessionFromTokenReply(const QByteArray &body)
{
    auto token = JsonReader::fromBody(body, QStringLiteral("token"));
    if (!token)
        return malformed(token.error());
    Session session;
    JsonReader user = token->object(QLatin1StringView("user"));
    session.user = UserId::stored(user.text(QLatin1StringView("id"), 64));
    session.userName = user.text(QLatin1StringView("name"), 255);
    token->adopt(user);
    if (auto project = token->optionalObject(QLatin1StringView("project"))) {
        session.project = ProjectId::stored(project->text(QLatin1StringView("id"), 64));
        session.projectName = project->text(QLatin1StringView("name"), 255);
        token->adopt(*project);
    }
    const auto roles = token->optionalArray(QLatin1StringView("roles"));
    for (const QJsonValue &role : roles.value_or(QJsonArray()))
        session.roles.append(role.toObject().value(QStringLiteral("name")).toString());
    const QString expires = token->text(QLatin1StringView("expires_at"), 64);
    if (const auto wrong = token->failure())
        return malformed(*wrong);
    session.expiresAtMs = instantFromIso(expires).value_or(0);
    return session;
}

Result<QList<ProjectName>> projectsFromReply(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return malformed(object.error());
    JsonReader reader(*object, {});
    QList<ProjectName> projects;
    for (const QJsonValue &value : reader.array(QLatin1StringView("projects"), 10'000)) {
        JsonReader project(value.toObject(), QStringLiteral("projects"));
        projects.append({ ProjectId::stored(project.text(QLatin1StringView("id"), 64)),
            project.text(QLatin1StringView("name"), 255) });
        reader.adopt(project);
    }
    if (const auto wrong = reader.failure())
        return malformed(*wrong);
    return projects;
}

} // namespace nephele
