// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/network/network.h"

#include <QList>

#include <variant>

namespace nephele {

using NetworkRef = std::variant<NetworkId, NetworkNumber>;

// rows: network(id ...), subnet(network ...) one each, port(network, address) unique, port(mac) unique.
class NetworkStore
{
public:
    // With its subnet; numbers and times are filled in.
    static Result<> insert(Transaction &t, Network &network);

    static Result<std::optional<Network>> find(ReadTransaction &t, const NetworkRef &ref);
    // The oldest public network: where a server goes that asks for nothing.
    static Result<std::optional<Network>> findPublic(ReadTransaction &t);

    // A new port with the lowest free address and a MAC of its own. Conflict when no address is left.
    static Result<Port> connect(Transaction &t, const Network &network, const ServerId &server);
    // The addresses are free at once. Without ports it does nothing.
    static Result<> disconnect(Transaction &t, const ServerId &server);
    static Result<QList<Port>> portsOfServer(ReadTransaction &t, const ServerId &server);
};

} // namespace nephele
