// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/network/networkstore.h"

#include <QRandomGenerator>

namespace nephele {

namespace {

// Only fixed pieces make a statement; every value is bound.
QByteArray networksWhere(const QByteArray &condition)
{
    return R"(
        SELECT n.id, n.number, n.name, n.host_name, n.project, n.owner, n.shared, n.is_public,
            n.created_at_ms, n.updated_at_ms, s.id, s.number, s.name, s.base, s.prefix, s.gateway, s.first,
            s.last
        FROM network n
        JOIN subnet s ON s.network = n.id
        WHERE )"
        + condition + R"(
        ORDER BY n.number, s.number
        LIMIT 1)";
}

Network networkFromRow(const Row &row)
{
    Network network;
    network.id = row.id<NetworkId>(0);
    network.number = NetworkNumber(row.integer(1));
    network.name = row.text(2);
    network.hostName = row.text(3);
    network.owner = { row.id<ProjectId>(4), row.id<UserId>(5), row.flag(6) };
    network.isPublic = row.flag(7);
    network.createdAtMs = row.integer(8);
    network.updatedAtMs = row.integer(9);
    network.subnet.id = row.id<SubnetId>(10);
    network.subnet.number = SubnetNumber(row.integer(11));
    network.subnet.network = network.id;
    network.subnet.name = row.text(12);
    network.subnet.base = QHostAddress(quint32(row.integer(13)));
    network.subnet.prefix = int(row.integer(14));
    network.subnet.gateway = QHostAddress(quint32(row.integer(15)));
    network.subnet.first = QHostAddress(quint32(row.integer(16)));
    network.subnet.last = QHostAddress(quint32(row.integer(17)));
    return network;
}

Port portFromRow(const Row &row)
{
    Port port;
    port.id = row.id<PortId>(0);
    port.number = PortNumber(row.integer(1));
    port.network = row.id<NetworkId>(2);
    port.server = row.id<ServerId>(3);
    port.mac = row.text(4);
    port.address = QHostAddress(quint32(row.integer(5)));
    port.createdAtMs = row.integer(6);
    return port;
}

qint64 numberOf(const QHostAddress &address)
{
    return qint64(address.toIPv4Address());
}

// The first gap at or behind the place of this turn, else from the start of the range: an address that was given
// back comes last, for the network's DHCP server may still hold its lease for the guest that had it.
Result<QHostAddress> freeAddress(ReadTransaction &t, const Subnet &subnet, qint64 turn)
{
    const qint64 first = numberOf(subnet.first);
    const qint64 last = numberOf(subnet.last);
    const qint64 start = first + turn % (last - first + 1);
    const auto found = t.row(R"(
        SELECT used.address + 1
        FROM (
            SELECT CAST(:before AS BIGINT) AS address
            UNION ALL
            SELECT CAST(:before_start AS BIGINT)
            UNION ALL
            SELECT address FROM port WHERE network = :network) used
        WHERE used.address + 1 BETWEEN :first AND :last
            AND NOT EXISTS (
                SELECT 1 FROM port other WHERE other.network = :network AND other.address = used.address + 1)
        ORDER BY CASE WHEN used.address + 1 < :start THEN 1 ELSE 0 END, used.address
        LIMIT 1)",
        { { ":before", first - 1 }, { ":before_start", start - 1 }, { ":network", subnet.network.text() },
            { ":first", first }, { ":last", last }, { ":start", start } },
        [](const Row &row) { return QHostAddress(quint32(row.integer(0))); });
    if (!found)
        return found.error();
    if (!*found)
        return conflict(QStringLiteral("The network has no free address left."));
    return **found;
}

// 52:54:00 is QEMU's own prefix. Among 2^24 a second try is rare, a ninth a sign of something else.
Result<QString> freeMac(ReadTransaction &t)
{
    for (int attempt = 0; attempt < 9; ++attempt) {
        const quint32 bits = QRandomGenerator::global()->generate();
        const QString mac = QStringLiteral("52:54:00:%1:%2:%3")
                                .arg(bits >> 16 & 0xff, 2, 16, QLatin1Char('0'))
                                .arg(bits >> 8 & 0xff, 2, 16, QLatin1Char('0'))
                                .arg(bits & 0xff, 2, 16, QLatin1Char('0'));
        const auto taken = t.row(
            "SELECT 1 FROM port WHERE mac = :mac", { { ":mac", mac } }, [](const Row &) { return true; });
        if (!taken)
            return taken.error();
        if (!*taken)
            return mac;
    }
    return unavailable(QStringLiteral("No MAC address is free."));
}

} // namespace

Result<> NetworkStore::insert(Transaction &t, Network &network)
{
    network.createdAtMs = network.updatedAtMs = t.stampMs();
    network.subnet.network = network.id;
    const auto number = t.nextNumber(QLatin1StringView("network"));
    if (!number)
        return number.error();
    const auto subnetNumber = t.nextNumber(QLatin1StringView("subnet"));
    if (!subnetNumber)
        return subnetNumber.error();
    network.number = NetworkNumber(*number);
    network.subnet.number = SubnetNumber(*subnetNumber);
    const auto inserted = t.execute(R"(
        INSERT INTO network (id, number, name, host_name, project, owner, shared, is_public, created_at_ms,
            updated_at_ms)
        VALUES (:id, :number, :name, :host_name, :project, :owner, :shared, :is_public, :now, :now))",
        { { ":id", network.id.text() }, { ":number", *number }, { ":name", network.name },
            { ":host_name", network.hostName }, { ":project", network.owner.project.text() },
            { ":owner", network.owner.user.text() }, { ":shared", network.owner.shared },
            { ":is_public", network.isPublic }, { ":now", t.stampMs() } });
    if (!inserted)
        return inserted.error();
    const Subnet &subnet = network.subnet;
    const auto ranged = t.execute(R"(
        INSERT INTO subnet (id, number, network, name, base, prefix, gateway, first, last)
        VALUES (:id, :number, :network, :name, :base, :prefix, :gateway, :first, :last))",
        { { ":id", subnet.id.text() }, { ":number", *subnetNumber }, { ":network", network.id.text() },
            { ":name", subnet.name }, { ":base", numberOf(subnet.base) }, { ":prefix", subnet.prefix },
            { ":gateway", numberOf(subnet.gateway) }, { ":first", numberOf(subnet.first) },
            { ":last", numberOf(subnet.last) } });
    if (!ranged)
        return ranged.error();
    return t.noteChange({ QLatin1StringView("network"), network.id.text(), network.owner.project,
        network.owner.user, network.owner.shared });
}

Result<std::optional<Network>> NetworkStore::find(ReadTransaction &t, const NetworkRef &ref)
{
    static const QByteArray byId = networksWhere("n.id = :id");
    static const QByteArray byNumber = networksWhere("n.number = :number");
    if (const auto *id = std::get_if<NetworkId>(&ref))
        return t.row(byId, { { ":id", id->text() } }, networkFromRow);
    return t.row(byNumber, { { ":number", std::get<NetworkNumber>(ref).value() } }, networkFromRow);
}

Result<std::optional<Network>> NetworkStore::findPublic(ReadTransaction &t)
{
    static const QByteArray sql = networksWhere("n.is_public = 1");
    return t.row(sql, {}, networkFromRow);
}

Result<Port> NetworkStore::connect(Transaction &t, const Network &network, const ServerId &server)
{
    const auto number = t.nextNumber(QLatin1StringView("port"));
    if (!number)
        return number.error();
    const auto address = freeAddress(t, network.subnet, *number - 1);
    if (!address)
        return address.error();
    const auto mac = freeMac(t);
    if (!mac)
        return mac.error();
    const Port port { PortId::create(), PortNumber(*number), network.id, server, *mac, *address,
        t.stampMs() };
    const auto done = t.execute(R"(
        INSERT INTO port (id, number, network, server, mac, address, created_at_ms)
        VALUES (:id, :number, :network, :server, :mac, :address, :now))",
        { { ":id", port.id.text() }, { ":number", *number }, { ":network", network.id.text() },
            { ":server", server.text() }, { ":mac", port.mac }, { ":address", numberOf(port.address) },
            { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return port;
}

Result<> NetworkStore::disconnect(Transaction &t, const ServerId &server)
{
    const auto done = t.execute("DELETE FROM port WHERE server = :server", { { ":server", server.text() } });
    if (!done)
        return done.error();
    return {};
}

Result<QList<Port>> NetworkStore::portsOfServer(ReadTransaction &t, const ServerId &server)
{
    return t.rows(R"(
        SELECT id, number, network, server, mac, address, created_at_ms
        FROM port
        WHERE server = :server
        ORDER BY number)",
        { { ":server", server.text() } }, portFromRow);
}

} // namespace nephele
