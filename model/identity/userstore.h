// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/user.h"

namespace nephele {

// How an outsider names a user or a project: by id, or by name and domain (id or name; neither: the default).
// A display name (users only) says its domain itself: "name@domain".
struct NameRef
{
    QString id; // unchecked text; empty: by name
    QString name;
    QString domainId;
    QString domainName;
    bool isDisplayName = false;

    static NameRef byId(const QString &id) { return { id, {}, {}, {}, false }; }
    static NameRef byName(const QString &name) { return { {}, name, {}, {}, false }; }
    static NameRef byDisplayName(const QString &name) { return { {}, name, {}, {}, true }; }
};

struct NewUser
{
    QString name;
    QString email;
    QString realName;
    QString passwordHash; // empty: nobody can sign in by password
    bool hasFirstPassword = false;
    bool isEnabled = true;
    DomainId domain = Domain::defaultId();
    std::optional<ProjectId> defaultProject = {}; // nullopt: his system project
    bool hasChosenDefault = true;
    std::optional<qint64> passwordExpiresAtMs = {};
    bool mustChangePassword = false;
    Extras extras = {};
    Extras options = {};
};

// What an administrator changes of a user; what is absent stays.
struct UserChange
{
    std::optional<QString> name;
    std::optional<QString> email;
    std::optional<QString> realName;
    std::optional<ProjectId> defaultProject; // null: none chosen, his system project
    Extras extras; // replace those of the same name
    Extras options;
};

// Which users are listed; absent: all. In the order of their names.
struct UserFilter
{
    std::optional<QString> name; // whatever its case
    std::optional<QString> domain; // unchecked text
    std::optional<bool> isEnabled;
    std::optional<UserId> after; // the page behind this user
    int limit = 1000;
};

// What becomes of the password that is replaced.
struct PasswordKeeping
{
    bool isFirst = false; // the new one was made up at first start
    std::optional<qint64> expiresAtMs; // of the new one
    bool mustChange = false; // the new one opens nothing but its own change
    int formerKept = 0; // so many former ones are remembered, to be refused
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

    static Result<Page<User>> matching(const ReadTransaction &t, const UserFilter &filter);

    // Adds the row alone; Accounts::createUser() makes the whole user. Conflict when the name is taken.
    static Result<> insert(Transaction &t, const UserId &id, const NewUser &user);
    // Leaves the name behind, for the owners of what he made.
    static Result<> remove(Transaction &t, const User &user);

    static Result<> setEnabled(Transaction &t, const UserId &id, bool isEnabled);
    // Conflict when the new name is taken.
    static Result<> change(Transaction &t, const User &user, const UserChange &wanted);
    static Result<> setPassword(
        Transaction &t, const UserId &id, const QString &hash, const PasswordKeeping &keeping = {});
    // Hashes of the last ones, the newest first, without the present one.
    static Result<QStringList> formerPasswords(const ReadTransaction &t, const UserId &id, int most);
    // Counts a wrong password, from one again when the last was before `sinceMs`.
    static Result<> noteFailure(Transaction &t, const UserId &id, qint64 nowMs, qint64 sinceMs);
    static Result<> forgetFailures(Transaction &t, const UserId &id);

    static Result<> setDefaultProject(Transaction &t, const UserId &id, const ProjectId &project);
    // Gives everybody whose default it is (or that one user) his system project instead.
    static Result<> forgetDefaultProject(
        Transaction &t, const ProjectId &project, const std::optional<UserId> &user = {});

    // Display name by id, of present and former users; what is unknown is left out.
    static Result<QHash<QString, QString>> namesOf(const ReadTransaction &t, const QStringList &ids);
    // Id and display name of present users in the order of ids, those behind `after`; at most `most`.
    static Result<QList<std::pair<QString, QString>>> namesAfter(
        const ReadTransaction &t, const QString &after, int most);
    // Id by display name in lower case, of present users.
    static Result<QHash<QString, QString>> idsOf(const ReadTransaction &t, const QStringList &names);
};

} // namespace nephele
