// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/serverseed.h"

#include "model/compute/keypairstore.h"
#include "server/guest/guestdisks.h"

namespace nephele {

namespace {

const QString serverKind = QStringLiteral("server");

// What a later boot may still ask for: the key, as long as its owner keeps it.
Result<QStringList> publicKeysOf(ReadTransaction &t, const Server &server)
{
    if (server.keyName.isEmpty())
        return QStringList();
    const auto keypair = KeypairStore::find(t, server.owner.user, server.keyName);
    if (!keypair)
        return keypair.error();
    return *keypair ? QStringList { (*keypair)->publicKey } : QStringList();
}

// An operation may be about to remove the file or to start the guest anew: its server comes at another time.
Result<std::optional<GuestSeed>> seedToWrite(ReadTransaction &t, const ServerRecord &record)
{
    const auto busy = OperationEngine::isBusy(t, serverKind, record.server.id.text());
    if (!busy)
        return busy.error();
    if (*busy)
        return std::optional<GuestSeed>();
    const auto keys = publicKeysOf(t, record.server);
    if (!keys)
        return keys.error();
    GuestSeed seed = withoutSecrets(seedOf(record));
    seed.publicKeys = *keys;
    return std::optional(seed);
}

Result<> emptySeed(ComputeParts &parts, const ServerRecord &record)
{
    const auto seed = parts.database.read([&](ReadTransaction &t) { return seedToWrite(t, record); });
    if (!seed)
        return seed.error();
    if (!*seed)
        return {};
    const ServerId id = record.server.id;
    if (const auto written = writeGuestSeed(**seed, parts.disks.seedPath(id), parts.disks.group()); !written)
        return written;
    return parts.database.write([id](Transaction &t) { return ServerStore::noteSeedEmptied(t, id); })
        .result();
}

} // namespace

QString macOfUserMode(const ServerNumber &number)
{
    return QStringLiteral("52:54:00:%1:%2:%3")
        .arg(number.value() >> 16 & 0xff, 2, 16, QLatin1Char('0'))
        .arg(number.value() >> 8 & 0xff, 2, 16, QLatin1Char('0'))
        .arg(number.value() & 0xff, 2, 16, QLatin1Char('0'));
}

GuestSeed seedOf(const ServerRecord &record)
{
    const Server &server = record.server;
    GuestSeed seed;
    seed.server = server.id;
    seed.hostName = server.hostName;
    seed.name = server.name;
    seed.metadata = server.metadata;
    for (const ServerAddress &address : server.addresses)
        seed.macs.append(address.mac);
    if (record.sshPort != 0)
        seed.macs.append(macOfUserMode(server.number));
    return seed;
}

Result<> emptySeeds(ComputeParts &parts)
{
    const qint64 undisturbedSinceMs = parts.database.clock().nowMs() - parts.firstBootMs;
    const auto due = parts.database.read(
        [&](ReadTransaction &t) { return ServerStore::withSeedSecrets(t, undisturbedSinceMs); });
    if (!due)
        return due.error();
    Result<> outcome;
    for (const ServerRecord &record : *due) {
        if (const auto emptied = emptySeed(parts, record); !emptied)
            outcome =
                emptied.error().within(QStringLiteral("seed of server %1").arg(record.server.id.text()));
    }
    return outcome;
}

} // namespace nephele
