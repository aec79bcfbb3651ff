// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/guest/graphicslink.h"

#include <QLocalSocket>
#include <QPromise>

#include <memory>
#include <sys/socket.h>

namespace nephele::test {

// Both ends of what Hypervisor::openGraphics hands out: `open` gives away one, `guest` plays the VNC server
// on the other. The real one runs in the tests labelled host.
struct FakeScreen
{
    FakeScreen()
    {
        int ends[2] = { -1, -1 };
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
            guest.setSocketDescriptor(ends[0]);
            client = std::make_shared<OwnedDescriptor>(ends[1]);
        }
    }

    OpenGraphics open() const
    {
        return [end = client] {
            QPromise<GraphicsDescriptor> promise;
            promise.start();
            promise.addResult(owned(end->take()));
            promise.finish();
            return promise.future();
        };
    }

    static OpenGraphics refuse()
    {
        return [] {
            QPromise<GraphicsDescriptor> promise;
            promise.start();
            promise.addResult(GraphicsDescriptor(conflict(QStringLiteral("The guest is off."))));
            promise.finish();
            return promise.future();
        };
    }

    QLocalSocket guest;
    std::shared_ptr<OwnedDescriptor> client;
};

} // namespace nephele::test
