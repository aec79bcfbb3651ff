// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

namespace nephele {

// rows: account_property, container_property, version_property (owner, scope, name, value).
class PropertyStore
{
public:
    static Result<Properties> ofAccount(ReadTransaction &t, const ProjectId &account);
    static Result<Properties> ofContainer(ReadTransaction &t, qint64 container);
    static Result<Properties> ofVersion(ReadTransaction &t, qint64 version);

    // Merges: what is named is set, or taken away where the value is empty; the rest stays.
    static Result<> changeAccount(Transaction &t, const ProjectId &account, const Properties &changes);
    static Result<> changeContainer(Transaction &t, qint64 container, const Properties &changes);
    // All of them, also empty values.
    static Result<> insertForVersion(Transaction &t, qint64 version, const Properties &properties);
};

} // namespace nephele
