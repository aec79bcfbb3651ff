// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "model/identity/caller.h"
#include "model/quota/commissionstore.h"
#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"

#include <QObject>
#include <QThreadPool>

namespace nephele {

// Limits and uses, for their owners, for administrators and for the services that count them. One per worker,
// used in its thread; no state between calls. Gone, it has waited for what it asked in its pool.
class QuotaService : public QObject
{
    Q_OBJECT

public:
    explicit QuotaService(Database &database, QObject *parent = nullptr);

    Database &database() const { return m_database; }

    // By name, built-in and registered ones, also hidden.
    Result<QList<QuotaResource>> resources();

    // Of the caller, in every project his token reaches; a Synnefo token's user also sees those of his
    // projects that are suspended. Lines of hidden resources are left out unless they are asked for.
    enum class Hidden { LeftOut, Shown };
    Result<QList<QuotaLine>> quotas(const Caller &caller, Hidden hidden);

    // One project as a whole (user: null) or one user in it, hidden resources too. Forbidden unless the
    // caller is in the project or an administrator; Invalid when an administrator names a project that is not
    // there.
    Result<QList<QuotaLine>> quotasOf(
        const Caller &caller, const QString &projectId, const UserId &user = {});

    // The same with the defaults for limits and nothing used: of system projects if the project is one, else
    // (or when there is none of that id) of others.
    Result<QList<QuotaLine>> defaultLines(const QString &projectId);

    // What the component counts, of the users and in the projects named; empty lists name all. NotFound when
    // a list names somebody and none of them is there; TooLarge when that would be more than `mostHolders`
    // users or projects. Asked in the pool.
    struct UserQuotas
    {
        UserId user;
        QList<QuotaLine> lines;
    };
    QFuture<Result<QList<UserQuotas>>> serviceQuotas(
        const Caller &caller, const QStringList &users, const QStringList &projects);
    QFuture<Result<QList<QuotaLine>>> serviceProjectQuotas(const Caller &caller, const QStringList &projects);
    static constexpr int mostHolders = 1000;

    // The caller is a component.
    QFuture<Result<CommissionStore::Issued>> issue(const Caller &caller, NewCommission wanted);
    Result<QList<qint64>> pendingCommissions(const Caller &caller);
    Result<std::optional<Commission>> commission(const Caller &caller, qint64 serial);
    QFuture<Result<bool>> decide(const Caller &caller, qint64 serial, CommissionStore::Decision decision);
    // Each for itself, in one transaction. A serial in both lists is decided neither way.
    struct Decided
    {
        QList<qint64> accepted;
        QList<qint64> rejected;
        QList<qint64> unknown;
        QList<qint64> contradicting;
    };
    QFuture<Result<Decided>> decideAll(
        const Caller &caller, const QList<qint64> &accept, const QList<qint64> &reject);

    // Limits of a project, or of one user in it; administrators only. nullopt: the default again. Invalid
    // names a resource that would be under what is used, unless forced, and a project or user that is not
    // there.
    struct LimitChange
    {
        QString resource;
        std::optional<qint64> most;
    };
    enum class UnderUse { Refused, Forced };
    QFuture<Result<>> setLimits(const QString &projectId, const std::optional<UserId> &user,
        const QList<LimitChange> &changes, UnderUse underUse);

    // Defaults of all projects, system projects too; administrators only. The limits must not be nullopt.
    QFuture<Result<>> setDefaults(const QList<LimitChange> &changes);

private:
    Database &m_database;
    QThreadPool m_pool; // one thread: of large answers, one at a time
};

} // namespace nephele
