// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectexpiry.h"

#include "server/identity/identitycontext.h"
#include "server/project/projectlife.h"

namespace nephele {

Result<int> endProjectsPastTheirTime(Database &database)
{
    constexpr int mostAtOnce = 50; // each touches its members' default project
    int all = 0;
    while (true) {
        const auto ended = database
                               .write([nowMs = database.clock().nowMs()](Transaction &t) {
                                   return ProjectLife::endExpired(t, nowMs, mostAtOnce);
                               })
                               .result();
        if (!ended)
            return ended.error();
        all += *ended;
        if (*ended < mostAtOnce)
            return all;
    }
}

Result<int> endProjectsPastTheirTime(IdentityContext &context)
{
    const auto ended = endProjectsPastTheirTime(context.database());
    // Also after a failure: the slices before it are committed.
    if (!ended || *ended > 0)
        context.noteRevocation();
    return ended;
}

} // namespace nephele
