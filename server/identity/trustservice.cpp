// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/trustservice.h"

#include "model/base/whendone.h"
#include "model/identity/grantstore.h"
#include "model/identity/truststore.h"
#include "server/identity/keystonereplies.h"
#include "server/identity/signin.h"

#include <algorithm>

namespace nephele {

namespace {

Error unknownTrust()
{
    return notFound(QStringLiteral("There is no such trust."));
}

Error isRestricted()
{
    return forbidden(QStringLiteral("A restricted token neither makes nor ends trusts."));
}

Result<Trust> findTrust(const ReadTransaction &t, const Caller &caller, const TrustId &id)
{
    const auto found = TrustStore::find(t, id);
    if (!found)
        return found.error();
    if (!*found)
        return unknownTrust();
    const Trust &trust = **found;
    const bool isParty = trust.trustor == caller.user || trust.trustee == caller.user;
    return isParty || caller.isAdmin ? Result<Trust>(trust) : Result<Trust>(unknownTrust());
}

// With the roles the trustor has, of those that are wanted. A project there is not, and one he has no roles
// in, are one answer.
Result<Trust> withRoles(const ReadTransaction &t, const NewTrust &wanted)
{
    Trust trust = wanted.trust;
    const auto held =
        GrantStore::effectiveRoles(t, trust.trustor, GrantTarget::project(trust.project.text()));
    if (!held)
        return held.error();
    for (const RoleRef &ref : wanted.roles) {
        const auto role = std::find_if(
            held->cbegin(), held->cend(), [&](const RoleRecord &known) { return ref.names(known); });
        if (role == held->cend())
            return forbidden(
                QStringLiteral("trust.roles: you can pass on only roles you have in the project."));
        trust.roles |= role->bit;
        if (!role->isBuiltIn() && !trust.others.contains(*role))
            trust.others.append(*role);
    }
    return trust;
}

Result<> checkTrustee(const ReadTransaction &t, const UserId &id)
{
    const auto trustee = UserStore::find(t, id);
    if (!trustee)
        return trustee.error();
    return *trustee ? Result<>()
                    : Result<>(notFound(QStringLiteral("trust.trustee_user_id: there is no such user.")));
}

} // namespace

TrustService::TrustService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

Result<QList<Trust>> TrustService::trusts(
    const Caller &caller, const std::optional<UserId> &trustor, const std::optional<UserId> &trustee)
{
    const bool isOwn = trustor == caller.user || trustee == caller.user;
    if (!isOwn && !caller.isAdmin)
        return forbidden(QStringLiteral("Name yourself as trustor_user_id or trustee_user_id."));
    return m_database.read([&](ReadTransaction &t) { return TrustStore::trusts(t, trustor, trustee); });
}

Result<Trust> TrustService::trust(const Caller &caller, const TrustId &id)
{
    return m_database.read([&](ReadTransaction &t) { return findTrust(t, caller, id); });
}

QFuture<Result<Trust>> TrustService::create(const Caller &caller, NewTrust wanted)
{
    Trust &made = wanted.trust;
    if (caller.isRestricted)
        return readyFailure<Trust>(isRestricted());
    if (made.trustor != caller.user)
        return readyFailure<Trust>(
            forbidden(QStringLiteral("trust.trustor_user_id: only the trustor himself makes a trust.")));
    if (made.expiresAtMs && *made.expiresAtMs <= m_context.clock().nowMs())
        return readyFailure<Trust>(invalid(QStringLiteral("trust.expires_at: must lie in the future.")));
    made.id = TrustId::stored(newKeystoneId());
    return m_database.write([wanted](Transaction &t) -> Result<Trust> {
        if (const auto known = checkTrustee(t, wanted.trust.trustee); !known)
            return known.error();
        const auto trust = withRoles(t, wanted);
        if (!trust)
            return trust;
        const auto count = TrustStore::countOf(t, trust->trustor);
        if (!count)
            return count.error();
        if (*count >= mostPerUser)
            return forbidden(QStringLiteral("A user makes at most %1 trusts.").arg(mostPerUser));
        if (const auto inserted = TrustStore::insert(t, *trust); !inserted)
            return inserted.error();
        return trust;
    });
}

QFuture<Result<>> TrustService::remove(const Caller &caller, const TrustId &id)
{
    if (caller.isRestricted)
        return readyFailure<void>(isRestricted());
    const auto removed = m_database.write([=](Transaction &t) -> Result<> {
        const auto trust = findTrust(t, caller, id);
        if (!trust)
            return trust.error();
        if (trust->trustor != caller.user && !caller.isAdmin)
            return forbidden(QStringLiteral("Only the trustor ends a trust."));
        return TrustStore::remove(t, id);
    });
    return thenIn(removed, this, [this](const Result<> &result) {
        m_context.noteRevocation();
        return result;
    });
}

} // namespace nephele
