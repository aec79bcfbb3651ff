// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/imageservice.h"

#include "model/base/whendone.h"
#include "model/blocks/mapreader.h"
#include "model/quota/quotastore.h"
#include "server/image/blocksink.h"
#include "server/image/imagerules.h"
#include "server/image/imageworks.h"

#include <QtConcurrent>

#include <limits>

namespace nephele {

namespace {

Error noSuchImage(const ImageId &id)
{
    return notFound(QStringLiteral("No image found with ID %1").arg(id.text()));
}

// The image if he may see it.
Result<Image> visibleImage(ReadTransaction &t, const Caller &caller, const ImageId &id)
{
    const auto found = ImageStore::find(t, id);
    if (!found)
        return found.error();
    if (!*found || !canSeeImage(caller, **found))
        return noSuchImage(id);
    return **found;
}

// The image if he may change it.
Result<Image> changeableImage(ReadTransaction &t, const Caller &caller, const ImageId &id)
{
    auto image = visibleImage(t, caller, id);
    if (image && !canChangeImage(caller, *image))
        return forbidden(QStringLiteral("You are not permitted to change image %1.").arg(id.text()));
    return image;
}

Result<> checkPublishing(const Caller &caller, ImageVisibility visibility)
{
    // Synnefo lets every user publish; Glance's default policy keeps it to administrators.
    if (visibility == ImageVisibility::Public && !caller.isAdmin && caller.face == Face::OpenStack)
        return forbidden(QStringLiteral("visibility: only an administrator makes an image public."));
    return {};
}

// Whatever the edits did, this is not the caller's to say.
Result<> checkUntouched(const Image &before, const Image &after)
{
    Image allowed = after;
    allowed.name = before.name;
    allowed.owner.shared = before.owner.shared;
    allowed.visibility = before.visibility;
    allowed.minDiskGiB = before.minDiskGiB;
    allowed.minRamMiB = before.minRamMiB;
    allowed.isProtected = before.isProtected;
    allowed.isHidden = before.isHidden;
    allowed.properties = before.properties;
    allowed.tags = before.tags;
    const bool formatsChanged =
        after.diskFormat != before.diskFormat || after.containerFormat != before.containerFormat;
    if (formatsChanged && before.status != ImageStatus::Queued)
        return forbidden(QStringLiteral(
            "disk_format and container_format can be changed only while the image has no data."));
    allowed.diskFormat = before.diskFormat;
    allowed.containerFormat = before.containerFormat;
    if (allowed != before)
        return forbidden(QStringLiteral("A field of the image is read-only."));
    return {};
}

// How many bytes more the project and its user may store; nullopt without a limit.
Result<std::optional<qint64>> storableBytes(ReadTransaction &t, const Ownership &owner)
{
    const auto lines = QuotaStore::lines(t, owner.user, { owner.project });
    if (!lines)
        return lines.error();
    std::optional<qint64> left;
    for (const QuotaLine &line : *lines) {
        if (line.project != owner.project || line.resource != imageQuotaName())
            continue;
        if (line.limit >= 0)
            left = line.limit - line.usage;
        if (line.projectLimit >= 0)
            left = qMin(
                left.value_or(std::numeric_limits<qint64>::max()), line.projectLimit - line.projectUsage);
    }
    return left;
}

Error overQuota(qint64 leftBytes)
{
    return { ErrorCode::QuotaExceeded,
        QStringLiteral("The image does not fit: %1 bytes of %2 are left.")
            .arg(qMax<qint64>(0, leftBytes))
            .arg(imageQuotaName()),
        {} };
}

struct OpenedUpload
{
    Image image;
    qint64 upload = 0;
    std::optional<qint64> leftBytes;
};

Result<OpenedUpload> beginUpload(
    Transaction &t, const Caller &caller, const ImageId &id, std::optional<qint64> lengthBytes)
{
    const auto image = changeableImage(t, caller, id);
    if (!image)
        return image.error();
    if (image->diskFormat.isEmpty() || image->containerFormat.isEmpty())
        return invalid(QStringLiteral("disk_format and container_format must be set before the data comes."));
    const auto left = storableBytes(t, image->owner);
    if (!left)
        return left.error();
    if (*left && lengthBytes.value_or(0) > **left)
        return overQuota(**left);
    const auto upload = ImageStore::beginUpload(t, id);
    if (!upload)
        return upload.error();
    if (const auto noted = t.noteChange(imageChange(id, image->owner)); !noted)
        return noted.error();
    return OpenedUpload { *image, *upload, *left };
}

template <class T>
QFuture<Result<T>> ready(Result<T> result)
{
    return QtFuture::makeReadyFuture(std::move(result));
}

Result<> setActivity(Transaction &t, const ImageId &id, ImageStatus from, ImageStatus to)
{
    auto image = ImageStore::find(t, id);
    if (!image)
        return image.error();
    if (!*image)
        return noSuchImage(id);
    if ((*image)->status == to)
        return {};
    if ((*image)->status != from)
        return conflict(QStringLiteral("The image is %1, not %2.")
                            .arg(imageStatusText((*image)->status), imageStatusText(from)));
    (*image)->status = to;
    if (const auto updated = ImageStore::update(t, **image); !updated)
        return updated.error();
    return t.noteChange(imageChange(id, (*image)->owner));
}

Error administratorsOnly()
{
    return forbidden(QStringLiteral("Only an administrator deactivates and reactivates images."));
}

} // namespace

ImageService::ImageService(Database &database, ImageWorks &works) : m_database(database), m_works(works) { }

Result<QList<Image>> ImageService::images(const Caller &caller, const ImageFilter &filter)
{
    return m_database.read([&](ReadTransaction &t) { return ImageStore::list(t, caller, filter); });
}

Result<Image> ImageService::image(const Caller &caller, const ImageId &id)
{
    return m_database.read([&](ReadTransaction &t) { return visibleImage(t, caller, id); });
}

Result<std::optional<Image>> ImageService::findBootable(
    ReadTransaction &t, const Caller &caller, const ImageId &id)
{
    const auto found = ImageStore::find(t, id);
    if (!found || !*found)
        return found;
    if (!canUseImage(caller, **found))
        return std::optional<Image>();
    return found;
}

QFuture<Result<Image>> ImageService::createImage(const Caller &caller, const NewImage &wanted)
{
    const auto project = wanted.project ? wanted.project : caller.project;
    if (!project)
        return ready<Image>(forbidden(QStringLiteral("The token has no project to keep the image in.")));
    if (project != caller.project && !caller.isAdmin)
        return ready<Image>(forbidden(QStringLiteral("owner: you cannot make images of another project.")));
    const Ownership owner { *project, caller.user, caller.face == Face::OpenStack };
    const auto image = imageFromWanted(owner, wanted);
    if (!image)
        return ready<Image>(image.error());
    if (const auto allowed = checkPublishing(caller, image->visibility); !allowed)
        return ready<Image>(allowed.error());
    return m_database.write([image = *image](Transaction &t) -> Result<Image> {
        if (const auto inserted = insertImage(t, image); !inserted)
            return inserted.error();
        const auto made = ImageStore::find(t, image.id);
        if (!made)
            return made.error();
        return **made;
    });
}

QFuture<Result<Image>> ImageService::changeImage(
    const Caller &caller, const ImageId &id, const QList<ImageEdit> &edits)
{
    return m_database.write([caller, id, edits](Transaction &t) -> Result<Image> {
        const auto before = changeableImage(t, caller, id);
        if (!before)
            return before.error();
        Image after = *before;
        for (const ImageEdit &edit : edits) {
            if (const auto edited = edit(after); !edited)
                return edited.error();
        }
        if (after == *before)
            return after;
        if (const auto allowed = checkUntouched(*before, after); !allowed)
            return allowed.error();
        if (const auto good = checkImage(after); !good)
            return good.error();
        if (after.visibility != before->visibility) {
            if (const auto allowed = checkPublishing(caller, after.visibility); !allowed)
                return allowed.error();
        }
        if (const auto updated = ImageStore::update(t, after); !updated)
            return updated.error();
        if (const auto noted = t.noteChange(imageChange(id, after.owner)); !noted)
            return noted.error();
        const auto changed = ImageStore::find(t, id);
        if (!changed)
            return changed.error();
        return **changed;
    });
}

QFuture<Result<>> ImageService::removeImage(const Caller &caller, const ImageId &id)
{
    return m_database.write([caller, id](Transaction &t) -> Result<> {
        const auto image = changeableImage(t, caller, id);
        if (!image)
            return image.error();
        if (image->isProtected)
            return forbidden(QStringLiteral("Image %1 is protected and cannot be deleted.").arg(id.text()));
        return removeImageRows(t, *image);
    });
}

QFuture<Result<>> ImageService::deactivateImage(const Caller &caller, const ImageId &id)
{
    if (!caller.isAdmin)
        return ready<void>(administratorsOnly());
    return m_database.write(
        [id](Transaction &t) { return setActivity(t, id, ImageStatus::Active, ImageStatus::Deactivated); });
}

QFuture<Result<>> ImageService::reactivateImage(const Caller &caller, const ImageId &id)
{
    if (!caller.isAdmin)
        return ready<void>(administratorsOnly());
    return m_database.write(
        [id](Transaction &t) { return setActivity(t, id, ImageStatus::Deactivated, ImageStatus::Active); });
}

QFuture<Result<std::shared_ptr<BodySink>>> ImageService::openUpload(
    const Caller &caller, const ImageId &id, std::optional<qint64> lengthBytes)
{
    using Opened = Result<std::shared_ptr<BodySink>>;
    if (const auto space = m_works.blocks().checkSpace(lengthBytes.value_or(0)); !space)
        return ready<std::shared_ptr<BodySink>>(space.error());
    const auto begun = m_database.write(
        [caller, id, lengthBytes](Transaction &t) { return beginUpload(t, caller, id, lengthBytes); });
    return thenIn(begun, &m_context, [this, id](const Result<OpenedUpload> &opened) -> Opened {
        if (!opened)
            return opened.error();
        ImageWorks &works = m_works;
        const qint64 upload = opened->upload;
        BlockSink::Options options;
        options.map = { opened->image.owner.project, true };
        options.mostBytes = opened->leftBytes;
        options.tooMuch = overQuota(opened->leftBytes.value_or(0));
        options.settle = [&works, id, upload](
                             const ContentMap &map) { return works.settleUpload(id, upload, map); };
        options.giveUp = [&works, id, upload] { works.dropUpload(id, upload); };
        return std::shared_ptr<BodySink>(
            std::make_shared<BlockSink>(works.blocks(), works.pool(), std::move(options)));
    });
}

Result<std::shared_ptr<QIODevice>> ImageService::openData(const Caller &caller, const ImageId &id)
{
    const auto found = image(caller, id);
    if (!found)
        return found.error();
    if (found->status == ImageStatus::Deactivated && !caller.isAdmin)
        return forbidden(QStringLiteral("The image is deactivated."));
    if (found->mapNumber == 0)
        return std::shared_ptr<QIODevice>();
    auto reader = MapReader::open(m_works.blocks(), found->mapNumber);
    if (!reader)
        return reader.error();
    return std::shared_ptr<QIODevice>(std::move(*reader));
}

} // namespace nephele
