// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/keypair.h"
#include "model/database/transaction.h"

#include <QList>

namespace nephele {

// rows: keypair(owner, name ...), one per user and name.
class KeypairStore
{
public:
    // By name.
    static Result<QList<Keypair>> ofUser(ReadTransaction &t, const UserId &user);
    static Result<std::optional<Keypair>> find(ReadTransaction &t, const UserId &user, const QString &name);
    // Fills in number and time. Conflict when the name is taken.
    static Result<> insert(Transaction &t, Keypair &keypair);
    // NotFound when there is none of that name.
    static Result<> remove(Transaction &t, const UserId &user, const QString &name);
};

} // namespace nephele
