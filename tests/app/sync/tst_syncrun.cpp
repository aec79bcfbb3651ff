// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncname.h"
#include "app/sync/uploadjob.h"
#include "tests/app/sync/syncfixture.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QThread>

using namespace nephele;
using namespace nephele::test;

namespace {

constexpr qint64 blockBytes = 4 << 20;

QByteArray randomBytes(qint64 size, quint32 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator random(seed);
    random.fillRange(reinterpret_cast<quint32 *>(bytes.data()), size / 4);
    return bytes;
}

QString whyNotEqual(const Result<SyncReport> &report)
{
    if (!report)
        return report.error().message + u' ' + report.error().detail;
    return report->failures.keys().join(u',') + u' ' + report->failures.values().join(u',');
}

} // namespace

// Folders against a whole cloud in a process of its own.
class tst_SyncRun : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void whoMayNotSignInIsTold();
    void aFolderThatIsBusyIsTold();
    void aTreeGoesThereAndToAnotherFolder();
    void whatIsOnBothSidesIsNotMoved();
    void aConflictKeepsBothFiles();
    void whatWasChangedOutlivesADeletion_data();
    void whatWasChangedOutlivesADeletion();
    void aRenameMovesNoContent();
    void foldersAndFilesTakeEachOthersPlaces();
    void anEmptyFolderIsKept();
    void aDeletedTreeIsDeletedWhole();
    void namesThatCannotBePathsAreRefused();
    void linksAreNeitherFollowedNorReplaced();
    void ignoredNamesAreLeftAloneOnBothSides();
    void theRightToRunIsKept();
    void metadataOfOthersSurvivesAnUpload();
    void aFolderThatIsEmptyAllOfASudden();
    void aContainerThatIsGoneDeletesNothing();
    void aDryRunTouchesNothing();
    void aPrefixIsAWorldOfItsOwn();
    void objectsPutTogetherFromOthersAreRefusedAlone();
    void aSharedFolderIsWrittenWithOnesOwnBlocks();
    void knownBlocksAreNotFetched();
    void anInterruptedUploadGoesOn();
    void anInterruptedDownloadGoesOn();
    void anObjectThatCameMeanwhileIsNotOverwritten();
    void aFileThatKeepsChangingIsToldAndReadLater();
    void aWatchBringsWhatComesThereAndHere();
    void aWatchKnowsOfChangesWithoutPolling();
    void randomEditsEndEqual_data();
    void randomEditsEndEqual();

private:
    // Runs until neither has anything to do; at most a few rounds.
    void settle(SyncSide &a, SyncSide &b);

    std::unique_ptr<SyncCloud> m_cloud;
};

#define SYNCED(side)                                                                                         \
    if (const auto synced = (side).sync(); !synced || !synced->isEqual())                                    \
    QFAIL(qPrintable(whyNotEqual(synced)))

void tst_SyncRun::initTestCase()
{
    m_cloud = std::make_unique<SyncCloud>();
}

void tst_SyncRun::settle(SyncSide &a, SyncSide &b)
{
    for (int round = 0; round < 6; ++round) {
        SYNCED(a);
        const bool wasQuiet = a.events().isEmpty();
        SYNCED(b);
        if (wasQuiet && b.events().isEmpty())
            return;
    }
    QFAIL("they never come to rest");
}

void tst_SyncRun::whoMayNotSignInIsTold()
{
    SyncSide side(*m_cloud, m_cloud->newContainer(), QStringLiteral("a"));
    side.settings.credentials.password = QStringLiteral("wrong");
    const auto report = side.sync();
    QVERIFY(!report);
    QCOMPARE(report.error().code, ErrorCode::Unauthenticated);
    side.settings.address.cloud = QUrl(QStringLiteral("http://127.0.0.1:1"));
    QCOMPARE(side.sync().error().code, ErrorCode::Unavailable);
    side.settings.folder += QStringLiteral("/none");
    QCOMPARE(side.sync().error().code, ErrorCode::NotFound);
}

void tst_SyncRun::aFolderThatIsBusyIsTold()
{
    SyncSide side(*m_cloud, m_cloud->newContainer(), QStringLiteral("a"));
    const auto held = SyncFolder::open(side.settings.folder);
    QVERIFY(held);
    QCOMPARE(side.sync().error().code, ErrorCode::Busy);
}

void tst_SyncRun::aTreeGoesThereAndToAnotherFolder()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    a.write(QStringLiteral("small"), "hello");
    a.write(QStringLiteral("empty"), {});
    a.write(QStringLiteral("ä/%41 #?&+;=:@.txt"), "odd name");
    a.write(QStringLiteral("line\nend"), "odder name");
    a.write(QStringLiteral("zeros"), QByteArray(blockBytes + 100, '\0'));
    a.write(QStringLiteral("trailing"), QByteArray(70'000, 'x') + QByteArray(100'000, '\0'));
    a.write(QStringLiteral("large"), randomBytes(2 * blockBytes + 12, 1));
    SYNCED(a);
    QCOMPARE(m_cloud->content(address, QStringLiteral("small")), QByteArray("hello"));
    QCOMPARE(m_cloud->content(address, QStringLiteral("ä/%41 #?&+;=:@.txt")), QByteArray("odd name"));
    QCOMPARE(m_cloud->content(address, QStringLiteral("large")), a.read(QStringLiteral("large")));
    QCOMPARE(m_cloud->content(address, QStringLiteral("zeros")), a.read(QStringLiteral("zeros")));
    SYNCED(b);
    QCOMPARE(b.tree(), a.tree());
    // And back: changed, appended to, cut.
    b.write(QStringLiteral("small"), "changed");
    b.write(QStringLiteral("large"), b.read(QStringLiteral("large")).left(blockBytes) + "tail");
    b.write(QStringLiteral("zeros"), QByteArray(10, '\0'));
    SYNCED(b);
    SYNCED(a);
    QCOMPARE(a.tree(), b.tree());
    QCOMPARE(a.read(QStringLiteral("small")), QByteArray("changed"));
    SYNCED(a);
    QVERIFY(a.events().isEmpty());
}

void tst_SyncRun::whatIsOnBothSidesIsNotMoved()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.write(QStringLiteral("x"), randomBytes(100'000, 2));
    m_cloud->put(address, QStringLiteral("x"), a.read(QStringLiteral("x")));
    const auto report = a.sync();
    QVERIFY(report && report->isEqual());
    QCOMPARE(report->sentBytes, 0);
    QCOMPARE(report->receivedBytes, 0);
    QVERIFY(a.events().isEmpty());
    QCOMPARE(report->conflicts, 0);
}

void tst_SyncRun::aConflictKeepsBothFiles()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    a.write(QStringLiteral("d/text.txt"), "common");
    settle(a, b);
    a.write(QStringLiteral("d/text.txt"), "by a");
    b.write(QStringLiteral("d/text.txt"), "by b");
    SYNCED(a);
    const auto report = b.sync();
    QVERIFY(report && report->isEqual());
    QCOMPARE(report->conflicts, 1);
    SYNCED(a);
    QCOMPARE(a.tree(), b.tree());
    QCOMPARE(a.read(QStringLiteral("d/text.txt")), QByteArray("by a"));
    const QStringList files = QDir(a.path(QStringLiteral("d"))).entryList(QDir::Files);
    QCOMPARE(files.size(), 2);
    QVERIFY2(
        files.constFirst().startsWith(QStringLiteral("text (conflict b ")), qPrintable(files.constFirst()));
    QVERIFY(files.constFirst().endsWith(QStringLiteral(").txt")));
    QCOMPARE(a.read(QStringLiteral("d/") + files.constFirst()), QByteArray("by b"));
}

void tst_SyncRun::whatWasChangedOutlivesADeletion_data()
{
    QTest::addColumn<bool>("firstDeletes");
    QTest::addRow("deleted, then changed elsewhere") << true;
    QTest::addRow("changed, then deleted elsewhere") << false;
}

void tst_SyncRun::whatWasChangedOutlivesADeletion()
{
    QFETCH(bool, firstDeletes);
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    a.write(QStringLiteral("x"), "common");
    a.write(QStringLiteral("other"), "stays");
    settle(a, b);
    (firstDeletes ? a : b).remove(QStringLiteral("x"));
    (firstDeletes ? b : a).write(QStringLiteral("x"), "changed");
    settle(a, b);
    QCOMPARE(a.read(QStringLiteral("x")), QByteArray("changed"));
    QCOMPARE(b.tree(), a.tree());
}

void tst_SyncRun::aRenameMovesNoContent()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    a.write(QStringLiteral("x"), randomBytes(blockBytes + 1000, 3));
    a.write(QStringLiteral("twin"), a.read(QStringLiteral("x")));
    settle(a, b);
    const QByteArray uuid = m_cloud->call("HEAD", address, QStringLiteral("x")).header("X-Object-UUID");
    QVERIFY(!uuid.isEmpty());
    a.rename(QStringLiteral("x"), QStringLiteral("d/y"));
    const auto sent = a.sync();
    QVERIFY(sent && sent->isEqual());
    QCOMPARE(a.events(), { QStringLiteral("MoveRemote x") });
    QCOMPARE(sent->sentBytes, 0);
    QCOMPARE(m_cloud->call("HEAD", address, QStringLiteral("d/y")).header("X-Object-UUID"), uuid);
    const auto received = b.sync();
    QVERIFY(received && received->isEqual());
    QCOMPARE(b.events(), { QStringLiteral("RenameLocal x") });
    QCOMPARE(received->receivedBytes, 0);
    QCOMPARE(b.tree(), a.tree());
    // And on the server, by somebody else; b has changed it meanwhile.
    b.write(QStringLiteral("d/y"), "changed");
    QCOMPARE(m_cloud
                 ->call("MOVE", address, QStringLiteral("d/y"), {},
                     { { "Destination", "/" + QUrl::toPercentEncoding(address.container) + "/z" } })
                 .status,
        201);
    settle(b, a);
    QCOMPARE(a.read(QStringLiteral("z")), QByteArray("changed"));
    QVERIFY(!a.exists(QStringLiteral("d")));
    QCOMPARE(b.tree(), a.tree());
}

void tst_SyncRun::foldersAndFilesTakeEachOthersPlaces()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    a.write(QStringLiteral("file"), "1");
    a.write(QStringLiteral("folder/x"), "2");
    a.write(QStringLiteral("both"), "3");
    a.write(QStringLiteral("other/x"), "4");
    settle(a, b);
    a.remove(QStringLiteral("file"));
    a.write(QStringLiteral("file/x"), "5");
    a.remove(QStringLiteral("folder"));
    a.write(QStringLiteral("folder"), "6");
    settle(a, b);
    QCOMPARE(b.read(QStringLiteral("file/x")), QByteArray("5"));
    QCOMPARE(b.read(QStringLiteral("folder")), QByteArray("6"));
    QCOMPARE(b.tree(), a.tree());
    // One makes it a folder, the other changes the file; and the reverse.
    a.remove(QStringLiteral("both"));
    a.write(QStringLiteral("both/x"), "7");
    b.write(QStringLiteral("both"), "8");
    a.remove(QStringLiteral("other"));
    a.write(QStringLiteral("other"), "9");
    b.write(QStringLiteral("other/y"), "10");
    SYNCED(a);
    const auto report = b.sync();
    QVERIFY(report && report->isEqual());
    QCOMPARE(report->conflicts, 2);
    settle(a, b);
    QCOMPARE(b.tree(), a.tree());
    const QByteArray all = a.tree().values().join(',') + ',';
    for (const char *content : { "7,", "8,", "9,", "10," })
        QVERIFY2(all.contains(content), all.constData());
}

void tst_SyncRun::anEmptyFolderIsKept()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    QVERIFY(QDir().mkpath(a.path(QStringLiteral("e/f"))));
    a.write(QStringLiteral("x"), "1");
    settle(a, b);
    QVERIFY(QFileInfo(b.path(QStringLiteral("e/f"))).isDir());
    QVERIFY(m_cloud->call("HEAD", address, QStringLiteral("e/f"))
                .header("Content-Type")
                .startsWith("application/directory"));
    // Filled and emptied again, it is still one.
    b.write(QStringLiteral("e/f/g"), "2");
    settle(b, a);
    a.remove(QStringLiteral("e/f/g"));
    settle(a, b);
    QVERIFY(QFileInfo(b.path(QStringLiteral("e/f"))).isDir());
    a.remove(QStringLiteral("e"));
    settle(a, b);
    QVERIFY(!b.exists(QStringLiteral("e")));
    QCOMPARE(m_cloud->names(address), { QStringLiteral("x") });
}

void tst_SyncRun::aDeletedTreeIsDeletedWhole()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    for (int i = 0; i < 12; ++i)
        a.write(QStringLiteral("stays/%1").arg(i), QByteArray::number(i));
    a.write(QStringLiteral("t/u/v/1"), "1");
    a.write(QStringLiteral("t/2"), "2");
    settle(a, b);
    a.remove(QStringLiteral("t"));
    settle(a, b);
    QVERIFY(!b.exists(QStringLiteral("t")));
    QVERIFY(!a.exists(QStringLiteral("t")));
    QCOMPARE(m_cloud->names(address).filter(QStringLiteral("t/")).size(), 0);
}

void tst_SyncRun::namesThatCannotBePathsAreRefused()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    m_cloud->put(address, QStringLiteral("good"), "1");
    for (const QString &name : { QStringLiteral("%2E%2E/up"), QStringLiteral("x/%2E%2E/%2E%2E/up"),
             QStringLiteral("y//z"), QStringLiteral("%2Fetc/up"), QString(300, u'n') })
        (void)m_cloud->call("PUT", address, name, "evil", { { "Content-Type", "text/plain" } });
    // What a server takes, and what Qt makes of such an address, is their own matter.
    QStringList hostile = m_cloud->names(address);
    hostile.removeIf([](const QString &name) { return !whyNoSyncName(name); });
    QVERIFY2(hostile.size() >= 3, qPrintable(hostile.join(u' ')));
    m_cloud->put(address, QStringLiteral("clash"), "2");
    m_cloud->put(address, QStringLiteral("clash/x"), "3");
    const auto report = a.sync();
    QVERIFY2(report.ok(), report ? "" : qPrintable(report.error().message));
    QCOMPARE(QSet<QString>(hostile.cbegin(), hostile.cend()).size() + 1, report->failures.size());
    QVERIFY(report->failures.contains(QStringLiteral("clash")));
    QCOMPARE(a.tree().keys(),
        (QStringList { QStringLiteral("clash"), QStringLiteral("clash/x"), QStringLiteral("good") }));
    QVERIFY(!QFile::exists(QDir(a.settings.folder).filePath(QStringLiteral("../up"))));
    // Nor is anything of it taken for deleted the next time.
    QVERIFY(a.sync());
    QCOMPARE(m_cloud->names(address).size(), hostile.size() + 3);
}

void tst_SyncRun::linksAreNeitherFollowedNorReplaced()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    QTemporaryDir outside;
    a.write(QStringLiteral("d/x"), "1");
    a.write(QStringLiteral("y"), "2");
    SYNCED(a);
    a.remove(QStringLiteral("d"));
    QVERIFY(QFile::link(outside.path(), a.path(QStringLiteral("d"))));
    m_cloud->put(address, QStringLiteral("d/x"), "changed there");
    m_cloud->put(address, QStringLiteral("d/new"), "new there");
    const auto report = a.sync();
    QVERIFY(report.ok());
    QCOMPARE(report->failures.keys(), (QStringList { QStringLiteral("d/new"), QStringLiteral("d/x") }));
    QVERIFY(QDir(outside.path()).isEmpty());
    QCOMPARE(m_cloud->content(address, QStringLiteral("d/x")), QByteArray("changed there"));
    QVERIFY(report->skipped.join(u'\n').startsWith(QStringLiteral("d: ")));
}

void tst_SyncRun::ignoredNamesAreLeftAloneOnBothSides()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.write(QStringLiteral(".nepheleignore"), "*.log\ncache/\n");
    a.write(QStringLiteral("here.log"), "1");
    a.write(QStringLiteral("cache/x"), "2");
    a.write(QStringLiteral("note~"), "3");
    m_cloud->put(address, QStringLiteral("there.log"), "4");
    m_cloud->put(address, QStringLiteral("cache/y"), "5");
    SYNCED(a);
    QCOMPARE(m_cloud->names(address),
        (QStringList {
            QStringLiteral(".nepheleignore"), QStringLiteral("cache/y"), QStringLiteral("there.log") }));
    QVERIFY(!a.exists(QStringLiteral("there.log")));
    QCOMPARE(a.read(QStringLiteral("cache/x")), QByteArray("2"));
    // Synced once, ignored since: nothing happens to either.
    a.write(QStringLiteral("text"), "6");
    SYNCED(a);
    a.write(QStringLiteral(".nepheleignore"), "text\n*.log\ncache/\n");
    a.remove(QStringLiteral("text"));
    SYNCED(a);
    QCOMPARE(m_cloud->content(address, QStringLiteral("text")), QByteArray("6"));
}

void tst_SyncRun::theRightToRunIsKept()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    const QString name = QStringLiteral("run.sh");
    const auto mayRun = [&](const SyncSide &side) {
        return bool(QFile::permissions(side.path(name)) & QFile::ExeOwner);
    };
    a.write(name, "#!/bin/sh\n");
    QVERIFY(QFile::setPermissions(a.path(name), QFile::permissions(a.path(name)) | QFile::ExeOwner));
    settle(a, b);
    QVERIFY(mayRun(b));
    QVERIFY(QFile::setPermissions(b.path(name), QFile::ReadOwner | QFile::WriteOwner));
    settle(b, a);
    QVERIFY(!mayRun(a));
    QVERIFY(QFile::setPermissions(a.path(name), QFile::permissions(a.path(name)) | QFile::ExeOwner));
    a.write(name, "#!/bin/sh\ntrue\n");
    settle(a, b);
    QVERIFY(mayRun(b));
    QCOMPARE(b.read(name), QByteArray("#!/bin/sh\ntrue\n"));
}

void tst_SyncRun::metadataOfOthersSurvivesAnUpload()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.write(QStringLiteral("x.txt"), "1");
    SYNCED(a);
    QCOMPARE(
        m_cloud->call(
                   "POST", address, QStringLiteral("x.txt?update"), {}, { { "X-Object-Meta-Tags", "red" } })
            .status,
        202);
    a.write(QStringLiteral("x.txt"), "2");
    SYNCED(a);
    const auto head = m_cloud->call("HEAD", address, QStringLiteral("x.txt"));
    QCOMPARE(head.header("X-Object-Meta-Tags"), QByteArray("red"));
    QVERIFY(head.header("Content-Type").startsWith("text/plain"));
    QCOMPARE(m_cloud->content(address, QStringLiteral("x.txt")), QByteArray("2"));
}

void tst_SyncRun::aFolderThatIsEmptyAllOfASudden()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    for (int i = 0; i < 5; ++i)
        a.write(QString::number(i), QByteArray::number(i));
    SYNCED(a);
    for (int i = 0; i < 5; ++i)
        a.remove(QString::number(i));
    const auto stopped = a.sync();
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Conflict);
    QCOMPARE(m_cloud->names(address).size(), 5);
    a.settings.massDeletions = MassDeletions::Allowed;
    SYNCED(a);
    QCOMPARE(m_cloud->names(address).size(), 0);
}

void tst_SyncRun::aContainerThatIsGoneDeletesNothing()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.write(QStringLiteral("x"), "1");
    SYNCED(a);
    QCOMPARE(m_cloud->call("DELETE", address, QStringLiteral("x")).status, 204);
    QCOMPARE(m_cloud->call("DELETE", address, {}).status, 204);
    QVERIFY(!a.sync());
    QCOMPARE(a.read(QStringLiteral("x")), QByteArray("1"));
}

void tst_SyncRun::aDryRunTouchesNothing()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.write(QStringLiteral("here"), "1");
    m_cloud->put(address, QStringLiteral("there"), "2");
    a.settings.mode = SyncMode::DryRun;
    const auto report = a.sync();
    QVERIFY(report.ok());
    QCOMPARE(a.events(), (QStringList { QStringLiteral("Download there"), QStringLiteral("Upload here") }));
    QCOMPARE(a.tree().keys(), { QStringLiteral("here") });
    QCOMPARE(m_cloud->names(address), { QStringLiteral("there") });
}

void tst_SyncRun::aPrefixIsAWorldOfItsOwn()
{
    const auto whole = m_cloud->newContainer();
    ContainerAddress part = whole;
    part.prefix = QStringLiteral("docs/2026");
    SyncSide a(*m_cloud, part, QStringLiteral("a"));
    m_cloud->put(whole, QStringLiteral("outside"), "1");
    m_cloud->put(whole, QStringLiteral("docs/2026x/y"), "2");
    m_cloud->put(whole, QStringLiteral("docs/2026/in"), "3");
    a.write(QStringLiteral("out/x"), "4");
    SYNCED(a);
    QCOMPARE(a.tree().keys(),
        (QStringList { QStringLiteral("in"), QStringLiteral("out"), QStringLiteral("out/x") }));
    QCOMPARE(m_cloud->content(whole, QStringLiteral("docs/2026/out/x")), QByteArray("4"));
    a.rename(QStringLiteral("in"), QStringLiteral("inside"));
    SYNCED(a);
    QCOMPARE(m_cloud->content(whole, QStringLiteral("docs/2026/inside")), QByteArray("3"));
    QCOMPARE(m_cloud->names(whole).size(), 4);
}

// Several in a row are no sign of a cloud that is down.
void tst_SyncRun::objectsPutTogetherFromOthersAreRefusedAlone()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    m_cloud->put(address, QStringLiteral("segments/1"), "one");
    QStringList manifests;
    for (int i = 0; i < 5; ++i) {
        manifests.append(QStringLiteral("whole%1").arg(i));
        QCOMPARE(
            m_cloud
                ->call("PUT", address, manifests.constLast(), {},
                    { { "Content-Type", "text/plain" },
                        { "X-Object-Manifest", QUrl::toPercentEncoding(address.container) + "/segments/" } })
                .status,
            201);
    }
    a.write(QStringLiteral("z"), "2");
    const auto report = a.sync();
    QVERIFY2(report.ok(), report ? "" : qPrintable(report.error().message));
    QCOMPARE(report->failures.keys(), manifests);
    QCOMPARE(a.read(QStringLiteral("segments/1")), QByteArray("one"));
    QCOMPARE(m_cloud->content(address, QStringLiteral("z")), QByteArray("2"));
    QVERIFY(!a.exists(manifests.constFirst()));
}

void tst_SyncRun::aSharedFolderIsWrittenWithOnesOwnBlocks()
{
    auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    QString id;
    const Credentials guest = m_cloud->newUser(QStringLiteral("guest"), &id);
    m_cloud->put(address, QStringLiteral("private"), "1");
    QCOMPARE(m_cloud
                 ->call("PUT", address, QStringLiteral("shared"), {},
                     { { "Content-Type", "application/directory" },
                         { "X-Object-Sharing", "write=" + id.toLatin1() } })
                 .status,
        201);
    address.prefix = QStringLiteral("shared");
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    b.settings.credentials = guest;
    b.write(QStringLiteral("large"), randomBytes(blockBytes + 1000, 8));
    b.write(QStringLiteral("d/small"), "2");
    SYNCED(b);
    SYNCED(a);
    QCOMPARE(a.read(QStringLiteral("shared/large")), b.read(QStringLiteral("large")));
    QCOMPARE(a.read(QStringLiteral("shared/d/small")), QByteArray("2"));
    a.write(QStringLiteral("shared/d/small"), "by the owner");
    settle(a, b);
    QCOMPARE(b.read(QStringLiteral("d/small")), QByteArray("by the owner"));
    QVERIFY(!b.exists(QStringLiteral("private")));
    // A guest may not delete, so a rename of his leaves the old name there, and he is told.
    b.rename(QStringLiteral("large"), QStringLiteral("larger"));
    const auto report = b.sync();
    QVERIFY(report.ok());
    QCOMPARE(report->failures.keys(), { QStringLiteral("large") });
    SYNCED(a);
    QCOMPARE(a.read(QStringLiteral("shared/larger")), b.read(QStringLiteral("larger")));
}

void tst_SyncRun::knownBlocksAreNotFetched()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    const QByteArray content = randomBytes(3 * blockBytes, 4);
    a.write(QStringLiteral("x"), content);
    settle(a, b);
    // A copy with another end: two blocks of three are here already.
    a.write(QStringLiteral("copy"), content.left(2 * blockBytes) + "another end");
    const auto sent = a.sync();
    QVERIFY(sent && sent->isEqual());
    QCOMPARE(sent->sentBytes, 11);
    const auto received = b.sync();
    QVERIFY(received && received->isEqual());
    QCOMPARE(received->receivedBytes, 11);
    // The middle changed: the rest of the old file is used.
    QByteArray changed = content;
    changed[blockBytes + 5] = char(~changed[blockBytes + 5]);
    a.write(QStringLiteral("x"), changed);
    SYNCED(a);
    const auto middle = b.sync();
    QVERIFY(middle && middle->isEqual());
    QCOMPARE(middle->receivedBytes, blockBytes);
    QCOMPARE(b.tree(), a.tree());
}

void tst_SyncRun::anInterruptedUploadGoesOn()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    const qint64 size = 10 * blockBytes;
    a.write(QStringLiteral("x"), randomBytes(size, 5));
    qint64 done = 0;
    {
        FolderSync sync(a.settings);
        connect(&sync, &FolderSync::progressed, this,
            [&](const SyncProgress &progress) { done = progress.doneBytes; });
        sync.start();
        QTRY_VERIFY_WITH_TIMEOUT(done >= 3 * blockBytes, 60'000);
    }
    QVERIFY(done < size);
    QCOMPARE(m_cloud->content(address, QStringLiteral("x")), QByteArray("404"));
    const auto rest = a.sync();
    QVERIFY(rest && rest->isEqual());
    QVERIFY2(rest->sentBytes <= size - done, qPrintable(QString::number(rest->sentBytes)));
    QCOMPARE(m_cloud->content(address, QStringLiteral("x")), a.read(QStringLiteral("x")));
}

void tst_SyncRun::anInterruptedDownloadGoesOn()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    const qint64 size = 10 * blockBytes;
    a.write(QStringLiteral("d/x"), randomBytes(size, 6));
    SYNCED(a);
    qint64 done = 0;
    {
        FolderSync sync(b.settings);
        connect(&sync, &FolderSync::progressed, this,
            [&](const SyncProgress &progress) { done = progress.doneBytes; });
        sync.start();
        QTRY_VERIFY_WITH_TIMEOUT(done >= 3 * blockBytes, 60'000);
    }
    QVERIFY(done < size);
    QVERIFY(!b.exists(QStringLiteral("d/x")));
    const auto rest = b.sync();
    QVERIFY(rest && rest->isEqual());
    QVERIFY2(rest->receivedBytes <= size - done, qPrintable(QString::number(rest->receivedBytes)));
    // Nothing is left beside it.
    QCOMPARE(b.tree(), a.tree());
}

void tst_SyncRun::anObjectThatCameMeanwhileIsNotOverwritten()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.write(QStringLiteral("small"), "mine");
    a.write(QStringLiteral("large"), QByteArray(100'000, 'm'));
    m_cloud->put(address, QStringLiteral("small"), "theirs");
    m_cloud->put(address, QStringLiteral("large"), "theirs");

    const auto folder = SyncFolder::open(a.settings.folder);
    QTemporaryDir state;
    const auto store = SyncStore::open(state.filePath(QStringLiteral("s.db")));
    QVERIFY(folder && store);
    CloudSession session(address.cloud);
    session.setCredentials(m_cloud->credentials());
    RemoteContainer container(session, address, 4);
    QThreadPool pool;
    std::atomic_bool isStopped = false;
    const SyncTools tools { **folder, **store, container, pool, isStopped, blockBytes };
    const auto scan = scanFolder(**folder, **store, blockBytes, isStopped);
    QVERIFY(scan);
    const auto listing = waitFor(container.list());
    QVERIFY(listing);
    for (const QString &name : { QStringLiteral("small"), QStringLiteral("large") }) {
        // Listed when there was nothing yet; and listed as an older version.
        RemoteEntry older = listing->entries.value(name);
        --older.version;
        for (const RemoteEntry &listed : { RemoteEntry(), older }) {
            auto *job = new UploadJob(tools, name, scan->entries.value(name), listed, this);
            const auto uploaded = waitFor(job->start());
            QVERIFY(!uploaded);
            QCOMPARE(uploaded.error().code, ErrorCode::PreconditionFailed);
        }
        QCOMPARE(m_cloud->content(address, name), QByteArray("theirs"));
    }
}

void tst_SyncRun::aFileThatKeepsChangingIsToldAndReadLater()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.write(QStringLiteral("quiet"), "1");
    // Long enough to be changed while it is read.
    a.write(QStringLiteral("busy"), randomBytes(4 * blockBytes, 7));
    std::atomic_bool isEnough = false;
    const std::unique_ptr<QThread> writer(QThread::create([&] {
        QFile file(a.path(QStringLiteral("busy")));
        if (!file.open(QIODevice::Append | QIODevice::Unbuffered))
            qFatal("open");
        while (!isEnough) {
            file.write("x");
            QThread::usleep(200);
        }
    }));
    writer->start();
    const auto report = a.sync();
    isEnough = true;
    writer->wait();
    QVERIFY2(report.ok(), report ? "" : qPrintable(report.error().message));
    QCOMPARE(report->failures.keys(), { QStringLiteral("busy") });
    QCOMPARE(m_cloud->content(address, QStringLiteral("quiet")), QByteArray("1"));
    SYNCED(a);
    QCOMPARE(m_cloud->content(address, QStringLiteral("busy")), a.read(QStringLiteral("busy")));
}

void tst_SyncRun::aWatchBringsWhatComesThereAndHere()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.settings.pollMs = 200;
    a.write(QStringLiteral("d/x"), "1");
    FolderSync sync(a.settings);
    QSignalSpy finished(&sync, &FolderSync::finished);
    QSignalSpy stopped(&sync, &FolderSync::stopped);
    sync.start(SyncRepeat::Watch);
    QTRY_VERIFY_WITH_TIMEOUT(!finished.isEmpty(), 30'000);
    QCOMPARE(m_cloud->content(address, QStringLiteral("d/x")), QByteArray("1"));
    m_cloud->put(address, QStringLiteral("d/there"), "2");
    QTRY_COMPARE_WITH_TIMEOUT(a.read(QStringLiteral("d/there")), QByteArray("2"), 30'000);
    a.write(QStringLiteral("d/here"), "3");
    QTRY_COMPARE_WITH_TIMEOUT(m_cloud->content(address, QStringLiteral("d/here")), QByteArray("3"), 30'000);
    sync.stop();
    QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, 30'000);
}

void tst_SyncRun::aWatchKnowsOfChangesWithoutPolling()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    a.settings.pollMs = 3'600'000;
    a.write(QStringLiteral("d/x"), "1");
    FolderSync sync(a.settings);
    QSignalSpy finished(&sync, &FolderSync::finished);
    sync.start(SyncRepeat::Watch);
    QTRY_VERIFY_WITH_TIMEOUT(!finished.isEmpty(), 30'000);
    a.write(QStringLiteral("d/y"), "2");
    QTRY_COMPARE_WITH_TIMEOUT(m_cloud->content(address, QStringLiteral("d/y")), QByteArray("2"), 30'000);
}

void tst_SyncRun::randomEditsEndEqual_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 4; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void tst_SyncRun::randomEditsEndEqual()
{
    QFETCH(quint32, seed);
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    a.settings.massDeletions = MassDeletions::Allowed;
    b.settings.massDeletions = MassDeletions::Allowed;
    RandomEditor editor(seed);
    for (int round = 0; round < 12; ++round) {
        for (int i = editor.bounded(8); i > 0; --i)
            editor.edit(a);
        for (int i = editor.bounded(8); i > 0; --i)
            editor.edit(b);
        if (editor.bounded(3) > 0)
            SYNCED(a);
        if (editor.bounded(3) > 0)
            SYNCED(b);
    }
    settle(a, b);
    QCOMPARE(b.tree(), a.tree());
    const QStringList lost = editor.lostIn(a.tree());
    QVERIFY2(lost.isEmpty(), qPrintable(lost.join(u' ')));
}

NEPHELE_TEST(tst_SyncRun)
#include "tst_syncrun.moc"
