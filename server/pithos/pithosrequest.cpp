// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithosrequest.h"

#include "server/http/faults.h"
#include "server/object/objectrequest.h"
#include "server/pithos/pithosheaders.h"

#include <QUtf8StringView>

#include <algorithm>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

bool isAscii(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return uchar(c) < 0x80; });
}

Result<QByteArray> decodedField(const QByteArray &sent)
{
    if (!isAscii(sent))
        return invalid(u"Header fields must be ASCII; encode other characters by percent signs."_s);
    if (!sent.contains('%'))
        return sent;
    const QByteArray decoded = QByteArray::fromPercentEncoding(sent);
    if (!QUtf8StringView(decoded).isValidUtf8() || decoded.contains('\0'))
        return invalid(
            u"Header field %1: must be UTF-8 when it is decoded."_s.arg(QString::fromLatin1(sent.left(64))));
    return decoded;
}

Result<Headers> decodedHeaders(const Headers &sent)
{
    Headers decoded;
    for (const auto &[name, value] : sent.fields()) {
        const auto plainName = decodedField(name);
        const auto plainValue = plainName ? decodedField(value) : plainName;
        if (!plainValue)
            return plainValue.error();
        decoded.append(*plainName, *plainValue);
    }
    return decoded;
}

Result<> checkNames(const QString &container, const QString &object)
{
    if (container.toUtf8().size() > PithosLimits::containerName)
        return invalid(u"A container name has at most %1 bytes."_s.arg(PithosLimits::containerName));
    if (object.toUtf8().size() > PithosLimits::objectName)
        return invalid(u"An object name has at most %1 bytes."_s.arg(PithosLimits::objectName));
    return {};
}

Error notYours()
{
    return forbidden(u"Access was denied to this account."_s);
}

} // namespace

Result<ProjectId> PithosRequest::accountId() const
{
    if (!account)
        return notYours();
    return *account;
}

Result<ObjectPlace> PithosRequest::place() const
{
    if (!account)
        return notYours();
    return ObjectPlace { *account, container, object };
}

Result<PithosRequest> readPithosRequest(const Request &request, const Caller &caller)
{
    PithosRequest read;
    read.request = request;
    auto headers = decodedHeaders(request.headers);
    if (!headers)
        return headers.error();
    read.request.headers = *std::move(headers);
    read.actor = { caller, read.field("Referer"), std::nullopt };
    read.account = ProjectId::fromText(request.parameter("account"_L1));
    read.container = request.parameter("container"_L1);
    read.object = request.parameter("object"_L1);
    if (read.container.contains(u'/'))
        return invalid(u"A container name has no slash."_s);
    if (const auto good = checkNames(read.container, read.object); !good)
        return good.error();
    if (const auto seconds = pithosNumber(read, "until"_L1); seconds && *seconds < 100'000'000'000)
        read.untilMs = *seconds * 1000;
    return read;
}

Handler pithosHandler(PithosHandler handler)
{
    return [handler = std::move(handler)](const Request &request, const Caller &caller) -> Reply {
        const auto read = readPithosRequest(request, caller);
        return read ? handler(*read) : Reply(read.error());
    };
}

BodyRule::OpenSink pithosOpener(PithosOpener opener)
{
    return [opener = std::move(opener)](const Request &request, const Caller &caller) {
        const auto read = readPithosRequest(request, caller);
        if (!read)
            return QtFuture::makeReadyFuture(Result<std::shared_ptr<BodySink>>(read.error()));
        return opener(*read);
    };
}

Result<ObjectPlace> pithosPlace(const PithosRequest &request, QByteArrayView field, const ProjectId &account)
{
    QString path = request.text(field);
    if (path.startsWith(u'/'))
        path.remove(0, 1);
    const qsizetype slash = path.indexOf(u'/');
    if (slash <= 0 || slash == path.size() - 1)
        return invalid(u"%1: must be /container/object."_s.arg(QLatin1StringView(field)));
    const ObjectPlace place { account, path.left(slash), path.mid(slash + 1) };
    if (const auto good = checkNames(place.container, place.name); !good)
        return good.error();
    return place;
}

Result<ProjectId> pithosAccount(
    const PithosRequest &request, QByteArrayView field, const ProjectId &otherwise, const Error &unknown)
{
    const QString named = request.text(field).trimmed();
    if (named.isEmpty())
        return otherwise;
    const auto id = ProjectId::fromText(named);
    if (!id)
        return unknown;
    return *id;
}

ProjectId ownAccount(const ObjectActor &actor)
{
    // A user's own project has the user's id.
    return ProjectId::stored(actor.caller.user.text());
}

std::optional<qint64> pithosNumber(const PithosRequest &request, QLatin1StringView query)
{
    const auto text = request.request.query(query);
    bool isNumber = false;
    const qint64 number = text ? text->toLongLong(&isNumber) : 0;
    return isNumber && number >= 0 ? std::optional(number) : std::nullopt;
}

ReplyFormat pithosFormat(const PithosRequest &request, PithosReplies replies)
{
    // A name that ends in ".json" says nothing of what is wanted.
    Request asked = request.request;
    asked.path.clear();
    if (replies == PithosReplies::Documents)
        return wantedFormat(asked, { ReplyFormat::Json, ReplyFormat::Xml });
    return wantedFormat(asked, { ReplyFormat::Text, ReplyFormat::Json, ReplyFormat::Xml });
}

int pithosDateStatus(const PithosRequest &request, qint64 modifiedAtMs)
{
    Request dates = request.request;
    dates.headers = {};
    for (const auto &[name, value] : request.request.headers.fields()) {
        if (name.compare("If-Modified-Since", Qt::CaseInsensitive) == 0
            || name.compare("If-Unmodified-Since", Qt::CaseInsensitive) == 0)
            dates.headers.append(name, value);
    }
    return conditionStatus(dates, {}, modifiedAtMs);
}

QByteArray pithosContentType(ReplyFormat format)
{
    switch (format) {
    case ReplyFormat::Json:
        return "application/json; charset=UTF-8";
    case ReplyFormat::Xml:
        return "application/xml; charset=UTF-8";
    case ReplyFormat::Text:
        break;
    }
    return "text/plain; charset=UTF-8";
}

Response pithosLengthRequired(const PithosRequest &request, const QString &message)
{
    return renderFault(faultOf(411, message, FaultForm::Pithos),
        { FaultForm::Pithos, pithosFormat(request, PithosReplies::Lists), request.request.id,
            request.request.baseUrl });
}

Response pithosEmpty(const PithosRequest &request, int status)
{
    const ReplyFormat format = pithosFormat(request, PithosReplies::Documents);
    return { status, { { "Content-Type", pithosContentType(format) } }, {}, nullptr };
}

} // namespace nephele
