// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

#include <optional>

namespace nephele {

// Why a name of the server cannot be a path below a folder, or a path not be a name there; nothing when it
// can. Names are relative, with slashes between folders.
std::optional<QString> whyNoSyncName(const QString &name);

// Beside the original: "report (conflict box 2026-11-22 120304).txt". The extension stays, so that programs
// still know the file; a number follows the time where the name is taken (`attempt` above 1). Never longer
// than a name may be.
QString conflictName(const QString &name, const QString &host, const QDateTime &at, int attempt = 1);

// Hidden files this program makes while it works; never synced. The same content for the same name always
// gets the same one, so that a download goes on where it was interrupted.
QString temporaryName(const QString &name, const QByteArray &hash);
bool isTemporaryName(QStringView fileName);

// "a/b" of "a/b/c"; empty for what lies at the top.
QString folderOf(const QString &name);
QString fileNameOf(const QString &name);

} // namespace nephele
