// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/consoleroutes.h"

#include "server/compute/consolepage.h"
#include "server/guest/consoletickets.h"
#include "server/guest/websocketconsole.h"
#include "server/libvirt/hypervisor.h"

#include <QtConcurrentRun>
#include <QWebSocket>

namespace nephele {

RouteTable consoleRoutes(ConsoleTickets &tickets, Hypervisor &hypervisor)
{
    const auto open = [&](QWebSocket *browser, const Request &request, const Caller &) {
        const auto server = tickets.redeem(request.query(QLatin1StringView("ticket")).value_or(QString()));
        if (!server) {
            browser->close(QWebSocketProtocol::CloseCodePolicyViolated,
                QStringLiteral("This ticket is not good, or was used before."));
            return;
        }
        new WebSocketConsole(browser, [&hypervisor, id = *server] {
            return QtConcurrent::run([&hypervisor, id] { return owned(hypervisor.openGraphics(id)); });
        });
    };
    RouteTable table { "/nephele/v1", Face::OpenStack, FaultForm::Nephele, consolePageRoutes(), {} };
    table.webSockets = { WebSocketRoute("/console", Right::Public, open) };
    return table;
}

} // namespace nephele
