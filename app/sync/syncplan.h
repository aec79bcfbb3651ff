// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/syncstate.h"

#include <QList>

#include <optional>

namespace nephele {

// What is done about one path, in the order in which it is done.
enum class SyncStep {
    Nothing,
    Refuse, // `reason` says why this path cannot be synced
    RenameLocal, // the object was moved on the server: name -> target
    MoveRemote, // the file was renamed here: name -> target
    SetAsideLocal, // conflict: the file gets a name of its own, the next look brings the server's
    SetAsideRemote, // conflict of an object with a folder here: the object gets a name of its own
    RemoveLocal,
    Learn, // both sides are equal already
    Forget, // both sides have nothing any more
    MakeLocalFolder,
    MakeRemoteFolder,
    MarkLocal, // only the executable bit differs
    MarkRemote,
    Download,
    Upload,
    RemoveRemote
};

struct SyncAction
{
    SyncStep step = SyncStep::Nothing;
    QString name;
    QString target;
    QString reason;
    bool operator==(const SyncAction &) const = default;
};

// So much would be deleted at one side that it is likelier a folder that is not mounted, or the wrong one.
struct MassDeletion
{
    enum class Where { Here, OnServer };

    Where where = Where::Here;
    int files = 0;
    int known = 0; // files that were synced before
    bool operator==(const MassDeletion &) const = default;
};

struct SyncPlan
{
    QList<SyncAction> actions; // sorted by step; folders come before what is in them, and go after it
    std::optional<MassDeletion> massDeletion;
};

enum class Letters { Distinct, CaseIgnored };
// In another's account nobody may move objects: what was renamed is sent again.
enum class RemoteMoves { Possible, Impossible };

// The rule for one path (Pithos client guidelines, the table of "sync"), blind to all others. Who deletes
// what the other side changed loses: the changed one stays.
SyncStep decideSync(const SyncState &known, const SyncState &local, const SyncState &remote);

// The rule over the union of all names, with what holds between paths: renames, and files where the other
// side has folders.
SyncPlan planSync(const KnownEntries &known, const LocalEntries &local, const RemoteEntries &remote,
    Letters letters = Letters::Distinct, RemoteMoves moves = RemoteMoves::Possible);

} // namespace nephele
