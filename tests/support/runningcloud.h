// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace nephele::test {

// The program itself, headless, on a data directory of its own and a free port: a whole cloud in a process of
// its own, as another machine would be. Stopped and cleared away with the object, its networks too; guests
// made in it have to be deleted before.
class RunningCloud
{
public:
    // parentDir: what the data directory is made in.
    explicit RunningCloud(const QString &parentDir = QStringLiteral("/var/tmp"));
    ~RunningCloud();

    // Serving when true; else `problem` says why not. Waits at most a minute.
    bool start(QString *problem, const QStringList &options = {});

    // Dies at once, with what it was doing; start() goes on with what is on disk.
    void kill();
    // Ends in order.
    void stop();
    // What `nephele --check` says of what is on disk; empty when it found nothing wrong. Not while it runs.
    QString check();

    QString dataDir() const { return m_dir.path(); }
    QUrl url() const { return m_url; }
    QString userName() const { return m_userName; }
    QString password() const { return m_password; }
    QString output(); // what it wrote so far

private:
    bool readAccess();
    void removeNetworks();

    QTemporaryDir m_dir;
    QProcess m_process;
    QUrl m_url;
    QString m_userName;
    QString m_password;
};

} // namespace nephele::test
