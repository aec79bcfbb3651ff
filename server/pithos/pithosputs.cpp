// SPDX-License-Identifier: GPL-3.0-or-later
// PithosHandlers: PUT of objects by data and by hashmap.
#include "server/pithos/pithoshandlers.h"

#include "server/object/collectingsink.h"
#include "server/object/objectrequest.h"
#include "server/object/objectsink.h"
#include "server/pithos/hashmapsink.h"
#include "server/pithos/pithosheaders.h"
#include "server/pithos/pithossharing.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;
using Sink = std::shared_ptr<BodySink>;

bool comesFromElsewhere(const PithosRequest &request)
{
    return request.hasField("X-Copy-From") || request.hasField("X-Move-From");
}

// What 411 is said of; empty: nothing is missing.
QString missingField(const PithosRequest &request)
{
    if (isLengthMissing(request.request))
        return u"Content-Length: it is missing."_s;
    if (!comesFromElsewhere(request) && request.field("Content-Type").trimmed().isEmpty())
        return u"Content-Type: it is missing."_s;
    return {};
}

Result<NewObject> wantedOf(const PithosRequest &request)
{
    auto wanted = newPithosObject(request, request.text("Content-Type").trimmed());
    if (!wanted)
        return wanted;
    auto sharing = sharingFromHeaders(request.request.headers);
    if (!sharing)
        return sharing.error();
    wanted->sharing = *std::move(sharing);
    return wanted;
}

Response stored(const PithosRequest &request, const ObjectVersion &version, const QByteArray &root)
{
    Response response = pithosEmpty(request, 201);
    response.headers.append("ETag", pithosEtag(version, root));
    writePithosStored(response.headers, version);
    return response;
}

} // namespace

Result<Sink> PithosHandlers::openPut(const PithosRequest &request)
{
    const auto place = request.place();
    if (!place)
        return place.error();
    if (!missingField(request).isEmpty() || comesFromElsewhere(request))
        return Sink(std::make_shared<DiscardingSink>());
    const auto wanted = wantedOf(request);
    if (!wanted)
        return wanted.error();
    const auto length = announcedBytes(request.request);
    if (request.has("hashmap"_L1)) {
        if (length.value_or(0) > PithosLimits::hashmapBytes)
            return Error { ErrorCode::TooLarge, u"A hashmap has at most 64 MiB."_s, {} };
        // Judged before it is read: who may not write here is not listened to.
        const auto allowed = m_service.works().database().read(
            [&](ReadTransaction &t) { return writableContainer(t, request.actor, *place); });
        if (!allowed)
            return allowed.error();
        return Sink(std::make_shared<HashmapSink>(m_service.works(), request.actor, *place, *wanted));
    }
    const QByteArray md5 = request.field("ETag").trimmed().replace("\"", "").toLower();
    return m_service.objects().openPut(request.actor, *place, *wanted, length, md5);
}

PithosHandlers::Opened PithosHandlers::openObjectPut(const PithosRequest &request)
{
    return QtFuture::makeReadyFuture(openPut(request));
}

Reply PithosHandlers::putObject(const PithosRequest &request)
{
    if (const QString missing = missingField(request); !missing.isEmpty())
        return pithosLengthRequired(request, missing);
    if (comesFromElsewhere(request))
        return putFrom(request);
    const BodySink *sink = request.request.sink.get();
    if (const auto *hashmap = qobject_cast<const HashmapSink *>(sink)) {
        const HashmapOutcome &outcome = hashmap->outcome();
        if (outcome.missing.isEmpty())
            return stored(request, outcome.stored, outcome.root);
        // In JSON whatever is asked for.
        Response response { 409, {}, writeHashes(outcome.missing, ReplyFormat::Json), nullptr };
        response.headers.append("Content-Type", pithosContentType(ReplyFormat::Json));
        return response;
    }
    const auto *object = qobject_cast<const ObjectSink *>(sink);
    if (!object)
        return internalError(u"an upload of another kind"_s);
    return stored(request, object->stored(), {});
}

} // namespace nephele
