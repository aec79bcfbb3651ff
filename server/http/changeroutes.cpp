// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/changeroutes.h"

#include "model/base/whendone.h"
#include "server/http/jsonwriter.h"

#include <QWebSocket>

#include <algorithm>

namespace nephele {

namespace {

constexpr int rowsPerLook = 500;
constexpr int looksPerPage = 4;
constexpr int rowsPerPrune = 500;
constexpr int tickMs = 250;
constexpr size_t mostWaiting = 1000;
constexpr qint64 webSocketBacklogBytes = 256 * 1024;

Result<qint64> sinceOf(const Request &request)
{
    const QString text = request.query(QLatin1StringView("since")).value_or(QStringLiteral("0"));
    bool isNumber = false;
    const qint64 since = text.toLongLong(&isNumber);
    if (!isNumber || since < 0)
        return invalid(QStringLiteral("since: must be a number that an earlier answer gave as 'next'."));
    return since;
}

} // namespace

ChangePublisher::ChangePublisher(Database &database) : ChangePublisher(database, Options()) { }

ChangePublisher::ChangePublisher(Database &database, Options options) : m_database(database), m_options(options)
{
    m_clock.start();
    // From a writer's thread, once a batch: many become one look.
    connect(
        &database, &Database::changesCommitted, this,
        [this] {
            if (!std::exchange(m_isServeQueued, true))
                QTimer::singleShot(0, this, [this] { serve(Wake::Change); });
        },
        Qt::QueuedConnection);
    connect(&m_ticker, &QTimer::timeout, this, [this] { serve(Wake::Time); });
    connect(&m_pruner, &QTimer::timeout, this, &ChangePublisher::prune);
    m_pruner.start(m_options.pruneEveryMs);
}

ChangePublisher::~ChangePublisher()
{
    releaseWaiting();
}

RouteTable ChangePublisher::routes()
{
    std::vector<Route> routes;
    routes.emplace_back("GET", "/changes", Right::Reader,
        [this](const Request &request, const Caller &caller) { return poll(request, caller); });
    std::vector<WebSocketRoute> webSockets;
    webSockets.emplace_back(
        "/changes", Right::Reader, [this](QWebSocket *socket, const Request &request, const Caller &caller) {
            listen(socket, request, caller);
        });
    return { "/nephele/v1", Face::OpenStack, FaultForm::Nephele, std::move(routes), std::move(webSockets) };
}

// Looks at a bounded number of rows; `next` says how far that went.
Result<ChangePublisher::Page> ChangePublisher::pageAfter(qint64 since, const Caller &caller)
{
    return m_database.read([&](ReadTransaction &t) -> Result<Page> {
        const auto span = m_store.span(t);
        if (!span)
            return span.error();
        if (since > span->newest || (since + 1 < span->oldest) || (since == 0 && span->newest > 0))
            return Page { {}, span->newest, true, false };
        Page page { {}, since, false, false };
        for (int look = 0; look < looksPerPage && page.next < span->newest; ++look) {
            const auto rows = m_store.changesAfter(t, page.next, rowsPerLook);
            if (!rows)
                return rows.error();
            for (const ChangeRow &row : *rows) {
                if (canSee(caller, row.owner))
                    page.changes.append(row);
                page.next = row.seq;
            }
            if (rows->size() < rowsPerLook || !page.changes.isEmpty())
                break;
        }
        page.isPartial = page.next < span->newest;
        return page;
    });
}

QByteArray ChangePublisher::render(const Page &page)
{
    JsonWriter json(128 + page.changes.size() * 160);
    json.beginObject().key("changes").beginArray();
    for (const ChangeRow &change : page.changes) {
        json.beginObject().member("seq", change.seq).member("at", isoMicroseconds(change.atMs));
        json.member("kind", change.kind).member("id", change.id);
        json.member("project", change.owner.project.text()).endObject();
    }
    json.endArray().member("next", page.next).member("reload", page.reload).endObject();
    return std::move(json).bytes();
}

Reply ChangePublisher::poll(const Request &request, const Caller &caller)
{
    const auto since = sinceOf(request);
    if (!since)
        return since.error();
    const auto page = pageAfter(*since, caller);
    if (!page)
        return page.error();
    if (page->isWorthSending())
        return Response::json(200, render(*page));
    if (m_polls.size() >= mostWaiting)
        return unavailable(QStringLiteral("Too many are waiting for changes already."));
    auto waiting = std::make_unique<Poll>();
    waiting->caller = caller;
    waiting->since = page->next;
    waiting->untilMs = m_clock.elapsed() + m_options.longestWaitMs;
    waiting->promise.start();
    const auto future = waiting->promise.future();
    m_polls.push_back(std::move(waiting));
    if (!m_ticker.isActive())
        m_ticker.start(tickMs);
    return future;
}

void ChangePublisher::listen(QWebSocket *socket, const Request &request, const Caller &caller)
{
    const auto since = sinceOf(request);
    if (!since) {
        socket->close(QWebSocketProtocol::CloseCodePolicyViolated, since.error().message);
        return;
    }
    if (m_listeners.size() >= mostWaiting) {
        socket->close(QWebSocketProtocol::CloseCodeGoingAway, QStringLiteral("Too many listen already."));
        return;
    }
    m_listeners.push_back({ caller, *since, m_clock.elapsed() + m_options.webSocketMs, false, socket });
    if (!m_ticker.isActive())
        m_ticker.start(tickMs);
    (void)serveListener(m_listeners.back(), Wake::Change, m_clock.elapsed());
}

void ChangePublisher::serve(Wake wake)
{
    if (wake == Wake::Change)
        m_isServeQueued = false;
    const qint64 nowMs = m_clock.elapsed();
    std::erase_if(m_listeners, [&](Listener &listener) { return serveListener(listener, wake, nowMs); });
    const auto done = std::stable_partition(
        m_polls.begin(), m_polls.end(), [&](const auto &poll) { return !servePoll(*poll, wake, nowMs); });
    // Taken out first: an answer can bring the same client's next question at once.
    std::vector<std::unique_ptr<Poll>> answered(
        std::make_move_iterator(done), std::make_move_iterator(m_polls.end()));
    m_polls.erase(done, m_polls.end());
    for (const auto &poll : answered) {
        poll->promise.addResult(std::move(poll->answer));
        poll->promise.finish();
    }
    if (m_polls.empty() && m_listeners.empty())
        m_ticker.stop();
}

// True when he has his answer.
bool ChangePublisher::servePoll(Poll &poll, Wake wake, qint64 nowMs)
{
    const bool isOver = nowMs >= poll.untilMs;
    if (wake == Wake::Time && !isOver)
        return false;
    const auto page = pageAfter(poll.since, poll.caller);
    if (!page) {
        poll.answer = page.error();
        return true;
    }
    poll.since = page->next;
    poll.answer = Response::json(200, render(*page));
    return page->isWorthSending() || isOver;
}

// True when there is nobody any more.
bool ChangePublisher::serveListener(Listener &listener, Wake wake, qint64 nowMs)
{
    if (!listener.socket || !listener.socket->isValid())
        return true;
    const bool isExpired =
        listener.caller.expiresAtMs > 0 && m_database.clock().nowMs() >= listener.caller.expiresAtMs;
    if (nowMs >= listener.untilMs || isExpired) {
        listener.socket->close(QWebSocketProtocol::CloseCodeGoingAway);
        return true;
    }
    if (wake == Wake::Time && !listener.isBehind)
        return false;
    // A slow reader gets the rest when he has read.
    listener.isBehind = true;
    if (listener.socket->bytesToWrite() > webSocketBacklogBytes)
        return false;
    const auto page = pageAfter(listener.since, listener.caller);
    if (!page)
        return false; // the next look may do better
    listener.isBehind = page->next != listener.since;
    listener.since = page->next;
    if (page->isWorthSending())
        listener.socket->sendTextMessage(QString::fromUtf8(render(*page)));
    return false;
}

void ChangePublisher::releaseWaiting()
{
    m_listeners.clear();
    const auto polls = std::exchange(m_polls, {});
    for (const auto &poll : polls) {
        poll->promise.addResult(
            Result<Response>(Response::json(200, render({ {}, poll->since, false, false }))));
        poll->promise.finish();
    }
}

void ChangePublisher::prune()
{
    const qint64 beforeMs = m_database.clock().nowMs() - m_options.keptMs;
    const auto removed = m_database.write([store = m_store, beforeMs](Transaction &t) {
        return store.removeOlderThan(t, beforeMs, rowsPerPrune);
    });
    whenDone(removed, this, [this](const Result<qint64> &rows) {
        if (rows && *rows == rowsPerPrune)
            prune();
    });
}

} // namespace nephele
