// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

#include <QStringList>

namespace nephele {

// rows: object_meta(container, name, object_name, value, version): the user metadata of current states, to
// find objects by. ObjectStore keeps it.
class ObjectMetaStore
{
public:
    // Of a version that is current now.
    static Result<> insert(Transaction &t, qint64 number, const ObjectVersion &version);
    // Of one that is no longer.
    static Result<> drop(Transaction &t, qint64 number);

    // The names of metadata that current objects of a container have, in order.
    static Result<QStringList> namesIn(ReadTransaction &t, qint64 container, int most);
};

} // namespace nephele
