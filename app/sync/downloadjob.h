// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/synctools.h"

#include <QPromise>

namespace nephele {

// Brings one object here: reads the names of its blocks, takes those the folder holds already (in what an
// interrupted download left, in the old file, in any other file), fetches the others, and puts the result in
// the old file's place if that is still what was seen. Every block is checked against its name.
// PreconditionFailed: one side has changed meanwhile, look again. Lives in the run's thread; started once.
class DownloadJob : public QObject
{
    Q_OBJECT

public:
    // `seen`: the file that is to be replaced, nothing when there is none.
    DownloadJob(const SyncTools &tools, const QString &name, const RemoteEntry &remote,
        const std::optional<FileIdentity> &seen, QObject *parent);

    // The file as it is now.
    QFuture<Result<FileIdentity>> start();

signals:
    void advanced(qint64 bytes); // of the file; the sum is its size

private:
    using Positions = QList<qsizetype>;
    struct Prepared
    {
        std::shared_ptr<OpenedFile> file;
        QHash<BlockHash, Positions> missing;
    };

    void prepare();
    Result<Prepared> prepared() const; // in the pool
    void fetch();
    void fetchBlock(const BlockHash &hash, const Positions &positions);
    void finish();
    Result<FileIdentity> finished() const; // in the pool
    qint64 blockSize(qsizetype position) const;
    void end(const Result<FileIdentity> &result);

    const SyncTools m_tools;
    const QString m_name;
    const RemoteEntry m_remote;
    const std::optional<FileIdentity> m_seen;
    const QString m_temporary;
    std::shared_ptr<const RemoteHashmap> m_map; // shared with what runs in the pool
    std::shared_ptr<OpenedFile> m_file;
    QHash<BlockHash, Positions> m_missing;
    int m_fetching = 0;
    bool m_isEnded = false;
    QPromise<Result<FileIdentity>> m_promise;
};

} // namespace nephele
