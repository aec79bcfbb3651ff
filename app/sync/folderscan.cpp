// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/folderscan.h"

#include "app/sync/syncname.h"
#include "model/base/clock.h"

#include <QtConcurrent>

namespace nephele {

namespace {

// A file written to within this time before it was read may be written to again without its time changing:
// what was read is used and not remembered.
constexpr qint64 clockTickNs = 100'000'000;
constexpr qint64 longestRulesFile = 1 << 20;
constexpr int writesAtOnce = 500; // the database's queue is bounded

struct Unread
{
    QString name;
    FileIdentity identity;
    std::optional<Result<FileHash>> hash {};
};

class Scanner
{
public:
    Scanner(const SyncFolder &folder, SyncStore &store, qint64 blockBytes, const std::atomic_bool &isStopped)
        : m_folder(folder), m_store(store), m_blockBytes(blockBytes), m_isStopped(isStopped)
    {
    }

    Result<FolderScan> scan(const std::function<void(qint64)> &hashedBytes)
    {
        if (const auto read = readRules(); !read)
            return read.error();
        auto remembered = m_store.scanned();
        if (!remembered)
            return remembered.error();
        m_remembered = std::move(*remembered);
        for (auto it = m_remembered.cbegin(); it != m_remembered.cend(); ++it)
            m_nameOfInode.insert(it->identity.inode, it.key());
        if (const auto walked = walk(); !walked)
            return walked.error();
        QtConcurrent::blockingMap(m_unread, [&](Unread &file) { readFile(file, hashedBytes); });
        if (m_isStopped)
            return Error { ErrorCode::Timeout, QStringLiteral("stopped"), {} };
        if (const auto kept = keep(); !kept)
            return kept.error();
        return std::move(m_scan);
    }

private:
    Result<> readRules();
    Result<> walk();
    void take(const QString &folder, const SyncFolder::Item &item);
    void takeFile(const QString &name, const SyncFolder::Item &item);
    void noteContent(const QString &name);
    void miss(const QString &name, const Error &why);
    void readFile(Unread &file, const std::function<void(qint64)> &hashedBytes);
    Result<> keep();
    Result<> keepRenamed();

    const SyncFolder &m_folder;
    SyncStore &m_store;
    const qint64 m_blockBytes;
    const std::atomic_bool &m_isStopped;
    QHash<QString, ScannedFile> m_remembered;
    QHash<quint64, QString> m_nameOfInode;
    QHash<QString, QString> m_renamed; // new name -> the one it was read under
    QList<Unread> m_unread;
    QStringList m_toVisit;
    std::atomic_int m_written = 0;
    FolderScan m_scan;
};

Result<> Scanner::readRules()
{
    m_scan.rules = IgnoreRules::defaults();
    const auto file = m_folder.openToRead(QLatin1StringView(IgnoreRules::fileName));
    if (!file)
        return file.error().code == ErrorCode::NotFound ? Result<>() : Result<>(file.error());
    const auto text = file->read(0, longestRulesFile);
    if (!text)
        return text.error();
    QStringList problems;
    m_scan.rules.addLines(QString::fromUtf8(*text), &problems);
    for (const QString &line : problems)
        m_scan.skipped.append(
            QStringLiteral("%1: not understood: %2").arg(QLatin1StringView(IgnoreRules::fileName), line));
    return {};
}

Result<> Scanner::walk()
{
    m_toVisit.append(QString());
    while (!m_toVisit.isEmpty()) {
        if (m_isStopped)
            return Error { ErrorCode::Timeout, QStringLiteral("stopped"), {} };
        const QString folder = m_toVisit.takeLast();
        const auto items = m_folder.items(folder);
        if (!items && folder.isEmpty())
            return items.error();
        if (!items) {
            miss(folder, items.error());
            continue;
        }
        m_scan.folders.append(folder);
        for (const SyncFolder::Item &item : *items)
            take(folder, item);
    }
    return {};
}

// Gone since its folder was read, or changing, or not to be read: nothing is concluded from it.
void Scanner::miss(const QString &name, const Error &why)
{
    m_scan.entries[name].blockedBy = why.message;
    const bool isChanging = why.code == ErrorCode::PreconditionFailed || why.code == ErrorCode::NotFound;
    (isChanging ? m_scan.unsettled : m_scan.unread).insert(name, why.message);
}

void Scanner::noteContent(const QString &name)
{
    if (const QString above = folderOf(name); !above.isEmpty())
        m_scan.entries[above].hasContent = true;
}

void Scanner::take(const QString &folder, const SyncFolder::Item &item)
{
    const QString prefix = folder.isEmpty() ? QString() : folder + QLatin1Char('/');
    const QString name = prefix + item.name;
    const bool isFolder = item.kind == SyncFolder::Item::Kind::Folder;
    if (isTemporaryName(item.name)) {
        m_scan.temporaries.append(name);
        return;
    }
    if (item.name.isEmpty()) {
        m_scan.skipped.append(prefix + item.shownName + QStringLiteral(": a name that is no valid UTF-8"));
        return;
    }
    if (m_scan.rules.ignores(name, isFolder ? IgnoreRules::Is::Folder : IgnoreRules::Is::File))
        return;
    if (const auto why = whyNoSyncName(name)) {
        m_scan.skipped.append(name + QStringLiteral(": ") + *why);
        return;
    }
    if (item.kind == SyncFolder::Item::Kind::Other) {
        m_scan.entries[name].blockedBy = QStringLiteral("a symbolic link or special file stands there");
        m_scan.skipped.append(name + QStringLiteral(": a symbolic link or special file"));
        return;
    }
    noteContent(name);
    if (!isFolder)
        return takeFile(name, item);
    m_scan.entries[name].state.kind = SyncState::Kind::Folder;
    m_toVisit.append(name);
}

void Scanner::takeFile(const QString &name, const SyncFolder::Item &item)
{
    LocalEntry &entry = m_scan.entries[name];
    entry.state = { SyncState::Kind::File, {}, item.isExecutable };
    entry.identity = item.identity;
    const ScannedFile before = m_remembered.value(name);
    if (before.identity == item.identity && !before.root.isEmpty()) {
        entry.state.hash = before.root;
        return;
    }
    // Renamed since.
    const QString former = m_nameOfInode.value(item.identity.inode);
    if (!former.isEmpty() && m_remembered.value(former).identity == item.identity) {
        entry.state.hash = m_remembered.value(former).root;
        m_renamed.insert(name, former);
        return;
    }
    m_unread.append({ name, item.identity });
}

Result<> Scanner::keepRenamed()
{
    for (auto it = m_renamed.cbegin(); it != m_renamed.cend(); ++it) {
        const FileIdentity identity = m_scan.entries.value(it.key()).identity;
        const auto hash = m_store.hashOf(it.value(), identity);
        if (!hash)
            return hash.error();
        if (*hash)
            (void)m_store.keepScan(it.key(), identity, **hash);
    }
    return {};
}

// In any thread. What was read is written down at once, so that a scan that is interrupted goes on where it
// was, and without waiting for the disk: losing it costs reading again.
void Scanner::readFile(Unread &file, const std::function<void(qint64)> &hashedBytes)
{
    const qint64 readAtNs = Clock::system().nowMs() * 1'000'000;
    file.hash = hashFile(m_folder, file.name, file.identity, m_blockBytes, m_isStopped, hashedBytes);
    if (!*file.hash || readAtNs - file.identity.modifiedNs < clockTickNs)
        return;
    const auto kept = m_store.keepScan(file.name, file.identity, **file.hash);
    if (++m_written % writesAtOnce == 0)
        (void)kept.result();
}

Result<> Scanner::keep()
{
    if (const auto done = keepRenamed(); !done)
        return done.error();
    for (const Unread &file : m_unread) {
        if (*file.hash)
            m_scan.entries[file.name].state.hash = (*file.hash)->root;
        else
            miss(file.name, file.hash->error());
    }
    QStringList gone;
    for (auto it = m_remembered.cbegin(); it != m_remembered.cend(); ++it) {
        if (!m_scan.entries.contains(it.key()))
            gone.append(it.key());
    }
    // Writes are done in their order, so this is the end of them all.
    return m_store.forgetScans(gone).result();
}

} // namespace

Result<FolderScan> scanFolder(const SyncFolder &folder, SyncStore &store, qint64 blockBytes,
    const std::atomic_bool &isStopped, const std::function<void(qint64)> &hashedBytes)
{
    const ReadingJob reading(store.database());
    return Scanner(folder, store, blockBytes, isStopped).scan(hashedBytes);
}

} // namespace nephele
