// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/foldersync.h"

#include "app/sync/syncwatch.h"

namespace nephele {

FolderSync::FolderSync(const SyncSettings &settings, QObject *parent) : QObject(parent), m_settings(settings)
{
    m_thread.setObjectName(QStringLiteral("sync"));
    connect(&m_thread, &QThread::finished, this, &FolderSync::stopped);
}

FolderSync::~FolderSync()
{
    disconnect(&m_thread, nullptr, this, nullptr);
    stop();
    m_thread.wait();
}

void FolderSync::start(SyncRepeat repeat)
{
    // Made over there, by the thread's first event.
    auto *starter = new QObject;
    starter->moveToThread(&m_thread);
    connect(&m_thread, &QThread::started, starter, [this, starter, repeat] {
        const auto adopt = [this](auto *worker) {
            using Worker = std::remove_pointer_t<decltype(worker)>;
            connect(worker, &Worker::happened, this, &FolderSync::happened);
            connect(worker, &Worker::progressed, this, &FolderSync::progressed);
            connect(worker, &Worker::finished, this, &FolderSync::finished);
            worker->start();
        };
        if (repeat == SyncRepeat::Watch)
            adopt(new SyncWatch(m_settings, starter));
        else
            adopt(new SyncRun(m_settings, starter));
    });
    connect(&m_thread, &QThread::finished, starter, &QObject::deleteLater);
    m_thread.start();
}

void FolderSync::stop()
{
    m_thread.quit();
}

} // namespace nephele
