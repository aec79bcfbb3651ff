// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/image/imagefixture.h"
#include "tests/support/testregistry.h"

#include <QThread>

#include <sys/stat.h>

using namespace nephele;
using namespace nephele::test;

// Bases on disk, and when they go.
class tst_Bases : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();
    void aBaseIsTheRawDisk_data();
    void aBaseIsTheRawDisk();
    void manyAskAndOneIsMade();
    void aDamagedBaseIsMadeAnew();
    void leftoversOfADeadProcessAreRemoved();
    void aBaseStaysWhileSomebodyNeedsIt();
    void aReferenceKeepsTheContentOfADeletedImage();
    void aCancelledBaseLeavesNothing();
    void damagedContentMakesNoBase();

private:
    Result<ImageId> registered(const QByteArray &content, const char *format);
    qint64 mapOf(const ImageId &id);
    Result<> removeImage(const ImageId &id);

    std::unique_ptr<ImageFixture> m_images;
    Caller m_caller;
    const ServerId m_server = ServerId::create();
};

void tst_Bases::initTestCase_data()
{
    addEngineRows();
}

void tst_Bases::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_images = std::make_unique<ImageFixture>(engine);
    m_caller.user = UserId::create();
    m_caller.project = ProjectId::create();
    m_images->addProject(*m_caller.project);
    m_caller.scope = { { *m_caller.project, Roles(Role::Member) } };
}

Result<ImageId> tst_Bases::registered(const QByteArray &content, const char *format)
{
    NewImage wanted;
    wanted.diskFormat = QString::fromLatin1(format);
    wanted.containerFormat = QStringLiteral("bare");
    return m_images->works().registerFile({ *m_caller.project, m_caller.user, true }, wanted,
        m_images->write(QStringLiteral("image"), content));
}

qint64 tst_Bases::mapOf(const ImageId &id)
{
    const auto image = m_images->database().read([&](ReadTransaction &t) { return ImageStore::find(t, id); });
    return image && *image ? (*image)->mapNumber : 0;
}

Result<> tst_Bases::removeImage(const ImageId &id)
{
    ImageService service(m_images->database(), m_images->works());
    return service.removeImage(m_caller, id).result();
}

static QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

void tst_Bases::aBaseIsTheRawDisk_data()
{
    QTest::addColumn<QByteArray>("format");
    QTest::addRow("raw") << QByteArray("raw");
    QTest::addRow("qcow2") << QByteArray("qcow2");
}

void tst_Bases::aBaseIsTheRawDisk()
{
    QFETCH(QByteArray, format);
    const QByteArray disk = patternedContent(2 << 20, 4, 64 << 10);
    const QString raw = m_images->write(QStringLiteral("disk.raw"), disk);
    const QString image = m_images->file(QStringLiteral("disk.image"));
    const QString failed = runTool(m_images->file({}), QStringLiteral("qemu-img"),
        { QStringLiteral("convert"), QStringLiteral("-f"), QStringLiteral("raw"), QStringLiteral("-O"),
            QString::fromLatin1(format), raw, image });
    QVERIFY2(failed.isEmpty(), qPrintable(failed));
    const auto id = registered(contentOf(image), format.constData());
    QVERIFY2(id, qPrintable(id ? QString() : id.error().message + id.error().detail));
    const auto base = m_images->bases().ensure(mapOf(*id), {});
    QVERIFY2(base, qPrintable(base ? QString() : base.error().detail));
    QCOMPARE(base->sizeBytes, disk.size());
    QVERIFY(contentOf(base->path) == disk);
    struct stat info = {};
    QCOMPARE(::stat(QFile::encodeName(base->path).constData(), &info), 0);
    QCOMPARE(info.st_mode & 0777, 0644u);
    QVERIFY2(info.st_blocks * 512 < disk.size(), "the holes take space");
    QCOMPARE(m_images->filesIn(QStringLiteral("scratch")), QStringList());
    QCOMPARE(m_images->bases().ensure(mapOf(*id), {})->path, base->path);
}

void tst_Bases::manyAskAndOneIsMade()
{
    const auto id = registered(patternedContent(4 << 20, 5, 64 << 10), "raw");
    QVERIFY(id);
    const qint64 map = mapOf(*id);
    QMutex mutex;
    QSet<QString> paths;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back(QThread::create([&] {
            const auto base = m_images->bases().ensure(map, {});
            const QMutexLocker lock(&mutex);
            paths.insert(base ? base->path : base.error().message);
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        QVERIFY(thread->wait(30'000));
    QCOMPARE(paths.size(), 1);
    QCOMPARE(m_images->filesIn(QStringLiteral("bases")).size(), 1);
    QCOMPARE(m_images->count("SELECT COUNT(*) FROM base"), 1);
}

void tst_Bases::aDamagedBaseIsMadeAnew()
{
    const QByteArray disk = patternedContent(1 << 20, 6, 64 << 10);
    const auto id = registered(disk, "raw");
    QVERIFY(id);
    const auto first = m_images->bases().ensure(mapOf(*id), {});
    QVERIFY(first);
    QVERIFY(QFile::resize(first->path, 1000));
    const auto second = m_images->bases().ensure(mapOf(*id), {});
    QVERIFY(second);
    QVERIFY(second->path != first->path);
    QVERIFY(contentOf(second->path) == disk);
    QVERIFY(m_images->bases().collect());
    QVERIFY(!QFile::exists(first->path));
    QVERIFY(QFile::exists(second->path));
}

void tst_Bases::leftoversOfADeadProcessAreRemoved()
{
    const auto id = registered(patternedContent(1 << 20, 7, 64 << 10), "raw");
    QVERIFY(id);
    const auto base = m_images->bases().ensure(mapOf(*id), {});
    QVERIFY(base);
    m_images->write(QStringLiteral("bases/%1-1.raw.part").arg(mapOf(*id)), "half");
    m_images->write(QStringLiteral("bases/%1-1.raw").arg(mapOf(*id)), "without a row");
    m_images->write(QStringLiteral("bases/99999-1.raw"), "of nothing");
    QVERIFY(m_images->bases().recover());
    QCOMPARE(m_images->filesIn(QStringLiteral("bases")), QStringList { QFileInfo(base->path).fileName() });
}

void tst_Bases::aBaseStaysWhileSomebodyNeedsIt()
{
    const auto id = registered(patternedContent(1 << 20, 8, 64 << 10), "raw");
    QVERIFY(id);
    const qint64 map = mapOf(*id);
    const auto base = m_images->bases().ensure(map, {});
    QVERIFY(base);
    QVERIFY(m_images->bases().collect());
    QVERIFY2(QFile::exists(base->path), "the image still pins it");
    const auto refer = [&] {
        return m_images->database()
            .write([&](Transaction &t) { return BaseStore::addRef(t, map, m_server); })
            .result();
    };
    QVERIFY(refer());
    QVERIFY(refer());
    QVERIFY(removeImage(*id));
    QVERIFY(m_images->bases().collect());
    QVERIFY2(QFile::exists(base->path), "a disk stands on it");
    const auto drop = [&] {
        return m_images->database()
            .write([&](Transaction &t) { return BaseStore::dropRef(t, map, m_server); })
            .result();
    };
    QVERIFY(drop());
    QVERIFY(drop());
    QVERIFY(m_images->bases().collect());
    QVERIFY(!QFile::exists(base->path));
    QVERIFY(m_images->works().blocks().collect());
    QCOMPARE(m_images->count("SELECT COUNT(*) FROM map"), 0);
    QCOMPARE(m_images->count("SELECT COUNT(*) FROM base"), 0);
    QCOMPARE(m_images->blocks().storedBlocks().size(), 0);
    QCOMPARE(refer().error().code, ErrorCode::NotFound);
    QCOMPARE(m_images->bases().ensure(map, {}).error().code, ErrorCode::NotFound);
}

void tst_Bases::aReferenceKeepsTheContentOfADeletedImage()
{
    const QByteArray disk = patternedContent(1 << 20, 9, 64 << 10);
    const auto id = registered(disk, "raw");
    QVERIFY(id);
    const qint64 map = mapOf(*id);
    QVERIFY(m_images->database()
                .write([&](Transaction &t) { return BaseStore::addRef(t, map, m_server); })
                .result());
    QVERIFY(removeImage(*id));
    QVERIFY(m_images->works().blocks().collect());
    const auto base = m_images->bases().ensure(map, {});
    QVERIFY(base);
    QVERIFY(contentOf(base->path) == disk);
}

void tst_Bases::aCancelledBaseLeavesNothing()
{
    const auto id = registered(patternedContent(1 << 20, 10, 64 << 10), "raw");
    QVERIFY(id);
    int asked = 0;
    const auto base = m_images->bases().ensure(mapOf(*id), [&] { return ++asked > 3; });
    QVERIFY(!base);
    QCOMPARE(base.error().code, ErrorCode::Unavailable);
    QCOMPARE(m_images->filesIn(QStringLiteral("bases")), QStringList());
    QVERIFY(m_images->bases().ensure(mapOf(*id), {}));
}

void tst_Bases::damagedContentMakesNoBase()
{
    const auto id = registered(patternedContent(1 << 20, 11, 64 << 10), "raw");
    QVERIFY(id);
    const StoredBlock block = m_images->blocks().storedBlocks().constLast();
    QVERIFY(m_images->works().blocks().backend().remove(block.hash, block.generation));
    QVERIFY(!m_images->bases().ensure(mapOf(*id), {}));
    QCOMPARE(m_images->filesIn(QStringLiteral("bases")), QStringList());
}

NEPHELE_TEST(tst_Bases)
#include "tst_bases.moc"
