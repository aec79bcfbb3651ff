// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudsession.h"
#include "app/sync/containeraddress.h"
#include "app/sync/remotereader.h"

#include <deque>
#include <functional>

namespace nephele {

// One container, or what is below a name in it, over the Pithos API and nothing else. Names are relative to
// that. Sends a few requests at once and lets the others wait; tries again what got no answer. Lives in the
// thread of its session; what is under way when it dies is dropped.
class RemoteContainer : public QObject
{
    Q_OBJECT

public:
    RemoteContainer(CloudSession &session, const ContainerAddress &address, int mostRequests);

    // Signs in, and takes the account of who signed in where the address names none.
    QFuture<Result<ContainerAddress>> open();
    const ContainerAddress &address() const { return m_address; }

    struct Facts
    {
        bool exists = false;
        qint64 blockBytes = 0;
    };
    QFuture<Result<Facts>> facts();
    QFuture<Result<>> create();

    struct Listing
    {
        RemoteEntries entries;
        QStringList refused; // "name: why", of those that cannot be a path here
    };
    QFuture<Result<Listing>> list();

    // What must be there for a write to happen; else PreconditionFailed.
    struct Condition
    {
        QByteArray etag; // of the object that is replaced; empty: there must be none
    };
    struct NewObject
    {
        QString name;
        qint64 sizeBytes = 0;
        bool isExecutable = false;
        Condition condition;
        QList<std::pair<QByteArray, QByteArray>> kept; // of the object that is replaced
    };

    QFuture<Result<RemoteHead>> head(const QString &name);
    // The missing blocks; none: it is done.
    QFuture<Result<QList<BlockHash>>> putHashmap(const NewObject &object, const QList<BlockHash> &hashes);
    QFuture<Result<>> putContent(const NewObject &object, const QByteArray &content);
    QFuture<Result<>> putFolder(const QString &name, const Condition &condition);
    // `trimmed` is not empty: blocks of nothing are always there.
    QFuture<Result<>> postBlock(const QByteArray &trimmed, const BlockHash &hash);
    QFuture<Result<RemoteHashmap>> hashmap(const QString &name, qint64 version);
    QFuture<Result<QByteArray>> range(const QString &name, qint64 version, qint64 offset, qint64 bytes);
    QFuture<Result<>> mark(const QString &name, bool isExecutable);
    // Only where there is none at the new name.
    QFuture<Result<>> move(const QString &from, const QString &to);
    QFuture<Result<>> remove(const QString &name);

signals:
    void sent(qint64 bytes); // of contents
    void received(qint64 bytes);

private:
    using Reply = QFuture<Result<RestReply>>;
    using ReplyPromise = std::shared_ptr<QPromise<Result<RestReply>>>;
    struct Waiting
    {
        RestRequest request;
        ReplyPromise promise;
        int attempt = 0;
    };

    Reply send(const RestRequest &request);
    void sendNext();
    void end(const Waiting &waiting, const Result<RestReply> &reply);
    QString containerPath() const;
    QString path(const QString &name) const;
    RestRequest writing(const NewObject &object, const QString &query) const;

    QString ownBlocksPath() const;
    QFuture<Result<>> postToOwnAccount(const QByteArray &trimmed, const BlockHash &hash);
    Result<> takenBlock(const Result<RestReply> &reply, qint64 bytes, const BlockHash &hash);

    struct Walk;
    void listNext(const std::shared_ptr<Walk> &walk);
    void takePage(const std::shared_ptr<Walk> &walk, const Result<RestReply> &reply);
    static void takeEntry(Walk &walk, const QString &name, const RemoteEntry &entry);

    CloudSession &m_session;
    ContainerAddress m_address;
    QString m_blocksPath; // where blocks are taken; empty: at the container itself
    const int m_mostRequests;
    int m_running = 0;
    std::deque<Waiting> m_waiting;
};

} // namespace nephele
