// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

namespace nephele {

using ObjectId = Id<struct ObjectTag>;

enum class Versioning { Auto, None };

// One state of an object: from validFromMs until the next one began.
struct ObjectVersion
{
    ObjectId object;
    qint64 container = 0;
    QString name;
    qint64 map = 0; // pinned by this version
    qint64 sizeBytes = 0;
    QString contentType;
    UserId author;
    bool operator==(const ObjectVersion &) const = default;
};

} // namespace nephele
