// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/limitedprocess.h"

#include <QElapsedTimer>
#include <QProcess>

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int lookEveryMs = 100;
constexpr qint64 mostErrorBytes = 4096;

void limit(__rlimit_resource resource, rlim_t value)
{
    const rlimit both { value, value };
    ::setrlimit(resource, &both);
}

// Between fork and exec: only what is safe in a signal handler.
void confine(const ChildLimits &limits, pid_t parent)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
        ::_exit(127);
    limit(RLIMIT_AS, rlim_t(limits.addressSpaceBytes));
    limit(RLIMIT_CPU, rlim_t(limits.cpuSeconds));
    if (limits.fileBytes)
        limit(RLIMIT_FSIZE, rlim_t(*limits.fileBytes));
    limit(RLIMIT_CORE, 0);
}

} // namespace

Result<ChildOutput> runLimited(const QString &program, const QStringList &arguments,
    const ChildLimits &limits, const std::function<bool()> &cancelled)
{
    QProcess child;
    child.setStandardInputFile(QProcess::nullDevice());
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("PATH"), qEnvironmentVariable("PATH"));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    environment.insert(
        QStringLiteral("MALLOC_ARENA_MAX"), QStringLiteral("2")); // else 64 MiB of addresses a thread
    child.setProcessEnvironment(environment);
    child.setChildProcessModifier([limits, parent = ::getpid()] { confine(limits, parent); });
    child.start(program, arguments);
    if (!child.waitForStarted())
        return unavailable(QStringLiteral("%1 cannot be started.").arg(program), child.errorString());
    QElapsedTimer timer;
    timer.start();
    while (!child.waitForFinished(lookEveryMs)) {
        const bool isLate = timer.elapsed() > limits.wallMs;
        const bool isCancelled = cancelled && cancelled();
        if (!isLate && !isCancelled)
            continue;
        child.kill();
        child.waitForFinished();
        if (isCancelled)
            return unavailable(QStringLiteral("%1 was stopped.").arg(program));
        return Error { ErrorCode::Timeout, QStringLiteral("%1 took too long.").arg(program), {} };
    }
    const QByteArray err = child.readAllStandardError().left(mostErrorBytes);
    if (child.exitStatus() != QProcess::NormalExit)
        return unavailable(
            QStringLiteral("%1 was stopped by its limits.").arg(program), QString::fromUtf8(err));
    return ChildOutput { child.exitCode(), child.readAllStandardOutput(), err };
}

Result<QByteArray> outputOf(const QString &program, const QStringList &arguments, const ChildLimits &limits,
    const std::function<bool()> &cancelled)
{
    const auto output = runLimited(program, arguments, limits, cancelled);
    if (!output)
        return output.error();
    if (output->exitCode != 0)
        return unavailable(
            QStringLiteral("%1 failed.").arg(program), QString::fromLocal8Bit(output->err).trimmed());
    return output->out;
}

} // namespace nephele
