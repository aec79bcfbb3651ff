// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QThread>

#include <memory>

namespace nephele {

class EventWorker;

// The thread that runs libvirt's events on Qt's notifiers and timers (virEventRegisterImpl). libvirt's
// default implementation uses GLib's default context, which the window's thread runs as well: its callbacks
// would arrive there. libvirt takes one implementation per process and for good; so the thread is shared by
// all connections, and ends with the last of them.
class EventLoop final
{
public:
    // Hold it from before a connection is opened until after it is closed. Any thread but its own.
    static Result<std::shared_ptr<EventLoop>> acquire();
    ~EventLoop();

    QThread *thread() { return &m_thread; }

private:
    EventLoop();

    QThread m_thread;
    EventWorker *m_worker; // lives in m_thread and ends with it
};

} // namespace nephele
