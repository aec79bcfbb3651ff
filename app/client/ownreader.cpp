// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/ownreader.h"

#include "app/client/fault.h"
#include "model/base/clock.h"
#include "server/http/jsonreader.h"

namespace nephele {

namespace {

using Key = QLatin1StringView;

WorkState workStateFrom(const QString &word)
{
    static const QHash<QString, WorkState> states {
        { QStringLiteral("running"), WorkState::Running },
        { QStringLiteral("undoing"), WorkState::Undoing },
        { QStringLiteral("done"), WorkState::Done },
        { QStringLiteral("failed"), WorkState::Failed },
        { QStringLiteral("cancelled"), WorkState::Cancelled },
    };
    return states.value(word, WorkState::Waiting);
}

// Milliseconds as a number, or an ISO instant.
qint64 instantFrom(JsonReader &json, Key key)
{
    if (json.json().value(key).isString())
        return instantFromIso(json.text(key, 64)).value_or(0);
    return json.optionalInteger(key).value_or(0);
}

Work workFromJson(JsonReader &json)
{
    Work work;
    work.id = OperationId::stored(json.text(Key("id"), 64));
    work.kind = json.text(Key("kind"), 64);
    work.state = workStateFrom(json.text(Key("state"), 32));
    work.targetKind = json.text(Key("targetKind"), 64);
    work.target = json.text(Key("target"), 255);
    work.targetName = json.optionalText(Key("targetName"), 255).value_or(QString());
    work.progress = int(json.optionalInteger(Key("progress"), 0, 100).value_or(0));
    work.step = json.optionalText(Key("step"), 64).value_or(QString());
    work.error = json.optionalText(Key("error"), 10'000).value_or(QString());
    work.createdAtMs = instantFrom(json, Key("createdAt"));
    work.updatedAtMs = instantFrom(json, Key("updatedAt"));
    return work;
}

} // namespace

Result<ChangePage> changesFromReply(const QByteArray &body)
{
    const QString what = QStringLiteral("changes");
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return notUnderstood(what, object.error());
    JsonReader reader(*object, {});
    ChangePage page;
    for (const QJsonValue &value : reader.array(Key("changes"), 100'000)) {
        JsonReader json(value.toObject(), what);
        page.changes.append(
            { json.integer(Key("seq")), json.text(Key("kind"), 64), json.text(Key("id"), 255) });
        reader.adopt(json);
    }
    page.next = reader.integer(Key("next"));
    page.reload = reader.optionalFlag(Key("reload")).value_or(false);
    if (const auto wrong = reader.failure())
        return notUnderstood(what, *wrong);
    return page;
}

Result<QList<Work>> worksFromReply(const QByteArray &body)
{
    const QString what = QStringLiteral("operations");
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return notUnderstood(what, object.error());
    JsonReader reader(*object, {});
    QList<Work> works;
    for (const QJsonValue &value : reader.array(Key("operations"), 100'000)) {
        JsonReader json(value.toObject(), what);
        works.append(workFromJson(json));
        reader.adopt(json);
    }
    if (const auto wrong = reader.failure())
        return notUnderstood(what, *wrong);
    return works;
}

} // namespace nephele
