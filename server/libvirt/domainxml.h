// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/libvirt/hypervisor.h"

namespace nephele {

// What a domain's XML depends on besides the guest.
struct DomainHost
{
    QString cloudId;
    Accelerator accelerator = Accelerator::Tcg;
    // Whether libvirt would give disks away to QEMU's user: its security driver "dac", which only the
    // system's daemon has. Elsewhere naming it is an error.
    bool changesOwners = false;
};

// The domain's XML (https://libvirt.org/formatdomain.html). Invalid, naming the field, for what neither XML
// nor QEMU's command line could carry safely.
//   name "nephele-<first 8 of the cloud's id>-<number>", title the server's name, metadata the cloud's id
Result<QByteArray> domainXml(const GuestSpec &guest, const DomainHost &host);

} // namespace nephele
