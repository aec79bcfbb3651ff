// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/pithosupdates.h"

#include "model/base/whendone.h"
#include "server/http/faults.h"
#include "server/object/objectsink.h"
#include "server/object/pithosform.h"
#include "server/object/pithosheaders.h"
#include "server/object/pithossharing.h"
#include "server/object/swiftrequest.h"
#include "server/object/swiftsinks.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;
using Sink = std::shared_ptr<BodySink>;
using Opened = QFuture<Result<Sink>>;

enum class PostForm { Metadata, Data, Source, HtmlForm };

QByteArray mediaType(const PithosRequest &request)
{
    return request.field("Content-Type").split(';').constFirst().trimmed().toLower();
}

PostForm formOf(const PithosRequest &request)
{
    if (request.hasField("X-Source-Object"))
        return PostForm::Source;
    const QByteArray type = mediaType(request);
    if (type == "multipart/form-data")
        return PostForm::HtmlForm;
    return type == "application/octet-stream" ? PostForm::Data : PostForm::Metadata;
}

Error malformedRange()
{
    return { ErrorCode::RangeNotSatisfiable,
        u"Content-Range: must be of the form bytes <first>-<last>/<size> or bytes */*."_s, {} };
}

std::optional<qint64> digits(QByteArrayView text)
{
    const bool isPlain = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    bool fits = false;
    const qint64 value = text.toLongLong(&fits);
    return isPlain && fits ? std::optional(value) : std::nullopt;
}

// X-Object-Bytes: where the object ends.
Result<std::optional<qint64>> finalBytes(const PithosRequest &request)
{
    if (!request.hasField("X-Object-Bytes"))
        return std::optional<qint64>();
    const auto bytes = digits(request.field("X-Object-Bytes").trimmed());
    if (!bytes)
        return invalid(u"X-Object-Bytes: must be a number of bytes."_s);
    return bytes;
}

// What the header fields make of the object that is there.
Result<std::function<Result<NewObject>(const ObjectVersion &)>> describe(const PithosRequest &request)
{
    const auto sent = pithosObjectProperties(request);
    if (!sent)
        return sent.error();
    const auto sharing = sharingFromHeaders(request.request.headers);
    if (!sharing)
        return sharing.error();
    return std::function<Result<NewObject>(const ObjectVersion &)>(
        [sent = *sent, sharing = *sharing, update = pithosUpdate(request),
            ifMatch = request.field("If-Match").trimmed(),
            ifNoneMatch = request.field("If-None-Match").trimmed()](
            const ObjectVersion &before) -> Result<NewObject> {
            auto next = changedPithosObject(before, sent, update);
            if (!next)
                return next.error();
            next->ifMatch = ifMatch;
            next->ifNoneMatch = ifNoneMatch;
            next->sharing = sharing;
            return next;
        });
}

Result<ObjectUpdate> updateOf(const PithosRequest &request)
{
    const auto place = request.place();
    if (!place)
        return place.error();
    const auto range = contentPlace(request.field("Content-Range"));
    if (!range)
        return range.error();
    const auto most = finalBytes(request);
    if (!most)
        return most.error();
    const auto next = describe(request);
    if (!next)
        return next.error();
    return ObjectUpdate { *place, *range, *most, *next };
}

Response lengthRequired(const PithosRequest &request)
{
    const auto fault = faultOf(411, u"Content-Length: it is missing."_s, FaultForm::Pithos);
    return renderFault(fault,
        { FaultForm::Pithos, pithosFormat(request, PithosReplies::Documents), request.request.id,
            request.request.baseUrl });
}

class Posts
{
public:
    Posts(ObjectService &service, QObject &context) : m_service(service), m_context(context) { }

    Opened open(const PithosRequest &request)
    {
        const auto now = [](Result<Sink> sink) { return QtFuture::makeReadyFuture(std::move(sink)); };
        switch (formOf(request)) {
        case PostForm::Data:
            return openData(request);
        case PostForm::HtmlForm:
            return now(openForm(request));
        case PostForm::Metadata:
        case PostForm::Source:
            break;
        }
        return now(Sink(std::make_shared<DiscardingSink>()));
    }

    Reply answer(const PithosRequest &request)
    {
        switch (formOf(request)) {
        case PostForm::Metadata:
            return changeMetadata(request);
        case PostForm::Source:
            return takeFromSource(request);
        case PostForm::HtmlForm:
            return formReply(request);
        case PostForm::Data:
            break;
        }
        if (isLengthMissing(request.request))
            return lengthRequired(request);
        return dataReply(request);
    }

private:
    Opened openData(const PithosRequest &request)
    {
        const auto now = [](Result<Sink> sink) { return QtFuture::makeReadyFuture(std::move(sink)); };
        if (isLengthMissing(request.request))
            return now(Sink(std::make_shared<DiscardingSink>()));
        const auto update = updateOf(request);
        if (!update)
            return now(update.error());
        return openUpdate(
            m_service.works(), &m_context, request.actor, *update, announcedBytes(request.request));
    }

    Result<Sink> openForm(const PithosRequest &request)
    {
        const auto place = request.place();
        if (!place)
            return place.error();
        const auto boundary = MultipartReader::boundaryOf(request.field("Content-Type"));
        if (!boundary)
            return invalid(u"Content-Type: multipart/form-data needs a boundary."_s);
        return Sink(std::make_shared<FormSink>(*boundary, u"X-Object-Data"_s,
            [service = &m_service, actor = request.actor, place = *place](const QByteArray &type) {
                NewObject wanted;
                wanted.contentType = QString::fromUtf8(type);
                return service->openPut(actor, place, wanted, std::nullopt, {});
            }));
    }

    Reply changeMetadata(const PithosRequest &request)
    {
        const auto place = request.place();
        if (!place)
            return place.error();
        const auto next = describe(request);
        if (!next)
            return next.error();
        const auto wanted = [next = *next](const ObjectVersion &before) {
            auto described = next(before);
            if (described)
                described->isNewStateNeeded = false;
            return described;
        };
        return thenIn(m_service.changeObject(request.actor, *place, wanted), &m_context,
            [request](const Result<ObjectVersion> &done) -> Result<Response> {
                if (!done)
                    return done.error();
                Response response = pithosEmpty(request, 202);
                writePithosStored(response.headers, *done);
                return response;
            });
    }

    Reply takeFromSource(const PithosRequest &request)
    {
        const auto update = updateOf(request);
        if (!update)
            return update.error();
        const auto source = sourceOf(request, update->place.account);
        if (!source)
            return source.error();
        return thenIn(updateFromObject(m_service.works(), request.actor, *update, *source), &m_context,
            [this, request](const Result<ObjectVersion> &done) -> Result<Response> {
                if (!done)
                    return done.error();
                return updated(request, *done);
            });
    }

    Result<ObjectView> sourceOf(const PithosRequest &request, const ProjectId &account)
    {
        const auto from = pithosAccount(request, "X-Source-Account", account,
            forbidden(u"X-Source-Account: access was denied to this account."_s));
        if (!from)
            return from.error();
        const auto place = pithosPlace(request, "X-Source-Object", *from);
        if (!place)
            return place.error();
        const QByteArray version = request.field("X-Source-Version").trimmed();
        if (version.isEmpty())
            return m_service.linkedObject(request.actor, *place);
        const auto number = digits(version);
        if (!number)
            return invalid(u"X-Source-Version: must be a number."_s);
        return m_service.object(request.actor, *place, ObjectRight::Read, *number);
    }

    Reply dataReply(const PithosRequest &request)
    {
        const auto *sink = qobject_cast<const ObjectSink *>(request.request.sink.get());
        if (!sink)
            return internalError(u"an upload of another kind"_s);
        return updated(request, sink->stored());
    }

    Reply formReply(const PithosRequest &request)
    {
        const auto *form = qobject_cast<const FormSink *>(request.request.sink.get());
        const auto *sink = form ? qobject_cast<const ObjectSink *>(form->inner().get()) : nullptr;
        if (!sink)
            return internalError(u"an upload of another kind"_s);
        Response response = Response::text(201, sink->stored().etag.toLatin1());
        response.headers.append("ETag", sink->stored().etag.toLatin1());
        writePithosStored(response.headers, sink->stored());
        return response;
    }

    Result<Response> updated(const PithosRequest &request, const ObjectVersion &stored)
    {
        const auto content = m_service.works().database().read(
            [&](ReadTransaction &t) { return MapStore::find(t, stored.map); });
        if (!content)
            return content.error();
        Response response = pithosEmpty(request, 204);
        response.headers.append("ETag", pithosEtag(stored, *content ? (*content)->root : QByteArray()));
        writePithosStored(response.headers, stored);
        return response;
    }

    ObjectService &m_service;
    QObject &m_context;
};

} // namespace

Result<ContentPlace> contentPlace(const QByteArray &field)
{
    if (field.trimmed().isEmpty())
        return invalid(u"Content-Range: it is missing."_s);
    QByteArrayView rest = QByteArrayView(field).trimmed();
    if (rest.first(qMin<qsizetype>(6, rest.size())).compare("bytes ", Qt::CaseInsensitive) != 0)
        return malformedRange();
    rest = rest.sliced(6).trimmed();
    const qsizetype slash = rest.indexOf('/');
    if (slash < 0)
        return malformedRange();
    const QByteArrayView part = rest.first(slash).trimmed();
    const QByteArrayView total = rest.sliced(slash + 1).trimmed();
    ContentPlace place;
    if (part == "*")
        return total == "*" ? Result<ContentPlace>(place) : malformedRange();
    const qsizetype dash = part.indexOf('-');
    if (dash <= 0)
        return malformedRange();
    place.first = digits(part.first(dash));
    const QByteArrayView last = part.sliced(dash + 1);
    if (!last.isEmpty())
        place.last = digits(last);
    if (total != "*")
        place.total = digits(total);
    const bool isWrong = !place.first || (!last.isEmpty() && !place.last)
        || (total != "*" && (!place.total || total.isEmpty())) || (place.last && *place.last < *place.first);
    return isWrong ? Result<ContentPlace>(malformedRange()) : place;
}

Route pithosObjectPost(const QByteArray &pattern, ObjectService &service, QObject &context)
{
    const auto posts = std::make_shared<Posts>(service, context);
    return Route("POST", pattern, Right::Member,
        pithosHandler([posts](const PithosRequest &request) { return posts->answer(request); }),
        BodyRule::streamed(PithosLimits::uploadBytes,
            pithosOpener([posts](const PithosRequest &request) { return posts->open(request); })));
}

} // namespace nephele
