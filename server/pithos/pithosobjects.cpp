// SPDX-License-Identifier: GPL-3.0-or-later
// PithosHandlers: what is read of objects, and their end.
#include "server/pithos/pithoshandlers.h"

#include "model/base/whendone.h"
#include "model/blocks/mapbuilder.h"
#include "server/object/objectrequest.h"
#include "server/pithos/hashmaps.h"
#include "server/pithos/pithosheaders.h"
#include "server/pithos/pithoslisting.h"
#include "server/pithos/pithossharing.h"

#include <QtConcurrent>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

// A version that is asked for by number; anything that is none counts as absent.
std::optional<qint64> versionOf(const PithosRequest &request)
{
    bool isNumber = false;
    const qint64 number = request.request.query("version"_L1).value_or(QString()).toLongLong(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

Error notMet()
{
    return { ErrorCode::PreconditionFailed, u"The object does not meet the condition."_s, {} };
}

} // namespace

Result<QByteArray> PithosHandlers::etagOf(const PithosObject &object)
{
    if (object.view.version.kind != ObjectKind::DynamicManifest)
        return pithosEtag(object.view.version, object.content.root);
    const auto segments = m_service.objects().segments(object.view);
    if (!segments)
        return segments.error();
    return etagOfSegments(*segments).toLatin1();
}

Reply PithosHandlers::listVersions(const PithosRequest &request, const ObjectPlace &place)
{
    const auto versions = m_service.versions(request.actor, place);
    if (!versions)
        return versions.error();
    Response response;
    writeVersions(response, pithosFormat(request, PithosReplies::Documents), place.name, *versions);
    return response;
}

Reply PithosHandlers::showHashmap(const PithosRequest &request, const PithosObject &object)
{
    Response response;
    const ReplyFormat format = pithosFormat(request, PithosReplies::Documents);
    // A manifest's own, not of what it stands for.
    writePithosObject(response.headers, object.view.version, object.content.root,
        pithosEtag(object.view.version, object.content.root), object.modifiedAtMs);
    response.headers.set("Content-Type", pithosContentType(format));
    const auto hashes = QtConcurrent::run(
        &m_service.works().contentPool(), [works = &m_service.works(), content = object.content] {
            const ReadingJob job(works->database());
            return hashesOf(works->blocks(), content);
        });
    return thenIn(hashes, &m_context,
        [response, format, content = object.content, name = object.view.place.name](
            const Result<QList<BlockHash>> &found) -> Result<Response> {
            if (!found)
                return found.error();
            Response whole = response;
            whole.body = writeHashmap(content, *found, name, format);
            return whole;
        });
}

Reply PithosHandlers::showObject(const PithosRequest &request)
{
    const auto place = request.place();
    if (!place)
        return place.error();
    const bool isGet = request.request.method == "GET";
    if (isGet && request.request.query("version"_L1) == u"list"_s)
        return listVersions(request, *place);
    auto object = m_service.object(request.actor, *place, versionOf(request));
    // A link of Swift's face stands for what it points to.
    if (object && object->view.version.kind == ObjectKind::Symlink) {
        const auto target = m_service.objects().linkedObject(request.actor, *place, Links::Followed);
        if (!target)
            return target.error();
        object = m_service.object(request.actor, target->place, std::nullopt);
    }
    if (!object)
        return object.error();
    const bool isHashmap = isGet && request.has("hashmap"_L1);
    const auto etag = isHashmap ? Result<QByteArray>(pithosEtag(object->view.version, object->content.root))
                                : etagOf(*object);
    if (!etag)
        return etag.error();
    const int status = conditionStatus(request.request, *etag, object->modifiedAtMs);
    if (status == 412)
        return notMet();
    if (isHashmap && status == 0)
        return showHashmap(request, *object);
    Response response;
    writePithosObject(
        response.headers, object->view.version, object->content.root, *etag, object->modifiedAtMs);
    if (object->sharing)
        writeSharing(response.headers, request.request.baseUrl, *place, *object->sharing);
    if (status != 0) {
        response.status = status;
        return response;
    }
    if (isGet)
        writeDisposition(response.headers, request, place->name);
    auto content = m_service.objects().content(object->view, Manifests::Followed);
    if (!content)
        return content.error();
    response.content = *std::move(content);
    return response;
}

Reply PithosHandlers::deleteObject(const PithosRequest &request)
{
    const auto place = request.place();
    if (!place)
        return place.error();
    ObjectService &objects = m_service.objects();
    const auto answered = [request](const Result<> &done) -> Result<Response> {
        if (!done)
            return done.error();
        return pithosEmpty(request, 204);
    };
    if (request.untilMs)
        return thenIn(objects.purgeObject(request.actor, *place, *request.untilMs), &m_context, answered);
    const QString delimiter = request.request.query("delimiter"_L1).value_or(QString());
    if (delimiter.isEmpty())
        return thenIn(objects.removeObject(request.actor, *place), &m_context, answered);
    // The object itself goes last: while it is there, a call that was cut off can be repeated.
    if (const auto there = objects.object(request.actor, *place, ObjectRight::Remove); !there)
        return there.error();
    const auto below =
        objects.removeBelow(request.actor, place->account, place->container, place->name + delimiter);
    return thenIn(thenIn(below, &m_context,
                      [&objects, actor = request.actor, place = *place](const Result<qint64> &done) {
                          return done ? objects.removeObject(actor, place)
                                      : QtFuture::makeReadyFuture(Result<>(done.error()));
                      }),
        &m_context, answered);
}

} // namespace nephele
