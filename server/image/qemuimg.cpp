// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/qemuimg.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int lookEveryMs = 100;
constexpr qint64 mostErrorBytes = 4096;
constexpr int sparsePieceBytes = 4096;
const QString qemuImg = QStringLiteral("qemu-img");

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
    limit(RLIMIT_FSIZE, rlim_t(limits.fileBytes));
    limit(RLIMIT_CORE, 0);
}

QString firstLine(const QByteArray &text)
{
    return QString::fromUtf8(text.left(text.indexOf('\n'))).trimmed().left(300);
}

// The sentence without our path in it, which is nobody's business.
QString withoutPath(const QByteArray &error, const QString &file)
{
    QString line = firstLine(error);
    line.replace(file, QStringLiteral("the image"));
    line.remove(QStringLiteral("qemu-img: "));
    return line;
}

QString otherFileOf(const QJsonObject &info, const QString &file)
{
    for (const QString &key :
        { QStringLiteral("backing-filename"), QStringLiteral("full-backing-filename") }) {
        if (info.contains(key))
            return info.value(key).toString();
    }
    const QJsonObject data =
        info.value(QStringLiteral("format-specific")).toObject().value(QStringLiteral("data")).toObject();
    if (data.contains(QStringLiteral("data-file")))
        return data.value(QStringLiteral("data-file")).toString();
    for (const QJsonValue extent : data.value(QStringLiteral("extents")).toArray()) {
        const QString name = extent.toObject().value(QStringLiteral("filename")).toString();
        if (name != file)
            return name;
    }
    return {};
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
    child.setProcessEnvironment(environment);
    child.setChildProcessModifier([limits, parent = ::getpid()] { confine(limits, parent); });
    child.start(program, arguments);
    if (!child.waitForStarted())
        return unavailable(QStringLiteral("%1 cannot be started.").arg(program), child.errorString());
    QElapsedTimer timer;
    timer.start();
    while (!child.waitForFinished(lookEveryMs)) {
        const bool isLate = timer.elapsed() > limits.wallSeconds * 1000LL;
        const bool isCancelled = cancelled && cancelled();
        if (!isLate && !isCancelled)
            continue;
        child.kill();
        child.waitForFinished();
        if (isCancelled)
            return unavailable(QStringLiteral("The work was cancelled."));
        return Error { ErrorCode::Timeout, QStringLiteral("%1 took too long.").arg(program), {} };
    }
    const QByteArray err = child.readAllStandardError().left(mostErrorBytes);
    if (child.exitStatus() != QProcess::NormalExit)
        return unavailable(
            QStringLiteral("%1 was stopped by its limits.").arg(program), QString::fromUtf8(err));
    return ChildOutput { child.exitCode(), child.readAllStandardOutput(), err };
}

Result<QemuImageInfo> qemuImageInfo(const QString &file, const QByteArray &qemuFormat)
{
    const auto output = runLimited(qemuImg,
        { QStringLiteral("info"), QStringLiteral("--output=json"), QStringLiteral("-f"),
            QString::fromLatin1(qemuFormat), file },
        ChildLimits());
    if (!output)
        return output.error();
    if (output->exitCode != 0)
        return invalid(QStringLiteral("The image cannot be read as %1: %2")
                           .arg(QString::fromLatin1(qemuFormat), withoutPath(output->err, file)));
    const QJsonObject info = QJsonDocument::fromJson(output->out).object();
    // Exact to 2^53, which is far beyond any size that is let through.
    const qint64 virtualBytes = info.value(QStringLiteral("virtual-size")).toInteger(-1);
    if (virtualBytes < 0)
        return internalError(QStringLiteral("qemu-img info said: ") + QString::fromUtf8(output->out));
    return QemuImageInfo { virtualBytes, otherFileOf(info, file) };
}

Result<> qemuImageCheck(const QString &file, qint64 clusterBytes)
{
    const auto output = runLimited(qemuImg,
        { QStringLiteral("check"), QStringLiteral("--output=json"), QStringLiteral("-f"),
            QStringLiteral("qcow2"), file },
        ChildLimits());
    if (!output)
        return output.error();
    // 3 is leaked clusters: wasteful and harmless.
    if (output->exitCode != 0 && output->exitCode != 3)
        return invalid(QStringLiteral("The qcow2 image is damaged. %1").arg(withoutPath(output->err, file)));
    // qemu-img does not mind data that is not there; the last cluster alone may be written in part.
    const qint64 endBytes =
        QJsonDocument::fromJson(output->out).object().value(QStringLiteral("image-end-offset")).toInteger();
    if (QFileInfo(file).size() <= endBytes - clusterBytes)
        return invalid(
            QStringLiteral("The qcow2 image is cut off: its tables speak of %1 bytes.").arg(endBytes));
    return {};
}

Result<> qemuImageToRaw(const QString &from, const QByteArray &qemuFormat, const QString &to,
    qint64 virtualBytes, const std::function<bool()> &cancelled)
{
    ChildLimits limits;
    limits.cpuSeconds = 3600;
    limits.wallSeconds = 4 * 3600;
    limits.fileBytes = virtualBytes;
    const auto output = runLimited(qemuImg,
        { QStringLiteral("convert"), QStringLiteral("-f"), QString::fromLatin1(qemuFormat),
            QStringLiteral("-O"), QStringLiteral("raw"), QStringLiteral("-S"),
            QString::number(sparsePieceBytes), from, to },
        limits, cancelled);
    if (!output)
        return output.error();
    if (output->exitCode != 0)
        return unavailable(
            QStringLiteral("The image could not be made into a disk: %1").arg(withoutPath(output->err, from)),
            QString::fromUtf8(output->err));
    return {};
}

} // namespace nephele
