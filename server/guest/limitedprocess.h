// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QStringList>

#include <functional>
#include <optional>

namespace nephele {

// What a child may use; beyond it the kernel stops it.
struct ChildLimits
{
    qint64 addressSpaceBytes = 2LL << 30; // qemu-img's threads reserve more than they use
    int cpuSeconds = 240; // of all its threads together
    int wallMs = 60'000;
    std::optional<qint64> fileBytes; // of any file it writes; 0 keeps it from writing at all
};

struct ChildOutput
{
    int exitCode = 0;
    QByteArray out;
    QByteArray err; // its first 4 KiB
};

// Runs a program to its end within the limits, for what it reads may come from a stranger: without our
// environment's secrets or input, and with a death signal tied to the calling thread, so to us. An exit code
// other than 0 is no error here. Unavailable when it cannot be started, was killed or `cancelled` said so;
// Timeout past its time. Blocks: pool threads only.
Result<ChildOutput> runLimited(const QString &program, const QStringList &arguments,
    const ChildLimits &limits = {}, const std::function<bool()> &cancelled = {});

// What it printed. Unavailable, with its words in the detail, also when its exit code is not 0.
Result<QByteArray> outputOf(const QString &program, const QStringList &arguments,
    const ChildLimits &limits = {}, const std::function<bool()> &cancelled = {});

} // namespace nephele
