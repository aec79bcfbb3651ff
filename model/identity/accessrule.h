// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

#include <QByteArray>
#include <QList>

namespace nephele {

using AccessRuleId = Id<struct AccessRuleTag>; // 32 hexadecimal digits

// One request an application credential is good for (Identity API v3, "Access Rules"). In the path "*" is one
// segment or a part of it, "**" anything, "{name}" one segment.
struct AccessRule
{
    AccessRuleId id;
    QString service; // a type of the catalog: "compute"
    QString method; // "GET"
    QString path; // below the service's address without its version: "/v2.1/servers"; begins with a slash
    bool operator==(const AccessRule &) const = default;

    // Method and path alone, of a request to that service. requestPath: without query, percent-encoded as it
    // came.
    bool allows(QByteArrayView requestMethod, QByteArrayView requestPath) const;
};

using AccessRules = QList<AccessRule>;

// Whether a path fits a rule's pattern.
bool fitsAccessPath(QByteArrayView pattern, QByteArrayView path);

} // namespace nephele
