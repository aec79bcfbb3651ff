// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/publicstore.h"

#include <QRandomGenerator>

#include <array>

namespace nephele {

namespace {

constexpr int idBytes = 16;
constexpr int idLength = 22; // digits of base 62 that hold so many bytes

QString firstText(const Row &row)
{
    return row.text(0);
}

// The first public name from `from` on, with its id.
Result<std::optional<std::pair<QString, QString>>> nextName(
    ReadTransaction &t, const ObjectContainer &container, const QString &from)
{
    return t.row(R"(
        SELECT name, id
        FROM public_object
        WHERE account = :account AND container = :container AND name >= :from
        ORDER BY name
        LIMIT 1)",
        { { ":account", container.account.text() }, { ":container", container.name }, { ":from", from } },
        [](const Row &row) { return std::pair(row.text(0), row.text(1)); });
}

} // namespace

QString PublicStore::newId()
{
    std::array<quint32, idBytes / 4> words;
    QRandomGenerator::system()->fillRange(words.data(), words.size());
    const char *digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    QString id(idLength, u'0');
    for (qsizetype at = idLength - 1; at >= 0; --at) {
        quint64 rest = 0;
        for (quint32 &word : words) {
            const quint64 dividend = (rest << 32) | word;
            word = quint32(dividend / 62);
            rest = dividend % 62;
        }
        id[at] = QLatin1Char(digits[rest]);
    }
    return id;
}

Result<QString> PublicStore::publish(
    Transaction &t, const ObjectContainer &container, const ObjectVersion &current, const QString &id)
{
    const auto known = idOf(t, current.object);
    if (!known)
        return known.error();
    if (*known)
        return **known;
    const auto made = t.execute(R"(
        INSERT INTO public_object (id, object, account, container, name)
        VALUES (:id, :object, :account, :container, :name))",
        { { ":id", id }, { ":object", current.object.text() }, { ":account", container.account.text() },
            { ":container", container.name }, { ":name", current.name } });
    if (!made)
        return made.error();
    return id;
}

Result<> PublicStore::drop(Transaction &t, const ObjectId &object)
{
    const auto done =
        t.execute("DELETE FROM public_object WHERE object = :object", { { ":object", object.text() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<> PublicStore::handOver(Transaction &t, const ObjectId &from, const ObjectId &to)
{
    const auto done = t.execute("UPDATE public_object SET object = :to WHERE object = :from",
        { { ":to", to.text() }, { ":from", from.text() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<std::optional<PublicPlace>> PublicStore::find(ReadTransaction &t, const QString &id)
{
    return t.row(R"(
        SELECT object, account, container, name
        FROM public_object
        WHERE id = :id)",
        { { ":id", id } }, [](const Row &row) {
            return PublicPlace { row.id<ObjectId>(0), row.id<ProjectId>(1), row.text(2), row.text(3) };
        });
}

Result<std::optional<QString>> PublicStore::idOf(ReadTransaction &t, const ObjectId &object)
{
    return t.row(
        "SELECT id FROM public_object WHERE object = :object", { { ":object", object.text() } }, firstText);
}

Result<bool> PublicStore::isPublic(ReadTransaction &t, const ObjectContainer &container, const QString &name)
{
    const auto found = t.row(R"(
        SELECT id
        FROM public_object
        WHERE account = :account AND container = :container AND name = :name)",
        { { ":account", container.account.text() }, { ":container", container.name }, { ":name", name } },
        firstText);
    if (!found)
        return found.error();
    return found->has_value();
}

Result<QMap<QString, QString>> PublicStore::idsOf(
    ReadTransaction &t, const ObjectContainer &container, const QStringList &names)
{
    QMap<QString, QString> ids;
    for (qsizetype i = 0; i < names.size();) {
        const auto next = nextName(t, container, names.at(i));
        if (!next)
            return next.error();
        if (!*next)
            break;
        while (i < names.size() && names.at(i).toUtf8() < (*next)->first.toUtf8())
            ++i;
        if (i < names.size() && names.at(i) == (*next)->first)
            ids.insert(names.at(i++), (*next)->second);
    }
    return ids;
}

Result<QStringList> PublicStore::containers(
    ReadTransaction &t, const ProjectId &account, const QString &after, int limit)
{
    QStringList page;
    while (page.size() < limit) {
        const auto next = t.row(R"(
            SELECT container
            FROM public_object
            WHERE account = :account AND container > :after
            ORDER BY container
            LIMIT 1)",
            { { ":account", account.text() }, { ":after", page.isEmpty() ? after : page.constLast() } },
            firstText);
        if (!next)
            return next.error();
        if (!*next)
            break;
        page.append(**next);
    }
    return page;
}

Result<std::optional<NameSpan>> PublicStore::span(
    ReadTransaction &t, const ObjectContainer &container, const QString &from)
{
    const auto next = nextName(t, container, from);
    if (!next)
        return next.error();
    if (!*next)
        return std::optional<NameSpan>();
    return std::optional(NameSpan { (*next)->first, (*next)->first + QChar(1) });
}

} // namespace nephele
