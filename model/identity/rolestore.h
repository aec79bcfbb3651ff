// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/role.h"
#include "model/identity/userstore.h"

namespace nephele {

struct RoleChange
{
    std::optional<QString> name;
    std::optional<QString> description;
    Extras extras; // replace those of the same name
};

struct RoleFilter
{
    std::optional<QString> name;
    QString domain; // unchecked text; empty: those of the whole cloud
    std::optional<RoleId> after; // the page behind this role
    int limit = 1000;
};

// A rule: who has `prior` has `implied` as well.
struct RoleInference
{
    RoleRecord prior;
    RoleRecord implied;
};

// rows: (id, name, domain, description, bit), one per role; (prior, implied), one per rule; and what follows
// from the rules, (prior, implied) whatever the distance.
class RoleStore
{
public:
    static constexpr int mostRules = 2000;

    static Result<std::optional<RoleRecord>> find(const ReadTransaction &t, const QString &id);
    // Of the whole cloud.
    static Result<std::optional<RoleRecord>> findByName(const ReadTransaction &t, const QString &name);
    static Result<Page<RoleRecord>> roles(const ReadTransaction &t, const RoleFilter &filter);

    // Conflict when the name is taken.
    static Result<> insert(Transaction &t, const RoleRecord &role);
    static Result<> change(Transaction &t, const RoleRecord &role, const RoleChange &wanted);
    // With its grants and rules.
    static Result<> remove(Transaction &t, const RoleId &role);

    // Direct rules, of one prior role or all; sorted by the names.
    static Result<QList<RoleInference>> inferences(
        const ReadTransaction &t, const std::optional<RoleId> &prior = {});
    static Result<bool> hasInference(const ReadTransaction &t, const RoleId &prior, const RoleId &implied);
    static Result<> addInference(Transaction &t, const RoleId &prior, const RoleId &implied);
    // NotFound when there is none.
    static Result<> removeInference(Transaction &t, const RoleId &prior, const RoleId &implied);
    // What it gives in the end, itself included.
    static Result<QList<RoleRecord>> impliedBy(const ReadTransaction &t, const RoleId &role);
};

} // namespace nephele
