// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/flavor.h"
#include "model/database/transaction.h"

#include <QList>

#include <variant>

namespace nephele {

// rows: flavor(number, flavor_id ...), one per (vcpus, memory, disk, template).
class FlavorStore
{
public:
    // By number.
    static Result<QList<Flavor>> all(ReadTransaction &t);
    static Result<std::optional<Flavor>> find(
        ReadTransaction &t, const std::variant<FlavorNumber, QString> &numberOrFlavorId);
    // Fills the number in, and flavor id and name where they are empty.
    static Result<> insert(Transaction &t, Flavor &flavor);
    // The flavors of a new cloud, where it has none at all.
    static Result<> seed(Transaction &t);
};

} // namespace nephele
