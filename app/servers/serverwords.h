// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/compute/server.h"

#include <QString>

namespace nephele::words {

// What the servers pane says about a server, in the user's language.
QString state(const Server &server); // "Running", "Building 62 %", "Stopping"
QString address(const Server &server); // the first, or the access address; empty: none yet
QString flavor(const Flavor &flavor); // "c2.small (2 vCPU, 4 GB, 20 GB disk)"
QString sizes(const Flavor &flavor); // "2 vCPU, 4 GB, 20 GB disk"
QString memory(int mebibytes); // "512 MB", "4 GB"
QString age(qint64 createdAtMs, qint64 nowMs); // "2 h"; from a week on a date
QString instant(qint64 ms); // exact, for tool tips
QString searchText(const Server &server);

bool isRunning(const Server &server);
bool needsAttention(const Server &server); // failed or of unknown state

// An error as a sentence of ours where the code says enough, else in the server's own words. `what` is a
// whole sentence without its full stop: "web-03 could not be started".
QString failure(const QString &what, const Error &error);
QString reason(const Error &error);

// Which actions its state allows (Nova, "Server concepts"; the cloud has the last word).
bool canStart(const Server &server);
bool canStop(const Server &server);
bool canRestart(const Server &server);
bool hasScreen(const Server &server);

} // namespace nephele::words
