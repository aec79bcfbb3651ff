// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/peoplejson.h"

#include "model/base/clock.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

const QStringList userKeys { u"id"_s, u"name"_s, u"domain_id"_s, u"enabled"_s, u"default_project_id"_s,
    u"email"_s, u"description"_s, u"password"_s, u"options"_s, u"password_expires_at"_s,
    u"original_password"_s };
const QStringList groupKeys { u"id"_s, u"name"_s, u"domain_id"_s, u"description"_s };
const QStringList userOptions { u"ignore_change_password_upon_first_use"_s, u"ignore_password_expiry"_s,
    u"ignore_lockout_failure_attempts"_s, u"lock_password"_s, u"ignore_user_inactivity"_s };

// {"lock_password": true}; null takes an option back.
Extras optionsFrom(JsonReader &user)
{
    Extras options;
    auto given = user.optionalObject("options"_L1);
    if (!given)
        return options;
    given->allowOnly(userOptions);
    for (const QString &option : userOptions) {
        const QByteArray key = option.toLatin1();
        if (given->has(QLatin1StringView(key)))
            options.insert(option,
                given->optionalFlag(QLatin1StringView(key)).value_or(false) ? QByteArray("true")
                                                                            : QByteArray("false"));
    }
    user.adopt(*given);
    return options;
}

// Absent: nullopt; null: an empty text.
std::optional<QString> textOrNull(JsonReader &json, QLatin1StringView key, int longest)
{
    if (json.isNull(key) && json.has(key))
        return QString();
    return json.optionalText(key, longest);
}

void writeOptions(JsonWriter &json, const Extras &options)
{
    json.key("options").beginObject();
    writeExtras(json, options);
    json.endObject();
}

} // namespace

Result<NewPerson> newPersonFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"user"_s);
    if (!json)
        return json.error();
    NewPerson wanted;
    wanted.user.name = json->text("name"_L1, longestKeystoneName);
    wanted.domainId = json->optionalText("domain_id"_L1, longestKeystoneName);
    wanted.user.isEnabled = json->optionalFlag("enabled"_L1).value_or(true);
    wanted.defaultProjectId = json->optionalText("default_project_id"_L1, longestKeystoneName);
    wanted.user.email = json->optionalText("email"_L1, longestKeystoneName).value_or(QString());
    wanted.user.realName = json->optionalText("description"_L1, longestKeystoneText).value_or(QString());
    wanted.password = json->optionalText("password"_L1, longestKeystoneText);
    wanted.user.options = optionsFrom(*json);
    wanted.user.extras = extrasFromJson(*json, userKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<PersonChange> personChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"user"_s);
    if (!json)
        return json.error();
    PersonChange wanted;
    wanted.change.name = json->optionalText("name"_L1, longestKeystoneName);
    wanted.domainId = json->optionalText("domain_id"_L1, longestKeystoneName);
    wanted.isEnabled = json->optionalFlag("enabled"_L1);
    wanted.defaultProjectId = textOrNull(*json, "default_project_id"_L1, longestKeystoneName);
    wanted.change.email = textOrNull(*json, "email"_L1, longestKeystoneName);
    wanted.change.realName = textOrNull(*json, "description"_L1, longestKeystoneText);
    wanted.password = json->optionalText("password"_L1, longestKeystoneText);
    wanted.change.options = optionsFrom(*json);
    wanted.change.extras = extrasFromJson(*json, userKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<NewGroup> newGroupFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"group"_s);
    if (!json)
        return json.error();
    NewGroup wanted;
    wanted.name = json->text("name"_L1, longestKeystoneName);
    wanted.domainId = json->optionalText("domain_id"_L1, longestKeystoneName);
    wanted.description = json->optionalText("description"_L1, longestKeystoneText).value_or(QString());
    wanted.extras = extrasFromJson(*json, groupKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<GroupChange> groupChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"group"_s);
    if (!json)
        return json.error();
    GroupChange wanted;
    wanted.name = json->optionalText("name"_L1, longestKeystoneName);
    wanted.description = textOrNull(*json, "description"_L1, longestKeystoneText);
    wanted.extras = extrasFromJson(*json, groupKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

void writeUser(JsonWriter &json, const User &user, const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", user.id.text()).member("name", user.name).member("domain_id", user.domain.id.text());
    json.member("enabled", user.isEnabled);
    if (user.hasChosenDefault)
        json.member("default_project_id", user.defaultProject.text());
    json.member("email", user.email).member("description", user.realName);
    if (user.passwordExpiresAtMs)
        json.member("password_expires_at", isoMicroseconds(*user.passwordExpiresAtMs));
    else
        json.nullMember("password_expires_at");
    writeOptions(json, user.options);
    writeExtras(json, user.extras);
    writeSelfLink(json, links.v3("/users/" + user.id.utf8()));
    json.endObject();
}

void writeGroup(JsonWriter &json, const UserGroup &group, const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", group.id.text()).member("name", group.name);
    json.member("domain_id", group.domain.id.text()).member("description", group.description);
    writeExtras(json, group.extras);
    writeSelfLink(json, links.v3("/groups/" + group.id.utf8()));
    json.endObject();
}

} // namespace nephele
