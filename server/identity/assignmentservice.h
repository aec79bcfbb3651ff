// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/domainstore.h"
#include "model/identity/grantstore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// A name in its domain; a null domain for what belongs to none.
struct NamedInDomain
{
    QString name;
    Domain domain;
};

// The names behind the ids of a list of grants, where they were asked for.
struct GrantNames
{
    QHash<QString, NamedInDomain> users;
    QHash<QString, NamedInDomain> groups;
    QHash<QString, NamedInDomain> projects;
    QHash<QString, NamedInDomain> domains; // by their own names
    QHash<QString, NamedInDomain> roles;
};

struct GrantListing
{
    enum class Form { AsMade, Effective };
    enum class Names { No, Yes };

    GrantFilter filter;
    Form form = Form::AsMade;
    Names names = Names::No;
};

struct GrantList
{
    Page<Grant> page;
    GrantNames names;
};

// The rules of one grant inside the caller's closure, for every door. Nothing happens when it is there;
// NotFound for what it names and is not there; Forbidden for a role of another domain than the target's.
Result<> addGrant(Transaction &t, const Grant &wanted);
// NotFound when there is none. His tokens for the target end; Conflict for the last role of a user in his own
// system project.
Result<> withdrawGrant(Transaction &t, const Grant &unwanted);

// Who is given which role where. A built-in role of a user on a project is his membership there, in both
// faces; everything else is a grant of its own. One per worker, no state between calls. Granting, looking at
// grants and listing is for administrators: the routes say so. Ids are unchecked: what is not there is
// NotFound.
class AssignmentService : public QObject
{
    Q_OBJECT

public:
    explicit AssignmentService(IdentityContext &context, QObject *parent = nullptr);

    QFuture<Result<>> grant(const Caller &caller, const Grant &wanted);
    QFuture<Result<>> revoke(const Caller &caller, const Grant &unwanted);
    Result<> check(const Grant &asked); // NotFound when there is none
    Result<QList<RoleRecord>> roles(const GrantActor &actor, const GrantTarget &target, bool isInherited);

    Result<GrantList> list(const GrantListing &wanted);

    // What the caller's user could have a token for now.
    Result<QList<Project>> ownProjects(const Caller &caller);
    Result<QList<DomainRecord>> ownDomains(const Caller &caller);
    Result<bool> hasSystemRole(const Caller &caller);

private:
    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
