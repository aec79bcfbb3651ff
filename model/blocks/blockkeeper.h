// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"

namespace nephele {

// Stores a block that no content has yet, for contents the account makes of hashes within the grace time. Its
// hash. At most a block's size. Blocks.
Result<BlockHash> keepBlock(BlockStore &store, const ProjectId &account, QByteArrayView block);

} // namespace nephele
