// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novaversion.h"

#include "server/http/jsonwriter.h"

namespace nephele {

namespace {

constexpr auto commonHeader = "OpenStack-API-Version";
constexpr auto novaHeader = "X-OpenStack-Nova-API-Version";

// "volume 3.59, compute 2.10" -> "2.10"; empty when it does not speak of compute.
QByteArray versionOfCompute(const QByteArray &header)
{
    for (const QByteArray &entry : header.split(',')) {
        const QList<QByteArray> words = entry.simplified().split(' ');
        if (words.size() == 2 && words.first().compare("compute", Qt::CaseInsensitive) == 0)
            return words.last();
    }
    return {};
}

// Decimal digits, no leading zero, at most six of them.
int plainNumber(const QByteArray &digits)
{
    bool ok = false;
    const int number = digits.toInt(&ok);
    return ok && digits.size() <= 6 && QByteArray::number(number) == digits ? number : -1;
}

// A version 3.1 or 1.5 is well formed and not offered: a minor part that never is stands for it.
constexpr NovaVersion neverOffered { 0 };

} // namespace

Result<NovaVersion> novaVersionAskedFor(const Request &request)
{
    QByteArray asked = versionOfCompute(request.headers.value(commonHeader));
    if (asked.isEmpty())
        asked = request.headers.value(novaHeader).trimmed();
    if (asked.isEmpty())
        return oldestNovaVersion;
    if (asked == "latest")
        return newestNovaVersion;
    const QList<QByteArray> parts = asked.split('.');
    const int major = plainNumber(parts.first());
    const int minor = parts.size() == 2 ? plainNumber(parts.last()) : -1;
    if (major < 0 || minor < 0)
        return invalid(QStringLiteral("The API version '%1' is not of the form 2.N.")
                           .arg(QString::fromLatin1(asked.left(32))));
    return major == 2 ? NovaVersion { minor } : neverOffered;
}

bool isOffered(NovaVersion version)
{
    return version >= oldestNovaVersion && version <= newestNovaVersion;
}

Response novaVersionRefusal(NovaVersion version)
{
    const QByteArray message =
        (version == neverOffered ? QByteArray("This major version") : "Version " + version.text())
        + " is not offered: the oldest is " + oldestNovaVersion.text() + ", the newest "
        + newestNovaVersion.text() + ".";
    JsonWriter json;
    json.beginObject().key("computeFault").beginObject();
    json.member("code", 406).member("message", message);
    json.endObject().endObject();
    return Response::json(406, std::move(json).bytes());
}

void addNovaVersion(Response &response, NovaVersion version)
{
    response.headers.set(commonHeader, "compute " + version.text());
    response.headers.set(novaHeader, version.text());
    response.headers.append("Vary", commonHeader);
    response.headers.append("Vary", novaHeader);
}

} // namespace nephele
