// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/object/objectview.h"
#include "server/object/segments.h"

#include <QIODevice>

namespace nephele {

enum class Manifests {
    Followed, // what a manifest stands for
    Raw // the manifest itself
};

// The bytes as a random-access device of the calling thread, not opened further than needed. Forbidden when a
// manifest points to what the reader may not read.
Result<std::shared_ptr<QIODevice>> openObject(
    ObjectWorks &works, const ObjectView &view, Manifests manifests);

// The parts of a manifest; of a dynamic one as they are now. TooLarge when there are more than a page.
Result<QList<Segment>> segmentsOf(ObjectWorks &works, const ObjectView &view);

// A static manifest as a client sent it, checked and in the form that is kept; tells `wanted` its ETag and
// size. Invalid names every part that does not fit.
Result<QByteArray> makeManifest(ObjectWorks &works, const ObjectActor &actor, const ProjectId &account,
    const QByteArray &sent, NewObject &wanted);

} // namespace nephele
