// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/object/object.h"

namespace nephele {

// How much a change adds to the counters of a container and its account; negative takes away.
struct CountChange
{
    qint64 objects = 0;
    qint64 bytes = 0;
    qint64 historyBytes = 0;
};

// rows: account(id, counters), container(account, name, counters). An account is made by the first thing in
// it; one that is not there is empty.
class ContainerStore
{
public:
    // Also of a project that never stored anything.
    static Result<ObjectAccount> account(ReadTransaction &t, const ProjectId &account);
    static Result<> ensureAccount(Transaction &t, const ProjectId &account);
    static Result<> changeAccount(Transaction &t, const ProjectId &account, const Properties &changes);

    static Result<std::optional<ObjectContainer>> find(
        ReadTransaction &t, const ProjectId &account, const QString &name);
    // Without its properties: for what needs numbers and names only.
    static Result<std::optional<ObjectContainer>> findPlain(
        ReadTransaction &t, const ProjectId &account, const QString &name);
    // Those of an account that have a list of others who may write, with it.
    static Result<QList<ObjectContainer>> writableByOthers(
        ReadTransaction &t, const ProjectId &account, int most);
    // The new one; Conflict when there is one of that name.
    static Result<ObjectContainer> insert(
        Transaction &t, const ProjectId &account, const QString &name, Versioning versioning);
    static Result<> change(Transaction &t, qint64 container, const Properties &changes);
    // What becomes of states from now on; history that is there stays.
    static Result<> setVersioning(Transaction &t, qint64 container, Versioning versioning);
    // Whose quota is charged from now on; what was charged is the caller's to move.
    static Result<> setPayer(Transaction &t, qint64 container, const ProjectId &payer);
    // Conflict while it holds an object. Its history goes with it, a slice at a time: false when more is
    // left.
    static Result<bool> remove(Transaction &t, const ObjectContainer &container);

    // Both rows are hot: last in a closure.
    static Result<> count(Transaction &t, qint64 container, const CountChange &change);
};

} // namespace nephele
