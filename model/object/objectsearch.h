// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/objectlisting.h"
#include "model/object/sharing.h"

#include <functional>

namespace nephele {

// Which metadata objects must have. Names in lower case, values compare as UTF-8 bytes.
struct MetaQuery
{
    enum class Compare { Equal, Unequal, Less, AtMost, Greater, AtLeast };
    struct Term
    {
        QString name;
        Compare compare = Compare::Equal;
        QString value;
    };

    QStringList anyOf; // one of them at least, if there are some
    QStringList noneOf;
    QList<Term> terms; // all of them; what is compared must be there

    bool isEmpty() const { return anyOf.isEmpty() && noneOf.isEmpty() && terms.isEmpty(); }
    bool fits(const PropertyMap &metadata) const;
};

// A line of a detailed listing.
struct FoundObject
{
    QString name;
    bool isFolder = false; // then nothing below is known
    ObjectVersion version; // without properties
    QByteArray root; // of its content, raw
};

struct ObjectSearch
{
    NamePage page; // in order, not reversed
    MetaQuery meta;
    std::optional<qint64> atMs; // the state of that time; nullopt: now
    // The next stretch of names that count, from a name on (SharingStore::readableSpan() and its like);
    // empty: all names.
    std::function<Result<std::optional<NameSpan>>(const QString &from)> within;

    // Pages of what a container holds. Metadata that must be there is looked up by index.
    static Result<QList<FoundObject>> run(
        ReadTransaction &t, qint64 container, const ObjectSearch &search, qint64 nowMs);
};

} // namespace nephele
