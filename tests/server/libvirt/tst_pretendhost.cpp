// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/handles.h"
#include "server/libvirt/hypervisor.h"
#include "tests/support/testregistry.h"

using namespace nephele;

namespace {

const QString uri = QStringLiteral("test:///default");

QHostAddress ip(const char *text)
{
    return QHostAddress(QString::fromLatin1(text));
}

GuestSpec guestNumber(int number)
{
    GuestSpec guest;
    guest.server = ServerId::create();
    guest.number = ServerNumber(number);
    guest.name = QStringLiteral("pretend <%1>").arg(number);
    guest.disks = { { QStringLiteral("/nowhere/root.qcow2"), "qcow2", "vda" } };
    guest.nics = { { QStringLiteral("52:54:00:12:34:56"), QStringLiteral("default") } };
    return guest;
}

} // namespace

// libvirt's own test driver, which lives in this process: a server's whole life, and whose it is.
class tst_PretendHost : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void anAddressThatIsNoneIsRefused_data();
    void anAddressThatIsNoneIsRefused();
    void aHostThatIsAwayIsNoErrorYet();
    void whatIsAbsentIsSaidSo();
    void aGuestLivesItsLife();
    void doingItTwiceIsDoingItOnce();
    void changesAreTold();
    void aForeignGuestIsNeverTouched();
    void anotherCloudsGuestIsForeign();
    void aNameTakenByAForeignerIsAConflict();
    void networksAndPretendedLeases();
    void whatOnlyRealMachinesHaveIsRefused();
    void factsSayPretend();
    void manyThreadsMayAsk();

private:
    std::unique_ptr<Hypervisor> m_host;
    QString m_cloudId;
};

void tst_PretendHost::init()
{
    m_cloudId = QUuid::createUuid().toString(QUuid::WithoutBraces);
    auto host = Hypervisor::open(uri, m_cloudId);
    QVERIFY(host.ok());
    m_host = std::move(*host);
}

void tst_PretendHost::cleanup()
{
    m_host.reset();
}

void tst_PretendHost::anAddressThatIsNoneIsRefused_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QString>("cloud");
    QTest::addRow("empty") << QString() << QStringLiteral("a");
    QTest::addRow("no scheme") << QStringLiteral("/var/run/socket") << QStringLiteral("a");
    QTest::addRow("no cloud") << QStringLiteral("test:///default") << QString();
}

void tst_PretendHost::anAddressThatIsNoneIsRefused()
{
    QFETCH(QString, uri);
    QFETCH(QString, cloud);
    const auto host = Hypervisor::open(uri, cloud);
    QVERIFY(!host);
    QCOMPARE(host.error().code, ErrorCode::Invalid);
}

void tst_PretendHost::aHostThatIsAwayIsNoErrorYet()
{
    auto host = Hypervisor::open(QStringLiteral("test:///no/such/file.xml"), m_cloudId);
    QVERIFY(host.ok());
    const auto guests = (*host)->guests();
    QVERIFY(!guests);
    QCOMPARE(guests.error().code, ErrorCode::Unavailable);
    QVERIFY(!(*host)->isConnected());
    QVERIFY(!(*host)->lastProblem().isEmpty());
}

void tst_PretendHost::whatIsAbsentIsSaidSo()
{
    const ServerId nobody = ServerId::create();
    QCOMPARE(m_host->start(nobody).error().code, ErrorCode::NotFound);
    QCOMPARE(m_host->powerOff(nobody).error().code, ErrorCode::NotFound);
    QVERIFY(m_host->undefine(nobody).ok());
    const auto state = m_host->state(nobody);
    QVERIFY(state.ok());
    QVERIFY(!state->has_value());
    QVERIFY(m_host->guests()->isEmpty());
}

void tst_PretendHost::aGuestLivesItsLife()
{
    const GuestSpec guest = guestNumber(1);
    const auto power = [&] { return (*m_host->state(guest.server))->power; };
    QVERIFY(m_host->define(guest).ok());
    QCOMPARE(power(), GuestPower::Off);
    QCOMPARE(m_host->reset(guest.server).error().code, ErrorCode::Conflict);
    QCOMPARE(m_host->requestReboot(guest.server).error().code, ErrorCode::Conflict);
    QVERIFY(m_host->start(guest.server).ok());
    QCOMPARE(power(), GuestPower::Running);
    QVERIFY(m_host->requestReboot(guest.server).ok());
    QVERIFY(m_host->reset(guest.server).ok());
    QCOMPARE(m_host->guests()->size(), 1);
    QVERIFY(m_host->requestShutdown(guest.server).ok());
    QCOMPARE(*m_host->state(guest.server),
        std::optional(GuestState { guest.server, GuestPower::Off, QStringLiteral("shutdown") }));
    QVERIFY(m_host->start(guest.server).ok());
    QVERIFY(m_host->powerOff(guest.server).ok());
    QCOMPARE((*m_host->state(guest.server))->reason, QStringLiteral("destroyed"));
    QVERIFY(m_host->start(guest.server).ok());
    QVERIFY(m_host->undefine(guest.server).ok());
    QVERIFY(!m_host->state(guest.server)->has_value());
}

void tst_PretendHost::doingItTwiceIsDoingItOnce()
{
    const GuestSpec guest = guestNumber(2);
    for (int round = 0; round < 2; ++round)
        QVERIFY(m_host->define(guest).ok());
    for (int round = 0; round < 2; ++round)
        QVERIFY(m_host->start(guest.server).ok());
    for (int round = 0; round < 2; ++round)
        QVERIFY(m_host->powerOff(guest.server).ok());
    QVERIFY(m_host->requestShutdown(guest.server).ok());
    for (int round = 0; round < 2; ++round)
        QVERIFY(m_host->undefine(guest.server).ok());
}

void tst_PretendHost::changesAreTold()
{
    QSignalSpy changed(m_host.get(), &Hypervisor::guestChanged);
    const GuestSpec guest = guestNumber(3);
    QVERIFY(m_host->define(guest).ok());
    QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), 1000);
    changed.clear();
    QVERIFY(m_host->start(guest.server).ok());
    QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), 1000);
    QCOMPARE(changed.first().first().value<ServerId>(), guest.server);
    changed.clear();
    QVERIFY(m_host->powerOff(guest.server).ok());
    QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), 1000);
    QVERIFY(m_host->undefine(guest.server).ok());
}

void tst_PretendHost::aForeignGuestIsNeverTouched()
{
    QVERIFY(m_host->guests().ok());
    const VirConnect connection(virConnectOpen(uri.toLatin1().constData()));
    QVERIFY(connection);
    const ServerId id = ServerId::create();
    const QByteArray xml = "<domain type='test'><name>somebody-elses</name><uuid>" + id.utf8()
        + "</uuid><memory>131072</memory><os><type>hvm</type></os></domain>";
    const VirDomain foreign(virDomainDefineXML(connection.get(), xml.constData()));
    QVERIFY(foreign);
    QCOMPARE(virDomainCreate(foreign.get()), 0);

    GuestSpec guest = guestNumber(4);
    guest.server = id;
    QCOMPARE(m_host->define(guest).error().code, ErrorCode::Conflict);
    QCOMPARE(m_host->powerOff(id).error().code, ErrorCode::NotFound);
    QCOMPARE(m_host->requestShutdown(id).error().code, ErrorCode::NotFound);
    QCOMPARE(m_host->reset(id).error().code, ErrorCode::NotFound);
    QVERIFY(m_host->undefine(id).ok());
    QVERIFY(!m_host->state(id)->has_value());
    QVERIFY(m_host->guests()->isEmpty());
    QCOMPARE(virDomainIsActive(foreign.get()), 1);

    QCOMPARE(virDomainDestroy(foreign.get()), 0);
    QCOMPARE(virDomainUndefine(foreign.get()), 0);
}

void tst_PretendHost::anotherCloudsGuestIsForeign()
{
    const GuestSpec guest = guestNumber(5);
    QVERIFY(m_host->define(guest).ok());
    auto other = Hypervisor::open(uri, QUuid::createUuid().toString(QUuid::WithoutBraces));
    QVERIFY(other.ok());
    QVERIFY((*other)->guests()->isEmpty());
    QVERIFY((*other)->undefine(guest.server).ok());
    QCOMPARE((*other)->define(guest).error().code, ErrorCode::Conflict);
    QVERIFY(m_host->state(guest.server)->has_value());
    QVERIFY(m_host->undefine(guest.server).ok());
}

void tst_PretendHost::aNameTakenByAForeignerIsAConflict()
{
    const GuestSpec first = guestNumber(6);
    GuestSpec second = guestNumber(6); // the same name, another id
    QVERIFY(m_host->define(first).ok());
    QCOMPARE(m_host->define(second).error().code, ErrorCode::Conflict);
    QVERIFY(m_host->undefine(first.server).ok());
}

void tst_PretendHost::networksAndPretendedLeases()
{
    const NetworkSpec network { NetworkId::create(), QStringLiteral("nephele-test-public"), ip("10.91.0.1"),
        24, ip("10.91.0.10"), ip("10.91.0.99") };
    const QString mac = QStringLiteral("52:54:00:12:34:56");
    QCOMPARE(m_host->ensureLease(network.id, mac, ip("10.91.0.10"), QStringLiteral("a")).error().code,
        ErrorCode::NotFound);
    for (int round = 0; round < 2; ++round)
        QVERIFY(m_host->ensureNetwork(network).ok());
    QCOMPARE(*m_host->networks(), QList<NetworkId>({ network.id }));
    QVERIFY(m_host->ensureLease(network.id, mac, ip("10.91.0.10"), QStringLiteral("a")).ok());
    QCOMPARE(m_host->ensureLease(network.id, mac, ip("10.91.0.10"), QStringLiteral("a\n")).error().code,
        ErrorCode::Invalid);
    QVERIFY(m_host->removeLease(network.id, mac, ip("10.91.0.10")).ok());
    for (int round = 0; round < 2; ++round)
        QVERIFY(m_host->removeNetwork(network.id).ok());
    QVERIFY(m_host->networks()->isEmpty());
    // The driver's own network is nobody's of ours.
    const auto foreign = NetworkId::fromText(QStringLiteral("dd8fe884-6c02-601e-7551-cca97df1c5df"));
    QVERIFY(m_host->removeNetwork(*foreign).ok());
    const VirConnect connection(virConnectOpen(uri.toLatin1().constData()));
    const VirNetwork still(virNetworkLookupByName(connection.get(), "default"));
    QVERIFY(still);
    QCOMPARE(virNetworkIsActive(still.get()), 1);
}

void tst_PretendHost::whatOnlyRealMachinesHaveIsRefused()
{
    const GuestSpec guest = guestNumber(7);
    QVERIFY(m_host->define(guest).ok());
    QCOMPARE(m_host->openGraphics(guest.server).error().code, ErrorCode::Conflict);
    QCOMPARE(m_host->screenshotPng(guest.server).error().code, ErrorCode::Conflict);
    QVERIFY(m_host->start(guest.server).ok());
    QCOMPARE(m_host->openGraphics(guest.server).error().code, ErrorCode::Unsupported);
    QVERIFY(m_host->undefine(guest.server).ok());
}

void tst_PretendHost::factsSayPretend()
{
    const auto facts = m_host->facts();
    QVERIFY(facts.ok());
    QCOMPARE(facts->accelerator, Accelerator::Pretend);
    QVERIFY(!facts->hasConsoles);
    QVERIFY(facts->hasNetworks);
    QVERIFY(!facts->qemuUser);
    QVERIFY(facts->cpus > 0);
    QVERIFY(facts->memoryMiB > 0);
    QVERIFY2(facts->versionText.contains(QStringLiteral("libvirt ")), qPrintable(facts->versionText));
}

void tst_PretendHost::manyThreadsMayAsk()
{
    std::vector<std::unique_ptr<QThread>> threads;
    std::atomic<int> failures = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back(QThread::create([this, t, &failures] {
            for (int i = 0; i < 25; ++i) {
                const GuestSpec guest = guestNumber(1000 + t * 100 + i);
                if (!m_host->define(guest) || !m_host->start(guest.server) || !m_host->guests()
                    || !m_host->undefine(guest.server))
                    ++failures;
            }
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        QVERIFY(thread->wait(60'000));
    QCOMPARE(failures.load(), 0);
    QVERIFY(m_host->guests()->isEmpty());
}

NEPHELE_TEST(tst_PretendHost)
#include "tst_pretendhost.moc"
