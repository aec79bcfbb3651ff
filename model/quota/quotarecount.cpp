// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotarecount.h"

#include <QMap>

namespace nephele {

namespace {

// (user, resource): amount
using Amounts = QMap<std::pair<QString, QString>, qint64>;

// What the cloud itself counts, and can find.
const QStringList &foundResources()
{
    static const QStringList names { QStringLiteral("astakos.pending_app"), QStringLiteral("cyclades.cpu"),
        QStringLiteral("cyclades.disk"), QStringLiteral("cyclades.ram"), QStringLiteral("cyclades.total_cpu"),
        QStringLiteral("cyclades.total_ram"), QStringLiteral("cyclades.vm"),
        QStringLiteral("pithos.diskspace") };
    return names;
}

Result<> countServers(const ReadTransaction &t, const Parameters &project, Amounts &found)
{
    return t.eachRow(R"(
        SELECT owner, COUNT(id), SUM(vcpus), SUM(memory_mib), SUM(disk_gib), SUM(power_charged * vcpus),
            SUM(power_charged * memory_mib)
        FROM server
        WHERE project = :project AND deleted_at_ms IS NULL
        GROUP BY owner
        ORDER BY owner)",
        project, [&](const Row &row) {
            const QString owner = row.text(0);
            found[{ owner, QStringLiteral("cyclades.vm") }] += row.integer(1);
            found[{ owner, QStringLiteral("cyclades.total_cpu") }] += row.integer(2);
            found[{ owner, QStringLiteral("cyclades.total_ram") }] += row.integer(3) << 20;
            found[{ owner, QStringLiteral("cyclades.disk") }] += row.integer(4) << 30;
            found[{ owner, QStringLiteral("cyclades.cpu") }] += row.integer(5);
            found[{ owner, QStringLiteral("cyclades.ram") }] += row.integer(6) << 20;
        });
}

// Objects, images among them: what is current is charged, history is free.
Result<> countObjects(const ReadTransaction &t, const Parameters &project, Amounts &found)
{
    return t.eachRow(R"(
        SELECT version.author, CAST(SUM(version.size_bytes) AS BIGINT)
        FROM container
        JOIN version ON version.container = container.number
        WHERE (container.payer = :project OR (container.payer = '' AND container.account = :project))
            AND version.valid_to_ms IS NULL
        GROUP BY version.author
        ORDER BY version.author)",
        project, [&](const Row &row) {
            found[{ row.text(0), QStringLiteral("pithos.diskspace") }] += row.integer(1);
        });
}

// An applicant's own project, which has his id, pays for what he asks for.
Result<> countApplications(const ReadTransaction &t, const Parameters &project, Amounts &found)
{
    return t.eachRow(R"(
        SELECT applicant, COUNT(number) FROM project_application
        WHERE applicant = :project AND state = 'pending' AND is_charged = 1
        GROUP BY applicant
        ORDER BY applicant)",
        project, [&](const Row &row) {
            found[{ row.text(0), QStringLiteral("astakos.pending_app") }] += row.integer(1);
        });
}

// What open commissions may still take stands in `used` as well.
Result<> countTaken(const ReadTransaction &t, const Parameters &project, Amounts &found)
{
    return t.eachRow(R"(
        SELECT user_id, resource, CAST(SUM(quantity) AS BIGINT)
        FROM provision
        WHERE project = :project AND user_id <> '' AND quantity > 0
        GROUP BY user_id, resource
        ORDER BY user_id, resource)",
        project, [&](const Row &row) {
            found[{ row.text(0), row.text(1) }] += row.integer(2);
        });
}

struct Booked
{
    qint64 used = 0;
    qint64 pending = 0;
};

Result<QMap<std::pair<QString, QString>, Booked>> usersBooks(
    const ReadTransaction &t, const Parameters &project)
{
    QMap<std::pair<QString, QString>, Booked> books;
    const auto read = t.eachRow(R"(
        SELECT user_id, resource, used, pending FROM quota_user
        WHERE project = :project
        ORDER BY user_id, resource)",
        project, [&](const Row &row) {
            books.insert({ row.text(0), row.text(1) }, { row.integer(2), row.integer(3) });
        });
    if (!read)
        return read.error();
    return books;
}

} // namespace

Result<QList<ProjectId>> QuotaRecount::projects(const ReadTransaction &t, const ProjectId &after, int limit)
{
    return t.rows("SELECT id FROM project WHERE id > :after ORDER BY id LIMIT :limit",
        { { ":after", after.text() }, { ":limit", limit } },
        [](const Row &row) { return row.id<ProjectId>(0); });
}

Result<QList<QuotaDifference>> QuotaRecount::differences(const ReadTransaction &t, const ProjectId &project)
{
    const Parameters key { { ":project", project.text() } };
    Amounts found;
    for (const auto count : { &countServers, &countObjects, &countApplications, &countTaken }) {
        if (const auto counted = count(t, key, found); !counted)
            return counted.error();
    }
    const auto books = usersBooks(t, key);
    if (!books)
        return books.error();
    QList<QuotaDifference> differences;
    QMap<QString, qint64> sums; // of users, once they are corrected
    auto holdings = books->keys();
    for (const auto &holding : found.keys()) {
        if (!books->contains(holding))
            holdings.append(holding);
    }
    for (const auto &[user, resource] : holdings) {
        const Booked booked = books->value({ user, resource });
        const qint64 is = foundResources().contains(resource)
            ? std::max(found.value({ user, resource }), booked.pending)
            : booked.used;
        sums[resource] += is;
        if (is != booked.used)
            differences.append({ { project, UserId::stored(user), resource }, booked.used, is });
    }
    const auto whole =
        t.rows("SELECT resource, used, pending FROM quota_project WHERE project = :project ORDER BY resource",
            key, [](const Row &row) { return std::tuple(row.text(0), row.integer(1), row.integer(2)); });
    if (!whole)
        return whole.error();
    for (const auto &[resource, used, pending] : *whole) {
        const qint64 is = std::max(sums.take(resource), pending);
        if (is != used)
            differences.append({ { project, {}, resource }, used, is });
    }
    for (auto it = sums.cbegin(); it != sums.cend(); ++it) {
        if (it.value() != 0)
            differences.append({ { project, {}, it.key() }, 0, it.value() });
    }
    return differences;
}

Result<> QuotaRecount::correct(Transaction &t, const QList<QuotaDifference> &differences)
{
    for (const QuotaDifference &difference : differences) {
        const QuotaHolding &holding = difference.holding;
        Parameters parameters { { ":project", holding.project.text() }, { ":resource", holding.resource },
            { ":used", difference.found } };
        if (holding.user)
            parameters.append({ ":user", holding.user->text() });
        const auto written = holding.user ? t.execute(R"(
            INSERT INTO quota_user (project, user_id, resource, used) VALUES (:project, :user, :resource, :used)
            ON CONFLICT (project, user_id, resource) DO UPDATE SET used = excluded.used)",
                                 parameters)
                                          : t.execute(R"(
            INSERT INTO quota_project (project, resource, used) VALUES (:project, :resource, :used)
            ON CONFLICT (project, resource) DO UPDATE SET used = excluded.used)",
                                              parameters);
        if (!written)
            return written.error();
    }
    return {};
}

} // namespace nephele
