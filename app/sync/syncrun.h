// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudsession.h"
#include "app/sync/folderscan.h"
#include "app/sync/syncplan.h"
#include "app/sync/synctools.h"

#include <QObject>
#include <QSet>

#include <deque>

namespace nephele {

enum class MassDeletions { Asked, Allowed };
enum class SyncMode { Real, DryRun };

struct SyncSettings
{
    QString folder;
    ContainerAddress address;
    Credentials credentials;
    QList<QSslCertificate> authorities; // to trust beside the system's
    QByteArray fingerprint; // of a certificate to trust; empty: those the system trusts
    QString stateDir; // where the memory of syncs lies; empty: with the user's data
    QString hostName; // in the names of conflicts; empty: this machine's
    MassDeletions massDeletions = MassDeletions::Asked;
    SyncMode mode = SyncMode::Real;
    int mostRequests = 6; // at once
    int pollMs = 10'000; // of a watch, between two looks at the server
};

// Something was done, or in a dry run would be, about a path.
struct SyncEvent
{
    SyncStep step = SyncStep::Nothing;
    QString name;
    QString target; // of renames and conflicts
    QString problem; // not empty: it failed, or was refused
    qint64 sizeBytes = 0; // of transfers
};

struct SyncProgress
{
    qint64 doneBytes = 0;
    qint64 totalBytes = 0;
    int doneFiles = 0;
    int totalFiles = 0;
};

struct SyncReport
{
    QMap<SyncStep, int> done; // how many of each
    int conflicts = 0;
    QMap<QString, QString> failures; // path -> why
    QStringList skipped; // here: links, special files and the like, that are never synced
    QStringList folders; // all that were looked into here
    qint64 sentBytes = 0; // of contents, over the network
    qint64 receivedBytes = 0;
    bool isEqual() const { return failures.isEmpty(); }
};

// Makes a folder and a container equal, once: looks at both, plans (syncplan.h), carries out, and looks again
// until there is nothing left to do. Each path's state is kept as soon as it is durable on both sides, so
// that it may end anywhere, also by death, and the next run goes on. Lives in a thread of its own event loop,
// and may block that for moments; destroying it stops it, waiting for no more than a block of a file.
class SyncRun : public QObject
{
    Q_OBJECT

public:
    explicit SyncRun(const SyncSettings &settings, QObject *parent = nullptr);
    ~SyncRun() override;

    void start(); // once

    static QString defaultStateDir();

signals:
    void happened(const nephele::SyncEvent &event);
    void progressed(const nephele::SyncProgress &progress);
    // Busy: another sync is at work there. Conflict: so much would be deleted that it has to be allowed.
    void finished(const nephele::Result<nephele::SyncReport> &report);

private:
    void open();
    Result<> openStore(qint64 blockBytes);
    void takeFacts(const RemoteContainer::Facts &facts);
    void createContainer();
    void look();
    void list(const FolderScan &scan);
    void plan(const RemoteContainer::Listing &listing);
    Result<> judgeMassDeletion(const MassDeletion &mass) const;
    void learnEqual();
    void showPlan();

    void nextStage();
    void fill();
    void carryOut(const SyncAction &action);
    QFuture<Result<>> work(const SyncAction &action);
    QFuture<Result<>> renameLocal(const SyncAction &action);
    QFuture<Result<>> moveRemote(const SyncAction &action);
    QFuture<Result<>> setAsideLocal(const SyncAction &action);
    QFuture<Result<>> setAsideRemote(const SyncAction &action);
    QFuture<Result<>> removeLocal(const SyncAction &action);
    QFuture<Result<>> removeRemote(const SyncAction &action);
    QFuture<Result<>> makeLocalFolder(const SyncAction &action);
    QFuture<Result<>> makeRemoteFolder(const SyncAction &action);
    QFuture<Result<>> mark(const SyncAction &action);
    QFuture<Result<>> download(const SyncAction &action);
    QFuture<Result<>> upload(const SyncAction &action);
    // The object as it was listed, or PreconditionFailed.
    QFuture<Result<RemoteHead>> headAsListed(const QString &name);
    QFuture<Result<>> learn(const QString &name, const SyncState &state, quint64 inode);
    void pruneAbove(const QString &name);
    void advance(qint64 bytes);
    void ended(const SyncAction &action, const Result<> &result);
    void endLook();
    void cleanUp();
    void fail(const Error &error);
    void finish(const Result<SyncReport> &result);

    const SyncSettings m_settings;
    CloudSession m_session;
    QByteArray m_unknownCertificate; // fingerprint of one that was refused
    RemoteContainer m_container;
    std::atomic_bool m_isStopped = false;
    std::unique_ptr<SyncFolder> m_folder;
    std::unique_ptr<SyncStore> m_store;
    QThreadPool m_pool;
    std::unique_ptr<SyncTools> m_tools;

    KnownEntries m_known;
    FolderScan m_scan;
    RemoteEntries m_remote;
    Letters m_letters = Letters::Distinct;
    RemoteMoves m_moves = RemoteMoves::Possible; // until one is refused
    QList<SyncAction> m_actions; // of this look, those not begun yet
    int m_stage = 0;
    int m_running = 0;
    bool m_isFilling = false;
    int m_look = 0;
    int m_doneInLook = 0;
    int m_brokenInRow = 0;
    QMap<QString, QString> m_retries; // changed meanwhile: worth another look
    QMap<QString, QString> m_hopeless; // failed for good in this run
    SyncProgress m_progress;
    SyncReport m_report;
    bool m_isFinished = false;
};

} // namespace nephele
