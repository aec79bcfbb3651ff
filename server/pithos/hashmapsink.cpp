// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/hashmapsink.h"

#include "model/base/whendone.h"

#include <QtConcurrent>

#include <atomic>

namespace nephele {

namespace {

constexpr qint64 mostBytesInAll = 256LL << 20;
std::atomic<qint64> bytesInAll = 0; // of all workers

} // namespace

HashmapSink::HashmapSink(
    ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted)
    : m_works(works), m_actor(actor), m_place(place), m_wanted(wanted)
{
}

HashmapSink::~HashmapSink()
{
    forget();
}

void HashmapSink::forget()
{
    bytesInAll -= m_body.size();
    m_body = {};
}

Result<> HashmapSink::write(QByteArrayView data)
{
    if (bytesInAll + data.size() > mostBytesInAll)
        return unavailable(QStringLiteral("Too many hashmaps are on their way; try again."));
    m_body.append(data);
    bytesInAll += data.size();
    return {};
}

void HashmapSink::finish()
{
    const QByteArray body = m_body;
    forget();
    const auto put = QtConcurrent::run(&m_works.contentPool(),
        [works = &m_works, actor = m_actor, place = m_place, wanted = m_wanted,
            body]() -> Result<HashmapOutcome> {
            const ReadingJob job(works->database());
            const auto hashmap = readHashmap(body);
            if (!hashmap)
                return hashmap.error();
            return putHashmap(*works, actor, place, wanted, *hashmap);
        });
    whenDone(put, this, [this](const Result<HashmapOutcome> &done) {
        if (done)
            m_outcome = *done;
        emit finished(done ? std::nullopt : std::optional(done.error()));
    });
}

} // namespace nephele
