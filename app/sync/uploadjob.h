// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/synctools.h"

#include <QPromise>

namespace nephele {

// Brings one file to the server: small ones as they are, others by the names of their blocks, then the blocks
// that are missing there, then the names again. What was sent before an interruption is not asked for again.
// Nothing is overwritten that was not listed. PreconditionFailed: one side has changed meanwhile, look again.
// Lives in the run's thread; started once.
class UploadJob : public QObject
{
    Q_OBJECT

public:
    UploadJob(const SyncTools &tools, const QString &name, const LocalEntry &local, const RemoteEntry &remote,
        QObject *parent);

    QFuture<Result<>> start();

signals:
    void advanced(qint64 bytes); // of the file; the sum is its size

private:
    void sendSmall();
    void loadHash();
    void offer();
    void sendMissing();
    void sendBlock(const BlockHash &hash);
    QFuture<Result<QByteArray>> readBlock(const BlockHash &hash) const;
    qint64 blockSize(qsizetype position) const;
    void end(const Result<> &result);

    const SyncTools m_tools;
    const QString m_name;
    const LocalEntry m_local;
    const RemoteEntry m_remote;
    RemoteContainer::NewObject m_object;
    FileHash m_hash;
    QHash<BlockHash, qsizetype> m_positionOf;
    QList<BlockHash> m_missing;
    int m_sending = 0;
    int m_round = 0;
    bool m_isEnded = false;
    QPromise<Result<>> m_promise;
};

} // namespace nephele
