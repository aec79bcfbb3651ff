// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

namespace nephele {

// Which names of a sorted set, and how. Names compare as UTF-8 bytes.
struct NamePage
{
    // What becomes of the names that have the delimiter behind the prefix.
    enum class Folders {
        Rolled, // one line for all that are equal up to and with the delimiter
        RolledUnlessThere, // the same, but the object of that very name where there is one
        Hidden // left out, but for a name that ends there
    };

    QString prefix;
    QString delimiter; // empty: every name
    std::optional<QString> after; // the names behind it (in front of it when reversed)
    std::optional<QString> before; // the names in front of it (behind it when reversed)
    bool isReversed = false;
    Folders folders = Folders::Rolled;
    int limit = 10'000;
};

// A line of a listing: a name, or a folder that stands for many.
struct ObjectLine
{
    QString name;
    bool isFolder = false; // then nothing below is known
    qint64 bytes = 0;
    QString etag;
    QString contentType;
    qint64 modifiedAtMs = 0;
    bool operator==(const ObjectLine &) const = default;
};

struct ContainerLine
{
    QString name;
    bool isFolder = false;
    qint64 objects = 0;
    qint64 bytes = 0;
    qint64 updatedAtMs = 0;
    bool operator==(const ContainerLine &) const = default;
};

// Pages of names. What a page costs depends on its lines alone, not on how many names a folder holds: behind
// a folder the search goes on with the first name beyond it.
class ObjectListing
{
public:
    // Current objects; what is to be deleted by `nowMs` is left out.
    static Result<QList<ObjectLine>> objects(
        ReadTransaction &t, qint64 container, const NamePage &page, qint64 nowMs);
    static Result<QList<ContainerLine>> containers(
        ReadTransaction &t, const ProjectId &account, const NamePage &page);
    // The objects as they were at that time.
    static Result<QList<ObjectLine>> objectsAt(
        ReadTransaction &t, qint64 container, const NamePage &page, qint64 atMs);
};

// The first text behind all that begin with `prefix`; nullopt: there is none.
std::optional<QString> behindPrefix(const QString &prefix);

} // namespace nephele
