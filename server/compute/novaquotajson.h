// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/serverusagestore.h"
#include "server/quota/quotaservice.h"

namespace nephele {

// One row of the compute part of a quota.
struct NovaQuotaLine
{
    qint64 used = 0;
    qint64 reserved = 0; // of used, by what is not decided yet
    qint64 limit = -1; // -1: without limit
};

// What the compute API calls instances, cores, ram and key_pairs (DESIGN 6): cyclades.vm, total_cpu,
// total_ram in MiB, and nova.keypairs, which is a limit for each user and uses nothing.
struct NovaQuota
{
    NovaQuotaLine instances;
    NovaQuotaLine cores;
    NovaQuotaLine ramMiB;
    NovaQuotaLine keypairs;
};

// Whose limits a quota shows: the project's, the user's in it, or whichever leaves less.
enum class NovaQuotaOf { Project, User, Tighter };
NovaQuota novaQuotaFrom(const QList<QuotaLine> &lines, NovaQuotaOf whose);

// Every key of limits, quota sets and use (OpenStack, "Compute API": limits, os-quota-sets,
// os-quota-class-sets, os-simple-tenant-usage; microversions 2.1 to 2.25).
QByteArray novaLimitsJson(const NovaQuota &quota);
// {"quota_set": {...}}; `id`: empty where the reply has none.
QByteArray novaQuotaSetJson(const QByteArray &id, const NovaQuota &quota);
QByteArray novaQuotaDetailJson(const QByteArray &id, const NovaQuota &quota);
QByteArray novaQuotaClassJson(const QByteArray &id, const NovaQuota &quota);

// What a PUT asks for. What this cloud does not count per project can be named with the value it has only.
struct NovaQuotaChange
{
    QList<QuotaService::LimitChange> limits;
    bool isForced = false;
};
Result<NovaQuotaChange> novaQuotaChangeFromJson(const QByteArray &body, const QString &key);
// Everything a quota set sets, back to the default.
QList<QuotaService::LimitChange> novaQuotaReset();

// Of one project; sums of zero when it had no server in that time, where Nova has {}, which its own client
// cannot show.
QByteArray novaUsageJson(const ServerUsage &usage, qint64 fromMs, qint64 toMs, qint64 nowMs);
enum class UsageDetail { Sums, Servers };
QByteArray novaUsagesJson(
    const QList<ServerUsage> &usages, qint64 fromMs, qint64 toMs, qint64 nowMs, UsageDetail detail);

} // namespace nephele
