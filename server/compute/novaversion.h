// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "server/http/request.h"
#include "server/http/response.h"

#include <compare>

namespace nephele {

// A microversion 2.N of the compute API (Compute API guide, "Microversions"): which shape of a call is meant.
struct NovaVersion
{
    int minor = 1;

    QByteArray text() const { return "2." + QByteArray::number(minor); }
    auto operator<=>(const NovaVersion &) const = default;
};

// What the calls that exist here really do. 2.26 would be tags, which servers do not have yet.
inline constexpr NovaVersion oldestNovaVersion { 1 };
inline constexpr NovaVersion newestNovaVersion { 25 };

// The version a request asks for: OpenStack-API-Version: compute 2.N, else X-OpenStack-Nova-API-Version: 2.N,
// else the oldest; "latest" is the newest. Invalid when it is no version. One we do not have comes back as it
// is: ask isOffered().
Result<NovaVersion> novaVersionAskedFor(const Request &request);
bool isOffered(NovaVersion version);

// 406 in Nova's form.
Response novaVersionRefusal(NovaVersion version);

// Says in the reply which version it speaks.
void addNovaVersion(Response &response, NovaVersion version);

} // namespace nephele
