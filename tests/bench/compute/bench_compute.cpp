// SPDX-License-Identifier: GPL-3.0-or-later

// What a cloud costs over bare libvirt: from the request for a server until its guest runs, beside leasing an
// address to, defining and starting the same guest by libvirt alone, in turns. Guests have no operating
// system; the hypervisor is real. What bare libvirt is not asked for is all ours: rows, quota, disk and seed.
//   bench_compute [rounds]

#include "model/network/networkstore.h"
#include "tests/server/compute/computefixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTextStream>

#include <algorithm>

#include <unistd.h>

using namespace nephele;
using namespace nephele::test;

namespace {

// Everything a guest of ours stands on, made before the clock runs.
GuestSpec bareGuest(ComputeFixture &cloud, const std::optional<Network> &network, int number)
{
    GuestSpec guest;
    guest.server = ServerId::create();
    guest.number = ServerNumber(number);
    guest.name = QStringLiteral("bare");
    const auto base = cloud.bases().ensure(1, [] { return false; });
    const auto disk = base
        ? cloud.disks().ensureOverlay(guest.server, base->path, 1LL << 30, QStringLiteral("bench"))
        : Result<>(base.error());
    if (!disk)
        qFatal("%s", qPrintable(disk.error().message + disk.error().detail));
    guest.disks = { { cloud.disks().overlayPath(guest.server), "qcow2", "vda", false } };
    if (network)
        guest.nics.append({ QStringLiteral("52:54:00:be:0c:%1").arg(number % 256, 2, 16, QLatin1Char('0')),
            network->hostName, 0 });
    guest.serialLog = cloud.disks().serialLogPath(guest.server);
    return guest;
}

Result<> runBare(Hypervisor &hypervisor, const GuestSpec &guest, const std::optional<Network> &network)
{
    if (network) {
        const auto leased = hypervisor.ensureLease(
            network->id, guest.nics.first().mac, network->subnet.last, QStringLiteral("bare"));
        if (!leased)
            return leased;
    }
    if (const auto defined = hypervisor.define(guest); !defined)
        return defined;
    return hypervisor.start(guest.server);
}

qint64 bareMs(ComputeFixture &cloud, const std::optional<Network> &network, int number)
{
    const GuestSpec guest = bareGuest(cloud, network, number);
    Hypervisor &hypervisor = cloud.hypervisor();
    QElapsedTimer timer;
    timer.start();
    const auto runs = runBare(hypervisor, guest, network);
    const qint64 tookMs = timer.elapsed();
    if (!runs)
        qFatal("%s", qPrintable(runs.error().message + runs.error().detail));
    const bool isCleared = hypervisor.undefine(guest.server) && cloud.disks().remove(guest.server)
        && (!network || hypervisor.removeLease(network->id, guest.nics.first().mac, network->subnet.last));
    if (!isCleared)
        qFatal("a guest of the bench is left");
    return tookMs;
}

qint64 createMs(ComputeFixture &cloud, const Caller &caller)
{
    QElapsedTimer timer;
    timer.start();
    const auto made = valueOf(cloud.service().createServers(caller, cloud.wanted()));
    if (!made)
        qFatal("%s", qPrintable(made.error().message));
    const ServerId id = made->first().server.id;
    qint64 tookMs = 0;
    const bool runs = QTest::qWaitFor(
        [&] {
            tookMs = timer.elapsed();
            return cloud.find(id)->state == ServerState::Running;
        },
        60'000);
    if (!runs)
        qFatal("the server never ran");
    (void)valueOf(cloud.service().removeServer(caller, id));
    if (!QTest::qWaitFor([&] { return cloud.find(id)->state == ServerState::Deleted; }, 60'000))
        qFatal("the server was never deleted");
    return tookMs;
}

void print(QTextStream &out, const char *name, QList<qint64> times)
{
    std::sort(times.begin(), times.end());
    out << QStringLiteral("%1 %2 %3 %4\n")
               .arg(QLatin1StringView(name), -44)
               .arg(times.first(), 8)
               .arg(times.at(times.size() / 2), 8)
               .arg(times.last(), 8);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    const int rounds = argc > 1 ? std::max(1, atoi(argv[1])) : 10;
    const QTemporaryDir folder;
    const auto uri = ::geteuid() == 0 ? QStringLiteral("qemu:///system") : QStringLiteral("qemu:///session");
    const auto cloud = ComputeFixture::open(uri, folder.path());
    if (!cloud) {
        out << cloud.error().message << QLatin1Char(' ') << cloud.error().detail << QLatin1Char('\n');
        return 1;
    }
    (*cloud)->startEngine();
    const Caller caller =
        (*cloud)->caller(QStringLiteral("bench"), (*cloud)->addProject(QStringLiteral("b")));
    (void)createMs(**cloud, caller); // makes the network
    const auto network =
        (*cloud)->database().read([](ReadTransaction &t) { return NetworkStore::find(t, NetworkNumber(1)); });
    const bool hasNetworks = (*cloud)->parts().networking == GuestNetworking::Virtual;
    const auto used = network && hasNetworks ? *network : std::nullopt;

    QList<qint64> bare;
    QList<qint64> ours;
    for (int round = 0; round < rounds; ++round) {
        bare.append(bareMs(**cloud, used, 1000 + round));
        ours.append(createMs(**cloud, caller));
    }
    out << QStringLiteral("%1 %2 %3 %4   (ms, %5 rounds)\n")
               .arg(QStringLiteral("until the guest runs"), -44)
               .arg(QStringLiteral("best"), 8)
               .arg(QStringLiteral("median"), 8)
               .arg(QStringLiteral("worst"), 8)
               .arg(rounds);
    print(out, "libvirt alone: lease, define, start", bare);
    print(out, "a server: rows, disk, seed and the same", ours);
    const auto networks = (*cloud)->hypervisor().networks();
    for (const NetworkId &left : networks ? *networks : QList<NetworkId>())
        (void)(*cloud)->hypervisor().removeNetwork(left);
    return 0;
}
