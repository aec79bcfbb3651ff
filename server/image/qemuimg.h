// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>

namespace nephele {

// What a child may use; beyond it the kernel stops it.
struct ChildLimits
{
    qint64 addressSpaceBytes = 1LL << 30;
    int cpuSeconds = 30;
    int wallSeconds = 60;
    qint64 fileBytes = 0; // of any file it writes; 0 keeps it from writing at all
};

struct ChildOutput
{
    int exitCode = 0;
    QByteArray out;
    QByteArray err; // its first 4 KiB
};

// Runs a program to its end, with these limits, without our environment's secrets or input, and with a death
// signal tied to this process. An exit code other than 0 is no error here. Unavailable when it cannot be
// started or was killed, Timeout past its time, Unavailable when `cancelled` said so. Blocks: pool only.
Result<ChildOutput> runLimited(const QString &program, const QStringList &arguments,
    const ChildLimits &limits, const std::function<bool()> &cancelled = {});

// What qemu-img says of a file read as one format, never as what it looks like.
struct QemuImageInfo
{
    qint64 virtualBytes = 0;
    QString otherFile; // a file it would read beside this one; empty: none
};

// Invalid, in qemu-img's words, when it cannot read the file as that format.
Result<QemuImageInfo> qemuImageInfo(const QString &file, const QByteArray &qemuFormat);

// Reads all tables of a qcow2. Invalid when they are damaged or speak of more than the file holds.
Result<> qemuImageCheck(const QString &file, qint64 clusterBytes);

// Writes `from` as a raw, sparse file of at most `virtualBytes`. Blocks, long.
Result<> qemuImageToRaw(const QString &from, const QByteArray &qemuFormat, const QString &to,
    qint64 virtualBytes, const std::function<bool()> &cancelled);

} // namespace nephele
