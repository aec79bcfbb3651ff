// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>

namespace nephele {

// The few calls by which bytes reach the disk for certain. All block.

// "No such file or directory" and its like, as an Error: InsufficientStorage for a full disk or quota, else
// Unavailable. `what` says what was tried, for the log.
Error errorFromErrno(int number, const QString &what);

// Of the file system that holds that path; what is kept for root alone is not free.
struct DiskSpace
{
    qint64 freeBytes = 0;
    qint64 totalBytes = 0;
};
Result<DiskSpace> diskSpace(const QString &path);

Result<> syncDirectory(const QString &path);

// Makes the directory if it is missing and syncs its parent; true when it was missing.
Result<bool> makeDirectory(const QString &path, int mode);

// An open file that is written once, then synced and named, or thrown away. Belongs to one thread.
class DurableFile
{
public:
    DurableFile() = default;
    ~DurableFile(); // throws away what was not named
    Q_DISABLE_COPY_MOVE(DurableFile)

    Result<> create(const QString &temporaryPath, int mode);
    Result<> write(QByteArrayView bytes);
    // The whole file at once, past the page cache where the file system can: half the CPU for much data, and
    // what others read often stays cached.
    Result<> writeWhole(QByteArrayView bytes);
    Result<> skip(qint64 bytes); // leaves a hole
    Result<> setSize(qint64 bytes);
    // A failed sync means the bytes are lost: the file is thrown away and never tried again.
    Result<> sync();
    // Syncs, renames and syncs the directory.
    Result<> commit(const QString &finalPath);
    void discard();

    const QString &path() const { return m_path; }

private:
    bool setDirect(bool isDirect);

    QString m_path;
    int m_descriptor = -1;
};

} // namespace nephele
