// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/clock.h"
#include "model/base/ids.h"
#include "model/base/result.h"

#include <QHash>
#include <QMutex>
#include <QString>

#include <optional>

namespace nephele {

// One-time tickets for the console in a browser, in memory only: who shows one gets the screen of its server,
// once, within a minute. Safe from every thread.
class ConsoleTickets final
{
public:
    static constexpr qint64 lifetimeMs = 60'000;
    static constexpr int mostTickets = 4096;

    explicit ConsoleTickets(const Clock &clock = Clock::system()) : m_clock(clock) { }

    struct Ticket
    {
        QString text; // 32 random bytes as 64 hexadecimal digits
        qint64 expiresAtMs = 0;
    };
    // Unavailable while too many are open.
    Result<Ticket> issue(const ServerId &server);
    // nullopt: never issued, used before, or too old.
    std::optional<ServerId> redeem(const QString &ticket);

private:
    struct Open
    {
        ServerId server;
        qint64 expiresAtMs = 0;
    };

    const Clock &m_clock;
    QMutex m_mutex; // guards m_open
    QHash<QByteArray, Open> m_open; // by the SHA-256 of the ticket, so that comparing tells nothing
};

} // namespace nephele
