// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/cloudtally.h"

#include "model/compute/serverstore.h"
#include "model/stats/slices.h"

namespace nephele {

namespace {

constexpr int sliceRows = 2000;

struct CountedServer
{
    QString id;
    ServerState state = ServerState::Unknown;
    int vcpus = 0;
    int memoryMiB = 0;
    int diskGiB = 0;
    QString diskTemplate;
    QString image;
};

// "owner:os" of an image; what is not known any more is "unknown".
using ImageNames = QHash<QString, QString>;

void add(ServerSum &sum, const CountedServer &server)
{
    sum.count += 1;
    sum.vcpus += server.vcpus;
    sum.memoryMiB += server.memoryMiB;
    sum.diskGiB += server.diskGiB;
}

void add(ServerSizes &sizes, const CountedServer &server)
{
    sizes.count += 1;
    sizes.byVcpus[server.vcpus] += 1;
    sizes.byMemoryMiB[server.memoryMiB] += 1;
    sizes.byDiskGiB[server.diskTemplate][server.diskGiB] += 1;
}

ServerSizes &sizesOf(ComputeTally &tally, ServerState state)
{
    switch (state) {
    case ServerState::Building:
    case ServerState::Running:
    case ServerState::Paused:
    case ServerState::Resized:
        return tally.started;
    case ServerState::Failed:
    case ServerState::Unknown:
        return tally.failed;
    default:
        return tally.stopped;
    }
}

Result<QList<CountedServer>> serversBehind(const ReadTransaction &t, const QString &id)
{
    return t.rows(R"(
        SELECT id, state, vcpus, memory_mib, disk_gib, disk_template, image
        FROM server
        WHERE id > :after
        ORDER BY id
        LIMIT :limit)",
        { { ":after", id }, { ":limit", sliceRows } }, [](const Row &row) {
            return CountedServer { row.text(0), serverStateFromWord(row.text(1)), int(row.integer(2)),
                int(row.integer(3)), int(row.integer(4)), row.text(5), row.text(6) };
        });
}

Result<QString> nameOfImage(const ReadTransaction &t, const QString &image)
{
    const auto found = t.row(R"(
        SELECT u.name, p.value
        FROM image i
        LEFT JOIN identity_user u ON u.id = i.owner
        LEFT JOIN image_property p ON p.image = i.id AND p.name = 'os'
        WHERE i.id = :image)",
        { { ":image", image } }, [](const Row &row) { return std::pair(row.text(0), row.text(1)); });
    if (!found)
        return found.error();
    const auto [owner, os] = found->value_or(std::pair<QString, QString>());
    const QString unknown = QStringLiteral("unknown");
    return (owner.isEmpty() ? unknown : owner) + u':' + (os.isEmpty() ? unknown : os);
}

Result<> countImages(
    const ReadTransaction &t, const QHash<QString, qint64> &servers, ImageNames &names, ComputeTally &tally)
{
    for (auto it = servers.cbegin(); it != servers.cend(); ++it) {
        if (!names.contains(it.key())) {
            const auto name = nameOfImage(t, it.key());
            if (!name)
                return name.error();
            names.insert(it.key(), *name);
        }
        tally.images[names.value(it.key())] += it.value();
    }
    return {};
}

// One slice; the id it ended with, nullopt at the end.
Result<std::optional<QString>> countServers(
    const ReadTransaction &t, const QString &after, ImageNames &names, ComputeTally &tally)
{
    const auto servers = serversBehind(t, after);
    if (!servers)
        return servers.error();
    QHash<QString, qint64> images;
    for (const CountedServer &server : *servers) {
        add(tally.servers[server.state], server);
        if (server.state == ServerState::Deleted)
            continue;
        add(tally.present, server);
        add(sizesOf(tally, server.state), server);
        images[server.image] += 1;
        if (!tally.diskTemplates.contains(server.diskTemplate))
            tally.diskTemplates.append(server.diskTemplate);
    }
    if (const auto counted = countImages(t, images, names, tally); !counted)
        return counted.error();
    return servers->size() < sliceRows ? std::nullopt : std::optional(servers->last().id);
}

struct CountedNetwork
{
    QString id;
    bool isPublic = false;
    qint64 addresses = 0;
    qint64 used = 0;
};

Result<std::optional<QString>> countNetworks(
    const ReadTransaction &t, const QString &after, ComputeTally &tally)
{
    const auto networks = t.rows(R"(
        SELECT n.id, n.is_public,
            (SELECT CAST(SUM(s.last - s.first + 1) AS BIGINT) FROM subnet s WHERE s.network = n.id),
            (SELECT COUNT(p.id) FROM port p WHERE p.network = n.id AND n.is_public = 1)
        FROM network n
        WHERE n.id > :after
        ORDER BY n.id
        LIMIT 100)",
        { { ":after", after } }, [](const Row &row) {
            return CountedNetwork { row.text(0), row.flag(1), row.integer(2), row.integer(3) };
        });
    if (!networks)
        return networks.error();
    for (const CountedNetwork &network : *networks) {
        (network.isPublic ? tally.publicNetworks : tally.privateNetworks) += 1;
        if (!network.isPublic)
            continue;
        tally.addressesTotal += network.addresses;
        tally.addressesUsed += network.used;
    }
    return networks->size() < 100 ? std::nullopt : std::optional(networks->last().id);
}

Result<> readCounters(const ReadTransaction &t, ComputeTally &tally)
{
    return t.eachRow("SELECT kind, last FROM counter WHERE kind IN ('network', 'server') ORDER BY kind", {},
        [&](const Row &row) {
            (row.text(0) == QStringLiteral("server") ? tally.serversEver : tally.networksEver) =
                row.integer(1);
        });
}

} // namespace

Result<ComputeTally> tallyCompute(Database &database)
{
    ComputeTally tally;
    ImageNames names;
    const auto servers = readInSlices<QString>(database,
        [&](const ReadTransaction &t, const QString &after) { return countServers(t, after, names, tally); });
    if (!servers)
        return servers.error();
    const auto networks = readInSlices<QString>(database,
        [&](const ReadTransaction &t, const QString &after) { return countNetworks(t, after, tally); });
    if (!networks)
        return networks.error();
    if (const auto read = database.read([&](ReadTransaction &t) { return readCounters(t, tally); }); !read)
        return read.error();
    tally.diskTemplates.sort();
    return tally;
}

} // namespace nephele
