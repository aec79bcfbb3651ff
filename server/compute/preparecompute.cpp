// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/compute.h"

#include "model/compute/flavorstore.h"
#include "model/network/networkstore.h"
#include "server/compute/hostroutes.h"

namespace nephele {

Result<> prepareCompute(ComputeParts &parts)
{
    const auto taken = routesOfHost();
    const bool wantsNetwork = parts.networking == GuestNetworking::Virtual;
    return parts.database
        .write([taken, wantsNetwork, cloudId = parts.cloudId](Transaction &t) -> Result<> {
            if (const auto seeded = FlavorStore::seed(t); !seeded)
                return seeded;
            const auto known = NetworkStore::findPublic(t);
            if (!known || *known || !wantsNetwork)
                return known ? Result<>() : known.error();
            const auto base = freeRange(taken);
            if (!base)
                return unavailable(
                    QStringLiteral("Every address range for the public network is in use on this machine."));
            Network network;
            network.id = NetworkId::create();
            network.name = QStringLiteral("public");
            network.hostName = QStringLiteral("nephele-%1-public").arg(cloudId.left(8));
            network.owner.shared = true;
            network.isPublic = true;
            network.subnet = Subnet::around(*base, publicPrefix);
            network.subnet.id = SubnetId::create();
            network.subnet.name = network.name;
            return NetworkStore::insert(t, network);
        })
        .result();
}

} // namespace nephele
