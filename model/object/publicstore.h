// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/sharing.h"

#include <QMap>

namespace nephele {

struct PublicPlace
{
    ObjectId object;
    ProjectId account;
    QString container;
    QString name;
    bool operator==(const PublicPlace &) const = default;
};

// rows: public_object(id, object, place). An object that everybody who knows its id may read. As rights are,
// dropped when it moves or ends.
class PublicStore
{
public:
    // 128 random bits in base 62; to be made outside of closures.
    static QString newId();

    // The id of a current object: `id` when it had none.
    static Result<QString> publish(
        Transaction &t, const ObjectContainer &container, const ObjectVersion &current, const QString &id);
    static Result<> drop(Transaction &t, const ObjectId &object);
    // Another object takes the place and the id of this one.
    static Result<> handOver(Transaction &t, const ObjectId &from, const ObjectId &to);

    static Result<std::optional<PublicPlace>> find(ReadTransaction &t, const QString &id);
    // nullopt while the object is not public.
    static Result<std::optional<QString>> idOf(ReadTransaction &t, const ObjectId &object);
    static Result<bool> isPublic(ReadTransaction &t, const ObjectContainer &container, const QString &name);
    // The ids of those of the names (sorted as listings are) that are public.
    static Result<QMap<QString, QString>> idsOf(
        ReadTransaction &t, const ObjectContainer &container, const QStringList &names);

    // The containers of an account with something public in them, by name.
    static Result<QStringList> containers(
        ReadTransaction &t, const ProjectId &account, const QString &after, int limit);
    // The first public name from `from` on, as a stretch of one. nullopt: there is none.
    static Result<std::optional<NameSpan>> span(
        ReadTransaction &t, const ObjectContainer &container, const QString &from);
};

} // namespace nephele
