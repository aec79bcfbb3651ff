// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"
#include "server/libvirt/eventloop.h"
#include "server/libvirt/handles.h"

#include <QMutex>
#include <QString>
#include <QWaitCondition>

#include <functional>
#include <memory>

namespace nephele {

// Keeps one libvirt connection open. A thread of its own opens it, waits until libvirt calls it closed (a
// dead daemon at once, a hung one by keepalive after 8 s), and opens it anew with growing pauses.
class HypervisorConnection final
{
public:
    // Called from threads of this class; must return soon and must not call back into libvirt.
    struct Listener
    {
        std::function<void(const ServerId &)> guestChanged;
        std::function<void(bool connected)> connectedChanged;
    };

    static Result<std::unique_ptr<HypervisorConnection>> open(const QString &uri, Listener listener);
    ~HypervisorConnection();

    const QString &uri() const { return m_uri; }
    bool isConnected() const;
    QString lastProblem() const;

    // A reference of the caller's own, so that losing the connection never frees it under a call in flight.
    // Waits for the first attempt to connect, which is under way from open() on; Unavailable while it is
    // lost.
    Result<VirConnect> connection() const;

private:
    struct Watch;

    HypervisorConnection(const QString &uri, Listener listener, std::shared_ptr<EventLoop> loop);
    void work();
    Result<VirConnect> connectNow();
    void giveUp(VirConnect connection);
    void wasClosed();

    const QString m_uri;
    const Listener m_listener;
    const std::shared_ptr<EventLoop> m_loop;
    std::shared_ptr<Watch> m_watch; // of the connection that is open; the connector's thread only

    mutable QMutex m_mutex; // guards what follows
    mutable QWaitCondition m_changed;
    VirConnect m_connection; // null while not connected
    QString m_problem;
    bool m_isLost = false;
    bool m_wasTried = false;
    bool m_isStopping = false;

    std::unique_ptr<QThread> m_thread;
};

} // namespace nephele
