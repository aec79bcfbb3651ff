// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/weblogin/feedbackstore.h"

#include <limits>

namespace nephele {

Result<QList<Feedback>> FeedbackStore::newest(
    const ReadTransaction &t, std::optional<FeedbackNumber> before, int most)
{
    const qint64 below = before ? before->value() : std::numeric_limits<qint64>::max();
    return t.rows(R"(
        SELECT f.number, f.user_id, COALESCE(u.name, g.name, ''), f.message, f.data, f.created_at_ms
        FROM feedback f
        LEFT JOIN identity_user u ON u.id = f.user_id
        LEFT JOIN former_user g ON g.id = f.user_id
        WHERE f.number < :below
        ORDER BY f.number DESC LIMIT :most)",
        { { ":below", below }, { ":most", most } }, [](const Row &row) {
            return Feedback { FeedbackNumber(row.integer(0)), row.id<UserId>(1), row.text(2), row.text(3),
                row.text(4), row.integer(5) };
        });
}

Result<FeedbackNumber> FeedbackStore::insert(
    Transaction &t, const UserId &user, const QString &message, const QString &data)
{
    const auto number = t.nextNumber(QLatin1StringView("feedback"));
    if (!number)
        return number.error();
    const auto inserted = t.execute(R"(
        INSERT INTO feedback (number, user_id, message, data, created_at_ms)
        VALUES (:number, :user, :message, :data, :at))",
        { { ":number", *number }, { ":user", user.text() }, { ":message", message }, { ":data", data },
            { ":at", t.stampMs() } });
    if (!inserted)
        return inserted.error();
    const auto pruned =
        t.execute("DELETE FROM feedback WHERE number <= :last", { { ":last", *number - mostKept } });
    if (!pruned)
        return pruned.error();
    return FeedbackNumber(*number);
}

} // namespace nephele
