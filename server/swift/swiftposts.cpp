// SPDX-License-Identifier: GPL-3.0-or-later
// The part of SwiftHandlers that takes what is posted: lists of deletions and forms.
#include "server/swift/swifthandlers.h"

#include "model/base/whendone.h"
#include "server/object/collectingsink.h"
#include "server/swift/swiftbulk.h"
#include "server/swift/swiftform.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftrequest.h"
#include "server/swift/tempurl.h"

#include <QUrl>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;
using Sink = std::shared_ptr<BodySink>;

QFuture<Result<Sink>> opened(Result<Sink> sink)
{
    return QtFuture::makeReadyFuture(std::move(sink));
}

Sink noBody()
{
    return std::make_shared<DiscardingSink>();
}

} // namespace

// Judged before a byte is read: who may delete nothing here is not listened to.
SwiftHandlers::Opened SwiftHandlers::openDeletions(const Request &request, const Caller &caller)
{
    if (!request.query("bulk-delete"_L1))
        return opened(noBody());
    const auto id = accountOf(request);
    if (!id)
        return opened(id.error());
    if (const auto allowed = m_service.checkDeletions(actorOf(request, caller), *id); !allowed)
        return opened(allowed.error());
    return opened(
        Sink(std::make_shared<CollectingSink>(m_service.works().collected(), SwiftLimits::bulkDeleteBytes)));
}

Reply SwiftHandlers::bulkDelete(const Request &request, const Caller &caller)
{
    const auto id = accountOf(request);
    if (!id)
        return id.error();
    const auto *list = qobject_cast<const CollectingSink *>(request.sink.get());
    if (!list)
        return internalError(u"a list of another kind"_s);
    const auto names = namesToDelete(list->body());
    if (!names)
        return names.error();
    return thenIn(m_service.removeMany(actorOf(request, caller), *id, *names), &m_context,
        [request](const Result<DeletionReport> &done) -> Result<Response> {
            if (!done)
                return done.error();
            return bulkResponse(request, bulkReport(*done));
        });
}

// A form is judged by its signature, whoever sends it.
SwiftHandlers::Opened SwiftHandlers::openForm(const Request &request, const Caller &)
{
    const auto boundary = MultipartReader::boundaryOf(request.headers.value("Content-Type"));
    if (!boundary || hasTempUrl(request))
        return opened(noBody());
    const auto place = placeOf(request);
    if (!place)
        return opened(place.error());
    const auto keys = m_service.works().database().read(
        [&](ReadTransaction &t) { return signingKeys(t, place->account, place->container); });
    if (!keys)
        return opened(keys.error());
    if (keys->isEmpty())
        return opened(Error { ErrorCode::Unauthenticated, u"FormPost: Invalid Signature"_s, {} });
    return opened(Sink(std::make_shared<SwiftFormSink>(
        m_service, SwiftFormSink::Options { *place, *keys, *boundary, request })));
}

Reply SwiftHandlers::formReply(const Request &request)
{
    const auto *form = qobject_cast<const SwiftFormSink *>(request.sink.get());
    if (!form)
        return internalError(u"a form of another kind"_s);
    const FormOutcome &outcome = form->outcome();
    if (outcome.redirect.isEmpty()) {
        Response response = swiftEmpty(outcome.status);
        response.body = outcome.message.toUtf8() + '\n';
        response.headers.set("Content-Type", "text/plain; charset=UTF-8");
        return response;
    }
    Response response = swiftEmpty(303);
    const QByteArray to = outcome.redirect.toUtf8();
    response.headers.append("Location",
        to + (to.contains('?') ? '&' : '?') + "status=" + QByteArray::number(outcome.status)
            + "&message=" + QUrl::toPercentEncoding(outcome.message));
    return response;
}

} // namespace nephele
