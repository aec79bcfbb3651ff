// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockhash.h"

#include <openssl/evp.h>

#include <bit>
#include <cstring>

namespace nephele {

namespace {

const EVP_MD *method(Digest::Kind kind)
{
    switch (kind) {
    case Digest::Kind::Md5:
        return EVP_md5();
    case Digest::Kind::Sha256:
        return EVP_sha256();
    case Digest::Kind::Sha512:
        return EVP_sha512();
    }
    Q_UNREACHABLE();
}

} // namespace

QByteArrayView trimmedBlock(QByteArrayView block)
{
    qsizetype size = block.size();
    // Words first: most of a sparse disk is NULs.
    while (size >= 8) {
        quint64 word = 0;
        std::memcpy(&word, block.data() + size - 8, 8);
        if (word != 0)
            break;
        size -= 8;
    }
    while (size > 0 && block[size - 1] == '\0')
        --size;
    return block.first(size);
}

BlockHash hashOfTrimmed(QByteArrayView trimmed)
{
    BlockHash hash(blockHashBytes, Qt::Uninitialized);
    EVP_Digest(trimmed.data(), size_t(trimmed.size()), reinterpret_cast<unsigned char *>(hash.data()),
        nullptr, EVP_sha256(), nullptr);
    return hash;
}

const BlockHash &holeHash()
{
    static const BlockHash hash = hashOfTrimmed({});
    return hash;
}

QByteArray merkleRoot(QList<BlockHash> hashes)
{
    if (hashes.isEmpty())
        return holeHash();
    hashes.resize(qsizetype(std::bit_ceil(size_t(hashes.size()))), BlockHash(blockHashBytes, '\0'));
    while (hashes.size() > 1) {
        for (qsizetype i = 0; i < hashes.size() / 2; ++i)
            hashes[i] = hashOfTrimmed(hashes.at(2 * i) + hashes.at(2 * i + 1));
        hashes.resize(hashes.size() / 2);
    }
    return hashes.constFirst();
}

Digest::Digest(Kind kind) : m_context(EVP_MD_CTX_new())
{
    EVP_DigestInit_ex(m_context, method(kind), nullptr);
}

Digest::~Digest()
{
    EVP_MD_CTX_free(m_context);
}

void Digest::add(QByteArrayView bytes)
{
    EVP_DigestUpdate(m_context, bytes.data(), size_t(bytes.size()));
}

QByteArray Digest::result()
{
    QByteArray digest(EVP_MAX_MD_SIZE, Qt::Uninitialized);
    unsigned int size = 0;
    EVP_DigestFinal_ex(m_context, reinterpret_cast<unsigned char *>(digest.data()), &size);
    digest.truncate(size);
    return digest;
}

} // namespace nephele
