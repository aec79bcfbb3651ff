// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"

#include <QFuture>
#include <QMutex>
#include <QPromise>
#include <QQueue>

#include <functional>
#include <memory>

namespace nephele {

// Turns a stream of bytes into a map: cuts blocks, hashes and stores them in the store's pool, claims each as
// soon as it is on disk. append(), finish() and abort() belong to one thread and never block; what goes on in
// the pool keeps the writer alive by itself.
class MapWriter : public std::enable_shared_from_this<MapWriter>
{
public:
    struct Options
    {
        ProjectId account;
        bool withSha512 = false; // Glance's os_hash_value
    };
    // Blocks on their way; append() works at any number, but memory is flat only if the caller waits while
    // isFull().
    static constexpr int mostInFlight = 3;

    // `progressed` is called in a pool thread whenever a block is done or the upload has failed.
    static std::shared_ptr<MapWriter> create(
        BlockStore &store, const Options &options, std::function<void()> progressed);

    void append(QByteArrayView bytes);
    bool isFull() const;
    qint64 sizeBytes() const { return m_sizeBytes; } // appended so far
    std::optional<Error> failure() const;

    // Everything is there. The future holds the map, still building, with root, size and digests, once all
    // blocks are claimed; MapStore::finish() or abandon() settles it. On failure nothing is left to settle.
    QFuture<Result<ContentMap>> finish();
    // Gives everything up; what was stored goes with the collector. Twice is once; after finish() it is too
    // late.
    void abort();

private:
    // A block on its way through the two lanes: stored (side by side) and digested (in order).
    struct Piece
    {
        qint64 position = 0;
        QByteArray bytes;
        int lanesLeft = 2; // guarded by m_mutex
    };

    MapWriter(BlockStore &store, const Options &options, std::function<void()> progressed);
    void cut();
    void digestNext();
    void store(const std::shared_ptr<Piece> &piece);
    Result<> storeBlock(const Piece &piece, const BlockHash &hash, QByteArrayView trimmed);
    Result<qint64> writeBlock(const BlockHash &hash, QByteArrayView trimmed);
    void laneDone(const std::shared_ptr<Piece> &piece, const Result<> &outcome);
    void completeIfDone();
    Result<ContentMap> complete();
    void giveUp();

    BlockStore &m_store;
    const Options m_options;
    const std::function<void()> m_progressed;
    const QFuture<Result<qint64>> m_map;
    QByteArray m_current; // the caller's thread
    qint64 m_sizeBytes = 0; // the caller's thread until finish()
    qint64 m_blockCount = 0; // likewise

    mutable QMutex m_mutex; // guards what follows
    int m_inFlight = 0;
    QQueue<std::shared_ptr<Piece>> m_toDigest;
    bool m_isDigesting = false;
    QList<BlockHash> m_hashes; // by position
    std::optional<Error> m_failure;
    bool m_isFinishing = false;
    bool m_isSettled = false;

    Digest m_md5 { Digest::Kind::Md5 }; // the digesting lane
    Digest m_sha512 { Digest::Kind::Sha512 };
    QPromise<Result<ContentMap>> m_promise;
};

} // namespace nephele
