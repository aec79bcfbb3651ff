// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/policystore.h"

#include "model/identity/written.h"

namespace nephele {

namespace {

Policy policyFromRow(const Row &row)
{
    return { row.id<PolicyId>(0), row.text(1), row.text(2) };
}

OauthConsumer consumerFromRow(const Row &row)
{
    return { row.id<OauthConsumerId>(0), row.text(1) };
}

Parameters valuesOf(const Policy &policy)
{
    return { { ":id", policy.id.text() }, { ":type", policy.type }, { ":blob", policy.blob } };
}

Result<qint64> counted(const Result<std::optional<qint64>> &count)
{
    return count ? Result<qint64>(count->value_or(0)) : Result<qint64>(count.error());
}

} // namespace

Result<QList<Policy>> PolicyStore::policies(const ReadTransaction &t, const std::optional<QString> &type)
{
    return t.rows(
        "SELECT id, type, blob FROM policy WHERE (:every = 1 OR type = :type) ORDER BY id LIMIT 1000",
        { { ":every", !type.has_value() }, { ":type", textOrNothing(type) } }, policyFromRow);
}

Result<std::optional<Policy>> PolicyStore::find(const ReadTransaction &t, const PolicyId &id)
{
    return t.row("SELECT id, type, blob FROM policy WHERE id = :id", { { ":id", id.text() } }, policyFromRow);
}

Result<qint64> PolicyStore::count(const ReadTransaction &t)
{
    return counted(t.row("SELECT COUNT(*) FROM policy", {}, [](const Row &row) { return row.integer(0); }));
}

Result<> PolicyStore::insert(Transaction &t, const Policy &policy)
{
    return written(
        t.execute("INSERT INTO policy (id, type, blob) VALUES (:id, :type, :blob)", valuesOf(policy)));
}

Result<> PolicyStore::update(Transaction &t, const Policy &policy)
{
    return written(
        t.execute("UPDATE policy SET type = :type, blob = :blob WHERE id = :id", valuesOf(policy)));
}

Result<> PolicyStore::remove(Transaction &t, const PolicyId &id)
{
    return writtenOr(t.execute("DELETE FROM policy WHERE id = :id", { { ":id", id.text() } }),
        notFound(QStringLiteral("There is no such policy.")));
}

Result<QList<OauthConsumer>> OauthConsumerStore::consumers(const ReadTransaction &t)
{
    return t.rows("SELECT id, description FROM oauth1_consumer ORDER BY id LIMIT 1000", {}, consumerFromRow);
}

Result<std::optional<OauthConsumer>> OauthConsumerStore::find(
    const ReadTransaction &t, const OauthConsumerId &id)
{
    return t.row("SELECT id, description FROM oauth1_consumer WHERE id = :id", { { ":id", id.text() } },
        consumerFromRow);
}

Result<qint64> OauthConsumerStore::count(const ReadTransaction &t)
{
    return counted(
        t.row("SELECT COUNT(*) FROM oauth1_consumer", {}, [](const Row &row) { return row.integer(0); }));
}

Result<> OauthConsumerStore::insert(Transaction &t, const OauthConsumer &consumer, const QString &secretHash)
{
    return written(t.execute(
        "INSERT INTO oauth1_consumer (id, description, secret_hash) VALUES (:id, :description, :hash)",
        { { ":id", consumer.id.text() }, { ":description", consumer.description },
            { ":hash", secretHash } }));
}

Result<> OauthConsumerStore::update(Transaction &t, const OauthConsumer &consumer)
{
    return written(t.execute("UPDATE oauth1_consumer SET description = :description WHERE id = :id",
        { { ":description", consumer.description }, { ":id", consumer.id.text() } }));
}

Result<> OauthConsumerStore::remove(Transaction &t, const OauthConsumerId &id)
{
    return writtenOr(t.execute("DELETE FROM oauth1_consumer WHERE id = :id", { { ":id", id.text() } }),
        notFound(QStringLiteral("There is no such consumer.")));
}

} // namespace nephele
