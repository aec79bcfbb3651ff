// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <span>

namespace nephele {

// Something this program counts against a quota itself, by Synnefo's name. What components count, and the
// defaults as they are now: ResourceStore.
struct ResourceInfo
{
    QLatin1StringView name; // "cyclades.vm"
    QLatin1StringView unit; // "bytes", or empty for pieces
    QLatin1StringView service; // Synnefo's name of the service that charges it
    QLatin1StringView description;
    bool isVisible; // listed by GET /quotas and /resources; hidden ones are charged all the same
    qint64 defaultMost; // of a project; -1 is without limit
};

// All of them, sorted by name.
std::span<const ResourceInfo> allResources();

// nullptr when there is no such resource.
const ResourceInfo *findResource(const QString &name);

} // namespace nephele
