// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/nephelecomputeservice.h"

#include "server/compute/serverrules.h"
#include "server/guest/consoletickets.h"
#include "server/guest/guestdisks.h"
#include "server/guest/seriallog.h"
#include "server/guest/vncproxy.h"

#include <QRandomGenerator>
#include <QtConcurrent>

namespace nephele {

namespace {

constexpr int vncPasswordLength = 8; // VNC authentication reads no more
constexpr int vncLimitMs = 60'000;

QByteArray vncPassword()
{
    static constexpr QLatin1StringView characters(
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789");
    QByteArray password;
    for (int i = 0; i < vncPasswordLength; ++i)
        password += characters.at(QRandomGenerator::system()->bounded(int(characters.size()))).toLatin1();
    return password;
}

Result<ConsoleAccess> ticketFor(ConsoleTickets &tickets, const ServerId &server)
{
    const auto ticket = tickets.issue(server);
    if (!ticket)
        return ticket.error();
    ConsoleAccess access;
    access.ticket = ticket->text;
    access.expiresAtMs = ticket->expiresAtMs;
    return access;
}

Result<ConsoleAccess> proxyFor(ComputeParts &parts, const ServerId &server, QObject *owner)
{
    VncProxy::Options options;
    options.address = parts.consoleAddress;
    options.password = vncPassword();
    options.limitMs = vncLimitMs;
    auto proxy = VncProxy::listen(options, [&hypervisor = parts.hypervisor, server] {
        return QtConcurrent::run([&hypervisor, server] { return owned(hypervisor.openGraphics(server)); });
    });
    if (!proxy)
        return proxy.error();
    VncProxy *listening = proxy->release();
    listening->setParent(owner);
    QObject::connect(listening, &VncProxy::finished, listening, &QObject::deleteLater);
    ConsoleAccess access;
    access.host = options.address.toString();
    access.port = listening->port();
    access.password = QString::fromLatin1(options.password);
    access.expiresAtMs = parts.database.clock().nowMs() + vncLimitMs;
    return access;
}

} // namespace

QFuture<Result<QByteArray>> NepheleComputeService::consoleOutput(
    const Caller &caller, const ServerRef &ref, std::optional<int> lines)
{
    const auto found = server(caller, ref);
    if (!found)
        return QtFuture::makeReadyFuture(Result<QByteArray>(found.error()));
    if (lines && *lines < 0)
        lines.reset(); // Nova's -1: all
    const QString log = m_parts.disks.serialLogPath(found->id);
    return QtConcurrent::run([log, lines] { return serialLogTail(log, lines); });
}

QFuture<Result<ConsoleAccess>> NepheleComputeService::console(
    const Caller &caller, const ServerRef &ref, ConsoleKind kind)
{
    const auto access = [&]() -> Result<ConsoleAccess> {
        const auto found = server(caller, ref);
        if (!found)
            return found.error();
        if (!canChange(caller, found->owner)) // a keyboard, not only a screen
            return forbidden(QStringLiteral("You may see this server but not use its console."));
        if (found->state != ServerState::Running)
            return conflict(QStringLiteral("A server has a console only while it runs."));
        return kind == ConsoleKind::WebSocket ? ticketFor(m_parts.consoleTickets, found->id)
                                              : proxyFor(m_parts, found->id, &m_consoles);
    };
    return QtFuture::makeReadyFuture(access());
}

} // namespace nephele
