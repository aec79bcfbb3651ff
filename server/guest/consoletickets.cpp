// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/consoletickets.h"

#include <QCryptographicHash>
#include <QRandomGenerator>

#include <algorithm>

namespace nephele {

namespace {

constexpr int ticketBytes = 32;

QByteArray hashOf(const QString &ticket)
{
    return QCryptographicHash::hash(ticket.toUtf8(), QCryptographicHash::Sha256);
}

} // namespace

Result<ConsoleTickets::Ticket> ConsoleTickets::issue(const ServerId &server)
{
    QByteArray random(ticketBytes, Qt::Uninitialized);
    std::generate(
        random.begin(), random.end(), [] { return char(QRandomGenerator::system()->bounded(256)); });
    const qint64 now = m_clock.nowMs();
    const Ticket ticket { QString::fromLatin1(random.toHex()), now + lifetimeMs };
    const QMutexLocker lock(&m_mutex);
    m_open.removeIf([now](const QHash<QByteArray, Open>::iterator it) { return it->expiresAtMs <= now; });
    if (m_open.size() >= mostTickets)
        return unavailable(QStringLiteral("Too many consoles are being opened."));
    m_open.insert(hashOf(ticket.text), { server, ticket.expiresAtMs });
    return ticket;
}

std::optional<ServerId> ConsoleTickets::redeem(const QString &ticket)
{
    const QMutexLocker lock(&m_mutex);
    const auto found = m_open.constFind(hashOf(ticket));
    if (found == m_open.cend())
        return std::nullopt;
    const Open open = *found;
    m_open.erase(found);
    return open.expiresAtMs > m_clock.nowMs() ? std::optional(open.server) : std::nullopt;
}

} // namespace nephele
