// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/server.h"
#include "model/database/transaction.h"

#include <QList>

#include <variant>

namespace nephele {

using ServerRef = std::variant<ServerId, ServerNumber>;

// A server with what nobody outside sees.
struct ServerRecord
{
    Server server;
    qint64 mapNumber = 0; // the content its disk stands on
    int sshPort = 0; // user-mode guests: port of this machine forwarded to the guest's 22; 0: none
    bool isPowerCharged = false; // cpu and ram are charged for it now
    bool isDeleteWanted = false; // it goes as soon as its operation ends
};

// Which servers a list is about; every condition must hold.
struct ServerFilter
{
    std::optional<qint64> changesSinceMs; // with deleted ones
    std::optional<QString> name; // a part of the name, whatever its case
    std::optional<ServerState> state;
    std::optional<ImageId> image;
    std::optional<QString> flavorId;
    bool allProjects = false; // administrators only; others get Forbidden
    bool deleted = false; // administrators only
    std::optional<ServerId> marker; // the page starts behind it; unknown is Invalid
    int limit = 1000;
};

// rows: server(id, number ...), newest first in every list, keyset on (created_at_ms, id); deleted ones for a
// day. Every change of a row is noted in the feed as kind "server" and stamps updated_at_ms.
class ServerStore
{
public:
    // Fills in number and times.
    static Result<> insert(Transaction &t, ServerRecord &record);
    // Writes all that may change: name, metadata, notes, state, task, fault, launch and deletion times, ssh
    // port and the marks. Read the record in the same closure.
    static Result<> update(Transaction &t, ServerRecord &record);

    static Result<std::optional<ServerRecord>> find(ReadTransaction &t, const ServerRef &ref);
    // What the caller may see, by the one rule. Forbidden and Invalid as the filter says.
    static Result<QList<Server>> visible(
        ReadTransaction &t, const Caller &caller, const ServerFilter &filter);

    // For reconcile: at most 500 that are not deleted, by id behind `after` (empty: from the start).
    static Result<QList<ServerRecord>> present(ReadTransaction &t, const ServerId &after);
    // Lowest port of first..last that no server has; Unavailable when there is none.
    static Result<int> freeSshPort(ReadTransaction &t, int first, int last);
    // At most 50 that run, whose seed holds secrets and whose row did not change since then.
    static Result<QList<ServerRecord>> withSeedSecrets(ReadTransaction &t, qint64 unchangedSinceMs);
    // Nothing anybody sees: neither a stamp nor a line in the feed.
    static Result<> noteSeedEmptied(Transaction &t, const ServerId &id);
    // Removes at most 500 rows deleted before then; how many it were.
    static Result<qint64> pruneDeleted(Transaction &t, qint64 beforeMs);
};

// The database's word for a state. Of no state: Unknown.
ServerState serverStateFromWord(const QString &word);

} // namespace nephele
