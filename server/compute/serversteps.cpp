// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/serversteps.h"

#include "model/network/networkstore.h"
#include "server/compute/creationdata.h"
#include "server/compute/serverseed.h"
#include "server/guest/guestdisks.h"

#include <QTcpServer>

namespace nephele {

namespace {

constexpr int lastSshPort = 44199;
constexpr int portAttempts = 50;
const QString basePathKey = QStringLiteral("basePath");

ServerId serverOf(OperationContext &context)
{
    return ServerId::stored(context.operation().target);
}

NetworkSpec specOf(const Network &network)
{
    return { network.id, network.hostName, network.subnet.gateway, network.subnet.prefix,
        network.subnet.first, network.subnet.last };
}

bool isPortFree(int port)
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost, quint16(port));
}

} // namespace

Result<ServerRecord> ServerSteps::record(OperationContext &context) const
{
    const auto found = context.database().read(
        [id = serverOf(context)](ReadTransaction &t) { return ServerStore::find(t, id); });
    if (!found)
        return found.error();
    if (!*found)
        return internalError(
            QStringLiteral("server %1 has an operation but no row").arg(serverOf(context).text()));
    return **found;
}

Result<> ServerSteps::makeBase(OperationContext &context) const
{
    const auto server = record(context);
    if (!server)
        return server.error();
    const auto base = m_parts.bases.ensure(server->mapNumber, [&context] { return context.isCancelled(); });
    if (!base)
        return base.error().within(QStringLiteral("image"));
    QJsonObject data = context.operation().data;
    data.insert(basePathKey, base->path);
    return context.save(data);
}

Result<> ServerSteps::makeDisk(OperationContext &context) const
{
    const auto server = record(context);
    if (!server)
        return server.error();
    const ServerId id = server->server.id;
    if (const auto prepared = m_parts.disks.prepare(id); !prepared)
        return prepared;
    return m_parts.disks.ensureOverlay(id, context.operation().data.value(basePathKey).toString(),
        qint64(server->server.flavor.diskGiB) << 30, context.operation().id.text(),
        [&context] { return context.isCancelled(); });
}

Result<> ServerSteps::removeFiles(OperationContext &context) const
{
    return m_parts.disks.remove(serverOf(context));
}

// The secrets it needs are committed away by the step after it, so it never runs again without them.
Result<> ServerSteps::writeSeed(OperationContext &context) const
{
    const auto found = record(context);
    if (!found)
        return found.error();
    const Server &server = found->server;
    const CreationData data = CreationData::fromJson(context.operation().data);
    GuestSeed seed = seedOf(*found);
    seed.publicKeys = data.publicKeys;
    seed.passwordHash = data.passwordHash;
    seed.passwordUsers = data.loginUsers;
    for (const PersonalityFile &file : data.files)
        seed.files.append({ file.path, file.contents, file.owner, file.group, file.mode });
    seed.userData = data.userData;
    return writeGuestSeed(seed, m_parts.disks.seedPath(server.id), m_parts.disks.group());
}

Result<Network> ServerSteps::networkOf(OperationContext &context, const ServerAddress &address) const
{
    const auto network = context.database().read(
        [id = address.network](ReadTransaction &t) { return NetworkStore::find(t, id); });
    if (!network)
        return network.error();
    if (!*network)
        return internalError(QStringLiteral("a port stands in a network without a row"));
    return **network;
}

Result<> ServerSteps::connect(OperationContext &context) const
{
    // What earlier steps needed is not needed any more.
    if (!context.operation().data.isEmpty()) {
        if (const auto saved = context.save({}); !saved)
            return saved;
    }
    auto found = record(context);
    if (!found)
        return found.error();
    if (found->sshPort != 0)
        return chooseSshPort(context, *found);
    for (const ServerAddress &address : found->server.addresses) {
        const auto network = networkOf(context, address);
        if (!network)
            return network.error();
        if (const auto made = m_parts.hypervisor.ensureNetwork(specOf(*network)); !made)
            return made.error().within(QStringLiteral("network %1").arg(network->name));
        const auto leased =
            m_parts.hypervisor.ensureLease(network->id, address.mac, address.address, found->server.hostName);
        if (!leased)
            return leased.error().within(QStringLiteral("network %1").arg(network->name));
    }
    return {};
}

// The port chosen at creation may have been taken by another program since.
Result<> ServerSteps::chooseSshPort(OperationContext &context, ServerRecord &server) const
{
    const auto state = m_parts.hypervisor.state(server.server.id);
    if (!state)
        return state.error();
    if (*state && ((*state)->power == GuestPower::Running || (*state)->power == GuestPower::Paused))
        return {}; // the guest itself holds it
    for (int attempt = 0; attempt < portAttempts; ++attempt) {
        if (isPortFree(server.sshPort))
            return {};
        const auto moved =
            context.commit([id = server.server.id, tried = server.sshPort](Transaction &t) -> Result<> {
                auto row = ServerStore::find(t, id);
                if (!row || !*row)
                    return row ? internalError(QStringLiteral("the server has no row")) : row.error();
                const auto port = ServerStore::freeSshPort(t, tried + 1, lastSshPort);
                if (!port)
                    return port.error();
                (*row)->sshPort = *port;
                return ServerStore::update(t, **row);
            });
        if (!moved)
            return moved;
        const auto again = record(context);
        if (!again)
            return again.error();
        server = *again;
    }
    return unavailable(QStringLiteral("No port of this machine is free for the guest."));
}

Result<> ServerSteps::disconnect(OperationContext &context) const
{
    const auto found = record(context);
    if (!found)
        return found.error();
    for (const ServerAddress &address : found->server.addresses) {
        const auto removed = m_parts.hypervisor.removeLease(address.network, address.mac, address.address);
        if (!removed)
            return removed;
    }
    return {};
}

Result<> ServerSteps::define(OperationContext &context) const
{
    const auto found = record(context);
    if (!found)
        return found.error();
    const Server &server = found->server;
    GuestSpec guest;
    guest.server = server.id;
    guest.number = server.number;
    guest.name = server.name;
    guest.vcpus = server.flavor.vcpus;
    guest.memoryMiB = server.flavor.memoryMiB;
    guest.disks = { { m_parts.disks.overlayPath(server.id), "qcow2", "vda", false },
        { m_parts.disks.seedPath(server.id), "raw", "vdb", true } };
    for (const ServerAddress &address : server.addresses) {
        const auto network = networkOf(context, address);
        if (!network)
            return network.error();
        guest.nics.append({ address.mac, network->hostName, 0 });
    }
    if (found->sshPort != 0)
        guest.nics.append({ macOfUserMode(server.number), QString(), found->sshPort });
    guest.serialLog = m_parts.disks.serialLogPath(server.id);
    return m_parts.hypervisor.define(guest);
}

Result<> ServerSteps::undefine(OperationContext &context) const
{
    return m_parts.hypervisor.undefine(serverOf(context));
}

Result<> ServerSteps::start(OperationContext &context) const
{
    return m_parts.hypervisor.start(serverOf(context));
}

// A guest without an operating system never heeds; one that is booting may miss the first request.
Result<> ServerSteps::shutDown(OperationContext &context) const
{
    static const QString deadlineKey = QStringLiteral("deadlineMs");
    static const QString askedKey = QStringLiteral("askedMs");
    constexpr qint64 askEveryMs = 10'000;
    constexpr int lookEveryMs = 500;

    const ServerId id = serverOf(context);
    const auto state = m_parts.hypervisor.state(id);
    if (!state)
        return state.error();
    if (!*state || (*state)->power == GuestPower::Off)
        return {};
    QJsonObject data = context.operation().data;
    const qint64 now = context.database().clock().nowMs();
    const qint64 deadline = data.value(deadlineKey).toInteger(now + m_parts.shutdownMs);
    if ((*state)->power != GuestPower::Running || now >= deadline)
        return m_parts.hypervisor.powerOff(id);
    if (now - data.value(askedKey).toInteger() >= askEveryMs) {
        data.insert(deadlineKey, deadline);
        data.insert(askedKey, now);
        if (const auto saved = context.save(data); !saved)
            return saved;
        const auto asked = m_parts.hypervisor.requestShutdown(id);
        // A guest that cannot be asked loses its power at the deadline all the same.
        if (!asked && asked.error().code == ErrorCode::Unavailable)
            return asked;
    }
    context.lookAgainIn(int(qMin<qint64>(lookEveryMs, deadline - now)));
    return {};
}

// A reset cannot be seen afterwards, so it is remembered; one too many after a crash does no harm.
Result<> ServerSteps::reset(OperationContext &context) const
{
    static const QString resetKey = QStringLiteral("wasReset");
    if (context.operation().data.value(resetKey).toBool())
        return {};
    const ServerId id = serverOf(context);
    const auto state = m_parts.hypervisor.state(id);
    if (!state)
        return state.error();
    if (*state && (*state)->power == GuestPower::Running) {
        if (const auto done = m_parts.hypervisor.reset(id); !done)
            return done;
    } else if (*state && (*state)->power != GuestPower::Off) {
        if (const auto done = m_parts.hypervisor.powerOff(id); !done)
            return done;
    }
    QJsonObject data = context.operation().data;
    data.insert(resetKey, true);
    return context.save(data);
}

} // namespace nephele
