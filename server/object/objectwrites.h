// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectaccess.h"
#include "server/object/objectworks.h"

namespace nephele {

// Where an object lies.
struct ObjectPlace
{
    ProjectId account;
    QString container;
    QString name;
    bool operator==(const ObjectPlace &) const = default;
};

// What a caller gives for a new state of an object; everything else is the store's to say.
struct NewObject
{
    QString contentType;
    Properties properties;
    ObjectKind kind = ObjectKind::Plain;
    std::optional<qint64> shownBytes; // of manifests
    QString etag; // hex; empty: the MD5 of the bytes
    std::optional<qint64> deleteAtMs;
    bool onlyIfAbsent = false; // PreconditionFailed when there is one
};

// The writes of objects, to be called inside a closure: rows, counters, quota, and the older states that
// Swift's versioning keeps, all in one.

// The container if this caller may write objects into it.
Result<ObjectContainer> writableContainer(
    ReadTransaction &t, const ObjectActor &actor, const ObjectPlace &place);

// The object as it is now; nullopt when there is none or its time is over.
Result<std::optional<ObjectVersion>> currentObject(
    ReadTransaction &t, const ObjectContainer &container, const QString &name, qint64 nowMs);

// QuotaExceeded when that many bytes do not fit a quota of container or account (X-*-Meta-Quota-*). `former`:
// what they take the place of.
Result<> checkObjectQuotas(ReadTransaction &t, const ObjectContainer &container,
    const std::optional<ObjectVersion> &former, qint64 newBytes);

// The next state of an object with that content; takes over one pin of the map.
Result<ObjectVersion> storeObject(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, const NewObject &wanted, const ContentMap &content);

// Ends the object as its owner wants it: an older state may come back (X-Versions-Location).
Result<> removeObject(
    Transaction &t, ObjectWorks &works, const ObjectContainer &container, const ObjectVersion &version);
// Ends it and gives its quota back, whatever the container's rules are.
Result<> dropObject(Transaction &t, ObjectWorks &works, const ObjectVersion &version);

} // namespace nephele
