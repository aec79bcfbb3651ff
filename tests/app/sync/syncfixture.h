// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/foldersync.h"
#include "tests/support/runningcloud.h"

#include <QRandomGenerator>
#include <QSet>
#include <QTemporaryDir>

namespace nephele::test {

// One cloud in a process of its own, and a container in it that nobody else uses.
class SyncCloud
{
public:
    // Aborts the test program when there is no cloud to be had.
    SyncCloud();

    RunningCloud &cloud() { return m_cloud; }
    Credentials credentials() const;
    // Of a new user, with an account of his own.
    Credentials newUser(const QString &name, QString *id);
    ContainerAddress newContainer(const QString &prefix = {});

    // A request of somebody else, past everything that is tested. `name` is encoded as it is given; "" is the
    // container, with a query if it begins with "?".
    RestReply call(const QByteArray &method, const ContainerAddress &address, const QString &name,
        const QByteArray &body = {}, const QList<std::pair<QByteArray, QByteArray>> &headers = {});
    QByteArray content(const ContainerAddress &address, const QString &name);
    void put(const ContainerAddress &address, const QString &name, const QByteArray &content);
    QStringList names(const ContainerAddress &address);

private:
    RunningCloud m_cloud;
    std::unique_ptr<CloudSession> m_session;
    int m_containers = 0;
};

// A folder somebody works in, with a memory of its own: as on a machine of its own.
class SyncSide
{
public:
    SyncSide(SyncCloud &cloud, const ContainerAddress &address, const QString &host);

    SyncSettings settings;

    QString path(const QString &name) const { return m_dir.filePath(name); }
    void write(const QString &name, const QByteArray &content) const;
    QByteArray read(const QString &name) const; // "<none>" when there is none
    bool exists(const QString &name) const;
    void remove(const QString &name) const; // whole trees too
    void rename(const QString &from, const QString &to) const;
    // name -> content, "<folder>" of folders; temporaries included.
    QMap<QString, QByteArray> tree() const;

    // Runs it once to its end.
    Result<SyncReport> sync();
    QStringList events() const { return m_events; } // of the last run: "Upload a", "Download b" ...

private:
    QTemporaryDir m_dir;
    QTemporaryDir m_state;
    QStringList m_events;
};

// Edits folders at random and remembers every word it wrote that nobody took away on purpose since: those
// must be somewhere in the end, whatever happened in between.
class RandomEditor
{
public:
    explicit RandomEditor(quint32 seed) : m_random(seed) { }

    void edit(const SyncSide &side);
    // Words written and not found; empty when nothing was lost.
    QStringList lostIn(const QMap<QString, QByteArray> &tree) const;
    int bounded(int most) { return int(m_random.bounded(most)); }

private:
    QByteArray word(); // a new one
    QString anyName();
    QString someFile(const SyncSide &side);
    void create(const SyncSide &side);
    void takeAway(const QByteArray &content);
    void removeTree(const SyncSide &side, const QString &name);

    QRandomGenerator m_random;
    int m_words = 0;
    QSet<QByteArray> m_alive;
};

} // namespace nephele::test
