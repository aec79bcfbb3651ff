// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"

#include <QStringList>

namespace nephele {

// For `nephele --check`: compares what is written down about accounts and containers, pins of contents and
// charged bytes with the versions that are there; one plain sentence for each thing that is wrong. Changes
// nothing. Nobody may write meanwhile. Blocks, long: reads every version, a page at a time, and keeps a few
// numbers for each container and content.
Result<QStringList> checkObjects(Database &database);

// What pins a content, in words: "image tiny (4f2...)", "account/container/object (version 3)". For the
// MapNamer of checkBlocks().
Result<QStringList> contentNames(ReadTransaction &t, qint64 map);

} // namespace nephele
