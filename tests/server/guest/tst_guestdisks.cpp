// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/guestdisks.h"
#include "server/guest/limitedprocess.h"
#include "tests/support/hostfixture.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace nephele;
using namespace nephele::test;

namespace {

constexpr qint64 mib = 1 << 20;

int modeOf(const QString &path)
{
    struct stat info;
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? int(info.st_mode & 07777) : -1;
}

} // namespace

class tst_GuestDisks : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void aSizeThatCannotBeIsRefused_data();
    void aSizeThatCannotBeIsRefused();
    void aMissingBaseIsNamed();
    void anOverlayStandsOnItsBase();
    void anOverlayThatIsThereStays();
    void whatIsCancelledLeavesNothing();
    void removingTwiceIsRemovingOnce();
    void onlyServersAreListed();
    void filesHaveTheirModes();
    void theDirectoryThatStopsQemuIsNamed();
    void aProgramThatFailsSaysWhy();
    void aProgramThatHangsIsStopped();
    void aProgramHasBoundedMemory();

private:
    QString base() const { return m_folder->filePath(QStringLiteral("base.raw")); }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<GuestDisks> m_disks;
};

void tst_GuestDisks::init()
{
    const bool hasQemuImg = !QStandardPaths::findExecutable(QStringLiteral("qemu-img")).isEmpty();
    QVERIFY2(hasQemuImg || !isHostRequired(), "qemu-img is not installed (qemu-utils)");
    if (!hasQemuImg)
        QSKIP("qemu-img is not installed (qemu-utils)");
    m_folder = std::make_unique<QTemporaryDir>();
    auto disks = GuestDisks::open(m_folder->path());
    QVERIFY(disks.ok());
    m_disks = std::move(*disks);
    QFile file(base());
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(4 * mib));
}

void tst_GuestDisks::aSizeThatCannotBeIsRefused_data()
{
    QTest::addColumn<qint64>("size");
    QTest::addRow("zero") << qint64(0);
    QTest::addRow("negative") << -8 * mib;
    QTest::addRow("less than the base") << 4 * mib - 512;
    QTest::addRow("half a sector") << 8 * mib + 256;
}

void tst_GuestDisks::aSizeThatCannotBeIsRefused()
{
    QFETCH(qint64, size);
    const ServerId server = ServerId::create();
    QCOMPARE(
        m_disks->ensureOverlay(server, base(), size, QStringLiteral("1")).error().code, ErrorCode::Invalid);
    QVERIFY(!QFileInfo::exists(m_disks->overlayPath(server)));
}

void tst_GuestDisks::aMissingBaseIsNamed()
{
    const auto made = m_disks->ensureOverlay(
        ServerId::create(), QStringLiteral("/nowhere/base.raw"), 8 * mib, QStringLiteral("1"));
    QCOMPARE(made.error().code, ErrorCode::Unavailable);
    QCOMPARE(made.error().detail, QStringLiteral("/nowhere/base.raw"));
}

void tst_GuestDisks::anOverlayStandsOnItsBase()
{
    const ServerId server = ServerId::create();
    QVERIFY(m_disks->ensureOverlay(server, base(), 8 * mib, QStringLiteral("7")).ok());
    const auto info = outputOf(QStringLiteral("qemu-img"),
        { QStringLiteral("info"), QStringLiteral("--output=json"), QStringLiteral("-f"),
            QStringLiteral("qcow2"), m_disks->overlayPath(server) });
    QVERIFY(info.ok());
    const QJsonObject json = QJsonDocument::fromJson(*info).object();
    QCOMPARE(json.value(QStringLiteral("virtual-size")).toInteger(), 8 * mib);
    QCOMPARE(json.value(QStringLiteral("backing-filename")).toString(), base());
    QCOMPARE(json.value(QStringLiteral("backing-filename-format")).toString(), QStringLiteral("raw"));
    QVERIFY(QFileInfo(m_disks->overlayPath(server)).size() < mib);
    QCOMPARE(QDir(m_disks->directory(server)).entryList(QDir::Files),
        QStringList({ QStringLiteral("root.qcow2"), QStringLiteral("serial.log") }));
}

void tst_GuestDisks::anOverlayThatIsThereStays()
{
    const ServerId server = ServerId::create();
    QVERIFY(m_disks->ensureOverlay(server, base(), 8 * mib, QStringLiteral("1")).ok());
    QFile file(m_disks->overlayPath(server));
    QVERIFY(file.open(QIODevice::Append) && file.write("mark") == 4);
    file.close();
    QVERIFY(m_disks->ensureOverlay(server, base(), 8 * mib, QStringLiteral("2")).ok());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().endsWith("mark"));
}

void tst_GuestDisks::whatIsCancelledLeavesNothing()
{
    const auto stopped =
        runLimited(QStringLiteral("sleep"), { QStringLiteral("60") }, {}, [] { return true; });
    QCOMPARE(stopped.error().code, ErrorCode::Unavailable);
    QVERIFY(stopped.error().message.contains(QStringLiteral("stopped")));
}

void tst_GuestDisks::removingTwiceIsRemovingOnce()
{
    const ServerId server = ServerId::create();
    QVERIFY(m_disks->remove(server).ok());
    QVERIFY(m_disks->ensureOverlay(server, base(), 8 * mib, QStringLiteral("1")).ok());
    for (int round = 0; round < 2; ++round)
        QVERIFY(m_disks->remove(server).ok());
    QVERIFY(!QFileInfo::exists(m_disks->directory(server)));
    QVERIFY(QFileInfo::exists(base()));
}

void tst_GuestDisks::onlyServersAreListed()
{
    const ServerId server = ServerId::create();
    QVERIFY(m_disks->prepare(server).ok());
    QVERIFY(QDir(m_folder->path() + QStringLiteral("/guests")).mkdir(QStringLiteral("lost+found")));
    QCOMPARE(m_disks->servers(), QList<ServerId>({ server }));
}

void tst_GuestDisks::filesHaveTheirModes()
{
    const ServerId server = ServerId::create();
    const mode_t before = ::umask(077);
    const auto made = m_disks->ensureOverlay(server, base(), 8 * mib, QStringLiteral("1"));
    ::umask(before);
    QVERIFY(made.ok());
    QCOMPARE(modeOf(m_folder->filePath(QStringLiteral("guests"))), 0711);
    QCOMPARE(modeOf(m_disks->directory(server)), 0711);
    QCOMPARE(modeOf(m_disks->overlayPath(server)), 0660);
}

void tst_GuestDisks::theDirectoryThatStopsQemuIsNamed()
{
    const QString closed = m_folder->filePath(QStringLiteral("closed"));
    QVERIFY(QDir().mkpath(closed + QStringLiteral("/data")));
    QVERIFY(QFile::setPermissions(m_folder->path(), QFile::Permissions(0x7111)));
    const QemuUser stranger { 4'000'000, 4'000'000 };
    auto disks = GuestDisks::open(closed + QStringLiteral("/data"), stranger);
    QVERIFY(disks.ok());
    QCOMPARE(::chmod(QFile::encodeName(closed).constData(), 0700), 0);
    const auto stopped = (*disks)->checkReachable();
    QVERIFY(!stopped);
    QVERIFY2(
        stopped.error().message.contains(closed + QLatin1Char(' ')), qPrintable(stopped.error().message));
    QCOMPARE(::chmod(QFile::encodeName(closed).constData(), 0711), 0);
    QVERIFY((*disks)->checkReachable().ok());
    QVERIFY(m_disks->checkReachable().ok()); // QEMU as ourselves
}

void tst_GuestDisks::aProgramThatFailsSaysWhy()
{
    const auto absent = runLimited(QStringLiteral("no-such-program-here"), {});
    QVERIFY(absent.error().message.contains(QStringLiteral("cannot be started")));
    const auto failed =
        outputOf(QStringLiteral("qemu-img"), { QStringLiteral("info"), QStringLiteral("/nowhere") });
    QCOMPARE(failed.error().code, ErrorCode::Unavailable);
    QVERIFY2(failed.error().detail.contains(QStringLiteral("/nowhere")), qPrintable(failed.error().detail));
    QVERIFY(!failed.error().message.contains(QStringLiteral("/nowhere")));
}

void tst_GuestDisks::aProgramThatHangsIsStopped()
{
    ChildLimits soon;
    soon.wallMs = 200;
    const auto late = runLimited(QStringLiteral("sleep"), { QStringLiteral("60") }, soon);
    QCOMPARE(late.error().code, ErrorCode::Timeout);
    QVERIFY(late.error().message.contains(QStringLiteral("too long")));
}

void tst_GuestDisks::aProgramHasBoundedMemory()
{
    const auto limit = outputOf(QStringLiteral("sh"), { QStringLiteral("-c"), QStringLiteral("ulimit -v") });
    QVERIFY(limit.ok());
    QCOMPARE(limit->trimmed(), QByteArray::number(2 << 20)); // KiB
}

NEPHELE_TEST(tst_GuestDisks)
#include "tst_guestdisks.moc"
