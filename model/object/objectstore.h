// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

namespace nephele {

// rows: account(id), container(account, name), object(id, account),
//       version(object, container, name, map, valid_from_ms, valid_to_ms); the current one has no
//       valid_to_ms.
// Each version holds one pin of its map.
class ObjectStore
{
public:
    // Its number; made with its account where they are missing. `versioning` is for a new one.
    static Result<qint64> ensureContainer(
        Transaction &t, const ProjectId &account, const QString &name, Versioning versioning);

    // An object without a version yet. Conflict when the id is taken.
    static Result<> insert(Transaction &t, const ObjectId &id, const ProjectId &account);
    // The first or next state; takes over one pin of the map. Conflict when another object has the name.
    static Result<> addVersion(Transaction &t, const ObjectVersion &version);
    // With all its versions, giving back their pins.
    static Result<> remove(Transaction &t, const ObjectId &id);
};

} // namespace nephele
