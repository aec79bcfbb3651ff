// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectworks.h"

#include "model/blocks/mapbuilder.h"
#include "model/object/objectstore.h"
#include "model/object/versionstore.h"
#include "server/object/objectwrites.h"

#include <QLoggingCategory>
#include <QMimeDatabase>

namespace nephele {

Q_LOGGING_CATEGORY(objectLog, "nephele.object")

namespace {

constexpr int longJobsAtOnce = 4;
constexpr int mostAtOnce = 100; // rows in one closure
constexpr qint64 historyMs = 30LL * 24 * 3600 * 1000;
constexpr qint64 historyShare = 10; // of what is current, history may be the tenth

// All history, and how much of it is more than it may be.
Result<qint64> surplusBytes(ReadTransaction &t)
{
    const auto sums = t.row(R"(
        SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT), CAST(COALESCE(SUM(history_bytes), 0) AS BIGINT)
        FROM container)",
        {}, [](const Row &row) { return row.integer(1) - row.integer(0) / historyShare; });
    if (!sums)
        return sums.error();
    return **sums;
}

} // namespace

ObjectWorks::ObjectWorks(BlockStore &blocks, const ObjectImages &images) : m_blocks(blocks), m_images(images)
{
    m_pool.setMaxThreadCount(longJobsAtOnce);
    m_contentPool.setMaxThreadCount(longJobsAtOnce);
    // The types of files are read at the first question, which takes longer than a worker may.
    m_pool.start([] {
        (void)QMimeDatabase().mimeTypeForFile(QStringLiteral("a.txt"), QMimeDatabase::MatchExtension);
    });
}

ObjectWorks::~ObjectWorks()
{
    m_isStopping = true;
    m_pool.waitForDone();
    m_contentPool.waitForDone();
}

void ObjectWorks::learnDigests()
{
    if (m_isLearning.exchange(true))
        return;
    m_pool.start([this] {
        const ReadingJob job(database());
        for (qint64 after = 0; !m_isStopping;) {
            const auto maps = database().read(
                [after](ReadTransaction &t) { return MapStore::withoutMd5(t, after, mostAtOnce); });
            if (!maps || maps->isEmpty())
                break;
            after = maps->constLast();
            for (const qint64 map : *maps) {
                if (const auto learnt = learnDigest(map); !learnt)
                    qCWarning(objectLog, "MD5 of content %lld: %s", map, qUtf8Printable(learnt.error().message));
            }
        }
        m_isLearning = false;
    });
}

// What is not learnt now is learnt another time.
Result<> ObjectWorks::learnDigest(qint64 map)
{
    const auto content = database().read([map](ReadTransaction &t) { return MapStore::find(t, map); });
    if (!content || !*content)
        return content ? Result<>() : Result<>(content.error());
    const auto md5 = md5OfMap(m_blocks, **content, &m_isStopping);
    if (!md5)
        return md5.error();
    for (;;) {
        const auto told = database()
                              .write([map, md5 = *md5](Transaction &t) -> Result<qint64> {
                                  const auto versions = VersionStore::setEtags(t, map, md5, mostAtOnce);
                                  if (!versions || *versions == mostAtOnce)
                                      return versions;
                                  if (const auto set = MapStore::setMd5(t, map, md5); !set)
                                      return set.error();
                                  return *versions;
                              })
                              .result();
        if (!told)
            return told.error();
        if (*told < mostAtOnce)
            return {};
    }
}

Result<qint64> ObjectWorks::clean()
{
    learnDigests();
    const auto removed = removeExpired();
    if (!removed)
        return removed.error();
    const auto trimmed = trimHistory();
    if (!trimmed)
        return trimmed.error();
    return *removed + *trimmed;
}

Result<qint64> ObjectWorks::removeExpired()
{
    qint64 removed = 0;
    for (;;) {
        const qint64 nowMs = database().clock().nowMs();
        const auto done = database()
                              .write([this, nowMs](Transaction &t) -> Result<qint64> {
                                  const auto due = ObjectStore::expired(t, nowMs, mostAtOnce);
                                  if (!due)
                                      return due.error();
                                  for (const ObjectVersion &version : *due) {
                                      if (const auto gone = dropObject(t, *this, version); !gone)
                                          return gone.error();
                                  }
                                  return due->size();
                              })
                              .result();
        if (!done)
            return done.error();
        removed += *done;
        if (*done < mostAtOnce)
            return removed;
    }
}

Result<qint64> ObjectWorks::trimHistory()
{
    qint64 trimmed = 0;
    for (;;) {
        const auto surplus = database().read([](ReadTransaction &t) { return surplusBytes(t); });
        if (!surplus)
            return surplus.error();
        // Too much of it goes whatever its age, the oldest first.
        const qint64 beforeMs =
            *surplus > 0 ? database().clock().nowMs() : database().clock().nowMs() - historyMs;
        const auto done = database()
                              .write([beforeMs](Transaction &t) {
                                  return ObjectStore::dropHistoryBefore(t, beforeMs, mostAtOnce);
                              })
                              .result();
        if (!done)
            return done.error();
        trimmed += *done;
        if (*done == 0 || (*surplus <= 0 && *done < mostAtOnce))
            return trimmed;
    }
}

} // namespace nephele
