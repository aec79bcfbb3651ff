// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

namespace nephele {

struct HistoryRule
{
    qint64 container = 0;
    int days = 0;
};

// rows: object(id, account), version(object, container, name, map, valid_from_ms, valid_to_ms); the current
//       one has no valid_to_ms.
// Each version holds one pin of its map. Counters of container and account follow in the same call; quota is
// the caller's.
class ObjectStore
{
public:
    // How many former states of an object an auto-versioned container keeps, and how long; its own rule
    // (system properties history-versions and history-days) may only be stricter.
    static constexpr int mostVersions = 100;
    static constexpr int mostHistoryDays = 30;

    // Its number; made with its account where they are missing. `versioning` is for a new one.
    static Result<qint64> ensureContainer(
        Transaction &t, const ProjectId &account, const QString &name, Versioning versioning);

    // An object without a version yet. Conflict when the id is taken.
    static Result<> insert(Transaction &t, const ObjectId &id, const ProjectId &account);
    // The first or next state, and its number; takes over one pin of the map. Conflict when another object
    // has the name. What was before becomes history in a container of Versioning::Auto and goes otherwise.
    static Result<qint64> addVersion(Transaction &t, const ObjectVersion &version);
    // With all its versions, giving back their pins.
    static Result<> remove(Transaction &t, const ObjectId &id);

    // The current state of a name, with its properties.
    static Result<std::optional<ObjectVersion>> find(
        ReadTransaction &t, qint64 container, const QString &name);
    // The system properties of the symbolic links with names between these two, in either order.
    static Result<QMap<QString, PropertyMap>> linksAmong(
        ReadTransaction &t, qint64 container, const std::pair<QString, QString> &names);
    static Result<std::optional<ObjectVersion>> findVersion(ReadTransaction &t, qint64 number);

    // Ends the current state of an object: history in a container of Versioning::Auto, gone otherwise.
    static Result<> end(Transaction &t, const ObjectVersion &current);
    // Rights and public link are of a name: they go with whatever ends or leaves it.
    static Result<> dropRights(Transaction &t, const ObjectId &object);
    // The same object under another name of this or another container of the account, without the rights and
    // the link that were given on it. Conflict when there is an object of that name. The number of its new
    // state.
    static Result<qint64> move(
        Transaction &t, const ObjectVersion &current, qint64 toContainer, const QString &toName);

    // Another account's from now on, its history included; the contents are the caller's to bring over.
    static Result<> giveTo(Transaction &t, const ObjectId &id, const ProjectId &account);

    // Removes former versions, giving back their pins; how many.
    static Result<qint64> dropVersions(Transaction &t, const QList<ObjectVersion> &versions);
    // Removes at most `most` former versions of a container, or of any that ended before that time, the
    // oldest first; how many went.
    static Result<qint64> dropHistory(Transaction &t, qint64 container, int most);
    static Result<qint64> dropHistoryBefore(Transaction &t, qint64 beforeMs, int most);
    static Result<qint64> dropHistoryIn(Transaction &t, qint64 container, qint64 beforeMs, int most);
    // Containers, behind that number, that keep their history for fewer days than others.
    static Result<QList<HistoryRule>> historyRules(ReadTransaction &t, qint64 behind, int most);

    // Current versions whose time to be deleted has come, the earliest first, without properties.
    static Result<QList<ObjectVersion>> expired(ReadTransaction &t, qint64 nowMs, int most);
    // Takes the time away.
    static Result<> keepForGood(Transaction &t, qint64 number);
    static Result<QList<ObjectVersion>> expiredIn(
        ReadTransaction &t, qint64 container, qint64 nowMs, int most);
};

} // namespace nephele
