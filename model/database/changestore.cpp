// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/changestore.h"

namespace nephele {

Result<QList<ChangeRow>> ChangeStore::changesAfter(ReadTransaction &t, qint64 seq, int most) const
{
    return t.rows(R"(
        SELECT seq, at_ms, kind, id, project, owner, shared
        FROM change
        WHERE seq > :seq
        ORDER BY seq
        LIMIT :most)",
        { { ":seq", seq }, { ":most", most } }, [](const Row &row) {
            return ChangeRow { row.integer(0), row.integer(1), row.text(2), row.text(3),
                { row.id<ProjectId>(4), row.id<UserId>(5), row.flag(6) } };
        });
}

Result<ChangeSpan> ChangeStore::span(ReadTransaction &t) const
{
    const auto span = t.row(R"(
        SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0)
        FROM change)",
        {}, [](const Row &row) {
            return ChangeSpan { row.integer(0), row.integer(1) };
        });
    if (!span)
        return span.error();
    return span->value_or(ChangeSpan());
}

Result<qint64> ChangeStore::removeOlderThan(Transaction &t, qint64 atMs, int most) const
{
    return t.execute(R"(
        DELETE FROM change
        WHERE seq IN (
            SELECT seq
            FROM change
            WHERE at_ms < :at AND seq < (SELECT MAX(seq) FROM change)
            ORDER BY seq
            LIMIT :most))",
        { { ":at", atMs }, { ":most", most } });
}

} // namespace nephele
