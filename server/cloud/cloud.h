// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "server/cloud/options.h"

#include <QString>
#include <QUrl>

#include <memory>
#include <vector>

namespace nephele {

class Database;
struct RouteTable;

// A whole cloud in this process: data directory, database, blocks, hypervisor, engine, services, HTTP. Built
// and destroyed in main's thread, which must run an event loop meanwhile; its parts work in threads of their
// own. Destroying it stops it in order: no new requests, running ones end, operations pause at their next
// step. Guests go on running.
class Cloud
{
public:
    // Serving when it returns: endpoint.json and admin-openrc are written. Conflict when another server holds
    // the data directory or the database is newer than the program.
    static Result<std::unique_ptr<Cloud>> start(const ProgramOptions &options);
    ~Cloud();
    Q_DISABLE_COPY_MOVE(Cloud)

    // Where others reach it.
    QUrl url() const;
    bool isBeyondLoopback() const;
    // SHA-256 of the certificate, empty without TLS.
    QString tlsFingerprint() const;
    QString openrcFile() const;

    // The window's own door: a loopback listener and a token that exists in memory only.
    QUrl windowUrl() const;
    QByteArray windowToken() const;

    // A few lines for the terminal: where it is and how to sign in.
    QString welcome() const;

    // For tests that look underneath.
    Database &database();
    // What a worker serves; the handlers are gone with the worker that was made to ask it, and not to be
    // called.
    std::vector<RouteTable> routeTables() const;

private:
    class Private;
    explicit Cloud(std::unique_ptr<Private> d);
    std::unique_ptr<Private> m_d;
};

// The cloud that another process runs on this data directory, and how its administrator signs in; nothing
// when that cannot be read, or his password is no longer the first one.
struct RunningCloud
{
    QUrl url;
    QString userName;
    QString password;
    QString projectName;
};
std::optional<RunningCloud> runningCloud(const ProgramOptions &options);

// "nephele --check": what is damaged, one line each; the process ends with 1 when there is any.
Result<QStringList> checkCloud(const ProgramOptions &options);
// "nephele admin ...": what to print.
Result<QString> administerCloud(const ProgramOptions &options);

} // namespace nephele
