// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/limitedprocess.h"

#include <QElapsedTimer>
#include <QProcess>

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace nephele {

namespace {

constexpr int cancelLookMs = 100;
constexpr rlim_t memoryBytes = rlim_t(2) << 30; // of addresses: qemu-img's threads reserve more than they use

void limitOurselves(rlim_t processorSeconds)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit memory { memoryBytes, memoryBytes };
    const rlimit processor { processorSeconds, processorSeconds };
    ::setrlimit(RLIMIT_AS, &memory);
    ::setrlimit(RLIMIT_CPU, &processor);
}

} // namespace

Result<QByteArray> runLimited(
    const QString &program, const QStringList &arguments, const std::function<bool()> &cancelled, int limitMs)
{
    QProcess process;
    // A program on several cores may use up its time several times over.
    const rlim_t processorSeconds = rlim_t(limitMs / 1000 + 1) * 4;
    process.setChildProcessModifier([processorSeconds] { limitOurselves(processorSeconds); });
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(
        QStringLiteral("MALLOC_ARENA_MAX"), QStringLiteral("2")); // else 64 MiB of addresses a thread
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program, arguments, QIODevice::ReadOnly);
    QElapsedTimer timer;
    timer.start();
    while (!process.waitForFinished(cancelLookMs)) {
        if (process.state() == QProcess::NotRunning)
            break; // it never started
        const bool isCancelled = cancelled && cancelled();
        if (!isCancelled && timer.elapsed() < limitMs)
            continue;
        process.kill();
        process.waitForFinished();
        return unavailable(isCancelled ? QStringLiteral("%1 was stopped.").arg(program)
                                       : QStringLiteral("%1 took too long.").arg(program));
    }
    if (process.error() == QProcess::FailedToStart)
        return unavailable(QStringLiteral("%1 cannot be started.").arg(program), process.errorString());
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return unavailable(QStringLiteral("%1 failed.").arg(program),
            QString::fromLocal8Bit(process.readAllStandardError()).trimmed());
    return process.readAllStandardOutput();
}

} // namespace nephele
