// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/ownreader.h"

#include <QObject>
#include <QTimer>

namespace nephele {

class CloudClient;

// Keeps one request waiting at the cloud and says what changed. When the cloud does not answer it asks again
// after 1, 2, 4 ... at most 30 seconds; when it comes back, or says that too much was missed, reload() tells
// to read every list anew. Lives in the window's thread.
class ChangeFeed : public QObject
{
    Q_OBJECT

public:
    explicit ChangeFeed(CloudClient &client, QObject *parent = nullptr);

    void start();
    void stop();
    // Now instead of at the end of the pause; nothing when a request is under way.
    void retryNow();

    bool isConnected() const { return m_isConnected; }

signals:
    void changed(const QList<nephele::FeedChange> &changes);
    void reload();
    void connectionLost(const nephele::Error &why, int retryInMs);
    void connectionRestored();

private:
    void ask();
    void take(const Result<ChangePage> &page);

    CloudClient &m_client;
    QTimer m_pause;
    qint64 m_since = 0;
    int m_failures = 0;
    quint64 m_run = 0; // answers to requests of an earlier start() are dropped
    bool m_isRunning = false;
    bool m_isAsking = false;
    bool m_isConnected = false;
    bool m_isFirst = true;
};

} // namespace nephele
