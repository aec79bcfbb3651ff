// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/guestdisks.h"
#include "server/guest/seriallog.h"
#include "server/libvirt/handles.h"
#include "server/libvirt/hypervisor.h"
#include "tests/server/libvirt/host/socketrelay.h"
#include "tests/support/hostfixture.h"
#include "tests/support/testregistry.h"

#include <QFileInfo>
#include <QTcpServer>
#include <QTcpSocket>

#include <sys/stat.h>
#include <unistd.h>

using namespace nephele;
using namespace nephele::test;

namespace {

constexpr qint64 mib = 1 << 20;
constexpr int bootMs = 180'000; // software emulation on a busy machine

// As root the system's libvirt; as anybody else his own.
QString hostUri()
{
    return ::geteuid() == 0 ? QStringLiteral("qemu:///system") : QStringLiteral("qemu:///session");
}

int freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress(QHostAddress::LocalHost)) ? server.serverPort() : 0;
}

// Others use the host as well, and their guests' changes are told too.
bool tells(const QSignalSpy &changed, const ServerId &server)
{
    return std::any_of(changed.cbegin(), changed.cend(),
        [&](const QList<QVariant> &arguments) { return arguments.first().value<ServerId>() == server; });
}

} // namespace

// Real guests under QEMU: events, power, screens, and a host that goes away.
class tst_Hypervisor : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void factsAreThoseOfAHost();
    void aForeignGuestIsNeverTouched();
    void powerChangesAreToldWithinASecond();
    void filesKeepTheirOwners();
    void theScreenCanBeSeen();
    void sshIsForwardedToAUserModeNic();
    void aHostThatDiesComesBack();
    void aHungHostIsNoticed();

private:
    GuestSpec newGuest();
    std::optional<GuestPower> power(const ServerId &server)
    {
        const auto state = m_host->state(server);
        return state && *state ? std::optional((*state)->power) : std::nullopt;
    }
    QByteArray log(const ServerId &server) { return *serialLogTail(m_disks->serialLogPath(server), {}); }

    QString m_cloudId;
    std::unique_ptr<HostFolder> m_folder;
    std::unique_ptr<Hypervisor> m_host;
    std::unique_ptr<GuestDisks> m_disks;
    int m_count = 0;
};

void tst_Hypervisor::initTestCase()
{
    auto folder = HostFolder::create();
    NEPHELE_NEED_HOST(folder);
    m_folder = std::move(*folder);
}

void tst_Hypervisor::init()
{
    m_cloudId = QUuid::createUuid().toString(QUuid::WithoutBraces);
    auto host = Hypervisor::open(hostUri(), m_cloudId);
    QVERIFY(host.ok());
    m_host = std::move(*host);
    const auto facts = m_host->facts();
    NEPHELE_NEED_HOST(facts);
    auto disks = GuestDisks::open(m_folder->path(), facts->qemuUser);
    QVERIFY(disks.ok());
    m_disks = std::move(*disks);
}

void tst_Hypervisor::cleanup()
{
    if (!m_host)
        return;
    if (const auto guests = m_host->guests()) {
        for (const GuestState &guest : *guests) {
            NEPHELE_VERIFY_OK(m_host->undefine(guest.server));
            NEPHELE_VERIFY_OK(m_disks->remove(guest.server));
        }
    }
    m_host.reset();
}

GuestSpec tst_Hypervisor::newGuest()
{
    GuestSpec guest;
    guest.server = ServerId::create();
    guest.number = ServerNumber(++m_count);
    guest.name = QStringLiteral("test <%1> & \"more\"").arg(m_count);
    guest.memoryMiB = 96;
    const auto overlay =
        m_disks->ensureOverlay(guest.server, m_folder->basePath(), 80 * mib, QStringLiteral("1"));
    if (!overlay)
        qWarning("%s", qPrintable(overlay.error().message + overlay.error().detail));
    guest.disks = { { m_disks->overlayPath(guest.server), "qcow2", "vda" } };
    guest.serialLog = m_disks->serialLogPath(guest.server);
    return guest;
}

void tst_Hypervisor::factsAreThoseOfAHost()
{
    const auto facts = m_host->facts();
    QVERIFY(facts.ok());
    QVERIFY(facts->accelerator != Accelerator::Pretend);
    QVERIFY(!facts->acceleratorReason.isEmpty());
    QVERIFY(facts->hasConsoles);
    QCOMPARE(facts->hasNetworks, ::geteuid() == 0);
    QCOMPARE(facts->qemuUser.has_value(), ::geteuid() == 0);
    QVERIFY2(facts->versionText.startsWith(QStringLiteral("QEMU ")), qPrintable(facts->versionText));
    NEPHELE_VERIFY_OK(m_disks->checkReachable(m_folder->basePath()));
}

void tst_Hypervisor::aForeignGuestIsNeverTouched()
{
    const VirConnect connection(virConnectOpen(hostUri().toLatin1().constData()));
    QVERIFY(connection);
    const GuestSpec guest = newGuest();
    const QByteArray xml = "<domain type='qemu'><name>foreign-" + guest.server.utf8().left(8)
        + "</name><uuid>" + guest.server.utf8()
        + "</uuid><memory unit='MiB'>64</memory><os><type machine='q35'>hvm</type></os></domain>";
    const VirDomain foreign(virDomainDefineXML(connection.get(), xml.constData()));
    QVERIFY(foreign);
    const auto defined = m_host->define(guest);
    const auto started = m_host->start(guest.server);
    const auto undefined = m_host->undefine(guest.server);
    const auto state = m_host->state(guest.server);
    const int persistent = virDomainIsPersistent(foreign.get());
    const int active = virDomainIsActive(foreign.get());
    QCOMPARE(virDomainUndefine(foreign.get()), 0);
    NEPHELE_VERIFY_OK(m_disks->remove(guest.server));

    QCOMPARE(defined.error().code, ErrorCode::Conflict);
    QCOMPARE(started.error().code, ErrorCode::NotFound);
    QVERIFY(undefined.ok());
    QVERIFY(state.ok() && !state->has_value());
    QCOMPARE(persistent, 1);
    QCOMPARE(active, 0);
}

void tst_Hypervisor::powerChangesAreToldWithinASecond()
{
    const GuestSpec guest = newGuest();
    QSignalSpy changed(m_host.get(), &Hypervisor::guestChanged);
    const auto toldWithinASecond = [&](GuestPower wanted) {
        return QTest::qWaitFor(
            [&] { return tells(changed, guest.server) && power(guest.server) == wanted; }, 1000);
    };
    for (int round = 0; round < 2; ++round)
        NEPHELE_VERIFY_OK(m_host->define(guest));
    QCOMPARE(power(guest.server), GuestPower::Off);
    changed.clear();
    for (int round = 0; round < 2; ++round)
        NEPHELE_VERIFY_OK(m_host->start(guest.server));
    QVERIFY(toldWithinASecond(GuestPower::Running));
    QTRY_VERIFY_WITH_TIMEOUT(log(guest.server).contains("TINY-READY"), bootMs);

    // The guest decides: by its agent or its power button. QEMU's end is what has to be noticed at once.
    bool wasToldOff = false;
    const auto told = connect(m_host.get(), &Hypervisor::guestChanged, this,
        [&](const ServerId &server) { wasToldOff = wasToldOff || power(server) == GuestPower::Off; });
    NEPHELE_VERIFY_OK(m_host->requestShutdown(guest.server));
    QTRY_VERIFY_WITH_TIMEOUT(log(guest.server).contains("TINY-SHUTDOWN"), bootMs);
    QTRY_VERIFY_WITH_TIMEOUT(power(guest.server) == GuestPower::Off, bootMs);
    QTRY_VERIFY_WITH_TIMEOUT(wasToldOff, 1000);
    disconnect(told);
    QCOMPARE((*m_host->state(guest.server))->reason, QStringLiteral("shutdown"));

    changed.clear();
    NEPHELE_VERIFY_OK(m_host->start(guest.server));
    QVERIFY(toldWithinASecond(GuestPower::Running));
    changed.clear();
    NEPHELE_VERIFY_OK(m_host->reset(guest.server));
    QVERIFY(toldWithinASecond(GuestPower::Running));
    changed.clear();
    NEPHELE_VERIFY_OK(m_host->powerOff(guest.server));
    QVERIFY(toldWithinASecond(GuestPower::Off));
    QCOMPARE((*m_host->state(guest.server))->reason, QStringLiteral("destroyed"));
    QCOMPARE(log(guest.server).count("TINY-READY"), 1); // a cold start does not cut the log
    NEPHELE_VERIFY_OK(m_host->undefine(guest.server));
    QCOMPARE(power(guest.server), std::nullopt);
}

void tst_Hypervisor::filesKeepTheirOwners()
{
    const auto owner = [](const QString &path) {
        struct stat info = {};
        ::stat(QFile::encodeName(path).constData(), &info);
        return QList<uint> { info.st_uid, info.st_gid, info.st_mode };
    };
    const GuestSpec guest = newGuest();
    const auto base = owner(m_folder->basePath());
    const auto overlay = owner(guest.disks.first().path);
    NEPHELE_VERIFY_OK(m_host->define(guest));
    NEPHELE_VERIFY_OK(m_host->start(guest.server));
    QCOMPARE(owner(m_folder->basePath()), base);
    QCOMPARE(owner(guest.disks.first().path), overlay);
    NEPHELE_VERIFY_OK(m_host->powerOff(guest.server));
    QCOMPARE(owner(m_folder->basePath()), base);
    QCOMPARE(owner(guest.disks.first().path), overlay);
}

void tst_Hypervisor::theScreenCanBeSeen()
{
    const GuestSpec guest = newGuest();
    NEPHELE_VERIFY_OK(m_host->define(guest));
    QCOMPARE(m_host->screenshotPng(guest.server).error().code, ErrorCode::Conflict);
    QCOMPARE(m_host->openGraphics(guest.server).error().code, ErrorCode::Conflict);
    NEPHELE_VERIFY_OK(m_host->start(guest.server));
    const auto picture = m_host->screenshotPng(guest.server);
    QVERIFY2(picture.ok(), picture ? "" : qPrintable(picture.error().detail));
    QVERIFY(picture->startsWith("\x89PNG\r\n\x1a\n"));
    QVERIFY(picture->endsWith(QByteArray("IEND\xae\x42\x60\x82", 8)));

    const auto fd = m_host->openGraphics(guest.server);
    QVERIFY2(fd.ok(), fd ? "" : qPrintable(fd.error().detail));
    QByteArray greeting(12, '\0');
    QCOMPARE(::read(*fd, greeting.data(), 12), 12);
    QCOMPARE(greeting, QByteArray("RFB 003.008\n"));
    QCOMPARE(::write(*fd, greeting.constData(), 12), 12);
    QByteArray offer(2, '\0');
    QCOMPARE(::read(*fd, offer.data(), 2), 2);
    QCOMPARE(offer, QByteArray("\x01\x01")); // no password
    ::close(*fd);
}

void tst_Hypervisor::sshIsForwardedToAUserModeNic()
{
    GuestSpec guest = newGuest();
    const int port = freePort();
    guest.nics = { { QStringLiteral("52:54:00:fe:00:01"), QString(), port } };
    NEPHELE_VERIFY_OK(m_host->define(guest));
    NEPHELE_VERIFY_OK(m_host->start(guest.server));
    QTRY_VERIFY_WITH_TIMEOUT(log(guest.server).contains("TINY-READY"), bootMs);
    QTcpSocket ssh;
    ssh.connectToHost(QHostAddress(QHostAddress::LocalHost), quint16(port));
    QTRY_VERIFY_WITH_TIMEOUT(ssh.canReadLine(), bootMs);
    QVERIFY(ssh.readLine().startsWith("SSH-2.0-dropbear"));
}

void tst_Hypervisor::aHostThatDiesComesBack()
{
    if (::geteuid() != 0)
        QSKIP("the system's libvirt socket is root's");
    const GuestSpec guest = newGuest();
    NEPHELE_VERIFY_OK(m_host->define(guest));
    const QString path = m_folder->path() + QStringLiteral("/relay");
    SocketRelay relay(path, QStringLiteral("/run/libvirt/libvirt-sock"));
    QVERIFY(relay.start());
    auto opened = Hypervisor::open(QStringLiteral("qemu+unix:///system?socket=") + path, m_cloudId);
    QVERIFY(opened.ok());
    Hypervisor &host = **opened;
    QSignalSpy connected(&host, &Hypervisor::connectedChanged);
    QSignalSpy changed(&host, &Hypervisor::guestChanged);
    QTRY_VERIFY(host.isConnected());
    QCOMPARE(host.guests()->size(), 1);
    connected.clear();

    relay.stop();
    QTRY_COMPARE_WITH_TIMEOUT(connected.size(), 1, 2000);
    QVERIFY(!host.isConnected());
    QCOMPARE(connected.first().first().toBool(), false);
    QCOMPARE(host.guests().error().code, ErrorCode::Unavailable);
    QTRY_VERIFY(!host.lastProblem().isEmpty());

    QVERIFY(relay.start());
    QTRY_COMPARE_WITH_TIMEOUT(connected.size(), 2, 15'000);
    QVERIFY(host.isConnected());
    QVERIFY(host.lastProblem().isEmpty());
    QCOMPARE(host.guests()->size(), 1);
    // Events come again as well.
    changed.clear();
    NEPHELE_VERIFY_OK(m_host->start(guest.server));
    QTRY_VERIFY_WITH_TIMEOUT(tells(changed, guest.server), 1000);
}

void tst_Hypervisor::aHungHostIsNoticed()
{
    if (::geteuid() != 0)
        QSKIP("the system's libvirt socket is root's");
    const QString path = m_folder->path() + QStringLiteral("/relay-hung");
    SocketRelay relay(path, QStringLiteral("/run/libvirt/libvirt-sock"));
    QVERIFY(relay.start());
    auto host = Hypervisor::open(QStringLiteral("qemu+unix:///system?socket=") + path, m_cloudId);
    QVERIFY(host.ok());
    QTRY_VERIFY((*host)->isConnected());
    QSignalSpy connected(host->get(), &Hypervisor::connectedChanged);
    relay.hold();
    QTRY_VERIFY_WITH_TIMEOUT(!connected.isEmpty() && !connected.first().first().toBool(), 15'000);
    relay.release();
    QTRY_VERIFY_WITH_TIMEOUT((*host)->isConnected(), 30'000);
}

NEPHELE_TEST(tst_Hypervisor)
#include "tst_hypervisor.moc"
