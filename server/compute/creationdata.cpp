// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/creationdata.h"

#include <QJsonArray>

namespace nephele {

namespace {

QString base64(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QByteArray fromBase64(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

QStringList textsOf(const QJsonValue &value)
{
    QStringList texts;
    for (const QJsonValue &text : value.toArray())
        texts.append(text.toString());
    return texts;
}

} // namespace

QJsonObject CreationData::toJson() const
{
    QJsonArray fileList;
    for (const PersonalityFile &file : files) {
        fileList.append(QJsonObject { { QStringLiteral("path"), file.path },
            { QStringLiteral("contents"), base64(file.contents) }, { QStringLiteral("owner"), file.owner },
            { QStringLiteral("group"), file.group }, { QStringLiteral("mode"), file.mode } });
    }
    return { { QStringLiteral("passwordHash"), QString::fromLatin1(passwordHash) },
        { QStringLiteral("publicKeys"), QJsonArray::fromStringList(publicKeys) },
        { QStringLiteral("userData"), base64(userData) }, { QStringLiteral("files"), fileList },
        { QStringLiteral("loginUsers"), QJsonArray::fromStringList(loginUsers) } };
}

CreationData CreationData::fromJson(const QJsonObject &json)
{
    CreationData data;
    data.passwordHash = json.value(QStringLiteral("passwordHash")).toString().toLatin1();
    data.publicKeys = textsOf(json.value(QStringLiteral("publicKeys")));
    data.userData = fromBase64(json.value(QStringLiteral("userData")));
    data.loginUsers = textsOf(json.value(QStringLiteral("loginUsers")));
    for (const QJsonValue &value : json.value(QStringLiteral("files")).toArray()) {
        const QJsonObject file = value.toObject();
        data.files.append({ file.value(QStringLiteral("path")).toString(),
            fromBase64(file.value(QStringLiteral("contents"))),
            file.value(QStringLiteral("owner")).toString(), file.value(QStringLiteral("group")).toString(),
            file.value(QStringLiteral("mode")).toInt() });
    }
    return data;
}

} // namespace nephele
