// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace nephele {

// Short and relative under a week ("now", "2 min", "5 h", "3 days"), a date when older, in the words and the
// order of the user's language. Both are UTC milliseconds; 0 or a time to come gives "now" or an empty
// string.
QString relativeTime(qint64 atMs, qint64 nowMs);

// The whole of it, for the tool tip, in local time.
QString exactTime(qint64 atMs);

} // namespace nephele
