// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/pithospublic.h"

#include "model/object/containerstore.h"
#include "model/object/publicstore.h"
#include "server/object/pithosheaders.h"
#include "server/object/swiftrequest.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Error nothingThere()
{
    return notFound(u"There is no such public object."_s);
}

// The object as the account itself reads it, for a manifest's parts are the account's too.
Result<ObjectView> publicObject(ReadTransaction &t, const QString &id, qint64 nowMs)
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
    const auto version = currentObject(t, **container, (*place)->name, nowMs);
    if (!version)
        return version.error();
    if (!*version)
        return nothingThere();
    ObjectActor actor;
    actor.pass = ObjectPass { (*place)->account, std::nullopt };
    return ObjectView { actor, { (*place)->account, (*place)->container, (*place)->name }, **version,
        (*container)->properties.system };
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
        [&](ReadTransaction &t) { return publicObject(t, id, service.nowMs()); });
    return view ? showToBrowser(service, request, *view) : Reply(view.error());
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
