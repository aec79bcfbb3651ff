// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"
#include "model/object/object.h"

#include <QThreadPool>

#include <atomic>

namespace nephele {

// What the object store has to know of images, which are objects too. Lent by the image service.
struct ObjectImages
{
    // Whether the object's data is an image's: then it is not to be written.
    Result<bool> (*isImage)(ReadTransaction &t, const ObjectId &id) = nullptr;
    // The image with its object; Forbidden while it is protected.
    Result<> (*remove)(Transaction &t, const ObjectId &id) = nullptr;
};

// What objects need beside rows. One per process, owned by main, shared by the services of all workers; safe
// from every thread.
class ObjectWorks
{
public:
    // `images` may be empty where there are none.
    ObjectWorks(BlockStore &blocks, const ObjectImages &images);
    ~ObjectWorks(); // waits for the pool

    BlockStore &blocks() { return m_blocks; }
    Database &database() { return m_blocks.database(); }
    const ObjectImages &images() const { return m_images; }
    // Bytes of requests kept whole in memory until they can be judged: manifests, lists of deletions.
    std::atomic<qint64> &collected() { return m_collected; }
    // Work that is long and may wait: copies by data, lists of deletions.
    QThreadPool &pool() { return m_pool; }
    // Archives, which wait for their senders: nothing else waits with them.
    QThreadPool &archivePool() { return m_archivePool; }
    // Work somebody waits for: contents made of blocks. Its jobs never wait for one another.
    QThreadPool &contentPool() { return m_contentPool; }
    // Becomes true when the program ends: long work stops at the next good place.
    const std::atomic<bool> &isStopping() const { return m_isStopping; }

    // Up to here the MD5 of a content made of blocks is found within the request. Smaller in tests; set
    // before anybody asks.
    qint64 digestedAtOnceBytes() const { return m_digestedAtOnceBytes; }
    void setDigestedAtOnceBytes(qint64 most) { m_digestedAtOnceBytes = most; }

    // Contents made of blocks that were too large to be read on the spot: their MD5 is found now, in the
    // pool. Once at a time; more calls are none.
    void learnDigests();

    // One round of housekeeping: objects whose time has come, history that is too old or too much. Blocks.
    // mostHistoryBytes: of all containers; nullopt: a tenth of the disk that holds the blocks.
    Result<qint64> clean(std::optional<qint64> mostHistoryBytes = {});

private:
    Result<qint64> removeExpired();
    Result<qint64> trimHistory(std::optional<qint64> mostBytes);
    Result<qint64> trimByRules();
    Result<> learnDigest(qint64 map);

    BlockStore &m_blocks;
    const ObjectImages m_images;
    std::atomic<qint64> m_collected = 0;
    qint64 m_digestedAtOnceBytes = 256LL << 20;
    std::atomic<bool> m_isStopping = false;
    std::atomic<bool> m_isLearning = false;
    QThreadPool m_pool;
    QThreadPool m_contentPool;
    QThreadPool m_archivePool;
};

} // namespace nephele
