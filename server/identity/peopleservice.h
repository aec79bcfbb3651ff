// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/groupstore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// Ids in the wishes below are unchecked text: what is not there is NotFound.
struct NewPerson
{
    NewUser user; // its domain and project come from the ids
    std::optional<QString> domainId; // nullopt: that of the caller's token
    std::optional<QString> defaultProjectId;
    std::optional<QString> password; // nullopt: nobody can sign in by password
};

struct PersonChange
{
    UserChange change;
    std::optional<QString> domainId; // must be the one he is in
    std::optional<bool> isEnabled;
    std::optional<QString> defaultProjectId; // empty: none chosen
    std::optional<QString> password;
};

struct NewGroup
{
    QString name;
    QString description;
    std::optional<QString> domainId; // nullopt: that of the caller's token
    Extras extras;
};

// The rules of users and groups as an administrator of the OpenStack face handles them. One per worker, no
// state between calls; reads answer at once. Its writes are for administrators: the routes say so. What the
// caller may not see is NotFound; a restricted application credential changes nobody (Forbidden).
class PeopleService : public QObject
{
    Q_OBJECT

public:
    explicit PeopleService(IdentityContext &context, QObject *parent = nullptr);

    // Oneself, or anyone for an administrator.
    Result<User> user(const Caller &caller, const QString &id);
    Result<Page<User>> users(const UserFilter &filter);
    // Also Invalid for a password against the rules, Conflict for a taken name.
    QFuture<Result<User>> createUser(const Caller &caller, const NewPerson &wanted);
    QFuture<Result<User>> changeUser(const Caller &caller, const QString &id, const PersonChange &wanted);
    // Conflict while his system project uses something; names what.
    QFuture<Result<>> removeUser(const Caller &caller, const QString &id);
    // Of oneself, or of anyone for an administrator.
    Result<QList<UserGroup>> groupsOf(const Caller &caller, const QString &userId);
    Result<QList<Project>> projectsOf(const Caller &caller, const QString &userId);

    Result<UserGroup> group(const QString &id);
    Result<Page<UserGroup>> groups(const GroupFilter &filter);
    QFuture<Result<UserGroup>> createGroup(const Caller &caller, const NewGroup &wanted);
    QFuture<Result<UserGroup>> changeGroup(
        const Caller &caller, const QString &id, const GroupChange &wanted);
    QFuture<Result<>> removeGroup(const Caller &caller, const QString &id);

    Result<Page<User>> members(const QString &groupId, const std::optional<UserId> &after, int limit);
    // NotFound when he is none.
    Result<> checkMember(const QString &groupId, const QString &userId);
    QFuture<Result<>> addMember(const Caller &caller, const QString &groupId, const QString &userId);
    QFuture<Result<>> removeMember(const Caller &caller, const QString &groupId, const QString &userId);

private:
    QFuture<Result<QString>> hashFor(const std::optional<QString> &password);

    IdentityContext &m_context;
    Database &m_database;
};

// Forbidden for a restricted application credential: what it changed of others, it would change for itself.
Result<> mayChangePeople(const Caller &caller);

// The domain by its id, or that of the caller's token, or the default one. NotFound when there is none.
Result<Domain> domainWanted(
    const ReadTransaction &t, const Caller &caller, const std::optional<QString> &domainId);

} // namespace nephele
