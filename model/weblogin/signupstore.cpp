// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/weblogin/signupstore.h"

#include "model/identity/project.h"

namespace nephele {

namespace {

SignUp signUpFromRow(const Row &row)
{
    return { row.id<SignUpId>(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5),
        row.integer(6) };
}

} // namespace

Result<std::optional<SignUp>> SignUpStore::find(const ReadTransaction &t, const SignUpId &id)
{
    return t.row(R"(
        SELECT id, name, email, real_name, reason, password_hash, created_at_ms FROM sign_up
        WHERE id = :id)",
        { { ":id", id.text() } }, signUpFromRow);
}

// The names are compared here: SQL's lower() knows ASCII only.
Result<QList<ListedSignUp>> SignUpStore::waiting(const ReadTransaction &t)
{
    const auto found = t.rows(R"(
        SELECT id, name, email, real_name, reason, password_hash, created_at_ms FROM sign_up
        ORDER BY created_at_ms, id LIMIT :most)",
        { { ":most", mostWaiting } }, signUpFromRow);
    if (!found)
        return found.error();
    QList<ListedSignUp> listed;
    for (const SignUp &signUp : *found) {
        const auto taken = t.row(R"(
            SELECT 1 FROM identity_user WHERE domain = :domain AND name_key = :key)",
            { { ":domain", Domain::defaultId().text() }, { ":key", signUp.name.toLower() } },
            [](const Row &) { return true; });
        if (!taken)
            return taken.error();
        listed.append({ signUp, taken->has_value() });
    }
    return listed;
}

Result<> SignUpStore::insert(Transaction &t, const SignUp &signUp)
{
    const auto waiting =
        t.row("SELECT COUNT(*) FROM sign_up", {}, [](const Row &row) { return row.integer(0); });
    if (!waiting)
        return waiting.error();
    if (waiting->value_or(0) >= mostWaiting)
        return unavailable(QStringLiteral("Too many people wait for an account already."));
    const auto inserted = t.execute(R"(
        INSERT INTO sign_up (id, name, email, real_name, reason, password_hash, created_at_ms)
        VALUES (:id, :name, :email, :realName, :reason, :hash, :at))",
        { { ":id", signUp.id.text() }, { ":name", signUp.name }, { ":email", signUp.email },
            { ":realName", signUp.realName }, { ":reason", signUp.reason }, { ":hash", signUp.passwordHash },
            { ":at", t.stampMs() } });
    return inserted ? Result<>() : Result<>(inserted.error());
}

Result<> SignUpStore::remove(Transaction &t, const SignUpId &id)
{
    const auto removed = t.execute("DELETE FROM sign_up WHERE id = :id", { { ":id", id.text() } });
    return removed ? Result<>() : Result<>(removed.error());
}

} // namespace nephele
