// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/identity/userstore.h"

namespace nephele {

// What an administrator asks of passwords, and how long somebody who keeps guessing is kept out. All of it is
// off unless configured; whatever is set here, SignInThrottle slows every guesser down.
struct PasswordRules
{
    int leastLength = 0; // characters
    QString pattern; // a regular expression the whole password must match; empty: none
    QString patternHelp; // told with the refusal
    int formerRefused = 0; // the present one and so many less one before it cannot be chosen again
    int lifeDays = 0; // 0: it never expires
    int leastAgeDays = 0; // a user changes his password no sooner
    bool mustChangeFirst = false; // one that an administrator set opens nothing but its own change
    int lockAfterFailures = 0; // in a row; 0: never
    qint64 lockMs = 30 * 60'000;

    // Invalid with what is asked for; nothing when the password will do.
    std::optional<Error> wrongPassword(const QString &password) const;
    // How a password is kept that the user chose, or an administrator for him.
    enum class ChosenBy { User, Administrator };
    PasswordKeeping keeping(const User &user, ChosenBy who, qint64 nowMs) const;
    bool isLocked(const UserWithHash &user, qint64 nowMs) const;
    // Why the right password opens nothing; nothing when it does.
    std::optional<Error> staleSignIn(const User &user, qint64 nowMs) const;

    // Invalid while the password is younger than leastAgeDays; nothing when it may be changed.
    std::optional<Error> tooEarly(const User &user, qint64 nowMs) const;
    static Error usedBefore();

    bool operator==(const PasswordRules &) const = default;
};

} // namespace nephele
