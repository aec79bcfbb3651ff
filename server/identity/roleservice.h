// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/rolestore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// The rules of roles and of what they imply. The five built-in ones and what they imply of each other are
// fixed: they are what every service means by them. One per worker, no state between calls; all of it is for
// administrators: the routes say so.
class RoleService : public QObject
{
    Q_OBJECT

public:
    explicit RoleService(IdentityContext &context, QObject *parent = nullptr);

    Result<RoleRecord> role(const QString &id);
    Result<Page<RoleRecord>> roles(const RoleFilter &filter);
    // The domain is unchecked text: NotFound when there is none. Conflict for a taken name.
    QFuture<Result<RoleRecord>> create(
        const Caller &caller, const RoleRecord &wanted, const std::optional<QString> &domainId);
    // Forbidden for a built-in one; so is its removal.
    QFuture<Result<RoleRecord>> change(const Caller &caller, const QString &id, const RoleChange &wanted);
    QFuture<Result<>> remove(const Caller &caller, const QString &id);

    // Direct rules, of one role or all.
    Result<QList<RoleInference>> inferences(const std::optional<QString> &priorId);
    Result<RoleInference> inference(const QString &priorId, const QString &impliedId);
    // Forbidden when the implied role is admin or belongs to a domain while the prior one does not, and when
    // a built-in role would come to imply another one.
    QFuture<Result<RoleInference>> addInference(
        const Caller &caller, const QString &priorId, const QString &impliedId);
    QFuture<Result<>> removeInference(const Caller &caller, const QString &priorId, const QString &impliedId);

private:
    IdentityContext &m_context;
    Database &m_database;
};

// NotFound when there is none.
Result<RoleRecord> existingRole(const ReadTransaction &t, const QString &id);

} // namespace nephele
