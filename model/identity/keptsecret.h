// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

#include <optional>

namespace nephele {

using KeptSecretId =
    Id<struct KeptSecretTag>; // 32 hexadecimal digits; of an EC2 key SHA-256 of its first public half

// What Keystone calls a credential: something a service needs in clear to know a user by ("ec2", "cert",
// "totp" ...). Told to that user and to administrators only.
struct KeptSecret
{
    KeptSecretId id;
    UserId user;
    std::optional<ProjectId> project; // always there for an EC2 key
    QString type;
    QString blob; // as it was given; of an EC2 key the JSON its makers agreed on, with both halves
    QString access; // of an EC2 key its public half; else empty
    bool operator==(const KeptSecret &) const = default;

    bool isEc2() const { return type == QLatin1StringView("ec2"); }
};

} // namespace nephele
