// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncwatch.h"

namespace nephele {

namespace {

constexpr int quietMs = 1000;
constexpr int longestPollMs = 300'000;
constexpr qsizetype mostWatched = 4096; // the kernel's watches are everybody's

} // namespace

SyncWatch::SyncWatch(const SyncSettings &settings, QObject *parent) : QObject(parent), m_settings(settings)
{
    m_quiet.setSingleShot(true);
    m_quiet.setInterval(quietMs);
    m_poll.setSingleShot(true);
    connect(&m_quiet, &QTimer::timeout, this, &SyncWatch::run);
    connect(&m_poll, &QTimer::timeout, this, &SyncWatch::run);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] { m_quiet.start(); });
}

SyncWatch::~SyncWatch() = default;

void SyncWatch::start()
{
    run();
}

void SyncWatch::run()
{
    // What changes during a run starts the quiet time, which ends in the next one.
    if (m_run)
        return m_quiet.start();
    m_quiet.stop();
    m_poll.stop();
    m_run = std::make_unique<SyncRun>(m_settings);
    connect(m_run.get(), &SyncRun::happened, this, &SyncWatch::happened);
    connect(m_run.get(), &SyncRun::progressed, this, &SyncWatch::progressed);
    // The run is destroyed there, which its own signal must not do.
    connect(m_run.get(), &SyncRun::finished, this, &SyncWatch::take, Qt::QueuedConnection);
    m_run->start();
}

void SyncWatch::take(const Result<SyncReport> &report)
{
    m_run.reset();
    if (report)
        watch(report->folders);
    m_failures = report ? 0 : m_failures + 1;
    m_poll.start(qMin(longestPollMs, m_settings.pollMs << qMin(m_failures, 5)));
    emit finished(report);
}

void SyncWatch::watch(const QStringList &folders)
{
    QStringList wanted;
    for (const QString &folder : folders.first(qMin(mostWatched, folders.size())))
        wanted.append(folder.isEmpty() ? m_settings.folder : m_settings.folder + QLatin1Char('/') + folder);
    const QStringList watched = m_watcher.directories();
    const QSet<QString> kept(wanted.cbegin(), wanted.cend());
    const QSet<QString> had(watched.cbegin(), watched.cend());
    const QSet<QString> gone = QSet<QString>(had).subtract(kept);
    const QSet<QString> added = QSet<QString>(kept).subtract(had);
    if (!gone.isEmpty())
        m_watcher.removePaths(gone.values());
    if (!added.isEmpty())
        m_watcher.addPaths(added.values());
}

} // namespace nephele
