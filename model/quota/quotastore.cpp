// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"

#include "model/quota/resources.h"

#include <QLoggingCategory>
#include <QMap>

namespace nephele {

namespace {

Q_LOGGING_CATEGORY(quotaLog, "nephele.quota")

constexpr qint64 unlimited = -1;

// One of the two levels at which a resource is counted. The statements differ in the table and its key alone.
struct Level
{
    QLatin1StringView whose; // for the refusal
    QByteArray add; // conditional: no row changes when it does not fit
    QByteArray insert;
    QByteArray look;
    QByteArray empty;
};

const Level &projectLevel()
{
    static const Level level {
        QLatin1StringView("of the project"),
        R"(UPDATE quota_project SET used = used + :amount
           WHERE project = :project AND resource = :resource AND used >= :back
             AND (CAST(:amount AS BIGINT) <= 0
               OR COALESCE(most, (SELECT most FROM quota_default WHERE resource = :resource), :builtIn) = -1
               OR :amount <= COALESCE(most, (SELECT most FROM quota_default WHERE resource = :resource),
                    :builtIn) - used))",
        R"(INSERT INTO quota_project (project, resource, used) VALUES (:project, :resource, 0)
           ON CONFLICT (project, resource) DO NOTHING)",
        R"(SELECT used, COALESCE(most, (SELECT most FROM quota_default WHERE resource = :resource), :builtIn)
           FROM quota_project WHERE project = :project AND resource = :resource)",
        "UPDATE quota_project SET used = 0 WHERE project = :project AND resource = :resource",
    };
    return level;
}

const Level &userLevel()
{
    static const Level level {
        QLatin1StringView("of the user in the project"),
        R"(UPDATE quota_user SET used = used + :amount
           WHERE project = :project AND user_id = :user AND resource = :resource AND used >= :back
             AND (CAST(:amount AS BIGINT) <= 0 OR COALESCE(most, -1) = -1 OR :amount <= most - used))",
        R"(INSERT INTO quota_user (project, user_id, resource, used) VALUES (:project, :user, :resource, 0)
           ON CONFLICT (project, user_id, resource) DO NOTHING)",
        R"(SELECT used, COALESCE(most, -1) FROM quota_user
           WHERE project = :project AND user_id = :user AND resource = :resource)",
        R"(UPDATE quota_user SET used = 0
           WHERE project = :project AND user_id = :user AND resource = :resource)",
    };
    return level;
}

struct Standing
{
    qint64 used = 0;
    qint64 most = unlimited;
};

Error exceeded(const Level &level, const ResourceInfo &resource, const Standing &standing, qint64 amount)
{
    return { ErrorCode::QuotaExceeded,
        QStringLiteral("The quota %1 for %2 does not allow this: %3 of %4 %5 in use, %6 more %7 asked for.")
            .arg(level.whose, resource.name)
            .arg(standing.used)
            .arg(standing.most)
            .arg(resource.unit.isEmpty() ? QStringLiteral("are") : QStringLiteral("bytes are"))
            .arg(amount)
            .arg(amount == 1 ? QStringLiteral("was") : QStringLiteral("were")),
        {} };
}

// The parameters of `key` and, where the statement has them, the rest.
Result<> add(Transaction &t, const Level &level, const Parameters &key, const Parameters &limit,
    const ResourceInfo &resource, qint64 amount)
{
    Parameters all = key + limit;
    all.append({ ":amount", amount });
    all.append({ ":back", std::max<qint64>(0, -amount) });
    for (int attempt = 0;; ++attempt) {
        const auto added = t.execute(level.add, all);
        if (!added)
            return added.error();
        if (*added == 1)
            return {};
        if (attempt == 1)
            break;
        const auto inserted = t.execute(level.insert, key);
        if (!inserted)
            return inserted.error();
        if (*inserted == 0)
            break; // it was there, so it did not fit
    }
    const auto standing = t.row(level.look, key + limit, [](const Row &row) {
        return Standing { row.integer(0), row.integer(1) };
    });
    if (!standing)
        return standing.error();
    if (amount > 0)
        return exceeded(level, resource, standing->value_or(Standing()), amount);
    // Never refused: whoever gives back must be able to. The books are wrong, and --check will say so.
    qCWarning(quotaLog, "%s: %lld given back, %lld in use", resource.name.data(), -amount,
        standing->value_or(Standing()).used);
    const auto emptied = t.execute(level.empty, key);
    return emptied ? Result<>() : Result<>(emptied.error());
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
        const Parameters projectKey { { ":project", project.text() }, { ":resource", it.key() } };
        const Parameters userKey { { ":project", project.text() }, { ":user", user.text() },
            { ":resource", it.key() } };
        if (const auto added = add(t, projectLevel(), projectKey, { { ":builtIn", resource->defaultMost } },
                *resource, it.value());
            !added)
            return added.error();
        if (const auto added = add(t, userLevel(), userKey, {}, *resource, it.value()); !added)
            return added.error();
    }
    return {};
}

Result<QList<QuotaLine>> QuotaStore::lines(
    const ReadTransaction &t, const UserId &user, const QList<ProjectId> &projects)
{
    QHash<QString, qint64> defaults;
    for (const ResourceInfo &resource : allResources())
        defaults.insert(resource.name, resource.defaultMost);
    const auto overruled = t.eachRow("SELECT resource, most FROM quota_default ORDER BY resource", {},
        [&](const Row &row) { defaults.insert(row.text(0), row.integer(1)); });
    if (!overruled)
        return overruled.error();

    QList<QuotaLine> lines;
    for (const ProjectId &project : projects) {
        QHash<QString, Standing> whole;
        QHash<QString, Standing> own;
        const auto read = [](QHash<QString, Standing> &into) {
            return [&into](const Row &row) {
                into.insert(row.text(0), { row.integer(1), row.optionalInteger(2).value_or(-2) });
            };
        };
        if (const auto found = t.eachRow(R"(
                SELECT resource, used, most FROM quota_project
                WHERE project = :project ORDER BY resource)",
                { { ":project", project.text() } }, read(whole));
            !found)
            return found.error();
        if (const auto found = t.eachRow(R"(
                SELECT resource, used, most FROM quota_user
                WHERE project = :project AND user_id = :user ORDER BY resource)",
                { { ":project", project.text() }, { ":user", user.text() } }, read(own));
            !found)
            return found.error();
        for (const ResourceInfo &resource : allResources()) {
            const Standing ofProject = whole.value(resource.name, { 0, -2 });
            const Standing ofUser = own.value(resource.name, { 0, -2 });
            const qint64 projectLimit = ofProject.most == -2 ? defaults.value(resource.name) : ofProject.most;
            lines.append({ project, user, resource.name, ofUser.used,
                ofUser.most == -2 ? projectLimit : ofUser.most, ofProject.used, projectLimit });
        }
    }
    return lines;
}

Result<> QuotaStore::setProjectLimit(
    Transaction &t, const ProjectId &project, const QString &resource, std::optional<qint64> most)
{
    return setLimit(t, R"(
        INSERT INTO quota_project (project, resource, used, most) VALUES (:project, :resource, 0, :most)
        ON CONFLICT (project, resource) DO UPDATE SET most = excluded.most)",
        { { ":project", project.text() }, { ":resource", resource } }, most);
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
            (SELECT COALESCE(SUM(u.used), 0) FROM quota_user u
             WHERE u.project = p.project AND u.resource = p.resource)
        FROM quota_project p
        ORDER BY p.project, p.resource)",
        {}, [](const Row &row) {
            return QuotaSum { row.id<ProjectId>(0), row.text(1), row.integer(2), row.integer(3) };
        });
}

} // namespace nephele
