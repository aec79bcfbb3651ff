// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/trust.h"

namespace nephele {

// rows: (id, trustor, trustee, project, roles ...), one per trust; they and their tokens go with either user
// and the project.
class TrustStore
{
public:
    static Result<std::optional<Trust>> find(const ReadTransaction &t, const TrustId &id);
    // By id, without the names of other roles; at most 1000. Whatever is absent fits all.
    static Result<QList<Trust>> trusts(
        const ReadTransaction &t, const std::optional<UserId> &trustor, const std::optional<UserId> &trustee);
    static Result<qint64> countOf(const ReadTransaction &t, const UserId &trustor);

    static Result<> insert(Transaction &t, const Trust &trust);
    // Takes one use away. Forbidden when none is left.
    static Result<> use(Transaction &t, const Trust &trust);
    // With its tokens.
    static Result<> remove(Transaction &t, const TrustId &id);
};

} // namespace nephele
