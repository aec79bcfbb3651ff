// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

namespace nephele {

// A resource as the cloud knows it now: one of model/quota/resources.h, or one a component counts.
struct QuotaResource
{
    QString name; // "cyclades.vm"
    QString unit; // "bytes", or empty for pieces
    QString service; // "cyclades_compute"; of a registered one the component's name
    QString description;
    bool isUiVisible = true;
    bool isApiVisible = true; // listed by GET /quotas and /resources; hidden ones are counted all the same
    bool isBuiltIn = false;
    qint64 projectMost = 0; // default of a project; -1 is without limit
    qint64 systemMost = -1; // default of a user's own (system) project

    // Whether a component may count it: its own, and those of the services of its name ("cyclades" counts
    // what belongs to "cyclades_compute").
    bool isCountedBy(const QString &component) const;
    bool operator==(const QuotaResource &) const = default;
};

// rows: (name, unit, description, service, visibility) of registered resources; (resource, most, system_most)
// of defaults that overrule.
class ResourceStore
{
public:
    // Built-in and registered ones, by name. There are at most `mostRegistered` registered ones.
    static Result<QList<QuotaResource>> all(const ReadTransaction &t);
    static Result<std::optional<QuotaResource>> find(const ReadTransaction &t, const QString &name);
    static constexpr int mostRegistered = 200;

    // A new one, with its defaults. Conflict when the name is taken or there are too many.
    static Result<> add(Transaction &t, const QuotaResource &resource);
    // With everything set for it. NotFound when none is registered by that name, Conflict while it is in use.
    static Result<> remove(Transaction &t, const QString &name);

    // Defaults of projects and of system projects; nullopt takes back what overrules.
    struct Defaults
    {
        qint64 projectMost = 0;
        qint64 systemMost = 0;
    };
    static Result<> setDefaults(Transaction &t, const QString &name, const std::optional<Defaults> &defaults);
};

} // namespace nephele
