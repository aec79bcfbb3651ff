// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/segments.h"

#include "model/base/clock.h"
#include "model/blocks/blockhash.h"
#include "server/http/jsonwriter.h"

#include <QBuffer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace nephele {

namespace {

Error badManifest(qsizetype index, const char *why)
{
    return invalid(QStringLiteral("Index %1: %2").arg(index).arg(QString::fromLatin1(why)));
}

// "/container/object"; nothing for another form.
std::optional<std::pair<QString, QString>> splitPath(const QString &path)
{
    const QString plain = path.startsWith(u'/') ? path.mid(1) : path;
    const qsizetype slash = plain.indexOf(u'/');
    if (slash <= 0 || slash == plain.size() - 1 || plain.contains(QChar(0)))
        return std::nullopt;
    return std::pair(plain.left(slash), plain.mid(slash + 1));
}

bool isWhole(const Segment &segment)
{
    return segment.offset == 0 && segment.length == segment.objectBytes;
}

void writeRange(JsonWriter &json, const Segment &segment)
{
    if (!isWhole(segment))
        json.member("range",
            QByteArray::number(segment.offset) + '-'
                + QByteArray::number(segment.offset + segment.length - 1));
}

// {"data": "<base64>"}
Result<SentSegment> sentData(const QJsonObject &object, qsizetype index)
{
    if (object.size() > 1)
        return badManifest(index, "extraneous keys.");
    const QJsonValue text = object.value(QLatin1StringView("data"));
    const auto decoded =
        QByteArray::fromBase64Encoding(text.toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!text.isString() || !decoded)
        return badManifest(index, "data must be valid base64.");
    if (decoded.decoded.isEmpty())
        return badManifest(index, "too small; each segment must be at least 1 byte.");
    SentSegment segment;
    segment.data = decoded.decoded;
    return segment;
}

Result<SentSegment> sentSegment(const QJsonValue &value, qsizetype index)
{
    static const QStringList known { QStringLiteral("path"), QStringLiteral("etag"),
        QStringLiteral("size_bytes"), QStringLiteral("range") };
    if (!value.isObject())
        return badManifest(index, "not a JSON object.");
    const QJsonObject object = value.toObject();
    if (object.contains(QLatin1StringView("data")))
        return sentData(object, index);
    for (const QString &key : object.keys()) {
        if (!known.contains(key))
            return badManifest(index, "extraneous keys.");
    }
    const auto path = splitPath(object.value(QLatin1StringView("path")).toString());
    if (!path)
        return badManifest(index, "path must be of the form /container/object.");
    SentSegment segment { path->first, path->second, {}, {}, {}, {} };
    const QJsonValue etag = object.value(QLatin1StringView("etag"));
    const QJsonValue size = object.value(QLatin1StringView("size_bytes"));
    const QJsonValue range = object.value(QLatin1StringView("range"));
    if (etag.isString() && !etag.toString().isEmpty())
        segment.etag = etag.toString().remove(u'"').toLower();
    else if (!etag.isUndefined() && !etag.isNull() && !etag.isString())
        return badManifest(index, "etag must be a text.");
    if (size.isDouble() || (size.isString() && !size.toString().isEmpty())) {
        bool isNumber = true;
        segment.sizeBytes = size.isDouble() ? size.toInteger(-1) : size.toString().toLongLong(&isNumber);
        if (!isNumber || *segment.sizeBytes < 0)
            return badManifest(index, "invalid size_bytes.");
    } else if (!size.isUndefined() && !size.isNull()) {
        return badManifest(index, "invalid size_bytes.");
    }
    if (range.isString())
        segment.range = range.toString().toLatin1();
    else if (!range.isUndefined() && !range.isNull())
        return badManifest(index, "invalid range.");
    return segment;
}

Result<std::shared_ptr<QIODevice>> openInline(const QByteArray &data)
{
    auto buffer = std::make_shared<QBuffer>();
    buffer->setData(data);
    buffer->open(QIODevice::ReadOnly);
    return std::shared_ptr<QIODevice>(std::move(buffer));
}

} // namespace

SegmentsDevice::SegmentsDevice(QList<Segment> segments, Open open)
    : m_segments(std::move(segments)), m_open(std::move(open))
{
    qint64 end = 0;
    for (const Segment &segment : m_segments)
        m_ends.append(end += segment.length);
    setOpenMode(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

bool SegmentsDevice::reach(qsizetype index)
{
    if (index == m_opened)
        return true;
    m_opened = -1;
    auto opened = m_segments.at(index).isInline() ? openInline(m_segments.at(index).data)
                                                  : m_open(m_segments.at(index));
    if (!opened) {
        setErrorString(opened.error().message);
        return false;
    }
    m_current = *std::move(opened);
    m_opened = index;
    return true;
}

qint64 SegmentsDevice::readData(char *to, qint64 most)
{
    const qint64 at = pos();
    // The first that ends behind this place.
    const auto found = std::upper_bound(m_ends.cbegin(), m_ends.cend(), at);
    if (found == m_ends.cend())
        return 0;
    const qsizetype index = found - m_ends.cbegin();
    if (!reach(index))
        return -1;
    const Segment &segment = m_segments.at(index);
    const qint64 within = at - (*found - segment.length);
    if (!m_current->seek(segment.offset + within)) {
        setErrorString(m_current->errorString());
        return -1;
    }
    const qint64 got = m_current->read(to, qMin(most, segment.length - within));
    if (got <= 0) {
        setErrorString(m_current->errorString());
        return -1;
    }
    return got;
}

Result<QList<SentSegment>> sentSegments(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isArray())
        return invalid(QStringLiteral("Manifest must be a list."));
    const QJsonArray array = document.array();
    if (array.isEmpty())
        return invalid(QStringLiteral("Manifest must contain at least one segment."));
    if (array.size() > mostSegments)
        return Error { ErrorCode::TooLarge,
            QStringLiteral("Number of segments must be <= %1.").arg(mostSegments), {} };
    QList<SentSegment> segments;
    for (qsizetype i = 0; i < array.size(); ++i) {
        auto segment = sentSegment(array.at(i), i);
        if (!segment)
            return segment.error();
        segments.append(*std::move(segment));
    }
    const auto isInline = [](const SentSegment &segment) { return !segment.data.isEmpty(); };
    if (std::all_of(segments.cbegin(), segments.cend(), isInline))
        return invalid(QStringLiteral("Inline data segments require at least one object-backed segment."));
    return segments;
}

Segment inlineSegment(const QByteArray &data)
{
    Digest digest(Digest::Kind::Md5);
    digest.add(data);
    Segment segment { {}, {}, QString::fromLatin1(digest.result().toHex()), data.size(), 0, data.size() };
    segment.data = data;
    return segment;
}

QByteArray keptManifest(const QList<Segment> &segments)
{
    JsonWriter json(256 * segments.size());
    json.beginArray();
    for (const Segment &segment : segments) {
        json.beginObject();
        if (segment.isInline()) {
            json.member("data", segment.data.toBase64()).endObject();
            continue;
        }
        json.member("name", u'/' + segment.container + u'/' + segment.name);
        json.member("bytes", segment.objectBytes).member("hash", segment.etag);
        json.member("content_type", segment.contentType);
        json.member("last_modified", isoMicroseconds(segment.modifiedAtMs).chopped(1));
        if (segment.isManifest)
            json.member("sub_slo", true);
        writeRange(json, segment);
        json.endObject();
    }
    json.endArray();
    return std::move(json).bytes();
}

QByteArray sentManifest(const QList<Segment> &segments)
{
    JsonWriter json(256 * segments.size());
    json.beginArray();
    for (const Segment &segment : segments) {
        json.beginObject();
        if (segment.isInline()) {
            json.member("data", segment.data.toBase64()).endObject();
            continue;
        }
        json.member("path", u'/' + segment.container + u'/' + segment.name);
        json.member("etag", segment.etag).member("size_bytes", segment.objectBytes);
        writeRange(json, segment);
        json.endObject();
    }
    json.endArray();
    return std::move(json).bytes();
}

Result<QList<Segment>> keptSegments(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    QList<Segment> segments;
    for (const QJsonValue &value : document.array()) {
        const QJsonObject object = value.toObject();
        if (const QJsonValue data = object.value(QLatin1StringView("data")); data.isString()) {
            segments.append(inlineSegment(QByteArray::fromBase64(data.toString().toLatin1())));
            continue;
        }
        const auto path = splitPath(object.value(QLatin1StringView("name")).toString());
        if (!path)
            return internalError(QStringLiteral("a manifest names no object"));
        Segment segment { path->first, path->second, object.value(QLatin1StringView("hash")).toString(),
            object.value(QLatin1StringView("bytes")).toInteger(), 0, 0 };
        segment.length = segment.objectBytes;
        const QByteArray range = object.value(QLatin1StringView("range")).toString().toLatin1();
        if (const qsizetype dash = range.indexOf('-'); dash > 0) {
            segment.offset = range.left(dash).toLongLong();
            segment.length = range.mid(dash + 1).toLongLong() - segment.offset + 1;
        }
        segments.append(segment);
    }
    return segments;
}

QString etagOfSegments(const QList<Segment> &segments)
{
    Digest digest(Digest::Kind::Md5);
    for (const Segment &segment : segments) {
        digest.add(segment.etag.toLatin1());
        if (!isWhole(segment))
            digest.add(':' + QByteArray::number(segment.offset) + '-'
                + QByteArray::number(segment.offset + segment.length - 1) + ';');
    }
    return QString::fromLatin1(digest.result().toHex());
}

} // namespace nephele
