// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>

#include <functional>

namespace nephele {

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
