// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

namespace nephele {

// The one place where libvirt's errors become ours. Both read the calling thread's last error, so call them
// before anything else that speaks to libvirt. `doing` is the noun in front: "start guest 4f2".
Error libvirtError(const QString &doing);

// libvirt's number of the last error (virErrorNumber), 0 for none.
int lastLibvirtCode();

} // namespace nephele
