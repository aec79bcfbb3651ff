// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sync/syncoptions.h"

#include <QTextStream>

namespace nephele {

// "nephele sync": runs a FolderSync and tells a person at a shell what it does: a line for each file on
// standard output, problems on standard error, a summary. Lives in main's thread.
class SyncCommand : public QObject
{
    Q_OBJECT

public:
    explicit SyncCommand(const SyncOptions &options, QObject *parent = nullptr);

    void start();
    // Ends at the next chance; ended() follows.
    void stop();

    // Asks at the terminal, unseen; nothing when there is none to ask at.
    static std::optional<QString> askPassword(const QString &userName);

signals:
    void ended(int exitStatus);

private:
    void tell(const SyncEvent &event);
    void tellEnd(const Result<SyncReport> &report);
    void tellFailures(const SyncReport &report);
    void tellReport(const SyncReport &report);
    QString summary(const SyncReport &report) const;

    const SyncOptions m_options;
    FolderSync m_sync;
    QTextStream m_out;
    QTextStream m_err;
    QSet<QString> m_toldFailures; // names, of this run
    int m_status = 0;
    bool m_isStopping = false;
};

} // namespace nephele
