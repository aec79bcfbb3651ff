// SPDX-License-Identifier: GPL-3.0-or-later
// What novaquotajson.h says of use: hours of servers, and what they come to.
#include "model/base/clock.h"
#include "server/compute/novaquotajson.h"
#include "server/compute/serverstate.h"
#include "server/http/jsonwriter.h"

namespace nephele {

namespace {

constexpr double msPerHour = 3'600'000.0;

double hoursWithin(const ServerLife &life, qint64 fromMs, qint64 toMs, qint64 nowMs)
{
    const qint64 first = std::max(life.launchedAtMs, fromMs);
    const qint64 last = std::min({ life.deletedAtMs.value_or(toMs), toMs, std::max(nowMs, first) });
    return std::max<qint64>(0, last - first) / msPerHour;
}

// As Python writes a time without a zone.
QByteArray bareTime(qint64 ms)
{
    QByteArray text = isoMicroseconds(ms);
    text.chop(1);
    return text;
}

QByteArray stateOf(const ServerLife &life)
{
    if (life.deletedAtMs)
        return "terminated";
    Server server;
    server.state = life.state;
    return novaVmState(server);
}

void writeServer(JsonWriter &json, const ServerLife &life, double hours, qint64 nowMs)
{
    const qint64 endMs = life.deletedAtMs.value_or(std::max(nowMs, life.launchedAtMs));
    json.beginObject().member("instance_id", life.id.text()).member("tenant_id", life.project.text());
    json.member("name", life.name).member("flavor", life.flavorName).member("state", stateOf(life));
    json.member("vcpus", life.vcpus).member("memory_mb", life.memoryMiB).member("local_gb", life.diskGiB);
    json.member("hours", hours).member("uptime", (endMs - life.launchedAtMs) / 1000);
    json.member("started_at", bareTime(life.launchedAtMs));
    if (life.deletedAtMs)
        json.member("ended_at", bareTime(*life.deletedAtMs));
    else
        json.nullMember("ended_at");
    json.endObject();
}

void writeUsage(
    JsonWriter &json, const ServerUsage &usage, qint64 fromMs, qint64 toMs, qint64 nowMs, UsageDetail detail)
{
    double hours = 0;
    double vcpuHours = 0;
    double memoryHours = 0;
    double diskHours = 0;
    json.beginObject();
    if (detail == UsageDetail::Servers)
        json.key("server_usages").beginArray();
    for (const ServerLife &life : usage.servers) {
        const double lived = hoursWithin(life, fromMs, toMs, nowMs);
        hours += lived;
        vcpuHours += lived * life.vcpus;
        memoryHours += lived * life.memoryMiB;
        diskHours += lived * life.diskGiB;
        if (detail == UsageDetail::Servers)
            writeServer(json, life, lived, nowMs);
    }
    if (detail == UsageDetail::Servers)
        json.endArray();
    json.member("tenant_id", usage.project.text());
    json.member("start", bareTime(fromMs)).member("stop", bareTime(toMs)).member("total_hours", hours);
    json.member("total_vcpus_usage", vcpuHours).member("total_memory_mb_usage", memoryHours);
    json.member("total_local_gb_usage", diskHours).endObject();
}

} // namespace

QByteArray novaUsageJson(const ServerUsage &usage, qint64 fromMs, qint64 toMs, qint64 nowMs)
{
    JsonWriter json(512 * (usage.servers.size() + 1));
    json.beginObject();
    writeUsage(json.key("tenant_usage"), usage, fromMs, toMs, nowMs, UsageDetail::Servers);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray novaUsagesJson(
    const QList<ServerUsage> &usages, qint64 fromMs, qint64 toMs, qint64 nowMs, UsageDetail detail)
{
    JsonWriter json(4096);
    json.beginObject().key("tenant_usages").beginArray();
    for (const ServerUsage &usage : usages)
        writeUsage(json, usage, fromMs, toMs, nowMs, detail);
    json.endArray().endObject();
    return std::move(json).bytes();
}

} // namespace nephele
