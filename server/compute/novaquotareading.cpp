// SPDX-License-Identifier: GPL-3.0-or-later
// What novaquotajson.h says of a quota set that is to be set.
#include "server/compute/novaquotafields.h"
#include "server/http/jsonreader.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

// Running servers are counted apart (cyclades.cpu, ram). OpenStack has no word for that limit, so it must
// never be what stops a server that the limit for all of them lets through.
const char *ofRunning(const NovaCountedField &field)
{
    if (qstrcmp(field.resource, "cyclades.total_cpu") == 0)
        return "cyclades.cpu";
    return qstrcmp(field.resource, "cyclades.total_ram") == 0 ? "cyclades.ram" : nullptr;
}

void append(
    QList<QuotaService::LimitChange> &changes, const NovaCountedField &field, std::optional<qint64> most)
{
    changes.append({ QString::fromLatin1(field.resource), most });
    if (const char *running = ofRunning(field))
        changes.append({ QString::fromLatin1(running), most });
}

// A limit: -1 or more, as a number or (as some clients send it) in digits.
std::optional<qint64> limitIn(JsonReader &json, QLatin1StringView name, qint64 most)
{
    const QJsonValue value = json.json().value(name);
    bool ok = value.isDouble();
    const qint64 limit = value.isString() ? value.toString().toLongLong(&ok) : value.toInteger(-2);
    if (!ok || limit < -1 || limit > most) {
        json.fail(name, u"must be a whole number from -1, which is without limit, to %1."_s.arg(most));
        return std::nullopt;
    }
    return limit;
}

} // namespace

Result<NovaQuotaChange> novaQuotaChangeFromJson(const QByteArray &body, const QString &key)
{
    auto json = JsonReader::fromBody(body, key);
    if (!json)
        return json.error();
    NovaQuotaChange change;
    QStringList known { u"force"_s, u"tenant_id"_s, u"id"_s };
    for (const NovaCountedField &field : novaCountedFields) {
        const QLatin1StringView name(field.name);
        known.append(name);
        if (!json->has(name))
            continue;
        const auto limit = limitIn(*json, name, std::numeric_limits<qint32>::max());
        if (limit)
            append(change.limits, field, *limit < 0 ? *limit : *limit * field.unit);
    }
    for (const NovaFixedField &field : novaFixedFields) {
        const QLatin1StringView name(field.name);
        known.append(name);
        if (json->has(name)
            && limitIn(*json, name, std::numeric_limits<qint32>::max()).value_or(field.value) != field.value)
            json->fail(name, u"is %1 for every project of this cloud."_s.arg(field.value));
    }
    // Clients say "true" as well.
    const QJsonValue force = json->json().value("force"_L1);
    change.isForced = force.toBool() || force.toString().compare("true"_L1, Qt::CaseInsensitive) == 0;
    json->allowOnly(known);
    if (const auto wrong = json->failure())
        return *wrong;
    return change;
}

QList<QuotaService::LimitChange> novaQuotaReset()
{
    QList<QuotaService::LimitChange> changes;
    for (const NovaCountedField &field : novaCountedFields)
        append(changes, field, std::nullopt);
    return changes;
}

} // namespace nephele
