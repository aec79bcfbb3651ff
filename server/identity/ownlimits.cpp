// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/ownlimits.h"

#include <algorithm>

namespace nephele {

namespace {

constexpr qint64 miB = qint64(1) << 20;
constexpr qint64 giB = qint64(1) << 30;
constexpr QLatin1StringView compute("compute");
constexpr QLatin1StringView network("network");
constexpr QLatin1StringView blockStorage("block-storage");
constexpr QLatin1StringView objectStore("object-store");

// Resource names as the services register them: nova's "Unified Limits" for compute, those of the older quota
// calls for the others.
constexpr OwnLimit limits[] = {
    { compute, QLatin1StringView("servers"), QLatin1StringView("cyclades.vm"), 1,
        QLatin1StringView("Servers, also stopped ones") },
    { compute, QLatin1StringView("class:VCPU"), QLatin1StringView("cyclades.total_cpu"), 1,
        QLatin1StringView("Processors of all servers") },
    { compute, QLatin1StringView("class:MEMORY_MB"), QLatin1StringView("cyclades.total_ram"), miB,
        QLatin1StringView("Memory of all servers, in MiB") },
    { compute, QLatin1StringView("server_key_pairs"), QLatin1StringView("nova.keypairs"), 1,
        QLatin1StringView("Keypairs") },
    { network, QLatin1StringView("floatingip"), QLatin1StringView("cyclades.floating_ip"), 1,
        QLatin1StringView("Floating IP addresses") },
    { network, QLatin1StringView("network"), QLatin1StringView("cyclades.network.private"), 1,
        QLatin1StringView("Private networks") },
    { blockStorage, QLatin1StringView("gigabytes"), QLatin1StringView("cyclades.disk"), giB,
        QLatin1StringView("Disk space of volumes, in GiB") },
    { objectStore, QLatin1StringView("bytes"), QLatin1StringView("pithos.diskspace"), 1,
        QLatin1StringView("Stored bytes") },
};

QByteArray nameOf(const OwnLimit &limit)
{
    return QByteArray("limit/") + limit.serviceType.data() + '/' + limit.resource.data();
}

qint64 inOpenStackUnit(const OwnLimit &limit, qint64 most)
{
    return most < 0 ? most : most / limit.unit;
}

} // namespace

std::span<const OwnLimit> ownLimits()
{
    return limits;
}

const OwnLimit *findOwnLimit(const RegisteredLimitId &id)
{
    for (const OwnLimit &limit : limits) {
        if (stableId(nameOf(limit)) == id.text())
            return &limit;
    }
    return nullptr;
}

const OwnLimit *findOwnLimitByQuota(const QString &quota, const QList<RegisteredService> &own)
{
    for (const OwnLimit &limit : limits) {
        const bool isServed = std::any_of(own.cbegin(), own.cend(),
            [&](const RegisteredService &service) { return service.type == limit.serviceType; });
        if (limit.quota == quota && isServed)
            return &limit;
    }
    return nullptr;
}

RegisteredLimit registeredLimitFrom(const OwnLimit &limit, qint64 most)
{
    RegisteredLimit registered;
    registered.id = RegisteredLimitId::stored(stableId(nameOf(limit)));
    registered.service = RegisteredServiceId::stored(stableId(limit.serviceType.data()));
    registered.region = RegionId::stored(QLatin1StringView(regionName));
    registered.resource = limit.resource;
    registered.most = inOpenStackUnit(limit, most);
    registered.description = limit.description;
    return registered;
}

ProjectLimit projectLimitFrom(
    const OwnLimit &limit, qint64 defaultMost, const ProjectId &project, qint64 most)
{
    ProjectLimit own;
    own.id = ProjectLimitId::stored(project.text() + QLatin1Char('.') + limit.quota);
    own.registered = registeredLimitFrom(limit, defaultMost);
    own.project = project;
    own.most = inOpenStackUnit(limit, most);
    return own;
}

std::optional<OwnLimitPlace> ownLimitPlace(const ProjectLimitId &id)
{
    const qsizetype dot = id.text().indexOf(QLatin1Char('.'));
    const auto project = dot < 0 ? std::nullopt : ProjectId::fromText(id.text().left(dot));
    if (!project)
        return std::nullopt;
    return OwnLimitPlace { *project, id.text().mid(dot + 1) };
}

qint64 inQuotaUnit(const OwnLimit &limit, qint64 most)
{
    return most < 0 ? most : most * limit.unit;
}

} // namespace nephele
