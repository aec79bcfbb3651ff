// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/trust.h"
#include "server/identity/identityservice.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// A trust as it is asked for.
struct NewTrust
{
    Trust trust; // its roles are to be filled in
    QList<RoleRef> roles;
};

// The rules of trusts: a user gives another one some of his roles in a project, for a time. Seen by the two
// and by administrators, NotFound to others; a restricted token neither makes nor ends one. One per worker;
// reads answer at once, writes later in the worker's thread.
class TrustService : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostPerUser = 200; // Forbidden beyond it

    explicit TrustService(IdentityContext &context, QObject *parent = nullptr);

    // Everybody's only for an administrator; others name themselves on one side, else Forbidden.
    Result<QList<Trust>> trusts(
        const Caller &caller, const std::optional<UserId> &trustor, const std::optional<UserId> &trustee);
    Result<Trust> trust(const Caller &caller, const TrustId &id);
    // Forbidden unless the caller is the trustor and has every role in the project; NotFound for a trustee
    // there is not, Invalid for an end that is past.
    QFuture<Result<Trust>> create(const Caller &caller, NewTrust wanted);
    // The trustor's, or an administrator's; the trust's tokens end.
    QFuture<Result<>> remove(const Caller &caller, const TrustId &id);

private:
    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
