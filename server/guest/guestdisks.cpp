// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/guestdisks.h"

#include "server/guest/limitedprocess.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

namespace nephele {

namespace {

constexpr mode_t passableDirectory = 0711;

Error systemError(const QString &message, const QString &path)
{
    const int code = errno;
    return { code == ENOSPC || code == EDQUOT ? ErrorCode::InsufficientStorage : ErrorCode::Unavailable,
        message, path + QStringLiteral(": ") + QString::fromLocal8Bit(std::strerror(code)) };
}

Result<> makeDirectory(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    // The process's mask may take bits away from mkdir, so the mode is set again.
    if ((::mkdir(name.constData(), passableDirectory) < 0 && errno != EEXIST)
        || ::chmod(name.constData(), passableDirectory) < 0)
        return systemError(QStringLiteral("A guest's directory could not be made."), path);
    return {};
}

Result<> syncPath(const QString &path)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    const bool ok = fd >= 0 && ::fsync(fd) == 0;
    const Error error = systemError(QStringLiteral("A guest's disk could not be written."), path);
    if (fd >= 0)
        ::close(fd);
    return ok ? Result<>() : Result<>(error);
}

Result<> give(const QString &path, std::optional<uint> group, mode_t mode)
{
    const QByteArray name = QFile::encodeName(path);
    if (group && ::chown(name.constData(), uid_t(-1), gid_t(*group)) < 0)
        return systemError(
            QStringLiteral("A guest's disk cannot be given to the hypervisor's group %1.").arg(*group), path);
    if (::chmod(name.constData(), mode) < 0)
        return systemError(QStringLiteral("A guest's disk could not be made."), path);
    return {};
}

std::vector<gid_t> groupsOf(const QemuUser &qemu)
{
    std::vector<gid_t> groups { qemu.group };
    passwd entry;
    passwd *found = nullptr;
    std::vector<char> buffer(16384);
    if (::getpwuid_r(qemu.user, &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return groups;
    int count = 64;
    groups.resize(size_t(count));
    if (::getgrouplist(entry.pw_name, qemu.group, groups.data(), &count) < 0)
        count = 64;
    groups.resize(size_t(count));
    return groups;
}

bool letsThrough(const struct stat &info, const QemuUser &qemu, const std::vector<gid_t> &groups)
{
    if (qemu.user == 0)
        return true;
    if (info.st_uid == qemu.user)
        return info.st_mode & S_IXUSR;
    if (std::find(groups.cbegin(), groups.cend(), info.st_gid) != groups.cend())
        return info.st_mode & S_IXGRP;
    return info.st_mode & S_IXOTH;
}

} // namespace

Result<std::unique_ptr<GuestDisks>> GuestDisks::open(const QString &dataDir, std::optional<QemuUser> qemu)
{
    const QString root = QDir(dataDir).absoluteFilePath(QStringLiteral("guests"));
    if (const auto made = makeDirectory(root); !made)
        return made.error();
    return std::unique_ptr<GuestDisks>(new GuestDisks(root, qemu));
}

QString GuestDisks::directory(const ServerId &server) const
{
    return m_root + QLatin1Char('/') + server.text();
}

QString GuestDisks::overlayPath(const ServerId &server) const
{
    return directory(server) + QStringLiteral("/root.qcow2");
}

QString GuestDisks::seedPath(const ServerId &server) const
{
    return directory(server) + QStringLiteral("/seed.iso");
}

QString GuestDisks::serialLogPath(const ServerId &server) const
{
    return directory(server) + QStringLiteral("/serial.log");
}

std::optional<uint> GuestDisks::group() const
{
    return m_qemu ? std::optional(m_qemu->group) : std::nullopt;
}

Result<> GuestDisks::prepare(const ServerId &server)
{
    if (const auto made = makeDirectory(directory(server)); !made)
        return made.error();
    // Ours from the start, so that we can read what the log daemon, which may be root, writes into it.
    const QString log = serialLogPath(server);
    const int fd = ::open(QFile::encodeName(log).constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
    if (fd < 0)
        return systemError(QStringLiteral("A guest's serial log could not be made."), log);
    ::close(fd);
    return {};
}

Result<> GuestDisks::ensureOverlay(const ServerId &server, const QString &basePath, qint64 sizeBytes,
    const QString &attempt, const std::function<bool()> &cancelled)
{
    const QString path = overlayPath(server);
    if (QFileInfo::exists(path))
        return {};
    const QFileInfo base(basePath);
    if (!base.isFile())
        return unavailable(QStringLiteral("The disk's base is missing."), basePath);
    if (sizeBytes < base.size() || sizeBytes % 512 != 0)
        return invalid(
            QStringLiteral("A disk must be a multiple of 512 bytes and no smaller than its image."));
    if (const auto made = prepare(server); !made)
        return made.error();
    const QString temporary = path + QLatin1Char('.') + attempt;
    const auto created = outputOf(QStringLiteral("qemu-img"),
        { QStringLiteral("create"), QStringLiteral("-q"), QStringLiteral("-f"), QStringLiteral("qcow2"),
            QStringLiteral("-F"), QStringLiteral("raw"), QStringLiteral("-b"), base.absoluteFilePath(),
            temporary, QString::number(sizeBytes) },
        {}, cancelled);
    Result<> done = created ? Result<>() : Result<>(created.error().within(QStringLiteral("disk")));
    if (done)
        done = give(temporary, group(), 0660);
    if (done)
        done = syncPath(temporary);
    if (done
        && std::rename(QFile::encodeName(temporary).constData(), QFile::encodeName(path).constData()) < 0)
        done = systemError(QStringLiteral("A guest's disk could not be made."), path);
    if (done)
        done = syncPath(directory(server));
    else
        QFile::remove(temporary);
    return done;
}

Result<> GuestDisks::remove(const ServerId &server)
{
    QDir directory(this->directory(server));
    if (!directory.exists() || directory.removeRecursively())
        return {};
    return unavailable(QStringLiteral("A guest's files could not be removed."), directory.path());
}

QList<ServerId> GuestDisks::servers() const
{
    QList<ServerId> found;
    for (const QString &name : QDir(m_root).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (const auto server = ServerId::fromText(name))
            found.append(*server);
    }
    return found;
}

Result<> GuestDisks::checkReachable(const QString &path) const
{
    if (!m_qemu)
        return {};
    const std::vector<gid_t> groups = groupsOf(*m_qemu);
    QString way;
    for (const QString &part : QFileInfo(path).canonicalFilePath().split(QLatin1Char('/'))) {
        way = part.isEmpty() ? QStringLiteral("/") : QDir(way).filePath(part);
        const QByteArray name = QFile::encodeName(way);
        struct stat info;
        if (::stat(name.constData(), &info) < 0)
            return systemError(QStringLiteral("The directory %1 cannot be looked at.").arg(way), way);
        if (!S_ISDIR(info.st_mode) || letsThrough(info, *m_qemu, groups)
            || ::getxattr(name.constData(), "system.posix_acl_access", nullptr, 0) > 0)
            continue;
        return unavailable(
            QStringLiteral("The directory %1 does not let the hypervisor through to its disks; "
                           "\"chmod o+x\" on it would.")
                .arg(way));
    }
    return {};
}

} // namespace nephele
