// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/sharingstore.h"

#include "model/object/accountgroupstore.h"

#include <QSet>

namespace nephele {

namespace {

const QString everybody = QStringLiteral("*");
const QString anybody; // the edges of all rights

struct SharedObject
{
    ObjectId object;
    QString name;
};

// The texts that name a user in rights, for looking through lists.
Result<QStringList> keysOf(ReadTransaction &t, const UserId &user)
{
    if (user.isNull())
        return QStringList();
    const auto groups = AccountGroupStore::groupsOf(t, user);
    if (!groups)
        return groups.error();
    return QStringList { everybody, user.text() } + *groups;
}

Result<Sharing> grantsOf(ReadTransaction &t, const ObjectId &object)
{
    Sharing sharing;
    const auto read = t.eachRow(R"(
        SELECT grantee, may_write
        FROM share_grant
        WHERE object = :object
        ORDER BY grantee)",
        { { ":object", object.text() } },
        [&](const Row &row) { (row.flag(1) ? sharing.writers : sharing.readers).append(row.text(0)); });
    if (!read)
        return read.error();
    return sharing;
}

Result<> addGrant(Transaction &t, const ObjectId &object, const QString &grantee, bool mayWrite)
{
    const auto done = t.execute(R"(
        INSERT INTO share_grant (object, grantee, may_write)
        VALUES (:object, :grantee, :may_write))",
        { { ":object", object.text() }, { ":grantee", grantee }, { ":may_write", mayWrite ? 1 : 0 } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> addEdges(Transaction &t, const ObjectContainer &container, const ObjectId &object,
    const QString &grantee, const QStringList &names)
{
    for (const QString &name : names) {
        const auto done = t.execute(R"(
            INSERT INTO share_edge (object, grantee, account, container, name)
            VALUES (:object, :grantee, :account, :container, :name))",
            { { ":object", object.text() }, { ":grantee", grantee }, { ":account", container.account.text() },
                { ":container", container.name }, { ":name", name } });
        if (!done)
            return done.error();
    }
    return {};
}

// The least of what `next` finds for each of the keys.
template <class Next>
Result<std::optional<QString>> leastOf(const QStringList &keys, Next next)
{
    std::optional<QString> least;
    for (const QString &key : keys) {
        const Result<std::optional<QString>> found = next(key);
        if (!found)
            return found.error();
        if (*found && (!least || (*found)->toUtf8() < least->toUtf8()))
            least = *found;
    }
    return least;
}

QString firstText(const Row &row)
{
    return row.text(0);
}

// The first place behind `after` where something begins or ends for the grantee.
Result<std::optional<QString>> nextEdge(
    ReadTransaction &t, const QString &grantee, const ObjectContainer &container, const QString &after)
{
    return t.row(R"(
        SELECT name
        FROM share_edge
        WHERE grantee = :grantee AND account = :account AND container = :container AND name > :after
        ORDER BY name
        LIMIT 1)",
        { { ":grantee", grantee }, { ":account", container.account.text() }, { ":container", container.name },
            { ":after", after } },
        firstText);
}

Result<std::optional<QString>> nextContainer(
    ReadTransaction &t, const QString &grantee, const ProjectId &account, const QString &after)
{
    return t.row(R"(
        SELECT container
        FROM share_edge
        WHERE grantee = :grantee AND account = :account AND container > :after
        ORDER BY container
        LIMIT 1)",
        { { ":grantee", grantee }, { ":account", account.text() }, { ":after", after } }, firstText);
}

Result<std::optional<QString>> nextAccount(ReadTransaction &t, const QString &grantee, const QString &after)
{
    return t.row(R"(
        SELECT account
        FROM share_edge
        WHERE grantee = :grantee AND account > :after
        ORDER BY account
        LIMIT 1)",
        { { ":grantee", grantee }, { ":after", after } }, firstText);
}

// A page of what step(last) gives one after the other.
template <class Step>
Result<QStringList> pageOf(QString after, int limit, Step step)
{
    QStringList page;
    while (page.size() < limit) {
        const Result<std::optional<QString>> next = step(after);
        if (!next)
            return next.error();
        if (!*next)
            break;
        after = **next;
        page.append(after);
    }
    return page;
}

// The rights of exactly that name; `isAbove`: only if it is a directory.
Result<std::optional<SharedFrom>> givenAt(
    ReadTransaction &t, qint64 container, const QString &name, bool isAbove)
{
    const auto found = t.row(R"(
        SELECT share.object, version.content_type
        FROM share
        JOIN version ON version.object = share.object AND version.valid_to_ms IS NULL
        WHERE share.container = :container AND share.name = :name)",
        { { ":container", container }, { ":name", name } },
        [](const Row &row) { return std::pair(row.id<ObjectId>(0), row.text(1)); });
    if (!found)
        return found.error();
    if (!*found || (isAbove && !isDirectoryType((*found)->second)))
        return std::optional<SharedFrom>();
    const auto sharing = grantsOf(t, (*found)->first);
    if (!sharing)
        return sharing.error();
    return std::optional(SharedFrom { name, *sharing });
}

// Whether a directory above the name opens it, if nothing nearer is said.
template <class Opens>
Result<bool> isOpenAbove(ReadTransaction &t, qint64 container, const QString &name, Opens opens)
{
    for (qsizetype slash = name.lastIndexOf(u'/'); slash > 0; slash = name.lastIndexOf(u'/', slash - 1)) {
        const auto given = givenAt(t, container, name.left(slash), true);
        if (!given)
            return given.error();
        const Result<bool> isOpen = *given ? opens((*given)->sharing) : Result<bool>(false);
        if (!isOpen || *isOpen)
            return isOpen;
    }
    return false;
}

// The first stretch from `from` on that `opens` says yes to. It begins at an edge of one of the keys, or
// where something nearer than what opens it ends.
template <class Opens>
Result<std::optional<NameSpan>> firstSpan(
    ReadTransaction &t, const QStringList &keys, const ObjectContainer &container, QString from, Opens opens)
{
    for (;;) {
        const auto given = SharingStore::ofName(t, container.number, from);
        if (!given)
            return given.error();
        const Result<bool> isOpen = *given ? opens((*given)->sharing) : Result<bool>(false);
        if (!isOpen)
            return isOpen.error();
        if (*isOpen) {
            auto end = nextEdge(t, anybody, container, from);
            if (!end)
                return end.error();
            return std::optional(NameSpan { from, *std::move(end) });
        }
        const Result<bool> isInside =
            *given ? isOpenAbove(t, container.number, (*given)->name, opens) : Result<bool>(false);
        if (!isInside)
            return isInside.error();
        const auto next = leastOf(*isInside ? QStringList { anybody } : keys,
            [&](const QString &key) { return nextEdge(t, key, container, from); });
        if (!next)
            return next.error();
        if (!*next)
            return std::optional<NameSpan>();
        from = **next;
    }
}

} // namespace

bool isDirectoryType(const QString &contentType)
{
    const QString plain = contentType.section(u';', 0, 0).trimmed().toLower();
    return plain == QLatin1StringView("application/directory")
        || plain == QLatin1StringView("application/folder");
}

Result<> SharingStore::set(
    Transaction &t, const ObjectContainer &container, const ObjectVersion &current, const Sharing &sharing)
{
    if (const auto gone = drop(t, current.object); !gone || sharing.isEmpty())
        return gone;
    const auto made = t.execute(R"(
        INSERT INTO share (object, container, name)
        VALUES (:object, :container, :name))",
        { { ":object", current.object.text() }, { ":container", container.number },
            { ":name", current.name } });
    if (!made)
        return made.error();
    const QStringList starts { current.name, current.name + u'/' };
    const QStringList writers(QSet<QString>(sharing.writers.cbegin(), sharing.writers.cend()).values());
    QSet<QString> readers(sharing.readers.cbegin(), sharing.readers.cend());
    for (const QString &writer : writers)
        readers.remove(writer);
    for (const auto &[grantees, mayWrite] :
        { std::pair(writers, true), std::pair(readers.values(), false) }) {
        for (const QString &grantee : grantees) {
            if (const auto added = addGrant(t, current.object, grantee, mayWrite); !added)
                return added.error();
            if (const auto added = addEdges(t, container, current.object, grantee, starts); !added)
                return added.error();
        }
    }
    // No name holds NUL, so these are the first names behind the object and behind all below it.
    return addEdges(t, container, current.object, anybody,
        starts + QStringList { current.name + QChar(1), current.name + QChar(u'/' + 1) });
}

Result<> SharingStore::drop(Transaction &t, const ObjectId &object)
{
    const auto done = t.execute("DELETE FROM share WHERE object = :object", { { ":object", object.text() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> SharingStore::handOver(Transaction &t, const ObjectId &from, const ObjectId &to)
{
    const auto done = t.execute("UPDATE share SET object = :to WHERE object = :from",
        { { ":to", to.text() }, { ":from", from.text() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<std::optional<SharedFrom>> SharingStore::ofName(
    ReadTransaction &t, qint64 container, const QString &name)
{
    auto given = givenAt(t, container, name, false);
    for (qsizetype slash = name.lastIndexOf(u'/'); given && !*given && slash > 0;
         slash = name.lastIndexOf(u'/', slash - 1))
        given = givenAt(t, container, name.left(slash), true);
    return given;
}

Result<QMap<QString, Sharing>> SharingStore::ofNames(
    ReadTransaction &t, qint64 container, const QStringList &names)
{
    QMap<QString, Sharing> given;
    for (qsizetype i = 0; i < names.size();) {
        const auto next = t.row(R"(
            SELECT object, name
            FROM share
            WHERE container = :container AND name >= :from
            ORDER BY name
            LIMIT 1)",
            { { ":container", container }, { ":from", names.at(i) } }, [](const Row &row) {
                return SharedObject { row.id<ObjectId>(0), row.text(1) };
            });
        if (!next)
            return next.error();
        if (!*next)
            break;
        while (i < names.size() && names.at(i).toUtf8() < (*next)->name.toUtf8())
            ++i;
        if (i == names.size() || names.at(i) != (*next)->name)
            continue;
        const auto sharing = grantsOf(t, (*next)->object);
        if (!sharing)
            return sharing.error();
        given.insert(names.at(i++), *sharing);
    }
    return given;
}

Result<SharedRight> SharingStore::rightOf(ReadTransaction &t, const Sharing &sharing, const UserId &user)
{
    if (user.isNull())
        return SharedRight::None;
    for (const auto &[entries, right] :
        { std::pair(sharing.writers, SharedRight::Write), std::pair(sharing.readers, SharedRight::Read) }) {
        for (const QString &entry : entries) {
            if (entry == everybody || entry == user.text())
                return right;
            const qsizetype colon = entry.indexOf(u':');
            if (colon < 0)
                continue;
            const auto isIn = AccountGroupStore::isMember(
                t, ProjectId::stored(entry.left(colon)), entry.mid(colon + 1), user);
            if (!isIn)
                return isIn.error();
            if (*isIn)
                return right;
        }
    }
    return SharedRight::None;
}

Result<bool> SharingStore::reaches(
    ReadTransaction &t, const UserId &user, const ProjectId &account, const std::optional<QString> &container)
{
    const auto keys = keysOf(t, user);
    if (!keys)
        return keys.error();
    for (const QString &key : *keys) {
        const auto found = container
            ? t.row(R"(
            SELECT 1
            FROM share_edge
            WHERE grantee = :grantee AND account = :account AND container = :container
            LIMIT 1)",
                { { ":grantee", key }, { ":account", account.text() }, { ":container", *container } },
                firstText)
            : nextContainer(t, key, account, QString());
        if (!found)
            return found.error();
        if (*found)
            return true;
    }
    return false;
}

Result<QList<ProjectId>> SharingStore::accountsFor(
    ReadTransaction &t, const UserId &user, const QString &after, int limit)
{
    const auto keys = keysOf(t, user);
    if (!keys)
        return keys.error();
    const auto next = [&](const QString &last) {
        return leastOf(*keys, [&](const QString &key) { return nextAccount(t, key, last); });
    };
    const auto page = pageOf(after, limit, [&](const QString &last) {
        const auto found = next(last);
        return found && *found && **found == user.text() ? next(**found) : found;
    });
    if (!page)
        return page.error();
    QList<ProjectId> accounts;
    for (const QString &account : *page)
        accounts.append(ProjectId::stored(account));
    return accounts;
}

Result<QStringList> SharingStore::containersFor(
    ReadTransaction &t, const UserId &user, const ProjectId &account, const QString &after, int limit)
{
    const auto keys = keysOf(t, user);
    if (!keys)
        return keys.error();
    return pageOf(after, limit, [&](const QString &last) {
        return leastOf(*keys, [&](const QString &key) { return nextContainer(t, key, account, last); });
    });
}

Result<QStringList> SharingStore::sharedContainers(
    ReadTransaction &t, const ProjectId &account, const QString &after, int limit)
{
    return pageOf(
        after, limit, [&](const QString &last) { return nextContainer(t, anybody, account, last); });
}

Result<std::optional<NameSpan>> SharingStore::readableSpan(
    ReadTransaction &t, const UserId &user, const ObjectContainer &container, const QString &from)
{
    const auto keys = keysOf(t, user);
    if (!keys)
        return keys.error();
    if (keys->isEmpty())
        return std::optional<NameSpan>();
    return firstSpan(t, *keys, container, from, [&](const Sharing &sharing) -> Result<bool> {
        const auto right = rightOf(t, sharing, user);
        if (!right)
            return right.error();
        return *right != SharedRight::None;
    });
}

Result<std::optional<NameSpan>> SharingStore::sharedSpan(
    ReadTransaction &t, const ObjectContainer &container, const QString &from)
{
    return firstSpan(t, { anybody }, container, from, [](const Sharing &) { return Result<bool>(true); });
}

} // namespace nephele
