// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/swiftbulk.h"

#include "server/http/faults.h"
#include "server/http/jsonwriter.h"
#include "server/http/xmlwriter.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftlisting.h"

#include <QUrl>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

struct Field
{
    QLatin1StringView name;
    std::optional<qint64> number;
};

QList<Field> numbersOf(const BulkReport &report)
{
    return { { "Number Deleted"_L1, report.deleted }, { "Number Not Found"_L1, report.notFound },
        { "Number Files Created"_L1, report.created } };
}

QByteArray asJson(const BulkReport &report)
{
    JsonWriter json;
    json.beginObject();
    for (const Field &field : numbersOf(report)) {
        if (field.number)
            json.member(QString(field.name), *field.number);
    }
    json.member("Response Status", report.status).member("Response Body", report.body);
    json.key("Errors").beginArray();
    for (const auto &[name, status] : report.errors)
        json.beginArray().value(name).value(status).endArray();
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray asXml(const BulkReport &report)
{
    XmlWriter xml;
    xml.begin(report.created ? "extract"_L1 : "delete"_L1);
    for (const Field &field : numbersOf(report)) {
        if (field.number)
            xml.element(QLatin1StringView(QByteArray(field.name.data()).replace(' ', '_').toLower()),
                QString::number(*field.number));
    }
    xml.element("response_status"_L1, report.status).element("response_body"_L1, report.body);
    xml.begin("errors"_L1);
    for (const auto &[name, status] : report.errors)
        xml.begin("object"_L1).element("name"_L1, name).element("status"_L1, status).end();
    xml.end().end();
    return xml.bytes();
}

QByteArray asText(const BulkReport &report)
{
    QString text;
    for (const Field &field : numbersOf(report)) {
        if (field.number)
            text += u"%1: %2\n"_s.arg(field.name).arg(*field.number);
    }
    text += u"Response Body: %1\nResponse Status: %2\nErrors:\n"_s.arg(report.body, report.status);
    for (const auto &[name, status] : report.errors)
        text += u"%1, %2\n"_s.arg(name, status);
    return text.toUtf8();
}

} // namespace

Response bulkResponse(const Request &request, const BulkReport &report)
{
    switch (listingFormat(request).value_or(ListingFormat::Text)) {
    case ListingFormat::Json:
        return Response::json(200, asJson(report));
    case ListingFormat::Xml:
        return { 200, { { "Content-Type", "application/xml" } }, asXml(report), nullptr };
    case ListingFormat::Text:
        break;
    }
    return Response::text(200, asText(report));
}

BulkReport bulkReport(const DeletionReport &deletions)
{
    BulkReport report;
    report.deleted = deletions.deleted;
    report.notFound = deletions.notFound;
    for (const auto &[name, error] : deletions.errors) {
        const int status = faultOf(error, FaultForm::Swift, {}).status;
        report.errors.emplaceBack(QString::fromLatin1(QUrl::toPercentEncoding(u'/' + name, "/")),
            u"%1 %2"_s.arg(status).arg(QString::fromLatin1(reasonPhrase(status))));
    }
    if (!report.errors.isEmpty()) {
        report.status = u"400 Bad Request"_s;
    } else if (deletions.deleted == 0 && deletions.notFound == 0) {
        report.status = u"400 Bad Request"_s;
        report.body = u"Invalid bulk delete."_s;
    }
    return report;
}

Result<QStringList> namesToDelete(const QByteArray &body)
{
    QStringList names;
    for (const QByteArray &line : body.split('\n')) {
        QString name = QString::fromUtf8(QByteArray::fromPercentEncoding(line.trimmed()));
        if (name.startsWith(u'/'))
            name.remove(0, 1);
        if (name.isEmpty() || name.contains(QChar(0)))
            continue;
        if (name.toUtf8().size() > SwiftLimits::containerName + 1 + SwiftLimits::objectName)
            return invalid(QStringLiteral("A name in the list is too long."));
        if (names.size() == SwiftLimits::bulkDeletes)
            return Error { ErrorCode::TooLarge,
                QStringLiteral("Maximum bulk deletes: %1 per request.").arg(SwiftLimits::bulkDeletes), {} };
        names.append(name);
    }
    return names;
}

} // namespace nephele
