// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

#include <QStringList>

namespace nephele {

// What to sign in with: a ready token, an application credential, or a user's name and password.
struct Credentials
{
    QString token; // not empty: the rest is not looked at
    QString credentialId; // not empty: it goes before name and password
    QString credentialSecret;
    QString userName;
    QString password;
    QString projectName; // empty: the user's default project, else the first he is a member of
    bool isEmpty() const { return token.isEmpty() && credentialId.isEmpty() && userName.isEmpty(); }
};

// Who is signed in, and where he acts.
struct Session
{
    UserId user;
    QString userName;
    ProjectId project; // null: an unscoped token; only identity calls work
    QString projectName;
    QStringList roles;
    qint64 expiresAtMs = 0;
    bool operator==(const Session &) const = default;
};

} // namespace nephele
