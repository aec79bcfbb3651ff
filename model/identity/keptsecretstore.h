// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/keptsecret.h"

namespace nephele {

// rows: (id, user, project, type, blob, access), one per secret; they go with their user or project.
class KeptSecretStore
{
public:
    struct Filter
    {
        std::optional<UserId> user;
        std::optional<QString> type;
    };

    static Result<std::optional<KeptSecret>> find(const ReadTransaction &t, const KeptSecretId &id);
    // The EC2 key of that public half.
    static Result<std::optional<KeptSecret>> findByAccess(const ReadTransaction &t, const QString &access);
    // By user and id; at most 1000.
    static Result<QList<KeptSecret>> secrets(const ReadTransaction &t, const Filter &filter);
    static Result<qint64> countOf(const ReadTransaction &t, const UserId &user);

    // Both: Conflict when another EC2 key has the public half.
    static Result<> insert(Transaction &t, const KeptSecret &secret);
    static Result<> update(Transaction &t, const KeptSecret &secret);
    static Result<> remove(Transaction &t, const KeptSecretId &id);
};

} // namespace nephele
