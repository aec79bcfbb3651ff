// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace nephele {

// The directory a cloud is kept in, held by one process at a time (flock on DIR/lock, given up by the kernel
// when the process ends). Paths inside:
//   cloud.db, small-blocks.db    the databases
//   blocks/                      the block store, unless --blocks names another place
//   bases/, scratch/             disks made from images; room for inspecting uploads
//   guests/<server>/             overlay, seed and serial log of a guest
//   tls/                         the self-signed certificate
//   endpoint.json, admin-openrc  how to reach this cloud, rewritten at every start
class DataDir
{
public:
    // Creates it (0711: QEMU passes through to the disks). Conflict when another server holds it, Unavailable
    // when it cannot be made or written.
    static Result<std::unique_ptr<DataDir>> acquire(const QString &path);
    ~DataDir();
    Q_DISABLE_COPY_MOVE(DataDir)

    QString path() const { return m_path; }
    QString file(const QString &name) const { return m_path + QLatin1Char('/') + name; }
    // A directory inside, made if absent.
    Result<QString> directory(const QString &name, int mode) const;

    // Whole or not at all, readable by its owner only.
    Result<> writePrivate(const QString &name, const QByteArray &content) const;

private:
    DataDir(QString path, int lock) : m_path(std::move(path)), m_lock(lock) { }

    QString m_path;
    int m_lock;
};

} // namespace nephele
