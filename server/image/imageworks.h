// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/blockstore.h"
#include "model/image/imagestore.h"

#include <QThreadPool>

namespace nephele {

struct NewImage;

struct ImageOptions
{
    QString scratchFolder; // made 0700; for the moment of an inspection
    QString baseFolder; // made 0711
    qint64 mostVirtualBytes = 4LL << 40; // of the disk in an image
    qint64 baseGraceMs = 24LL * 3600 * 1000; // an unused base is kept this long
};

// What inspection says of a content.
struct ImageFinding
{
    QString format; // ImageProbe::format
    qint64 virtualBytes = 0;
};

// What images need beside rows: scratch space, children, and threads for work that is long. One per process,
// owned by main, shared by the services of all workers; safe from every thread.
class ImageWorks
{
public:
    // Makes the folders and empties the scratch folder, so: before anybody uploads.
    static Result<std::unique_ptr<ImageWorks>> open(BlockStore &blocks, const ImageOptions &options);
    ~ImageWorks(); // waits for the pool

    BlockStore &blocks() { return m_blocks; }
    Database &database() { return m_blocks.database(); }
    const ImageOptions &options() const { return m_options; }
    QThreadPool &pool() { return m_pool; }

    // At start, before anybody uploads and only if no other process does: images that waited for data of a
    // dead process are queued again. Blocks.
    Result<> recover();

    // Looks into a finished, still building content that is declared to be of a format. Invalid, saying why,
    // when it names other files, is damaged, too large, or something else than declared. Blocks, long.
    Result<ImageFinding> inspect(const ContentMap &map, const QString &declaredFormat);

    // The end of an upload: inspects the content and makes the image active, or gives the content up and puts
    // the image back to queued. Blocks, long.
    Result<> settleUpload(const ImageId &image, qint64 upload, const ContentMap &map);
    // Puts the image back to queued. Does not wait.
    void dropUpload(const ImageId &image, qint64 upload);

    // Takes a file of this machine as a new image. Blocks, long. As createImage() and an upload.
    Result<ImageId> registerFile(const Ownership &owner, const NewImage &wanted, const QString &path);

    // A new file name in the scratch folder.
    QString scratchFile(const QString &what);

private:
    ImageWorks(BlockStore &blocks, const ImageOptions &options);
    Result<ImageFinding> inspectFile(const ContentMap &map, const struct ImageProbe &probe);
    Result<> activate(const ImageId &image, qint64 upload, const ContentMap &map);
    Result<ContentMap> takeFile(const ProjectId &account, const QString &path);

    BlockStore &m_blocks;
    const ImageOptions m_options;
    QThreadPool m_pool;
};

} // namespace nephele
