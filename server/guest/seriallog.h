// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace nephele {

// The end of a guest's serial log: the last `lines`, or all when nullopt, and never more than `mostBytes`. An
// unfinished last line counts as one. libvirt's log daemon starts a new file when one is full and keeps the
// old one as "<path>.0"; that one is read on when the newer is not enough. Empty when there is no log yet.
Result<QByteArray> serialLogTail(const QString &path, std::optional<int> lines, qint64 mostBytes = 1 << 20);

} // namespace nephele
