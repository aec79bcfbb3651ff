// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libvirt/libvirt.h>

#include <cstdlib>
#include <memory>

namespace nephele {

// Owners of libvirt's objects. Each is one reference: a domain keeps its connection alive, so that a
// connection given up elsewhere stays valid (and failing) until the last call in flight is done.
struct VirRelease
{
    void operator()(virConnectPtr connect) const { virConnectClose(connect); }
    void operator()(virDomainPtr domain) const { virDomainFree(domain); }
    void operator()(virNetworkPtr network) const { virNetworkFree(network); }
    void operator()(virStreamPtr stream) const { virStreamFree(stream); }
};

using VirConnect = std::unique_ptr<virConnect, VirRelease>;
using VirDomain = std::unique_ptr<virDomain, VirRelease>;
using VirNetwork = std::unique_ptr<virNetwork, VirRelease>;
using VirStream = std::unique_ptr<virStream, VirRelease>;

struct CFree
{
    void operator()(void *memory) const { std::free(memory); }
};

// Text libvirt allocated for us.
using VirText = std::unique_ptr<char, CFree>;

// One more reference to the same connection.
inline VirConnect shared(const VirConnect &connect)
{
    virConnectRef(connect.get());
    return VirConnect(connect.get());
}

} // namespace nephele
