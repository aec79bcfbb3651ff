// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"
#include "server/pithos/hashmaps.h"

namespace nephele {

// A hashmap on its way to become the next state of an object. Read and put together in the pool; the body is
// kept whole until then, and all of these together have a limit: Unavailable beyond it. Lives in the worker's
// thread.
class HashmapSink final : public BodySink
{
    Q_OBJECT

public:
    HashmapSink(
        ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted);
    ~HashmapSink() override;

    Result<> write(QByteArrayView data) override;
    void finish() override;
    void abort() override { forget(); }

    // After finished() without a failure.
    const HashmapOutcome &outcome() const { return m_outcome; }

private:
    void forget();

    ObjectWorks &m_works;
    const ObjectActor m_actor;
    const ObjectPlace m_place;
    const NewObject m_wanted;
    QByteArray m_body;
    HashmapOutcome m_outcome;
};

} // namespace nephele
