// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/durablefile.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace nephele {

Error errorFromErrno(int number, const QString &what)
{
    const bool isFull = number == ENOSPC || number == EDQUOT;
    return { isFull ? ErrorCode::InsufficientStorage : ErrorCode::Unavailable,
        isFull ? QStringLiteral("The disk that holds the data is full.")
               : QStringLiteral("The data could not be kept on disk."),
        QStringLiteral("%1: %2").arg(what, QString::fromLocal8Bit(std::strerror(number))) };
}

Result<DiskSpace> diskSpace(const QString &path)
{
    struct statvfs space = {};
    if (::statvfs(QFile::encodeName(path).constData(), &space) != 0)
        return errorFromErrno(errno, QStringLiteral("statvfs ") + path);
    return DiskSpace { qint64(space.f_bavail) * qint64(space.f_frsize),
        qint64(space.f_blocks) * qint64(space.f_frsize) };
}

Result<> syncDirectory(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return errorFromErrno(errno, QStringLiteral("open ") + path);
    const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (failed)
        return errorFromErrno(failed, QStringLiteral("fsync ") + path);
    return {};
}

Result<bool> makeDirectory(const QString &path, int mode)
{
    if (::mkdir(QFile::encodeName(path).constData(), mode_t(mode)) != 0) {
        if (errno == EEXIST)
            return false;
        return errorFromErrno(errno, QStringLiteral("mkdir ") + path);
    }
    // mkdir's mode is narrowed by the umask.
    if (::chmod(QFile::encodeName(path).constData(), mode_t(mode)) != 0)
        return errorFromErrno(errno, QStringLiteral("chmod ") + path);
    if (const auto synced = syncDirectory(QFileInfo(path).path()); !synced)
        return synced.error();
    return true;
}

DurableFile::~DurableFile()
{
    discard();
}

Result<> DurableFile::create(const QString &temporaryPath, int mode)
{
    m_path = temporaryPath;
    m_descriptor =
        ::open(QFile::encodeName(m_path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode));
    if (m_descriptor < 0)
        return errorFromErrno(errno, QStringLiteral("create ") + m_path);
    return {};
}

Result<> DurableFile::write(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), size_t(bytes.size()));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return errorFromErrno(written == 0 ? EIO : errno, QStringLiteral("write ") + m_path);
        bytes = bytes.sliced(written);
    }
    return {};
}

Result<> DurableFile::skip(qint64 bytes)
{
    if (::lseek(m_descriptor, bytes, SEEK_CUR) < 0)
        return errorFromErrno(errno, QStringLiteral("seek in ") + m_path);
    return {};
}

Result<> DurableFile::setSize(qint64 bytes)
{
    if (::ftruncate(m_descriptor, bytes) != 0)
        return errorFromErrno(errno, QStringLiteral("resize ") + m_path);
    return {};
}

Result<> DurableFile::sync()
{
    if (::fsync(m_descriptor) != 0) {
        const Error error = errorFromErrno(errno, QStringLiteral("fsync ") + m_path);
        discard();
        return error;
    }
    return {};
}

Result<> DurableFile::commit(const QString &finalPath)
{
    if (const auto synced = sync(); !synced)
        return synced.error();
    if (std::rename(QFile::encodeName(m_path).constData(), QFile::encodeName(finalPath).constData()) != 0)
        return errorFromErrno(errno, QStringLiteral("rename to ") + finalPath);
    ::close(m_descriptor);
    m_descriptor = -1;
    return syncDirectory(QFileInfo(finalPath).path());
}

void DurableFile::discard()
{
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    m_descriptor = -1;
    ::unlink(QFile::encodeName(m_path).constData());
}

} // namespace nephele
