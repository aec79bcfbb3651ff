// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/changefeed.h"

#include "app/client/answer.h"
#include "app/client/cloudclient.h"

namespace nephele {

namespace {

constexpr int firstPauseMs = 1000;
constexpr int longestPauseMs = 30'000;

} // namespace

ChangeFeed::ChangeFeed(CloudClient &client, QObject *parent) : QObject(parent), m_client(client)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &ChangeFeed::ask);
}

void ChangeFeed::start()
{
    ++m_run;
    m_isRunning = true;
    m_isAsking = false;
    m_isFirst = true;
    m_failures = 0;
    m_since = 0;
    ask();
}

void ChangeFeed::stop()
{
    ++m_run;
    m_isRunning = false;
    m_isAsking = false;
    m_pause.stop();
}

void ChangeFeed::retryNow()
{
    if (!m_isRunning || m_isAsking)
        return;
    m_pause.stop();
    ask();
}

void ChangeFeed::ask()
{
    m_isAsking = true;
    onAnswer(m_client.changes(m_since), this, [this, run = m_run](const Result<ChangePage> &page) {
        if (run != m_run)
            return;
        m_isAsking = false;
        take(page);
    });
}

void ChangeFeed::take(const Result<ChangePage> &page)
{
    if (!page) {
        m_isConnected = false;
        const int pauseMs =
            int(qMin<qint64>(longestPauseMs, firstPauseMs * (qint64(1) << qMin(m_failures, 10))));
        ++m_failures;
        m_pause.start(pauseMs);
        emit connectionLost(page.error(), pauseMs);
        return;
    }
    const bool wasLost = std::exchange(m_failures, 0) > 0;
    m_isConnected = true;
    // A cloud that was restored from a copy counts from an earlier number.
    const bool wentBack = page->next < m_since;
    m_since = page->next;
    if (wasLost)
        emit connectionRestored();
    // The first answer lists what happened before we looked; the lists are read anyway.
    const bool isFirst = std::exchange(m_isFirst, false);
    if (page->reload || wentBack || wasLost || (isFirst && !page->changes.isEmpty()))
        emit reload();
    else if (!page->changes.isEmpty())
        emit changed(page->changes);
    // A receiver may have stopped the feed. An answer without waiting must not become a busy loop.
    if (!m_isRunning || m_isAsking)
        return;
    m_pause.start(page->changes.isEmpty() && !page->reload ? 50 : 0);
}

} // namespace nephele
