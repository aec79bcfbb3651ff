// SPDX-License-Identifier: GPL-3.0-or-later
// The half of SwiftHandlers that deals with objects.
#include "server/swift/swifthandlers.h"

#include "model/base/whendone.h"
#include "model/blocks/blockhash.h"
#include "server/object/collectingsink.h"
#include "server/object/objectnames.h"
#include "server/object/objectsink.h"
#include "server/swift/archivesink.h"
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

// Put together of blocks through Pithos' face, and too large to be read on the spot.
bool isDigestPending(const ObjectVersion &version)
{
    return version.kind == ObjectKind::Plain && version.etag.isEmpty();
}

// Where the object's link points to; empty for an object that is none.
QByteArray linkedTo(const Request &request, const ObjectView &view)
{
    if (view.version.kind != ObjectKind::Symlink)
        return {};
    return request.baseUrl + objectPath(linkTarget(view.place.account, view.version).place);
}

bool isCopying(const Request &request)
{
    return request.headers.contains("X-Copy-From");
}

QByteArray wantedMd5(const Request &request)
{
    return request.headers.value("ETag").trimmed().replace("\"", "").toLower();
}

// What a temporary URL says about the file it becomes.
void addDisposition(Headers &headers, const Request &request, const QString &name)
{
    const auto wanted = request.query("filename"_L1);
    const QString fileName =
        wanted && !wanted->isEmpty() ? *wanted : name.section(u'/', -1, -1, QString::SectionSkipEmpty);
    QByteArray plain = fileName.toUtf8();
    plain.replace('"', "%22");
    const QByteArray kind = request.query("inline"_L1) ? "inline" : "attachment";
    if (kind == "inline" && !wanted) {
        headers.set("Content-Disposition", kind);
        return;
    }
    headers.set("Content-Disposition",
        kind + "; filename=\"" + plain + "\"; filename*=UTF-8''" + QUrl::toPercentEncoding(fileName, "/"));
}

// A bearer of a temporary URL puts bytes, and nothing that points to other objects.
Result<> checkPassed(const Request &request, const ObjectActor &actor)
{
    if (!actor.pass)
        return {};
    if (request.headers.contains("X-Object-Manifest") || request.headers.contains("X-Symlink-Target")
        || isCopying(request) || request.query("multipart-manifest"_L1)
        || request.query("extract-archive"_L1))
        return invalid(u"A temporary URL does not allow this."_s);
    return {};
}

} // namespace

Result<QByteArray> SwiftHandlers::etagOf(const ObjectView &view)
{
    if (isDigestPending(view.version)) {
        const auto root = m_service.contentRoot(view);
        return root ? Result<QByteArray>('"' + root->toHex() + '"') : root;
    }
    if (view.version.kind != ObjectKind::DynamicManifest)
        return swiftEtag(view.version);
    const auto segments = m_service.segments(view);
    if (!segments)
        return segments.error();
    return '"' + etagOfSegments(*segments).toLatin1() + '"';
}

Reply SwiftHandlers::rawManifest(const Request &request, const ObjectView &view)
{
    const auto content = m_service.content(view, Manifests::Raw);
    if (!content)
        return content.error();
    QByteArray body = (*content)->read(view.version.sizeBytes);
    if (body.size() != view.version.sizeBytes)
        return internalError(u"a manifest cannot be read"_s);
    if (asks(request, "format"_L1, "raw"_L1)) {
        const auto segments = keptSegments(body);
        if (!segments)
            return segments.error();
        body = sentManifest(*segments);
    }
    Digest digest(Digest::Kind::Md5);
    digest.add(body);
    Response response;
    writeObject(response.headers, view.version, digest.result().toHex());
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    response.body = body;
    return response;
}

Reply SwiftHandlers::showObject(const Request &request, const Caller &caller)
{
    const auto place = placeOf(request);
    if (!place)
        return place.error();
    if (auto page = pageOf(request, caller, *place))
        return *std::move(page);
    const auto actor = actorAt(request, caller, *place);
    if (!actor)
        return actor.error();
    // Whoever may put by a temporary URL may look whether it arrived; a body needs the right to read.
    const auto view = m_service.linkedObject(*actor, *place, wantedLinks(request));
    if (!view)
        return view.error();
    return whole(request, *actor, *view);
}

Reply SwiftHandlers::whole(const Request &request, const ObjectActor &actor, const ObjectView &view)
{
    const bool isRaw = wantsManifest(request);
    if (isRaw && view.version.kind == ObjectKind::StaticManifest)
        return rawManifest(request, view);
    const auto etag = isRaw ? Result<QByteArray>(view.version.etag.toLatin1()) : etagOf(view);
    if (!etag)
        return etag.error();
    Response response;
    writeObject(response.headers, view.version, *etag);
    // Clients take the ETag of a large object for something else than the MD5 of its bytes.
    if (isDigestPending(view.version))
        response.headers.append("X-Static-Large-Object", "True");
    if (const QByteArray path = objectPath(view.place); path != objectPath(*placeOf(request)))
        response.headers.append("Content-Location", path);
    if (const int status = conditionStatus(request, *etag, view.version.validFromMs)) {
        response.status = status;
        return response;
    }
    if (actor.pass)
        addDisposition(response.headers, request, request.parameter("object"_L1));
    auto content = m_service.content(view, isRaw ? Manifests::Raw : Manifests::Followed);
    if (!content)
        return content.error();
    response.content = *std::move(content);
    return response;
}

Result<Sink> SwiftHandlers::openBody(const Request &request, const Caller &caller)
{
    const auto place = placeOf(request);
    if (!place)
        return place.error();
    const auto actor = actorAt(request, caller, *place);
    if (!actor)
        return actor.error();
    if (const auto good = checkPassed(request, *actor); !good)
        return good.error();
    if (isCopying(request) || isLengthMissing(request))
        return Sink(std::make_shared<DiscardingSink>());
    const auto wanted = newObject(request, place->name, m_service.nowMs());
    if (!wanted)
        return wanted.error();
    if (asks(request, "multipart-manifest"_L1, "put"_L1)) {
        // Judged before a byte is read: who may not write here is not listened to.
        if (const auto allowed = m_service.checkPut(*actor, *place, *wanted); !allowed)
            return allowed.error();
        return openManifest(request, *actor, *place, *wanted);
    }
    if (wanted->kind == ObjectKind::Symlink) {
        if (const auto allowed = m_service.checkPut(*actor, *place, *wanted); !allowed)
            return allowed.error();
        const auto link = m_service.checkedLink(*actor, *place, *wanted);
        if (!link)
            return link.error();
        return m_service.openPut(*actor, *place, *link, 0, wantedMd5(request));
    }
    return m_service.openPut(*actor, *place, *wanted, announcedBytes(request), wantedMd5(request));
}

SwiftHandlers::Opened SwiftHandlers::openObject(const Request &request, const Caller &caller)
{
    if (request.query("extract-archive"_L1))
        return openArchive(request, caller);
    return QtFuture::makeReadyFuture(openBody(request, caller));
}

std::shared_ptr<BodySink> SwiftHandlers::openManifest(
    const Request &request, const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted)
{
    using Next = CollectingSink::Next;
    ObjectService *service = &m_service;
    const QByteArray etag = wantedMd5(request);
    return std::make_shared<CollectingSink>(service->works().collected(), mostManifestBytes,
        [service, actor, place, wanted, etag](const QByteArray &body) -> Result<Next> {
            NewObject manifest = wanted;
            const auto kept = makeManifest(service->works(), actor, place.account, body, manifest);
            if (!kept)
                return kept.error();
            if (!etag.isEmpty() && manifest.etag.toLatin1() != etag)
                return Error { ErrorCode::Unprocessable, u"The parts do not have the ETag sent along."_s,
                    {} };
            const auto sink = service->openPut(actor, place, manifest, kept->size(), {});
            if (!sink)
                return sink.error();
            return Next { *sink, *kept };
        });
}

Reply SwiftHandlers::putObject(const Request &request, const Caller &caller)
{
    if (request.query("extract-archive"_L1))
        return archiveReply(request);
    if (isCopying(request)) {
        const auto place = placeOf(request);
        if (!place)
            return place.error();
        return copyHere(request, actorOf(request, caller), *place);
    }
    if (isLengthMissing(request))
        return Response::text(411, "Missing Content-Length header.\n");
    const BodySink *sink = request.sink.get();
    if (const auto *collecting = qobject_cast<const CollectingSink *>(sink))
        sink = collecting->inner().get();
    const auto *object = qobject_cast<const ObjectSink *>(sink);
    if (!object)
        return internalError(u"an upload of another kind"_s);
    return swiftStored(object->stored());
}

Reply SwiftHandlers::changeObject(const Request &request, const Caller &caller)
{
    if (qobject_cast<const SwiftFormSink *>(request.sink.get()))
        return formReply(request);
    const auto place = placeOf(request);
    if (!place)
        return place.error();
    const auto actor = actorAt(request, caller, *place);
    if (!actor)
        return actor.error();
    if (const auto good = checkPassed(request, *actor); !good)
        return good.error();
    if (request.headers.contains("X-Symlink-Target"))
        return invalid(u"A PUT request is required to set a symlink target."_s);
    const auto wanted = newObject(request, place->name, m_service.nowMs());
    if (!wanted)
        return wanted.error();
    const auto present = m_service.object(*actor, *place, ObjectRight::Write);
    if (!present)
        return present.error();
    const bool hasType = !request.headers.value("Content-Type").isEmpty();
    const auto describe = [wanted = *wanted, hasType](const ObjectVersion &before) {
        NewObject next = changedObject(wanted, before, Metadata::Replaced, hasType);
        if (next.kind != ObjectKind::DynamicManifest && before.kind != ObjectKind::DynamicManifest)
            next.kind = before.kind;
        return next;
    };
    return thenIn(m_service.changeObject(*actor, *place, describe), &m_context,
        [to = linkedTo(request, *present)](const Result<ObjectVersion> &done) -> Result<Response> {
            if (!done)
                return done.error();
            if (to.isEmpty())
                return swiftEmpty(202);
            // What is said of a link is said of it alone; the target is elsewhere.
            Response response = swiftEmpty(307);
            response.headers.append("Location", to);
            return response;
        });
}

Reply SwiftHandlers::deleteObject(const Request &request, const Caller &caller)
{
    const auto place = placeOf(request);
    if (!place)
        return place.error();
    const auto actor = actorAt(request, caller, *place);
    if (!actor)
        return actor.error();
    if (const auto good = checkPassed(request, *actor); !good)
        return good.error();
    if (asks(request, "multipart-manifest"_L1, "delete"_L1))
        return deleteWithSegments(request, *actor, *place);
    return emptyWhenDone(m_service.removeObject(*actor, *place), m_context, 204);
}

SwiftHandlers::Opened SwiftHandlers::openArchive(const Request &request, const Caller &caller)
{
    const auto failed = [](const Error &error) { return QtFuture::makeReadyFuture(Result<Sink>(error)); };
    const auto account = accountOf(request);
    if (!account)
        return failed(account.error());
    const QString format = request.query("extract-archive"_L1).value_or(QString());
    if (!isArchiveFormat(format))
        return failed(invalid(u"extract-archive: must be tar, tar.gz or tar.bz2."_s));
    ArchivePlace place { *account, request.parameter("container"_L1), request.parameter("object"_L1) };
    if (!place.prefix.isEmpty() && !place.prefix.endsWith(u'/'))
        place.prefix += u'/';
    const ObjectActor actor = actorOf(request, caller);
    // Judged before a byte is read: who may not write here is not listened to.
    const auto allowed = m_service.checkArchive(actor, place.account, place.container);
    if (!allowed)
        return failed(allowed.error());
    return QtFuture::makeReadyFuture(
        Result<Sink>(std::make_shared<ArchiveSink>(m_service.works(), actor, place, format)));
}

Reply SwiftHandlers::archiveReply(const Request &request)
{
    const auto *archive = qobject_cast<const ArchiveSink *>(request.sink.get());
    if (!archive)
        return internalError(u"an upload of another kind"_s);
    return bulkResponse(request, archive->report());
}

Reply SwiftHandlers::deleteWithSegments(
    const Request &request, const ObjectActor &actor, const ObjectPlace &place)
{
    const auto view = m_service.object(actor, place, ObjectRight::Write);
    if (!view)
        return view.error();
    QStringList names;
    if (view->version.kind == ObjectKind::StaticManifest) {
        const auto segments = m_service.segments(*view);
        if (!segments)
            return segments.error();
        for (const Segment &segment : *segments) {
            if (!segment.isInline())
                names.append(segment.container + u'/' + segment.name);
        }
        names.removeDuplicates();
    }
    names.append(place.container + u'/' + place.name);
    return thenIn(m_service.removeMany(actor, place.account, names), &m_context,
        [request](const Result<DeletionReport> &done) -> Result<Response> {
            if (!done)
                return done.error();
            return bulkResponse(request, bulkReport(*done));
        });
}

} // namespace nephele
