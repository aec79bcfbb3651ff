// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectaccess.h"
#include "server/object/objectsharing.h"
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
    bool isNewStateNeeded = true; // false: a change of nothing leaves the state that is there
    bool onlyIfAbsent = false; // PreconditionFailed when there is one
    // Lists of entity tags that what is there must have, or must not have; "*" is any. PreconditionFailed.
    QByteArray ifMatch = {};
    QByteArray ifNoneMatch = {};
    SharingWish sharing = {}; // the owner's to ask for
};

// The writes of objects, to be called inside a closure: rows, counters, quota, and the older states that
// Swift's versioning keeps, all in one.

// The container if this caller has that right on it.
Result<ObjectContainer> allowedContainer(ReadTransaction &t, const ObjectActor &actor,
    const ProjectId &account, const QString &name, ObjectRight right);
// The container if this caller may write (or remove) the object of that name.
Result<ObjectContainer> writableContainer(ReadTransaction &t, const ObjectActor &actor,
    const ObjectPlace &place, ObjectRight right = ObjectRight::Write);

// NotFound: an account is a project's, and a reseller may name one that is not there.
Result<> checkAccountIsThere(ReadTransaction &t, const ProjectId &account);

// The object as it is now, or that former state of it. NotFound.
Result<ObjectVersion> objectState(ReadTransaction &t, const ObjectContainer &container, const QString &name,
    std::optional<qint64> number, qint64 nowMs);
// The object as it is now; nullopt when there is none or its time is over.
Result<std::optional<ObjectVersion>> currentObject(
    ReadTransaction &t, const ObjectContainer &container, const QString &name, qint64 nowMs);

// PreconditionFailed when what is there does not meet the conditions of the new state.
Result<> checkObjectConditions(const NewObject &wanted, const std::optional<ObjectVersion> &current);

// QuotaExceeded when that many bytes do not fit a quota of container or account (X-*-Meta-Quota-*). `former`:
// what they take the place of.
Result<> checkObjectQuotas(ReadTransaction &t, const ObjectContainer &container,
    const std::optional<ObjectVersion> &former, qint64 newBytes);

// Conflict for an image, whose data is not to be written.
Result<> checkWritable(ReadTransaction &t, const ObjectWorks &works, const ObjectVersion &version);

// To whom the bytes of an object are charged.
struct ObjectPayer
{
    ProjectId project; // of its container
    UserId author;
    bool operator==(const ObjectPayer &) const = default;
};
// QuotaExceeded where they do not fit; nothing when nothing changes.
Result<> moveCharge(Transaction &t, const ObjectPayer &from, const ObjectPayer &to, qint64 bytes);

// The next state of an object with that content; takes over one pin of the map.
Result<ObjectVersion> storeObject(Transaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, const NewObject &wanted, const ContentMap &content);

// Ends the object as its owner wants it: an older state may come back (X-Versions-Location).
Result<> removeObject(
    Transaction &t, ObjectWorks &works, const ObjectContainer &container, const ObjectVersion &version);
// Ends it and gives its quota back, whatever the container's rules are.
Result<> dropObject(Transaction &t, ObjectWorks &works, const ObjectVersion &version);

} // namespace nephele
