// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QStringList>

#include <functional>

namespace nephele {

// Runs a program to its end and returns what it printed. It dies with the calling thread (so with us), and
// has bounded memory and processor time: what it reads may come from a stranger. Unavailable when it cannot
// be started, fails, runs too long or `cancelled` says so; its words are in the error's detail. Pool threads
// only.
Result<QByteArray> runLimited(const QString &program, const QStringList &arguments,
    const std::function<bool()> &cancelled = {}, int limitMs = 60'000);

} // namespace nephele
