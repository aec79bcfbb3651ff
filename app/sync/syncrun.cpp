// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncrun.h"

#include "app/sync/syncname.h"
#include "model/base/whendone.h"

#include <QCryptographicHash>
#include <QDir>
#include <QStandardPaths>
#include <QTimer>

namespace nephele {

namespace {

constexpr int mostLooks = 12; // beyond that somebody keeps changing things
constexpr int brokenInRowIsDown = 3;
constexpr int pauseMs = 250;

// What may be done at once; stages follow each other.
int stageOf(SyncStep step)
{
    switch (step) {
    case SyncStep::Nothing:
    case SyncStep::Refuse:
    case SyncStep::Learn:
    case SyncStep::Forget:
        return 0;
    case SyncStep::RenameLocal:
        return 1;
    case SyncStep::MoveRemote:
        return 2;
    case SyncStep::SetAsideLocal:
    case SyncStep::SetAsideRemote:
        return 3;
    case SyncStep::RemoveLocal:
        return 4;
    case SyncStep::MakeLocalFolder:
    case SyncStep::MakeRemoteFolder:
    case SyncStep::MarkLocal:
    case SyncStep::MarkRemote:
    case SyncStep::Download:
    case SyncStep::Upload:
        return 5;
    // Last, so that at every moment what was moved or renamed is on the server under one name at least.
    case SyncStep::RemoveRemote:
        return 6;
    }
    Q_UNREACHABLE();
}

bool runsAlone(int stage)
{
    return stage == 1 || stage == 3 || stage == 4;
}

bool isBroken(const Error &error)
{
    return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout
        || error.code == ErrorCode::Unauthenticated || error.code == ErrorCode::InsufficientStorage;
}

template <class T>
void keepOnly(QMap<QString, T> &entries, const IgnoreRules &rules)
{
    for (auto it = entries.begin(); it != entries.end();) {
        const auto what = it->state.isFolder() ? IgnoreRules::Is::Folder : IgnoreRules::Is::File;
        it = rules.ignores(it.key(), what) ? entries.erase(it) : std::next(it);
    }
}

} // namespace

SyncRun::SyncRun(const SyncSettings &settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_session(settings.address.cloud)
    , m_container(m_session, settings.address, settings.mostRequests)
{
    // Its jobs mostly wait for the disk.
    m_pool.setMaxThreadCount(qMax(2 * settings.mostRequests, QThread::idealThreadCount()));
    m_session.connection().pin(settings.fingerprint);
    m_session.connection().trust(settings.authorities);
    m_session.setCredentials(settings.credentials);
    connect(&m_session.connection(), &RestConnection::certificateUnknown, this,
        [this](const UnknownCertificate &certificate) { m_unknownCertificate = certificate.fingerprint; });
    connect(
        &m_container, &RemoteContainer::sent, this, [this](qint64 bytes) { m_report.sentBytes += bytes; });
    connect(&m_container, &RemoteContainer::received, this,
        [this](qint64 bytes) { m_report.receivedBytes += bytes; });
}

SyncRun::~SyncRun()
{
    m_isStopped = true;
    m_pool.waitForDone();
    // Jobs work with what is destroyed next.
    qDeleteAll(findChildren<QObject *>(Qt::FindDirectChildrenOnly));
}

QString SyncRun::defaultStateDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QStringLiteral("/nephele/sync");
}

void SyncRun::fail(const Error &error)
{
    Error told = error;
    if (error.code == ErrorCode::Forbidden && !m_unknownCertificate.isEmpty())
        told.message +=
            QStringLiteral(" Its fingerprint is %1; if that is the cloud's own, trust it with --fingerprint.")
                .arg(QString::fromLatin1(m_unknownCertificate));
    finish(told);
}

void SyncRun::finish(const Result<SyncReport> &result)
{
    if (std::exchange(m_isFinished, true))
        return;
    emit finished(result);
}

void SyncRun::start()
{
    auto folder = SyncFolder::open(m_settings.folder);
    if (!folder)
        return fail(folder.error());
    m_folder = std::move(*folder);
    whenDone(m_container.open(), this, [this](const Result<ContainerAddress> &address) {
        if (!address)
            return fail(address.error());
        open();
    });
}

void SyncRun::open()
{
    whenDone(m_container.facts(), this, [this](const Result<RemoteContainer::Facts> &facts) {
        if (!facts)
            return fail(facts.error());
        if (!facts->exists)
            return createContainer();
        takeFacts(*facts);
    });
}

// A container that is not there yet is made. One that is gone is an empty one, which the guard against mass
// deletions stops at.
void SyncRun::createContainer()
{
    if (m_settings.mode == SyncMode::DryRun)
        return fail(
            notFound(QStringLiteral("There is no container %1 yet.").arg(m_settings.address.container)));
    whenDone(m_container.create(), this,
        [this](const Result<> &created) { created ? open() : fail(created.error()); });
}

Result<> SyncRun::openStore(qint64 blockBytes)
{
    const QString dir = m_settings.stateDir.isEmpty() ? defaultStateDir() : m_settings.stateDir;
    if (!QDir().mkpath(dir))
        return unavailable(QStringLiteral("The folder %1 cannot be made.").arg(dir));
    // Hashes are those of blocks of this size.
    const QString key =
        QStringLiteral("%1\n%2\n%3").arg(m_folder->path(), m_container.address().text()).arg(blockBytes);
    const QByteArray name =
        QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    auto store = SyncStore::open(dir + QLatin1Char('/') + QString::fromLatin1(name) + QStringLiteral(".db"));
    if (!store)
        return store.error();
    m_store = std::move(*store);
    return {};
}

void SyncRun::takeFacts(const RemoteContainer::Facts &facts)
{
    if (const auto opened = openStore(facts.blockBytes); !opened)
        return fail(opened.error());
    m_tools.reset(new SyncTools { *m_folder, *m_store, m_container, m_pool, m_isStopped, facts.blockBytes });
    m_letters = m_folder->ignoresCase() ? Letters::CaseIgnored : Letters::Distinct;
    look();
}

void SyncRun::look()
{
    if (++m_look > mostLooks) {
        if (m_retries.isEmpty())
            m_retries.insert(QStringLiteral("."), QStringLiteral("keeps changing while it is synced"));
        m_report.failures.insert(m_retries);
        return finish(m_report);
    }
    m_actions.clear();
    m_retries.clear();
    m_stage = 0;
    m_doneInLook = 0;
    whenDone(m_tools->inPool([tools = *m_tools] {
        return scanFolder(tools.folder, tools.store, tools.blockBytes, tools.isStopped);
    }),
        this, [this](const Result<FolderScan> &scan) { scan ? list(*scan) : fail(scan.error()); });
}

void SyncRun::list(const FolderScan &scan)
{
    m_scan = scan;
    m_report.skipped = scan.skipped;
    m_report.folders = scan.folders;
    whenDone(m_container.list(), this, [this](const Result<RemoteContainer::Listing> &listing) {
        listing ? plan(*listing) : fail(listing.error());
    });
}

Result<> SyncRun::judgeMassDeletion(const MassDeletion &mass) const
{
    if (m_settings.massDeletions == MassDeletions::Allowed)
        return {};
    const bool isHere = mass.where == MassDeletion::Where::Here;
    return conflict(
        QStringLiteral("%1 of %2 files would be deleted %3, because they are no longer %4. Nothing was done. "
                       "If that is what you want, allow it with --allow-mass-delete.")
            .arg(mass.files)
            .arg(mass.known)
            .arg(isHere ? QStringLiteral("in the folder") : QStringLiteral("on the server"),
                isHere ? QStringLiteral("on the server") : QStringLiteral("in the folder")));
}

void SyncRun::plan(const RemoteContainer::Listing &listing)
{
    auto known = m_store->known();
    if (!known)
        return fail(known.error());
    m_known = std::move(*known);
    m_remote = listing.entries;
    keepOnly(m_known, m_scan.rules);
    keepOnly(m_remote, m_scan.rules);
    const SyncPlan plan = planSync(m_known, m_scan.entries, m_remote, m_letters, m_moves);
    m_report.failures.clear();
    m_report.failures.insert(m_scan.unread);
    for (const QString &refused : listing.refused)
        m_report.failures.insert(
            refused.section(QStringLiteral(": "), 0, -2), refused.section(QStringLiteral(": "), -1));
    if (plan.massDeletion) {
        if (const auto allowed = judgeMassDeletion(*plan.massDeletion); !allowed)
            return fail(allowed.error());
    }
    m_progress.totalBytes = m_progress.doneBytes;
    m_progress.totalFiles = m_progress.doneFiles;
    for (const SyncAction &action : plan.actions) {
        if (action.step == SyncStep::Refuse) {
            m_report.failures.insert(action.name, action.reason);
        } else if (!m_hopeless.contains(action.name)) {
            m_actions.append(action);
            m_progress.totalFiles += stageOf(action.step) > 0;
            if (action.step == SyncStep::Download)
                m_progress.totalBytes += m_remote.value(action.name).sizeBytes;
            else if (action.step == SyncStep::Upload)
                m_progress.totalBytes += m_scan.entries.value(action.name).identity.sizeBytes;
        }
    }
    if (m_settings.mode == SyncMode::DryRun)
        return showPlan();
    learnEqual();
}

void SyncRun::showPlan()
{
    for (const SyncAction &action : std::as_const(m_actions)) {
        if (stageOf(action.step) > 0)
            ++m_report.done[action.step];
        const qint64 size = action.step == SyncStep::Upload
            ? m_scan.entries.value(action.name).identity.sizeBytes
            : m_remote.value(action.name).sizeBytes;
        emit happened({ action.step, action.name, action.target, {}, size });
    }
    finish(m_report);
}

// What both sides have alike, with what is new about it: in one transaction.
void SyncRun::learnEqual()
{
    SyncStore::Learnt learnt;
    QStringList forgotten;
    for (const SyncAction &action : std::as_const(m_actions)) {
        if (action.step == SyncStep::Forget)
            forgotten.append(action.name);
        const LocalEntry here = m_scan.entries.value(action.name);
        if (action.step == SyncStep::Learn)
            learnt.append(
                { action.name, { here.state, m_remote.value(action.name).uuid, here.identity.inode } });
    }
    for (auto it = m_known.cbegin(); it != m_known.cend(); ++it) {
        const auto here = m_scan.entries.constFind(it.key());
        const auto there = m_remote.constFind(it.key());
        if (here == m_scan.entries.cend() || there == m_remote.cend() || here->state != it->state
            || there->state != it->state)
            continue;
        const KnownEntry now { it->state, there->uuid, here->identity.inode };
        if (now != *it)
            learnt.append({ it.key(), now });
    }
    m_actions.removeIf([](const SyncAction &action) { return stageOf(action.step) == 0; });
    const bool isDone = m_actions.isEmpty();
    const auto proceed = [this, isDone](const Result<> &written) {
        if (!written)
            return fail(written.error());
        isDone ? endLook() : nextStage();
    };
    learnt.isEmpty() && forgotten.isEmpty() ? proceed({})
                                            : whenDone(m_store->learn(learnt, forgotten), this, proceed);
}

void SyncRun::nextStage()
{
    if (m_actions.isEmpty())
        return endLook();
    m_stage = stageOf(m_actions.constFirst().step);
    fill();
}

// What is over at once comes back here from within the loop; only the outermost goes on to the next stage,
// or a look would be ended twice, the second time as one in which nothing was left to do.
void SyncRun::fill()
{
    if (m_isFilling)
        return;
    m_isFilling = true;
    const int most = runsAlone(m_stage) ? 1 : m_settings.mostRequests;
    while (m_running < most && !m_actions.isEmpty() && stageOf(m_actions.constFirst().step) == m_stage
        && !m_isFinished)
        carryOut(m_actions.takeFirst());
    m_isFilling = false;
    if (m_running == 0 && !m_isFinished)
        nextStage();
}

void SyncRun::carryOut(const SyncAction &action)
{
    ++m_running;
    whenDone(work(action), this, [this, action](const Result<> &result) { ended(action, result); });
}

void SyncRun::advance(qint64 bytes)
{
    m_progress.doneBytes += bytes;
    emit progressed(m_progress);
}

void SyncRun::ended(const SyncAction &action, const Result<> &result)
{
    --m_running;
    if (m_isFinished)
        return;
    ++m_progress.doneFiles;
    if (result) {
        m_brokenInRow = 0;
        ++m_doneInLook;
        ++m_report.done[action.step];
        emit progressed(m_progress);
    } else if (action.step == SyncStep::MoveRemote
        && (result.error().code == ErrorCode::NotFound || result.error().code == ErrorCode::Forbidden)) {
        m_moves = RemoteMoves::Impossible;
        m_retries.insert(action.name, result.error().message);
    } else if (result.error().code == ErrorCode::PreconditionFailed
        || result.error().code == ErrorCode::Conflict) {
        m_retries.insert(action.name, result.error().message);
    } else {
        m_hopeless.insert(action.name, result.error().message);
        emit happened({ action.step, action.name, action.target, result.error().message, 0 });
        if (isBroken(result.error()) && ++m_brokenInRow >= brokenInRowIsDown)
            return fail(result.error());
    }
    fill();
}

// Nothing done and nothing to try again: this is how it stays.
void SyncRun::endLook()
{
    m_retries.insert(m_scan.unsettled);
    if (!m_retries.isEmpty()) {
        // Whoever is writing there gets some time to end.
        QTimer::singleShot(pauseMs, this, &SyncRun::look);
        return;
    }
    if (m_doneInLook > 0)
        return look();
    m_report.failures.insert(m_hopeless);
    cleanUp();
}

void SyncRun::cleanUp()
{
    if (!m_report.failures.isEmpty() || m_scan.temporaries.isEmpty())
        return finish(m_report);
    whenDone(m_tools->inPool([tools = *m_tools, names = m_scan.temporaries]() -> Result<> {
        for (const QString &name : names)
            tools.folder.removeTemporary(name);
        return {};
    }),
        this, [this](const Result<> &) { finish(m_report); });
}

} // namespace nephele
