// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/datadir.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nephele {

namespace {

QString systemWords()
{
    return QString::fromLocal8Bit(strerror(errno));
}

} // namespace

Result<std::unique_ptr<DataDir>> DataDir::acquire(const QString &path)
{
    const bool isNew = !QDir(path).exists();
    if (isNew && !QDir().mkpath(path))
        return unavailable(
            QStringLiteral("The data directory %1 cannot be made: %2.").arg(path, systemWords()));
    const QByteArray native = QFile::encodeName(path);
    if (isNew && chmod(native.constData(), 0711) != 0)
        return unavailable(QStringLiteral("The rights of %1 cannot be set: %2.").arg(path, systemWords()));
    const int lock = open((native + "/lock").constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return unavailable(
            QStringLiteral("The data directory %1 cannot be written: %2.").arg(path, systemWords()));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        QFile endpoint(path + QStringLiteral("/endpoint.json"));
        const QByteArray where =
            endpoint.open(QIODevice::ReadOnly) ? endpoint.readAll().trimmed() : QByteArray();
        close(lock);
        return conflict(
            QStringLiteral("Another Nephele runs on %1: %2").arg(path, QString::fromUtf8(where)).trimmed());
    }
    return std::unique_ptr<DataDir>(new DataDir(path, lock));
}

DataDir::~DataDir()
{
    close(m_lock);
}

Result<QString> DataDir::directory(const QString &name, int mode) const
{
    const QString full = file(name);
    const QByteArray native = QFile::encodeName(full);
    if (mkdir(native.constData(), mode_t(mode)) != 0 && errno != EEXIST)
        return unavailable(QStringLiteral("%1 cannot be made: %2.").arg(full, systemWords()));
    if (chmod(native.constData(), mode_t(mode)) != 0)
        return unavailable(QStringLiteral("The rights of %1 cannot be set: %2.").arg(full, systemWords()));
    return full;
}

Result<> DataDir::writePrivate(const QString &name, const QByteArray &content) const
{
    QSaveFile target(file(name));
    if (!target.open(QIODevice::WriteOnly) || !target.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || target.write(content) != content.size() || !target.commit())
        return unavailable(QStringLiteral("%1 cannot be written: %2.").arg(file(name), target.errorString()));
    return {};
}

} // namespace nephele
