// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/serverstore.h"

namespace nephele {

// What may be done to a server in which state. All run inside the closure that does it; each begins the
// operation and writes the server's task, or refuses: Busy while another operation is under way, Conflict in
// the wrong state.

// The server this caller may see. NotFound otherwise; a deleted one is found by its number only, for a day.
Result<ServerRecord> findServer(ReadTransaction &t, const Caller &caller, const ServerRef &ref);
// ... and may change. Forbidden for readers, Invalid when it is deleted.
Result<ServerRecord> findServerToChange(Transaction &t, const Caller &caller, const ServerRef &ref);

Result<> beginStart(Transaction &t, ServerRecord &record);
Result<> beginStop(Transaction &t, ServerRecord &record);
enum class RebootKind { Soft, Hard };
Result<> beginReboot(Transaction &t, ServerRecord &record, RebootKind kind);
// In every state, at once or after the operation under way, which is asked to end. Twice is once.
Result<> beginDelete(Transaction &t, ServerRecord &record);

} // namespace nephele
