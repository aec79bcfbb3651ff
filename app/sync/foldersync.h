// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/syncrun.h"

#include <QThread>

namespace nephele {

enum class SyncRepeat { Once, Watch };

// The sync of one folder with one container, in a thread of its own. Its signals come in the thread it lives
// in, that of whoever made it. Destroying it stops what is under way, at once but for a block of a file;
// everything done until then stays done and known.
class FolderSync : public QObject
{
    Q_OBJECT

public:
    explicit FolderSync(const SyncSettings &settings, QObject *parent = nullptr);
    ~FolderSync() override;

    // Once; Watch goes on until stop(): a while after something changed in the folder, and every few seconds
    // to see what is new on the server.
    void start(SyncRepeat repeat = SyncRepeat::Once);
    // stopped() follows; nothing after that.
    void stop();

signals:
    void happened(const nephele::SyncEvent &event);
    void progressed(const nephele::SyncProgress &progress);
    void finished(const nephele::Result<nephele::SyncReport> &report); // of one run, in either manner
    void stopped();

private:
    QThread m_thread;
    const SyncSettings m_settings;
};

} // namespace nephele
