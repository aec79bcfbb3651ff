// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QObject>

#include <optional>

namespace nephele {

// Takes a request body while it arrives, so that no body is ever whole in memory. Lives in the worker's
// thread; shared between the edge and the handler. The edge calls write() only while isReady(), then finish()
// or abort().
class BodySink : public QObject
{
    Q_OBJECT

public:
    // Takes `data` whole (the bytes are the edge's: copy what is kept). An error ends the upload with that
    // fault.
    virtual Result<> write(QByteArrayView data) = 0;

    // False while too much is under way; readyForMore() follows.
    virtual bool isReady() const { return true; }

    // The body is complete; leads to finished(), now or later.
    virtual void finish() = 0;

    // The client went away, stalled or sent too much. Nothing may remain.
    virtual void abort() = 0;

signals:
    void readyForMore();
    // Everything taken is where it belongs, or nothing is and `failure` says why. The handler runs only on
    // success.
    void finished(const std::optional<nephele::Error> &failure);
};

} // namespace nephele
