// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <memory>

struct evp_md_ctx_st;

namespace nephele {

// SHA-256 of a block with its trailing NULs trimmed, raw 32 bytes.
using BlockHash = QByteArray;

constexpr int blockHashBytes = 32;

// The block without the NULs that end it; a view into `block`.
QByteArrayView trimmedBlock(QByteArrayView block);
BlockHash hashOfTrimmed(QByteArrayView trimmed);

// A block of nothing but NULs: never stored, always there.
const BlockHash &holeHash();
inline bool isHole(const BlockHash &hash)
{
    return hash == holeHash();
}

// The root of a list of block hashes as Synnefo computes it: the hash of nothing for none, the hash itself
// for one, else the list padded with all-zero digests to a power of two and hashed in pairs, level by level.
QByteArray merkleRoot(QList<BlockHash> hashes);

// A digest fed piece by piece.
class Digest
{
public:
    enum class Kind { Md5, Sha256, Sha512 };

    explicit Digest(Kind kind);
    ~Digest();
    Q_DISABLE_COPY_MOVE(Digest)

    void add(QByteArrayView bytes);
    QByteArray result(); // raw; once

private:
    evp_md_ctx_st *m_context;
};

} // namespace nephele
