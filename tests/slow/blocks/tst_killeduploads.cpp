// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockcheck.h"
#include "model/blocks/mapreader.h"
#include "model/blocks/mapwriter.h"
#include "tests/support/blockfixture.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTemporaryDir>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace nephele;
using nephele::test::patternedContent;

namespace {

// What the child tells of an upload that it was told is on disk.
struct Acknowledged
{
    qint64 map = 0;
    quint32 seed = 0;
};

constexpr qint64 blockBytes = 4096;

QByteArray contentOf(quint32 seed)
{
    return patternedContent(1000 + seed % 7 * 9000, seed % 11, blockBytes) + QByteArray::number(seed % 5);
}

// A database and a block store in a folder, as a process would open them.
struct Opened
{
    std::unique_ptr<Database> database;
    std::unique_ptr<BlockStore> store;

    explicit Opened(const QString &folder)
    {
        DatabaseOptions options;
        options.address.sqliteFile = folder + QStringLiteral("/cloud.db");
        auto opened = Database::open(options);
        if (!opened)
            qFatal("database: %s", qUtf8Printable(opened.error().detail));
        database = std::move(*opened);
        BlockOptions blocks = test::BlockFixture::defaults();
        blocks.directory = folder + QStringLiteral("/blocks");
        blocks.smallFile = folder + QStringLiteral("/small-blocks.db");
        blocks.blockBytes = blockBytes;
        blocks.smallBytes = 512;
        blocks.strayMs = 3600 * 1000; // the child's own uploads are between file and row
        auto made = BlockStore::open(*database, blocks);
        if (!made)
            qFatal("blocks: %s", qUtf8Printable(made.error().detail));
        store = std::move(*made);
    }
};

Result<qint64> upload(BlockStore &store, const ProjectId &account, const QByteArray &content)
{
    const auto writer = MapWriter::create(store, { account }, {});
    writer->append(content);
    const auto built = writer->finish().result();
    if (!built)
        return built.error();
    return store.database()
        .write([map = *built](Transaction &t) { return MapStore::finish(t, map); })
        .result();
}

// Uploads until it is killed; drops some again and collects now and then.
[[noreturn]] void uploadForEver(const QString &folder, const ProjectId &account, int pipe, quint32 seed)
{
    Opened opened(folder);
    for (;; ++seed) {
        const auto map = upload(*opened.store, account, contentOf(seed));
        if (!map)
            ::_exit(1);
        if (seed % 3 == 0) {
            const auto dropped =
                opened.database->write([number = *map](Transaction &t) { return MapStore::unpin(t, number); })
                    .result();
            if (!dropped)
                ::_exit(2);
            if (seed % 9 == 0 && !opened.store->collect())
                ::_exit(3);
            continue;
        }
        const Acknowledged done { *map, seed };
        if (::write(pipe, &done, sizeof done) != sizeof done)
            ::_exit(4);
    }
}

} // namespace

// A process that is killed in the middle of uploads, again and again: what it acknowledged is there, what it
// did not leaves nothing, and every count is right.
class tst_KilledUploads : public QObject
{
    Q_OBJECT

private slots:
    void acknowledgedDataOutlivesKills();
};

void tst_KilledUploads::acknowledgedDataOutlivesKills()
{
    QTemporaryDir folder;
    const ProjectId account = ProjectId::create();
    QRandomGenerator random(20261122);
    QList<Acknowledged> acknowledged;
    for (int round = 0; round < 25; ++round) {
        int ends[2];
        QCOMPARE(::pipe(ends), 0);
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            uploadForEver(folder.path(), account, ends[1], quint32(round) * 100'000);
        }
        ::close(ends[1]);
        // The first answer shows that it is at work; then it has a while.
        Acknowledged done;
        while (::read(ends[0], &done, sizeof done) == sizeof done) {
            acknowledged.append(done);
            if (random.bounded(20) == 0)
                break;
        }
        ::usleep(useconds_t(random.bounded(3000)));
        QCOMPARE(::kill(child, SIGKILL), 0);
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY2(
            WIFSIGNALED(status), qPrintable(QStringLiteral("the child ended by itself: %1").arg(status)));
        while (::read(ends[0], &done, sizeof done) == sizeof done)
            acknowledged.append(done);
        ::close(ends[0]);
    }
    QVERIFY(acknowledged.size() > 25);

    Opened opened(folder.path());
    QVERIFY(opened.store->recover());
    QVERIFY(opened.store->collect());
    for (const Acknowledged &done : acknowledged) {
        const auto reader = MapReader::open(*opened.store, done.map);
        QVERIFY2(reader, qPrintable(QStringLiteral("map %1 is gone").arg(done.map)));
        QVERIFY((*reader)->readAll() == contentOf(done.seed));
    }
    const auto report = checkBlocks(
        *opened.store, [](ReadTransaction &, qint64) { return Result<QStringList>(QStringList()); });
    QVERIFY(report);
    for (const CheckFinding &finding : report->findings) {
        // A map that was finished and whose process died before it told is live, pinned and whole: no damage.
        QVERIFY2(false, qPrintable(finding.message));
    }
    const auto building = opened.database->read([](ReadTransaction &t) {
        return t.row("SELECT COUNT(*) FROM map WHERE state <> 'live'", {},
            [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**building, 0);
    QDir temporary(folder.filePath(QStringLiteral("blocks/tmp")));
    QCOMPARE(temporary.entryList(QDir::Files), QStringList());
}

NEPHELE_TEST(tst_KilledUploads)
#include "tst_killeduploads.moc"
