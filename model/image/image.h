// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/identity/caller.h"

#include <QMap>
#include <QStringList>

#include <optional>

namespace nephele {

enum class ImageStatus { Queued, Saving, Active, Killed, Deleted, Deactivated };
enum class ImageVisibility { Public, Community, Shared, Private };

struct Image
{
    ImageId id;
    QString name;
    Ownership owner;
    ImageStatus status = ImageStatus::Queued;
    ImageVisibility visibility = ImageVisibility::Shared;
    QString diskFormat; // "qcow2", "raw"; empty while unknown
    QString containerFormat; // "bare"
    qint64 sizeBytes = 0; // of the uploaded data
    qint64 virtualSizeBytes = 0; // of the disk a guest sees; 0 while unknown
    int minDiskGiB = 0;
    int minRamMiB = 0;
    bool isProtected = false;
    bool isHidden = false;
    QString md5; // hex; empty while unknown
    QString sha512; // hex
    QMap<QString, QString> properties; // "osfamily", "root_partition", "users" ...
    QStringList tags;
    qint64 mapNumber = 0; // the content; 0 without data
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    bool operator==(const Image &) const = default;
};

} // namespace nephele
