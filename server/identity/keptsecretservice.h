// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/keptsecretstore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

struct KeptSecretChange
{
    std::optional<UserId> user; // may be told again, not changed
    std::optional<ProjectId> project;
    std::optional<QString> type;
    std::optional<QString> blob;
    std::optional<QString> access; // of an EC2 key, as the blob has it
};

// The rules of Keystone's credentials, EC2 keys among them: everybody keeps his own, an administrator
// anybody's, a restricted application credential or a trust none, also not to look at. One per worker; reads
// answer at once, writes later in the worker's thread. Others' secrets are NotFound.
class KeptSecretService : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostPerUser = 100; // Forbidden beyond it

    explicit KeptSecretService(IdentityContext &context, QObject *parent = nullptr);

    // Without a user: one's own, or everybody's for an administrator.
    Result<QList<KeptSecret>> secrets(const Caller &caller, const KeptSecretStore::Filter &filter);
    Result<KeptSecret> secret(const Caller &caller, const KeptSecretId &id);
    // Without an id one is made up; a null user is the caller. Invalid for an unknown user or project,
    // Forbidden for a project the user has no role in. Conflict when there is an EC2 key of that public half.
    QFuture<Result<KeptSecret>> create(const Caller &caller, KeptSecret secret);
    QFuture<Result<KeptSecret>> update(
        const Caller &caller, const KeptSecretId &id, const KeptSecretChange &change);
    QFuture<Result<>> remove(const Caller &caller, const KeptSecretId &id);

    // EC2 keys of one user, by public half.
    Result<QList<KeptSecret>> ec2Keys(const Caller &caller, const UserId &user);
    Result<KeptSecret> ec2Key(const Caller &caller, const UserId &user, const QString &access);
    QFuture<Result<>> removeEc2Key(const Caller &caller, const UserId &user, const QString &access);

private:
    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
