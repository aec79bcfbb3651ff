// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/imageworks.h"

#include "model/blocks/durablefile.h"
#include "model/blocks/mapcopy.h"
#include "model/blocks/mapreader.h"
#include "model/object/objectstore.h"
#include "model/quota/quotastore.h"
#include "server/image/imageprobe.h"
#include "server/image/imagerules.h"
#include "server/image/imageservice.h"
#include "server/image/qemuimg.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

namespace nephele {

namespace {

constexpr int longJobsAtOnce = 2;
const QString imageContainer = QStringLiteral("images");

} // namespace

ImageWorks::ImageWorks(BlockStore &blocks, const ImageOptions &options) : m_blocks(blocks), m_options(options)
{
    m_pool.setMaxThreadCount(longJobsAtOnce);
}

ImageWorks::~ImageWorks()
{
    m_pool.waitForDone();
}

Result<std::unique_ptr<ImageWorks>> ImageWorks::open(BlockStore &blocks, const ImageOptions &options)
{
    if (const auto made = makeDirectory(options.scratchFolder, 0700); !made)
        return made.error();
    if (const auto made = makeDirectory(options.baseFolder, 0711); !made)
        return made.error();
    QDirIterator left(options.scratchFolder, QDir::Files);
    while (left.hasNext())
        QFile::remove(left.next());
    return std::unique_ptr<ImageWorks>(new ImageWorks(blocks, options));
}

Result<> ImageWorks::recover()
{
    const auto reset = database().write([](Transaction &t) { return ImageStore::resetUploads(t); }).result();
    if (!reset)
        return reset.error();
    return {};
}

QString ImageWorks::scratchFile(const QString &what)
{
    return QStringLiteral("%1/%2.%3").arg(m_options.scratchFolder, what).arg(BlockStore::newGeneration());
}

Result<ImageFinding> ImageWorks::inspect(const ContentMap &map, const QString &declaredFormat)
{
    MapReader reader(m_blocks, map);
    const auto probe = probeImage(reader);
    if (!probe)
        return probe.error();
    if (const auto fits = checkDeclaredFormat(declaredFormat, probe->format); !fits)
        return fits.error();
    // Plain bytes have nothing to inspect: their size is the disk's.
    if (qemuFormatOf(probe->format) == "raw")
        return ImageFinding { probe->format, map.sizeBytes };
    return inspectFile(map, *probe);
}

Result<ImageFinding> ImageWorks::inspectFile(const ContentMap &map, const ImageProbe &probe)
{
    const auto tooLarge = [this](qint64 bytes) {
        return invalid(QStringLiteral("The image is refused: its disk of %1 bytes is larger than the %2 "
                                      "allowed here.")
                           .arg(bytes)
                           .arg(m_options.mostVirtualBytes));
    };
    if (probe.virtualBytes > m_options.mostVirtualBytes)
        return tooLarge(probe.virtualBytes);
    if (const auto space = m_blocks.checkSpace(map.sizeBytes); !space)
        return space.error();
    const QString path = scratchFile(QStringLiteral("inspect"));
    if (const auto copied = copyMapToFile(m_blocks, map, path, 0600, {}); !copied)
        return copied.error();
    const auto removeFile = qScopeGuard([&] { QFile::remove(path); });
    const auto info = qemuImageInfo(path, qemuFormatOf(probe.format));
    if (!info)
        return info.error();
    if (!info->otherFile.isEmpty())
        return invalid(QStringLiteral("The image is refused: it names another file."));
    if (info->virtualBytes > m_options.mostVirtualBytes)
        return tooLarge(info->virtualBytes);
    if (probe.format == QLatin1StringView("qcow2")) {
        if (const auto checked = qemuImageCheck(path, probe.clusterBytes); !checked)
            return checked.error();
    }
    return ImageFinding { probe.format, info->virtualBytes };
}

Result<> ImageWorks::settleUpload(const ImageId &image, qint64 upload, const ContentMap &map)
{
    const auto settled = activate(image, upload, map);
    if (settled)
        return {};
    // If this is lost as well, start and collector clean up.
    (void)database()
        .write([image, upload, number = map.number](Transaction &t) -> Result<> {
            if (const auto gone = MapStore::abandon(t, number);
                !gone && gone.error().code != ErrorCode::Conflict)
                return gone.error();
            return ImageStore::dropUpload(t, image, upload);
        })
        .result();
    return settled.error();
}

Result<> ImageWorks::activate(const ImageId &image, qint64 upload, const ContentMap &map)
{
    const auto found = database().read([&](ReadTransaction &t) { return ImageStore::find(t, image); });
    if (!found)
        return found.error();
    if (!*found)
        return notFound(QStringLiteral("The image was deleted while its data came in."));
    const auto finding = inspect(map, (*found)->diskFormat);
    if (!finding)
        return finding.error();
    ContentMap inspected = map;
    inspected.format = finding->format;
    inspected.virtualBytes = finding->virtualBytes;
    return database()
        .write([image, upload, inspected, owner = (*found)->owner](Transaction &t) -> Result<> {
            const UploadedData data { inspected.sizeBytes, inspected.virtualBytes };
            if (const auto ended = ImageStore::endUpload(t, image, upload, data); !ended)
                return ended.error();
            const auto number = MapStore::finish(t, inspected);
            if (!number)
                return number.error();
            const auto container =
                ObjectStore::ensureContainer(t, owner.project, imageContainer, Versioning::None);
            if (!container)
                return container.error();
            const ObjectVersion version { ObjectId::stored(image.text()), *container, image.text(), *number,
                inspected.sizeBytes, QStringLiteral("application/octet-stream"), owner.user, inspected.md5 };
            if (const auto added = ObjectStore::addVersion(t, version); !added)
                return added.error();
            if (const auto noted = t.noteChange(imageChange(image, owner)); !noted)
                return noted.error();
            return QuotaStore::charge(
                t, owner.project, owner.user, { { imageQuotaName(), inspected.sizeBytes } });
        })
        .result();
}

void ImageWorks::dropUpload(const ImageId &image, qint64 upload)
{
    database().write([image, upload](Transaction &t) { return ImageStore::dropUpload(t, image, upload); });
}

Result<ContentMap> ImageWorks::takeFile(const ProjectId &account, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unavailable(QStringLiteral("%1 cannot be read.").arg(path), file.errorString());
    if (const auto space = m_blocks.checkSpace(file.size()); !space)
        return space.error();
    return storePieces(m_blocks, { account, true }, piecesOf(file));
}

Result<ImageId> ImageWorks::registerFile(const Ownership &owner, const NewImage &wanted, const QString &path)
{
    const auto image = imageFromWanted(owner, wanted);
    if (!image)
        return image.error();
    const auto upload = database()
                            .write([image = *image](Transaction &t) -> Result<qint64> {
                                if (const auto inserted = insertImage(t, image); !inserted)
                                    return inserted.error();
                                return ImageStore::beginUpload(t, image.id);
                            })
                            .result();
    if (!upload)
        return upload.error();
    const auto map = takeFile(owner.project, path);
    const auto settled = map ? settleUpload(image->id, *upload, *map) : Result<>(map.error());
    if (settled)
        return image->id;
    (void)database().write([image = *image](Transaction &t) { return removeImageRows(t, image); }).result();
    return settled.error();
}

} // namespace nephele
