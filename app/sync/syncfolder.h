// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/openedfile.h"
#include "model/base/result.h"

#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace nephele {

// One folder that is synced, and all that is done in it. Names are relative to it (syncname.h). No step of a
// path is ever taken through a symbolic link, so nothing outside is read or written, whoever plants one
// meanwhile. Nothing that was not seen is overwritten or removed: whoever finds another file than he expects
// gets PreconditionFailed and leaves it as it is. Holds a lock on the folder as long as it lives. All calls
// block; safe from every thread.
class SyncFolder
{
public:
    // NotFound, or Busy when another sync holds it.
    static Result<std::unique_ptr<SyncFolder>> open(const QString &path);
    ~SyncFolder();
    Q_DISABLE_COPY_MOVE(SyncFolder)

    const QString &path() const { return m_path; }
    bool ignoresCase() const; // tries it

    // What lies in a folder ("": the whole); not sorted. Entries whose bytes are no UTF-8 have an empty name.
    struct Item
    {
        enum class Kind { File, Folder, Other };
        QString name; // of the item alone
        QString shownName; // readable, also of those without a name
        Kind kind = Kind::Other;
        FileIdentity identity;
        bool isExecutable = false;
    };
    Result<std::vector<Item>> items(const QString &folder) const;
    // Nothing when nothing is there.
    Result<std::optional<Item>> item(const QString &name) const;

    Result<OpenedFile> openToRead(const QString &name) const;
    // Makes the folders above. What is in the file already stays.
    Result<OpenedFile> openTemporary(const QString &name) const;

    Result<> makeFolder(const QString &name) const;
    // Puts the finished temporary file in the place of what was seen there (nothing: nothing was), durably.
    // A folder there must be empty.
    Result<FileIdentity> replace(
        const QString &name, const QString &temporary, const std::optional<FileIdentity> &seen) const;
    Result<> removeFile(const QString &name, const FileIdentity &seen) const;
    // False when something is in it, or it is not there.
    Result<bool> removeFolderIfEmpty(const QString &name) const;
    void removeTemporary(const QString &name) const;
    // Makes the folders above the new name; Conflict when that is taken.
    Result<> rename(const QString &from, const QString &to, const FileIdentity &seen) const;
    Result<> setExecutable(const QString &name, const FileIdentity &seen, bool isExecutable) const;

private:
    SyncFolder(QString path, OpenedFile root) : m_path(std::move(path)), m_root(std::move(root)) { }

    enum class Missing { Fails, IsMade };
    Result<OpenedFile> folder(const QString &name, Missing missing) const;
    Result<OpenedFile> folderAbove(const QString &name, Missing missing) const;

    const QString m_path;
    const OpenedFile m_root;
};

} // namespace nephele
