// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithospublic.h"

#include "model/identity/projectstore.h"
#include "model/object/containerstore.h"
#include "model/object/publicstore.h"
#include "server/object/objectrequest.h"
#include "server/pithos/pithosheaders.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Error nothingThere()
{
    return notFound(u"There is no such public object."_s);
}

// What the object stands for is read as its author could read it while he owns the account: who was only
// allowed to write here must not make more of the account public than that.
Result<ObjectActor> readerFor(ReadTransaction &t, const ProjectId &account, const UserId &author)
{
    ObjectActor reader;
    // The account itself wrote, or the user whose own it is.
    bool isOwner = author.text() == account.text();
    if (!isOwner) {
        const auto memberships = ProjectStore::memberships(t, author);
        if (!memberships)
            return memberships.error();
        isOwner = std::any_of(memberships->cbegin(), memberships->cend(), [&](const Membership &membership) {
            return membership.project.id == account && isChangingRole(membership.roles);
        });
    }
    if (isOwner)
        reader.pass = ObjectPass { account, std::nullopt };
    return reader;
}

Result<ObjectView> publicObject(ReadTransaction &t, ObjectWorks &works, const QString &id)
{
    const auto place = PublicStore::find(t, id);
    if (!place)
        return place.error();
    if (!*place)
        return nothingThere();
    const auto container = ContainerStore::find(t, (*place)->account, (*place)->container);
    if (!container)
        return container.error();
    if (!*container)
        return nothingThere();
    const auto version = currentObject(t, **container, (*place)->name, works.database().clock().nowMs());
    if (!version)
        return version.error();
    if (!*version)
        return nothingThere();
    const auto reader = readerFor(t, (*place)->account, (*version)->author);
    if (!reader)
        return reader.error();
    return followLinks(t, works,
        { *reader, { (*place)->account, (*place)->container, (*place)->name }, **version,
            (*container)->properties.system });
}

bool isRefusal(const Error &error)
{
    return error.code == ErrorCode::Forbidden || error.code == ErrorCode::Unauthenticated;
}

Result<QByteArray> etagOf(ObjectService &service, const ObjectView &view)
{
    if (view.version.kind == ObjectKind::DynamicManifest) {
        const auto segments = service.segments(view);
        if (!segments)
            return segments.error();
        return etagOfSegments(*segments).toLatin1();
    }
    if (!view.version.etag.isEmpty())
        return view.version.etag.toLatin1();
    const auto content = service.works().database().read(
        [&](ReadTransaction &t) { return MapStore::find(t, view.version.map); });
    if (!content)
        return content.error();
    return pithosEtag(view.version, *content ? (*content)->root : QByteArray());
}

Reply showPublic(ObjectService &service, const PithosRequest &request)
{
    const QString id = request.request.parameter("id"_L1);
    const auto view = service.works().database().read(
        [&](ReadTransaction &t) { return publicObject(t, service.works(), id); });
    if (!view)
        return isRefusal(view.error()) ? nothingThere() : view.error();
    Reply shown = showToBrowser(service, request, *view);
    // A manifest whose parts are not for everybody: a token would not help.
    if (!shown.now() && isRefusal(shown.now().error()))
        return nothingThere();
    return shown;
}

} // namespace

Reply showToBrowser(ObjectService &service, const PithosRequest &request, const ObjectView &view)
{
    const auto etag = etagOf(service, view);
    if (!etag)
        return etag.error();
    Response response;
    response.headers = { { "Content-Type", pithosQuoted(view.version.contentType) }, { "ETag", *etag },
        { "Last-Modified", pithosDate(view.version.validFromMs) }, { "Available", "1" } };
    for (const QString &name : { u"content-encoding"_s, u"content-disposition"_s }) {
        if (const QString value = view.version.properties.system.value(name); !value.isEmpty())
            response.headers.append(pithosFieldName({}, name), pithosQuoted(value));
    }
    writeSandbox(response.headers);
    // The address is the secret: pages that are shown from here do not tell it on.
    response.headers.append("Referrer-Policy", "no-referrer");
    if (const int status = conditionStatus(request.request, *etag, view.version.validFromMs)) {
        response.status = status;
        return response;
    }
    writeDisposition(response.headers, request, view.place.name);
    auto content = service.content(view, Manifests::Followed);
    if (!content)
        return content.error();
    response.content = *std::move(content);
    return response;
}

RouteTable pithosPublicRoutes(ObjectService &service)
{
    RouteTable table { "/pithos/public", Face::Synnefo, FaultForm::Pithos, {}, {} };
    table.routes.emplace_back("GET", "/{id}", Right::Public,
        pithosHandler([s = &service](const PithosRequest &request) { return showPublic(*s, request); }));
    return table;
}

} // namespace nephele
