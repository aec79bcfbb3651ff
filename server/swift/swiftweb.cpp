// SPDX-License-Identifier: GPL-3.0-or-later
// The part of SwiftHandlers that shows containers as web sites.
#include "server/swift/swifthandlers.h"

#include "server/http/faults.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftrequest.h"
#include "server/swift/swiftsite.h"
#include "server/swift/tempurl.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

bool standsForFolder(const WebSite &site, const ObjectVersion &version)
{
    return version.listedBytes() <= 1
        && version.contentType.section(u';', 0, 0).trimmed() == site.directoryType;
}

ObjectPlace below(const ObjectPlace &folder, const QString &name)
{
    return { folder.account, folder.container, folder.name + name };
}

NamePage pageIn(const ObjectPlace &folder, int limit)
{
    NamePage page;
    page.prefix = folder.name;
    page.delimiter = u"/"_s;
    page.limit = limit;
    return page;
}

} // namespace

// What may not be read tells nothing, so rights come first.
std::optional<Reply> SwiftHandlers::pageOf(
    const Request &request, const Caller &caller, const ObjectPlace &place)
{
    if (!asksForSite(request, caller) || hasTempUrl(request))
        return std::nullopt;
    const ObjectActor actor = actorOf(request, caller);
    const auto view = m_service.container(actor, place.account, place.container, ObjectRight::Read);
    const auto site = view ? siteOf(view->container) : std::nullopt;
    if (!site)
        return std::nullopt;
    const bool isFolder = request.path.endsWith('/');
    const bool showsFolders = !site->index.isEmpty() || site->hasListings;
    if (!showsFolders && (place.name.isEmpty() || isFolder))
        return std::nullopt;
    if (place.name.isEmpty() || isFolder)
        return isFolder ? folderPage(request, actor, *site, place) : Reply(toFolder(request));
    const auto object = m_service.linkedObject(actor, place);
    if (object)
        return standsForFolder(*site, object->version) ? Reply(toFolder(request))
                                                       : whole(request, actor, *object);
    if (object.error().code != ErrorCode::NotFound)
        return errorPage(request, actor, *site, place, object.error());
    const auto lines = m_service.objects(*view, pageIn(below(place, u"/"_s), 1));
    if (!lines)
        return Reply(lines.error());
    if (!lines->isEmpty())
        return Reply(toFolder(request));
    return errorPage(request, actor, *site, place, object.error());
}

Reply SwiftHandlers::folderPage(
    const Request &request, const ObjectActor &actor, const WebSite &site, const ObjectPlace &folder)
{
    const Error missing = notFound(u"There is no page %1."_s.arg(folder.name.left(1024)));
    if (!site.index.isEmpty()) {
        const auto index = m_service.linkedObject(actor, below(folder, site.index));
        if (index)
            return whole(request, actor, *index);
        if (index.error().code != ErrorCode::NotFound)
            return errorPage(request, actor, site, folder, index.error());
    }
    if (!site.hasListings)
        return errorPage(request, actor, site, folder, missing);
    const auto view = m_service.container(actor, folder.account, folder.container, ObjectRight::List);
    if (!view)
        return errorPage(request, actor, site, folder, view.error());
    const auto lines = m_service.objects(*view, pageIn(folder, SwiftLimits::listing));
    if (!lines)
        return lines.error();
    if (lines->isEmpty() && !folder.name.isEmpty())
        return errorPage(request, actor, site, folder, missing);
    return sitePage(site, request.path, folder, *lines);
}

// "404error.html" in the container, where "error.html" is its page for errors.
Reply SwiftHandlers::errorPage(const Request &request, const ObjectActor &actor, const WebSite &site,
    const ObjectPlace &place, const Error &error)
{
    const int status = faultOf(error, FaultForm::Swift, request.id).status;
    if (site.error.isEmpty() || status >= 500)
        return error;
    const ObjectPlace page { place.account, place.container, QString::number(status) + site.error };
    const auto view = m_service.linkedObject(actor, page);
    if (!view)
        return error;
    const auto content = m_service.content(*view, Manifests::Followed);
    if (!content)
        return error;
    Response response;
    writeObject(response.headers, view->version, view->version.etag.toLatin1());
    response.status = status;
    response.content = *content;
    return response;
}

} // namespace nephele
