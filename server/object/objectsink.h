// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/mapwriter.h"
#include "model/object/object.h"
#include "server/http/bodysink.h"

#include <functional>
#include <memory>
#include <optional>

namespace nephele {

// A request body on its way to become the next state of an object. What is small stays here until it is whole
// and then takes one closure; the rest goes through a MapWriter, of which at most mostInFlight blocks are in
// memory. Lives in the worker's thread.
class ObjectSink final : public BodySink
{
    Q_OBJECT

public:
    // Makes the object of a content that is pinned once for it; runs inside a closure.
    using Settle = std::function<Result<ObjectVersion>(Transaction &, const ContentMap &)>;

    // A body that came whole: small bytes, or a content that is still building and the receiver's to settle.
    struct Received
    {
        QByteArray bytes;
        std::optional<ContentMap> map;
    };
    using Receive = std::function<QFuture<Result<ObjectVersion>>(const Received &)>;

    struct Options
    {
        ProjectId account;
        std::optional<qint64> mostBytes; // beyond it: `tooMuch`
        Error tooMuch;
        QObject *context = nullptr; // of the worker's thread, outlives the request; needed
        QByteArray md5; // hex; empty: not told. Unprocessable when the bytes have another.
        Settle settle;
        Receive receive = {}; // in place of `settle`, in the context's thread
        QByteArray prefix = {}; // put in front of a body that is not small; for `receive` alone
    };

    ObjectSink(BlockStore &store, Options options);
    ~ObjectSink() override; // as abort()

    Result<> write(QByteArrayView data) override;
    bool isReady() const override { return !m_writer || !m_writer->isFull(); }
    void finish() override;
    void abort() override;

    // After finished() without a failure.
    const ObjectVersion &stored() const { return m_stored; }

private:
    // How the pool reaches the sink while it lives.
    struct Relay
    {
        QMutex mutex; // guards sink
        ObjectSink *sink;
    };

    void progressed();
    void startWriter();
    QFuture<Result<ObjectVersion>> settleWritten();
    QFuture<Result<ObjectVersion>> handOn();

    BlockStore &m_store;
    const Options m_options;
    const std::shared_ptr<Relay> m_relay;
    QByteArray m_small;
    std::shared_ptr<MapWriter> m_writer; // once it is no longer small
    ObjectVersion m_stored;
    bool m_isOver = false; // finish() or abort() was called, or the upload failed
    bool m_wasFull = false;
};

} // namespace nephele
