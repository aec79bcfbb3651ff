// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/quota/resourcestore.h"
#include "model/stats/cloudtally.h"
#include "server/libvirt/hypervisor.h"

#include <QMutex>
#include <QPromise>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <vector>

namespace nephele {

// The machine the guests run on, as far as statistics tell of it.
struct HostStats
{
    QString name;
    bool isOffline = true;
    std::optional<HostFacts> facts; // nullopt: it never answered
    qint64 diskFreeBytes = 0; // where the cloud keeps its data
    qint64 diskTotalBytes = 0;
};

// `facts` as they were last known; `dataFolder` is where its disk is measured.
HostStats hostStats(
    const Hypervisor &hypervisor, const std::optional<HostFacts> &facts, const QString &dataFolder);

struct PeopleStats
{
    qint64 atMs = 0;
    PeopleTally people;
    QList<QuotaResource> resources;
};

struct ComputeStats
{
    qint64 atMs = 0;
    ComputeTally compute;
    HostStats host;
};

// The figures of the whole cloud, counted at most once in a while and shared by all workers: what a question
// costs does not grow with what is stored. One per process, owned by main; its functions may be called from
// every thread. Counting runs in a pool of its own, which it waits for when it goes.
class CloudStats
{
public:
    // `host` is asked in the pool and may block.
    CloudStats(Database &database, std::function<HostStats()> host);
    ~CloudStats();
    Q_DISABLE_COPY_MOVE(CloudStats)

    // Not older than a minute (`simpleCompute`: five); what fails is asked again the next time.
    QFuture<Result<PeopleStats>> people();
    QFuture<Result<ComputeStats>> compute();
    QFuture<Result<ComputeStats>> simpleCompute();

    static constexpr qint64 goodForMs = 60'000;
    static constexpr qint64 simpleGoodForMs = 300'000;

private:
    template <class T>
    struct Remembered
    {
        std::optional<T> value; // the last good answer
        qint64 askedAtMs = 0;
        std::vector<std::shared_ptr<QPromise<Result<T>>>> waiting; // for the one that is being counted
    };

    template <class T>
    QFuture<Result<T>> remembered(Remembered<T> &last, qint64 goodMs, Result<T> (CloudStats::*count)());
    template <class T>
    Result<T> counting(Result<T> (CloudStats::*count)());
    Result<PeopleStats> countPeople();
    Result<ComputeStats> countSimple();
    Result<ComputeStats> countCompute();

    Database &m_database;
    const std::function<HostStats()> m_host;
    QMutex m_mutex; // guards the three
    Remembered<PeopleStats> m_people;
    Remembered<ComputeStats> m_compute;
    Remembered<ComputeStats> m_simple;
    QThreadPool m_pool; // one thread
};

} // namespace nephele
