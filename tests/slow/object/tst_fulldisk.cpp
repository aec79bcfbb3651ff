// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/slow/object/cloudclient.h"
#include "tests/support/runningcloud.h"
#include "tests/support/testregistry.h"

#include <QDirIterator>
#include <QStorageInfo>
#include <QTest>

#include <unistd.h>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 diskMiB = 96;

// A file system of its own in memory, small enough to be filled.
class SmallDisk
{
public:
    SmallDisk()
    {
        m_isMounted = QProcess::execute(u"mount"_s,
                          { u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size=%1m,mode=755"_s.arg(diskMiB),
                              u"nephele-test"_s, m_dir.path() })
            == 0;
    }
    ~SmallDisk()
    {
        if (m_isMounted)
            QProcess::execute(u"umount"_s, { m_dir.path() });
    }

    bool isMounted() const { return m_isMounted; }
    QString path() const { return m_dir.path(); }
    qint64 freeBytes() const { return QStorageInfo(m_dir.path()).bytesAvailable(); }

    // Takes all but so many bytes; the file to remove when they are to come back.
    QString fillBut(qint64 leftBytes)
    {
        const QString ballast = m_dir.filePath(u"ballast"_s);
        QFile file(ballast);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        const QByteArray piece(64 << 10, 'x');
        while (freeBytes() > leftBytes + piece.size() && file.write(piece) == piece.size())
            file.flush();
        return ballast;
    }

private:
    QTemporaryDir m_dir { u"/var/tmp/nephele-disk-XXXXXX"_s };
    bool m_isMounted = false;
};

QByteArray someContent(qint64 bytes, quint32 seed)
{
    QByteArray made(bytes, Qt::Uninitialized);
    quint64 state = seed + 1;
    for (char &byte : made) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        byte = char(state >> 56);
    }
    return made;
}

bool hasTemporaryFiles(const QString &dataDir)
{
    return QDirIterator(dataDir + u"/blocks/tmp"_s, QDir::Files).hasNext();
}

} // namespace

// A cloud whose disk is small: below its reserve it takes no data, on a full disk a request ends in a clean
// fault, and what was there before stays whole. With room again it goes on by itself.
class tst_FullDisk : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void nothingIsTakenBelowTheReserve();
    void aFullDiskIsACleanFault_data();
    void aFullDiskIsACleanFault();

private:
    void startCloud(const QString &reserveMiB);

    std::unique_ptr<SmallDisk> m_disk;
    std::unique_ptr<RunningCloud> m_cloud;
    std::optional<CloudClient> m_client;
};

void tst_FullDisk::init()
{
    if (::geteuid() != 0)
        QSKIP("mounting a small file system takes root");
    m_disk = std::make_unique<SmallDisk>();
    QVERIFY(m_disk->isMounted());
}

void tst_FullDisk::cleanup()
{
    m_client.reset();
    m_cloud.reset();
    m_disk.reset();
}

void tst_FullDisk::startCloud(const QString &reserveMiB)
{
    m_cloud = std::make_unique<RunningCloud>(m_disk->path());
    QString problem;
    QVERIFY2(m_cloud->start(&problem,
                 { u"--hypervisor"_s, u"test:///default"_s, u"--test-collect"_s, u"50"_s, u"--reserve"_s,
                     reserveMiB }),
        qPrintable(problem));
    m_client = CloudClient::signIn(m_cloud->url(), m_cloud->userName(), m_cloud->password());
    QVERIFY(m_client);
    QCOMPARE(m_client->status("PUT", "/c"), 201);
}

void tst_FullDisk::nothingIsTakenBelowTheReserve()
{
    startCloud(u"32"_s);
    int stored = 0;
    int status = 0;
    const auto path = [](int i) { return "/c/o" + QByteArray::number(i); };
    while ((status = m_client->status("PUT", path(stored), someContent(3 << 20, quint32(stored)))) == 201)
        ++stored;
    QCOMPARE(status, 507);
    QVERIFY(stored > 4);
    QVERIFY(m_disk->freeBytes() >= 28 << 20);
    // The rest of the cloud goes on: metadata, copies and what frees space.
    QCOMPARE(m_client->status("GET", path(stored)), 404);
    QCOMPARE(m_client->status("POST", path(0), {}, "X-Object-Meta-Color: blue\r\n"), 202);
    QCOMPARE(m_client->status("COPY", path(0), {}, "Destination: c/copy\r\n"), 201);
    QCOMPARE(m_client->call("GET", "/c/copy").body, someContent(3 << 20, 0));
    // What comes without a length is stopped while it comes.
    QCOMPARE(m_client->status("PUT", "/c/chunks", someContent(9 << 20, 99), {}, CloudClient::Framing::Chunks),
        507);
    QCOMPARE(m_client->status("GET", "/c/chunks"), 404);
    // The database's own log takes a little meanwhile, so one object less would be too near.
    for (int i = 1; i <= 4; ++i)
        QCOMPARE(m_client->status("DELETE", path(i)), 204);
    QTRY_COMPARE_WITH_TIMEOUT(m_client->status("PUT", path(1), someContent(3 << 20, 1000)), 201, 10'000);
    m_cloud->stop();
    QCOMPARE(m_cloud->check(), QString());
}

void tst_FullDisk::aFullDiskIsACleanFault_data()
{
    QTest::addColumn<qint64>("leftBytes"); // when the upload begins
    QTest::addColumn<qint64>("uploadBytes");
    QTest::addRow("in the first block") << qint64(2 << 20) << qint64(6 << 20);
    QTest::addRow("some blocks later") << qint64(11 << 20) << qint64(20 << 20);
    QTest::addRow("where only a small one would do") << qint64(300 << 10) << qint64(1 << 20);
}

void tst_FullDisk::aFullDiskIsACleanFault()
{
    QFETCH(qint64, leftBytes);
    QFETCH(qint64, uploadBytes);
    startCloud(u"0"_s);
    const QByteArray before = someContent(5 << 20, 1);
    QCOMPARE(m_client->status("PUT", "/c/before", before), 201);
    const QString ballast = m_disk->fillBut(leftBytes);
    QVERIFY(!ballast.isEmpty());

    for (const auto framing : { CloudClient::Framing::Length, CloudClient::Framing::Chunks }) {
        const int status = m_client->status("PUT", "/c/o", someContent(uploadBytes, 2), {}, framing);
        QVERIFY2(status == 507 || status == 503, QByteArray::number(status));
        QCOMPARE(m_client->status("GET", "/c/o"), 404);
    }
    QCOMPARE(m_client->call("GET", "/c/before").body, before);
    QTRY_VERIFY(!hasTemporaryFiles(m_cloud->dataDir()));

    QVERIFY(QFile::remove(ballast));
    QTRY_COMPARE_WITH_TIMEOUT(m_client->status("PUT", "/c/o", someContent(uploadBytes, 3)), 201, 10'000);
    QCOMPARE(m_client->call("GET", "/c/o").body, someContent(uploadBytes, 3));
    QCOMPARE(m_client->call("GET", "/c/before").body, before);
    m_cloud->stop();
    QCOMPARE(m_cloud->check(), QString());
}

NEPHELE_TEST(tst_FullDisk)
#include "tst_fulldisk.moc"
