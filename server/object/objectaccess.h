// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/identity/caller.h"
#include "model/object/object.h"
#include "server/http/request.h"

#include <optional>

namespace nephele {

class ReadTransaction;

// What a temporary URL opens: the account whose key signed it, or one container of it.
struct ObjectPass
{
    ProjectId account;
    std::optional<QString> container;
};

// Who asks for objects: the bearer of a token, of a temporary URL, or anybody.
struct ObjectActor
{
    Caller caller;
    QByteArray referer; // access lists may name hosts
    std::optional<ObjectPass> pass;

    // Who is written down as the author, and whose quota is charged: a bearer without a name writes as the
    // account itself.
    UserId authorIn(const ProjectId &account) const
    {
        return caller.user.isNull() || pass ? UserId::stored(account.text()) : caller.user;
    }
};

enum class ObjectRight {
    Look, // sees the account; members of its project
    Read, // reads an object of a container
    List, // lists a container
    Write, // writes objects of a container
    Remove, // ends them
    Own, // changes account and containers
};

// Owners are the members of the account's project, reseller administrators and administrators; others need an
// access list of the container. Nothing tells whether what they may not see is there: Unauthenticated for who
// did not say who he is, Forbidden for the rest. `container`: null where there is none.
Result<> checkObjectRight(ReadTransaction &t, const ObjectActor &actor, const ProjectId &account,
    const ObjectContainer *container, ObjectRight right);

// The same for one name of a container. A right that was given in either face holds in both: by an access
// list of the container, by rights on the object or a directory above it (model/object/sharing.h), which open
// reading and writing but never removing, or by a public link, which opens reading to every user.
Result<> checkNameRight(ReadTransaction &t, const ObjectActor &actor, const ProjectId &account,
    const ObjectContainer *container, const QString &name, ObjectRight right);
// Reading many names, sorted as listings are: all or none.
Result<> checkNamesReadable(ReadTransaction &t, const ObjectActor &actor, const ProjectId &account,
    const ObjectContainer *container, const QStringList &names);

// How much of an account or container a caller may be shown: all, or what is shared with him
// (SharingStore::containersFor, readableSpan). Where that is nothing: Forbidden or Unauthenticated.
enum class Visibility { Shared, All };
Result<Visibility> visibilityOfAccount(
    ReadTransaction &t, const ObjectActor &actor, const ProjectId &account);
Result<Visibility> visibilityOfContainer(
    ReadTransaction &t, const ObjectActor &actor, const ProjectId &account, const ObjectContainer *container);

// The user that rights given to people are given to; null for who came by something else than a token that
// acts in the cloud.
UserId sharingUser(const ObjectActor &actor);

// Whether these roles in a project make somebody an owner of its account.
bool isChangingRole(Roles roles);
bool isAccountOwner(const ObjectActor &actor, const ProjectId &account);
// May set quotas of the account.
bool isReseller(const ObjectActor &actor);

// An access list as it is kept: Swift's forms of it made one. Invalid for what no list can say.
enum class AclKind { Read, Write };
Result<QString> readAcl(AclKind kind, const QString &text);

} // namespace nephele
