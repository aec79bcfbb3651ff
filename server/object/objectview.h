// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectwrites.h"

namespace nephele {

// An object as its reader found it.
struct ObjectView
{
    ObjectActor actor;
    ObjectPlace place;
    ObjectVersion version;
    PropertyMap container; // system properties of its container
};

// The present state, or a former one by its number. Unauthenticated or Forbidden for who may not, whether it
// is there or not; else NotFound.
Result<ObjectView> findObject(ReadTransaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, ObjectRight right, std::optional<qint64> number = {});

// What a symbolic link says (Object Storage API, "Symlink").
struct LinkTarget
{
    ObjectPlace place;
    QString etag; // of a static link: good only while the target has it; empty: whatever is there
};
constexpr int mostLinks = 2; // one behind the other

LinkTarget linkTarget(const ProjectId &account, const ObjectVersion &link);

// What stands at the end of links that begin at `view`; the same where it is none. Every one is looked at
// with the rights of the view's actor. Conflict when there are too many, or when a static one's target has
// changed.
Result<ObjectView> followLinks(ReadTransaction &t, ObjectWorks &works, const ObjectView &view);

} // namespace nephele
