// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/libvirt/hypervisor.h"

namespace nephele {

// The domain's XML (https://libvirt.org/formatdomain.html). Invalid, naming the field, for what neither XML
// nor QEMU's command line could carry safely.
//   name "nephele-<first 8 of the cloud's id>-<number>", title the server's name, metadata the cloud's id
Result<QByteArray> domainXml(const GuestSpec &guest, const QString &cloudId, Accelerator accelerator);

} // namespace nephele
