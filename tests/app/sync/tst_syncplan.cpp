// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncplan.h"
#include "tests/support/testregistry.h"

#include <QHash>

using namespace nephele;

namespace {

// "-" nothing, "d" a folder, "1" a file of that content, "1x" the same, executable.
SyncState stateOf(const QString &text)
{
    if (text == QLatin1StringView("-"))
        return {};
    if (text == QLatin1StringView("d"))
        return { SyncState::Kind::Folder, {}, false };
    return { SyncState::Kind::File, hashOfTrimmed(text.left(1).toUtf8()), text.endsWith(QLatin1Char('x')) };
}

// "a=1 b/c=d": names and their states.
template <class Entries>
Entries entriesOf(const QString &text)
{
    Entries entries;
    for (const QString &word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        typename Entries::mapped_type entry;
        const QString name = word.section(QLatin1Char('='), 0, 0);
        entry.state = stateOf(word.section(QLatin1Char('='), 1));
        entries.insert(name, entry);
    }
    return entries;
}

LocalEntries localOf(const QString &text)
{
    LocalEntries entries = entriesOf<LocalEntries>(text);
    const QStringList names = entries.keys();
    for (const QString &name : names) {
        for (qsizetype slash = name.lastIndexOf(u'/'); slash > 0; slash = name.lastIndexOf(u'/', slash - 1)) {
            LocalEntry &above = entries[name.left(slash)];
            above.state.kind = SyncState::Kind::Folder;
            above.hasContent = true;
        }
    }
    return entries;
}

const QHash<SyncStep, QString> words { { SyncStep::Nothing, QStringLiteral("nothing") },
    { SyncStep::Refuse, QStringLiteral("refuse") }, { SyncStep::RenameLocal, QStringLiteral("renameLocal") },
    { SyncStep::MoveRemote, QStringLiteral("moveRemote") },
    { SyncStep::SetAsideLocal, QStringLiteral("setAsideLocal") },
    { SyncStep::SetAsideRemote, QStringLiteral("setAsideRemote") },
    { SyncStep::RemoveLocal, QStringLiteral("removeLocal") }, { SyncStep::Learn, QStringLiteral("learn") },
    { SyncStep::Forget, QStringLiteral("forget") },
    { SyncStep::MakeLocalFolder, QStringLiteral("makeLocal") },
    { SyncStep::MakeRemoteFolder, QStringLiteral("makeRemote") },
    { SyncStep::MarkLocal, QStringLiteral("markLocal") },
    { SyncStep::MarkRemote, QStringLiteral("markRemote") },
    { SyncStep::Download, QStringLiteral("download") }, { SyncStep::Upload, QStringLiteral("upload") },
    { SyncStep::RemoveRemote, QStringLiteral("removeRemote") } };

QString textOf(const SyncPlan &plan)
{
    QStringList out;
    for (const SyncAction &action : plan.actions) {
        QString word = words.value(action.step) + QLatin1Char(':') + action.name;
        if (!action.target.isEmpty())
            word += QLatin1Char('>') + action.target;
        out.append(word);
    }
    return out.join(QLatin1Char(' '));
}

} // namespace

class tst_SyncPlan : public QObject
{
    Q_OBJECT

private slots:
    void onePathIsDecidedByTheTable_data();
    void onePathIsDecidedByTheTable();
    void pathsAreDecidedTogether_data();
    void pathsAreDecidedTogether();
    void whatIsNotSyncedIsNeitherReplacedNorMissed_data();
    void whatIsNotSyncedIsNeitherReplacedNorMissed();
    void anObjectMovedOnTheServerIsRenamedHere();
    void ofEqualFilesTheRenamedOneIsFoundByItsInode();
    void whereNobodyMovesARenameIsSentAgain();
    void lettersOfTwoCasesClashWhereTheFolderKnowsOne();
    void massDeletionsAreSeen_data();
    void massDeletionsAreSeen();
};

void tst_SyncPlan::onePathIsDecidedByTheTable_data()
{
    QTest::addColumn<QString>("known");
    QTest::addColumn<QString>("local");
    QTest::addColumn<QString>("remote");
    QTest::addColumn<QString>("step");
    const auto row = [](const char *name, const char *known, const char *local, const char *remote,
                         const char *step) {
        QTest::addRow("%s", name) << QString::fromLatin1(known) << QString::fromLatin1(local)
                                  << QString::fromLatin1(remote) << QString::fromLatin1(step);
    };
    row("all alike", "1", "1", "1", "nothing");
    row("all missing", "-", "-", "-", "nothing");
    row("new there", "-", "-", "1", "download");
    row("new here", "-", "1", "-", "upload");
    row("changed there", "1", "1", "2", "download");
    row("changed here", "1", "2", "1", "upload");
    row("deleted there", "1", "1", "-", "removeLocal");
    row("deleted here", "1", "-", "1", "removeRemote");
    row("both deleted", "1", "-", "-", "forget");
    row("both new and alike", "-", "1", "1", "learn");
    row("both changed and alike", "1", "2", "2", "learn");
    row("both new and different", "-", "1", "2", "setAsideLocal");
    row("both changed and different", "1", "2", "3", "setAsideLocal");
    row("deleted here, changed there", "1", "-", "2", "download");
    row("changed here, deleted there", "1", "2", "-", "upload");
    row("folder new there", "-", "-", "d", "makeLocal");
    row("folder new here", "-", "d", "-", "makeRemote");
    row("folder deleted there", "d", "d", "-", "removeLocal");
    row("folder deleted here", "d", "-", "d", "removeRemote");
    row("folder at both", "-", "d", "d", "learn");
    row("file became a folder here", "1", "d", "1", "makeRemote");
    row("file became a folder there", "1", "1", "d", "removeLocal");
    row("folder became a file here", "d", "1", "d", "upload");
    row("folder became a file there", "d", "d", "1", "download");
    row("new file here, new folder there", "-", "1", "d", "setAsideLocal");
    row("new empty folder here, new file there", "-", "d", "1", "download");
    row("may be run, there", "1", "1", "1x", "markLocal");
    row("may be run, here", "1", "1x", "1", "markRemote");
    row("may no longer be run, there", "1x", "1x", "1", "markLocal");
    row("may no longer be run, here", "1x", "1", "1x", "markRemote");
    row("changed and may be run, there", "1", "1", "2x", "download");
    row("new at both, may be run here", "-", "1x", "1", "markRemote");
    row("new at both, may be run there", "-", "1", "1x", "markLocal");
}

void tst_SyncPlan::onePathIsDecidedByTheTable()
{
    QFETCH(QString, known);
    QFETCH(QString, local);
    QFETCH(QString, remote);
    QFETCH(QString, step);
    QCOMPARE(words.value(decideSync(stateOf(known), stateOf(local), stateOf(remote))), step);
}

void tst_SyncPlan::pathsAreDecidedTogether_data()
{
    QTest::addColumn<QString>("known");
    QTest::addColumn<QString>("local");
    QTest::addColumn<QString>("remote");
    QTest::addColumn<QString>("steps");
    const auto row = [](const char *name, const char *known, const char *local, const char *remote,
                         const char *steps) {
        QTest::addRow("%s", name) << QString::fromLatin1(known) << QString::fromLatin1(local)
                                  << QString::fromLatin1(remote) << QString::fromLatin1(steps);
    };
    row("nothing anywhere", "", "", "", "");
    row("a folder with files needs no object", "", "a/b=1", "", "upload:a/b");
    row("a folder with an object keeps it", "a=d a/b=1", "a/b=1", "a=d a/b=1", "");
    row("a tree deleted here", "a=d a/b=1 a/c=2", "", "a=d a/b=1 a/c=2 z=3",
        "download:z removeRemote:a/c removeRemote:a/b removeRemote:a");
    row("a tree deleted there, deepest first", "a=d a/b=1 a/c=2 z=3", "a/b=1 a/c=2 z=3", "z=3",
        "removeLocal:a/c removeLocal:a/b removeLocal:a");
    row("renamed here", "a=1", "b=1", "a=1", "moveRemote:a>b");
    row("renamed here into a folder", "a=1", "d/a=1", "a=1", "moveRemote:a>d/a");
    row("renamed here, changed there", "a=1", "b=1", "a=2", "download:a upload:b");
    row("renamed here, deleted there", "a=1", "b=1", "", "forget:a upload:b");
    row("copied here is no rename", "a=1", "a=1 b=1", "a=1", "upload:b");
    row("one of two equal ones renamed", "a=1 x/n=1", "y/n=1", "a=1 x/n=1",
        "moveRemote:x/n>y/n removeRemote:a");
    row("file became a tree here", "a=1", "a/b=2", "a=1", "upload:a/b removeRemote:a");
    row("file became a tree there", "a=1", "a=1", "a/b=2", "removeLocal:a download:a/b");
    row("file changed here, became a tree there", "a=1", "a=3", "a/b=2", "setAsideLocal:a");
    row("new file here, new tree there", "", "a=3", "a/b=2", "setAsideLocal:a");
    row("tree became a file here", "a/b=1", "a=2", "a/b=1", "upload:a removeRemote:a/b");
    row("tree became a file there", "a/b=1", "a/b=1", "a=2", "removeLocal:a/b download:a");
    row("tree became a file there, new in it here", "a/b=1", "a/b=1 a/c=3", "a=2",
        "setAsideRemote:a removeLocal:a/b upload:a/c");
    row("new tree here, new file there", "", "a/b=1", "a=2", "setAsideRemote:a upload:a/b");
    row("file and tree of one name there", "", "", "a=1 a/b=2", "refuse:a download:a/b");
    row("file here, the same and a tree there", "a=1", "a=1", "a=1 a/b=2", "refuse:a/b");
    row("empty folder here, file there", "", "a=d", "a=1", "download:a");
    row("folder here for an object far below", "", "", "a/b/c=1 a=d", "makeLocal:a download:a/b/c");
}

void tst_SyncPlan::pathsAreDecidedTogether()
{
    QFETCH(QString, known);
    QFETCH(QString, local);
    QFETCH(QString, remote);
    QFETCH(QString, steps);
    const auto plan =
        planSync(entriesOf<KnownEntries>(known), localOf(local), entriesOf<RemoteEntries>(remote));
    QCOMPARE(textOf(plan), steps);
}

void tst_SyncPlan::whatIsNotSyncedIsNeitherReplacedNorMissed_data()
{
    QTest::addColumn<QString>("known");
    QTest::addColumn<QString>("remote");
    QTest::addColumn<QString>("steps");
    const auto row = [](const char *name, const char *known, const char *remote, const char *steps) {
        QTest::addRow("%s", name) << QString::fromLatin1(known) << QString::fromLatin1(remote)
                                  << QString::fromLatin1(steps);
    };
    row("a link where a file was", "a=1", "a=1", "");
    row("a link where a file was, changed there", "a=1", "a=2", "refuse:a");
    row("a link where a file was, deleted there", "a=1", "", "");
    row("a link where a folder was", "a/b=1 a/c=2", "a/b=1 a/c=2", "");
    row("a link where a folder was, new there", "a/b=1", "a/b=1 a/c=2", "refuse:a/c");
    row("a link where an object comes", "", "a=1", "refuse:a");
}

void tst_SyncPlan::whatIsNotSyncedIsNeitherReplacedNorMissed()
{
    QFETCH(QString, known);
    QFETCH(QString, remote);
    QFETCH(QString, steps);
    LocalEntries local;
    local[QStringLiteral("a")].blockedBy = QStringLiteral("a link");
    const auto plan = planSync(entriesOf<KnownEntries>(known), local, entriesOf<RemoteEntries>(remote));
    QCOMPARE(textOf(plan), steps);
}

void tst_SyncPlan::anObjectMovedOnTheServerIsRenamedHere()
{
    KnownEntries known = entriesOf<KnownEntries>(QStringLiteral("a=1"));
    known[QStringLiteral("a")].uuid = QStringLiteral("u");
    RemoteEntries remote = entriesOf<RemoteEntries>(QStringLiteral("d/b=1"));
    remote[QStringLiteral("d/b")].uuid = QStringLiteral("u");
    QCOMPARE(
        textOf(planSync(known, localOf(QStringLiteral("a=1")), remote)), QStringLiteral("renameLocal:a>d/b"));
    // Changed here meanwhile: it is still that file, and goes up under its new name at the next look.
    QCOMPARE(
        textOf(planSync(known, localOf(QStringLiteral("a=2")), remote)), QStringLiteral("renameLocal:a>d/b"));
    // Something else has that name here.
    QCOMPARE(textOf(planSync(known, localOf(QStringLiteral("a=1 d/b=3")), remote)),
        QStringLiteral("setAsideLocal:d/b removeLocal:a"));
    QCOMPARE(textOf(planSync(known, {}, remote)), QStringLiteral("forget:a download:d/b"));
}

void tst_SyncPlan::ofEqualFilesTheRenamedOneIsFoundByItsInode()
{
    KnownEntries known = entriesOf<KnownEntries>(QStringLiteral("a=1 b=1"));
    known[QStringLiteral("b")].inode = 7;
    LocalEntries local = localOf(QStringLiteral("c=1"));
    local[QStringLiteral("c")].identity.inode = 7;
    const auto remote = entriesOf<RemoteEntries>(QStringLiteral("a=1 b=1"));
    QCOMPARE(textOf(planSync(known, local, remote)), QStringLiteral("moveRemote:b>c removeRemote:a"));
}

void tst_SyncPlan::whereNobodyMovesARenameIsSentAgain()
{
    const auto known = entriesOf<KnownEntries>(QStringLiteral("a=1"));
    const auto remote = entriesOf<RemoteEntries>(QStringLiteral("a=1"));
    const auto local = localOf(QStringLiteral("b=1"));
    QCOMPARE(textOf(planSync(known, local, remote, Letters::Distinct, RemoteMoves::Impossible)),
        QStringLiteral("upload:b removeRemote:a"));
}

void tst_SyncPlan::lettersOfTwoCasesClashWhereTheFolderKnowsOne()
{
    const auto remote = entriesOf<RemoteEntries>(QStringLiteral("Readme=1 readme=2 other=3"));
    QCOMPARE(textOf(planSync({}, {}, remote, Letters::CaseIgnored)),
        QStringLiteral("refuse:readme download:Readme download:other"));
    QCOMPARE(textOf(planSync({}, localOf(QStringLiteral("README=4")), remote, Letters::CaseIgnored)),
        QStringLiteral("refuse:Readme refuse:readme download:other upload:README"));
    QCOMPARE(
        textOf(planSync({}, {}, remote)), QStringLiteral("download:Readme download:other download:readme"));
}

void tst_SyncPlan::massDeletionsAreSeen_data()
{
    QTest::addColumn<int>("known");
    QTest::addColumn<int>("here"); // how many of them are in the folder
    QTest::addColumn<int>("there");
    QTest::addColumn<int>("deletions"); // 0: none that is called so
    QTest::addRow("folder empty") << 3 << 0 << 3 << 3;
    QTest::addRow("container empty") << 3 << 3 << 0 << 3;
    QTest::addRow("few of few") << 12 << 2 << 12 << 0;
    QTest::addRow("most of many") << 40 << 10 << 40 << 30;
    QTest::addRow("half of many") << 40 << 20 << 40 << 0;
    QTest::addRow("most of many, there") << 40 << 40 << 10 << 30;
    QTest::addRow("both empty") << 5 << 0 << 0 << 0;
    QTest::addRow("first time") << 0 << 0 << 0 << 0;
}

void tst_SyncPlan::massDeletionsAreSeen()
{
    QFETCH(int, known);
    QFETCH(int, here);
    QFETCH(int, there);
    QFETCH(int, deletions);
    KnownEntries knownEntries;
    LocalEntries local;
    RemoteEntries remote;
    for (int i = 0; i < known; ++i) {
        const QString name = QStringLiteral("f%1").arg(i);
        const SyncState state { SyncState::Kind::File, hashOfTrimmed(name.toUtf8()), false };
        knownEntries[name].state = state;
        if (i < here)
            local[name].state = state;
        if (i < there)
            remote[name].state = state;
    }
    const auto plan = planSync(knownEntries, local, remote);
    QCOMPARE(plan.massDeletion ? plan.massDeletion->files : 0, deletions);
    if (plan.massDeletion) {
        QCOMPARE(plan.massDeletion->known, known);
        QCOMPARE(plan.massDeletion->where == MassDeletion::Where::OnServer, here < there);
    }
}

NEPHELE_TEST(tst_SyncPlan)
#include "tst_syncplan.moc"
