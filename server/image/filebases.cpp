// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/filebases.h"

#include "model/blocks/durablefile.h"
#include "model/blocks/mapreader.h"
#include "server/image/imageprobe.h"
#include "server/image/imageworks.h"
#include "server/image/qemuimg.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int readableByAll = 0644;
constexpr int collectedAtOnce = 100;

// Makes a finished file a base: its bytes on disk, its mode as QEMU needs it.
Result<> publish(const QString &from, const QString &to)
{
    const QByteArray name = QFile::encodeName(from);
    const int descriptor = ::open(name.constData(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return errorFromErrno(errno, QStringLiteral("open ") + from);
    // chmod: the mode given to open() was narrowed by the umask.
    const int failed = ::fchmod(descriptor, readableByAll) == 0 && ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (failed)
        return errorFromErrno(failed, QStringLiteral("sync ") + from);
    if (std::rename(name.constData(), QFile::encodeName(to).constData()) != 0)
        return errorFromErrno(errno, QStringLiteral("rename to ") + to);
    return syncDirectory(QFileInfo(to).path());
}

} // namespace

QString FileBases::pathOf(const BaseRow &base) const
{
    return QStringLiteral("%1/%2-%3.raw")
        .arg(m_works.options().baseFolder)
        .arg(base.map)
        .arg(base.generation);
}

Result<> FileBases::recover()
{
    QDirIterator walk(m_works.options().baseFolder, QDir::Files);
    while (walk.hasNext()) {
        const QString path = walk.next();
        const qint64 map = walk.fileName().section(QLatin1Char('-'), 0, 0).toLongLong();
        const auto base =
            m_works.database().read([map](ReadTransaction &t) { return BaseStore::find(t, map); });
        if (!base)
            return base.error();
        if ((!*base || pathOf(**base) != path) && !QFile::remove(path))
            return unavailable(QStringLiteral("An old base cannot be removed."), path);
    }
    return {};
}

Result<std::optional<ImageBase>> FileBases::find(qint64 mapNumber)
{
    const auto base =
        m_works.database().read([&](ReadTransaction &t) { return BaseStore::find(t, mapNumber); });
    if (!base)
        return base.error();
    // A file that somebody removed or cut is made anew.
    if (!*base || QFileInfo(pathOf(**base)).size() != (*base)->sizeBytes)
        return std::optional<ImageBase>();
    return std::optional(ImageBase { pathOf(**base), (*base)->sizeBytes });
}

Result<ImageBase> FileBases::ensure(qint64 mapNumber, const std::function<bool()> &cancelled)
{
    {
        QMutexLocker lock(&m_mutex);
        while (m_inMaking.contains(mapNumber)) {
            m_made.wait(&m_mutex, 100);
            if (cancelled && cancelled())
                return unavailable(QStringLiteral("The work was cancelled."));
        }
        m_inMaking.insert(mapNumber);
    }
    auto base = [&]() -> Result<ImageBase> {
        auto there = find(mapNumber);
        if (!there)
            return there.error();
        return *there ? Result<ImageBase>(**there) : make(mapNumber, cancelled);
    }();
    {
        const QMutexLocker lock(&m_mutex);
        m_inMaking.remove(mapNumber);
    }
    m_made.wakeAll();
    return base;
}

Result<ImageBase> FileBases::make(qint64 mapNumber, const std::function<bool()> &cancelled)
{
    const auto map =
        m_works.database().read([&](ReadTransaction &t) { return MapStore::find(t, mapNumber); });
    if (!map)
        return map.error();
    if (!*map || (*map)->state != MapState::Live)
        return notFound(QStringLiteral("The image's data is gone."));
    if ((*map)->format.isEmpty())
        return internalError(QStringLiteral("content %1 was never inspected").arg(mapNumber));
    const BaseRow base { mapNumber, BlockStore::newGeneration(), (*map)->virtualBytes };
    const QString part = pathOf(base) + QStringLiteral(".part");
    const auto removePart = qScopeGuard([&] { QFile::remove(part); });
    if (const auto written = writeRaw(**map, part, cancelled); !written)
        return written.error();
    if (const qint64 size = QFileInfo(part).size(); size != base.sizeBytes)
        return internalError(QStringLiteral("base of content %1 has %2 bytes instead of %3")
                                 .arg(mapNumber)
                                 .arg(size)
                                 .arg(base.sizeBytes));
    if (const auto published = publish(part, pathOf(base)); !published)
        return published.error();
    const auto settled =
        m_works.database().write([base](Transaction &t) { return BaseStore::settle(t, base); }).result();
    if (!settled) {
        // Whether the row is there after all shows at the next start.
        return settled.error();
    }
    return ImageBase { pathOf(base), base.sizeBytes };
}

Result<> FileBases::writeRaw(
    const ContentMap &map, const QString &path, const std::function<bool()> &cancelled)
{
    BlockStore &blocks = m_works.blocks();
    if (const auto space = blocks.checkSpace(map.sizeBytes); !space)
        return space.error();
    const QByteArray format = qemuFormatOf(map.format);
    if (format == "raw")
        return copyMapToFile(blocks, map, path, readableByAll, cancelled);
    const QString source = m_works.scratchFile(QStringLiteral("base"));
    const auto removeSource = qScopeGuard([&] { QFile::remove(source); });
    if (const auto copied = copyMapToFile(blocks, map, source, 0600, cancelled); !copied)
        return copied.error();
    // A small image may unpack to a large disk: watch the space while it grows.
    std::optional<Error> noSpace;
    const auto stop = [&] {
        if (const auto space = blocks.checkSpace(0); !space)
            noSpace = space.error();
        return noSpace || (cancelled && cancelled());
    };
    const auto converted = qemuImageToRaw(source, format, path, map.virtualBytes, stop);
    if (noSpace)
        return *noSpace;
    return converted;
}

Result<> FileBases::collect()
{
    const qint64 beforeMs = m_works.database().clock().nowMs() - m_works.options().baseGraceMs;
    const auto unused =
        m_works.database()
            .write([beforeMs](Transaction &t) { return BaseStore::takeUnused(t, beforeMs, collectedAtOnce); })
            .result();
    if (!unused)
        return unused.error();
    for (const BaseRow &base : *unused) {
        const QString path = pathOf(base);
        if (!QFile::remove(path) && QFile::exists(path))
            return unavailable(QStringLiteral("An unused base cannot be removed."), path);
        const auto forgotten =
            m_works.database().write([base](Transaction &t) { return BaseStore::forget(t, base); }).result();
        if (!forgotten)
            return forgotten.error();
    }
    return {};
}

} // namespace nephele
