// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/userstore.h"
#include "model/project/projectrecord.h"
#include "model/quota/resourcestore.h"

namespace nephele {

// Which projects a list shows, in the order of their ids. Deleted ones only when that state is asked for.
struct ProjectListing
{
    enum class Reach {
        Every,
        Related, // owned by `viewer`, or he is in it
        Member, // active, and `viewer` is an accepted member
        Public // active and not private
    };
    Reach reach = Reach::Every;
    UserId viewer; // of Related and Member
    std::optional<ProjectState> state;
    std::optional<UserId> owner;
    std::optional<QString> name; // as Synnefo shows it
    std::optional<ProjectId> after; // the page behind this project
    int limit = 1000;
};

// rows: (project, state, name, owner, terms ...), one per project Synnefo's face ever had to do with; read
// together with the rows of `project`, which every face shares. What was made elsewhere reads as active, or
// suspended while disabled, without owner, closed and private.
class ProjectLifeStore
{
public:
    // nullopt when there never was such a project.
    static Result<std::optional<ProjectRecord>> find(const ReadTransaction &t, const ProjectId &id);
    static Result<Page<ProjectRecord>> projects(const ReadTransaction &t, const ProjectListing &listing);
    // What it may use of these resources, which are ResourceStore::all(), as far as they are shown to users.
    static Result<QList<ResourceCapacity>> capacities(
        const ReadTransaction &t, const ProjectRecord &project, const QList<QuotaResource> &resources);
    // Active ones whose end has come, the earliest first.
    static Result<QList<ProjectId>> endedBefore(const ReadTransaction &t, qint64 nowMs, int most);

    // Writes state, terms, application and deactivation as they are in the record; a life that is not there
    // yet is begun. Says nothing to the row of `project`.
    static Result<> save(Transaction &t, const ProjectRecord &project);

    // About the row of `project`, which has the name others find it by. Whether another one of its domain (of
    // the default one, for a project without a row) has that name.
    static Result<bool> isNameTaken(const ReadTransaction &t, const ProjectId &id, const QString &name);
    static Result<> rename(
        Transaction &t, const ProjectId &id, const QString &name, const QString &description);
};

} // namespace nephele
