// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/guest/guestseed.h"

namespace nephele {

// The documents as an ISO 9660 image with Rock Ridge and Joliet names, labelled `label`. Fails as Unavailable
// when the disk is full.
Result<> writeIso(const QByteArray &label, const QList<SeedDocument> &documents, const QString &path);

} // namespace nephele
