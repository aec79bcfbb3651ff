// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/paint.h"
#include "model/base/result.h"
#include "model/compute/server.h"

#include <QString>

namespace nephele::words {

// What the servers pane says about a server, in the user's language.
QString state(const Server &server); // "Running", "Building 62 %", "Stopping"
Sign sign(const Server &server);
QString address(const Server &server); // the first, or the access address; empty: none yet
QString flavor(const Flavor &flavor); // "c2.small (2 vCPU, 4 GB, 20 GB disk)"
QString sizes(const Flavor &flavor); // "2 vCPU, 4 GB, 20 GB disk"
QString memory(int mebibytes); // "512 MB", "4 GB"
QString span(qint64 seconds); // "5 min", "3 h", "12 days"
QString searchText(const Server &server);

bool isRunning(const Server &server);
bool needsAttention(const Server &server); // failed or of unknown state

// An error as a sentence of ours where the code says enough, else in the server's own words. `what` is a
// whole sentence without its full stop: "web-03 could not be started".
QString failure(const QString &what, const Error &error);
QString reason(const Error &error);

QString details(const Error &error); // for "Show details": the server's own words and what it was asked

// "openstack server create ..." that makes such a server; words quoted for a shell.
QString createCommand(const QString &name, const QString &image, const QString &flavor, const QString &key);

// Which actions its state allows (Nova, "Server concepts"; the cloud has the last word).
bool canStart(const Server &server);
bool canStop(const Server &server);
bool canRestart(const Server &server);
bool hasScreen(const Server &server);

} // namespace nephele::words
