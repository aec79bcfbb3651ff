// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/user.h"

namespace nephele {

// How an outsider names a user or a project: by id, or by name and domain (id or name; neither: the default).
struct NameRef
{
    QString id; // unchecked text; empty: by name
    QString name;
    QString domainId;
    QString domainName;

    static NameRef byId(const QString &id) { return { id, {}, {}, {} }; }
    static NameRef byName(const QString &name) { return { {}, name, {}, {} }; }
};

struct NewUser
{
    QString name;
    QString email;
    QString realName;
    QString passwordHash; // empty: nobody can sign in by password
    bool hasFirstPassword = false;
    bool isEnabled = true;
};

// A page of a list; isTruncated tells that there is more.
template <class T>
struct Page
{
    QList<T> items;
    bool isTruncated = false;
};

// rows: (id, domain, name, ... password hash), one per user; (id, name) of those who are gone.
class UserStore
{
public:
    static Result<std::optional<UserWithHash>> find(const ReadTransaction &t, const NameRef &ref);
    static Result<std::optional<User>> find(const ReadTransaction &t, const UserId &id);

    // By name; at most `limit`. `name` picks one.
    static Result<Page<User>> users(
        const ReadTransaction &t, const std::optional<QString> &name = {}, int limit = 1000);

    // Adds the row alone; Accounts::createUser() makes the whole user. Conflict when the name is taken.
    static Result<> insert(Transaction &t, const UserId &id, const NewUser &user);
    // Leaves the name behind, for the owners of what he made.
    static Result<> remove(Transaction &t, const User &user);

    static Result<> setEnabled(Transaction &t, const UserId &id, bool isEnabled);
    static Result<> setPassword(Transaction &t, const UserId &id, const QString &hash, bool isFirst);
    static Result<> setDefaultProject(Transaction &t, const UserId &id, const ProjectId &project);
    // Gives everybody whose default it is (or that one user) his system project instead.
    static Result<> forgetDefaultProject(
        Transaction &t, const ProjectId &project, const std::optional<UserId> &user = {});

    // Name by id, of present and former users; what is unknown is left out.
    static Result<QHash<QString, QString>> namesOf(const ReadTransaction &t, const QStringList &ids);
    // Id and name of present users in the order of ids, those behind `after`; at most `most`.
    static Result<QList<std::pair<QString, QString>>> namesAfter(
        const ReadTransaction &t, const QString &after, int most);
    // Id by name in lower case, of present users.
    static Result<QHash<QString, QString>> idsOf(const ReadTransaction &t, const QStringList &names);
};

} // namespace nephele
