// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts and containers; objects are in swiftobjects.cpp.
#include "server/swift/swifthandlers.h"

#include "model/base/whendone.h"
#include "server/http/jsonwriter.h"
#include "server/http/respond.h"
#include "server/object/collectingsink.h"
#include "server/object/objectnames.h"
#include "server/swift/swiftform.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftlisting.h"
#include "server/swift/swiftrequest.h"
#include "server/swift/tempurl.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

// A client that takes neither text nor JSON nor XML.
Response notAcceptable()
{
    return Response::text(406, "Listings are text/plain, application/json or application/xml.\n");
}

void writeSwiftInfo(JsonWriter &json)
{
    json.key("swift").beginObject().member("version", NEPHELE_VERSION);
    json.member("max_file_size", SwiftLimits::fileBytes);
    json.member("max_meta_name_length", qint64(SwiftLimits::metaName));
    json.member("max_meta_value_length", qint64(SwiftLimits::metaValue));
    json.member("max_meta_count", SwiftLimits::metaCount);
    json.member("max_meta_overall_size", qint64(SwiftLimits::metaBytes));
    json.member("max_header_size", 8192);
    json.member("max_object_name_length", qint64(SwiftLimits::objectName));
    json.member("max_container_name_length", qint64(SwiftLimits::containerName));
    json.member("max_account_name_length", qint64(SwiftLimits::accountName));
    json.member("container_listing_limit", SwiftLimits::listing);
    json.member("account_listing_limit", SwiftLimits::listing);
    json.member("account_autocreate", true).member("allow_account_management", false);
    json.member("strict_cors_mode", true);
    json.key("valid_api_versions").beginArray().value("v1").endArray();
    json.key("policies").beginArray().beginObject().member("name", "Policy-0").member("default", true);
    json.member("aliases", "Policy-0").endObject().endArray().endObject();
}

void writeDigests(JsonWriter &json)
{
    json.key("allowed_digests").beginArray();
    for (const char *digest : { "sha1", "sha256", "sha512" })
        json.value(digest);
    json.endArray();
}

void writeFeatureInfo(JsonWriter &json)
{
    json.key("slo").beginObject().member("max_manifest_segments", mostSegments);
    json.member("max_manifest_size", mostManifestBytes).member("min_segment_size", 1).endObject();
    json.key("dlo").beginObject().member("max_segments", SwiftLimits::listing).endObject();
    json.key("bulk_delete").beginObject().member("max_deletes_per_request", SwiftLimits::bulkDeletes);
    json.member("max_failed_deletes", SwiftLimits::bulkDeletes).endObject();
    json.key("bulk_upload").beginObject();
    json.member("max_containers_per_extraction", SwiftLimits::archiveFiles);
    json.member("max_failed_extractions", SwiftLimits::archiveFailures).endObject();
    json.key("tempurl").beginObject().key("methods").beginArray();
    for (const char *method : { "GET", "HEAD", "PUT", "POST", "DELETE" })
        json.value(method);
    json.endArray();
    writeDigests(json);
    json.endObject();
    json.key("versioned_writes").beginObject().key("allowed_flags").beginArray();
    json.value("x-versions-location").value("x-history-location").endArray().endObject();
    json.key("symlink").beginObject().member("symloop_max", mostLinks);
    json.member("static_links", true).endObject();
    json.key("formpost").beginObject();
    writeDigests(json);
    json.endObject();
    for (const char *name : { "container_quotas", "account_quotas", "container_acls", "staticweb" })
        json.key(name).beginObject().endObject();
}

} // namespace

ObjectActor SwiftHandlers::actorOf(const Request &request, const Caller &caller)
{
    return { caller, request.headers.value("Referer"), std::nullopt };
}

Result<ObjectActor> SwiftHandlers::actorAt(
    const Request &request, const Caller &caller, const ObjectPlace &place)
{
    ObjectActor actor = actorOf(request, caller);
    if (!hasTempUrl(request))
        return actor;
    const auto pass = m_service.works().database().read(
        [&](ReadTransaction &t) { return passOfTempUrl(t, request, place, m_service.nowMs()); });
    if (!pass)
        return pass.error();
    actor.pass = *pass;
    return actor;
}

Result<ProjectId> SwiftHandlers::accountOf(const Request &request)
{
    return accountFromName(request.parameter("account"_L1));
}

Result<ObjectPlace> SwiftHandlers::containerOf(const Request &request)
{
    const auto account = accountOf(request);
    if (!account)
        return account.error();
    const QString name = request.parameter("container"_L1);
    if (const auto good = checkContainerName(name); !good)
        return good.error();
    return ObjectPlace { *account, name, {} };
}

Result<ObjectPlace> SwiftHandlers::placeOf(const Request &request)
{
    auto place = containerOf(request);
    if (!place)
        return place;
    place->name = request.parameter("object"_L1);
    if (const auto good = checkObjectName(place->name); !good)
        return good.error();
    return place;
}

Reply SwiftHandlers::showInfo(const Request &, const Caller &)
{
    JsonWriter json;
    json.beginObject();
    writeSwiftInfo(json);
    writeFeatureInfo(json);
    json.endObject();
    return Response { 200, { { "Content-Type", "application/json; charset=UTF-8" } }, std::move(json).bytes(),
        nullptr };
}

Reply SwiftHandlers::showAccount(const Request &request, const Caller &caller)
{
    const auto id = accountOf(request);
    if (!id)
        return id.error();
    const ObjectActor actor = actorOf(request, caller);
    const auto account = m_service.account(actor, *id);
    if (!account)
        return account.error();
    const auto format = listingFormat(request);
    if (!format)
        return notAcceptable();
    Response response;
    writeAccount(response.headers, *account, isAccountOwner(actor, *id));
    response.headers.append("Accept-Ranges", "bytes");
    if (request.method == "HEAD") {
        response.status = 204;
        response.headers.set("Content-Type", "text/plain; charset=utf-8");
        return response;
    }
    const auto page = listingPage(request);
    if (!page)
        return page.error();
    const auto lines = m_service.containers(actor, *id, *page);
    if (!lines)
        return lines.error();
    writeContainers(response, *format, *id, *lines);
    return response;
}

Reply SwiftHandlers::changeAccount(const Request &request, const Caller &caller)
{
    if (request.query("bulk-delete"_L1))
        return bulkDelete(request, caller);
    const auto id = accountOf(request);
    if (!id)
        return id.error();
    const auto changes = accountChanges(request);
    if (!changes)
        return changes.error();
    return emptyWhenDone(m_service.changeAccount(actorOf(request, caller), *id, *changes), m_context, 204);
}

Reply SwiftHandlers::deleteFromAccount(const Request &request, const Caller &caller)
{
    if (request.query("bulk-delete"_L1))
        return bulkDelete(request, caller);
    return accountIsNotOurs(request, caller);
}

Reply SwiftHandlers::putAccount(const Request &request, const Caller &caller)
{
    if (request.query("extract-archive"_L1))
        return archiveReply(request);
    return accountIsNotOurs(request, caller);
}

Reply SwiftHandlers::accountIsNotOurs(const Request &request, const Caller &caller)
{
    const auto id = accountOf(request);
    if (!id)
        return id.error();
    const auto account = m_service.account(actorOf(request, caller), *id);
    if (!account)
        return account.error();
    return forbidden(u"An account comes and goes with its project."_s);
}

Reply SwiftHandlers::showContainer(const Request &request, const Caller &caller)
{
    const auto at = containerOf(request);
    if (!at)
        return at.error();
    if (auto page = pageOf(request, caller, *at))
        return *std::move(page);
    const auto view = m_service.container(actorOf(request, caller), at->account, at->container);
    if (!view)
        return view.error();
    const auto format = listingFormat(request);
    if (!format)
        return notAcceptable();
    Response response;
    writeContainer(response.headers, *view);
    response.headers.append("Accept-Ranges", "bytes");
    if (request.method == "HEAD") {
        response.status = 204;
        response.headers.set("Content-Type", "text/plain; charset=utf-8");
        return response;
    }
    const auto page = listingPage(request);
    if (!page)
        return page.error();
    const auto lines = m_service.objects(*view, *page);
    if (!lines)
        return lines.error();
    const auto links = *format == ListingFormat::Json
        ? m_service.links(*view, *lines)
        : Result<QMap<QString, PropertyMap>>(QMap<QString, PropertyMap>());
    if (!links)
        return links.error();
    writeObjects(response, *format, *view, *lines, *links);
    return response;
}

Reply SwiftHandlers::putContainer(const Request &request, const Caller &caller)
{
    if (request.query("extract-archive"_L1))
        return archiveReply(request);
    const auto at = containerOf(request);
    if (!at)
        return at.error();
    const auto changes = containerChanges(request);
    if (!changes)
        return changes.error();
    return thenIn(m_service.putContainer(actorOf(request, caller), at->account, at->container, *changes),
        &m_context, [](const Result<bool> &isNew) -> Result<Response> {
            if (!isNew)
                return isNew.error();
            return swiftEmpty(*isNew ? 201 : 202);
        });
}

Reply SwiftHandlers::changeContainer(const Request &request, const Caller &caller)
{
    const auto at = containerOf(request);
    if (!at)
        return at.error();
    if (qobject_cast<const SwiftFormSink *>(request.sink.get()))
        return formReply(request);
    const auto changes = containerChanges(request);
    if (!changes)
        return changes.error();
    return emptyWhenDone(
        m_service.changeContainer(actorOf(request, caller), at->account, at->container, *changes), m_context,
        204);
}

Reply SwiftHandlers::deleteContainer(const Request &request, const Caller &caller)
{
    const auto at = containerOf(request);
    if (!at)
        return at.error();
    return emptyWhenDone(
        m_service.removeContainer(actorOf(request, caller), at->account, at->container), m_context, 204);
}

// What a browser asks before a page of another origin may call (Fetch standard, CORS preflight). Needs no
// token, and tells nothing of a container that allows no origin.
Reply SwiftHandlers::preflight(const Request &request, const Caller &)
{
    const QByteArray origin = request.headers.value("Origin");
    const QByteArray methods = "HEAD, GET, PUT, POST, COPY, OPTIONS, DELETE";
    Response response = swiftEmpty(200);
    if (origin.isEmpty()) {
        response.headers.append("Allow", methods);
        return response;
    }
    const auto id = accountOf(request);
    PropertyMap system;
    if (id && !request.parameter("container"_L1).isEmpty()) {
        const auto found = m_service.corsOf(*id, request.parameter("container"_L1));
        if (!found)
            return found.error();
        system = *found;
    }
    if (!allowsOrigin(system, origin) || request.headers.value("Access-Control-Request-Method").isEmpty())
        return Error { ErrorCode::Unauthenticated, u"Pages of this origin may not call here."_s, {} };
    const bool isAny = system.value(systemNames().allowOrigin) == "*"_L1;
    response.headers.append("Access-Control-Allow-Origin", isAny ? QByteArray("*") : origin);
    response.headers.append("Access-Control-Allow-Methods", methods);
    response.headers.append("Vary", "Origin, Access-Control-Request-Headers");
    if (const QByteArray wanted = request.headers.value("Access-Control-Request-Headers"); !wanted.isEmpty())
        response.headers.append("Access-Control-Allow-Headers", wanted);
    if (const QString age = system.value(systemNames().maxAge); !age.isEmpty())
        response.headers.append("Access-Control-Max-Age", age.toUtf8());
    return response;
}

Reply SwiftHandlers::forOrigin(const Request &request, Reply reply)
{
    const auto id = accountOf(request);
    const QString container = request.parameter("container"_L1);
    if (!id || container.isEmpty())
        return reply;
    const auto system = m_service.corsOf(*id, container);
    if (!system || !allowsOrigin(*system, request.headers.value("Origin")))
        return reply;
    const auto opened = [request, system = *system](const Result<Response> &done) -> Result<Response> {
        Response response =
            respond(done, { FaultForm::Swift, ReplyFormat::Text, request.id, request.baseUrl });
        addCors(response.headers, request, system);
        return response;
    };
    if (reply.isReady())
        return opened(reply.now());
    return thenIn(reply.later(), &m_context, opened);
}

SwiftHandlers::Opened SwiftHandlers::openContainer(const Request &request, const Caller &caller)
{
    if (request.query("extract-archive"_L1))
        return openArchive(request, caller);
    return QtFuture::makeReadyFuture(Result<std::shared_ptr<BodySink>>(std::make_shared<DiscardingSink>()));
}

} // namespace nephele
