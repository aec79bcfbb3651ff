// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/image/image.h"

#include <QList>

#include <optional>

namespace nephele {

enum class ImageSortKey { CreatedAt, UpdatedAt, Name, Status, Size, DiskFormat, ContainerFormat, Id };
enum class SortDirection { Ascending, Descending };

struct ImageSort
{
    ImageSortKey key = ImageSortKey::CreatedAt;
    SortDirection direction = SortDirection::Descending;
    bool operator==(const ImageSort &) const = default;
};

// What a list is narrowed to; every condition must hold. An id always breaks the ties of the sort.
struct ImageFilter
{
    QStringList names; // any of them; empty: every name
    QList<ImageId> ids; // any of them
    QList<ImageStatus> statuses; // any of them
    std::optional<ImageVisibility> visibility; // nullopt: all but others' community images
    bool anyVisibility = false; // others' community images as well
    std::optional<ProjectId> owner;
    QStringList diskFormats;
    QStringList containerFormats;
    QStringList tags; // all of them
    QMap<QString, QString> properties; // all of them
    std::optional<bool> isProtected;
    bool isHidden = false;
    std::optional<qint64> leastBytes;
    std::optional<qint64> mostBytes;
    QList<ImageSort> sort = { ImageSort() };
    std::optional<ImageId> marker; // the page starts behind it; unknown is Invalid
    int limit = 1000;
};

// What an upload leaves on its image.
struct UploadedData
{
    qint64 sizeBytes = 0;
    qint64 virtualBytes = 0;
};

// rows: image(id ...) beside object(id), image_property(image, name, value), image_tag(image, tag).
// The data is the object's current version: version(object, map ...), in container "images" under the
// image's id.
class ImageStore
{
public:
    static Result<> insert(Transaction &t, const Image &image);
    // All that a caller may change, and the status; properties and tags are replaced.
    static Result<> update(Transaction &t, const Image &image);
    static Result<> remove(Transaction &t, const ImageId &id);

    static Result<std::optional<Image>> find(ReadTransaction &t, const ImageId &id);
    // What `caller` may see, by the one rule and by visibility.
    static Result<QList<Image>> list(ReadTransaction &t, const Caller &caller, const ImageFilter &filter);

    // queued -> saving. The number that this upload is known by; Conflict unless the image is queued.
    static Result<qint64> beginUpload(Transaction &t, const ImageId &id);
    // saving -> active. Conflict when the image or this upload is gone.
    static Result<> endUpload(Transaction &t, const ImageId &id, qint64 upload, const UploadedData &data);
    // saving -> queued, if it is this upload's turn.
    static Result<> dropUpload(Transaction &t, const ImageId &id, qint64 upload);
    // Uploads a dead process left: back to queued. The number of them.
    static Result<qint64> resetUploads(Transaction &t);
};

// The words of the database and of Glance, which are the same.
QString imageStatusText(ImageStatus status);
std::optional<ImageStatus> imageStatusFromText(const QString &text);
QString imageVisibilityText(ImageVisibility visibility);
std::optional<ImageVisibility> imageVisibilityFromText(const QString &text);

} // namespace nephele
