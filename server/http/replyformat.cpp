// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/replyformat.h"

#include <algorithm>

namespace nephele {

namespace {

std::optional<ReplyFormat> fromWord(QStringView word)
{
    if (word.compare(QLatin1StringView("json"), Qt::CaseInsensitive) == 0)
        return ReplyFormat::Json;
    if (word.compare(QLatin1StringView("xml"), Qt::CaseInsensitive) == 0)
        return ReplyFormat::Xml;
    if (word.compare(QLatin1StringView("text"), Qt::CaseInsensitive) == 0
        || word.compare(QLatin1StringView("plain"), Qt::CaseInsensitive) == 0)
        return ReplyFormat::Text;
    return std::nullopt;
}

std::optional<ReplyFormat> fromSuffix(const QByteArray &path)
{
    if (path.endsWith(".json"))
        return ReplyFormat::Json;
    if (path.endsWith(".xml"))
        return ReplyFormat::Xml;
    return std::nullopt;
}

std::optional<ReplyFormat> fromMediaType(QByteArrayView type)
{
    if (type == "application/json")
        return ReplyFormat::Json;
    if (type == "application/xml" || type == "text/xml")
        return ReplyFormat::Xml;
    if (type == "text/plain")
        return ReplyFormat::Text;
    return std::nullopt;
}

// In the order of the field: Synnefo's clients send one type, weights say nothing here.
QList<ReplyFormat> fromAccept(const QByteArray &field)
{
    QList<ReplyFormat> formats;
    for (const QByteArray &entry : field.split(',')) {
        const QByteArray type = entry.left(entry.indexOf(';')).trimmed().toLower();
        if (const auto format = fromMediaType(type))
            formats.append(*format);
    }
    return formats;
}

} // namespace

ReplyFormat wantedFormat(const Request &request, std::initializer_list<ReplyFormat> allowed)
{
    const auto isAllowed = [&](const std::optional<ReplyFormat> &format) {
        return format && std::find(allowed.begin(), allowed.end(), *format) != allowed.end();
    };
    if (const auto word = request.query(QLatin1StringView("format"))) {
        if (const auto format = fromWord(*word); isAllowed(format))
            return *format;
    }
    if (const auto format = fromSuffix(request.path); isAllowed(format))
        return *format;
    for (const auto flag : { ReplyFormat::Json, ReplyFormat::Xml }) {
        const QLatin1StringView name(flag == ReplyFormat::Json ? "json" : "xml");
        if (request.query(name) && isAllowed(flag))
            return flag;
    }
    for (const ReplyFormat format : fromAccept(request.headers.value("Accept"))) {
        if (isAllowed(format))
            return format;
    }
    return *allowed.begin();
}

QByteArray withoutFormatSuffix(const QByteArray &path)
{
    if (path.endsWith(".json"))
        return path.chopped(5);
    return path.endsWith(".xml") ? path.chopped(4) : path;
}

} // namespace nephele
