// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novaquotajson.h"

#include "server/compute/novaquotafields.h"
#include "server/http/jsonwriter.h"

namespace nephele {

namespace {

NovaQuotaLine tighter(const NovaQuotaLine &one, const NovaQuotaLine &other)
{
    if (one.limit < 0)
        return other;
    return other.limit < 0 || one.limit - one.used <= other.limit - other.used ? one : other;
}

NovaQuotaLine lineOf(const QuotaLine &line, qint64 unit, NovaQuotaOf whose)
{
    const auto scaled = [unit](qint64 amount) { return amount < 0 ? amount : amount / unit; };
    const NovaQuotaLine project { scaled(line.projectUsage), scaled(line.projectPending),
        scaled(line.projectLimit) };
    const NovaQuotaLine user { scaled(line.usage), scaled(line.pending), scaled(line.limit) };
    if (whose == NovaQuotaOf::Tighter)
        return tighter(project, user);
    return whose == NovaQuotaOf::Project ? project : user;
}

using WriteLine = void (*)(JsonWriter &, const char *, const NovaQuotaLine &);

void writeLimit(JsonWriter &json, const char *name, const NovaQuotaLine &line)
{
    json.member(name, line.limit);
}

void writeDetail(JsonWriter &json, const char *name, const NovaQuotaLine &line)
{
    json.key(name).beginObject().member("limit", line.limit);
    json.member("in_use", line.used - line.reserved).member("reserved", line.reserved).endObject();
}

QByteArray quotaJson(const char *key, const QByteArray &id, const NovaQuota &quota, WriteLine write)
{
    JsonWriter json(1024);
    json.beginObject().key(key).beginObject();
    if (!id.isEmpty())
        json.member("id", id);
    for (const NovaCountedField &field : novaCountedFields)
        write(json, field.name, quota.*field.line);
    for (const NovaFixedField &field : novaFixedFields)
        write(json, field.name, { 0, 0, field.value });
    json.endObject().endObject();
    return std::move(json).bytes();
}

} // namespace

NovaQuota novaQuotaFrom(const QList<QuotaLine> &lines, NovaQuotaOf whose)
{
    NovaQuota quota;
    for (const QuotaLine &line : lines) {
        for (const NovaCountedField &field : novaCountedFields) {
            if (line.resource == QLatin1StringView(field.resource))
                quota.*field.line = lineOf(line, field.unit, whose);
        }
    }
    // A project's limit of key pairs is one for each of its users.
    if (whose != NovaQuotaOf::User)
        quota.keypairs.used = 0;
    return quota;
}

QByteArray novaLimitsJson(const NovaQuota &quota)
{
    JsonWriter json(1024);
    json.beginObject().key("limits").beginObject().key("rate").beginArray().endArray();
    json.key("absolute").beginObject();
    json.member("maxTotalInstances", quota.instances.limit).member("maxTotalCores", quota.cores.limit);
    json.member("maxTotalRAMSize", quota.ramMiB.limit).member("maxTotalKeypairs", quota.keypairs.limit);
    json.member("totalInstancesUsed", quota.instances.used).member("totalCoresUsed", quota.cores.used);
    json.member("totalRAMUsed", quota.ramMiB.used);
    json.member("maxServerMeta", 128).member("maxImageMeta", 128);
    json.member("maxPersonality", 5).member("maxPersonalitySize", 10240);
    // Security groups, groups of servers and floating IPs are not counted by compute: -1 is "no limit here".
    json.member("maxSecurityGroups", -1).member("maxSecurityGroupRules", -1);
    json.member("maxTotalFloatingIps", -1).member("totalFloatingIpsUsed", 0);
    json.member("totalSecurityGroupsUsed", 0);
    json.member("maxServerGroups", 0).member("maxServerGroupMembers", 0).member("totalServerGroupsUsed", 0);
    json.endObject().endObject().endObject();
    return std::move(json).bytes();
}

QByteArray novaQuotaSetJson(const QByteArray &id, const NovaQuota &quota)
{
    return quotaJson("quota_set", id, quota, &writeLimit);
}

QByteArray novaQuotaDetailJson(const QByteArray &id, const NovaQuota &quota)
{
    return quotaJson("quota_set", id, quota, &writeDetail);
}

QByteArray novaQuotaClassJson(const QByteArray &id, const NovaQuota &quota)
{
    return quotaJson("quota_class_set", id, quota, &writeLimit);
}

} // namespace nephele
