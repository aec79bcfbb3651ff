// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/operation/operationstore.h"

#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace nephele {

namespace {

constexpr std::array stateWords { "waiting", "running", "undoing", "done", "failed", "cancelled" };

OperationState stateFromWord(const QString &word)
{
    for (size_t i = 0; i < stateWords.size(); ++i) {
        if (word == QLatin1StringView(stateWords.at(i)))
            return OperationState(i);
    }
    return OperationState::Failed; // the schema's check knows no other word
}

QString textOf(const QJsonObject &data)
{
    return QString::fromUtf8(QJsonDocument(data).toJson(QJsonDocument::Compact));
}

// Columns in the order of every SELECT and RETURNING of this file.
Operation operationFromRow(const Row &row)
{
    Operation operation;
    operation.id = row.id<OperationId>(0);
    operation.kind = row.text(1);
    operation.targetKind = row.text(2);
    operation.target = row.text(3);
    operation.targetName = row.text(4);
    operation.owner = { row.id<ProjectId>(5), row.id<UserId>(6), row.flag(7) };
    operation.state = stateFromWord(row.text(8));
    operation.step = int(row.integer(9));
    operation.progress = int(row.integer(10));
    operation.cancelWanted = row.flag(11);
    operation.data = QJsonDocument::fromJson(row.text(12).toUtf8()).object();
    operation.error = row.text(13);
    operation.createdAtMs = row.integer(14);
    operation.updatedAtMs = row.integer(15);
    return operation;
}

Result<> note(Transaction &t, const OperationId &id, const Ownership &owner)
{
    return t.noteChange(
        { QLatin1StringView("operation"), id.text(), owner.project, owner.user, owner.shared });
}

} // namespace

QString operationStateText(OperationState state)
{
    return QLatin1StringView(stateWords.at(size_t(state)));
}

Result<> OperationStore::insert(Transaction &t, const Operation &operation)
{
    const auto live = findLive(t, operation.targetKind, operation.target);
    if (!live)
        return live.error();
    if (*live)
        return Error { ErrorCode::Busy,
            QStringLiteral("Another operation on this %1 is under way.").arg(operation.targetKind), {} };
    const auto done = t.execute(R"(
        INSERT INTO operation (id, kind, target_kind, target, target_name, project, owner, shared, state,
            step, progress, cancel_wanted, data, error, lease, created_at_ms, updated_at_ms)
        VALUES (:id, :kind, :target_kind, :target, :target_name, :project, :owner, :shared, 'waiting',
            0, 0, 0, :data, '', 0, :now, :now))",
        { { ":id", operation.id.text() }, { ":kind", operation.kind },
            { ":target_kind", operation.targetKind }, { ":target", operation.target },
            { ":target_name", operation.targetName }, { ":project", operation.owner.project.text() },
            { ":owner", operation.owner.user.text() }, { ":shared", operation.owner.shared },
            { ":data", textOf(operation.data) }, { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return note(t, operation.id, operation.owner);
}

Result<std::optional<Operation>> OperationStore::find(ReadTransaction &t, const OperationId &id)
{
    return t.row(R"(
        SELECT id, kind, target_kind, target, target_name, project, owner, shared, state, step, progress,
            cancel_wanted, data, error, created_at_ms, updated_at_ms
        FROM operation
        WHERE id = :id)",
        { { ":id", id.text() } }, operationFromRow);
}

Result<std::optional<Operation>> OperationStore::findLive(
    ReadTransaction &t, const QString &targetKind, const QString &target)
{
    return t.row(R"(
        SELECT id, kind, target_kind, target, target_name, project, owner, shared, state, step, progress,
            cancel_wanted, data, error, created_at_ms, updated_at_ms
        FROM operation
        WHERE target_kind = :target_kind AND target = :target
            AND state IN ('waiting', 'running', 'undoing'))",
        { { ":target_kind", targetKind }, { ":target", target } }, operationFromRow);
}

// One question per project of the scope: each walks its own index, and a scope holds a handful.
Result<QList<Operation>> OperationStore::visible(
    ReadTransaction &t, const Caller &caller, const OperationFilter &filter)
{
    QList<Operation> found;
    for (auto scope = caller.scope.cbegin(); scope != caller.scope.cend(); ++scope) {
        if (filter.project && *filter.project != scope.key())
            continue;
        const bool seesAll = caller.isAdmin || scope->testFlag(Role::Manager);
        const auto page = t.rows(R"(
            SELECT id, kind, target_kind, target, target_name, project, owner, shared, state, step, progress,
                cancel_wanted, data, error, created_at_ms, updated_at_ms
            FROM operation
            WHERE project = :project
                AND (:sees_all = 1 OR shared = 1 OR owner = :user)
                AND (:live = 0 OR state IN ('waiting', 'running', 'undoing'))
            ORDER BY updated_at_ms DESC, id DESC
            LIMIT :limit)",
            { { ":project", scope.key().text() }, { ":sees_all", seesAll }, { ":user", caller.user.text() },
                { ":live", filter.live }, { ":limit", filter.limit } },
            operationFromRow);
        if (!page)
            return page.error();
        found.append(*page);
    }
    std::sort(found.begin(), found.end(), [](const Operation &a, const Operation &b) {
        return std::tie(b.updatedAtMs, b.id) < std::tie(a.updatedAtMs, a.id);
    });
    return found.mid(0, filter.limit);
}

Result<> OperationStore::requestCancel(Transaction &t, const OperationId &id)
{
    const auto owner = t.row(R"(
        UPDATE operation
        SET cancel_wanted = 1, updated_at_ms = :now
        WHERE id = :id AND state IN ('waiting', 'running', 'undoing')
        RETURNING project, owner, shared)",
        { { ":id", id.text() }, { ":now", t.stampMs() } }, [](const Row &row) {
            return Ownership { row.id<ProjectId>(0), row.id<UserId>(1), row.flag(2) };
        });
    if (!owner)
        return owner.error();
    if (!*owner)
        return conflict(QStringLiteral("The operation is finished."));
    return note(t, id, **owner);
}

Result<QList<Operation>> OperationStore::take(Transaction &t, qint64 lease, Take which)
{
    auto taken = t.rows(R"(
        UPDATE operation
        SET lease = :lease, state = CASE WHEN state = 'waiting' THEN 'running' ELSE state END
        WHERE id IN (
            SELECT id
            FROM operation
            WHERE state IN ('waiting', 'running', 'undoing') AND lease < :before
            ORDER BY created_at_ms, id
            LIMIT 500)
        RETURNING id, kind, target_kind, target, target_name, project, owner, shared, state, step, progress,
            cancel_wanted, data, error, created_at_ms, updated_at_ms)",
        { { ":lease", lease }, { ":before", which == Take::New ? qint64(1) : lease } }, operationFromRow);
    if (taken) // RETURNING keeps no order
        std::sort(taken->begin(), taken->end(), [](const Operation &a, const Operation &b) {
            return std::tie(a.createdAtMs, a.id) < std::tie(b.createdAtMs, b.id);
        });
    return taken;
}

Result<bool> OperationStore::hasNew(ReadTransaction &t)
{
    const auto one = t.row("SELECT 1 FROM operation WHERE state = 'waiting' AND lease = 0 LIMIT 1", {},
        [](const Row &) { return true; });
    if (!one)
        return one.error();
    return one->has_value();
}

Result<QList<OperationId>> OperationStore::cancelWanted(ReadTransaction &t, qint64 lease)
{
    return t.rows(R"(
        SELECT id
        FROM operation
        WHERE state = 'running' AND cancel_wanted = 1 AND lease = :lease
        ORDER BY created_at_ms, id)",
        { { ":lease", lease } }, [](const Row &row) { return row.id<OperationId>(0); });
}

// An UPDATE, not a SELECT: on PostgreSQL it makes the row's next owner wait for this transaction.
Result<> OperationStore::holdLease(Transaction &t, const OperationId &id, qint64 lease)
{
    const auto held = t.execute(R"(
        UPDATE operation
        SET lease = :lease
        WHERE id = :id AND lease = :lease AND state IN ('waiting', 'running', 'undoing'))",
        { { ":id", id.text() }, { ":lease", lease } });
    if (!held)
        return held.error();
    if (*held == 0)
        return conflict(QStringLiteral("The operation was taken over by another engine."));
    return {};
}

Result<> OperationStore::saveData(Transaction &t, const OperationId &id, const QJsonObject &data)
{
    const auto done = t.execute("UPDATE operation SET data = :data WHERE id = :id",
        { { ":id", id.text() }, { ":data", textOf(data) } });
    if (!done)
        return done.error();
    return {};
}

Result<> OperationStore::saveProgress(Transaction &t, const Operation &operation)
{
    const auto done = t.execute(R"(
        UPDATE operation
        SET state = :state, step = :step, progress = :progress, error = :error, updated_at_ms = :now,
            data = CASE WHEN :finished = 1 THEN '{}' ELSE data END
        WHERE id = :id)",
        { { ":id", operation.id.text() }, { ":state", operationStateText(operation.state) },
            { ":step", operation.step }, { ":progress", operation.progress }, { ":error", operation.error },
            { ":finished", !isLive(operation.state) }, { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return note(t, operation.id, operation.owner);
}

Result<qint64> OperationStore::pruneFinished(Transaction &t, qint64 beforeMs)
{
    return t.execute(R"(
        DELETE FROM operation
        WHERE id IN (
            SELECT id
            FROM operation
            WHERE state IN ('done', 'failed', 'cancelled') AND updated_at_ms < :before
            ORDER BY updated_at_ms, id
            LIMIT 500))",
        { { ":before", beforeMs } });
}

} // namespace nephele
