// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/glanceroutes.h"

#include "model/base/whendone.h"
#include "server/image/glancejson.h"
#include "server/image/glancequery.h"
#include "server/image/imageservice.h"

namespace nephele {

namespace {

constexpr qint64 mostUploadBytes = 16LL << 40; // quota and free space say less
constexpr QLatin1StringView imageParameter { "image" };

class GlanceHandlers
{
public:
    GlanceHandlers(ImageService &service, QObject &context) : m_service(service), m_context(context) { }

    Reply listVersions(const Request &request, const Caller &);
    Reply listVersionsPlainly(const Request &request, const Caller &);
    Reply showImageSchema(const Request &, const Caller &);
    Reply showImagesSchema(const Request &, const Caller &);
    Reply listImages(const Request &request, const Caller &caller);
    Reply createImage(const Request &request, const Caller &caller);
    Reply showImage(const Request &request, const Caller &caller);
    Reply changeImage(const Request &request, const Caller &caller);
    Reply deleteImage(const Request &request, const Caller &caller);
    Reply uploaded(const Request &, const Caller &);
    Reply download(const Request &request, const Caller &caller);
    Reply deactivate(const Request &request, const Caller &caller);
    Reply reactivate(const Request &request, const Caller &caller);
    Reply addTag(const Request &request, const Caller &caller);
    Reply removeTag(const Request &request, const Caller &caller);

    QFuture<Result<std::shared_ptr<BodySink>>> openUpload(const Request &request, const Caller &caller);

private:
    // A text that is no id of ours is an unknown image: clients look for names this way.
    static Result<ImageId> imageOf(const Request &request);
    Reply noContent(QFuture<Result<>> done);
    Reply editTag(const Request &request, const Caller &caller, const ImageEdit &edit);

    ImageService &m_service;
    QObject &m_context;
};

Result<ImageId> GlanceHandlers::imageOf(const Request &request)
{
    const QString text = request.parameter(imageParameter);
    const auto id = ImageId::fromText(text);
    if (!id)
        return notFound(QStringLiteral("No image found with ID %1").arg(text.left(255)));
    return *id;
}

Reply GlanceHandlers::noContent(QFuture<Result<>> done)
{
    return thenIn(done, &m_context, [](const Result<> &result) -> Result<Response> {
        if (!result)
            return result.error();
        return Response::empty(204);
    });
}

// Every minor version is here as far as it adds no address of its own (see glanceroutes.h).
QByteArray versionsJson(const QByteArray &baseUrl)
{
    JsonWriter json;
    json.beginObject().key("versions").beginArray();
    const auto version = [&](const char *id, const char *status) {
        json.beginObject().member("id", id).member("status", status).key("links").beginArray();
        json.beginObject().member("rel", "self").member("href", baseUrl + "/image/v2/").endObject();
        json.endArray().endObject();
    };
    version("v2.9", "CURRENT");
    for (const char *id : { "v2.7", "v2.6", "v2.5", "v2.4", "v2.3", "v2.2", "v2.1", "v2.0" })
        version(id, "SUPPORTED");
    json.endArray().endObject();
    return std::move(json).bytes();
}

Reply GlanceHandlers::listVersions(const Request &request, const Caller &)
{
    return Response::json(300, versionsJson(request.baseUrl));
}

Reply GlanceHandlers::listVersionsPlainly(const Request &request, const Caller &)
{
    return Response::json(200, versionsJson(request.baseUrl));
}

Reply GlanceHandlers::showImageSchema(const Request &, const Caller &)
{
    return Response::json(200, imageSchema());
}

Reply GlanceHandlers::showImagesSchema(const Request &, const Caller &)
{
    return Response::json(200, imagesSchema());
}

Reply GlanceHandlers::listImages(const Request &request, const Caller &caller)
{
    const auto filter = imageFilterFromQuery(request);
    if (!filter)
        return filter.error();
    const auto images = m_service.images(caller, *filter);
    if (!images)
        return images.error();
    const bool isFull = filter->limit > 0 && images->size() == filter->limit;
    return Response::json(200,
        imagesToJson(
            *images, firstPage(request), isFull ? pageBehind(request, images->constLast().id) : QString()));
}

Reply GlanceHandlers::createImage(const Request &request, const Caller &caller)
{
    const auto wanted = newImageFromJson(request.body);
    if (!wanted)
        return wanted.error();
    return thenIn(m_service.createImage(caller, *wanted), &m_context,
        [base = request.baseUrl](const Result<Image> &image) -> Result<Response> {
            if (!image)
                return image.error();
            Response response = Response::json(201, imageToJson(*image));
            response.headers.append("Location", base + "/image/v2/images/" + image->id.utf8());
            return response;
        });
}

Reply GlanceHandlers::showImage(const Request &request, const Caller &caller)
{
    const auto id = imageOf(request);
    if (!id)
        return id.error();
    const auto image = m_service.image(caller, *id);
    if (!image)
        return image.error();
    return Response::json(200, imageToJson(*image));
}

Reply GlanceHandlers::changeImage(const Request &request, const Caller &caller)
{
    const auto id = imageOf(request);
    if (!id)
        return id.error();
    const QByteArray type = request.headers.value("Content-Type").split(';').first().trimmed().toLower();
    if (type != "application/openstack-images-v2.1-json-patch")
        return invalid(QStringLiteral(
            "Content-Type: must be application/openstack-images-v2.1-json-patch for a change."));
    const auto edits = imageEditsFromJson(request.body);
    if (!edits)
        return edits.error();
    return thenIn(m_service.changeImage(caller, *id, *edits), &m_context,
        [](const Result<Image> &image) -> Result<Response> {
            if (!image)
                return image.error();
            return Response::json(200, imageToJson(*image));
        });
}

Reply GlanceHandlers::deleteImage(const Request &request, const Caller &caller)
{
    const auto id = imageOf(request);
    if (!id)
        return id.error();
    return noContent(m_service.removeImage(caller, *id));
}

QFuture<Result<std::shared_ptr<BodySink>>> GlanceHandlers::openUpload(
    const Request &request, const Caller &caller)
{
    using Opened = Result<std::shared_ptr<BodySink>>;
    const auto id = imageOf(request);
    if (!id)
        return QtFuture::makeReadyFuture(Opened(id.error()));
    bool isNumber = false;
    const qint64 length = request.headers.value("Content-Length").toLongLong(&isNumber);
    return m_service.openUpload(caller, *id, isNumber ? std::optional(length) : std::nullopt);
}

// The sink made the image active already.
Reply GlanceHandlers::uploaded(const Request &, const Caller &)
{
    return Response::empty(204);
}

Reply GlanceHandlers::download(const Request &request, const Caller &caller)
{
    const auto id = imageOf(request);
    if (!id)
        return id.error();
    const auto image = m_service.image(caller, *id);
    if (!image)
        return image.error();
    auto data = m_service.openData(caller, *id);
    if (!data)
        return data.error();
    if (!*data)
        return Response::empty(204);
    Response response = Response::download(*data, "application/octet-stream");
    // The API's own use of the field: hex, not the base64 of RFC 1864.
    response.headers.append("Content-MD5", image->md5.toLatin1());
    return response;
}

Reply GlanceHandlers::deactivate(const Request &request, const Caller &caller)
{
    const auto id = imageOf(request);
    if (!id)
        return id.error();
    return noContent(m_service.deactivateImage(caller, *id));
}

Reply GlanceHandlers::reactivate(const Request &request, const Caller &caller)
{
    const auto id = imageOf(request);
    if (!id)
        return id.error();
    return noContent(m_service.reactivateImage(caller, *id));
}

Reply GlanceHandlers::editTag(const Request &request, const Caller &caller, const ImageEdit &edit)
{
    const auto id = imageOf(request);
    if (!id)
        return id.error();
    return thenIn(m_service.changeImage(caller, *id, { edit }), &m_context,
        [](const Result<Image> &image) -> Result<Response> {
            if (!image)
                return image.error();
            return Response::empty(204);
        });
}

Reply GlanceHandlers::addTag(const Request &request, const Caller &caller)
{
    const QString tag = request.parameter(QLatin1StringView("tag"));
    return editTag(request, caller, [tag](Image &image) -> Result<> {
        if (!image.tags.contains(tag))
            image.tags.append(tag);
        return {};
    });
}

Reply GlanceHandlers::removeTag(const Request &request, const Caller &caller)
{
    const QString tag = request.parameter(QLatin1StringView("tag"));
    return editTag(request, caller, [tag](Image &image) -> Result<> {
        if (image.tags.removeAll(tag) == 0)
            return notFound(QStringLiteral("The image has no tag %1.").arg(tag.left(255)));
        return {};
    });
}

struct Line
{
    const char *method;
    const char *pattern;
    Right right;
    Reply (GlanceHandlers::*handler)(const Request &, const Caller &);
};

constexpr Line table[] = {
    { "GET", "", Right::Public, &GlanceHandlers::listVersions },
    { "GET", "/", Right::Public, &GlanceHandlers::listVersions },
    { "GET", "/versions", Right::Public, &GlanceHandlers::listVersionsPlainly },
    { "GET", "/v2", Right::Public, &GlanceHandlers::listVersionsPlainly },
    { "GET", "/v2/", Right::Public, &GlanceHandlers::listVersionsPlainly },
    { "GET", "/v2/schemas/image", Right::Reader, &GlanceHandlers::showImageSchema },
    { "GET", "/v2/schemas/images", Right::Reader, &GlanceHandlers::showImagesSchema },

    { "GET", "/v2/images", Right::Reader, &GlanceHandlers::listImages },
    { "POST", "/v2/images", Right::Member, &GlanceHandlers::createImage },
    { "GET", "/v2/images/{image}", Right::Reader, &GlanceHandlers::showImage },
    { "PATCH", "/v2/images/{image}", Right::Member, &GlanceHandlers::changeImage },
    { "DELETE", "/v2/images/{image}", Right::Member, &GlanceHandlers::deleteImage },
    { "GET", "/v2/images/{image}/file", Right::Reader, &GlanceHandlers::download },
    { "POST", "/v2/images/{image}/actions/deactivate", Right::Admin, &GlanceHandlers::deactivate },
    { "POST", "/v2/images/{image}/actions/reactivate", Right::Admin, &GlanceHandlers::reactivate },
    { "PUT", "/v2/images/{image}/tags/{tag}", Right::Member, &GlanceHandlers::addTag },
    { "DELETE", "/v2/images/{image}/tags/{tag}", Right::Member, &GlanceHandlers::removeTag },
};

} // namespace

RouteTable glanceRoutes(ImageService &service, QObject &context)
{
    const auto handlers = std::make_shared<GlanceHandlers>(service, context);
    RouteTable routes { "/image", Face::OpenStack, FaultForm::Glance, {}, {} };
    for (const Line &line : table)
        routes.routes.emplace_back(line.method, line.pattern, line.right,
            [handlers, handler = line.handler](const Request &request, const Caller &caller) {
                return (*handlers.*handler)(request, caller);
            });
    routes.routes.emplace_back(
        "PUT", "/v2/images/{image}/file", Right::Member,
        [handlers](
            const Request &request, const Caller &caller) { return handlers->uploaded(request, caller); },
        BodyRule::streamed(mostUploadBytes, [handlers](const Request &request, const Caller &caller) {
            return handlers->openUpload(request, caller);
        }));
    return routes;
}

} // namespace nephele
