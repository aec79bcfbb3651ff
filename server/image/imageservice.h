// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/database/database.h"
#include "model/identity/caller.h"
#include "model/image/image.h"
#include "model/image/imagestore.h"

#include <QFuture>
#include <QIODevice>
#include <QObject>

#include <functional>
#include <memory>

namespace nephele {

class BodySink;
class ImageWorks;

// What a caller gives for a new image; everything else is ours to say.
struct NewImage
{
    std::optional<ImageId> id; // nullopt: chosen; Conflict when taken
    QString name;
    std::optional<ProjectId> project; // nullopt: the caller's; another one: administrators only
    std::optional<ImageVisibility> visibility; // nullopt: the face's default (shared in OpenStack)
    QString diskFormat; // empty: said later
    QString containerFormat;
    int minDiskGiB = 0;
    int minRamMiB = 0;
    bool isProtected = false;
    bool isHidden = false;
    QMap<QString, QString> properties;
    QStringList tags;
};

// One change to an image as it is now; pure, for it runs inside a closure. An error refuses all of them.
using ImageEdit = std::function<Result<>(Image &)>;

// The rules of images. One per worker, no state between calls. Reads answer at once from the worker's
// connection; writes answer when they are on disk. What the caller cannot see is NotFound.
class ImageService
{
public:
    ImageService(Database &database, ImageWorks &works);

    Result<QList<Image>> images(const Caller &caller, const ImageFilter &filter);
    Result<Image> image(const Caller &caller, const ImageId &id);

    // Queued, without data.
    QFuture<Result<Image>> createImage(const Caller &caller, const NewImage &wanted);
    // Name, visibility, protection, sizes needed, tags, properties; formats while it has no data. Forbidden
    // for another's image and for making one public without being an administrator (OpenStack face).
    QFuture<Result<Image>> changeImage(
        const Caller &caller, const ImageId &id, const QList<ImageEdit> &edits);
    // Forbidden while it is protected. Disks that stand on it stay as they are.
    QFuture<Result<>> removeImage(const Caller &caller, const ImageId &id);

    // A deactivated image can be read and booted by administrators only. Administrators decide.
    QFuture<Result<>> deactivateImage(const Caller &caller, const ImageId &id);
    QFuture<Result<>> reactivateImage(const Caller &caller, const ImageId &id);

    // Opens the way for the image's data: Conflict unless it is queued, QuotaExceeded or InsufficientStorage
    // before a byte is read. The sink's finished() says the image is active, or why it is queued again
    // (Invalid with the reason when inspection refuses the data). lengthBytes: nullopt when not announced.
    QFuture<Result<std::shared_ptr<BodySink>>> openUpload(
        const Caller &caller, const ImageId &id, std::optional<qint64> lengthBytes);
    // For ComputeParts: the image if this caller may start a server from it now, else nothing.
    static Result<std::optional<Image>> findBootable(
        ReadTransaction &t, const Caller &caller, const ImageId &id);

    // The data of an active image, for Response::content; nothing while it has none (Glance: 204).
    Result<std::shared_ptr<QIODevice>> openData(const Caller &caller, const ImageId &id);

private:
    Database &m_database;
    ImageWorks &m_works;
    QObject m_context; // of the worker's thread
};

} // namespace nephele
