// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/directoryblocks.h"

#include "model/blocks/durablefile.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>

#include <cerrno>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int privateDirectory = 0700;
constexpr int privateFile = 0600;

std::optional<StoredBlock> blockFromFileName(const QString &name)
{
    const QString hex = name.section(QLatin1Char('.'), 0, 0);
    bool ok = false;
    const qint64 generation = name.section(QLatin1Char('.'), 1).toLongLong(&ok);
    if (!ok || hex.size() != 2 * blockHashBytes)
        return std::nullopt;
    return StoredBlock { QByteArray::fromHex(hex.toLatin1()), generation, 0 };
}

} // namespace

Result<std::unique_ptr<DirectoryBlocks>> DirectoryBlocks::open(const QString &root)
{
    for (const QString &path : { root, root + QStringLiteral("/tmp") }) {
        if (const auto made = makeDirectory(path, privateDirectory); !made)
            return made.error();
    }
    return std::unique_ptr<DirectoryBlocks>(new DirectoryBlocks(root));
}

QString DirectoryBlocks::pathOf(const BlockHash &hash, qint64 generation) const
{
    const QString hex = QString::fromLatin1(hash.toHex());
    return QStringLiteral("%1/%2/%3/%4.%5").arg(m_root, hex.left(2), hex.mid(2, 2), hex).arg(generation);
}

Result<> DirectoryBlocks::makeFolders(const BlockHash &hash)
{
    const QString hex = QString::fromLatin1(hash.first(2).toHex());
    const QString outer = m_root + QLatin1Char('/') + hex.left(2);
    for (const QString &path : { outer, outer + QLatin1Char('/') + hex.mid(2) }) {
        if (const auto made = makeDirectory(path, privateDirectory); !made)
            return made.error();
    }
    return {};
}

Result<> DirectoryBlocks::put(const BlockHash &hash, qint64 generation, QByteArrayView trimmed)
{
    if (const auto made = makeFolders(hash); !made)
        return made.error();
    DurableFile file;
    const QString temporary = QStringLiteral("%1/tmp/%2.%3")
                                  .arg(m_root)
                                  .arg(QCoreApplication::applicationPid())
                                  .arg(m_attempts.fetch_add(1));
    if (const auto created = file.create(temporary, privateFile); !created)
        return created.error();
    if (const auto written = file.writeWhole(trimmed); !written)
        return written.error();
    return file.commit(pathOf(hash, generation));
}

Result<QByteArray> DirectoryBlocks::get(const BlockHash &hash, qint64 generation)
{
    QFile file(pathOf(hash, generation));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        if (!file.exists())
            return notFound(QStringLiteral("A block of the data is missing."));
        return unavailable(QStringLiteral("The data could not be read."), file.errorString());
    }
    QByteArray bytes(file.size(), Qt::Uninitialized);
    if (file.read(bytes.data(), bytes.size()) != bytes.size())
        return unavailable(QStringLiteral("The data could not be read."), file.errorString());
    return bytes;
}

Result<bool> DirectoryBlocks::has(const BlockHash &hash, qint64 generation)
{
    return QFile::exists(pathOf(hash, generation));
}

Result<> DirectoryBlocks::remove(const BlockHash &hash, qint64 generation)
{
    const QString path = pathOf(hash, generation);
    if (::unlink(QFile::encodeName(path).constData()) != 0 && errno != ENOENT)
        return errorFromErrno(errno, QStringLiteral("unlink ") + path);
    return {};
}

Result<qint64> DirectoryBlocks::freeBytes()
{
    const auto space = diskSpace(m_root);
    return space ? Result<qint64>(space->freeBytes) : Result<qint64>(space.error());
}

Result<qint64> DirectoryBlocks::totalBytes()
{
    const auto space = diskSpace(m_root);
    return space ? Result<qint64>(space->totalBytes) : Result<qint64>(space.error());
}

Result<> DirectoryBlocks::each(const std::function<bool(const StoredBlock &)> &visit)
{
    QDirIterator walk(m_root, QDir::Files, QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        walk.next();
        auto block = blockFromFileName(walk.fileName());
        if (!block)
            continue;
        block->writtenAtMs = walk.fileInfo().lastModified().toMSecsSinceEpoch();
        if (!visit(*block))
            break;
    }
    return {};
}

Result<> DirectoryBlocks::clearLeftovers()
{
    QDirIterator walk(m_root + QStringLiteral("/tmp"), QDir::Files);
    while (walk.hasNext()) {
        const QString path = walk.next();
        if (::unlink(QFile::encodeName(path).constData()) != 0 && errno != ENOENT)
            return errorFromErrno(errno, QStringLiteral("unlink ") + path);
    }
    return {};
}

} // namespace nephele
