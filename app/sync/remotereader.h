// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/restconnection.h"
#include "app/sync/syncstate.h"

#include <QByteArrayList>

namespace nephele {

// One page of a listing (GET container?format=json).
struct RemotePage
{
    QList<QPair<QString, RemoteEntry>> entries; // names as they are in the container
    QString lastName; // to go on behind; empty: an empty page
    qsizetype count = 0; // items, those that are no objects included
};
Result<RemotePage> remotePageFrom(const QByteArray &body);

// What HEAD, and GET of a hashmap, tell of an object.
struct RemoteHead
{
    qint64 version = 0;
    QByteArray etag;
    QByteArray hash; // raw Merkle root
    QString uuid;
    bool isManifest = false; // its content is put together from others
    // What a PUT would drop, ready to be sent again.
    QList<std::pair<QByteArray, QByteArray>> kept;
};
Result<RemoteHead> remoteHeadFrom(const RestReply &reply);

// A content as a list of blocks (GET object?hashmap), raw hashes.
struct RemoteHashmap
{
    RemoteHead head;
    qint64 sizeBytes = 0;
    qint64 blockBytes = 0;
    QList<BlockHash> hashes;
    bool fits = true; // number and root of the hashes are the object's
};
Result<RemoteHashmap> remoteHashmapFrom(const RestReply &reply);

// ["hex", ...] as the 409 of a hashmap PUT and the 202 of a block POST carry it.
Result<QList<BlockHash>> blockHashesFrom(const QByteArray &body);

QByteArray hashmapBody(qint64 sizeBytes, const QList<BlockHash> &hashes);

// The metadata that keeps the executable bit.
inline constexpr char executableMetaKey[] = "Executable";

} // namespace nephele
