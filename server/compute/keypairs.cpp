// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/nephelecomputeservice.h"

#include "model/compute/keypairstore.h"
#include "server/compute/keys.h"

#include <QtConcurrent>

#include <algorithm>

namespace nephele {

namespace {

constexpr int longestName = 255;
constexpr int longestKey = 30'000;
constexpr int mostKeypairs = 100; // of one user

// Printable, and more than blanks.
Result<> checkName(const QString &name)
{
    const bool printable =
        std::all_of(name.cbegin(), name.cend(), [](QChar c) { return c.isPrint() && c.unicode() != 0x7f; });
    if (name.trimmed().isEmpty() || name.trimmed() != name || name.size() > longestName || !printable)
        return invalid(
            QStringLiteral("name: 1 to %1 printable characters, no blank at either end.").arg(longestName));
    return {};
}

Result<Keypair> insertKeypair(Transaction &t, Keypair keypair)
{
    const auto kept = KeypairStore::ofUser(t, keypair.user);
    if (!kept)
        return kept.error();
    if (kept->size() >= mostKeypairs)
        return Error { ErrorCode::QuotaExceeded,
            QStringLiteral("You have %1 key pairs already, which is the limit.").arg(mostKeypairs), {} };
    if (const auto inserted = KeypairStore::insert(t, keypair); !inserted)
        return inserted.error();
    return keypair;
}

Keypair newKeypair(const Caller &caller, const QString &name, const PublicKey &key)
{
    return { caller.user, name, 0, key.line, key.fingerprint, QStringLiteral("ssh"), 0 };
}

} // namespace

Result<QList<Keypair>> NepheleComputeService::keypairs(const Caller &caller)
{
    return m_parts.database.read([&](ReadTransaction &t) { return KeypairStore::ofUser(t, caller.user); });
}

Result<Keypair> NepheleComputeService::keypair(const Caller &caller, const QString &name)
{
    return m_parts.database.read([&](ReadTransaction &t) -> Result<Keypair> {
        const auto found = KeypairStore::find(t, caller.user, name);
        if (!found)
            return found.error();
        if (!*found)
            return notFound(QStringLiteral("There is no key pair named \"%1\".").arg(name));
        return **found;
    });
}

QFuture<Result<Keypair>> NepheleComputeService::importKeypair(
    const Caller &caller, const QString &name, const QString &publicKey)
{
    if (const auto named = checkName(name); !named)
        return QtFuture::makeReadyFuture(Result<Keypair>(named.error()));
    if (publicKey.size() > longestKey)
        return QtFuture::makeReadyFuture(
            Result<Keypair>(invalid(QStringLiteral("public_key: at most %1 characters.").arg(longestKey))));
    const auto key = publicKeyFromText(publicKey);
    if (!key)
        return QtFuture::makeReadyFuture(Result<Keypair>(key.error()));
    return m_parts.database.write(
        [keypair = newKeypair(caller, name, *key)](Transaction &t) { return insertKeypair(t, keypair); });
}

QFuture<Result<ComputeService::GeneratedKeypair>> NepheleComputeService::generateKeypair(
    const Caller &caller, const QString &name)
{
    if (const auto named = checkName(name); !named)
        return QtFuture::makeReadyFuture(Result<GeneratedKeypair>(named.error()));
    return QtConcurrent::run([&database = m_parts.database, caller, name]() -> Result<GeneratedKeypair> {
        const auto made = makeRsaKey(QStringLiteral("Generated-by-Nephele"));
        if (!made)
            return made.error();
        const auto written = database
                                 .write([keypair = newKeypair(caller, name, made->publicKey)](
                                            Transaction &t) { return insertKeypair(t, keypair); })
                                 .result();
        if (!written)
            return written.error();
        return GeneratedKeypair { *written, made->privateKeyPem };
    });
}

QFuture<Result<>> NepheleComputeService::removeKeypair(const Caller &caller, const QString &name)
{
    return m_parts.database.write(
        [user = caller.user, name](Transaction &t) { return KeypairStore::remove(t, user, name); });
}

} // namespace nephele
