// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

namespace nephele {

using SignUpId = Id<struct SignUpTag>;

// Somebody who wants an account and waits for the administrator.
struct SignUp
{
    SignUpId id;
    QString name; // may be a user's already, or somebody else's wish too
    QString email;
    QString realName;
    QString reason; // his own words; may be empty
    QString passwordHash;
    qint64 createdAtMs = 0;
    bool operator==(const SignUp &) const = default;
};

// A sign-up as the administrator sees it.
struct ListedSignUp
{
    SignUp signUp;
    bool isNameTaken = false; // by a user
};

// rows: (id, name, ... password hash), one per sign-up nobody decided about.
class SignUpStore
{
public:
    // More than these are not taken in: whoever waits behind them is not heard anyway.
    static constexpr int mostWaiting = 1000;

    static Result<std::optional<SignUp>> find(const ReadTransaction &t, const SignUpId &id);
    // Oldest first.
    static Result<QList<ListedSignUp>> waiting(const ReadTransaction &t);
    // Unavailable when too many wait.
    static Result<> insert(Transaction &t, const SignUp &signUp);
    static Result<> remove(Transaction &t, const SignUpId &id);
};

} // namespace nephele
