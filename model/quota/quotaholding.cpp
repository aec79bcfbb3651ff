// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotaholding.h"

namespace nephele {

namespace {

// The statements of one level; the two differ in the table, its key and where the limit stands.
struct Level
{
    QByteArray move; // conditional: no row changes when it does not fit
    QByteArray insert;
    QByteArray look;
    QByteArray empty;
};

// 2^62: no count gets there, whatever is forced, so no sum of counts overflows either.
const QByteArray ceiling = "4611686018427387904";

Level levelOf(const QByteArray &table, const QByteArray &columns, const QByteArray &values,
    const QByteArray &key, const QByteArray &most)
{
    return {
        "UPDATE " + table + " SET used = used + :used, pending = pending + :pending WHERE " + key
            + " AND used - pending >= :back AND used <= " + ceiling + " - CAST(:used AS BIGINT)"
            + " AND (CAST(:asked AS BIGINT) <= 0 OR " + most + " = -1 OR :asked <= " + most + " - used)",
        "INSERT INTO " + table + " (" + columns + ", used) VALUES (" + values + ", 0) ON CONFLICT (" + columns
            + ") DO NOTHING",
        "SELECT used, pending, " + most + " FROM " + table + " WHERE " + key,
        "UPDATE " + table + " SET used = pending WHERE " + key,
    };
}

const Level &projectLevel()
{
    static const Level level = levelOf("quota_project", "project, resource", ":project, :resource",
        "project = :project AND resource = :resource",
        R"(CASE WHEN (SELECT enabled FROM project WHERE id = :project) = 0 THEN 0 ELSE COALESCE(most,
            (SELECT CASE p.is_system WHEN 1 THEN COALESCE(d.system_most, d.most) ELSE d.most END
             FROM quota_default d, project p WHERE d.resource = :resource AND p.id = :project),
            CAST(:builtIn AS BIGINT)) END)");
    return level;
}

const Level &userLevel()
{
    static const Level level = levelOf("quota_user", "project, user_id, resource",
        ":project, :user, :resource", "project = :project AND user_id = :user AND resource = :resource",
        R"(CASE WHEN (SELECT enabled FROM project WHERE id = :project) = 0 THEN 0 ELSE COALESCE(most,
            (SELECT m.most FROM quota_member m WHERE m.project = :project AND m.resource = :resource), -1) END)");
    return level;
}

Parameters keyOf(const QuotaHolding &holding)
{
    Parameters key { { ":project", holding.project.text() }, { ":resource", holding.resource } };
    if (holding.user)
        key.append({ ":user", holding.user->text() });
    return key;
}

} // namespace

Result<std::optional<QuotaRefusal>> moveHolding(
    Transaction &t, const QuotaHolding &holding, qint64 defaultMost, const QuotaMove &move)
{
    const Level &level = holding.user ? userLevel() : projectLevel();
    const Parameters key = keyOf(holding);
    Parameters limit;
    if (!holding.user)
        limit.append({ ":builtIn", defaultMost });
    const Parameters amounts { { ":used", move.used }, { ":pending", move.pending }, { ":back", move.back },
        { ":asked", move.asked } };
    for (int attempt = 0;; ++attempt) {
        const auto moved = t.execute(level.move, key + limit + amounts);
        if (!moved)
            return moved.error();
        if (*moved == 1)
            return std::optional<QuotaRefusal>();
        if (attempt == 1)
            break;
        const auto inserted = t.execute(level.insert, key);
        if (!inserted)
            return inserted.error();
        if (*inserted == 0)
            break; // it was there, so it did not fit
    }
    const auto standing = t.row(level.look, key + limit, [](const Row &row) {
        return QuotaStanding { row.integer(0), row.integer(1), row.integer(2) };
    });
    if (!standing)
        return standing.error();
    QuotaRefusal refusal;
    refusal.standing = standing->value_or(QuotaStanding());
    if (refusal.standing.used - refusal.standing.pending < move.back)
        refusal.reason = QuotaRefusal::Reason::NoQuantity;
    return std::optional(refusal);
}

Result<> emptyHolding(Transaction &t, const QuotaHolding &holding)
{
    const auto emptied = t.execute((holding.user ? userLevel() : projectLevel()).empty, keyOf(holding));
    return emptied ? Result<>() : Result<>(emptied.error());
}

} // namespace nephele
