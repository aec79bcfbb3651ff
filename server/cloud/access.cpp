// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/access.h"

#include "server/cloud/datadir.h"
#include "server/http/jsonwriter.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>

namespace nephele {

namespace {

constexpr char openrcName[] = "admin-openrc";

QByteArray quoted(const QString &text)
{
    return '\'' + QString(text).replace(QLatin1Char('\''), QStringLiteral("'\\''")).toUtf8() + '\'';
}

QString unquoted(QByteArray text)
{
    if (text.size() >= 2 && text.startsWith('\'') && text.endsWith('\''))
        text = text.sliced(1, text.size() - 2).replace("'\\''", "'");
    return QString::fromUtf8(text);
}

} // namespace

Result<> writeEndpoint(const DataDir &dir, const QUrl &url)
{
    JsonWriter json;
    json.beginObject()
        .member("url", url.toString())
        .member("pid", qint64(QCoreApplication::applicationPid()))
        .endObject();
    return dir.writePrivate(QStringLiteral("endpoint.json"), json.bytes() + '\n');
}

Result<> writeOpenrc(const DataDir &dir, const QUrl &url, const AdminAccess &access, const QString &caFile)
{
    const QString base = url.toString(QUrl::StripTrailingSlash);
    // A variable that another cloud's file left in the shell would be sent along.
    QByteArray text =
        "# How to reach this cloud as its administrator; rewritten at every start.\n"
        "for name in $(env | sed -n 's/^\\(OS_[A-Z0-9_]*\\)=.*/\\1/p'); do unset \"$name\"; done\n";
    const auto set = [&text](const char *name, const QString &value) {
        text += QByteArray("export ") + name + '=' + quoted(value) + '\n';
    };
    set("OS_AUTH_URL", base + QStringLiteral("/identity/v3"));
    set("OS_IDENTITY_API_VERSION", QStringLiteral("3"));
    set("OS_REGION_NAME", QStringLiteral("RegionOne"));
    if (!access.password.isEmpty()) {
        set("OS_USERNAME", access.userName);
        set("OS_PASSWORD", access.password);
        set("OS_PROJECT_NAME", access.projectName);
        set("OS_USER_DOMAIN_NAME", QStringLiteral("Default"));
        set("OS_PROJECT_DOMAIN_NAME", QStringLiteral("Default"));
    } else {
        set("OS_AUTH_TYPE", QStringLiteral("v3applicationcredential"));
        set("OS_APPLICATION_CREDENTIAL_ID", access.credentialId);
        set("OS_APPLICATION_CREDENTIAL_SECRET", QString::fromLatin1(access.credentialSecret));
    }
    if (!caFile.isEmpty())
        set("OS_CACERT", caFile);
    set("ASTAKOS_AUTH_URL", base + QStringLiteral("/astakos/identity/v2.0"));
    set("ASTAKOS_TOKEN", QString::fromLatin1(access.synnefoToken));
    return dir.writePrivate(QLatin1StringView(openrcName), text);
}

std::optional<AdminAccess> readOpenrc(const QString &dataDir)
{
    QFile file(dataDir + QLatin1Char('/') + QLatin1StringView(openrcName));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    QHash<QByteArray, QString> values;
    for (const QByteArray &line : file.readAll().split('\n')) {
        const qsizetype equals = line.indexOf('=');
        if (line.startsWith("export ") && equals > 0)
            values.insert(line.sliced(7, equals - 7), unquoted(line.mid(equals + 1)));
    }
    AdminAccess access;
    access.userName = values.value("OS_USERNAME");
    access.projectName = values.value("OS_PROJECT_NAME");
    access.password = values.value("OS_PASSWORD");
    access.credentialId = values.value("OS_APPLICATION_CREDENTIAL_ID");
    access.credentialSecret = values.value("OS_APPLICATION_CREDENTIAL_SECRET").toLatin1();
    access.synnefoToken = values.value("ASTAKOS_TOKEN").toLatin1();
    return access;
}

} // namespace nephele
