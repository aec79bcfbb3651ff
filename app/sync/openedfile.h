// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/syncstate.h"
#include "model/base/result.h"

#include <utility>

struct stat;

namespace nephele {

// A descriptor that closes itself.
class OpenedFile
{
public:
    OpenedFile() = default;
    explicit OpenedFile(int descriptor) : m_descriptor(descriptor) { }
    OpenedFile(OpenedFile &&other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) { }
    OpenedFile &operator=(OpenedFile &&other) noexcept;
    ~OpenedFile();

    int descriptor() const { return m_descriptor; }
    bool isOpen() const { return m_descriptor >= 0; }

    // What it is now.
    Result<FileIdentity> identity() const;
    // So many bytes from there, fewer at the end only.
    Result<QByteArray> read(qint64 offset, qint64 bytes) const;
    Result<> write(qint64 offset, QByteArrayView bytes) const;
    Result<> setSize(qint64 bytes) const;
    // Permissions of a file, as stat() has them.
    Result<int> mode() const;
    // Makes it whole: permissions, time of last change, then down to the disk.
    Result<> finish(int mode, qint64 modifiedMs) const;

private:
    int m_descriptor = -1;
};

// The permissions with or without the right to run: who may read may run.
int modeWith(int mode, bool isExecutable);

FileIdentity identityOf(const struct stat &file);

// "name: why", with the code it means to a caller.
Error fileError(const QString &name, int number);

} // namespace nephele
