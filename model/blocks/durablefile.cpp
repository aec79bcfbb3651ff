// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/durablefile.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr qsizetype leastDirectBytes = 256 << 10;
constexpr qsizetype directBytes = 1 << 20;
constexpr qsizetype directAlignment = 4096; // a multiple of any disk's

struct Freed
{
    void operator()(char *memory) const { std::free(memory); }
};

} // namespace

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

bool DurableFile::setDirect(bool isDirect)
{
    const int flags = ::fcntl(m_descriptor, F_GETFL);
    return ::fcntl(m_descriptor, F_SETFL, isDirect ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

Result<> DurableFile::writeWhole(QByteArrayView bytes)
{
    if (bytes.size() < leastDirectBytes || !setDirect(true))
        return write(bytes);
    const std::unique_ptr<char, Freed> aligned(
        static_cast<char *>(std::aligned_alloc(directAlignment, directBytes)));
    qsizetype done = 0;
    while (done < bytes.size()) {
        const qsizetype count = qMin(bytes.size() - done, directBytes);
        const qsizetype padded = (count + directAlignment - 1) / directAlignment * directAlignment;
        std::memcpy(aligned.get(), bytes.data() + done, size_t(count));
        std::memset(aligned.get() + count, 0, size_t(padded - count));
        if (::pwrite(m_descriptor, aligned.get(), size_t(padded), done) != padded)
            break;
        done += count;
    }
    // Whatever it was that this way could not do, the plain way does or says why not.
    if (!setDirect(false) || ::lseek(m_descriptor, done, SEEK_SET) < 0)
        return errorFromErrno(errno, QStringLiteral("write ") + m_path);
    if (const auto written = write(bytes.sliced(done)); !written)
        return written;
    return setSize(bytes.size());
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
