// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/novaquotajson.h"

namespace nephele {

// A field of a quota set that stands for a resource of ours.
struct NovaCountedField
{
    const char *name;
    const char *resource;
    qint64 unit; // so much of the resource is one here
    NovaQuotaLine NovaQuota::*line;
};
inline constexpr NovaCountedField novaCountedFields[] = {
    { "instances", "cyclades.vm", 1, &NovaQuota::instances },
    { "cores", "cyclades.total_cpu", 1, &NovaQuota::cores },
    { "ram", "cyclades.total_ram", qint64(1) << 20, &NovaQuota::ramMiB },
    { "key_pairs", "nova.keypairs", 1, &NovaQuota::keypairs },
};

// One that is the same for every project. -1: compute sets no limit to it.
struct NovaFixedField
{
    const char *name;
    int value;
};
inline constexpr NovaFixedField novaFixedFields[] = {
    { "metadata_items", 128 },
    { "injected_files", 5 },
    { "injected_file_content_bytes", 10240 },
    { "injected_file_path_bytes", 255 },
    { "fixed_ips", -1 },
    { "floating_ips", -1 },
    { "security_groups", -1 },
    { "security_group_rules", -1 },
    { "server_groups", 0 },
    { "server_group_members", 0 },
};

} // namespace nephele
