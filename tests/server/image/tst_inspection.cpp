// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/image/imagefixture.h"
#include "tests/support/testregistry.h"

#include <QtEndian>

using namespace nephele;
using namespace nephele::test;

// What an image may be and what it may not, with real images of QEMU's own making.
class tst_Inspection : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void onlyHarmlessImagesAreTaken_data();
    void onlyHarmlessImagesAreTaken();
    void aRefusedFileLeavesNothing();
    void aRegisteredFileIsAnImage();

private:
    QByteArray made(const QString &name) const { return m_made.value(name); }
    void make(const QString &name, const QString &program, const QStringList &arguments);

    QTemporaryDir m_tools;
    QMap<QString, QByteArray> m_made; // file name: content
    const Ownership m_owner { ProjectId::create(), UserId::create(), true };
};

void tst_Inspection::make(const QString &name, const QString &program, const QStringList &arguments)
{
    const QString failed = runTool(m_tools.path(), program, arguments);
    QVERIFY2(failed.isEmpty(), qPrintable(failed));
    QFile file(m_tools.filePath(name));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_made.insert(name, file.readAll());
}

void tst_Inspection::initTestCase()
{
    const QString img = QStringLiteral("qemu-img");
    const auto words = [](const char *text) { return QString::fromLatin1(text).split(QLatin1Char(' ')); };
    const QString raw = QStringLiteral("disk.raw");
    QFile disk(m_tools.filePath(raw));
    QVERIFY(disk.open(QIODevice::WriteOnly));
    disk.write(patternedContent(3 << 20, 1, 64 << 10));
    disk.close();
    for (const char *format : { "qcow2", "vdi", "vhdx", "vmdk", "qed" })
        make(QStringLiteral("disk.") + QLatin1StringView(format), img,
            { QStringLiteral("convert"), QStringLiteral("-f"), QStringLiteral("raw"), QStringLiteral("-O"),
                QString::fromLatin1(format), raw, QStringLiteral("disk.") + QLatin1StringView(format) });
    make(QStringLiteral("disk.vpc"), img, words("convert -f raw -O vpc disk.raw disk.vpc"));
    make(QStringLiteral("compressed.qcow2"), img, words("convert -c -O qcow2 disk.qcow2 compressed.qcow2"));
    make(QStringLiteral("old.qcow2"), img, words("convert -O qcow2 -o compat=0.10 disk.qcow2 old.qcow2"));
    make(QStringLiteral("stream.vmdk"), img,
        words("convert -O vmdk -o subformat=streamOptimized disk.qcow2 stream.vmdk"));
    make(QStringLiteral("flat.vmdk"), img, words("create -f vmdk -o subformat=monolithicFlat flat.vmdk 3M"));
    make(QStringLiteral("backed.qcow2"), img, words("create -f qcow2 -b disk.qcow2 -F qcow2 backed.qcow2"));
    make(QStringLiteral("backed0.qcow2"), img,
        words("create -f qcow2 -o compat=0.10 -b disk.qcow2 -F qcow2 backed0.qcow2"));
    make(QStringLiteral("backed.vmdk"), img, words("create -f vmdk -b disk.vmdk -F vmdk backed.vmdk"));
    make(
        QStringLiteral("datafile.qcow2"), img, words("create -f qcow2 -o data_file=x.raw datafile.qcow2 3M"));
    make(QStringLiteral("huge.qcow2"), img, words("create -f qcow2 huge.qcow2 63T"));
}

static QByteArray patched(QByteArray content, qsizetype at, const QByteArray &bytes)
{
    return content.replace(at, bytes.size(), bytes);
}

// The same length, so that the tables of the file stay where they are.
static QByteArray withLine(QByteArray vmdk, const QByteArray &line, QByteArray instead)
{
    const qsizetype at = vmdk.indexOf(line);
    Q_ASSERT(at > 0 && instead.size() <= line.size());
    return patched(vmdk, at, instead.leftJustified(line.size(), ' '));
}

static QByteArray big64(quint64 value)
{
    QByteArray bytes(8, '\0');
    qToBigEndian(value, bytes.data());
    return bytes;
}

void tst_Inspection::onlyHarmlessImagesAreTaken_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("declared");
    QTest::addColumn<QString>("refusal"); // a part of it; empty: taken
    QTest::addColumn<qint64>("virtualBytes");
    const auto file = [this](const char *name) { return made(QString::fromLatin1(name)); };
    const auto taken = [](const char *row, const QByteArray &content, const char *declared, qint64 bytes) {
        QTest::addRow("%s", row) << content << QString::fromLatin1(declared) << QString() << bytes;
    };
    const auto refused = [](const char *row, const QByteArray &content, const char *declared,
                             const char *why) {
        QTest::addRow("%s", row) << content << QString::fromLatin1(declared) << QString::fromLatin1(why)
                                 << qint64(0);
    };
    const qint64 diskBytes = 3 << 20;
    const QByteArray qcow2 = file("disk.qcow2");
    QByteArray iso(40000, '\0');
    iso.replace(32768, 6, "\1CD001");

    taken("raw", patternedContent(100'000, 2), "raw", 100'000);
    taken("raw, empty", QByteArray(), "raw", 0);
    taken("raw, one byte", "x", "raw", 1);
    taken("qcow2", qcow2, "qcow2", diskBytes);
    taken("qcow2, compressed", file("compressed.qcow2"), "qcow2", diskBytes);
    taken("qcow2, version 2", file("old.qcow2"), "qcow2", diskBytes);
    taken("vmdk", file("disk.vmdk"), "vmdk", diskBytes);
    taken("vmdk, streamOptimized", file("stream.vmdk"), "vmdk", diskBytes);
    taken("vdi", file("disk.vdi"), "vdi", diskBytes);
    taken("iso", iso, "iso", 40000);
    taken("hybrid iso as raw", iso, "raw", 40000);
    taken("kernel", "bzImage", "aki", 7);

    refused("qcow2 declared raw", qcow2, "raw", "declared as raw and its content is qcow2");
    refused("raw declared qcow2", "plain bytes", "qcow2", "declared as qcow2 and its content is raw");
    refused("qed declared raw", file("disk.qed"), "raw", "its content is qed");
    refused("vdi declared raw", file("disk.vdi"), "raw", "its content is vdi");
    refused("vhdx declared raw", file("disk.vhdx"), "raw", "its content is vhdx");
    refused("vhd declared raw", file("disk.vpc"), "raw", "its content is vhd");
    refused("vmdk declared qcow2", file("disk.vmdk"), "qcow2", "its content is vmdk");
    refused("qcow2 declared aki", qcow2, "aki", "its content is qcow2");
    refused("raw declared iso", "plain bytes", "iso", "its content is raw");

    refused("qcow2 with a backing file", file("backed.qcow2"), "qcow2", "backing file");
    refused("qcow2 version 2 with a backing file", file("backed0.qcow2"), "qcow2", "backing file");
    refused("qcow2 with a data file", file("datafile.qcow2"), "qcow2", "external data file");
    // The feature bit taken back, the name left in the extensions.
    refused("qcow2 with a data file in disguise", patched(file("datafile.qcow2"), 72, QByteArray(8, '\0')),
        "qcow2", "external data file");
    refused("qcow2, encrypted", patched(qcow2, 32, QByteArray("\0\0\0\2", 4)), "qcow2", "encrypted");
    refused("qcow2, huge", file("huge.qcow2"), "qcow2", "larger than");
    refused("qcow2, size with the top bit", patched(qcow2, 24, big64(1ull << 63)), "qcow2", "nonsense");
    refused("qcow2, cut in the header", qcow2.first(60), "qcow2", "cut off");
    refused("qcow2, cut in the long header", qcow2.first(80), "qcow2", "cut off");
    refused("qcow2, the header alone", qcow2.first(512), "qcow2", "behind its end");
    refused("qcow2, cut in the data", qcow2.first(qcow2.size() / 2), "qcow2", "damaged");
    refused("qcow2, tables behind the end", patched(qcow2, 40, big64(1ull << 40)), "qcow2", "behind its end");
    refused("qcow2, tables that overflow", patched(qcow2, 40, big64(~0ull)), "qcow2", "behind its end");
    refused("qcow2, marked corrupt", patched(qcow2, 72, big64(2)), "qcow2", "corrupt");
    refused("qcow2, unknown feature", patched(qcow2, 72, big64(1ull << 60)), "qcow2", "nobody knows");
    refused("qcow2, endless extension", patched(qcow2, 112, QByteArray("\x12\x34\x56\x78\x7f\xff\xff\xff")),
        "qcow2", "longer than its first cluster");
    refused("qcow2, cluster size", patched(qcow2, 20, QByteArray("\0\0\0\x3f", 4)), "qcow2", "cluster size");
    refused("qcow2, wild tables",
        patched(qcow2, qFromBigEndian<quint64>(qcow2.constData() + 40), QByteArray(64, '\x77')), "qcow2",
        "damaged");
    refused("qcow version 1", patched(qcow2, 4, QByteArray("\0\0\0\1", 4)), "qcow2", "its content is qcow");

    refused("vmdk with flat extents", file("flat.vmdk"), "vmdk", "its content is vmdk descriptor");
    refused("vmdk descriptor declared raw", file("flat.vmdk"), "raw", "its content is vmdk descriptor");
    refused("vmdk with a parent", file("backed.vmdk"), "vmdk", "parent");
    const QByteArray extent = "RW 6144 SPARSE \"disk.vmdk\"";
    refused("vmdk that names this machine's file",
        withLine(file("disk.vmdk"), extent, "RW 9 FLAT \"/etc/passwd\""), "vmdk", "data files");
    refused("vmdk of a kind with extents",
        withLine(file("disk.vmdk"), "createType=\"monolithicSparse\"", "createType=\"monolithicFlat\""),
        "vmdk", "other files");
    refused("vmdk without a descriptor", patched(file("disk.vmdk"), 28, QByteArray(16, '\0')), "vmdk",
        "no descriptor");
    refused("vmdk with capacity zero", patched(file("disk.vmdk"), 12, QByteArray(8, '\0')), "vmdk",
        "no descriptor");
    refused("vmdk, cut in the header", file("disk.vmdk").first(100), "vmdk", "cut off");
    refused("vdi on another", patched(file("disk.vdi"), 0x4c, QByteArray("\4\0\0\0", 4)), "vdi",
        "stands on another file");
}

void tst_Inspection::onlyHarmlessImagesAreTaken()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, declared);
    QFETCH(QString, refusal);
    QFETCH(qint64, virtualBytes);
    ImageFixture fixture;
    const auto number = fixture.blocks().write(m_owner.project, content, 64 << 10);
    QVERIFY2(number, qPrintable(number ? QString() : number.error().detail));
    const auto map = fixture.database().read([&](ReadTransaction &t) { return MapStore::find(t, *number); });
    QVERIFY(map && *map);
    const auto finding = fixture.works().inspect(**map, declared);
    if (refusal.isEmpty()) {
        QVERIFY2(finding, qPrintable(finding ? QString() : finding.error().message));
        QCOMPARE(finding->virtualBytes, virtualBytes);
    } else {
        QVERIFY2(!finding, "it was taken");
        QCOMPARE(finding.error().code, ErrorCode::Invalid);
        QVERIFY2(finding.error().message.contains(refusal), qPrintable(finding.error().message));
        QVERIFY(!finding.error().message.contains(QStringLiteral("/tmp")));
    }
    QCOMPARE(fixture.filesIn(QStringLiteral("scratch")), QStringList());
}

static NewImage wanted(const char *format)
{
    NewImage image;
    image.name = QStringLiteral("tiny");
    image.diskFormat = QString::fromLatin1(format);
    image.containerFormat = QStringLiteral("bare");
    image.visibility = ImageVisibility::Public;
    image.properties = { { QStringLiteral("os"), QStringLiteral("tiny") } };
    return image;
}

void tst_Inspection::aRefusedFileLeavesNothing()
{
    ImageFixture fixture;
    fixture.addProject(m_owner.project);
    const QString path = fixture.write(QStringLiteral("bad"), made(QStringLiteral("backed.qcow2")));
    const auto registered = fixture.works().registerFile(m_owner, wanted("qcow2"), path);
    QVERIFY(!registered);
    QCOMPARE(registered.error().code, ErrorCode::Invalid);
    const auto absent = fixture.works().registerFile(m_owner, wanted("raw"), QStringLiteral("/nowhere/x"));
    QVERIFY(!absent);
    QVERIFY(fixture.works().blocks().collect());
    for (const QByteArray table : { "image", "object", "version", "map", "map_block", "block", "block_ref" })
        QCOMPARE(fixture.count("SELECT COUNT(*) FROM " + table), 0);
    QCOMPARE(fixture.count("SELECT COALESCE(SUM(used), 0) FROM quota_project"), 0);
    QCOMPARE(fixture.blocks().storedBlocks().size(), 0);
}

void tst_Inspection::aRegisteredFileIsAnImage()
{
    ImageFixture fixture;
    fixture.addProject(m_owner.project);
    const QByteArray content = made(QStringLiteral("disk.qcow2"));
    const QString path = fixture.write(QStringLiteral("tiny.qcow2"), content);
    const auto id = fixture.works().registerFile(m_owner, wanted("qcow2"), path);
    QVERIFY2(id, qPrintable(id ? QString() : id.error().message + id.error().detail));
    const auto image = fixture.database().read([&](ReadTransaction &t) { return ImageStore::find(t, *id); });
    QVERIFY(image && *image);
    QVERIFY((*image)->status == ImageStatus::Active);
    QCOMPARE((*image)->sizeBytes, content.size());
    QCOMPARE((*image)->virtualSizeBytes, 3 << 20);
    QCOMPARE((*image)->md5.size(), 32);
    QCOMPARE((*image)->sha512.size(), 128);
    QCOMPARE((*image)->properties, wanted("qcow2").properties);
    QVERIFY(*fixture.blocks().read((*image)->mapNumber) == content);
    QCOMPARE(fixture.count("SELECT SUM(used) FROM quota_project WHERE resource = 'pithos.diskspace'"),
        content.size());
}

NEPHELE_TEST(tst_Inspection)
#include "tst_inspection.moc"
