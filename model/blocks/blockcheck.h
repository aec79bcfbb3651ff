// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"

#include <QStringList>

#include <functional>

namespace nephele {

enum class Damage { Missing, Truncated, Altered, WrongCount, MissingRow, Unreadable };

struct CheckFinding
{
    Damage damage = Damage::Missing;
    BlockHash hash; // empty for a finding about a map
    QString message; // a plain sentence with hash and numbers
    QList<qint64> maps; // the contents it touches, in order
    QStringList affected; // what they are called: "image tiny (4f2...)"
    bool operator==(const CheckFinding &) const = default;
};

struct CheckReport
{
    qint64 blocks = 0;
    qint64 bytes = 0;
    qint64 maps = 0;
    QList<CheckFinding> findings;
};

// What pins this map, in words; model/object knows.
using MapNamer = std::function<Result<QStringList>(ReadTransaction &, qint64 map)>;

// For `nephele --check`: reads every stored block and compares every count; changes nothing but the notes of
// damage that readers left, which go when their block is whole. Nobody may write meanwhile. Blocks, long:
// `progressed` is told the number of blocks read.
Result<CheckReport> checkBlocks(
    BlockStore &store, const MapNamer &namer, const std::function<void(qint64)> &progressed = {});

} // namespace nephele
