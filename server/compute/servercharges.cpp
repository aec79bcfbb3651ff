// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/servercharges.h"

namespace nephele {

namespace {

qint64 memoryBytes(const Flavor &flavor)
{
    return qint64(flavor.memoryMiB) << 20;
}

} // namespace

Result<> chargeStanding(Transaction &t, const Ownership &owner, const Flavor &flavor, int count)
{
    return QuotaStore::charge(t, owner.project, owner.user,
        { { QStringLiteral("cyclades.vm"), count },
            { QStringLiteral("cyclades.total_cpu"), qint64(count) * flavor.vcpus },
            { QStringLiteral("cyclades.total_ram"), count * memoryBytes(flavor) },
            { QStringLiteral("cyclades.disk"), count * (qint64(flavor.diskGiB) << 30) } });
}

Result<> chargePower(Transaction &t, const Ownership &owner, const Flavor &flavor, int count)
{
    return QuotaStore::charge(t, owner.project, owner.user,
        { { QStringLiteral("cyclades.cpu"), qint64(count) * flavor.vcpus },
            { QStringLiteral("cyclades.ram"), count * memoryBytes(flavor) } });
}

Result<> updateWithPower(Transaction &t, ServerRecord &record, Power wanted)
{
    const bool isWanted = wanted == Power::Charged;
    const bool changes = record.isPowerCharged != isWanted;
    record.isPowerCharged = isWanted;
    if (const auto updated = ServerStore::update(t, record); !updated || !changes)
        return updated;
    return chargePower(t, record.server.owner, record.server.flavor, isWanted ? 1 : -1);
}

} // namespace nephele
