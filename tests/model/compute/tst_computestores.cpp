// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute/flavorstore.h"
#include "model/compute/keypairstore.h"
#include "model/compute/serverstore.h"
#include "model/network/networkstore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QSet>

using namespace nephele;

class tst_ComputeStores : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();
    void cleanup();

    void flavorsAreSeededOnce();
    void aKeypairsNameIsItsUsersOwn();
    void aServerComesBackAsItWasWritten();
    void visibilityFollowsTheOneRule();
    void pagesMeetWithoutGapOrOverlap();
    void namesAreFoundByPart_data();
    void namesAreFoundByPart();
    void addressesRunOutAndComeBack();
    void twoPortsAreOneServer();
    void sshPortsAreGivenOnce();
    void onlyOldDeletedRowsArePruned();

private:
    template <class Closure>
    auto write(Closure closure)
    {
        return (**m_database).write(closure).result();
    }
    template <class Closure>
    auto read(Closure closure)
    {
        return (**m_database).read(closure);
    }
    ServerRecord newServer(const QString &name, const Ownership &owner = {}) const
    {
        ServerRecord record;
        record.server.id = ServerId::create();
        record.server.name = name;
        record.server.owner = owner;
        return record;
    }
    Result<ServerRecord> insert(ServerRecord record)
    {
        return write([record](Transaction &t) -> Result<ServerRecord> {
            ServerRecord made = record;
            const auto number = t.nextNumber(QLatin1StringView("server"));
            if (!number)
                return number.error();
            made.server.number = ServerNumber(*number);
            const auto inserted = ServerStore::insert(t, made);
            return inserted ? Result<ServerRecord>(made) : inserted.error();
        });
    }
    Result<Network> insertNetwork(int prefix)
    {
        return write([prefix](Transaction &t) -> Result<Network> {
            Network network;
            network.id = NetworkId::create();
            network.name = network.hostName = network.id.text();
            network.isPublic = true;
            network.subnet = Subnet::around(QHostAddress(QStringLiteral("10.0.0.0")), prefix);
            network.subnet.id = SubnetId::create();
            const auto inserted = NetworkStore::insert(t, network);
            return inserted ? Result<Network>(network) : inserted.error();
        });
    }
    QStringList names(const Caller &caller, const ServerFilter &filter = {})
    {
        const auto servers =
            read([&](ReadTransaction &t) { return ServerStore::visible(t, caller, filter); });
        QStringList found;
        for (const Server &server : servers ? *servers : QList<Server>())
            found.append(server.name);
        return found;
    }

    std::unique_ptr<test::TestDatabase> m_database;
};

void tst_ComputeStores::initTestCase_data()
{
    test::addEngineRows();
}

void tst_ComputeStores::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto database = test::TestDatabase::open(engine);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().detail));
    m_database = std::move(*database);
}

void tst_ComputeStores::cleanup()
{
    m_database.reset();
}

void tst_ComputeStores::flavorsAreSeededOnce()
{
    QVERIFY(write(FlavorStore::seed));
    QVERIFY(write(FlavorStore::seed));
    const auto flavors = read(FlavorStore::all);
    QVERIFY(flavors);
    QCOMPARE(flavors->size(), 45);
    QCOMPARE(flavors->first().name, QStringLiteral("C1R128D1"));
    QCOMPARE(flavors->first().flavorId, QStringLiteral("1"));
    QCOMPARE(flavors->first().cycladesName(), QStringLiteral("C1R128D1ext_archipelago"));
    QSet<QString> cyclades;
    QSet<QString> stored;
    QSet<QString> templates;
    for (const Flavor &flavor : *flavors) {
        cyclades.insert(flavor.cycladesName());
        stored.insert(flavor.name);
        templates.insert(flavor.diskTemplate);
    }
    QCOMPARE(cyclades.size(), 45);
    QCOMPARE(stored.size(), 45);
    QCOMPARE(templates.size(), 3);
    const auto byNumber = read([](ReadTransaction &t) { return FlavorStore::find(t, FlavorNumber(2)); });
    const auto byId = read([](ReadTransaction &t) { return FlavorStore::find(t, QStringLiteral("2")); });
    QVERIFY(byNumber && *byNumber);
    QCOMPARE(**byId, **byNumber);
}

void tst_ComputeStores::aKeypairsNameIsItsUsersOwn()
{
    Keypair keypair { UserId::create(), QStringLiteral("b"), 0, QStringLiteral("ssh-rsa AAAA"),
        QStringLiteral("00:11"), QStringLiteral("ssh"), 0 };
    const auto insertCopy = [&](const Keypair &wanted) {
        return write([wanted](Transaction &t) {
            Keypair made = wanted;
            return KeypairStore::insert(t, made);
        });
    };
    QVERIFY(insertCopy(keypair));
    QCOMPARE(insertCopy(keypair).error().code, ErrorCode::Conflict);
    Keypair other = keypair;
    other.user = UserId::create();
    QVERIFY(insertCopy(other));
    other = keypair;
    for (const char *name : { "a", "C", "Z" }) { // bytes, not a language's order
        other.name = QString::fromLatin1(name);
        QVERIFY(insertCopy(other));
    }
    const auto kept = read([&](ReadTransaction &t) { return KeypairStore::ofUser(t, keypair.user); });
    QStringList names;
    for (const Keypair &one : *kept)
        names.append(one.name);
    QCOMPARE(names,
        QStringList({ QStringLiteral("C"), QStringLiteral("Z"), QStringLiteral("a"), QStringLiteral("b") }));
}

void tst_ComputeStores::aServerComesBackAsItWasWritten()
{
    ServerRecord record = newServer(
        QString::fromUtf8("Wörter 'und' \"mehr\" \\ 猫"), { ProjectId::create(), UserId::create(), true });
    record.server.hostName = QStringLiteral("woerter");
    record.server.state = ServerState::Paused;
    record.server.task = ServerTask::HardRebooting;
    record.server.faultMessage = QStringLiteral("it hurt");
    record.server.flavor = { FlavorNumber(3), QStringLiteral("m1"), QStringLiteral("one"), 2, 512, 5,
        QStringLiteral("drbd"), true };
    record.server.image = ImageId::create();
    record.server.imageName = QStringLiteral("tiny");
    record.server.keyName = QStringLiteral("mine");
    record.server.metadata = { { QStringLiteral("a\"b"), QString::fromUtf8("ü\n") },
        { QStringLiteral("empty"), QStringLiteral("") } };
    record.server.notes = { QStringLiteral("what it is"), QStringLiteral("10.0.0.1"),
        QStringLiteral("fe80::1"), true };
    record.server.launchedAtMs = 5;
    record.server.progress = 100;
    record.mapNumber = 1LL << 40;
    record.isPowerCharged = true;
    const auto made = insert(record);
    QVERIFY2(made, qPrintable(made ? QString() : made.error().detail));
    const auto same = [](const ServerRecord &a, const ServerRecord &b) {
        return a.server == b.server && a.mapNumber == b.mapNumber && a.sshPort == b.sshPort
            && a.isPowerCharged == b.isPowerCharged && a.isDeleteWanted == b.isDeleteWanted;
    };
    const auto find = [&](const ServerRef &ref) {
        const auto found = read([&](ReadTransaction &t) { return ServerStore::find(t, ref); });
        return found && *found ? **found : ServerRecord();
    };
    QVERIFY(same(find(made->server.id), *made));
    QVERIFY(same(find(made->server.number), *made));

    ServerRecord changed = *made;
    changed.server.name = QStringLiteral("short");
    changed.server.metadata.clear();
    changed.server.state = ServerState::Deleted;
    changed.server.task = ServerTask::None;
    changed.server.deletedAtMs = 7;
    changed.server.notes = {};
    changed.isPowerCharged = false;
    changed.isDeleteWanted = true;
    const auto updated = write([changed](Transaction &t) -> Result<ServerRecord> {
        ServerRecord copy = changed;
        const auto done = ServerStore::update(t, copy);
        return done ? Result<ServerRecord>(copy) : done.error();
    });
    QVERIFY(updated);
    QVERIFY(updated->server.updatedAtMs > made->server.updatedAtMs);
    QVERIFY(same(find(made->server.id), *updated));
    const auto changes = read([&](ReadTransaction &t) {
        return t.row("SELECT COUNT(*) FROM change WHERE kind = 'server' AND id = :id",
            { { ":id", made->server.id.text() } }, [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**changes, 2);
}

void tst_ComputeStores::visibilityFollowsTheOneRule()
{
    const ProjectId ours = ProjectId::create();
    const ProjectId theirs = ProjectId::create();
    const UserId bob = UserId::create();
    Caller alice;
    alice.user = UserId::create();
    alice.scope.insert(ours, Role::Member);
    QVERIFY(insert(newServer(QStringLiteral("own"), { ours, alice.user, false })));
    QVERIFY(insert(newServer(QStringLiteral("bob's"), { ours, bob, false })));
    QVERIFY(insert(newServer(QStringLiteral("shared"), { ours, bob, true })));
    QVERIFY(insert(newServer(QStringLiteral("elsewhere"), { theirs, bob, true })));
    QVERIFY(insert(newServer(QStringLiteral("own elsewhere"), { theirs, alice.user, true })));

    QCOMPARE(names(alice), QStringList({ QStringLiteral("shared"), QStringLiteral("own") }));
    alice.scope.insert(ours, Role::Manager);
    QCOMPARE(names(alice).size(), 3);
    alice.scope.insert(theirs, Role::Reader); // two projects, one order
    QCOMPARE(names(alice),
        QStringList({ QStringLiteral("own elsewhere"), QStringLiteral("elsewhere"), QStringLiteral("shared"),
            QStringLiteral("bob's"), QStringLiteral("own") }));
    alice.scope.clear();
    QCOMPARE(names(alice), QStringList());
    alice.isAdmin = true;
    ServerFilter everything;
    everything.allProjects = true;
    QCOMPARE(names(alice, everything).size(), 5);
}

void tst_ComputeStores::pagesMeetWithoutGapOrOverlap()
{
    Caller caller;
    caller.user = UserId::create();
    // Several in one transaction have one time.
    for (int batch = 0; batch < 3; ++batch) {
        const ProjectId project = ProjectId::create();
        caller.scope.insert(project, Role::Member);
        QVERIFY(write([&caller, project, batch](Transaction &t) -> Result<> {
            for (int i = 0; i < 5; ++i) {
                ServerRecord record;
                record.server.id = ServerId::create();
                record.server.number = ServerNumber(batch * 5 + i + 1);
                record.server.name = QString::number(batch * 5 + i);
                record.server.owner = { project, caller.user, false };
                if (const auto inserted = ServerStore::insert(t, record); !inserted)
                    return inserted;
            }
            return {};
        }));
    }
    const QStringList all = names(caller);
    QCOMPARE(all.size(), 15);
    for (int limit : { 1, 2, 4, 15, 100 }) {
        QStringList walked;
        ServerFilter page;
        page.limit = limit;
        for (;;) {
            const auto servers =
                read([&](ReadTransaction &t) { return ServerStore::visible(t, caller, page); });
            QVERIFY(servers);
            if (servers->isEmpty())
                break;
            QVERIFY(servers->size() <= limit);
            for (const Server &server : *servers)
                walked.append(server.name);
            page.marker = servers->last().id;
        }
        QCOMPARE(walked, all);
    }
}

void tst_ComputeStores::namesAreFoundByPart_data()
{
    QTest::addColumn<QString>("part");
    QTest::addColumn<QStringList>("found");
    const QStringList both { QStringLiteral("Web_2"), QStringLiteral("web-1") };
    QTest::newRow("whatever the case") << QStringLiteral("WEB") << both;
    QTest::newRow("a wildcard is a letter") << QStringLiteral("_") << both.mid(0, 1);
    QTest::newRow("per cent") << QStringLiteral("%") << QStringList(QStringLiteral("100% !"));
    QTest::newRow("the escape itself") << QStringLiteral("!") << QStringList(QStringLiteral("100% !"));
    QTest::newRow("nothing") << QStringLiteral("x") << QStringList();
    QTest::newRow("a quote") << QStringLiteral("'") << QStringList();
}

void tst_ComputeStores::namesAreFoundByPart()
{
    QFETCH(QString, part);
    QFETCH(QStringList, found);
    Caller caller;
    caller.user = UserId::create();
    const ProjectId project = ProjectId::create();
    caller.scope.insert(project, Role::Member);
    for (const char *name : { "web-1", "Web_2", "100% !" })
        QVERIFY(insert(newServer(QString::fromLatin1(name), { project, caller.user, false })));
    ServerFilter filter;
    filter.name = part;
    QCOMPARE(names(caller, filter), found);
}

void tst_ComputeStores::addressesRunOutAndComeBack()
{
    const auto network = insertNetwork(29); // 8 addresses: network, gateway, five guests, broadcast
    QVERIFY2(network, qPrintable(network ? QString() : network.error().detail));
    const auto connect = [&]() -> Result<Port> {
        const auto server = insert(newServer(QStringLiteral("s")));
        if (!server)
            return server.error();
        return write([network = *network, id = server->server.id](
                         Transaction &t) { return NetworkStore::connect(t, network, id); });
    };
    QList<Port> ports;
    QSet<QString> addresses;
    QSet<QString> macs;
    for (int i = 0; i < 5; ++i) {
        const auto port = connect();
        QVERIFY2(port, qPrintable(port ? QString() : port.error().detail));
        QVERIFY(port->address.isInSubnet(network->subnet.base, 29));
        ports.append(*port);
        addresses.insert(port->address.toString());
        macs.insert(port->mac);
    }
    QCOMPARE(addresses.size(), 5);
    QCOMPARE(macs.size(), 5);
    QVERIFY(!addresses.contains(QStringLiteral("10.0.0.1")));
    QVERIFY(!addresses.contains(QStringLiteral("10.0.0.7")));
    QCOMPARE(connect().error().code, ErrorCode::Conflict);
    QVERIFY(write([&](Transaction &t) { return NetworkStore::disconnect(t, ports.at(2).server); }));
    const auto again = connect();
    QVERIFY(again);
    QCOMPARE(again->address, ports.at(2).address);
    QVERIFY(again->number.value() > ports.last().number.value());
}

void tst_ComputeStores::twoPortsAreOneServer()
{
    const auto network = insertNetwork(24);
    const auto other = insertNetwork(24);
    QVERIFY(network && other);
    QVERIFY(network->number.value() != other->number.value());
    const auto server = insert(newServer(QStringLiteral("s")));
    for (const Network &one : { *network, *other })
        QVERIFY(write(
            [one, id = server->server.id](Transaction &t) { return NetworkStore::connect(t, one, id); }));
    const auto found = read([&](ReadTransaction &t) { return ServerStore::find(t, server->server.id); });
    QVERIFY(found && *found);
    const QList<ServerAddress> addresses = (*found)->server.addresses;
    QCOMPARE(addresses.size(), 2);
    QCOMPARE(addresses.at(0).network, network->id);
    QCOMPARE(addresses.at(1).networkNumber, other->number);
    const auto ports =
        read([&](ReadTransaction &t) { return NetworkStore::portsOfServer(t, server->server.id); });
    QCOMPARE(ports->at(0).mac, addresses.at(0).mac);
    const auto present = read([](ReadTransaction &t) { return ServerStore::present(t, {}); });
    QCOMPARE(present->size(), 1);
}

void tst_ComputeStores::sshPortsAreGivenOnce()
{
    const auto freePort = [this] {
        return read([](ReadTransaction &t) { return ServerStore::freeSshPort(t, 5000, 5002); });
    };
    QCOMPARE(*freePort(), 5000);
    for (int port : { 5001, 5000, 5002 }) {
        ServerRecord record = newServer(QStringLiteral("s"));
        record.sshPort = port;
        const auto made = insert(record);
        QVERIFY(made);
        const auto found = read([&](ReadTransaction &t) { return ServerStore::find(t, made->server.id); });
        QCOMPARE((*found)->server.accessAddress, QStringLiteral("127.0.0.1:%1").arg(port));
    }
    QCOMPARE(freePort().error().code, ErrorCode::Unavailable);
    ServerRecord twice = newServer(QStringLiteral("s"));
    twice.sshPort = 5001;
    QCOMPARE(insert(twice).error().code, ErrorCode::Conflict);
}

void tst_ComputeStores::onlyOldDeletedRowsArePruned()
{
    QVERIFY(insert(newServer(QStringLiteral("alive"))));
    for (qint64 deletedAt : { 10, 20 }) {
        ServerRecord record = newServer(QStringLiteral("deleted"));
        record.server.state = ServerState::Deleted;
        record.server.deletedAtMs = deletedAt;
        QVERIFY(insert(record));
    }
    QCOMPARE(*write([](Transaction &t) { return ServerStore::pruneDeleted(t, 20); }), 1);
    QCOMPARE(*write([](Transaction &t) { return ServerStore::pruneDeleted(t, 21); }), 1);
    QCOMPARE(*write([](Transaction &t) { return ServerStore::pruneDeleted(t, 1000); }), 0);
    QCOMPARE(read([](ReadTransaction &t) { return ServerStore::present(t, {}); })->size(), 1);
}

NEPHELE_TEST(tst_ComputeStores)
#include "tst_computestores.moc"
