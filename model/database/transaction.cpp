// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/transaction.h"

#include <QSqlError>

namespace nephele {

Result<> ReadTransaction::eachRow(
    const QByteArray &sql, const Parameters &parameters, const std::function<void(const Row &)> &visit) const
{
    const auto query = m_connection.run(sql, parameters);
    if (!query)
        return query.error();
    const Row row(**query);
    while ((*query)->next())
        visit(row);
    // An error between rows shows as a plain end.
    const QSqlError error = (*query)->lastError();
    (*query)->finish();
    if (error.isValid())
        return errorFromSql(error, m_connection.engine(), sql);
    return {};
}

Result<qint64> Transaction::execute(const QByteArray &sql, const Parameters &parameters)
{
    const auto query = m_connection.run(sql, parameters);
    if (!query)
        return query.error();
    const qint64 changed = (*query)->numRowsAffected();
    (*query)->finish();
    return changed;
}

Result<> Transaction::noteChange(const Change &change)
{
    m_hasChanges = true;
    const auto done = execute(R"(
        INSERT INTO change (at_ms, kind, id, project, owner, shared)
        VALUES (:at, :kind, :id, :project, :owner, :shared))",
        { { ":at", m_stampMs }, { ":kind", QString(change.kind) }, { ":id", change.id },
            { ":project", change.project.text() }, { ":owner", change.user.text() },
            { ":shared", change.shared } });
    if (!done)
        return done.error();
    return {};
}

Result<qint64> Transaction::nextNumber(QLatin1StringView kind)
{
    const auto number = row(R"(
        INSERT INTO counter (kind, last) VALUES (:kind, 1)
        ON CONFLICT (kind) DO UPDATE SET last = counter.last + 1
        RETURNING last)",
        { { ":kind", QString(kind) } }, [](const Row &found) { return found.integer(0); });
    if (!number)
        return number.error();
    return **number;
}

} // namespace nephele
