// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/domainstore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// Takes away one slice of a disabled domain: users, then projects, then the domain itself; true when it is
// gone.
Result<bool> removeDomainSlice(Transaction &t, const QString &id);

// The rules of domains. One per worker, no state between calls; reads answer at once. Its writes are for
// administrators: the routes say so.
class DomainService : public QObject
{
    Q_OBJECT

public:
    explicit DomainService(IdentityContext &context, QObject *parent = nullptr);

    // Any for an administrator, else the user's own and that of his token; NotFound otherwise.
    Result<DomainRecord> domain(const Caller &caller, const QString &id);
    Result<Page<DomainRecord>> domains(const DomainFilter &filter);

    // Conflict when the name is taken.
    QFuture<Result<DomainRecord>> create(const Caller &caller, const NewDomain &wanted);
    // Forbidden to disable the default one: the first administrator lives there.
    QFuture<Result<DomainRecord>> change(const Caller &caller, const QString &id, const DomainChange &wanted);
    // With all its users, groups, projects and roles, a slice at a time. Forbidden while it is enabled;
    // Conflict while one of its projects uses something.
    QFuture<Result<>> remove(const Caller &caller, const QString &id);

private:
    QFuture<Result<>> removeSlices(const QString &id);

    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
