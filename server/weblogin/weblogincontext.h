// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identitycontext.h"
#include "server/weblogin/logintargets.h"

#include <QObject>

namespace nephele {

// How somebody without an account gets one.
enum class SignUpPolicy {
    Off, // the administrator makes accounts
    Invitation, // by a link the administrator hands out
    Moderated // so, or by asking: the administrator accepts or rejects
};

// Who hands out the link to whoever lost his password.
enum class LostPasswordPolicy {
    Admin, // `nephele admin user reset-link`
    Log // so, or the cloud's log, for clouds whose users read it
};

struct WebloginSettings
{
    SignUpPolicy signUp = SignUpPolicy::Off;
    LostPasswordPolicy lostPassword = LostPasswordPolicy::Admin;
    LoginTargets targets;
    qint64 sessionLifeMs = qint64(12) * 3'600'000;
    qint64 linkLifeMs = qint64(24) * 3'600'000; // of links to a new password
};

// What the workers' parts of signing in by a browser share: one per process, owned by main, made before the
// workers and gone after them. May be used from every thread.
class WebloginContext : public QObject
{
    Q_OBJECT

public:
    WebloginContext(IdentityContext &identity, WebloginSettings settings, QObject *parent = nullptr);

    IdentityContext &identity() const { return m_identity; }
    Database &database() const { return m_identity.database(); }
    const WebloginSettings &settings() const { return m_settings; }
    qint64 nowMs() const { return m_identity.clock().nowMs(); }

    // Takes sessions, links, codes away that are past their time, a slice of each at a time. Runs by itself
    // every ten minutes. How many went.
    QFuture<Result<qint64>> prune();

private:
    IdentityContext &m_identity;
    const WebloginSettings m_settings;
};

} // namespace nephele
