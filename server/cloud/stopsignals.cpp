// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/stopsignals.h"

#include <QSocketNotifier>

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace nephele {

StopSignals::StopSignals(QObject *parent)
    : QObject(parent)
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : { SIGTERM, SIGINT, SIGHUP })
        sigaddset(&set, number);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    m_descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    auto *notifier = new QSocketNotifier(m_descriptor, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        signalfd_siginfo info;
        if (read(m_descriptor, &info, sizeof info) == sizeof info)
            emit stopRequested();
    });
}

StopSignals::~StopSignals()
{
    close(m_descriptor);
}

} // namespace nephele
