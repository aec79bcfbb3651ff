// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/serverstore.h"
#include "model/network/networkstore.h"
#include "model/quota/quotastore.h"
#include "server/stats/cloudstats.h"
#include "tests/support/testidentity.h"

namespace nephele::test {

// A cloud of rows alone: users, projects and servers that no host has. The clock stands still.
class StatsFixture
{
public:
    explicit StatsFixture(Engine engine)
    {
        auto opened = TestIdentity::open(engine);
        if (!opened)
            qFatal("%s", qUtf8Printable(opened.error().message + opened.error().detail));
        m_identity = *std::move(opened);
        m_stats = std::make_unique<CloudStats>(m_identity->database(), [this] {
            ++m_hostQuestions;
            return host();
        });
    }

    TestIdentity &identity() { return *m_identity; }
    Database &database() { return m_identity->database(); }

    static HostStats host()
    {
        HostStats host;
        host.name = QStringLiteral("node1");
        host.isOffline = false;
        host.facts.emplace();
        host.facts->accelerator = Accelerator::Kvm;
        host.facts->cpus = 8;
        host.facts->memoryMiB = 4096;
        host.diskFreeBytes = 10;
        host.diskTotalBytes = 30;
        return host;
    }

    void addServer(ServerState state, int vcpus, int memoryMiB, int diskGiB)
    {
        ServerRecord record;
        record.server.id = ServerId::create();
        record.server.number = ServerNumber(++m_number);
        record.server.owner = { ProjectId::create(), UserId::create(), false };
        record.server.state = state;
        record.server.flavor.vcpus = vcpus;
        record.server.flavor.memoryMiB = memoryMiB;
        record.server.flavor.diskGiB = diskGiB;
        record.server.flavor.diskTemplate = QStringLiteral("file");
        if (state == ServerState::Deleted)
            record.server.deletedAtMs = TestIdentity::startMs;
        m_identity->write([=](Transaction &t) mutable { return ServerStore::insert(t, record); });
    }

    CloudStats &stats() { return *m_stats; }
    int hostQuestions() const { return m_hostQuestions; }

private:
    std::unique_ptr<TestIdentity> m_identity;
    int m_number = 0;
    std::atomic<int> m_hostQuestions = 0;
    std::unique_ptr<CloudStats> m_stats;
};

} // namespace nephele::test
