// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/facereader.h"

namespace nephele {

QMap<QString, QString> readMetadataItems(JsonReader &from, const MetadataLimits &limits)
{
    QMap<QString, QString> metadata;
    for (auto it = from.json().begin(); it != from.json().end(); ++it) {
        const QByteArray key = it.key().left(64).toLatin1();
        const QLatin1StringView shown(key);
        if (it.key().isEmpty() || it.key().contains(QChar(0)) || !it.key().isValidUtf16())
            from.fail(shown, QStringLiteral("this is no key for metadata."));
        else if (it.key().size() > limits.keyLength)
            from.fail(shown,
                QStringLiteral("the key must not be longer than %1 characters.").arg(limits.keyLength));
        else if (!it->isString())
            from.fail(shown, QStringLiteral("must be a string."));
        else if (it->toString().size() > limits.valueLength)
            from.fail(
                shown, QStringLiteral("must not be longer than %1 characters.").arg(limits.valueLength));
        else if (it->toString().contains(QChar(0)) || !it->toString().isValidUtf16())
            from.fail(shown, QStringLiteral("must not hold NUL or broken characters."));
        metadata.insert(it.key(), it->toString());
    }
    if (metadata.size() > limits.items)
        from.fail(QLatin1StringView("metadata"),
            QStringLiteral("must not have more than %1 items.").arg(limits.items));
    return metadata;
}

QMap<QString, QString> readMetadata(JsonReader &from, QLatin1StringView key, const MetadataLimits &limits)
{
    auto items = from.optionalObject(key, JsonReader::Null::Refused);
    if (!items)
        return {};
    const auto metadata = readMetadataItems(*items, limits);
    from.adopt(*items);
    return metadata;
}

QByteArray readBase64(JsonReader &from, QLatin1StringView key, qsizetype mostBytes)
{
    // Four characters carry three bytes; a line end after every 64 is as dense as anybody writes them.
    const auto text = from.text(key, int(mostBytes * 2 + 16), 0);
    QByteArray encoded = text.toLatin1();
    encoded.replace('\n', QByteArray()).replace('\r', QByteArray());
    const auto decoded = QByteArray::fromBase64Encoding(
        encoded, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok || encoded.size() % 4 != 0)
        from.fail(key, QStringLiteral("must be base64."));
    else if (decoded.decoded.size() > mostBytes)
        from.fail(key, QStringLiteral("must not hold more than %1 bytes.").arg(mostBytes));
    return decoded.decoded;
}

QList<JsonReader> readObjects(JsonReader &from, QLatin1StringView key, int most)
{
    const auto array = from.optionalArray(key, most, JsonReader::Null::Refused);
    QList<JsonReader> readers;
    for (qsizetype i = 0; array && i < array->size(); ++i) {
        const QString path = QStringLiteral("%1[%2]").arg(from.pathOf(key)).arg(i);
        if (!array->at(i).isObject())
            from.fail(key, QStringLiteral("entry %1 must be an object.").arg(i));
        readers.append(JsonReader(array->at(i).toObject(), path));
    }
    return readers;
}

} // namespace nephele
