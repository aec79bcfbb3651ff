// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/keptsecretstore.h"

#include "model/identity/written.h"

namespace nephele {

namespace {

KeptSecret secretFromRow(const Row &row)
{
    KeptSecret secret;
    secret.id = row.id<KeptSecretId>(0);
    secret.user = row.id<UserId>(1);
    if (!row.isNull(2))
        secret.project = row.id<ProjectId>(2);
    secret.type = row.text(3);
    secret.blob = row.text(4);
    secret.access = row.text(5);
    return secret;
}

Result<> writtenSecret(const Result<qint64> &done)
{
    if (!done && done.error().code == ErrorCode::Conflict)
        return conflict(QStringLiteral("There is a credential with this access key already."));
    return written(done);
}

} // namespace

Result<std::optional<KeptSecret>> KeptSecretStore::find(const ReadTransaction &t, const KeptSecretId &id)
{
    return t.row("SELECT id, user_id, project, type, blob, access FROM kept_secret WHERE id = :id",
        { { ":id", id.text() } }, secretFromRow);
}

Result<std::optional<KeptSecret>> KeptSecretStore::findByAccess(
    const ReadTransaction &t, const QString &access)
{
    return t.row(R"(
        SELECT id, user_id, project, type, blob, access FROM kept_secret
        WHERE access = :access AND access <> '')",
        { { ":access", access } }, secretFromRow);
}

Result<QList<KeptSecret>> KeptSecretStore::secrets(const ReadTransaction &t, const Filter &filter)
{
    if (filter.user)
        return t.rows(R"(
            SELECT id, user_id, project, type, blob, access FROM kept_secret
            WHERE user_id = :user AND (:every = 1 OR type = :type)
            ORDER BY user_id, type, id LIMIT 1000)",
            { { ":user", filter.user->text() }, { ":every", !filter.type.has_value() },
                { ":type", textOrNothing(filter.type) } },
            secretFromRow);
    return t.rows(R"(
        SELECT id, user_id, project, type, blob, access FROM kept_secret
        WHERE (:every = 1 OR type = :type)
        ORDER BY user_id, type, id LIMIT 1000)",
        { { ":every", !filter.type.has_value() }, { ":type", textOrNothing(filter.type) } }, secretFromRow);
}

Result<qint64> KeptSecretStore::countOf(const ReadTransaction &t, const UserId &user)
{
    const auto count = t.row("SELECT COUNT(*) FROM kept_secret WHERE user_id = :user",
        { { ":user", user.text() } }, [](const Row &row) { return row.integer(0); });
    return count ? Result<qint64>(count->value_or(0)) : Result<qint64>(count.error());
}

Result<> KeptSecretStore::insert(Transaction &t, const KeptSecret &secret)
{
    const auto inserted = t.execute(R"(
        INSERT INTO kept_secret (id, user_id, project, type, blob, access, created_at_ms)
        VALUES (:id, :user, :project, :type, :blob, :access, :at))",
        { { ":id", secret.id.text() }, { ":user", secret.user.text() },
            { ":project", idOrNull(secret.project) }, { ":type", secret.type }, { ":blob", secret.blob },
            { ":access", secret.access }, { ":at", t.stampMs() } });
    return writtenSecret(inserted);
}

Result<> KeptSecretStore::update(Transaction &t, const KeptSecret &secret)
{
    return writtenSecret(t.execute(R"(
        UPDATE kept_secret SET project = :project, type = :type, blob = :blob, access = :access WHERE id = :id)",
        { { ":project", idOrNull(secret.project) }, { ":type", secret.type }, { ":blob", secret.blob },
            { ":access", secret.access }, { ":id", secret.id.text() } }));
}

Result<> KeptSecretStore::remove(Transaction &t, const KeptSecretId &id)
{
    return written(t.execute("DELETE FROM kept_secret WHERE id = :id", { { ":id", id.text() } }));
}

} // namespace nephele
