// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

namespace nephele {

// How much of a container was there at a time.
struct CountsThen
{
    qint64 objects = 0;
    qint64 bytes = 0;
};

// rows: version(container, name, valid_from_ms, valid_to_ms): the states a name had, whichever objects they
// were of.
class VersionStore
{
public:
    // The newest `most` states, the oldest of them first, without properties. None: never heard of the name.
    static Result<QList<ObjectVersion>> ofName(
        ReadTransaction &t, qint64 container, const QString &name, int most);
    // The state of that number, if it is one of the name.
    static Result<std::optional<ObjectVersion>> find(
        ReadTransaction &t, qint64 container, const QString &name, qint64 number);
    // What the name was at that time, without properties.
    static Result<std::optional<ObjectVersion>> at(
        ReadTransaction &t, qint64 container, const QString &name, qint64 atMs);
    // The first name from `from` on and below `to` that has or had a state.
    static Result<std::optional<QString>> nextName(
        ReadTransaction &t, qint64 container, const QString &from, const std::optional<QString> &to);

    // Removes at most `most` former states that began by then, of a name or of a whole container; how many.
    static Result<qint64> dropName(
        Transaction &t, qint64 container, const QString &name, qint64 untilMs, int most);
    static Result<qint64> dropAll(Transaction &t, qint64 container, qint64 untilMs, int most);

    // The ETag of at most `most` plain versions of a content whose MD5 was not known; how many.
    static Result<qint64> setEtags(Transaction &t, qint64 map, const QString &md5, int most);

    // By what changed since: as costly as that is much.
    static Result<CountsThen> countsAt(ReadTransaction &t, const ObjectContainer &container, qint64 atMs);
};

} // namespace nephele
