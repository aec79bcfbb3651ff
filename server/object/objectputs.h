// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectwrites.h"

namespace nephele {

// What the head says of an upload, before a byte of it is read: rights, conditions, quotas. How many bytes
// may come at most; nullopt: there is no limit, or what is announced is so little that the charge at the end
// is soon enough.
Result<std::optional<qint64>> judgeUpload(ReadTransaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, const NewObject &wanted, std::optional<qint64> lengthBytes);

// How many bytes more the project has room for, for that author; nullopt: without limit.
Result<std::optional<qint64>> storableBytes(ReadTransaction &t, const ProjectId &payer, const UserId &author);
Error overStoredQuota();

struct ObjectCopy;
struct CopiedObject;

// ObjectService::copyObject(), for pool threads. Blocks.
Result<CopiedObject> copyObjectNow(ObjectWorks &works, const ObjectActor &actor, const ObjectCopy &copy);

} // namespace nephele
