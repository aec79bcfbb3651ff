// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>

namespace nephele {

// SHA-256 of a block with its trailing NULs trimmed, raw 32 bytes.
using BlockHash = QByteArray;

// Where blocks lie: a directory now, RADOS later. Knows names and bytes, no rows. Safe from every thread;
// calls block, so pool threads only. A block is named by hash and generation (DESIGN 7, Collecting).
class BlockBackend
{
public:
    virtual ~BlockBackend() = default;

    // Durable when it returns: file and directory are synced. Writing what is there already is success.
    virtual Result<> put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed) = 0;
    // The trimmed bytes; NotFound when absent. The caller compares the hash.
    virtual Result<QByteArray> get(const BlockHash &hash, qint64 generation) = 0;
    virtual Result<bool> has(const BlockHash &hash, qint64 generation) = 0;
    virtual Result<> remove(const BlockHash &hash, qint64 generation) = 0; // absent is success
    virtual Result<qint64> freeBytes() = 0;
};

} // namespace nephele
