// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute/keypairstore.h"

namespace nephele {

namespace {

Keypair keypairFromRow(const Row &row)
{
    return { row.id<UserId>(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.text(5),
        row.integer(6) };
}

} // namespace

Result<QList<Keypair>> KeypairStore::ofUser(ReadTransaction &t, const UserId &user)
{
    return t.rows(R"(
        SELECT owner, name, number, public_key, fingerprint, type, created_at_ms
        FROM keypair
        WHERE owner = :owner
        ORDER BY name)",
        { { ":owner", user.text() } }, keypairFromRow);
}

Result<std::optional<Keypair>> KeypairStore::find(ReadTransaction &t, const UserId &user, const QString &name)
{
    return t.row(R"(
        SELECT owner, name, number, public_key, fingerprint, type, created_at_ms
        FROM keypair
        WHERE owner = :owner AND name = :name)",
        { { ":owner", user.text() }, { ":name", name } }, keypairFromRow);
}

Result<> KeypairStore::insert(Transaction &t, Keypair &keypair)
{
    const auto taken = find(t, keypair.user, keypair.name);
    if (!taken)
        return taken.error();
    if (*taken)
        return conflict(QStringLiteral("A key pair named \"%1\" exists already.").arg(keypair.name));
    const auto number = t.nextNumber(QLatin1StringView("keypair"));
    if (!number)
        return number.error();
    keypair.number = *number;
    keypair.createdAtMs = t.stampMs();
    const auto done = t.execute(R"(
        INSERT INTO keypair (owner, name, number, public_key, fingerprint, type, created_at_ms)
        VALUES (:owner, :name, :number, :public_key, :fingerprint, :type, :now))",
        { { ":owner", keypair.user.text() }, { ":name", keypair.name }, { ":number", keypair.number },
            { ":public_key", keypair.publicKey }, { ":fingerprint", keypair.fingerprint },
            { ":type", keypair.type }, { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    return {};
}

Result<> KeypairStore::remove(Transaction &t, const UserId &user, const QString &name)
{
    const auto removed = t.execute("DELETE FROM keypair WHERE owner = :owner AND name = :name",
        { { ":owner", user.text() }, { ":name", name } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("There is no key pair named \"%1\".").arg(name));
    return {};
}

} // namespace nephele
