// SPDX-License-Identifier: GPL-3.0-or-later
// The part of SwiftHandlers that copies objects.
#include "server/swift/swifthandlers.h"

#include "model/base/whendone.h"
#include "server/object/objectnames.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftrequest.h"

#include <QUrl>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

NewObject describeCopy(const NewObject &wanted, const ObjectVersion &source, Manifests manifests,
    Metadata metadata, bool hasContentType)
{
    NewObject next = changedObject(wanted, source, metadata, hasContentType);
    if (wanted.kind == ObjectKind::DynamicManifest || source.kind == ObjectKind::Symlink)
        return next;
    if (manifests == Manifests::Raw) {
        next.kind = source.kind;
        next.shownBytes = source.shownBytes;
        next.etag = source.etag;
        if (source.kind == ObjectKind::DynamicManifest)
            next.properties.system.insert(
                systemNames().manifest, source.properties.system.value(systemNames().manifest));
        return next;
    }
    next.kind = ObjectKind::Plain;
    next.properties.system.remove(systemNames().manifest);
    return next;
}

} // namespace

Reply SwiftHandlers::copyHere(const Request &request, const ObjectActor &actor, const ObjectPlace &place)
{
    const auto from = placeFromField(request, "X-Copy-From", "X-Copy-From-Account", place.account);
    if (!from)
        return from.error();
    return copy(request, actor, *from, place);
}

Reply SwiftHandlers::copyObject(const Request &request, const Caller &caller)
{
    const auto from = placeOf(request);
    if (!from)
        return from.error();
    const auto to = placeFromField(request, "Destination", "Destination-Account", from->account);
    if (!to)
        return to.error();
    return copy(request, actorOf(request, caller), *from, *to);
}

Reply SwiftHandlers::copy(
    const Request &request, const ObjectActor &actor, const ObjectPlace &from, const ObjectPlace &to)
{
    if (request.headers.contains("X-Symlink-Target"))
        return invalid(u"A copy is not made a symbolic link; PUT one."_s);
    const auto source = m_service.linkedObject(actor, from, wantedLinks(request));
    if (!source)
        return source.error();
    const auto etag = etagOf(*source);
    if (!etag)
        return etag.error();
    if (conditionStatus(request, *etag, source->version.validFromMs) != 0)
        return Error { ErrorCode::PreconditionFailed, u"The source does not meet the condition."_s, {} };
    const auto wanted = newObject(request, to.name, m_service.nowMs());
    if (!wanted)
        return wanted.error();
    const bool isFresh = request.headers.value("X-Fresh-Metadata").trimmed().toLower() == "true";
    const bool hasType = !request.headers.value("Content-Type").isEmpty();
    ObjectCopy wish { source->place, to, wantsManifest(request) ? Manifests::Raw : Manifests::Followed, {} };
    wish.describe = [wanted = *wanted, isFresh, hasType, manifests = wish.manifests](
                        const ObjectVersion &version) {
        return describeCopy(
            wanted, version, manifests, isFresh ? Metadata::Replaced : Metadata::Kept, hasType);
    };
    return thenIn(m_service.copyObject(actor, wish), &m_context,
        [from](const Result<CopiedObject> &done) -> Result<Response> {
            if (!done)
                return done.error();
            Response response = swiftStored(done->stored);
            response.headers.append(
                "X-Copied-From", QUrl::toPercentEncoding(from.container + u'/' + from.name, "/"));
            response.headers.append("X-Copied-From-Account", accountName(from.account));
            response.headers.append("X-Copied-From-Last-Modified", swiftDate(done->source.validFromMs));
            for (const auto &[name, value] : done->stored.properties.user.asKeyValueRange())
                response.headers.append("X-Object-Meta-" + name.toUtf8(), value.toUtf8());
            return response;
        });
}

} // namespace nephele
