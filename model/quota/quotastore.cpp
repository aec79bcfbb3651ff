// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"

#include "model/quota/quotaholding.h"
#include "model/quota/resources.h"

#include <QLoggingCategory>
#include <QMap>

namespace nephele {

namespace {

Q_LOGGING_CATEGORY(quotaLog, "nephele.quota")

Error exceeded(
    const QuotaHolding &holding, const ResourceInfo &resource, const QuotaStanding &standing, qint64 amount)
{
    return { ErrorCode::QuotaExceeded,
        QStringLiteral("The quota %1 for %2 does not allow this: %3 of %4 %5 in use, %6 more %7 asked for.")
            .arg(holding.user ? QStringLiteral("of the user in the project")
                              : QStringLiteral("of the project"),
                resource.name)
            .arg(standing.used)
            .arg(standing.most)
            .arg(resource.unit.isEmpty() ? QStringLiteral("are") : QStringLiteral("bytes are"))
            .arg(amount)
            .arg(amount == 1 ? QStringLiteral("was") : QStringLiteral("were")),
        {} };
}

Result<> add(Transaction &t, const QuotaHolding &holding, const ResourceInfo &resource, qint64 amount)
{
    const QuotaMove move { amount, 0, std::max<qint64>(0, -amount), std::max<qint64>(0, amount) };
    const auto refused = moveHolding(t, holding, resource.defaultMost, move);
    if (!refused)
        return refused.error();
    if (!*refused)
        return {};
    const QuotaStanding &standing = (*refused)->standing;
    if (amount > 0)
        return exceeded(holding, resource, standing, amount);
    // Never refused: whoever gives back must be able to. The books are wrong, and --check will say so.
    qCWarning(quotaLog, "%s: %lld given back, %lld in use", resource.name.data(), -amount,
        standing.used - standing.pending);
    return emptyHolding(t, holding);
}

Result<> setLimit(Transaction &t, const QByteArray &sql, Parameters key, std::optional<qint64> most)
{
    key.append({ ":most", most ? QVariant(*most) : QVariant() });
    const auto set = t.execute(sql, key);
    return set ? Result<>() : Result<>(set.error());
}

} // namespace

Result<> QuotaStore::charge(
    Transaction &t, const ProjectId &project, const UserId &user, const QList<Charge> &charges)
{
    // Sorted by name, so that two transactions take the same rows in the same order.
    QMap<QString, qint64> amounts;
    for (const Charge &charge : charges)
        amounts[charge.resource] += charge.amount;
    for (auto it = amounts.cbegin(); it != amounts.cend(); ++it) {
        const ResourceInfo *resource = findResource(it.key());
        if (!resource)
            return internalError(QStringLiteral("no resource is named %1").arg(it.key()));
        if (it.value() == 0)
            continue;
        if (const auto added = add(t, { project, {}, it.key() }, *resource, it.value()); !added)
            return added.error();
        if (const auto added = add(t, { project, user, it.key() }, *resource, it.value()); !added)
            return added.error();
    }
    return {};
}

Result<> QuotaStore::setProjectLimit(
    Transaction &t, const ProjectId &project, const QString &resource, std::optional<qint64> most)
{
    return setLimit(t, R"(
        INSERT INTO quota_project (project, resource, used, most) VALUES (:project, :resource, 0, :most)
        ON CONFLICT (project, resource) DO UPDATE SET most = excluded.most)",
        { { ":project", project.text() }, { ":resource", resource } }, most);
}

Result<> QuotaStore::setMemberLimit(
    Transaction &t, const ProjectId &project, const QString &resource, std::optional<qint64> most)
{
    const Parameters key { { ":project", project.text() }, { ":resource", resource } };
    if (most)
        return setLimit(t, R"(
            INSERT INTO quota_member (project, resource, most) VALUES (:project, :resource, :most)
            ON CONFLICT (project, resource) DO UPDATE SET most = excluded.most)",
            key, most);
    const auto removed =
        t.execute("DELETE FROM quota_member WHERE project = :project AND resource = :resource", key);
    return removed ? Result<>() : Result<>(removed.error());
}

Result<> QuotaStore::setUserLimit(Transaction &t, const ProjectId &project, const UserId &user,
    const QString &resource, std::optional<qint64> most)
{
    return setLimit(t, R"(
        INSERT INTO quota_user (project, user_id, resource, used, most)
        VALUES (:project, :user, :resource, 0, :most)
        ON CONFLICT (project, user_id, resource) DO UPDATE SET most = excluded.most)",
        { { ":project", project.text() }, { ":user", user.text() }, { ":resource", resource } }, most);
}

Result<> QuotaStore::forgetLimits(Transaction &t, const ProjectId &project)
{
    const Parameters key { { ":project", project.text() } };
    for (const char *sql : { "UPDATE quota_project SET most = NULL WHERE project = :project",
             "DELETE FROM quota_member WHERE project = :project" }) {
        if (const auto forgotten = t.execute(sql, key); !forgotten)
            return forgotten.error();
    }
    return {};
}

Result<QStringList> QuotaStore::resourcesInUse(const ReadTransaction &t, const ProjectId &project)
{
    const auto found = t.rows(R"(
        SELECT resource FROM quota_project
        WHERE project = :project AND used > 0
        ORDER BY resource)",
        { { ":project", project.text() } }, [](const Row &row) { return row.text(0); });
    if (!found)
        return found.error();
    return QStringList(*found);
}

Result<QList<QuotaSum>> QuotaStore::sums(const ReadTransaction &t)
{
    return t.rows(R"(
        SELECT p.project, p.resource, p.used,
            (SELECT CAST(COALESCE(SUM(u.used), 0) AS BIGINT) FROM quota_user u
             WHERE u.project = p.project AND u.resource = p.resource)
        FROM quota_project p
        ORDER BY p.project, p.resource)",
        {}, [](const Row &row) {
            return QuotaSum { row.id<ProjectId>(0), row.text(1), row.integer(2), row.integer(3) };
        });
}

} // namespace nephele
