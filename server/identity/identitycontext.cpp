// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identitycontext.h"

#include "model/identity/tokenstore.h"

#include <QTimer>

namespace nephele {

IdentityContext::IdentityContext(Database &database, IdentitySettings settings, QObject *parent)
    : QObject(parent)
    , m_database(database)
    , m_settings(std::move(settings))
    , m_throttle(database.clock(), m_settings.throttle)
    , m_passwords(m_settings.passwordCost)
{
    auto *timer = new QTimer(this);
    timer->setInterval(600'000);
    connect(timer, &QTimer::timeout, this, [this] { pruneTokens(); });
    timer->start();
}

QFuture<Result<qint64>> IdentityContext::pruneTokens()
{
    return m_database.write(
        [nowMs = clock().nowMs()](Transaction &t) { return TokenStore::prune(t, nowMs); });
}

} // namespace nephele
