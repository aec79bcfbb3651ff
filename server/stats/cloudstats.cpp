// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/stats/cloudstats.h"

#include <QStorageInfo>
#include <QSysInfo>

#include <utility>

namespace nephele {

HostStats hostStats(
    const Hypervisor &hypervisor, const std::optional<HostFacts> &facts, const QString &dataFolder)
{
    HostStats stats;
    stats.name = QSysInfo::machineHostName();
    stats.isOffline = !hypervisor.isConnected();
    stats.facts = facts;
    const QStorageInfo disk(dataFolder);
    if (disk.isValid()) {
        stats.diskFreeBytes = disk.bytesAvailable();
        stats.diskTotalBytes = disk.bytesTotal();
    }
    return stats;
}

CloudStats::CloudStats(Database &database, std::function<HostStats()> host)
    : m_database(database), m_host(std::move(host))
{
    m_pool.setMaxThreadCount(1);
}

CloudStats::~CloudStats()
{
    m_pool.waitForDone();
}

template <class T>
QFuture<Result<T>> CloudStats::remembered(
    Remembered<T> &last, qint64 goodMs, Result<T> (CloudStats::*count)())
{
    const QMutexLocker locker(&m_mutex);
    const qint64 nowMs = m_database.clock().nowMs();
    if (last.value && nowMs >= last.askedAtMs && nowMs - last.askedAtMs < goodMs)
        return QtFuture::makeReadyFuture(Result<T>(*last.value));
    const auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    last.waiting.push_back(promise);
    if (last.waiting.size() > 1)
        return promise->future();
    last.askedAtMs = nowMs;
    m_pool.start([this, &last, count] {
        const Result<T> counted = counting(count);
        QMutexLocker again(&m_mutex);
        if (counted)
            last.value = *counted;
        else
            last.value.reset();
        const auto waiting = std::exchange(last.waiting, {});
        again.unlock();
        for (const auto &one : waiting) {
            one->addResult(counted);
            one->finish();
        }
    });
    return promise->future();
}

template <class T>
Result<T> CloudStats::counting(Result<T> (CloudStats::*count)())
{
    const ReadingJob job(m_database);
    return (this->*count)();
}

Result<PeopleStats> CloudStats::countPeople()
{
    PeopleStats stats;
    stats.atMs = m_database.clock().nowMs();
    auto people = tallyPeople(m_database);
    if (!people)
        return people.error();
    auto resources = m_database.read([](ReadTransaction &t) { return ResourceStore::all(t); });
    if (!resources)
        return resources.error();
    stats.people = *std::move(people);
    stats.resources = *std::move(resources);
    return stats;
}

Result<ComputeStats> CloudStats::countSimple()
{
    ComputeStats stats;
    stats.atMs = m_database.clock().nowMs();
    auto compute = tallyCompute(m_database);
    if (!compute)
        return compute.error();
    stats.compute = *std::move(compute);
    return stats;
}

Result<ComputeStats> CloudStats::countCompute()
{
    auto stats = countSimple();
    if (stats)
        stats->host = m_host();
    return stats;
}

QFuture<Result<PeopleStats>> CloudStats::people()
{
    return remembered(m_people, goodForMs, &CloudStats::countPeople);
}

QFuture<Result<ComputeStats>> CloudStats::compute()
{
    return remembered(m_compute, goodForMs, &CloudStats::countCompute);
}

QFuture<Result<ComputeStats>> CloudStats::simpleCompute()
{
    return remembered(m_simple, simpleGoodForMs, &CloudStats::countSimple);
}

} // namespace nephele
