// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stats/statsjson.h"

#include "model/base/clock.h"
#include "server/compute/serverstate.h"
#include "server/http/jsonwriter.h"

#include <limits>

namespace nephele {

namespace {

// There is one way to sign in that counts users: the cloud's own accounts.
constexpr auto provider = "local";

void writeUsers(JsonWriter &json, const PeopleTally &people)
{
    // Whoever is kept as a user has been let in.
    json.member("total", people.users).member("verified", people.users).member("active", people.activeUsers);
}

void writeResources(JsonWriter &json, const PeopleStats &stats)
{
    json.beginObject();
    for (const QuotaResource &resource : stats.resources) {
        const ResourceSum sum = stats.people.resources.value(resource.name);
        json.key(resource.name).beginObject().member("used", sum.used);
        json.member("allocated", sum.allocated < 0 ? std::numeric_limits<qint64>::max() : sum.allocated);
        if (resource.unit.isEmpty())
            json.nullMember("unit");
        else
            json.member("unit", resource.unit);
        json.member("description", resource.description).endObject();
    }
    json.endObject();
}

void writeSum(JsonWriter &json, const QByteArray &name, const ServerSum &sum)
{
    json.key(name).beginObject().member("count", sum.count).member("cpu", sum.vcpus);
    json.member("ram", sum.memoryMiB).member("disk", sum.diskGiB).endObject();
}

void writeCounts(JsonWriter &json, const QMap<int, qint64> &counts)
{
    json.beginObject();
    for (auto it = counts.cbegin(); it != counts.cend(); ++it)
        json.member(QByteArray::number(it.key()), it.value());
    json.endObject();
}

void writeSizes(JsonWriter &json, const char *name, const ServerSizes &sizes)
{
    json.key(name).beginObject().member("count", sizes.count);
    writeCounts(json.key("cpu"), sizes.byVcpus);
    writeCounts(json.key("ram"), sizes.byMemoryMiB);
    json.key("disk").beginObject();
    for (auto it = sizes.byDiskGiB.cbegin(); it != sizes.byDiskGiB.cend(); ++it)
        writeCounts(json.key(it.key()), it.value());
    json.endObject().endObject();
}

void writeFree(JsonWriter &json, const char *name, qint64 free, qint64 total)
{
    json.key(name).beginObject().member("free", free).member("total", total).endObject();
}

QByteArray hypervisorName(const HostStats &host)
{
    if (!host.facts)
        return "unknown";
    switch (host.facts->accelerator) {
    case Accelerator::Kvm:
        return "kvm";
    case Accelerator::Tcg:
        return "qemu";
    case Accelerator::Pretend:
        break;
    }
    return "pretend";
}

void writeNode(JsonWriter &json, const ComputeStats &stats)
{
    const HostFacts facts = stats.host.facts.value_or(HostFacts());
    const qint64 totalMiB = facts.memoryMiB;
    qint64 takenMiB = 0;
    const auto &started = stats.compute.started.byMemoryMiB;
    for (auto it = started.cbegin(); it != started.cend(); ++it)
        takenMiB += it.key() * it.value();
    json.beginObject().member("cpu", facts.cpus).member("vm_capable", !stats.host.isOffline);
    json.member("drained", false).member("offline", stats.host.isOffline);
    json.member("instances", stats.compute.present.count);
    writeFree(json, "disk", stats.host.diskFreeBytes, stats.host.diskTotalBytes);
    writeFree(json, "ram", std::max<qint64>(0, totalMiB - takenMiB) << 20, totalMiB << 20);
    json.endObject();
}

void writeCluster(JsonWriter &json, const ComputeStats &stats)
{
    const ServerSum &present = stats.compute.present;
    json.beginObject().member("drained", false).member("offline", stats.host.isOffline);
    json.member("hypervisor", hypervisorName(stats.host));
    json.key("disk_templates").beginArray();
    for (const QString &diskTemplate : stats.compute.diskTemplates)
        json.value(diskTemplate);
    json.endArray();
    json.member("virtual_servers", present.count).member("virtual_cpu", present.vcpus);
    json.member("virtual_ram", present.memoryMiB).member("virtual_disk", present.diskGiB);
    json.key("nodes").beginObject();
    writeNode(json.key(stats.host.name), stats);
    json.endObject().endObject();
}

void writeNetworks(JsonWriter &json, const ComputeTally &compute)
{
    json.key("networks").beginObject();
    // Synnefo's words for the two kinds of network there are; one that exists is active.
    for (const auto &[kind, count] :
        { std::pair("CUSTOM", compute.publicNetworks), std::pair("MAC_FILTERED", compute.privateNetworks) })
        json.key(kind).beginObject().member("active", count).member("error", 0).endObject();
    json.endObject();
    json.key("ip_pools").beginObject().key("active").beginObject();
    json.member("count", compute.publicNetworks);
    json.member("free", std::max<qint64>(0, compute.addressesTotal - compute.addressesUsed));
    json.member("total", compute.addressesTotal).endObject();
    json.key("drained").beginObject().member("count", 0).member("free", 0).member("total", 0).endObject();
    json.endObject();
}

} // namespace

QByteArray peopleSummaryJson(const PeopleStats &stats)
{
    JsonWriter json;
    json.beginObject().key("users").beginObject().member("total", stats.people.users);
    json.member("active", stats.people.activeUsers).endObject().endObject();
    return std::move(json).bytes();
}

QByteArray peopleDetailJson(const PeopleStats &stats)
{
    JsonWriter json(4096);
    json.beginObject().member("datetime", isoOffset(stats.atMs));
    json.key("providers").beginArray().value(provider).endArray();
    json.key("users").beginObject().key("all").beginObject();
    writeUsers(json, stats.people);
    json.endObject().key(provider).beginObject();
    writeUsers(json, stats.people);
    json.member("exclusive", stats.people.users).endObject().endObject();
    json.key("resources").beginObject();
    writeResources(json.key("all"), stats);
    writeResources(json.key(provider), stats);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray computeSummaryJson(const ComputeStats &stats)
{
    // Several of our states are one of Synnefo's; those without a server are told, too.
    QMap<QByteArray, ServerSum> byStatus { { "BUILD", {} }, { "ACTIVE", {} }, { "STOPPED", {} },
        { "ERROR", {} }, { "UNKNOWN", {} }, { "DELETED", {} } };
    const auto &servers = stats.compute.servers;
    for (auto it = servers.cbegin(); it != servers.cend(); ++it) {
        Server server;
        server.state = it.key();
        ServerSum &sum = byStatus[cycladesStatus(server)];
        sum.count += it->count;
        sum.vcpus += it->vcpus;
        sum.memoryMiB += it->memoryMiB;
        sum.diskGiB += it->diskGiB;
    }
    JsonWriter json(1024);
    json.beginObject().key("servers").beginObject();
    for (auto it = byStatus.cbegin(); it != byStatus.cend(); ++it)
        writeSum(json, it.key(), it.value());
    json.endObject().key("networks").beginObject().key("ACTIVE").beginObject();
    json.member("count", stats.compute.publicNetworks + stats.compute.privateNetworks);
    json.endObject().endObject().endObject();
    return std::move(json).bytes();
}

QByteArray computeSimpleJson(const ComputeStats &stats)
{
    JsonWriter json;
    json.beginObject().member("spawned_servers", stats.compute.serversEver);
    json.member("active_servers", stats.compute.present.count);
    json.member("spawned_networks", stats.compute.networksEver).endObject();
    return std::move(json).bytes();
}

QByteArray computeDetailJson(const ComputeStats &stats, StatsOf whose)
{
    JsonWriter json(4096);
    json.beginObject().member("datetime", isoOffset(stats.atMs));
    json.key("clusters").beginObject();
    writeCluster(json.key(stats.host.name), stats);
    json.endObject();
    json.key("servers").beginObject();
    writeSizes(json, "started", stats.compute.started);
    writeSizes(json, "stopped", stats.compute.stopped);
    writeSizes(json, "error", stats.compute.failed);
    json.endObject();
    if (whose == StatsOf::Cloud)
        writeNetworks(json, stats.compute);
    json.key("images").beginObject();
    for (auto it = stats.compute.images.cbegin(); it != stats.compute.images.cend(); ++it)
        json.member(it.key(), it.value());
    json.endObject().endObject();
    return std::move(json).bytes();
}

} // namespace nephele
