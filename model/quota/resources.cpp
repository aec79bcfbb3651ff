// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/resources.h"

namespace nephele {

namespace {

constexpr qint64 giB = qint64(1) << 30;
constexpr QLatin1StringView pieces;
constexpr QLatin1StringView bytes("bytes");
constexpr QLatin1StringView compute("cyclades_compute");
constexpr QLatin1StringView network("cyclades_network");

// The defaults suit one laptop: generous enough to build with, small enough to stop a runaway loop.
constexpr ResourceInfo resources[] = {
    { QLatin1StringView("astakos.pending_app"), pieces, QLatin1StringView("astakos_account"),
        QLatin1StringView("Project applications waiting for a decision"), false, 2 },
    { QLatin1StringView("cyclades.cpu"), pieces, compute, QLatin1StringView("Processors of started servers"),
        true, 40 },
    { QLatin1StringView("cyclades.disk"), bytes, compute, QLatin1StringView("Disk space of volumes"), true,
        500 * giB },
    { QLatin1StringView("cyclades.floating_ip"), pieces, network, QLatin1StringView("Floating IP addresses"),
        true, 10 },
    { QLatin1StringView("cyclades.network.private"), pieces, network, QLatin1StringView("Private networks"),
        true, 10 },
    { QLatin1StringView("cyclades.ram"), bytes, compute, QLatin1StringView("Memory of started servers"), true,
        32 * giB },
    { QLatin1StringView("cyclades.total_cpu"), pieces, compute,
        QLatin1StringView("Processors of all servers"), false, 80 },
    { QLatin1StringView("cyclades.total_ram"), bytes, compute, QLatin1StringView("Memory of all servers"),
        false, 64 * giB },
    { QLatin1StringView("cyclades.vm"), pieces, compute, QLatin1StringView("Servers, also stopped ones"),
        true, 20 },
    { QLatin1StringView("nova.keypairs"), pieces, compute, QLatin1StringView("Keypairs"), false, 100 },
    { QLatin1StringView("pithos.diskspace"), bytes, QLatin1StringView("pithos_object-store"),
        QLatin1StringView("Stored bytes"), true, 100 * giB },
};

} // namespace

std::span<const ResourceInfo> allResources()
{
    return resources;
}

const ResourceInfo *findResource(const QString &name)
{
    for (const ResourceInfo &info : resources) {
        if (info.name == name)
            return &info;
    }
    return nullptr;
}

} // namespace nephele
