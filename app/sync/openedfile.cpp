// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/openedfile.h"

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace nephele {

Error fileError(const QString &name, int number)
{
    const QString why = QString::fromLocal8Bit(std::strerror(number));
    switch (number) {
    case ENOENT:
        return notFound(QStringLiteral("%1 is not there.").arg(name));
    case EACCES:
    case EPERM:
    case EROFS:
        return forbidden(QStringLiteral("%1: %2").arg(name, why));
    case ENOSPC:
    case EDQUOT:
        return { ErrorCode::InsufficientStorage, QStringLiteral("%1: the disk is full").arg(name), why };
    default:
        return unavailable(QStringLiteral("%1: %2").arg(name, why));
    }
}

FileIdentity identityOf(const struct stat &file)
{
    return { qint64(file.st_size), qint64(file.st_mtim.tv_sec) * 1'000'000'000 + file.st_mtim.tv_nsec,
        quint64(file.st_ino) };
}

OpenedFile &OpenedFile::operator=(OpenedFile &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

OpenedFile::~OpenedFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<FileIdentity> OpenedFile::identity() const
{
    struct stat file = {};
    if (::fstat(m_descriptor, &file) != 0)
        return fileError(QStringLiteral("file"), errno);
    return identityOf(file);
}

Result<QByteArray> OpenedFile::read(qint64 offset, qint64 bytes) const
{
    QByteArray content(bytes, Qt::Uninitialized);
    qint64 filled = 0;
    while (filled < bytes) {
        const ssize_t got =
            ::pread(m_descriptor, content.data() + filled, size_t(bytes - filled), off_t(offset + filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fileError(QStringLiteral("read"), errno);
        if (got == 0)
            break;
        filled += got;
    }
    content.truncate(filled);
    return content;
}

Result<> OpenedFile::write(qint64 offset, QByteArrayView bytes) const
{
    while (!bytes.isEmpty()) {
        const ssize_t put = ::pwrite(m_descriptor, bytes.data(), size_t(bytes.size()), off_t(offset));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return fileError(QStringLiteral("write"), put == 0 ? EIO : errno);
        bytes = bytes.sliced(put);
        offset += put;
    }
    return {};
}

Result<> OpenedFile::setSize(qint64 bytes) const
{
    return ::ftruncate(m_descriptor, off_t(bytes)) == 0
        ? Result<>()
        : Result<>(fileError(QStringLiteral("resize"), errno));
}

Result<int> OpenedFile::mode() const
{
    struct stat file = {};
    if (::fstat(m_descriptor, &file) != 0)
        return fileError(QStringLiteral("file"), errno);
    return int(file.st_mode & 07777);
}

Result<> OpenedFile::finish(int mode, qint64 modifiedMs) const
{
    const timespec when { time_t(modifiedMs / 1000), long(modifiedMs % 1000) * 1'000'000 };
    const timespec times[2] = { { 0, UTIME_NOW }, when };
    if (::fchmod(m_descriptor, mode_t(mode)) != 0 || ::futimens(m_descriptor, times) != 0
        || (::fsync(m_descriptor) != 0 && errno != EINVAL))
        return fileError(QStringLiteral("finish"), errno);
    return {};
}

int modeWith(int mode, bool isExecutable)
{
    const int readers = (mode & (S_IRUSR | S_IRGRP | S_IROTH)) >> 2;
    const int anybody = S_IXUSR | S_IXGRP | S_IXOTH;
    return (isExecutable ? mode | readers | S_IXUSR : mode & ~anybody) & 07777;
}

} // namespace nephele
