// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"

namespace nephele {

// Calls slice(t, place) again and again, each time in a read of its own, with the place it returned the time
// before: first with a default one, until it returns nullopt.
template <class Place, class Slice>
Result<> readInSlices(Database &database, Slice slice)
{
    for (std::optional<Place> place = Place(); place;) {
        auto next = database.read([&](ReadTransaction &t) { return slice(t, *place); });
        if (!next)
            return next.error();
        place = *std::move(next);
    }
    return {};
}

} // namespace nephele
