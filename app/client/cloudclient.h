// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudsession.h"
#include "app/client/imagereader.h"
#include "app/client/novareader.h"
#include "app/client/ownreader.h"

#include <QJsonObject>

namespace nephele {

// A server as the create page orders it.
struct ServerOrder
{
    struct File
    {
        QString path; // absolute, inside the guest
        QByteArray contents;
    };
    QString name;
    ImageId image;
    QString flavorId;
    QString keyName; // empty: none
    QString adminPassword; // empty: the cloud makes one up
    QByteArray userData; // as typed; empty: none
    QList<File> files;
};

// A keypair the cloud made; the private half is told once.
struct NewKeypair
{
    QString name;
    QByteArray privateKeyPem;
};

// Every operation of the cloud's API the window uses: one call, one request (lists: one per page). Answers
// come in the window's thread; a call whose client is gone is dropped. What the cloud refuses is an Error
// with its own words; what it answers wrongly is Unavailable with the field in the detail.
class CloudClient : public QObject
{
    Q_OBJECT

public:
    explicit CloudClient(const QUrl &url, QObject *parent = nullptr);

    CloudSession &session() { return m_session; }
    const QUrl &url() { return m_session.connection().url(); }

    QFuture<Result<QList<Server>>> servers();
    QFuture<Result<Server>> server(const ServerId &id);
    QFuture<Result<CreatedServerInfo>> createServer(const ServerOrder &order);
    QFuture<Result<>> renameServer(const ServerId &id, const QString &name);
    QFuture<Result<>> removeServer(const ServerId &id);
    QFuture<Result<>> startServer(const ServerId &id);
    QFuture<Result<>> stopServer(const ServerId &id);
    enum class Restart { Soft, Hard };
    QFuture<Result<>> restartServer(const ServerId &id, Restart kind);
    // The last lines of the serial log.
    QFuture<Result<QString>> serialLog(const ServerId &id, int lines);
    // The WebSocket of the screen; good for one connection.
    QFuture<Result<QUrl>> consoleUrl(const ServerId &id);

    QFuture<Result<QList<Flavor>>> flavors();
    QFuture<Result<ComputeLimits>> limits();
    QFuture<Result<QList<Keypair>>> keypairs();
    QFuture<Result<>> importKeypair(const QString &name, const QString &publicKey);
    QFuture<Result<NewKeypair>> generateKeypair(const QString &name);
    QFuture<Result<QList<Image>>> images();

    // Those the user can switch to.
    QFuture<Result<QList<ProjectName>>> projects();

    // Answers when something changed after `since`, or after a while without any.
    QFuture<Result<ChangePage>> changes(qint64 since);
    QFuture<Result<QList<Work>>> works();
    // The facts of the cloud, as its healthcheck tells them. Needs no token.
    QFuture<Result<QJsonObject>> health();

private:
    QFuture<Result<>> act(const ServerId &id, const QByteArray &body);

    CloudSession m_session;
};

// The WebSocket address behind the address of a browser's console page: same host, same ticket.
Result<QUrl> webSocketUrlOf(const QUrl &consolePage);

} // namespace nephele
