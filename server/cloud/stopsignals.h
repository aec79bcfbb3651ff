// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace nephele {

// Turns SIGTERM, SIGINT and SIGHUP into a signal of the event loop. Made before any thread, so that every thread
// inherits the blocked mask and only this object hears them; one per process, in main's thread.
class StopSignals : public QObject
{
    Q_OBJECT

public:
    explicit StopSignals(QObject *parent = nullptr);
    ~StopSignals() override;

signals:
    void stopRequested();

private:
    int m_descriptor;
};

} // namespace nephele
