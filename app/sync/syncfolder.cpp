// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncfolder.h"

#include "app/sync/syncname.h"
#include "model/blocks/durablefile.h"

#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nephele {

namespace {

Error changedMeanwhile(const QString &name)
{
    return { ErrorCode::PreconditionFailed, QStringLiteral("%1 has changed meanwhile").arg(name), {} };
}

QByteArray lastPart(const QString &name)
{
    return QFile::encodeName(fileNameOf(name));
}

SyncFolder::Item itemOf(const QByteArray &bytes, const struct stat &file)
{
    SyncFolder::Item item;
    item.shownName = QString::fromUtf8(bytes);
    if (QFile::encodeName(item.shownName) == bytes
        && !item.shownName.contains(QChar(QChar::ReplacementCharacter)))
        item.name = item.shownName;
    item.kind = S_ISREG(file.st_mode) ? SyncFolder::Item::Kind::File
        : S_ISDIR(file.st_mode)       ? SyncFolder::Item::Kind::Folder
                                      : SyncFolder::Item::Kind::Other;
    item.identity = identityOf(file);
    item.isExecutable = S_ISREG(file.st_mode) && (file.st_mode & S_IXUSR);
    return item;
}

Result<> synced(const OpenedFile &file, const QString &name)
{
    if (::fsync(file.descriptor()) != 0 && errno != EINVAL)
        return fileError(name, errno);
    return {};
}

// Swaps two names where the file system can; ENOSYS and EINVAL where it cannot.
int renamed(int fromFolder, const QByteArray &from, int toFolder, const QByteArray &to, unsigned flags)
{
    return ::renameat2(fromFolder, from.constData(), toFolder, to.constData(), flags) == 0 ? 0 : errno;
}

bool isUnable(int problem)
{
    return problem == EINVAL || problem == ENOSYS;
}

// To where nothing is, or an empty folder: never over what came meanwhile (EEXIST).
int putNew(int folder, const QByteArray &from, const QByteArray &to)
{
    struct stat file = {};
    const bool isThere = ::fstatat(folder, to.constData(), &file, AT_SYMLINK_NOFOLLOW) == 0;
    if (isThere && (!S_ISDIR(file.st_mode) || ::unlinkat(folder, to.constData(), AT_REMOVEDIR) != 0))
        return EEXIST;
    const int problem = renamed(folder, from, folder, to, RENAME_NOREPLACE);
    return isUnable(problem) ? renamed(folder, from, folder, to, 0) : problem;
}

// To the place of the file that was seen, and of no other (EEXIST).
int putInstead(int folder, const QByteArray &from, const QByteArray &to, const FileIdentity &seen)
{
    struct stat file = {};
    const auto isSeen = [&](const QByteArray &name) {
        return ::fstatat(folder, name.constData(), &file, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(file.st_mode)
            && identityOf(file) == seen;
    };
    if (!isSeen(to))
        return EEXIST;
    const int problem = renamed(folder, from, folder, to, RENAME_EXCHANGE);
    if (isUnable(problem))
        return renamed(folder, from, folder, to, 0);
    if (problem)
        return problem == ENOENT ? EEXIST : problem;
    // Only now is it certain which file has gone.
    if (!isSeen(from)) {
        (void)renamed(folder, from, folder, to, RENAME_EXCHANGE);
        return EEXIST;
    }
    ::unlinkat(folder, from.constData(), 0);
    return 0;
}

} // namespace

SyncFolder::~SyncFolder() = default;

Result<std::unique_ptr<SyncFolder>> SyncFolder::open(const QString &path)
{
    const QString whole = QFileInfo(path).canonicalFilePath();
    OpenedFile root(
        ::open(QFile::encodeName(whole).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (whole.isEmpty() || !root.isOpen())
        return notFound(QStringLiteral("There is no folder %1.").arg(path));
    // Goes with the process, however that ends. A file system without locks has to do without.
    if (::flock(root.descriptor(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return Error { ErrorCode::Busy, QStringLiteral("Another sync is at work in %1.").arg(path), {} };
    return std::unique_ptr<SyncFolder>(new SyncFolder(whole, std::move(root)));
}

Result<OpenedFile> SyncFolder::folder(const QString &name, Missing missing) const
{
    // Opened anew: a duplicate would share the place up to which the folder has been read.
    OpenedFile at(::openat(m_root.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!at.isOpen())
        return fileError(m_path, errno);
    for (const QString &part : name.split(QLatin1Char('/'), Qt::SkipEmptyParts)) {
        const QByteArray bytes = QFile::encodeName(part);
        constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        OpenedFile next(::openat(at.descriptor(), bytes.constData(), flags));
        if (!next.isOpen() && errno == ENOENT && missing == Missing::IsMade) {
            if (::mkdirat(at.descriptor(), bytes.constData(), 0777) != 0 && errno != EEXIST)
                return fileError(name, errno);
            if (const auto done = synced(at, name); !done)
                return done.error();
            next = OpenedFile(::openat(at.descriptor(), bytes.constData(), flags));
        }
        if (!next.isOpen())
            return errno == ELOOP || errno == ENOTDIR
                ? conflict(QStringLiteral("%1: %2 is no folder").arg(name, part))
                : fileError(name, errno);
        at = std::move(next);
    }
    return at;
}

Result<OpenedFile> SyncFolder::folderAbove(const QString &name, Missing missing) const
{
    return folder(folderOf(name), missing);
}

Result<std::vector<SyncFolder::Item>> SyncFolder::items(const QString &name) const
{
    auto opened = folder(name, Missing::Fails);
    if (!opened)
        return opened.error();
    // fdopendir() takes the descriptor over.
    DIR *entries = ::fdopendir(::fcntl(opened->descriptor(), F_DUPFD_CLOEXEC, 0));
    if (!entries)
        return fileError(name, errno);
    std::vector<Item> found;
    errno = 0;
    while (const dirent *entry = ::readdir(entries)) {
        const QByteArray bytes(entry->d_name);
        struct stat file = {};
        if (bytes != "." && bytes != ".."
            && ::fstatat(opened->descriptor(), bytes.constData(), &file, AT_SYMLINK_NOFOLLOW) == 0)
            found.push_back(itemOf(bytes, file));
        errno = 0;
    }
    const int problem = errno;
    ::closedir(entries);
    if (problem)
        return fileError(name, problem);
    return found;
}

Result<std::optional<SyncFolder::Item>> SyncFolder::item(const QString &name) const
{
    const auto above = folderAbove(name, Missing::Fails);
    if (!above)
        return above.error().code == ErrorCode::NotFound || above.error().code == ErrorCode::Conflict
            ? Result<std::optional<Item>>(std::nullopt)
            : above.error();
    struct stat file = {};
    const QByteArray part = lastPart(name);
    if (::fstatat(above->descriptor(), part.constData(), &file, AT_SYMLINK_NOFOLLOW) == 0)
        return std::optional(itemOf(part, file));
    if (errno == ENOENT)
        return std::optional<Item>();
    return fileError(name, errno);
}

Result<OpenedFile> SyncFolder::openToRead(const QString &name) const
{
    const auto above = folderAbove(name, Missing::Fails);
    if (!above)
        return above.error();
    // Not to wait for the writer of a pipe that took the file's place.
    OpenedFile file(::openat(
        above->descriptor(), lastPart(name).constData(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file.isOpen())
        return errno == ELOOP ? changedMeanwhile(name) : fileError(name, errno);
    return file;
}

Result<OpenedFile> SyncFolder::openTemporary(const QString &name) const
{
    const auto above = folderAbove(name, Missing::IsMade);
    if (!above)
        return above.error();
    OpenedFile file(::openat(above->descriptor(), lastPart(name).constData(),
        O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666));
    if (!file.isOpen())
        return fileError(name, errno);
    return file;
}

Result<> SyncFolder::makeFolder(const QString &name) const
{
    const auto made = folder(name, Missing::IsMade);
    return made ? Result<>() : Result<>(made.error());
}

Result<FileIdentity> SyncFolder::replace(
    const QString &name, const QString &temporary, const std::optional<FileIdentity> &seen) const
{
    const auto above = folderAbove(name, Missing::Fails);
    if (!above)
        return above.error();
    const int folder = above->descriptor();
    const QByteArray to = lastPart(name);
    const QByteArray from = lastPart(temporary);
    const int problem = seen ? putInstead(folder, from, to, *seen) : putNew(folder, from, to);
    if (problem)
        return problem == EEXIST ? changedMeanwhile(name) : fileError(name, problem);
    if (const auto done = synced(*above, name); !done)
        return done.error();
    struct stat file = {};
    if (::fstatat(folder, to.constData(), &file, AT_SYMLINK_NOFOLLOW) != 0)
        return changedMeanwhile(name);
    return identityOf(file);
}

Result<> SyncFolder::removeFile(const QString &name, const FileIdentity &seen) const
{
    const auto above = folderAbove(name, Missing::Fails);
    if (!above)
        return above.error().code == ErrorCode::NotFound ? Result<>() : Result<>(above.error());
    const int folder = above->descriptor();
    const QByteArray part = lastPart(name);
    struct stat file = {};
    if (::fstatat(folder, part.constData(), &file, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Result<>() : Result<>(fileError(name, errno));
    if (!S_ISREG(file.st_mode) || identityOf(file) != seen)
        return changedMeanwhile(name);
    if (::unlinkat(folder, part.constData(), 0) != 0)
        return fileError(name, errno);
    return synced(*above, name);
}

Result<bool> SyncFolder::removeFolderIfEmpty(const QString &name) const
{
    const auto above = folderAbove(name, Missing::Fails);
    if (!above)
        return above.error().code == ErrorCode::NotFound ? Result<bool>(false) : Result<bool>(above.error());
    if (::unlinkat(above->descriptor(), lastPart(name).constData(), AT_REMOVEDIR) == 0) {
        if (const auto done = synced(*above, name); !done)
            return done.error();
        return true;
    }
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT || errno == ENOTDIR)
        return false;
    return fileError(name, errno);
}

void SyncFolder::removeTemporary(const QString &name) const
{
    const auto above = folderAbove(name, Missing::Fails);
    if (above && isTemporaryName(fileNameOf(name)))
        ::unlinkat(above->descriptor(), lastPart(name).constData(), 0);
}

Result<> SyncFolder::rename(const QString &from, const QString &to, const FileIdentity &seen) const
{
    const auto source = folderAbove(from, Missing::Fails);
    if (!source)
        return source.error();
    const auto target = folderAbove(to, Missing::IsMade);
    if (!target)
        return target.error();
    struct stat file = {};
    const QByteArray part = lastPart(from);
    if (::fstatat(source->descriptor(), part.constData(), &file, AT_SYMLINK_NOFOLLOW) != 0
        || !S_ISREG(file.st_mode) || identityOf(file) != seen)
        return changedMeanwhile(from);
    int problem = renamed(source->descriptor(), part, target->descriptor(), lastPart(to), RENAME_NOREPLACE);
    if (problem == EINVAL || problem == ENOSYS) {
        if (::fstatat(target->descriptor(), lastPart(to).constData(), &file, AT_SYMLINK_NOFOLLOW) == 0)
            problem = EEXIST;
        else
            problem = renamed(source->descriptor(), part, target->descriptor(), lastPart(to), 0);
    }
    if (problem)
        return problem == EEXIST ? conflict(QStringLiteral("%1 is taken").arg(to)) : fileError(from, problem);
    if (const auto done = synced(*target, to); !done)
        return done.error();
    return synced(*source, from);
}

Result<> SyncFolder::setExecutable(const QString &name, const FileIdentity &seen, bool isExecutable) const
{
    const auto opened = openToRead(name);
    if (!opened)
        return opened.error();
    struct stat file = {};
    if (::fstat(opened->descriptor(), &file) != 0 || !S_ISREG(file.st_mode) || identityOf(file) != seen)
        return changedMeanwhile(name);
    if (::fchmod(opened->descriptor(), mode_t(modeWith(int(file.st_mode), isExecutable))) != 0)
        return fileError(name, errno);
    return synced(*opened, name);
}

bool SyncFolder::ignoresCase() const
{
    const QString name = temporaryName(QUuid::createUuid().toString(), "case");
    const auto made = openTemporary(name);
    const auto other = item(name.toUpper());
    removeTemporary(name);
    return made && other && *other;
}

} // namespace nephele
