// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/compute.h"
#include "server/guest/consoletickets.h"
#include "server/guest/guestdisks.h"

#include <QFile>
#include <QTest>

#include <memory>

namespace nephele::test {

// The base of every content is the folder's base.raw, by default a file of nothing: a disk for a guest
// without an operating system. Fails or waits on demand.
class BlankBases final : public ImageBases
{
public:
    explicit BlankBases(const QString &folder) : m_folder(folder) { }

    Result<ImageBase> ensure(qint64 mapNumber, const std::function<bool()> &cancelled) override;
    Result<> collect() override { return {}; }

    std::atomic<bool> isBroken = false;
    std::atomic<bool> isHeld = false; // ensure() waits until it is let go or cancelled

    static constexpr qint64 sizeBytes = 1 << 20;

private:
    QString m_folder;
};

// One cloud's compute part on a hypervisor, its database and disks in a folder that may have been used
// before. The clock is the system's. Images are those named here; a reference to a content is a row of
// `setting`.
class ComputeFixture
{
public:
    // `cloudId` is kept in the database; the hypervisor is asked until it answers.
    static Result<std::unique_ptr<ComputeFixture>> open(const QString &uri, const QString &folder);
    ~ComputeFixture();

    void startEngine() { m_engine->start(); }
    // What a caller of a project may do there. Project and caller are made up the first time.
    Caller caller(const QString &name, const ProjectId &project, Role role = Role::Member) const;
    ProjectId addProject(const QString &name);
    // What the project uses, without what is zero: "cyclades.vm" -> 1.
    QMap<QString, qint64> usage(const ProjectId &project) const;
    // Contents that a server's disk is said to stand on.
    int references() const;
    int portCount() const;

    static ImageId image(); // active, min disk 1 GiB
    static ImageId queuedImage();
    static ImageId largeImage(); // needs 20 GiB and 1 GiB of memory
    NewServer wanted(const QString &name = QStringLiteral("web")) const;

    Database &database() { return *m_database; }
    OperationEngine &engine() { return *m_engine; }
    Hypervisor &hypervisor() { return *m_hypervisor; }
    GuestDisks &disks() { return *m_disks; }
    BlankBases &bases() { return *m_bases; }
    ComputeService &service() { return *m_service; }
    ComputeParts &parts() { return *m_parts; }
    std::optional<Server> find(const ServerId &id) const;
    // Nothing is being done to it.
    bool isSettled(const ServerId &id) const;
    std::optional<GuestPower> power(const ServerId &id) const;

private:
    ComputeFixture() = default;

    std::unique_ptr<Database> m_database;
    std::unique_ptr<Hypervisor> m_hypervisor;
    std::unique_ptr<GuestDisks> m_disks;
    std::unique_ptr<BlankBases> m_bases;
    ConsoleTickets m_tickets;
    std::unique_ptr<OperationEngine> m_engine;
    std::unique_ptr<ComputeParts> m_parts;
    std::unique_ptr<ComputeService> m_service;
};

// The value of a future that other threads resolve.
template <class T>
T valueOf(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 60'000))
        qFatal("the future was never resolved");
    return future.result();
}

} // namespace nephele::test

// A loaded machine needs its time; a test that passes does not.
#define WAIT_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT(actual, expected, 60'000)
#define WAIT_VERIFY(claim) QTRY_VERIFY_WITH_TIMEOUT(claim, 60'000)
