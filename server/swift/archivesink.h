// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"
#include "server/swift/swiftbulk.h"

#include <QMutex>
#include <QWaitCondition>

namespace nephele {

// Where an archive is unpacked to.
struct ArchivePlace
{
    ProjectId account;
    QString container; // empty: the first folder of a name is its container
    QString prefix; // goes in front of every name
};

// An archive (tar, tar.gz, tar.bz2) on its way into objects, one for each regular file in it. The body is
// handed over in pieces, of which at most mostWaitingBytes wait; unpacking runs in the works' pool. Nothing
// in it is trusted: names that leave their place, links and devices are refused one by one, the number of
// files and every size are bounded, quota holds. Lives in the worker's thread.
class ArchiveSink final : public BodySink
{
    Q_OBJECT

public:
    static constexpr qint64 mostWaitingBytes = 1 << 20;

    ArchiveSink(
        ObjectWorks &works, const ObjectActor &actor, const ArchivePlace &place, const QString &format);
    ~ArchiveSink() override;

    Result<> write(QByteArrayView data) override;
    bool isReady() const override;
    void finish() override;
    void abort() override;

    // After finished() without a failure.
    const BulkReport &report() const { return m_report; }

    // What the pool takes from; shared with it.
    struct Pipe;

private:
    void progressed();

    const std::shared_ptr<Pipe> m_pipe;
    QFuture<Result<BulkReport>> m_work;
    BulkReport m_report;
    bool m_isOver = false;
    bool m_wasFull = false;
};

// "tar", "tar.gz", "tar.bz2": Swift's words for ?extract-archive=.
bool isArchiveFormat(const QString &format);

} // namespace nephele
