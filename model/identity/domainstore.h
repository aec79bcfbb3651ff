// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/project.h"
#include "model/identity/userstore.h"

namespace nephele {

// A domain with what only its own page tells.
struct DomainRecord
{
    Domain domain;
    QString description;
    Extras extras;
    bool operator==(const DomainRecord &) const = default;
};

struct NewDomain
{
    QString name;
    QString description;
    bool isEnabled = true;
    Extras extras;
};

struct DomainChange
{
    std::optional<QString> name;
    std::optional<QString> description;
    std::optional<bool> isEnabled;
    Extras extras; // replace those of the same name
};

struct DomainFilter
{
    std::optional<QString> name;
    std::optional<bool> isEnabled;
    std::optional<QString> after; // the page behind the domain of this id
    int limit = 1000;
};

// rows: (id, name, description, enabled, extras), one per domain; names are unique.
class DomainStore
{
public:
    static Result<std::optional<DomainRecord>> find(const ReadTransaction &t, const QString &id);
    static Result<std::optional<DomainRecord>> findByName(const ReadTransaction &t, const QString &name);
    static Result<Page<DomainRecord>> domains(const ReadTransaction &t, const DomainFilter &filter);

    // Conflict when the name is taken.
    static Result<> insert(Transaction &t, const DomainId &id, const NewDomain &domain);
    static Result<> change(Transaction &t, const DomainRecord &domain, const DomainChange &wanted);
    // The domain must be empty of users and projects; its groups and roles go with it.
    static Result<> remove(Transaction &t, const DomainId &id);

    // A user of the default domain whose name reads like the display name of one here, were the domain called
    // `name`.
    static Result<std::optional<QString>> clashingDisplayName(
        const ReadTransaction &t, const DomainId &id, const QString &name);
};

} // namespace nephele
