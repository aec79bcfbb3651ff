// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute/flavorstore.h"
#include "model/network/networkstore.h"
#include "server/guest/seriallog.h"
#include "tests/server/compute/computefixture.h"
#include "tests/support/hostfixture.h"
#include "tests/support/testregistry.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdlib>

#include <unistd.h>

using namespace nephele;
using namespace nephele::test;

namespace {

// As root the system's libvirt; as anybody else his own.
QString hostUri()
{
    return ::geteuid() == 0 ? QStringLiteral("qemu:///system") : QStringLiteral("qemu:///session");
}

const QString userName = QStringLiteral("alice");
// No host can start it, and only the start finds out.
const QString hugeFlavor = QStringLiteral("huge");

Result<> addHugeFlavor(Transaction &t)
{
    Flavor flavor;
    flavor.flavorId = flavor.name = hugeFlavor;
    flavor.memoryMiB = 100 << 20;
    flavor.diskTemplate = QStringLiteral("drbd");
    return FlavorStore::insert(t, flavor);
}

// Who acts, in a folder that was used before: the project is the only one there.
std::optional<Caller> ownerIn(const ComputeFixture &cloud, Database &database)
{
    const auto project = database.read([](ReadTransaction &t) {
        return t.row("SELECT id FROM project WHERE name = 'alpha'", {},
            [](const Row &row) { return row.id<ProjectId>(0); });
    });
    return project && *project ? std::optional(cloud.caller(userName, **project)) : std::nullopt;
}

std::optional<Server> onlyServer(ComputeFixture &cloud, const Caller &owner)
{
    const auto servers = cloud.service().servers(owner, {});
    return servers && servers->size() == 1 ? std::optional(servers->first()) : std::nullopt;
}

Result<> act(ComputeFixture &cloud, const Caller &owner, const QByteArray &what)
{
    ComputeService &service = cloud.service();
    if (what.startsWith("create")) {
        NewServer wanted = cloud.wanted();
        if (what == "create too large")
            wanted.flavor = hugeFlavor;
        const auto made = valueOf(service.createServers(owner, wanted));
        return made ? Result<>() : made.error();
    }
    const auto server = onlyServer(cloud, owner);
    if (!server)
        return internalError(QStringLiteral("there is no server"));
    if (what == "delete")
        return valueOf(service.removeServer(owner, server->id));
    if (what == "start")
        return valueOf(service.startServer(owner, server->id));
    if (what == "stop")
        return valueOf(service.stopServer(owner, server->id));
    return valueOf(service.rebootServer(owner, server->id,
        what == "reboot hard" ? ComputeService::Reboot::Hard : ComputeService::Reboot::Soft));
}

// The process that gets killed: this program once more, with a folder in its environment.
void beTheVictim()
{
    const QString folder = qEnvironmentVariable("NEPHELE_VICTIM_FOLDER");
    if (folder.isEmpty())
        return;
    const auto cloud = ComputeFixture::open(hostUri(), folder);
    if (!cloud)
        std::_Exit(2);
    const auto owner = ownerIn(**cloud, (*cloud)->database());
    OperationEngine::stopAt(qgetenv("NEPHELE_VICTIM_STOP"));
    (*cloud)->startEngine();
    if (!owner || !act(**cloud, *owner, qgetenv("NEPHELE_VICTIM_ACT")))
        std::_Exit(3);
    (void)QTest::qWaitFor([] { return false; }, 90'000);
    std::_Exit(4); // the hook did not strike
}
Q_COREAPP_STARTUP_FUNCTION(beTheVictim)

QByteArray virsh(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral("virsh"), QStringList { QStringLiteral("-c"), hostUri() } + arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0)
        return {};
    return process.readAllStandardOutput();
}

} // namespace

// Real QEMU, guests without an operating system: kill -9 at every named step, and the next start leaves no
// server, disk, domain, lease or quota behind, nor touches what is not ours.
class tst_ComputeCrash : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void cleanup();

    void theNextStartEndsWhatWasBegun_data();
    void theNextStartEndsWhatWasBegun();
    void aGuestPoweredOffOutsideIsOffWithinASecond();
    void aGuestThatShutsItselfDownIsOff();

private:
    bool openCloud();
    void removeAll();
    void closeCloud() { m_cloud.reset(); }
    void checkNothingIsLeft();

    QString m_foreignName;
    std::unique_ptr<Hypervisor> m_otherCloud;
    ServerId m_otherGuest;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<HostFolder> m_hostFolder; // instead, with a system on the base
    std::unique_ptr<ComputeFixture> m_cloud;
};

bool tst_ComputeCrash::openCloud()
{
    auto cloud = ComputeFixture::open(hostUri(), m_hostFolder ? m_hostFolder->path() : m_folder->path());
    if (!cloud) {
        qWarning("no cloud: %s", qPrintable(cloud.error().message + cloud.error().detail));
        return false;
    }
    m_cloud = std::move(*cloud);
    return true;
}

void tst_ComputeCrash::initTestCase()
{
    auto other = Hypervisor::open(hostUri(), QUuid::createUuid().toString(QUuid::WithoutBraces));
    QVERIFY(other);
    m_otherCloud = std::move(*other);
    auto facts = m_otherCloud->facts();
    (void)QTest::qWaitFor([&] { return (facts = m_otherCloud->facts()).ok(); }, 20'000);
    NEPHELE_NEED_HOST(facts);

    GuestSpec guest;
    guest.server = m_otherGuest = ServerId::create();
    guest.number = ServerNumber(::getpid());
    guest.name = QStringLiteral("of another cloud");
    QVERIFY(m_otherCloud->define(guest));
    QVERIFY(m_otherCloud->start(m_otherGuest));

    m_foreignName = QStringLiteral("foreign-%1").arg(::getpid());
    QTemporaryDir folder;
    QFile xml(folder.filePath(QStringLiteral("foreign.xml")));
    QVERIFY(xml.open(QIODevice::WriteOnly));
    xml.write("<domain type='qemu'><name>" + m_foreignName.toUtf8()
        + "</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>");
    xml.close();
    QVERIFY(!virsh({ QStringLiteral("define"), xml.fileName() }).isEmpty());
}

void tst_ComputeCrash::cleanupTestCase()
{
    if (!m_otherCloud || m_otherGuest.isNull())
        return;
    const auto guests = m_otherCloud->guests();
    QVERIFY(guests);
    QCOMPARE(guests->size(), 1);
    QCOMPARE(guests->first().power, GuestPower::Running);
    QVERIFY(m_otherCloud->undefine(m_otherGuest));
    QVERIFY(!virsh({ QStringLiteral("undefine"), m_foreignName }).isEmpty());
}

// Also after a failure: no guest, network or file of ours stays on the host.
void tst_ComputeCrash::cleanup()
{
    if (!m_cloud && (m_folder || m_hostFolder))
        (void)openCloud();
    removeAll();
    m_cloud.reset();
    m_folder.reset();
    m_hostFolder.reset();
}

void tst_ComputeCrash::removeAll()
{
    if (!m_cloud)
        return;
    m_cloud->engine().stop();
    if (const auto guests = m_cloud->hypervisor().guests()) {
        for (const GuestState &guest : *guests)
            (void)m_cloud->hypervisor().undefine(guest.server);
    }
    if (const auto networks = m_cloud->hypervisor().networks()) {
        for (const NetworkId &network : *networks)
            (void)m_cloud->hypervisor().removeNetwork(network);
    }
}

void tst_ComputeCrash::theNextStartEndsWhatWasBegun_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("stop");
    QTest::addColumn<ServerState>("end");
    const auto add = [](const char *what, const QByteArray &kind, const QByteArrayList &steps,
                         ServerState end) {
        for (const QByteArray &step : steps) {
            for (const char *when : { "", ".after" }) {
                const QByteArray place = step + when;
                QTest::addRow("%s, %s", what, place.constData())
                    << QByteArray(what) << kind + '.' + place << end;
            }
        }
    };
    add("create too large", "server.create",
        { "start", "define.undo", "network.undo", "disk.undo", "settle" }, ServerState::Failed);
    add("create", "server.create", { "base", "disk", "seed", "network", "define", "start", "settle" },
        ServerState::Running);
    add("stop", "server.stop", { "shutdown", "settle" }, ServerState::Off);
    add("start", "server.start", { "network", "define", "start", "settle" }, ServerState::Running);
    add("reboot soft", "server.reboot", { "halt", "start" }, ServerState::Running);
    add("reboot hard", "server.reboot", { "halt", "settle" }, ServerState::Running);
    add("delete", "server.delete", { "undefine", "files", "lease", "settle" }, ServerState::Deleted);
}

void tst_ComputeCrash::theNextStartEndsWhatWasBegun()
{
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, stop);
    QFETCH(ServerState, end);
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(openCloud());
    const ProjectId project = m_cloud->addProject(QStringLiteral("alpha"));
    const Caller owner = m_cloud->caller(userName, project);
    QVERIFY(m_cloud->database().write(addHugeFlavor).result());
    ServerId id;
    if (!what.startsWith("create")) {
        m_cloud->startEngine();
        QVERIFY(act(*m_cloud, owner, "create"));
        id = onlyServer(*m_cloud, owner)->id;
        WAIT_VERIFY(m_cloud->isSettled(id));
        QCOMPARE(m_cloud->find(id)->state, ServerState::Running);
        if (what == "start") {
            QVERIFY(act(*m_cloud, owner, "stop"));
            WAIT_VERIFY(m_cloud->isSettled(id));
        }
    }
    closeCloud();

    QProcess victim;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NEPHELE_VICTIM_FOLDER"), m_folder->path());
    environment.insert(QStringLiteral("NEPHELE_VICTIM_ACT"), QString::fromUtf8(what));
    environment.insert(QStringLiteral("NEPHELE_VICTIM_STOP"), QString::fromUtf8(stop));
    victim.setProcessEnvironment(environment);
    victim.start(QCoreApplication::applicationFilePath(), QStringList());
    QVERIFY(victim.waitForFinished(120'000));
    QVERIFY2(victim.exitStatus() == QProcess::CrashExit, qPrintable(QString::number(victim.exitCode())));

    QVERIFY(openCloud());
    m_cloud->startEngine();
    Reconciler reconciler(m_cloud->parts());
    reconciler.start();
    if (what.startsWith("create"))
        id = onlyServer(*m_cloud, owner)->id;
    WAIT_VERIFY(m_cloud->isSettled(id));
    QCOMPARE(m_cloud->find(id)->state, end);
    const bool isOn = end == ServerState::Running;
    if (end != ServerState::Deleted) {
        const bool hasGuest = end != ServerState::Failed;
        QCOMPARE(m_cloud->power(id),
            hasGuest ? std::optional(isOn ? GuestPower::Running : GuestPower::Off) : std::nullopt);
        QCOMPARE(m_cloud->usage(project).value(QStringLiteral("cyclades.vm")), 1);
        QCOMPARE(m_cloud->usage(project).value(QStringLiteral("cyclades.cpu")), isOn ? 1 : 0);
        QCOMPARE(m_cloud->references(), hasGuest ? 1 : 0);
        QCOMPARE(m_cloud->disks().servers().size(), hasGuest ? 1 : 0);
        QVERIFY(act(*m_cloud, owner, "delete"));
        WAIT_VERIFY(m_cloud->isSettled(id));
        QCOMPARE(m_cloud->find(id)->state, ServerState::Deleted);
    }
    checkNothingIsLeft();
}

void tst_ComputeCrash::checkNothingIsLeft()
{
    const auto sums = m_cloud->database().read([](ReadTransaction &t) {
        return t.row("SELECT COALESCE(SUM(used), 0) FROM quota_project", {},
            [](const Row &row) { return row.integer(0); });
    });
    QVERIFY(sums && *sums);
    QCOMPARE(**sums, 0);
    QCOMPARE(m_cloud->references(), 0);
    QCOMPARE(m_cloud->portCount(), 0);
    QCOMPARE(m_cloud->disks().servers(), QList<ServerId>());
    const auto guests = m_cloud->hypervisor().guests();
    QVERIFY(guests);
    QCOMPARE(guests->size(), 0);
    const auto network =
        m_cloud->database().read([](ReadTransaction &t) { return NetworkStore::findPublic(t); });
    if (network && *network) {
        const QByteArray xml = virsh({ QStringLiteral("net-dumpxml"), (*network)->hostName });
        QVERIFY(!xml.contains("<host mac="));
    }
}

void tst_ComputeCrash::aGuestPoweredOffOutsideIsOffWithinASecond()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(openCloud());
    const Caller owner = m_cloud->caller(userName, m_cloud->addProject(QStringLiteral("alpha")));
    m_cloud->startEngine();
    Reconciler reconciler(m_cloud->parts());
    reconciler.start();
    QVERIFY(act(*m_cloud, owner, "create"));
    const ServerId id = onlyServer(*m_cloud, owner)->id;
    WAIT_VERIFY(m_cloud->isSettled(id));
    QCOMPARE(m_cloud->find(id)->state, ServerState::Running);
    QVERIFY(!virsh({ QStringLiteral("destroy"), id.text() }).isEmpty());
    QElapsedTimer since;
    since.start();
    WAIT_VERIFY(m_cloud->find(id)->state == ServerState::Off);
    QVERIFY2(since.elapsed() < 1000, qPrintable(QString::number(since.elapsed())));
    QCOMPARE(m_cloud->usage(*owner.project).value(QStringLiteral("cyclades.ram")), 0);
}

void tst_ComputeCrash::aGuestThatShutsItselfDownIsOff()
{
    auto folder = HostFolder::create();
    NEPHELE_NEED_HOST(folder);
    m_hostFolder = std::move(*folder);
    QVERIFY(openCloud());
    const Caller owner = m_cloud->caller(userName, m_cloud->addProject(QStringLiteral("alpha")));
    m_cloud->startEngine();
    Reconciler reconciler(m_cloud->parts());
    reconciler.start();
    QVERIFY(act(*m_cloud, owner, "create"));
    const ServerId id = onlyServer(*m_cloud, owner)->id;
    WAIT_VERIFY(m_cloud->isSettled(id));
    QCOMPARE(m_cloud->find(id)->state, ServerState::Running);
    const auto said = [&](const char *what) {
        const auto log = serialLogTail(m_cloud->disks().serialLogPath(id), {});
        return log && log->contains(what);
    };
    QTRY_VERIFY_WITH_TIMEOUT(said("TINY-READY"), 240'000);
    QVERIFY(said("web")); // the seed's host name
    // Its power button; a press that comes too early in the boot is lost.
    QTimer button;
    connect(&button, &QTimer::timeout, this, [&] { (void)m_cloud->hypervisor().requestShutdown(id); });
    button.start(5'000);
    QTRY_VERIFY_WITH_TIMEOUT(said("TINY-SHUTDOWN"), 240'000);
    button.stop();
    QTRY_VERIFY_WITH_TIMEOUT(m_cloud->power(id) == GuestPower::Off, 120'000);
    QElapsedTimer since;
    since.start();
    WAIT_VERIFY(m_cloud->find(id)->state == ServerState::Off);
    QVERIFY2(since.elapsed() < 1000, qPrintable(QString::number(since.elapsed())));
}

NEPHELE_TEST(tst_ComputeCrash)
#include "tst_computecrash.moc"
