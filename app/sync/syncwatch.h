// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/syncrun.h"

#include <QFileSystemWatcher>
#include <QTimer>

namespace nephele {

// Runs a sync again and again: soon after the folder has become quiet, and every few seconds in any case, for
// what changed on the server and for what no watch told of (a file written to in place). After a run that
// failed the pauses grow. Lives in the sync's thread.
class SyncWatch : public QObject
{
    Q_OBJECT

public:
    explicit SyncWatch(const SyncSettings &settings, QObject *parent = nullptr);
    ~SyncWatch() override;

    void start();

signals:
    void happened(const nephele::SyncEvent &event);
    void progressed(const nephele::SyncProgress &progress);
    void finished(const nephele::Result<nephele::SyncReport> &report);

private:
    void run();
    void take(const Result<SyncReport> &report);
    void watch(const QStringList &folders);

    const SyncSettings m_settings;
    std::unique_ptr<SyncRun> m_run;
    QFileSystemWatcher m_watcher;
    QTimer m_quiet;
    QTimer m_poll;
    int m_failures = 0;
};

} // namespace nephele
