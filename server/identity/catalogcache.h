// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identitycontext.h"

#include <memory>

namespace nephele {

// What a token tells of the cloud: services and their endpoints, only those that are enabled.
struct Catalog
{
    struct Entry
    {
        RegisteredService service;
        QList<CatalogEndpoint> endpoints;
    };
    QList<Entry> entries; // our own first, then by id
};

// The catalog of our own services and what administrators added. One per worker, used in its thread only;
// remembers it for a second unless a change was noted in this process meanwhile, so a token costs the same
// however long the registry is. Only projects with a catalog of their own cost one more look.
class CatalogCache
{
public:
    explicit CatalogCache(IdentityContext &context);

    Result<std::shared_ptr<const Catalog>> catalogOf(const ProjectId &project);

private:
    Result<> refresh();

    IdentityContext &m_context;
    std::shared_ptr<const Catalog> m_catalog;
    bool m_hasFilters = false; // whether any project has a catalog of its own
    quint64 m_changes = 0; // of the moment m_catalog was read
    qint64 m_goodUntilMs = 0;
};

} // namespace nephele
