// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/sharing.h"

#include <QMap>

namespace nephele {

// rows: share(object, container, name), share_grant(object, grantee, may_write), share_edge(grantee, place).
// Rights belong to a current object where it lies: ObjectStore drops them when it moves or ends. Every
// question costs seeks only: as many as the name has directories, the rights have entries, or the user has
// groups.
class SharingStore
{
public:
    // The rights of a current object; empty ones are taken away.
    static Result<> set(Transaction &t, const ObjectContainer &container, const ObjectVersion &current,
        const Sharing &sharing);
    static Result<> drop(Transaction &t, const ObjectId &object);
    // Another object takes the place and the rights of this one.
    static Result<> handOver(Transaction &t, const ObjectId &from, const ObjectId &to);

    // What holds for a name, whether there is an object of it or not: its own rights, else those of the
    // nearest directory above it that has any.
    static Result<std::optional<SharedFrom>> ofName(
        ReadTransaction &t, qint64 container, const QString &name);
    // Their own rights, of those of the names (sorted as listings are) that have any.
    static Result<QMap<QString, Sharing>> ofNames(
        ReadTransaction &t, qint64 container, const QStringList &names);

    // What the rights give a user. Nothing to a null one.
    static Result<SharedRight> rightOf(ReadTransaction &t, const Sharing &sharing, const UserId &user);

    // Whether something in the account (the container of that name, if one is given) is shared with the user.
    static Result<bool> reaches(ReadTransaction &t, const UserId &user, const ProjectId &account,
        const std::optional<QString> &container);
    // The accounts that share something with the user behind `after`, without his own, by id.
    static Result<QList<ProjectId>> accountsFor(
        ReadTransaction &t, const UserId &user, const QString &after, int limit);
    // The containers of an account in which something is shared with the user, by name.
    static Result<QStringList> containersFor(
        ReadTransaction &t, const UserId &user, const ProjectId &account, const QString &after, int limit);
    // The containers of an account in which something is shared with anybody.
    static Result<QStringList> sharedContainers(
        ReadTransaction &t, const ProjectId &account, const QString &after, int limit);

    // The first stretch of names from `from` on that all have rights by which the user may read them; whether
    // there is an object of a name is another matter. nullopt: there is none.
    static Result<std::optional<NameSpan>> readableSpan(
        ReadTransaction &t, const UserId &user, const ObjectContainer &container, const QString &from);
    // The same of names that are shared with anybody.
    static Result<std::optional<NameSpan>> sharedSpan(
        ReadTransaction &t, const ObjectContainer &container, const QString &from);
};

} // namespace nephele
