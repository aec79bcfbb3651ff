// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/weblogincontext.h"

#include "model/weblogin/oauthstore.h"
#include "model/weblogin/onetimelinkstore.h"
#include "model/weblogin/websessionstore.h"

#include <QTimer>

namespace nephele {

WebloginContext::WebloginContext(IdentityContext &identity, WebloginSettings settings, QObject *parent)
    : QObject(parent), m_identity(identity), m_settings(std::move(settings))
{
    auto *timer = new QTimer(this);
    timer->setInterval(600'000);
    connect(timer, &QTimer::timeout, this, [this] { prune(); });
    timer->start();
}

QFuture<Result<qint64>> WebloginContext::prune()
{
    return database().write([nowMs = nowMs()](Transaction &t) -> Result<qint64> {
        qint64 gone = 0;
        for (const auto &prune : { &WebSessionStore::prune, &ResetLinkStore::prune, &InvitationStore::prune,
                 &OAuthStore::prune }) {
            const auto some = prune(t, nowMs, 500);
            if (!some)
                return some.error();
            gone += *some;
        }
        return gone;
    });
}

} // namespace nephele
