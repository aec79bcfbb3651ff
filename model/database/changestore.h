// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/caller.h"

namespace nephele {

// A row of the feed: something happened to the thing of that kind and id.
struct ChangeRow
{
    qint64 seq = 0;
    qint64 atMs = 0;
    QString kind;
    QString id;
    Ownership owner;
};

// Which numbers the feed holds; both 0 before the first change.
struct ChangeSpan
{
    qint64 oldest = 0;
    qint64 newest = 0;
};

// The feed of changes; rows are written by Transaction::noteChange. They are kept for an hour.
class ChangeStore
{
public:
    // At most `most` rows with a greater number, in order.
    Result<QList<ChangeRow>> changesAfter(ReadTransaction &t, qint64 seq, int most) const;
    Result<ChangeSpan> span(ReadTransaction &t) const;

    // Removes rows older than that, oldest first, at most `most` of them; the newest row stays, so that the
    // feed never forgets how far it has counted. Returns how many went.
    Result<qint64> removeOlderThan(Transaction &t, qint64 atMs, int most) const;
};

} // namespace nephele
