// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/qemuimg.h"

#include "server/guest/limitedprocess.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace nephele {

namespace {

constexpr int sparsePieceBytes = 4096;
const QString qemuImg = QStringLiteral("qemu-img");

// For looking at a file only.
ChildLimits lookingLimits()
{
    ChildLimits limits;
    limits.cpuSeconds = 30;
    limits.fileBytes = 0;
    return limits;
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

Result<QemuImageInfo> qemuImageInfo(const QString &file, const QByteArray &qemuFormat)
{
    const auto output = runLimited(qemuImg,
        { QStringLiteral("info"), QStringLiteral("--output=json"), QStringLiteral("-f"),
            QString::fromLatin1(qemuFormat), file },
        lookingLimits());
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
        lookingLimits());
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
    limits.wallMs = 4 * 3600 * 1000;
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
