// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockhash.h"
#include "server/http/replyformat.h"
#include "server/object/objectwrites.h"

namespace nephele {

// A content as the list of its blocks' hashes (Object Storage API guide, "Hashmaps").
//   sent: {"bytes": 9, "hashes": ["<hex>" ...]}, other keys are ignored
struct Hashmap
{
    qint64 bytes = 0;
    QList<BlockHash> hashes;
};

// Invalid names what is wrong. Not for a worker's loop: it may be of many megabytes.
Result<Hashmap> readHashmap(const QByteArray &json);
// {"block_hash", "block_size", "bytes", "hashes"}; as XML <object name= ...><hash>...
QByteArray writeHashmap(
    const ContentMap &content, const QList<BlockHash> &hashes, const QString &name, ReplyFormat format);
// A list of hashes alone: JSON, <items><item>, or lines.
QByteArray writeHashes(const QList<BlockHash> &hashes, ReplyFormat format);

struct HashmapOutcome
{
    QList<BlockHash> missing; // nothing was stored while there are some
    ObjectVersion stored;
    QByteArray root;
};

// The next state of an object, its content made of blocks of the account it lies in; of the caller's own
// account, where he does not own that one. As storeObject(); the MD5 is found on the way up to a size, later
// beyond it. Blocks.
Result<HashmapOutcome> putHashmap(ObjectWorks &works, const ObjectActor &actor, const ObjectPlace &place,
    const NewObject &wanted, const Hashmap &hashmap);

} // namespace nephele
