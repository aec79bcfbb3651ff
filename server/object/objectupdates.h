// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"
#include "server/object/objectcontent.h"

#include <QFuture>

#include <functional>

namespace nephele {

// Which bytes of an object take others, before its size is known: from `first` on (nullopt: at its end) up to
// and with `last` (nullopt: as many as come), of an object of `total` bytes (nullopt: whatever it has).
struct ContentPlace
{
    std::optional<qint64> first;
    std::optional<qint64> last;
    std::optional<qint64> total;
    bool operator==(const ContentPlace &) const = default;
};

// A change of an object's bytes.
struct ObjectUpdate
{
    ObjectPlace place;
    ContentPlace range;
    std::optional<qint64> mostBytes; // the object ends there, if it would be longer
    // The next state of the one that is, its bytes apart; pure, it runs inside a closure and anew for each
    // state that the update meets.
    std::function<Result<NewObject>(const ObjectVersion &)> describe;
};

// Updates judge the state they meet when they are stored: when another write was faster, they are worked out
// again on what it left, so that of appends at the same time each lands once. NotFound without the object;
// RangeNotSatisfiable where the place does not fit; Conflict for images and static manifests, which are
// written whole only.

// The way for the bytes, judged on the head. lengthBytes: nullopt when not announced. The sink is an
// ObjectSink; `context` is of the worker's thread and outlives the request.
QFuture<Result<std::shared_ptr<BodySink>>> openUpdate(ObjectWorks &works, QObject *context,
    const ObjectActor &actor, const ObjectUpdate &update, std::optional<qint64> lengthBytes);

// Takes the bytes from the beginning of another object, as its reader found it. Invalid when it has too few.
QFuture<Result<ObjectVersion>> updateFromObject(
    ObjectWorks &works, const ObjectActor &actor, const ObjectUpdate &update, const ObjectView &source);

} // namespace nephele
