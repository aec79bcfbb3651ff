// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/object/objectservice.h"

namespace nephele {

// The handlers of Swift's face; one per worker. Headers and queries in, one service call, reply out.
class SwiftHandlers
{
public:
    using Opened = QFuture<Result<std::shared_ptr<BodySink>>>;

    SwiftHandlers(ObjectService &service, QObject &context) : m_service(service), m_context(context) { }

    Reply showInfo(const Request &request, const Caller &);

    Reply showAccount(const Request &request, const Caller &caller);
    Reply changeAccount(const Request &request, const Caller &caller);
    Reply deleteFromAccount(const Request &request, const Caller &caller);
    Reply putAccount(const Request &request, const Caller &caller);

    Reply showContainer(const Request &request, const Caller &caller);
    Reply putContainer(const Request &request, const Caller &caller);
    Reply changeContainer(const Request &request, const Caller &caller);
    Reply deleteContainer(const Request &request, const Caller &caller);

    Reply showObject(const Request &request, const Caller &caller);
    Reply putObject(const Request &request, const Caller &caller);
    Reply changeObject(const Request &request, const Caller &caller);
    Reply copyObject(const Request &request, const Caller &caller);
    Reply deleteObject(const Request &request, const Caller &caller);

    Reply preflight(const Request &request, const Caller &caller);
    // The same reply, fault or not, readable by a page of the request's origin where the container allows it.
    Reply forOrigin(const Request &request, Reply reply);

    // Bodies of PUT: an object's, a manifest's, an archive's, or none.
    Opened openObject(const Request &request, const Caller &caller);
    Opened openContainer(const Request &request, const Caller &caller);
    // Of POST: a form with files, or none. Of an account: a list of names to delete, or none.
    Opened openForm(const Request &request, const Caller &caller);
    Opened openDeletions(const Request &request, const Caller &caller);

private:
    static ObjectActor actorOf(const Request &request, const Caller &caller);
    // With what a temporary URL opens.
    Result<ObjectActor> actorAt(const Request &request, const Caller &caller, const ObjectPlace &place);
    static Result<ProjectId> accountOf(const Request &request);
    // Without a name of an object.
    static Result<ObjectPlace> containerOf(const Request &request);
    static Result<ObjectPlace> placeOf(const Request &request);

    // PUT and DELETE of an account itself.
    Reply accountIsNotOurs(const Request &request, const Caller &caller);
    Reply bulkDelete(const Request &request, const Caller &caller);
    Reply deleteWithSegments(const Request &request, const ObjectActor &actor, const ObjectPlace &place);
    Reply copyHere(const Request &request, const ObjectActor &actor, const ObjectPlace &place);
    Reply copy(
        const Request &request, const ObjectActor &actor, const ObjectPlace &from, const ObjectPlace &to);
    Result<std::shared_ptr<BodySink>> openBody(const Request &request, const Caller &caller);
    std::shared_ptr<BodySink> openManifest(
        const Request &request, const ObjectActor &actor, const ObjectPlace &place, const NewObject &wanted);
    Reply archiveReply(const Request &request);
    Opened openArchive(const Request &request, const Caller &caller);
    Reply formReply(const Request &request);
    Result<QByteArray> etagOf(const ObjectView &view);
    Reply rawManifest(const Request &request, const ObjectView &view);
    Reply whole(const Request &request, const ObjectActor &actor, const ObjectView &view);
    // The container's pages, if it has any to show and these are asked for; nullopt: as ever.
    std::optional<Reply> pageOf(const Request &request, const Caller &caller, const ObjectPlace &place);
    Reply folderPage(const Request &request, const ObjectActor &actor, const struct WebSite &site,
        const ObjectPlace &folder);
    Reply errorPage(const Request &request, const ObjectActor &actor, const struct WebSite &site,
        const ObjectPlace &place, const Error &error);

    ObjectService &m_service;
    QObject &m_context;
};

} // namespace nephele
