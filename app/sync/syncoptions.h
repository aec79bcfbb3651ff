// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/foldersync.h"

#include <QHash>

namespace nephele {

enum class SyncTalk { Normal, Verbose };

// What "nephele sync ..." was asked for.
struct SyncOptions
{
    SyncSettings settings;
    SyncRepeat repeat = SyncRepeat::Once;
    SyncTalk talk = SyncTalk::Normal;
    std::optional<QString> information; // what --help prints; the rest is not filled in then
    // Somebody signs in by name whose password is not known: it is to be asked for.
    bool lacksPassword() const;
};

// Reads the words behind "sync" and what openrc files set (OS_*, ASTAKOS_*). A name, password or token of the
// environment goes to the cloud that OS_AUTH_URL or ASTAKOS_AUTH_URL names and to no other. Invalid says what
// is wrong, in a sentence.
Result<SyncOptions> parseSyncOptions(
    const QStringList &arguments, const QHash<QString, QString> &environment);

} // namespace nephele
