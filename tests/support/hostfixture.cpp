// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/hostfixture.h"

#include "server/guest/limitedprocess.h"

#include <QCoreApplication>
#include <QFile>

#include <sys/stat.h>

namespace nephele::test {

Result<QString> tinyImage()
{
    const QString named = qEnvironmentVariable("NEPHELE_TINY_IMAGE");
    const QString path =
        named.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/tiny.qcow2") : named;
    if (QFile::exists(path))
        return path;
    return unavailable(
        QStringLiteral("There is no tiny guest image: run \"ninja tiny\" or set NEPHELE_TINY_IMAGE."), path);
}

bool isHostRequired()
{
    return qEnvironmentVariableIsSet("NEPHELE_REQUIRE_HOST");
}

Result<std::unique_ptr<HostFolder>> HostFolder::create()
{
    const auto image = tinyImage();
    if (!image)
        return image.error();
    std::unique_ptr<HostFolder> folder(new HostFolder);
    ::chmod(QFile::encodeName(folder->path()).constData(), 0711);
    const auto raw = outputOf(QStringLiteral("qemu-img"),
        { QStringLiteral("convert"), QStringLiteral("-f"), QStringLiteral("qcow2"), QStringLiteral("-O"),
            QStringLiteral("raw"), *image, folder->basePath() });
    if (!raw)
        return raw.error();
    ::chmod(QFile::encodeName(folder->basePath()).constData(), 0644);
    return folder;
}

} // namespace nephele::test
