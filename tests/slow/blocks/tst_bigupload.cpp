// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/blocksink.h"
#include "tests/server/http/httpfixture.h"
#include "tests/support/blockfixture.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace nephele;
using namespace nephele::test;

// A gigabyte through the sink and back: the memory it takes does not depend on its size.
class tst_BigUpload : public QObject
{
    Q_OBJECT

private slots:
    void memoryStaysFlat();
};

static constexpr qint64 pieceBytes = 256 << 10;
static constexpr qint64 contentBytes = 1LL << 30;

static QByteArray pieceAt(qint64 position, const QByteArray &pattern)
{
    QByteArray piece = pattern;
    memcpy(piece.data(), &position, sizeof position); // no two blocks are alike
    return piece;
}

void tst_BigUpload::memoryStaysFlat()
{
    auto database = TestDatabase::open();
    QVERIFY(database);
    BlockOptions options;
    options.reserveBytes = 0;
    BlockFixture blocks(***database, options);
    QThreadPool pool;
    std::optional<ContentMap> map;
    BlockSink::Options sinkOptions;
    sinkOptions.map = { ProjectId::create(), true };
    sinkOptions.settle = [&](const ContentMap &built) -> Result<> {
        const auto number = blocks.store()
                                .database()
                                .write([built](Transaction &t) { return MapStore::finish(t, built); })
                                .result();
        if (!number)
            return number.error();
        map = built;
        return {};
    };
    sinkOptions.giveUp = [] {};
    BlockSink sink(blocks.store(), pool, sinkOptions);
    QSignalSpy ready(&sink, &BodySink::readyForMore);
    QSignalSpy finished(&sink, &BodySink::finished);

    const QByteArray pattern = patternedContent(pieceBytes, 1, 7919);
    QElapsedTimer timer;
    timer.start();
    qint64 mostBytes = 0;
    const qint64 before = residentBytes();
    for (qint64 at = 0; at < contentBytes; at += pieceBytes) {
        while (!sink.isReady())
            QVERIFY(ready.wait(30'000) || sink.isReady());
        QVERIFY(sink.write(pieceAt(at, pattern)));
        mostBytes = qMax(mostBytes, residentBytes() - before);
    }
    sink.finish();
    QVERIFY(finished.count() == 1 || finished.wait(60'000));
    QVERIFY(!finished.first().first().value<std::optional<Error>>());
    const double seconds = double(timer.elapsed()) / 1000;
    QVERIFY(map);
    qInfo("1 GiB in %.2f s, %.0f MB/s, %lld MiB more memory at most", seconds,
        double(contentBytes) / 1e6 / seconds, mostBytes >> 20);
    // Three blocks in flight, one being filled, and what the allocator keeps of them.
    QVERIFY2(mostBytes < 64 << 20, QByteArray::number(mostBytes));

    const auto reader = MapReader::open(blocks.store(), map->number);
    QVERIFY(reader);
    timer.restart();
    const qint64 beforeRead = residentBytes();
    mostBytes = 0;
    for (qint64 at = 0; at < contentBytes; at += pieceBytes) {
        QVERIFY((*reader)->read(pieceBytes) == pieceAt(at, pattern));
        mostBytes = qMax(mostBytes, residentBytes() - beforeRead);
    }
    qInfo(
        "read back in %.2f s, %lld MiB more memory at most", double(timer.elapsed()) / 1000, mostBytes >> 20);
    QVERIFY2(mostBytes < 64 << 20, QByteArray::number(mostBytes));
}

NEPHELE_TEST(tst_BigUpload)
#include "tst_bigupload.moc"
