// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/nephelecomputeservice.h"

#include "model/compute/keypairstore.h"
#include "model/quota/quotastore.h"
#include "model/quota/resources.h"
#include "server/compute/keys.h"

#include <QtConcurrent>

#include <algorithm>

namespace nephele {

namespace {

constexpr int longestName = 255;
constexpr int longestKey = 30'000;

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

// How many the user may have: key pairs belong to no project, so the one he works in says it.
Result<qint64> mostKeypairs(const ReadTransaction &t, const UserId &user, const ProjectId &project)
{
    const auto lines = QuotaStore::lines(t, user, { project });
    if (!lines)
        return lines.error();
    const auto line = std::find_if(lines->cbegin(), lines->cend(),
        [](const QuotaLine &some) { return some.resource == QLatin1StringView("nova.keypairs"); });
    return line == lines->cend() ? findResource(QStringLiteral("nova.keypairs"))->defaultMost : line->limit;
}

Result<Keypair> insertKeypair(Transaction &t, Keypair keypair, const ProjectId &project)
{
    const auto kept = KeypairStore::ofUser(t, keypair.user);
    if (!kept)
        return kept.error();
    const auto most = mostKeypairs(t, keypair.user, project);
    if (!most)
        return most.error();
    if (*most >= 0 && kept->size() >= *most)
        return Error { ErrorCode::QuotaExceeded,
            QStringLiteral("You have %1 key pairs, and the limit is %2.").arg(kept->size()).arg(*most), {} };
    if (const auto inserted = KeypairStore::insert(t, keypair); !inserted)
        return inserted.error();
    return keypair;
}

ProjectId payingProject(const Caller &caller)
{
    return caller.project.value_or(ProjectId::stored(caller.user.text()));
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
    return m_parts.database.write([keypair = newKeypair(caller, name, *key), project = payingProject(caller)](
                                      Transaction &t) { return insertKeypair(t, keypair, project); });
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
        const auto written =
            database
                .write([keypair = newKeypair(caller, name, made->publicKey), project = payingProject(caller)](
                           Transaction &t) { return insertKeypair(t, keypair, project); })
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
