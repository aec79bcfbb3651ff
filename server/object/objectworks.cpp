// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectworks.h"

#include "model/blocks/mapbuilder.h"
#include "model/object/objectstore.h"
#include "model/object/versionstore.h"
#include "server/object/objectwrites.h"

#include <QLoggingCategory>
#include <QMimeDatabase>

#include <limits>

namespace nephele {

Q_LOGGING_CATEGORY(objectLog, "nephele.object")

namespace {

constexpr int longJobsAtOnce = 4;
constexpr int archivesAtOnce = 8; // they mostly wait
constexpr int mostAtOnce = 100; // rows in one closure
constexpr int fewAtOnce = 10; // where one too many would be a loss
constexpr qint64 dayMs = 24LL * 3600 * 1000;
constexpr qint64 historyShare = 10; // of the disk, history may be the tenth

Result<qint64> historyBytes(ReadTransaction &t)
{
    const auto sum = t.row(R"(
        SELECT CAST(COALESCE(SUM(history_bytes), 0) AS BIGINT)
        FROM container
        WHERE history_bytes > 0)",
        {}, [](const Row &row) { return row.integer(0); });
    if (!sum)
        return sum.error();
    return **sum;
}

// Its time is over; what may not be deleted, such as a protected image, stays.
Result<> endExpired(Transaction &t, ObjectWorks &works, const ObjectVersion &version)
{
    const auto gone = dropObject(t, works, version);
    const bool isRefused =
        !gone && (gone.error().code == ErrorCode::Forbidden || gone.error().code == ErrorCode::Conflict);
    return isRefused ? ObjectStore::keepForGood(t, version.number) : gone;
}

} // namespace

ObjectWorks::ObjectWorks(BlockStore &blocks, const ObjectImages &images) : m_blocks(blocks), m_images(images)
{
    m_pool.setMaxThreadCount(longJobsAtOnce);
    m_archivePool.setMaxThreadCount(archivesAtOnce);
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
    m_archivePool.waitForDone();
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
                    qCWarning(
                        objectLog, "MD5 of content %lld: %s", map, qUtf8Printable(learnt.error().message));
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

Result<qint64> ObjectWorks::clean(std::optional<qint64> mostHistoryBytes)
{
    learnDigests();
    const auto removed = removeExpired();
    if (!removed)
        return removed.error();
    const auto strict = trimByRules();
    if (!strict)
        return strict.error();
    const auto trimmed = trimHistory(mostHistoryBytes);
    if (!trimmed)
        return trimmed.error();
    return *removed + *strict + *trimmed;
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
                                      if (const auto gone = endExpired(t, *this, version); !gone)
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

// Containers with a rule of their own.
Result<qint64> ObjectWorks::trimByRules()
{
    qint64 trimmed = 0;
    qint64 behind = 0;
    for (;;) {
        const auto rules = database().read(
            [&](ReadTransaction &t) { return ObjectStore::historyRules(t, behind, mostAtOnce); });
        if (!rules)
            return rules.error();
        for (const HistoryRule &rule : *rules) {
            const qint64 beforeMs = database().clock().nowMs() - rule.days * dayMs;
            for (qint64 gone = mostAtOnce; gone == mostAtOnce;) {
                const auto done =
                    database()
                        .write([container = rule.container, beforeMs](Transaction &t) {
                            return ObjectStore::dropHistoryIn(t, container, beforeMs, mostAtOnce);
                        })
                        .result();
                if (!done)
                    return done.error();
                gone = *done;
                trimmed += gone;
            }
        }
        if (rules->size() < mostAtOnce)
            return trimmed;
        behind = rules->constLast().container;
    }
}

Result<qint64> ObjectWorks::trimHistory(std::optional<qint64> mostBytes)
{
    if (!mostBytes) {
        const auto total = m_blocks.backend().totalBytes();
        if (!total)
            return total.error();
        mostBytes = *total / historyShare;
    }
    qint64 trimmed = 0;
    for (;;) {
        const auto bytes = database().read([](ReadTransaction &t) { return historyBytes(t); });
        if (!bytes)
            return bytes.error();
        // Too much of it goes whatever its age, the oldest first.
        const bool isTooMuch = *bytes > *mostBytes;
        const qint64 nowMs = database().clock().nowMs();
        const qint64 beforeMs =
            isTooMuch ? std::numeric_limits<qint64>::max() : nowMs - ObjectStore::mostHistoryDays * dayMs;
        const int most = isTooMuch ? fewAtOnce : mostAtOnce;
        const auto done = database()
                              .write([beforeMs, most](Transaction &t) {
                                  return ObjectStore::dropHistoryBefore(t, beforeMs, most);
                              })
                              .result();
        if (!done)
            return done.error();
        trimmed += *done;
        if (*done == 0 || (!isTooMuch && *done < most))
            return trimmed;
    }
}

} // namespace nephele
