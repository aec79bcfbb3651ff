// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/changestore.h"
#include "model/database/database.h"
#include "server/http/route.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QPromise>
#include <QTimer>

namespace nephele {

// Gives the feed of changes out, each caller what the one rule lets him see:
//   GET /nephele/v1/changes?since=SEQ          waits up to 30 s for something after SEQ
//   the same as a WebSocket                    one such object per message, as things happen
//   {"changes": [{"seq", "at", "kind", "id", "project"}], "next": SEQ, "reload": bool}
// `next` is the SEQ of the next question. `reload` means: rows between are gone (or SEQ is 0 or from another
// life of this cloud), read everything anew. One per worker, in its thread; `database` outlives it.
class ChangePublisher : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        int longestWaitMs = 30'000;
        qint64 keptMs = 3'600'000;
        int pruneEveryMs = 300'000;
        // A WebSocket is closed then, for its token may have been revoked; the client comes again.
        int webSocketMs = 600'000;
    };

    ChangePublisher(Database &database, Options options);
    explicit ChangePublisher(Database &database);
    ~ChangePublisher() override;

    RouteTable routes();

    // Answers all who wait; for Worker::aboutToStop().
    void releaseWaiting();

    // One round of forgetting; called by a timer.
    void prune();

private:
    struct Page
    {
        QList<ChangeRow> changes; // what this caller may see
        qint64 next = 0;
        bool reload = false;
        bool isPartial = false; // a look has its bounds: more rows wait behind `next`
        bool isWorthSending() const { return reload || isPartial || !changes.isEmpty(); }
    };
    struct Poll
    {
        Caller caller;
        qint64 since = 0;
        qint64 untilMs = 0;
        Result<Response> answer = Response();
        QPromise<Result<Response>> promise;
    };
    struct Listener
    {
        Caller caller;
        qint64 since = 0;
        qint64 untilMs = 0;
        bool isBehind = false; // there was more than it took
        QPointer<QWebSocket> socket;
    };

    Reply poll(const Request &request, const Caller &caller);
    void listen(QWebSocket *socket, const Request &request, const Caller &caller);
    // Something happened: everybody who waits is looked after. Time passed: only who has waited enough.
    enum class Wake { Change, Time };
    void serve(Wake wake);
    bool servePoll(Poll &poll, Wake wake, qint64 nowMs);
    bool serveListener(Listener &listener, Wake wake, qint64 nowMs);
    Result<Page> pageAfter(qint64 since, const Caller &caller);
    static QByteArray render(const Page &page);

    Database &m_database;
    const Options m_options;
    ChangeStore m_store;
    QElapsedTimer m_clock;
    QTimer m_ticker; // while somebody waits
    QTimer m_pruner;
    bool m_isServeQueued = false;
    std::vector<std::unique_ptr<Poll>> m_polls;
    std::vector<Listener> m_listeners;
};

} // namespace nephele
