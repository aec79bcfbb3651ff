// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"

#include <array>

namespace nephele {

namespace {

struct CloudRoleName
{
    CloudRole role;
    QLatin1StringView name;
};

constexpr std::array<CloudRoleName, 4> names { {
    { CloudRole::ProjectAdmin, QLatin1StringView("project-admins") },
    { CloudRole::Helpdesk, QLatin1StringView("helpdesk") },
    { CloudRole::AdminApi, QLatin1StringView("admin-api") },
    { CloudRole::AdminStats, QLatin1StringView("admin-stats") },
} };

QString hexOf(const QByteArray &hash)
{
    return QString::fromLatin1(hash.toHex());
}

} // namespace

QStringList cloudRoleNames(CloudRoles roles)
{
    QStringList held;
    for (const CloudRoleName &known : names) {
        if (roles.testFlag(known.role))
            held.append(known.name);
    }
    return held;
}

std::optional<CloudRole> findCloudRole(const QString &name)
{
    for (const CloudRoleName &known : names) {
        if (known.name == name)
            return known.role;
    }
    return std::nullopt;
}

Result<CloudRoles> CloudRoleStore::rolesOf(const ReadTransaction &t, const UserId &user)
{
    const auto roles =
        t.row("SELECT roles FROM cloud_role WHERE user_id = :user", { { ":user", user.text() } },
            [](const Row &row) { return CloudRoles::fromInt(int(row.integer(0))); });
    if (!roles)
        return roles.error();
    return roles->value_or(CloudRoles());
}

Result<> CloudRoleStore::setRoles(Transaction &t, const UserId &user, CloudRoles roles)
{
    const auto set = roles
        ? t.execute("INSERT INTO cloud_role (user_id, roles) VALUES (:user, :roles) "
                    "ON CONFLICT (user_id) DO UPDATE SET roles = excluded.roles",
            { { ":user", user.text() }, { ":roles", int(roles.toInt()) } })
        : t.execute("DELETE FROM cloud_role WHERE user_id = :user", { { ":user", user.text() } });
    return set ? Result<>() : Result<>(set.error());
}

Result<std::optional<QString>> ComponentStore::find(const ReadTransaction &t, const QByteArray &tokenHash)
{
    return t.row("SELECT name FROM component WHERE token_hash = :hash", { { ":hash", hexOf(tokenHash) } },
        [](const Row &row) { return row.text(0); });
}

Result<QStringList> ComponentStore::names(const ReadTransaction &t)
{
    return t.rows("SELECT name FROM component ORDER BY name", {}, [](const Row &row) { return row.text(0); });
}

Result<> ComponentStore::setToken(Transaction &t, const QString &name, const QByteArray &tokenHash)
{
    const auto set = t.execute(R"(
        INSERT INTO component (name, token_hash, created_at_ms) VALUES (:name, :hash, :at)
        ON CONFLICT (name) DO UPDATE SET token_hash = excluded.token_hash)",
        { { ":name", name }, { ":hash", hexOf(tokenHash) }, { ":at", t.stampMs() } });
    return set ? Result<>() : Result<>(set.error());
}

Result<> ComponentStore::remove(Transaction &t, const QString &name)
{
    const auto removed = t.execute("DELETE FROM component WHERE name = :name", { { ":name", name } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("There is no service named '%1'.").arg(name));
    return {};
}

} // namespace nephele
