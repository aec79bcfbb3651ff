// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

namespace nephele {

// Sizes a server can have. One row per sizes and disk template.
struct Flavor
{
    FlavorNumber number; // the Synnefo face's id
    QString flavorId; // the OpenStack face's id; by default the number
    QString name; // stored; "C1R128D1" by default (without the template for the default template)
    int vcpus = 1;
    int memoryMiB = 128;
    int diskGiB = 1;
    QString diskTemplate; // "ext_archipelago", "ext_vlmc", "drbd"
    bool isPublic = true;
    bool operator==(const Flavor &) const = default;

    // The name Cyclades computes: C<cpu>R<ram MiB>D<disk GiB><template>.
    QString cycladesName() const
    {
        return QStringLiteral("C%1R%2D%3%4").arg(vcpus).arg(memoryMiB).arg(diskGiB).arg(diskTemplate);
    }
};

} // namespace nephele
