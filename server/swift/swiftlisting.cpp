// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/swiftlisting.h"

#include "model/base/clock.h"
#include "server/http/jsonwriter.h"
#include "server/http/xmlwriter.h"
#include "server/object/objectnames.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftrequest.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

// "2026-11-22T10:00:00.000000": no zone, which clients count on.
QByteArray listedTime(qint64 ms)
{
    return isoMicroseconds(ms).chopped(1);
}

void finish(Response &response, ListingFormat format, QByteArray body)
{
    switch (format) {
    case ListingFormat::Text:
        response.headers.set("Content-Type", "text/plain; charset=utf-8");
        break;
    case ListingFormat::Json:
        response.headers.set("Content-Type", "application/json; charset=utf-8");
        break;
    case ListingFormat::Xml:
        response.headers.set("Content-Type", "application/xml; charset=utf-8");
        break;
    }
    response.status = body.isEmpty() ? 204 : 200;
    response.body = std::move(body);
}

template <class Line>
QByteArray asText(const QList<Line> &lines)
{
    QByteArray text;
    for (const Line &line : lines)
        text.append(line.name.toUtf8()).append('\n');
    return text;
}

void writeFolder(XmlWriter &xml, const QString &name)
{
    xml.begin("subdir"_L1).attribute("name"_L1, name).element("name"_L1, name).end();
}

void writeLink(JsonWriter &json, const ProjectId &account, const PropertyMap &link)
{
    const QString other = link.value(systemNames().symlinkAccount);
    json.member("symlink_path",
        "/v1/" + (other.isEmpty() ? accountName(account) : other.toLatin1()) + '/'
            + link.value(systemNames().symlinkTarget).toLatin1());
    if (const QString etag = link.value(systemNames().symlinkEtag); !etag.isEmpty())
        json.member("symlink_etag", etag)
            .member("symlink_bytes", link.value(systemNames().symlinkBytes).toLongLong());
}

std::optional<ListingFormat> formatNamed(QByteArrayView name)
{
    if (name == "text/plain" || name == "text/*" || name == "*/*" || name == "plain")
        return ListingFormat::Text;
    if (name == "application/json" || name == "application/*" || name == "json")
        return ListingFormat::Json;
    if (name == "application/xml" || name == "text/xml" || name == "xml")
        return ListingFormat::Xml;
    return std::nullopt;
}

} // namespace

std::optional<ListingFormat> listingFormat(const Request &request)
{
    if (const auto wanted = request.query("format"_L1))
        return formatNamed(wanted->toLower().toLatin1()).value_or(ListingFormat::Text);
    const QByteArray accept = request.headers.value("Accept").toLower();
    if (accept.trimmed().isEmpty())
        return ListingFormat::Text;
    for (const QByteArray &part : accept.split(',')) {
        if (const auto format = formatNamed(part.split(';').constFirst().trimmed()))
            return format;
    }
    return std::nullopt;
}

Result<NamePage> listingPage(const Request &request)
{
    NamePage page;
    page.limit = SwiftLimits::listing;
    if (const auto limit = request.query("limit"_L1)) {
        bool isNumber = false;
        const qint64 wanted = limit->toLongLong(&isNumber);
        if (isNumber && wanted > SwiftLimits::listing)
            return Error { ErrorCode::PreconditionFailed,
                QStringLiteral("Maximum limit is %1.").arg(SwiftLimits::listing), {} };
        if (isNumber && wanted >= 0)
            page.limit = int(wanted);
    }
    const auto marker = [&](QLatin1StringView name) {
        auto text = request.query(name);
        return text && text->isEmpty() ? std::nullopt : text;
    };
    page.after = marker("marker"_L1);
    page.before = marker("end_marker"_L1);
    page.prefix = request.query("prefix"_L1).value_or(QString());
    page.delimiter = request.query("delimiter"_L1).value_or(QString());
    static const QStringList yes { u"true"_s, u"1"_s, u"yes"_s, u"on"_s, u"t"_s, u"y"_s };
    page.isReversed = yes.contains(request.query("reverse"_L1).value_or(QString()).toLower());
    if (const auto path = request.query("path"_L1)) {
        page.prefix = *path;
        while (page.prefix.endsWith(u'/'))
            page.prefix.chop(1);
        if (!page.prefix.isEmpty())
            page.prefix += u'/';
        page.delimiter = u"/"_s;
        page.folders = NamePage::Folders::Hidden;
    }
    return page;
}

void writeContainers(
    Response &response, ListingFormat format, const ProjectId &account, const QList<ContainerLine> &lines)
{
    if (format == ListingFormat::Text) {
        finish(response, format, asText(lines));
        return;
    }
    if (format == ListingFormat::Xml) {
        XmlWriter xml;
        xml.begin("account"_L1).attribute("name"_L1, u"AUTH_"_s + account.text());
        for (const ContainerLine &line : lines) {
            if (line.isFolder) {
                writeFolder(xml, line.name);
                continue;
            }
            xml.begin("container"_L1).element("name"_L1, line.name);
            xml.element("count"_L1, QString::number(line.objects));
            xml.element("bytes"_L1, QString::number(line.bytes));
            xml.element("last_modified"_L1, QString::fromLatin1(listedTime(line.updatedAtMs))).end();
        }
        finish(response, format, xml.bytes());
        return;
    }
    JsonWriter json(128 * lines.size() + 16);
    json.beginArray();
    for (const ContainerLine &line : lines) {
        json.beginObject();
        if (line.isFolder)
            json.member("subdir", line.name);
        else
            json.member("name", line.name)
                .member("count", line.objects)
                .member("bytes", line.bytes)
                .member("last_modified", listedTime(line.updatedAtMs));
        json.endObject();
    }
    json.endArray();
    finish(response, format, std::move(json).bytes());
}

void writeObjects(Response &response, ListingFormat format, const ContainerView &view,
    const QList<ObjectLine> &lines, const QMap<QString, PropertyMap> &links)
{
    if (format == ListingFormat::Text) {
        finish(response, format, asText(lines));
        return;
    }
    if (format == ListingFormat::Xml) {
        XmlWriter xml;
        xml.begin("container"_L1).attribute("name"_L1, view.container.name);
        for (const ObjectLine &line : lines) {
            if (line.isFolder) {
                writeFolder(xml, line.name);
                continue;
            }
            xml.begin("object"_L1).element("name"_L1, line.name).element("hash"_L1, line.etag);
            xml.element("bytes"_L1, QString::number(line.bytes));
            xml.element("content_type"_L1, line.contentType);
            xml.element("last_modified"_L1, QString::fromLatin1(listedTime(line.modifiedAtMs))).end();
        }
        finish(response, format, xml.bytes());
        return;
    }
    JsonWriter json(200 * lines.size() + 16);
    json.beginArray();
    for (const ObjectLine &line : lines) {
        json.beginObject();
        if (line.isFolder)
            json.member("subdir", line.name);
        else
            json.member("name", line.name)
                .member("hash", line.etag)
                .member("bytes", line.bytes)
                .member("content_type", line.contentType)
                .member("last_modified", listedTime(line.modifiedAtMs));
        if (const auto link = links.constFind(line.name); !line.isFolder && link != links.cend())
            writeLink(json, view.container.account, *link);
        json.endObject();
    }
    json.endArray();
    finish(response, format, std::move(json).bytes());
}

} // namespace nephele
