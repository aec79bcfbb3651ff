// SPDX-License-Identifier: GPL-3.0-or-later
// What a run does about one path: the other half of SyncRun.
#include "app/sync/downloadjob.h"
#include "app/sync/syncname.h"
#include "app/sync/syncrun.h"
#include "app/sync/uploadjob.h"
#include "model/base/whendone.h"

#include <QDateTime>
#include <QSysInfo>

namespace nephele {

namespace {

constexpr int mostNames = 100; // tried for a conflict

} // namespace

QFuture<Result<>> SyncRun::work(const SyncAction &action)
{
    switch (action.step) {
    case SyncStep::RenameLocal:
        return renameLocal(action);
    case SyncStep::MoveRemote:
        return moveRemote(action);
    case SyncStep::SetAsideLocal:
        return setAsideLocal(action);
    case SyncStep::SetAsideRemote:
        return setAsideRemote(action);
    case SyncStep::RemoveLocal:
        return removeLocal(action);
    case SyncStep::RemoveRemote:
        return removeRemote(action);
    case SyncStep::MakeLocalFolder:
        return makeLocalFolder(action);
    case SyncStep::MakeRemoteFolder:
        return makeRemoteFolder(action);
    case SyncStep::MarkLocal:
    case SyncStep::MarkRemote:
        return mark(action);
    case SyncStep::Download:
        return download(action);
    case SyncStep::Upload:
        return upload(action);
    case SyncStep::Nothing:
    case SyncStep::Refuse:
    case SyncStep::Learn:
    case SyncStep::Forget:
        break;
    }
    return QtFuture::makeReadyFuture(Result<>());
}

QFuture<Result<>> SyncRun::learn(const QString &name, const SyncState &state, quint64 inode)
{
    return m_store->learn({ { name, { state, m_remote.value(name).uuid, inode } } });
}

QFuture<Result<RemoteHead>> SyncRun::headAsListed(const QString &name)
{
    return thenIn(
        m_container.head(name), this, [this, name](const Result<RemoteHead> &head) -> Result<RemoteHead> {
            if (!head)
                return head.error().code == ErrorCode::NotFound ? changedOnServer(name) : head.error();
            return head->version == m_remote.value(name).version ? head : changedOnServer(name);
        });
}

// A folder that nobody asked for goes with the last file in it.
void SyncRun::pruneAbove(const QString &name)
{
    for (QString folder = folderOf(name); !folder.isEmpty(); folder = folderOf(folder)) {
        if (m_remote.value(folder).state.isFolder())
            return;
        const auto removed = m_folder->removeFolderIfEmpty(folder);
        if (!removed || !*removed)
            return;
    }
}

QFuture<Result<>> SyncRun::renameLocal(const SyncAction &action)
{
    const LocalEntry here = m_scan.entries.value(action.name);
    const auto renamed = m_tools->inPool([tools = *m_tools, action, here] {
        return tools.folder.rename(action.name, action.target, here.identity);
    });
    return thenIn(renamed, this, [this, action](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, action.target, {}, 0 });
        pruneAbove(action.name);
        return m_store->learn({ { action.target, m_known.value(action.name) } }, { action.name });
    });
}

QFuture<Result<>> SyncRun::moveRemote(const SyncAction &action)
{
    const auto moved =
        thenIn(headAsListed(action.name), this, [this, action](const Result<RemoteHead> &head) {
            return head ? m_container.move(action.name, action.target)
                        : QtFuture::makeReadyFuture(Result<>(head.error()));
        });
    return thenIn(moved, this, [this, action](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, action.target, {}, 0 });
        KnownEntry entry = m_known.value(action.name);
        entry.inode = m_scan.entries.value(action.target).identity.inode;
        return m_store->learn({ { action.target, entry } }, { action.name });
    });
}

QFuture<Result<>> SyncRun::setAsideLocal(const SyncAction &action)
{
    const QString host = m_settings.hostName.isEmpty() ? QSysInfo::machineHostName() : m_settings.hostName;
    const LocalEntry here = m_scan.entries.value(action.name);
    const auto renamed = m_tools->inPool([tools = *m_tools, action, here, host]() -> Result<QString> {
        for (int attempt = 1; attempt <= mostNames; ++attempt) {
            const QString name = conflictName(action.name, host, QDateTime::currentDateTime(), attempt);
            const auto done = tools.folder.rename(action.name, name, here.identity);
            if (done)
                return name;
            if (done.error().code != ErrorCode::Conflict)
                return done.error();
        }
        return conflict(QStringLiteral("%1: all names for a conflict are taken").arg(action.name));
    });
    return thenIn(renamed, this, [this, action](const Result<QString> &name) -> Result<> {
        if (!name)
            return name.error();
        ++m_report.conflicts;
        emit happened({ action.step, action.name, *name, {}, 0 });
        return {};
    });
}

QFuture<Result<>> SyncRun::setAsideRemote(const SyncAction &action)
{
    const QString host = m_settings.hostName.isEmpty() ? QSysInfo::machineHostName() : m_settings.hostName;
    QString name;
    int attempt = 0;
    do
        name = conflictName(action.name, host, QDateTime::currentDateTime(), ++attempt);
    while (m_remote.contains(name) || m_scan.entries.contains(name));
    const auto moved =
        thenIn(headAsListed(action.name), this, [this, action, name](const Result<RemoteHead> &head) {
            return head ? m_container.move(action.name, name)
                        : QtFuture::makeReadyFuture(Result<>(head.error()));
        });
    return thenIn(moved, this, [this, action, name](const Result<> &done) -> Result<> {
        if (!done)
            return done;
        ++m_report.conflicts;
        emit happened({ action.step, action.name, name, {}, 0 });
        return {};
    });
}

QFuture<Result<>> SyncRun::removeLocal(const SyncAction &action)
{
    const LocalEntry here = m_scan.entries.value(action.name);
    const auto removed = m_tools->inPool([tools = *m_tools, name = action.name, here]() -> Result<> {
        if (here.state.isFile())
            return tools.folder.removeFile(name, here.identity);
        // With something in it that is not synced it stays.
        const auto done = tools.folder.removeFolderIfEmpty(name);
        return done ? Result<>() : Result<>(done.error());
    });
    return thenIn(removed, this, [this, action](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, {}, {}, 0 });
        pruneAbove(action.name);
        return m_store->learn({}, { action.name });
    });
}

QFuture<Result<>> SyncRun::removeRemote(const SyncAction &action)
{
    const auto removed =
        thenIn(headAsListed(action.name), this, [this, action](const Result<RemoteHead> &head) {
            return head ? m_container.remove(action.name) : QtFuture::makeReadyFuture(Result<>(head.error()));
        });
    return thenIn(removed, this, [this, action](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, {}, {}, 0 });
        return m_store->learn({}, { action.name });
    });
}

QFuture<Result<>> SyncRun::makeLocalFolder(const SyncAction &action)
{
    const auto made =
        m_tools->inPool([tools = *m_tools, name = action.name] { return tools.folder.makeFolder(name); });
    return thenIn(made, this, [this, action](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, {}, {}, 0 });
        return learn(action.name, { SyncState::Kind::Folder, {}, false }, 0);
    });
}

QFuture<Result<>> SyncRun::makeRemoteFolder(const SyncAction &action)
{
    const auto made = m_remote.contains(action.name) ? thenIn(headAsListed(action.name), this,
                          [this, action](const Result<RemoteHead> &head) {
                              return head ? m_container.putFolder(action.name, { head->etag })
                                          : QtFuture::makeReadyFuture(Result<>(head.error()));
                          })
                                                     : m_container.putFolder(action.name, {});
    return thenIn(made, this, [this, action](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, {}, {}, 0 });
        return learn(action.name, { SyncState::Kind::Folder, {}, false }, 0);
    });
}

QFuture<Result<>> SyncRun::mark(const SyncAction &action)
{
    const LocalEntry here = m_scan.entries.value(action.name);
    const bool isHere = action.step == SyncStep::MarkLocal;
    const SyncState wanted = isHere ? m_remote.value(action.name).state : here.state;
    QFuture<Result<>> marked;
    if (isHere) {
        marked = m_tools->inPool([tools = *m_tools, name = action.name, here, wanted] {
            return tools.folder.setExecutable(name, here.identity, wanted.isExecutable);
        });
    } else {
        marked =
            thenIn(headAsListed(action.name), this, [this, action, wanted](const Result<RemoteHead> &head) {
                return head ? m_container.mark(action.name, wanted.isExecutable)
                            : QtFuture::makeReadyFuture(Result<>(head.error()));
            });
    }
    return thenIn(marked, this, [this, action, wanted, here](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, {}, {}, 0 });
        return learn(action.name, wanted, here.identity.inode);
    });
}

QFuture<Result<>> SyncRun::download(const SyncAction &action)
{
    const LocalEntry here = m_scan.entries.value(action.name);
    const RemoteEntry there = m_remote.value(action.name);
    const auto seen = here.state.isFile() ? std::optional(here.identity) : std::nullopt;
    auto *job = new DownloadJob(*m_tools, action.name, there, seen, this);
    connect(job, &DownloadJob::advanced, this, &SyncRun::advance);
    return thenIn(
        job->start(), this, [this, action, there](const Result<FileIdentity> &file) -> QFuture<Result<>> {
            if (!file)
                return QtFuture::makeReadyFuture(Result<>(file.error()));
            emit happened({ action.step, action.name, {}, {}, there.sizeBytes });
            return learn(action.name, there.state, file->inode);
        });
}

QFuture<Result<>> SyncRun::upload(const SyncAction &action)
{
    const LocalEntry here = m_scan.entries.value(action.name);
    auto *job = new UploadJob(*m_tools, action.name, here, m_remote.value(action.name), this);
    connect(job, &UploadJob::advanced, this, &SyncRun::advance);
    return thenIn(job->start(), this, [this, action, here](const Result<> &done) -> QFuture<Result<>> {
        if (!done)
            return QtFuture::makeReadyFuture(done);
        emit happened({ action.step, action.name, {}, {}, here.identity.sizeBytes });
        return learn(action.name, here.state, here.identity.inode);
    });
}

} // namespace nephele
