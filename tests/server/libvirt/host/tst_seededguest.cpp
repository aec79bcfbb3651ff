// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/guestdisks.h"
#include "server/guest/guestseed.h"
#include "server/guest/passwordhash.h"
#include "server/guest/seriallog.h"
#include "server/guest/vncproxy.h"
#include "server/libvirt/hypervisor.h"
#include "tests/support/hostfixture.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QtConcurrentRun>

#include <rfb/rfbclient.h>
#include <unistd.h>

using namespace nephele;
using namespace nephele::test;

namespace {

constexpr qint64 mib = 1 << 20;
constexpr int bootMs = 180'000;
const QString mac = QStringLiteral("52:54:00:fe:00:02");
const QString password = QStringLiteral("pass word 42");

QByteArray run(const QString &program, const QStringList &arguments, int *exitCode = nullptr)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    process.waitForFinished(60'000);
    if (exitCode)
        *exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    return process.readAll();
}

QStringList sshOptions()
{
    return { QStringLiteral("-o"), QStringLiteral("StrictHostKeyChecking=no"), QStringLiteral("-o"),
        QStringLiteral("UserKnownHostsFile=/dev/null"), QStringLiteral("-o"),
        QStringLiteral("LogLevel=ERROR"), QStringLiteral("-o"), QStringLiteral("ConnectTimeout=20") };
}

} // namespace

// One guest on a network of its own, told everything a seed can say: the guest itself confirms each.
class tst_SeededGuest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();

    void leasesAreKeptByTheNetwork();
    void theSeedIsHonoured();
    void theKeyAndThePasswordOpenIt();
    void theScreenIsServedToAVncClient();
    void poweringOffFromInsideIsNoticed();
    void theBareSeedChangesNothing();
    void theNetworkGoesAway();

private:
    QByteArray log() { return *serialLogTail(m_disks->serialLogPath(m_guest.server), {}); }
    QHostAddress inNetwork(quint32 host) const
    {
        return QHostAddress(m_network.gateway.toIPv4Address() - 1 + host);
    }

    std::unique_ptr<HostFolder> m_folder;
    std::unique_ptr<Hypervisor> m_host;
    std::unique_ptr<GuestDisks> m_disks;
    GuestSpec m_guest;
    GuestSeed m_seed;
    NetworkSpec m_network;
    QHostAddress m_address;
};

void tst_SeededGuest::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("networks need the system's libvirt, so root");
    auto folder = HostFolder::create();
    NEPHELE_NEED_HOST(folder);
    m_folder = std::move(*folder);
    const QString cloudId = QUuid::createUuid().toString(QUuid::WithoutBraces);
    auto host = Hypervisor::open(QStringLiteral("qemu:///system"), cloudId);
    QVERIFY(host.ok());
    m_host = std::move(*host);
    const auto facts = m_host->facts();
    NEPHELE_NEED_HOST(facts);
    m_disks = std::move(*GuestDisks::open(m_folder->path(), facts->qemuUser));

    // A piece of 10.0.0.0/8 that another run is not likely to have.
    const auto random = QRandomGenerator::global()->bounded(100u, 250u) << 16
        | QRandomGenerator::global()->bounded(1u, 250u) << 8;
    m_network.id = NetworkId::create();
    m_network.name = QStringLiteral("nephele-test-") + m_network.id.text().left(8);
    m_network.gateway = QHostAddress(0x0a000000u + random + 1);
    m_network.dhcpFirst = inNetwork(10);
    m_network.dhcpLast = inNetwork(99);
    m_address = inNetwork(50);

    m_guest.server = ServerId::create();
    m_guest.number = ServerNumber(1);
    m_guest.name = QStringLiteral("seeded");
    m_guest.memoryMiB = 96;
    m_guest.disks = { { m_disks->overlayPath(m_guest.server), "qcow2", "vda" },
        { m_disks->seedPath(m_guest.server), "raw", "vdb", true } };
    m_guest.nics = { { mac, m_network.name } };
    m_guest.serialLog = m_disks->serialLogPath(m_guest.server);
}

void tst_SeededGuest::cleanupTestCase()
{
    if (!m_host)
        return;
    (void)m_host->undefine(m_guest.server);
    (void)m_host->removeNetwork(m_network.id);
}

void tst_SeededGuest::leasesAreKeptByTheNetwork()
{
    const auto made = m_host->ensureNetwork(m_network);
    NEPHELE_NEED_HOST(made);
    NEPHELE_VERIFY_OK(m_host->ensureNetwork(m_network));
    QCOMPARE(*m_host->networks(), QList<NetworkId>({ m_network.id }));

    NetworkSpec overlapping = m_network;
    overlapping.id = NetworkId::create();
    overlapping.name += QStringLiteral("-2");
    QVERIFY(!m_host->ensureNetwork(overlapping).ok());
    NEPHELE_VERIFY_OK(m_host->removeNetwork(overlapping.id));

    const QString other = QStringLiteral("52:54:00:fe:00:03");
    for (int round = 0; round < 2; ++round)
        NEPHELE_VERIFY_OK(m_host->ensureLease(m_network.id, mac, inNetwork(40), QStringLiteral("early")));
    QCOMPARE(m_host->ensureLease(m_network.id, other, inNetwork(40), QStringLiteral("late")).error().code,
        ErrorCode::Conflict);
    // The NIC moves to another address, and the old one is free.
    NEPHELE_VERIFY_OK(m_host->ensureLease(m_network.id, mac.toUpper(), m_address, QStringLiteral("seeded")));
    NEPHELE_VERIFY_OK(m_host->ensureLease(m_network.id, other, inNetwork(40), QStringLiteral("late")));
    for (int round = 0; round < 2; ++round)
        NEPHELE_VERIFY_OK(m_host->removeLease(m_network.id, other, inNetwork(40)));
    NEPHELE_VERIFY_OK(m_host->removeLease(NetworkId::create(), other, inNetwork(40)));
}

void tst_SeededGuest::theSeedIsHonoured()
{
    const QString key = m_folder->path() + QStringLiteral("/key");
    if (QStandardPaths::findExecutable(QStringLiteral("ssh-keygen")).isEmpty())
        QSKIP("ssh-keygen is not installed (openssh-client)");
    run(QStringLiteral("ssh-keygen"),
        { QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"), QStringLiteral("-N"),
            QString(), QStringLiteral("-f"), key });
    QFile publicKey(key + QStringLiteral(".pub"));
    QVERIFY(publicKey.open(QIODevice::ReadOnly));

    const QByteArray secret("first\n\0\xff last", 13);
    m_seed.server = m_guest.server;
    m_seed.hostName = QStringLiteral("snf-4711");
    m_seed.name = m_guest.name;
    m_seed.publicKeys = { QString::fromUtf8(publicKey.readLine()).trimmed() };
    m_seed.passwordHash = *guestPasswordHash(password);
    m_seed.passwordUsers = { QStringLiteral("root") };
    m_seed.files = { { QStringLiteral("/etc/secret"), secret, QStringLiteral("nobody"),
                         QStringLiteral("users"), 0640 },
        { QStringLiteral("/root/deep/er/motd"), "hello\n" } };
    m_seed.macs = { mac };
    // The user's own part also writes a file: neither takes the other's away.
    m_seed.userData = "#cloud-config\nwrite_files:\n  - path: /etc/his\n    permissions: '0600'\n"
                      "    content: |\n      his own\nruncmd:\n  - echo USER-DATA-RAN >/dev/ttyS0\n";
    NEPHELE_VERIFY_OK(
        m_disks->ensureOverlay(m_guest.server, m_folder->basePath(), 96 * mib, QStringLiteral("1")));
    NEPHELE_VERIFY_OK(writeGuestSeed(m_seed, m_disks->seedPath(m_guest.server), m_disks->group()));
    NEPHELE_VERIFY_OK(m_host->define(m_guest));
    NEPHELE_VERIFY_OK(m_host->start(m_guest.server));
    QTRY_VERIFY_WITH_TIMEOUT(log().contains("TINY-READY"), bootMs);

    const auto sum = [](const QByteArray &data) {
        return QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex().left(16);
    };
    const QByteArray said = log();
    for (const QByteArray &line : { QByteArray("SEED-SOURCE cidata"), QByteArray("SEED-HOSTNAME snf-4711"),
             QByteArray("SEED-PASSWORD root"), QByteArray("SEED-KEYS 1"),
             "SEED-FILE /etc/secret nobody:users 640 " + sum(secret),
             "SEED-FILE /root/deep/er/motd root:root 440 " + sum("hello\n"),
             "SEED-FILE /etc/his root:root 600 " + sum("his own\n"), QByteArray("USER-DATA-RAN"),
             QByteArray("TINY-READY host=snf-4711"), "eth0=" + m_address.toString().toLatin1() + "/24" })
        QVERIFY2(said.contains(line), (line + " in\n" + said).constData());
    QVERIFY(!said.contains("SEED-WRONG"));
}

void tst_SeededGuest::theKeyAndThePasswordOpenIt()
{
    if (!log().contains("TINY-READY"))
        QSKIP("the guest did not start");
    if (QStandardPaths::findExecutable(QStringLiteral("sshpass")).isEmpty())
        QSKIP("sshpass is not installed");
    const QString login = QStringLiteral("root@") + m_address.toString();
    int code = -1;
    const QByteArray byKey = run(QStringLiteral("ssh"),
        sshOptions()
            + QStringList { QStringLiteral("-i"), m_folder->path() + QStringLiteral("/key"),
                QStringLiteral("-o"), QStringLiteral("BatchMode=yes"), login, QStringLiteral("hostname") },
        &code);
    QVERIFY2(code == 0, byKey.constData());
    QCOMPARE(byKey.trimmed(), QByteArray("snf-4711"));
    const auto byPassword = [&](const QString &words) {
        return run(QStringLiteral("sshpass"),
            QStringList { QStringLiteral("-p"), words, QStringLiteral("ssh") } + sshOptions()
                + QStringList { QStringLiteral("-o"), QStringLiteral("PubkeyAuthentication=no"), login,
                    QStringLiteral("id -un") },
            &code);
    };
    const QByteArray right = byPassword(password);
    QVERIFY2(code == 0, right.constData());
    QCOMPARE(right.trimmed(), QByteArray("root"));
    byPassword(QStringLiteral("pass word 43"));
    QVERIFY(code != 0);
}

void tst_SeededGuest::theScreenIsServedToAVncClient()
{
    const auto proxy = VncProxy::listen({ .password = "s3cretPW" },
        [this] { return QtConcurrent::run([this] { return owned(m_host->openGraphics(m_guest.server)); }); });
    QVERIFY(proxy.ok());
    const int port = (*proxy)->port();
    // A client of the world's, in a thread: it blocks, and the proxy lives in ours.
    struct Seen
    {
        int width = 0;
        int height = 0;
        bool gotPicture = false;
    };
    auto seen = QtConcurrent::run([port] {
        Seen out;
        rfbClient *client = rfbGetClient(8, 3, 4);
        client->canHandleNewFBSize = FALSE;
        client->GetPassword = [](rfbClient *) { return strdup("s3cretPW"); };
        client->serverHost = strdup("127.0.0.1");
        client->serverPort = port;
        client->appData.encodingsString = "raw";
        static bool updated;
        updated = false;
        client->FinishedFrameBufferUpdate = [](rfbClient *) { updated = true; };
        if (!rfbInitClient(client, nullptr, nullptr)) // frees the client when it fails
            return out;
        out.width = client->width;
        out.height = client->height;
        for (int i = 0; i < 100 && !updated; ++i) {
            if (WaitForMessage(client, 100'000) > 0 && !HandleRFBServerMessage(client))
                break;
        }
        out.gotPicture = updated;
        rfbClientCleanup(client);
        return out;
    });
    QTRY_VERIFY_WITH_TIMEOUT(seen.isFinished(), 30'000);
    QVERIFY(seen.result().width >= 320);
    QVERIFY(seen.result().height >= 200);
    QVERIFY(seen.result().gotPicture);
}

void tst_SeededGuest::poweringOffFromInsideIsNoticed()
{
    if (!log().contains("TINY-READY"))
        QSKIP("the guest did not start");
    bool wasTold = false; // others use the host as well
    const auto told = connect(m_host.get(), &Hypervisor::guestChanged, this,
        [&](const ServerId &server) { wasTold = wasTold || server == m_guest.server; });
    const QString login = QStringLiteral("root@") + m_address.toString();
    run(QStringLiteral("ssh"),
        sshOptions()
            + QStringList { QStringLiteral("-i"), m_folder->path() + QStringLiteral("/key"), login,
                QStringLiteral("poweroff") });
    const auto isOff = [this] {
        const auto state = m_host->state(m_guest.server);
        return state && *state && (*state)->power == GuestPower::Off;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isOff(), 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(wasTold, 1000);
    disconnect(told);
    QCOMPARE((*m_host->state(m_guest.server))->reason, QStringLiteral("shutdown"));
}

void tst_SeededGuest::theBareSeedChangesNothing()
{
    if (!log().contains("TINY-READY"))
        QSKIP("the guest did not start");
    NEPHELE_VERIFY_OK(
        writeGuestSeed(withoutSecrets(m_seed), m_disks->seedPath(m_guest.server), m_disks->group()));
    NEPHELE_VERIFY_OK(m_host->start(m_guest.server));
    QTRY_COMPARE_WITH_TIMEOUT(log().count("TINY-READY"), 2, bootMs);
    QVERIFY(log().contains("SEED-SAME " + m_guest.server.utf8()));
    QCOMPARE(log().count("SEED-FILE /etc/secret"), 1);
    QCOMPARE(log().count("TINY-READY host=snf-4711"), 2);
}

void tst_SeededGuest::theNetworkGoesAway()
{
    NEPHELE_VERIFY_OK(m_host->undefine(m_guest.server));
    for (int round = 0; round < 2; ++round)
        NEPHELE_VERIFY_OK(m_host->removeNetwork(m_network.id));
    QVERIFY(m_host->networks()->isEmpty());
    QVERIFY(m_host->guests()->isEmpty());
}

NEPHELE_TEST(tst_SeededGuest)
#include "tst_seededguest.moc"
