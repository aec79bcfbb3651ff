// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/edgeshared.h"

#include <QSemaphore>
#include <QThread>

#include <mutex>

namespace nephele {

class EdgeServer;

// One worker's thread: event loop, QHttpServer, the services behind it. Owned by HttpServer.
class EdgeWorker final : public QThread
{
    Q_OBJECT

public:
    // `listening`: a descriptor of a listening socket, copied; QHttpServer insists on one.
    EdgeWorker(EdgeShared &shared, WorkerFactory factory, qintptr listening, int number);
    ~EdgeWorker() override;

    // Starts the thread and waits until it can serve.
    Result<> begin();

    // From any thread. How many connections it has; takes one more.
    int load() const;
    void adopt(qintptr descriptor, const QSslConfiguration *tls, bool isOverload);

    // Asks the thread to end in order; wait() for it.
    void beginStop();

protected:
    void run() override;

private:
    EdgeShared &m_shared;
    const WorkerFactory m_factory;
    const qintptr m_listening;
    QSemaphore m_up;
    Result<> m_started = internalError(QStringLiteral("the worker did not start"));
    EdgeServer *m_server = nullptr; // while run() is between its loop's begin and end
};

} // namespace nephele
