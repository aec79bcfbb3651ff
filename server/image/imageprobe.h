// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QIODevice>
#include <QString>

namespace nephele {

// What an image's first bytes say that it is.
struct ImageProbe
{
    // "raw" where nothing else is recognised, else "qcow2", "vmdk", "vdi", "vhdx", "vhd", "iso", or the name
    // of a format that is never taken ("qcow", "qed", "parallels", "vmdk descriptor").
    QString format = QStringLiteral("raw");
    qint64 virtualBytes = 0; // as the header of a qcow2 says; else 0
    qint64 clusterBytes = 0; // of a qcow2
};

// Reads headers only, trusts nothing in them. Invalid, saying why, for an image that names other files, is
// encrypted, or whose header is cut or nonsense. `image` is random access. Layouts: QEMU's docs/interop/
// qcow2.txt; VMware Virtual Disk Format 1.1; the VDI, VHD and VHDX specifications; ECMA-119 (ISO 9660).
Result<ImageProbe> probeImage(QIODevice &image);

// Whether content of the found format may be registered under the declared disk format of Glance. Invalid
// with both names. A declared raw must not look like a format with a header: a guest could write one.
Result<> checkDeclaredFormat(const QString &declared, const QString &found);

// Glance's disk formats as far as they are taken here.
const QStringList &knownDiskFormats();
// "qcow2" for qcow2, "vpc" for vhd, "raw" for iso and the like.
QByteArray qemuFormatOf(const QString &found);

} // namespace nephele
