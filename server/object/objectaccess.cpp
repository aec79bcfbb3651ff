// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectaccess.h"

#include "model/identity/projectstore.h"
#include "model/object/publicstore.h"
#include "model/object/sharingstore.h"

#include <QUrl>

namespace nephele {

namespace {

const QString readAclName = QStringLiteral("read-acl");
const QString writeAclName = QStringLiteral("write-acl");

constexpr Roles readingRoles = Roles(Role::Reader) | Role::Member | Role::Manager | Role::Admin;
constexpr Roles changingRoles = Roles(Role::Member) | Role::Manager | Role::Admin;

bool isSuperior(const ObjectActor &actor)
{
    return actor.caller.isAdmin || isReseller(actor);
}

// ".r:*", ".r:.example.com", ".r:-bad.example.com": the last that fits decides.
bool refererFits(const QStringList &entries, const QByteArray &referer)
{
    const QString host = QUrl(QString::fromUtf8(referer)).host();
    bool fits = false;
    for (const QString &entry : entries) {
        if (!entry.startsWith(QLatin1StringView(".r:")))
            continue;
        QString pattern = entry.mid(3);
        const bool isDenial = pattern.startsWith(u'-');
        if (isDenial)
            pattern.remove(0, 1);
        const bool isMatch = pattern == QLatin1StringView("*") || (!host.isEmpty() && pattern == host)
            || (pattern.startsWith(u'.') && host.endsWith(pattern));
        if (isMatch)
            fits = !isDenial;
    }
    return fits;
}

struct Names
{
    QString projectId;
    QString projectName;
    QString userId;
    QString userName;
};

Result<Names> namesOf(ReadTransaction &t, const Caller &caller)
{
    Names names { caller.project ? caller.project->text() : QString(), {}, caller.user.text(),
        caller.userName };
    if (!caller.project)
        return names;
    const auto project = ProjectStore::find(t, NameRef::byId(names.projectId));
    if (!project)
        return project.error();
    if (*project)
        names.projectName = (*project)->name;
    return names;
}

// "project:user", each by id, by name or "*"; or a user's id alone.
bool personFits(const QStringList &entries, const Names &names)
{
    const auto fits = [](const QString &pattern, const QString &id, const QString &name) {
        return pattern == QLatin1StringView("*") || (!id.isEmpty() && pattern == id)
            || (!name.isEmpty() && pattern == name);
    };
    for (const QString &entry : entries) {
        if (entry.startsWith(u'.'))
            continue;
        const qsizetype colon = entry.indexOf(u':');
        if (colon < 0) {
            if (!names.userId.isEmpty() && entry == names.userId)
                return true;
            continue;
        }
        if (fits(entry.left(colon), names.projectId, names.projectName)
            && fits(entry.mid(colon + 1), names.userId, names.userName))
            return true;
    }
    return false;
}

QStringList entriesOf(const ObjectContainer &container, const QString &list)
{
    return container.properties.system.value(list).split(u',', Qt::SkipEmptyParts);
}

Result<bool> listAllows(
    ReadTransaction &t, const ObjectActor &actor, const ObjectContainer &container, ObjectRight right)
{
    const bool isWriting = right == ObjectRight::Write || right == ObjectRight::Remove;
    const QStringList entries = entriesOf(container, isWriting ? writeAclName : readAclName);
    if (entries.isEmpty())
        return false;
    if (!isWriting && refererFits(entries, actor.referer)
        && (right == ObjectRight::Read || entries.contains(QStringLiteral(".rlistings"))))
        return true;
    if (actor.caller.user.isNull())
        return false;
    const auto names = namesOf(t, actor.caller);
    if (!names)
        return names.error();
    return personFits(entries, *names);
}

Error refusal(const ObjectActor &actor)
{
    if (actor.pass)
        return { ErrorCode::Unauthenticated, QStringLiteral("The temporary URL does not open this."), {} };
    if (actor.caller.isAnonymous())
        return { ErrorCode::Unauthenticated, QStringLiteral("This call needs a token in X-Auth-Token."), {} };
    return forbidden(QStringLiteral("Access was denied to this resource."));
}

bool passOpens(
    const ObjectPass &pass, const ProjectId &account, const ObjectContainer *container, ObjectRight right)
{
    if (right != ObjectRight::Read && right != ObjectRight::Write && right != ObjectRight::Remove)
        return false;
    return pass.account == account && (!pass.container || (container && container->name == *pass.container));
}

// Not an accident on the way to the answer.
bool isRefusal(const Error &error)
{
    return error.code == ErrorCode::Forbidden || error.code == ErrorCode::Unauthenticated;
}

// One entry of a list in its kept form.
Result<QString> readReferer(AclKind kind, const QString &name, QString pattern)
{
    static const QStringList spellings { QStringLiteral(".r"), QStringLiteral(".ref"),
        QStringLiteral(".referer"), QStringLiteral(".referrer") };
    if (!spellings.contains(name))
        return invalid(QStringLiteral("Unknown designator %1 in the access list.").arg(name.left(64)));
    if (kind == AclKind::Write)
        return invalid(QStringLiteral("Referrers are not allowed in a write access list."));
    const bool isDenial = pattern.startsWith(u'-');
    if (isDenial)
        pattern = pattern.mid(1).trimmed();
    if (pattern.startsWith(u'*') && pattern.size() > 1)
        pattern = pattern.mid(1);
    if (pattern.isEmpty() || pattern == QLatin1StringView("."))
        return invalid(QStringLiteral("No host or domain is named after %1 in the access list.").arg(name));
    return QStringLiteral(".r:") + (isDenial ? QStringLiteral("-") : QString()) + pattern;
}

} // namespace

bool isReseller(const ObjectActor &actor)
{
    const auto &scope = actor.caller.scope;
    return actor.caller.isAdmin || std::any_of(scope.cbegin(), scope.cend(), [](Roles roles) {
        return roles.testFlag(Role::ResellerAdmin);
    });
}

bool isChangingRole(Roles roles)
{
    return bool(roles & changingRoles);
}

bool isAccountOwner(const ObjectActor &actor, const ProjectId &account)
{
    return !actor.pass && (isSuperior(actor) || actor.caller.rolesIn(account) & changingRoles);
}

Result<> checkObjectRight(ReadTransaction &t, const ObjectActor &actor, const ProjectId &account,
    const ObjectContainer *container, ObjectRight right)
{
    if (actor.pass)
        return passOpens(*actor.pass, account, container, right) ? Result<>() : Result<>(refusal(actor));
    if (isAccountOwner(actor, account))
        return {};
    const bool isReading =
        right == ObjectRight::Look || right == ObjectRight::Read || right == ObjectRight::List;
    if (isReading && actor.caller.rolesIn(account) & readingRoles)
        return {};
    if (!container || right == ObjectRight::Own || right == ObjectRight::Look)
        return refusal(actor);
    const auto allowed = listAllows(t, actor, *container, right);
    if (!allowed)
        return allowed.error();
    return *allowed ? Result<>() : Result<>(refusal(actor));
}

UserId sharingUser(const ObjectActor &actor)
{
    const Caller &caller = actor.caller;
    const bool acts = caller.isAdmin || caller.project || !caller.scope.isEmpty();
    return actor.pass || !acts ? UserId() : caller.user;
}

Result<> checkNameRight(ReadTransaction &t, const ObjectActor &actor, const ProjectId &account,
    const ObjectContainer *container, const QString &name, ObjectRight right)
{
    auto plain = checkObjectRight(t, actor, account, container, right);
    const UserId user = sharingUser(actor);
    const bool canBeShared = right == ObjectRight::Read || right == ObjectRight::Write;
    if (plain || !isRefusal(plain.error()) || !container || !canBeShared || user.isNull())
        return plain;
    const auto shared = SharingStore::ofName(t, container->number, name);
    if (!shared)
        return shared.error();
    if (*shared) {
        const auto given = SharingStore::rightOf(t, (*shared)->sharing, user);
        if (!given)
            return given.error();
        if (*given == SharedRight::Write || (*given == SharedRight::Read && right == ObjectRight::Read))
            return {};
    }
    if (right == ObjectRight::Write)
        return plain;
    const auto isPublic = PublicStore::isPublic(t, *container, name);
    if (!isPublic)
        return isPublic.error();
    return *isPublic ? Result<>() : plain;
}

Result<> checkNamesReadable(ReadTransaction &t, const ObjectActor &actor, const ProjectId &account,
    const ObjectContainer *container, const QStringList &names)
{
    auto plain = checkObjectRight(t, actor, account, container, ObjectRight::Read);
    const UserId user = sharingUser(actor);
    if (plain || !isRefusal(plain.error()) || !container || user.isNull())
        return plain;
    std::optional<NameSpan> open;
    for (const QString &name : names) {
        if (open && (!open->to || name.toUtf8() < open->to->toUtf8()))
            continue;
        auto next = SharingStore::readableSpan(t, user, *container, name);
        if (!next)
            return next.error();
        if (!*next || (*next)->from != name)
            return plain;
        open = **next;
    }
    return {};
}

Result<Visibility> visibilityOfAccount(ReadTransaction &t, const ObjectActor &actor, const ProjectId &account)
{
    const auto plain = checkObjectRight(t, actor, account, nullptr, ObjectRight::Look);
    if (plain)
        return Visibility::All;
    if (!isRefusal(plain.error()))
        return plain.error();
    const auto reaches = SharingStore::reaches(t, sharingUser(actor), account, {});
    if (!reaches)
        return reaches.error();
    return *reaches ? Result<Visibility>(Visibility::Shared) : plain.error();
}

Result<Visibility> visibilityOfContainer(
    ReadTransaction &t, const ObjectActor &actor, const ProjectId &account, const ObjectContainer *container)
{
    const auto plain = checkObjectRight(t, actor, account, container, ObjectRight::List);
    if (plain)
        return Visibility::All;
    if (!isRefusal(plain.error()) || !container)
        return plain.error();
    const auto reaches = SharingStore::reaches(t, sharingUser(actor), account, container->name);
    if (!reaches)
        return reaches.error();
    return *reaches ? Result<Visibility>(Visibility::Shared) : plain.error();
}

Result<QString> readAcl(AclKind kind, const QString &text)
{
    QStringList entries;
    for (const QString &part : text.split(u',')) {
        const QString entry = part.trimmed();
        if (entry.isEmpty())
            continue;
        const qsizetype colon = entry.indexOf(u':');
        const QString name = entry.left(colon).trimmed();
        if (!entry.startsWith(u'.')) {
            entries.append(colon < 0 ? entry : name + u':' + entry.mid(colon + 1).trimmed());
            continue;
        }
        if (entry == QLatin1StringView(".rlistings")) {
            if (kind == AclKind::Write)
                return invalid(QStringLiteral(".rlistings is not allowed in a write access list."));
            entries.append(entry);
            continue;
        }
        if (colon < 0)
            return invalid(QStringLiteral("Unknown designator %1 in the access list.").arg(entry.left(64)));
        const auto referer = readReferer(kind, name.toLower(), entry.mid(colon + 1).trimmed());
        if (!referer)
            return referer.error();
        entries.append(*referer);
    }
    return entries.join(u',');
}

} // namespace nephele
