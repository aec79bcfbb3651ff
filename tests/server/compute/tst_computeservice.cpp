// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"
#include "server/compute/serverpower.h"
#include "tests/server/compute/computefixture.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace nephele;
using namespace nephele::test;

namespace {

using Usage = QMap<QString, qint64>;

// Of the smallest flavor.
Usage standing()
{
    return { { QStringLiteral("cyclades.vm"), 1 }, { QStringLiteral("cyclades.total_cpu"), 1 },
        { QStringLiteral("cyclades.total_ram"), 128LL << 20 },
        { QStringLiteral("cyclades.disk"), 1LL << 30 } };
}

Usage running()
{
    Usage usage = standing();
    usage.insert(QStringLiteral("cyclades.cpu"), 1);
    usage.insert(QStringLiteral("cyclades.ram"), 128LL << 20);
    return usage;
}

} // namespace

// The rules of servers on pretend machines (libvirt's test driver).
class tst_ComputeService : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void badRequestsNameTheField_data();
    void badRequestsNameTheField();
    void whatIsUnknownIsNotFound_data();
    void whatIsUnknownIsNotFound();
    void overQuotaLeavesNothing();
    void aServerIsBuiltAndCharged();
    void severalAreMadeAtOnce();
    void theFaceDecidesTheHostName();
    void aFailedBuildKeepsOnlyItsRow();
    void stopAndStartGiveBackAndCharge();
    void actsOutOfTurnAreRefused_data();
    void actsOutOfTurnAreRefused();
    void aSecondActIsBusy();
    void deletingWhileBuildingWorks();
    void deletingGivesEverythingBack();
    void anotherProjectSeesNothing();
    void readersChangeNothing();
    void listsAreFilteredAndPaged();
    void withoutNetworksThereIsASshPort();
    void aGuestThatGoesOffIsSeen();
    void aGuestStartedBehindOurBackIsSeen();
    void aSeedThatWasReadLosesItsSecrets();
    void aHostThatWasAwayIsBelievedAgain();
    void onlyWhatADeletedServerLeftIsRemoved();
    void deletedServersAreKeptADay();

private:
    ServerId create(const Caller &caller, const NewServer &wanted)
    {
        const auto made = valueOf(m_cloud->service().createServers(caller, wanted));
        return made ? made->first().server.id : ServerId();
    }
    ServerId createRunning()
    {
        const ServerId id = create(m_alice, m_cloud->wanted());
        if (!QTest::qWaitFor([&] { return m_cloud->isSettled(id); }, 60'000))
            qWarning("the server was not built");
        return id;
    }
    std::optional<ServerState> state(const ServerId &id) const
    {
        const auto server = m_cloud->find(id);
        return server ? std::optional(server->state) : std::nullopt;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ComputeFixture> m_cloud;
    ProjectId m_project;
    Caller m_alice;
};

void tst_ComputeService::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto cloud = ComputeFixture::open(QStringLiteral("test:///default"), m_folder->path());
    QVERIFY2(cloud, qPrintable(cloud ? QString() : cloud.error().message + cloud.error().detail));
    m_cloud = std::move(*cloud);
    m_project = m_cloud->addProject(QStringLiteral("alpha"));
    m_alice = m_cloud->caller(QStringLiteral("alice"), m_project);
    m_cloud->startEngine();
}

void tst_ComputeService::cleanup()
{
    if (!m_cloud)
        return;
    m_cloud->bases().isHeld = false;
    m_cloud->engine().stop();
    if (const auto guests = m_cloud->hypervisor().guests()) {
        for (const GuestState &guest : *guests)
            QVERIFY(m_cloud->hypervisor().undefine(guest.server));
    }
    m_cloud.reset();
}

void tst_ComputeService::badRequestsNameTheField_data()
{
    QTest::addColumn<NewServer>("wanted");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("field");
    const auto add = [](const char *row, ErrorCode code, const char *field, auto spoil) {
        NewServer server;
        server.name = QStringLiteral("web");
        server.image = ComputeFixture::image();
        server.flavor = FlavorNumber(1);
        spoil(server);
        QTest::newRow(row) << server << code << QString::fromLatin1(field);
    };
    const PersonalityFile file { QStringLiteral("/etc/motd"), "hello" };
    add("empty name", ErrorCode::Invalid, "name", [](NewServer &s) { s.name.clear(); });
    add("blank name", ErrorCode::Invalid, "name", [](NewServer &s) { s.name = QStringLiteral("  "); });
    add("name of 256", ErrorCode::Invalid, "name",
        [](NewServer &s) { s.name = QString(256, QLatin1Char('a')); });
    add("line break in name", ErrorCode::Invalid, "name",
        [](NewServer &s) { s.name = QStringLiteral("a\nb"); });
    add("NUL in metadata", ErrorCode::Invalid, "metadata",
        [](NewServer &s) { s.metadata.insert(QStringLiteral("k"), QString(QChar(QChar::Null))); });
    add("empty metadata key", ErrorCode::Invalid, "metadata",
        [](NewServer &s) { s.metadata.insert(QString(), QString()); });
    add("metadata value of 501", ErrorCode::Invalid, "metadata.k",
        [](NewServer &s) { s.metadata.insert(QStringLiteral("k"), QString(501, QLatin1Char('v'))); });
    add("129 metadata items", ErrorCode::Invalid, "metadata", [](NewServer &s) {
        for (int i = 0; i < 129; ++i)
            s.metadata.insert(QString::number(i), QString());
    });
    add("six files", ErrorCode::TooLarge, "personality",
        [&](NewServer &s) { s.files = QList<PersonalityFile>(6, file); });
    add("file of 10241 bytes", ErrorCode::TooLarge, "personality.contents", [&](NewServer &s) {
        s.files = { file };
        s.files[0].contents = QByteArray(10241, 'x');
    });
    add("relative path", ErrorCode::Invalid, "personality.path", [&](NewServer &s) {
        s.files = { file };
        s.files[0].path = QStringLiteral("etc/motd");
    });
    add("mode beyond 07777", ErrorCode::Invalid, "personality.mode", [&](NewServer &s) {
        s.files = { file };
        s.files[0].mode = 010000;
    });
    add("owner with a blank", ErrorCode::Invalid, "personality.owner", [&](NewServer &s) {
        s.files = { file };
        s.files[0].owner = QStringLiteral("a b");
    });
    add("user data of 64 KiB", ErrorCode::TooLarge, "user_data",
        [](NewServer &s) { s.userData = QByteArray(65536, 'x'); });
    add("password with a line break", ErrorCode::Invalid, "adminPass",
        [](NewServer &s) { s.adminPassword = QStringLiteral("a\nb"); });
    add("no server at all", ErrorCode::Invalid, "count", [](NewServer &s) { s.count = 0; });
    add("a description of 256", ErrorCode::Invalid, "description",
        [](NewServer &s) { s.notes.description = QString(256, QLatin1Char('d')); });
    add("no address", ErrorCode::Invalid, "accessIPv4",
        [](NewServer &s) { s.notes.accessIPv4 = QStringLiteral("fe80::1"); });
    add("too small a disk", ErrorCode::Invalid, "flavor",
        [](NewServer &s) { s.image = ComputeFixture::largeImage(); });
    add("too little memory", ErrorCode::Invalid, "flavor", [](NewServer &s) {
        s.image = ComputeFixture::largeImage();
        s.flavor = FlavorNumber(4); // 10 GiB
    });
    add("an image without data", ErrorCode::Conflict, "The image",
        [](NewServer &s) { s.image = ComputeFixture::queuedImage(); });
    add("a foreign project", ErrorCode::Invalid, "project",
        [](NewServer &s) { s.project = ProjectId::create(); });
}

void tst_ComputeService::badRequestsNameTheField()
{
    QFETCH(NewServer, wanted);
    QFETCH(ErrorCode, code);
    QFETCH(QString, field);
    const auto made = valueOf(m_cloud->service().createServers(m_alice, wanted));
    QVERIFY(!made);
    QCOMPARE(made.error().code, code);
    QVERIFY2(made.error().message.startsWith(field), qPrintable(made.error().message));
    QCOMPARE(m_cloud->service().servers(m_alice, {})->size(), 0);
    QCOMPARE(m_cloud->usage(m_project), Usage());
}

void tst_ComputeService::whatIsUnknownIsNotFound_data()
{
    QTest::addColumn<NewServer>("wanted");
    const auto add = [](const char *row, auto spoil) {
        NewServer server;
        server.name = QStringLiteral("web");
        server.image = ComputeFixture::image();
        server.flavor = FlavorNumber(1);
        spoil(server);
        QTest::newRow(row) << server;
    };
    add("image", [](NewServer &s) { s.image = ImageId::create(); });
    add("flavor number", [](NewServer &s) { s.flavor = FlavorNumber(9999); });
    add("flavor id", [](NewServer &s) { s.flavor = QStringLiteral("m1.tiny"); });
    add("key pair", [](NewServer &s) { s.keyNames = { QStringLiteral("mine") }; });
    add("network", [](NewServer &s) { s.networks = QList<NetworkRef> { NetworkId::create() }; });
    add("network number", [](NewServer &s) { s.networks = QList<NetworkRef> { NetworkNumber(77) }; });
}

void tst_ComputeService::whatIsUnknownIsNotFound()
{
    QFETCH(NewServer, wanted);
    const auto made = valueOf(m_cloud->service().createServers(m_alice, wanted));
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::NotFound);
    QCOMPARE(m_cloud->usage(m_project), Usage());
}

void tst_ComputeService::overQuotaLeavesNothing()
{
    QVERIFY(m_cloud->database()
                .write([project = m_project](Transaction &t) {
                    return QuotaStore::setProjectLimit(
                        t, project, QStringLiteral("cyclades.ram"), 127LL << 20);
                })
                .result());
    const auto made = valueOf(m_cloud->service().createServers(m_alice, m_cloud->wanted()));
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::QuotaExceeded);
    QCOMPARE(m_cloud->usage(m_project), Usage());
    QCOMPARE(m_cloud->portCount(), 0);
    QCOMPARE(m_cloud->references(), 0);
    QCOMPARE(m_cloud->service().servers(m_alice, {})->size(), 0);
}

void tst_ComputeService::aServerIsBuiltAndCharged()
{
    m_cloud->bases().isHeld = true;
    NewServer wanted = m_cloud->wanted(QStringLiteral("Web Server_1"));
    wanted.metadata.insert(QStringLiteral("os"), QStringLiteral("tiny"));
    wanted.notes.description = QStringLiteral("mine");
    const auto made = valueOf(m_cloud->service().createServers(m_alice, wanted));
    QVERIFY(made);
    const Server server = made->first().server;
    QCOMPARE(server.state, ServerState::Building);
    QCOMPARE(server.task, ServerTask::Building);
    QCOMPARE(server.hostName, QStringLiteral("web-server-1"));
    QCOMPARE(server.addresses.size(), 1);
    QCOMPARE(server.addresses.first().networkName, QStringLiteral("public"));
    QVERIFY(made->first().adminPassword.size() >= 10);
    QCOMPARE(m_cloud->usage(m_project), running()); // in the request itself

    m_cloud->bases().isHeld = false;
    WAIT_COMPARE(state(server.id), std::optional(ServerState::Running));
    QCOMPARE(m_cloud->power(server.id), std::optional(GuestPower::Running));
    QVERIFY(QFile::exists(m_cloud->disks().overlayPath(server.id)));
    QVERIFY(QFile::exists(m_cloud->disks().seedPath(server.id)));
    const auto now = m_cloud->service().server(m_alice, server.id);
    QVERIFY(now);
    QCOMPARE(now->task, ServerTask::None);
    QCOMPARE(now->metadata, wanted.metadata);
    QCOMPARE(now->notes, wanted.notes);
    QCOMPARE(now->progress, 100);
    QVERIFY(now->launchedAtMs);
    QVERIFY(now->updatedAtMs > server.updatedAtMs);
    QCOMPARE(m_cloud->service().server(m_alice, server.number)->id, server.id);
    QCOMPARE(m_cloud->usage(m_project), running());
    QCOMPARE(m_cloud->references(), 1);
}

void tst_ComputeService::severalAreMadeAtOnce()
{
    NewServer wanted = m_cloud->wanted();
    wanted.count = 3;
    const auto made = valueOf(m_cloud->service().createServers(m_alice, wanted));
    QVERIFY(made);
    QStringList names;
    QSet<QString> addresses;
    for (const CreatedServer &created : *made) {
        names.append(created.server.name);
        addresses.insert(created.server.addresses.first().address.toString());
    }
    QCOMPARE(
        names, QStringList({ QStringLiteral("web-1"), QStringLiteral("web-2"), QStringLiteral("web-3") }));
    QCOMPARE(addresses.size(), 3);
    QCOMPARE(m_cloud->usage(m_project).value(QStringLiteral("cyclades.vm")), 3);
    for (const CreatedServer &created : *made)
        WAIT_COMPARE(state(created.server.id), std::optional(ServerState::Running));
}

void tst_ComputeService::theFaceDecidesTheHostName()
{
    Caller synnefo = m_alice;
    synnefo.face = Face::Synnefo;
    const auto made = valueOf(m_cloud->service().createServers(synnefo, m_cloud->wanted()));
    QVERIFY(made);
    const Server server = made->first().server;
    QCOMPARE(server.hostName, QStringLiteral("snf-%1").arg(server.number.value()));
}

void tst_ComputeService::aFailedBuildKeepsOnlyItsRow()
{
    m_cloud->bases().isBroken = true;
    const ServerId id = create(m_alice, m_cloud->wanted());
    WAIT_COMPARE(state(id), std::optional(ServerState::Failed));
    QVERIFY(m_cloud->find(id)->faultMessage.contains(QStringLiteral("damaged")));
    QCOMPARE(m_cloud->usage(m_project), standing());
    QCOMPARE(m_cloud->portCount(), 0);
    QCOMPARE(m_cloud->references(), 0);
    QCOMPARE(m_cloud->disks().servers(), QList<ServerId>());
    QVERIFY(!m_cloud->power(id));

    QVERIFY(valueOf(m_cloud->service().removeServer(m_alice, id)));
    WAIT_COMPARE(state(id), std::optional(ServerState::Deleted));
    QCOMPARE(m_cloud->usage(m_project), Usage());
}

void tst_ComputeService::stopAndStartGiveBackAndCharge()
{
    const ServerId id = createRunning();
    QCOMPARE(state(id), std::optional(ServerState::Running));
    QVERIFY(valueOf(m_cloud->service().stopServer(m_alice, id)));
    WAIT_COMPARE(state(id), std::optional(ServerState::Off));
    QCOMPARE(m_cloud->usage(m_project), standing());
    QCOMPARE(m_cloud->power(id), std::optional(GuestPower::Off));

    QVERIFY(m_cloud->database()
                .write([project = m_project](Transaction &t) {
                    return QuotaStore::setProjectLimit(t, project, QStringLiteral("cyclades.cpu"), 0);
                })
                .result());
    QCOMPARE(valueOf(m_cloud->service().startServer(m_alice, id)).error().code, ErrorCode::QuotaExceeded);
    QCOMPARE(m_cloud->find(id)->task, ServerTask::None);
    QVERIFY(m_cloud->isSettled(id));
    QVERIFY(m_cloud->database()
                .write([project = m_project](Transaction &t) {
                    return QuotaStore::setProjectLimit(t, project, QStringLiteral("cyclades.cpu"), 1);
                })
                .result());

    QVERIFY(valueOf(m_cloud->service().startServer(m_alice, id)));
    QCOMPARE(m_cloud->usage(m_project), running()); // with the reply
    WAIT_COMPARE(state(id), std::optional(ServerState::Running));
    WAIT_VERIFY(m_cloud->isSettled(id));

    for (const auto kind : { ComputeService::Reboot::Soft, ComputeService::Reboot::Hard }) {
        QVERIFY(valueOf(m_cloud->service().rebootServer(m_alice, id, kind)));
        WAIT_VERIFY(m_cloud->isSettled(id));
        QCOMPARE(state(id), std::optional(ServerState::Running));
        QCOMPARE(m_cloud->power(id), std::optional(GuestPower::Running));
        QCOMPARE(m_cloud->usage(m_project), running());
    }
}

void tst_ComputeService::actsOutOfTurnAreRefused_data()
{
    QTest::addColumn<ServerState>("state");
    QTest::addColumn<QString>("allowed"); // of start, stop, soft, hard
    QTest::newRow("running") << ServerState::Running << QStringLiteral("stop soft hard");
    QTest::newRow("off") << ServerState::Off << QStringLiteral("start hard");
    QTest::newRow("paused") << ServerState::Paused << QStringLiteral("stop hard");
    QTest::newRow("failed") << ServerState::Failed << QString();
    QTest::newRow("unknown") << ServerState::Unknown << QString();
    QTest::newRow("shelved") << ServerState::Shelved << QString();
}

void tst_ComputeService::actsOutOfTurnAreRefused()
{
    QFETCH(ServerState, state);
    QFETCH(QString, allowed);
    const ServerId id = createRunning();
    m_cloud->engine().stop(); // what is allowed is begun and not carried out
    ComputeService &service = m_cloud->service();
    const QMap<QString, std::function<Result<>()>> acts {
        { QStringLiteral("start"), [&] { return valueOf(service.startServer(m_alice, id)); } },
        { QStringLiteral("stop"), [&] { return valueOf(service.stopServer(m_alice, id)); } },
        { QStringLiteral("soft"),
            [&] { return valueOf(service.rebootServer(m_alice, id, ComputeService::Reboot::Soft)); } },
        { QStringLiteral("hard"),
            [&] { return valueOf(service.rebootServer(m_alice, id, ComputeService::Reboot::Hard)); } },
    };
    for (auto act = acts.cbegin(); act != acts.cend(); ++act) {
        QVERIFY(m_cloud->database()
                    .write([id, state](Transaction &t) -> Result<> {
                        auto record = ServerStore::find(t, id);
                        if (!record)
                            return record.error();
                        (*record)->server.state = state;
                        const auto ended = t.execute("UPDATE operation SET state = 'done'");
                        return ended ? ServerStore::update(t, **record) : ended.error();
                    })
                    .result());
        const auto done = act.value()();
        if (allowed.split(QLatin1Char(' ')).contains(act.key())) {
            QVERIFY2(done, qPrintable(act.key()));
        } else {
            QVERIFY2(!done, qPrintable(act.key()));
            QCOMPARE(done.error().code, ErrorCode::Conflict);
            QVERIFY(m_cloud->isSettled(id));
        }
    }
}

void tst_ComputeService::aSecondActIsBusy()
{
    m_cloud->bases().isHeld = true;
    const ServerId id = create(m_alice, m_cloud->wanted());
    ComputeService &service = m_cloud->service();
    QCOMPARE(valueOf(service.startServer(m_alice, id)).error().code, ErrorCode::Busy);
    QCOMPARE(valueOf(service.stopServer(m_alice, id)).error().code, ErrorCode::Busy);
    QCOMPARE(valueOf(service.rebootServer(m_alice, id, ComputeService::Reboot::Hard)).error().code,
        ErrorCode::Busy);
    QVERIFY(valueOf(service.renameServer(m_alice, id, QStringLiteral("other")))); // needs no turn
    m_cloud->bases().isHeld = false;
    WAIT_COMPARE(state(id), std::optional(ServerState::Running));
    QCOMPARE(m_cloud->find(id)->name, QStringLiteral("other"));
}

void tst_ComputeService::deletingWhileBuildingWorks()
{
    m_cloud->bases().isHeld = true;
    const ServerId id = create(m_alice, m_cloud->wanted());
    QVERIFY(valueOf(m_cloud->service().removeServer(m_alice, id)));
    // Twice is once: accepted while it goes, not found once it is gone.
    const auto again = valueOf(m_cloud->service().removeServer(m_alice, id));
    QVERIFY(again || again.error().code == ErrorCode::NotFound);
    WAIT_COMPARE(state(id), std::optional(ServerState::Deleted));
    QCOMPARE(m_cloud->usage(m_project), Usage());
    QCOMPARE(m_cloud->references(), 0);
    QCOMPARE(m_cloud->portCount(), 0);
    QCOMPARE(m_cloud->disks().servers(), QList<ServerId>());
}

void tst_ComputeService::deletingGivesEverythingBack()
{
    const ServerId id = createRunning();
    const ServerNumber number = m_cloud->find(id)->number;
    QVERIFY(valueOf(m_cloud->service().removeServer(m_alice, id)));
    WAIT_COMPARE(state(id), std::optional(ServerState::Deleted));
    QCOMPARE(m_cloud->usage(m_project), Usage());
    QCOMPARE(m_cloud->references(), 0);
    QCOMPARE(m_cloud->disks().servers(), QList<ServerId>());
    QVERIFY(!m_cloud->power(id));
    // Gone for OpenStack, shown as deleted to Synnefo.
    QCOMPARE(m_cloud->service().server(m_alice, id).error().code, ErrorCode::NotFound);
    QCOMPARE(m_cloud->service().server(m_alice, number)->state, ServerState::Deleted);
    QCOMPARE(valueOf(m_cloud->service().startServer(m_alice, number)).error().code, ErrorCode::Invalid);
    QCOMPARE(m_cloud->portCount(), 0);
    const auto next = valueOf(m_cloud->service().createServers(m_alice, m_cloud->wanted()));
    QVERIFY(next);
    QVERIFY(next->first().server.number.value() > number.value());
}

void tst_ComputeService::anotherProjectSeesNothing()
{
    const ServerId id = createRunning();
    const ServerNumber number = m_cloud->find(id)->number;
    const Caller bob =
        m_cloud->caller(QStringLiteral("bob"), m_cloud->addProject(QStringLiteral("beta")), Role::Manager);
    const Caller colleague = m_cloud->caller(QStringLiteral("carol"), m_project); // it is not shared
    ComputeService &service = m_cloud->service();
    for (const Caller &caller : { bob, colleague }) {
        for (const ServerRef &ref : { ServerRef(id), ServerRef(number) }) {
            QCOMPARE(service.server(caller, ref).error().code, ErrorCode::NotFound);
            QCOMPARE(valueOf(service.startServer(caller, ref)).error().code, ErrorCode::NotFound);
            QCOMPARE(valueOf(service.stopServer(caller, ref)).error().code, ErrorCode::NotFound);
            QCOMPARE(valueOf(service.removeServer(caller, ref)).error().code, ErrorCode::NotFound);
            QCOMPARE(valueOf(service.renameServer(caller, ref, QStringLiteral("x"))).error().code,
                ErrorCode::NotFound);
            QCOMPARE(valueOf(service.setMetadata(caller, ref, {})).error().code, ErrorCode::NotFound);
            QCOMPARE(valueOf(service.consoleOutput(caller, ref, {})).error().code, ErrorCode::NotFound);
            QCOMPARE(
                valueOf(service.console(caller, ref, ConsoleKind::Vnc)).error().code, ErrorCode::NotFound);
        }
        QCOMPARE(service.servers(caller, {})->size(), 0);
        ServerFilter marked;
        marked.marker = id;
        QCOMPARE(service.servers(caller, marked).error().code, ErrorCode::Invalid);
        ServerFilter everything;
        everything.allProjects = true;
        QCOMPARE(service.servers(caller, everything).error().code, ErrorCode::Forbidden);
    }
    const Caller manager = m_cloud->caller(QStringLiteral("dora"), m_project, Role::Manager);
    QCOMPARE(service.servers(manager, {})->size(), 1);
    const Caller admin = m_cloud->caller(QStringLiteral("root"), *bob.project, Role::Admin);
    QCOMPARE(service.servers(admin, {})->size(), 0);
    ServerFilter everything;
    everything.allProjects = true;
    QCOMPARE(service.servers(admin, everything)->size(), 1);
}

void tst_ComputeService::readersChangeNothing()
{
    NewServer shared = m_cloud->wanted();
    shared.shared = true;
    const ServerId id = create(m_alice, shared);
    WAIT_VERIFY(m_cloud->isSettled(id));
    const Caller reader = m_cloud->caller(QStringLiteral("rita"), m_project, Role::Reader);
    ComputeService &service = m_cloud->service();
    QVERIFY(service.server(reader, id));
    QCOMPARE(valueOf(service.stopServer(reader, id)).error().code, ErrorCode::Forbidden);
    QCOMPARE(valueOf(service.removeServer(reader, id)).error().code, ErrorCode::Forbidden);
    QCOMPARE(valueOf(service.console(reader, id, ConsoleKind::WebSocket)).error().code, ErrorCode::Forbidden);
    QCOMPARE(valueOf(service.createServers(reader, m_cloud->wanted())).error().code, ErrorCode::Forbidden);
    QCOMPARE(state(id), std::optional(ServerState::Running));
}

void tst_ComputeService::listsAreFilteredAndPaged()
{
    m_cloud->bases().isHeld = true;
    QList<ServerId> ids;
    for (const char *name : { "alpha", "beta_1", "beta-2", "100%" })
        ids.prepend(create(m_alice, m_cloud->wanted(QString::fromLatin1(name))));
    const auto list = [this](const ServerFilter &filter) {
        QList<ServerId> found;
        const auto servers = m_cloud->service().servers(m_alice, filter);
        for (const Server &server : servers ? *servers : QList<Server>())
            found.append(server.id);
        return found;
    };
    QCOMPARE(list({}), ids); // the newest first
    ServerFilter page;
    page.limit = 2;
    QCOMPARE(list(page), ids.mid(0, 2));
    page.marker = ids.at(1);
    QCOMPARE(list(page), ids.mid(2));
    ServerFilter named;
    named.name = QStringLiteral("BETA");
    QCOMPARE(list(named), QList({ ids.at(1), ids.at(2) }));
    named.name = QStringLiteral("a_1"); // not a wildcard
    QCOMPARE(list(named), QList({ ids.at(2) }));
    named.name = QStringLiteral("%");
    QCOMPARE(list(named), QList({ ids.at(0) }));
    ServerFilter state;
    state.state = ServerState::Running;
    QCOMPARE(list(state), QList<ServerId>());
    ServerFilter flavor;
    flavor.flavorId = QStringLiteral("1");
    QCOMPARE(list(flavor).size(), 4);

    const qint64 before = m_cloud->find(ids.at(3))->updatedAtMs;
    QVERIFY(valueOf(m_cloud->service().removeServer(m_alice, ids.at(3))));
    WAIT_COMPARE(this->state(ids.at(3)), std::optional(ServerState::Deleted));
    QCOMPARE(list({}), ids.mid(0, 3));
    ServerFilter changes;
    changes.changesSinceMs = before + 1;
    QVERIFY(list(changes).contains(ids.at(3)));
    changes.changesSinceMs = m_cloud->find(ids.at(3))->updatedAtMs + 1;
    QCOMPARE(list(changes), QList<ServerId>());
    ServerFilter deleted;
    deleted.deleted = true;
    QCOMPARE(m_cloud->service().servers(m_alice, deleted).error().code, ErrorCode::Forbidden);
    const Caller admin = m_cloud->caller(QStringLiteral("root"), m_project, Role::Admin);
    QCOMPARE(m_cloud->service().servers(admin, deleted)->size(), 1);
}

void tst_ComputeService::withoutNetworksThereIsASshPort()
{
    m_cloud->parts().networking = GuestNetworking::UserMode;
    NewServer wanted = m_cloud->wanted();
    wanted.networks = QList<NetworkRef> { NetworkNumber(1) };
    QCOMPARE(valueOf(m_cloud->service().createServers(m_alice, wanted)).error().code, ErrorCode::Unavailable);
    wanted.networks = QList<NetworkRef>();
    QVERIFY(m_cloud->find(create(m_alice, wanted))->accessAddress.isEmpty()); // none was asked for

    // Another program holds the port that is next: the server moves on to one behind it, whichever is free
    // here.
    const auto portOf = [this](const ServerId &server) {
        return m_cloud->find(server)->accessAddress.section(QLatin1Char(':'), 1).toInt();
    };
    const int first = portOf(createRunning());
    QTcpServer holder;
    int held = first + 1;
    while (!holder.listen(QHostAddress::LocalHost, quint16(held)))
        QVERIFY(++held < first + 100);
    const ServerId second = createRunning();
    QCOMPARE(state(second), std::optional(ServerState::Running));
    QCOMPARE_GT(portOf(second), held);
}

void tst_ComputeService::aGuestThatGoesOffIsSeen()
{
    Reconciler reconciler(m_cloud->parts());
    reconciler.start();
    const ServerId id = createRunning();
    QVERIFY(m_cloud->hypervisor().powerOff(id));
    WAIT_COMPARE(state(id), std::optional(ServerState::Off));
    QCOMPARE(m_cloud->usage(m_project), standing());
    // One that vanished is off as well, and comes back with the next start.
    QVERIFY(m_cloud->hypervisor().undefine(id));
    QVERIFY(valueOf(m_cloud->service().startServer(m_alice, id)));
    WAIT_COMPARE(state(id), std::optional(ServerState::Running));
    QCOMPARE(m_cloud->power(id), std::optional(GuestPower::Running));
    QCOMPARE(m_cloud->usage(m_project), running());
}

void tst_ComputeService::aGuestStartedBehindOurBackIsSeen()
{
    const ServerId id = createRunning();
    QVERIFY(valueOf(m_cloud->service().stopServer(m_alice, id)));
    WAIT_COMPARE(state(id), std::optional(ServerState::Off));
    QVERIFY(m_cloud->database()
                .write([project = m_project](Transaction &t) {
                    return QuotaStore::setProjectLimit(t, project, QStringLiteral("cyclades.cpu"), 0);
                })
                .result());
    QVERIFY(m_cloud->hypervisor().start(id));
    Reconciler reconciler(m_cloud->parts());
    reconciler.start();
    WAIT_COMPARE(state(id), std::optional(ServerState::Running));
    QCOMPARE(m_cloud->usage(m_project), standing()); // it runs beyond its quota
    QVERIFY(valueOf(m_cloud->service().stopServer(m_alice, id)));
    WAIT_COMPARE(state(id), std::optional(ServerState::Off));
    QCOMPARE(m_cloud->usage(m_project), standing()); // and gives nothing back twice
}

void tst_ComputeService::aSeedThatWasReadLosesItsSecrets()
{
    NewServer wanted = m_cloud->wanted();
    wanted.userData = "#!/bin/sh\necho told-once";
    wanted.files = { { QStringLiteral("/etc/told"), "told-in-a-file", QStringLiteral("root"),
        QStringLiteral("root"), 0400 } };
    const ServerId id = create(m_alice, wanted);
    WAIT_COMPARE(state(id), std::optional(ServerState::Running));
    WAIT_VERIFY(m_cloud->isSettled(id));
    const auto seed = [&] {
        QFile file(m_cloud->disks().seedPath(id));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray asMade = seed();
    QVERIFY(asMade.contains("told-once"));
    QVERIFY(asMade.contains(QByteArray("told-in-a-file").toBase64()) || asMade.contains("told-in-a-file"));
    const qint64 stamp = m_cloud->find(id)->updatedAtMs;

    Reconciler patient(m_cloud->parts());
    QSignalSpy looked(&patient, &Reconciler::reconciled);
    patient.reconcile();
    WAIT_COMPARE(looked.size(), 1);
    QCOMPARE(seed(), asMade); // its guest may still be booting

    m_cloud->parts().firstBootMs = 0;
    patient.reconcile();
    WAIT_COMPARE(looked.size(), 2);
    const QByteArray emptied = seed();
    for (const QByteArray &secret : { QByteArray("told-once"), QByteArray("told-in-a-file"),
             QByteArray("told-once").toBase64(), QByteArray("told-in-a-file").toBase64(), QByteArray("$6$") })
        QVERIFY2(!emptied.contains(secret), secret);
    QVERIFY(emptied.contains(id.utf8())); // the guest knows itself again
    QCOMPARE(m_cloud->find(id)->updatedAtMs, stamp);
}

void tst_ComputeService::aHostThatWasAwayIsBelievedAgain()
{
    const ServerId id = createRunning();
    QVERIFY(m_cloud->database().write([id](Transaction &t) { return applyAway(t, id); }).result());
    QCOMPARE(state(id), std::optional(ServerState::Unknown));
    QCOMPARE(m_cloud->usage(m_project), running());
    Reconciler reconciler(m_cloud->parts());
    reconciler.start();
    WAIT_COMPARE(state(id), std::optional(ServerState::Running));
    QCOMPARE(m_cloud->usage(m_project), running());
}

void tst_ComputeService::onlyWhatADeletedServerLeftIsRemoved()
{
    const ServerId present = createRunning();
    const ServerId deleted = createRunning();
    QVERIFY(valueOf(m_cloud->service().removeServer(m_alice, deleted)));
    WAIT_COMPARE(state(deleted), std::optional(ServerState::Deleted));
    const ServerId unknown = ServerId::create();
    QVERIFY(m_cloud->disks().prepare(deleted));
    QVERIFY(m_cloud->disks().prepare(unknown));
    Reconciler reconciler(m_cloud->parts());
    QSignalSpy looked(&reconciler, &Reconciler::reconciled);
    reconciler.start();
    WAIT_VERIFY(!looked.isEmpty());
    QList<ServerId> left = m_cloud->disks().servers();
    std::sort(left.begin(), left.end());
    QList<ServerId> expected { present, unknown };
    std::sort(expected.begin(), expected.end());
    QCOMPARE(left, expected);
    QCOMPARE(m_cloud->power(present), std::optional(GuestPower::Running));
}

void tst_ComputeService::deletedServersAreKeptADay()
{
    const ServerId id = createRunning();
    QVERIFY(valueOf(m_cloud->service().removeServer(m_alice, id)));
    WAIT_COMPARE(state(id), std::optional(ServerState::Deleted));
    const qint64 deletedAt = *m_cloud->find(id)->deletedAtMs;
    const auto prune = [this](qint64 before) {
        return m_cloud->database()
            .write([before](Transaction &t) { return ServerStore::pruneDeleted(t, before); })
            .result();
    };
    QCOMPARE(*prune(deletedAt), 0);
    QCOMPARE(*prune(deletedAt + 1), 1);
    QVERIFY(!m_cloud->find(id));
}

NEPHELE_TEST(tst_ComputeService)
#include "tst_computeservice.moc"
