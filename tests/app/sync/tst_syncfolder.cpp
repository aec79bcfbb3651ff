// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/folderscan.h"
#include "app/sync/syncname.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace nephele;

// One folder on a real file system, and who plants things in it.
class tst_SyncFolder : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void oneSyncAtATime();
    void aFolderThatIsNotThereIsNotFound();
    void noPathGoesThroughALink_data();
    void noPathGoesThroughALink();
    void aFileTakesTheSeenPlaceOnly();
    void anUnseenChangeIsNeverOverwritten_data();
    void anUnseenChangeIsNeverOverwritten();
    void aRenameTakesNoOthersPlace();
    void anEmptyFolderGivesWayAFullOneStays();
    void permissionsSurviveAReplacement();
    void aScanSeesWhatIsThere();
    void whatCannotBeReadIsTold();
    void aScanReadsOnlyWhatChanged();
    void aFileJustWrittenIsReadAgain();

private:
    QString path(const QString &name) const { return m_dir->filePath(name); }
    void write(const QString &name, const QByteArray &content) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    QByteArray read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("<none>");
    }
    void temporary(const QString &name, const QByteArray &content) const
    {
        const auto file = m_folder->openTemporary(name);
        QVERIFY(file);
        QVERIFY(file->setSize(0));
        QVERIFY(file->write(0, content));
    }
    std::optional<FileIdentity> seen(const QString &name) const
    {
        const auto item = m_folder->item(name);
        return item && *item ? std::optional((*item)->identity) : std::nullopt;
    }
    // As if written long ago.
    void age(const QString &name) const
    {
        const timespec past[2] = { { 1'600'000'000, 0 }, { 1'600'000'000, 0 } };
        QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(path(name)).constData(), past, 0), 0);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<QTemporaryDir> m_outside;
    std::unique_ptr<SyncFolder> m_folder;
};

void tst_SyncFolder::init()
{
    m_folder.reset();
    m_dir = std::make_unique<QTemporaryDir>();
    m_outside = std::make_unique<QTemporaryDir>();
    auto folder = SyncFolder::open(m_dir->path());
    QVERIFY(folder);
    m_folder = std::move(*folder);
}

void tst_SyncFolder::oneSyncAtATime()
{
    const auto second = SyncFolder::open(m_dir->path());
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Busy);
    m_folder.reset();
    QVERIFY(SyncFolder::open(m_dir->path()));
}

void tst_SyncFolder::aFolderThatIsNotThereIsNotFound()
{
    QCOMPARE(SyncFolder::open(path(QStringLiteral("none"))).error().code, ErrorCode::NotFound);
    write(QStringLiteral("file"), "1");
    QVERIFY(!SyncFolder::open(path(QStringLiteral("file"))));
}

void tst_SyncFolder::noPathGoesThroughALink_data()
{
    QTest::addColumn<QString>("name");
    QTest::addRow("below a link to a folder") << QStringLiteral("link/file");
    QTest::addRow("deep below a link") << QStringLiteral("link/a/b/file");
    QTest::addRow("a link itself") << QStringLiteral("filelink");
}

void tst_SyncFolder::noPathGoesThroughALink()
{
    QFETCH(QString, name);
    const QString victim = m_outside->filePath(QStringLiteral("file"));
    {
        QFile file(victim);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("precious");
    }
    QVERIFY(QFile::link(m_outside->path(), path(QStringLiteral("link"))));
    QVERIFY(QFile::link(victim, path(QStringLiteral("filelink"))));
    const FileIdentity any;
    QVERIFY(!m_folder->openToRead(name));
    QVERIFY(!m_folder->makeFolder(name));
    (void)m_folder->removeFile(name, any);
    QVERIFY(!m_folder->setExecutable(name, any, true));
    const QString temporaryBeside = temporaryName(name, "1");
    if (name.contains(u'/')) {
        QVERIFY(!m_folder->openTemporary(temporaryBeside));
    } else {
        temporary(temporaryBeside, "evil");
        QVERIFY(!m_folder->replace(name, temporaryBeside, std::nullopt));
    }
    write(QStringLiteral("own"), "mine");
    QVERIFY(!m_folder->rename(QStringLiteral("own"), name, *seen(QStringLiteral("own"))));
    QCOMPARE(QDir(m_outside->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
        { QStringLiteral("file") });
    QFile file(victim);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("precious"));
}

void tst_SyncFolder::aFileTakesTheSeenPlaceOnly()
{
    const QString name = QStringLiteral("a/b");
    temporary(QStringLiteral("a/.nephele-part-1"), "first");
    const auto first = m_folder->replace(name, QStringLiteral("a/.nephele-part-1"), std::nullopt);
    QVERIFY(first);
    QCOMPARE(read(name), QByteArray("first"));
    QCOMPARE(*first, *seen(name));
    temporary(QStringLiteral("a/.nephele-part-1"), "second");
    const auto second = m_folder->replace(name, QStringLiteral("a/.nephele-part-1"), *first);
    QVERIFY(second);
    QCOMPARE(read(name), QByteArray("second"));
    QCOMPARE(
        QDir(path(QStringLiteral("a"))).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
        { QStringLiteral("b") });
}

void tst_SyncFolder::anUnseenChangeIsNeverOverwritten_data()
{
    QTest::addColumn<QString>("change");
    for (const char *change :
        { "appears", "grows", "same size", "other file", "becomes a folder", "is gone" })
        QTest::addRow("%s", change) << QString::fromLatin1(change);
}

void tst_SyncFolder::anUnseenChangeIsNeverOverwritten()
{
    QFETCH(QString, change);
    const QString name = QStringLiteral("a");
    std::optional<FileIdentity> before;
    if (change != QLatin1StringView("appears")) {
        write(name, "old");
        age(name);
        before = seen(name);
    }
    if (change == QLatin1StringView("other file") || change == QLatin1StringView("becomes a folder")
        || change == QLatin1StringView("is gone"))
        QVERIFY(QFile::rename(path(name), path(QStringLiteral("elsewhere"))));
    if (change == QLatin1StringView("becomes a folder"))
        write(name + QStringLiteral("/x"), "new");
    else if (change != QLatin1StringView("is gone"))
        write(name, change == QLatin1StringView("grows") ? "new and longer" : "new");
    const QByteArray now = read(name);

    temporary(QStringLiteral(".nephele-part-1"), "server's");
    const auto replaced = m_folder->replace(name, QStringLiteral(".nephele-part-1"), before);
    QVERIFY(!replaced);
    QCOMPARE(replaced.error().code, ErrorCode::PreconditionFailed);
    if (before && change != QLatin1StringView("is gone")) {
        QCOMPARE(m_folder->removeFile(name, *before).error().code, ErrorCode::PreconditionFailed);
        QVERIFY(!m_folder->rename(name, QStringLiteral("b"), *before));
    }
    QCOMPARE(read(name), now);
    QCOMPARE(QFileInfo(path(name)).isDir(), change == QLatin1StringView("becomes a folder"));
}

void tst_SyncFolder::aRenameTakesNoOthersPlace()
{
    write(QStringLiteral("a"), "1");
    write(QStringLiteral("b"), "2");
    QCOMPARE(
        m_folder->rename(QStringLiteral("a"), QStringLiteral("b"), *seen(QStringLiteral("a"))).error().code,
        ErrorCode::Conflict);
    QCOMPARE(read(QStringLiteral("b")), QByteArray("2"));
    QVERIFY(m_folder->rename(QStringLiteral("a"), QStringLiteral("x/y/c"), *seen(QStringLiteral("a"))));
    QCOMPARE(read(QStringLiteral("x/y/c")), QByteArray("1"));
}

void tst_SyncFolder::anEmptyFolderGivesWayAFullOneStays()
{
    QVERIFY(m_folder->makeFolder(QStringLiteral("a/b")));
    auto removed = m_folder->removeFolderIfEmpty(QStringLiteral("a"));
    QVERIFY(removed && !*removed);
    temporary(QStringLiteral(".nephele-part-1"), "file");
    QVERIFY(!m_folder->replace(QStringLiteral("a"), QStringLiteral(".nephele-part-1"), std::nullopt));
    removed = m_folder->removeFolderIfEmpty(QStringLiteral("a/b"));
    QVERIFY(removed && *removed);
    QVERIFY(m_folder->replace(QStringLiteral("a"), QStringLiteral(".nephele-part-1"), std::nullopt));
    QCOMPARE(read(QStringLiteral("a")), QByteArray("file"));
    removed = m_folder->removeFolderIfEmpty(QStringLiteral("none/none"));
    QVERIFY(removed && !*removed);
}

void tst_SyncFolder::permissionsSurviveAReplacement()
{
    QCOMPARE(modeWith(0640, true), 0750);
    QCOMPARE(modeWith(0644, true), 0755);
    QCOMPARE(modeWith(0755, false), 0644);
    QCOMPARE(modeWith(0400, true), 0500);
    write(QStringLiteral("a"), "1");
    QVERIFY(m_folder->setExecutable(QStringLiteral("a"), *seen(QStringLiteral("a")), true));
    QVERIFY(QFileInfo(path(QStringLiteral("a"))).isExecutable());
    QVERIFY(m_folder->setExecutable(QStringLiteral("a"), *seen(QStringLiteral("a")), false));
    QVERIFY(!(QFile::permissions(path(QStringLiteral("a"))) & QFile::ExeOwner));
}

void tst_SyncFolder::aScanSeesWhatIsThere()
{
    QTemporaryDir state;
    const auto store = SyncStore::open(state.filePath(QStringLiteral("s.db")));
    QVERIFY(store);
    write(QStringLiteral("a/b.txt"), QByteArray(100, 'x'));
    write(QStringLiteral("a/empty.txt"), {});
    write(QStringLiteral("ignored/c"), "1");
    write(QStringLiteral("left~"), "1");
    write(QStringLiteral(".nepheleignore"), "ignored/\n");
    write(QStringLiteral("d/.nephele-part-7"), "1");
    QVERIFY(QDir().mkpath(path(QStringLiteral("e/f"))));
    QVERIFY(QFile::link(QStringLiteral("/etc/passwd"), path(QStringLiteral("link"))));
    QVERIFY(QFile::link(m_outside->path(), path(QStringLiteral("linkedfolder"))));
    QCOMPARE(::mkfifo(QFile::encodeName(path(QStringLiteral("pipe"))).constData(), 0600), 0);
    const QByteArray bad = QFile::encodeName(m_dir->path()) + "/\xff\xfe";
    const int descriptor = ::open(bad.constData(), O_CREAT | O_WRONLY, 0600);
    QVERIFY(descriptor >= 0);
    ::close(descriptor);

    std::atomic_bool isStopped = false;
    const auto scan = scanFolder(*m_folder, **store, 64, isStopped);
    QVERIFY2(scan.ok(), scan ? "" : qPrintable(scan.error().message));
    QStringList files;
    QStringList blocked;
    for (auto it = scan->entries.cbegin(); it != scan->entries.cend(); ++it) {
        if (it->isBlocked())
            blocked.append(it.key());
        else
            files.append(it.key()
                + (it->state.isFolder() ? it->hasContent ? QStringLiteral("/+") : QStringLiteral("/")
                                        : QString()));
    }
    QCOMPARE(files,
        (QStringList { QStringLiteral(".nepheleignore"), QStringLiteral("a/+"), QStringLiteral("a/b.txt"),
            QStringLiteral("a/empty.txt"), QStringLiteral("d/"), QStringLiteral("e/+"),
            QStringLiteral("e/f/") }));
    QCOMPARE(blocked,
        (QStringList { QStringLiteral("link"), QStringLiteral("linkedfolder"), QStringLiteral("pipe") }));
    QCOMPARE(scan->temporaries, { QStringLiteral("d/.nephele-part-7") });
    QCOMPARE(scan->skipped.size(), 4);
    // QTemporaryDir cannot remove it.
    QCOMPARE(::unlink(bad.constData()), 0);
    // 100 bytes in blocks of 64: two of them.
    const BlockHash first = hashOfTrimmed(QByteArray(64, 'x'));
    const BlockHash second = hashOfTrimmed(QByteArray(36, 'x'));
    QCOMPARE(scan->entries.value(QStringLiteral("a/b.txt")).state.hash, hashOfTrimmed(first + second));
    QCOMPARE(scan->entries.value(QStringLiteral("a/empty.txt")).state.hash, holeHash());
}

void tst_SyncFolder::whatCannotBeReadIsTold()
{
    QTemporaryDir state;
    const auto store = SyncStore::open(state.filePath(QStringLiteral("s.db")));
    QVERIFY(store);
    write(QStringLiteral("closed/x"), "1");
    write(QStringLiteral("secret"), "2");
    write(QStringLiteral("open"), "3");
    QVERIFY(QFile::setPermissions(path(QStringLiteral("closed")), {}));
    QVERIFY(QFile::setPermissions(path(QStringLiteral("secret")), {}));
    // Root reads everything, so he must not be it.
    const uid_t user = ::geteuid();
    if (user == 0) {
        for (const QString &place : { m_dir->path(), state.path() }) {
            QCOMPARE(::chmod(QFile::encodeName(place).constData(), 0777), 0);
            for (const QFileInfo &file : QDir(place).entryInfoList({ QStringLiteral("s.db*") }))
                QCOMPARE(::chmod(QFile::encodeName(file.filePath()).constData(), 0666), 0);
        }
        QCOMPARE(::chmod(QFile::encodeName(path(QStringLiteral("open"))).constData(), 0644), 0);
        QCOMPARE(::seteuid(65534), 0);
    }
    std::atomic_bool isStopped = false;
    const auto scan = scanFolder(*m_folder, **store, 64, isStopped);
    QCOMPARE(::seteuid(user), 0);
    QVERIFY(QFile::setPermissions(
        path(QStringLiteral("closed")), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY2(scan.ok(), scan ? "" : qPrintable(scan.error().message + scan.error().detail));
    QCOMPARE(scan->unread.keys(), (QStringList { QStringLiteral("closed"), QStringLiteral("secret") }));
    QVERIFY(scan->entries.value(QStringLiteral("closed")).isBlocked());
    QVERIFY(scan->entries.value(QStringLiteral("secret")).isBlocked());
    QVERIFY(!scan->entries.value(QStringLiteral("open")).isBlocked());
}

void tst_SyncFolder::aScanReadsOnlyWhatChanged()
{
    QTemporaryDir state;
    const auto store = SyncStore::open(state.filePath(QStringLiteral("s.db")));
    QVERIFY(store);
    for (int i = 0; i < 20; ++i) {
        write(QStringLiteral("f%1").arg(i), QByteArray(100, char('a' + i)));
        age(QStringLiteral("f%1").arg(i));
    }
    std::atomic_bool isStopped = false;
    std::atomic<qint64> read = 0;
    const auto count = [&](qint64 bytes) { read += bytes; };
    QVERIFY(scanFolder(*m_folder, **store, 64, isStopped, count));
    QCOMPARE(read.load(), 2000);
    QVERIFY(scanFolder(*m_folder, **store, 64, isStopped, count));
    QCOMPARE(read.load(), 2000);
    // A rename is no change of content.
    QVERIFY(QFile::rename(path(QStringLiteral("f3")), path(QStringLiteral("g3"))));
    const auto renamed = scanFolder(*m_folder, **store, 64, isStopped, count);
    QVERIFY(renamed);
    QCOMPARE(read.load(), 2000);
    QVERIFY(renamed->entries.contains(QStringLiteral("g3")));
    QVERIFY(!renamed->entries.contains(QStringLiteral("f3")));
    write(QStringLiteral("f4"), QByteArray(100, 'Z'));
    const auto changed = scanFolder(*m_folder, **store, 64, isStopped, count);
    QVERIFY(changed);
    QCOMPARE(read.load(), 2100);
    QVERIFY(changed->entries.value(QStringLiteral("f4")).state.hash
        != renamed->entries.value(QStringLiteral("f4")).state.hash);
    isStopped = true;
    QVERIFY(!scanFolder(*m_folder, **store, 64, isStopped, count));
}

// Two writes of equal length in one tick of the file system's clock look the same from outside.
void tst_SyncFolder::aFileJustWrittenIsReadAgain()
{
    QTemporaryDir state;
    const auto store = SyncStore::open(state.filePath(QStringLiteral("s.db")));
    QVERIFY(store);
    std::atomic_bool isStopped = false;
    write(QStringLiteral("a"), "one");
    // Written "now", however slow this machine is.
    const auto now = timespec { ::time(nullptr) + 3600, 0 };
    const timespec same[2] = { now, now };
    const QByteArray file = QFile::encodeName(path(QStringLiteral("a")));
    QCOMPARE(::utimensat(AT_FDCWD, file.constData(), same, 0), 0);
    const auto first = scanFolder(*m_folder, **store, 64, isStopped);
    write(QStringLiteral("a"), "two");
    QCOMPARE(::utimensat(AT_FDCWD, file.constData(), same, 0), 0);
    const auto second = scanFolder(*m_folder, **store, 64, isStopped);
    QVERIFY(first && second);
    QVERIFY(first->entries.value(QStringLiteral("a")).state.hash
        != second->entries.value(QStringLiteral("a")).state.hash);
}

NEPHELE_TEST(tst_SyncFolder)
#include "tst_syncfolder.moc"
