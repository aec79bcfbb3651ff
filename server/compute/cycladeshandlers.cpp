// SPDX-License-Identifier: GPL-3.0-or-later
// What cycladeshandlers.h says of discovery, flavors, images and keypairs.
#include "server/compute/cycladeshandlers.h"

#include "server/compute/cycladesxml.h"
#include "server/http/replyformat.h"

namespace nephele {

Response CycladesCall::answer(int status, const Write &write) const
{
    std::unique_ptr<CycladesWriter> writer;
    if (wantedFormat(request) == ReplyFormat::Xml)
        writer = std::make_unique<CycladesXml>(request.baseUrl);
    else
        writer = std::make_unique<CycladesJson>(request.baseUrl);
    Response response { status, { { "Content-Type", writer->contentType() } }, write(*writer), nullptr };
    response.headers.append("Cache-Control", "no-cache, no-store, must-revalidate");
    response.headers.append("Vary", "X-Auth-Token");
    return response;
}

Response CycladesCall::answerJson(int status, QByteArray body) const
{
    Response response { status, { { "Content-Type", json().contentType() } }, std::move(body), nullptr };
    response.headers.append("Cache-Control", "no-cache, no-store, must-revalidate");
    response.headers.append("Vary", "X-Auth-Token");
    return response;
}

Reply CycladesHandlers::listVersions(const CycladesCall &call)
{
    return call.answerJson(200, call.json().versions());
}

Reply CycladesHandlers::showVersion(const CycladesCall &call)
{
    return call.answerJson(200, call.json().version());
}

Reply CycladesHandlers::listExtensions(const CycladesCall &call)
{
    return call.answerJson(200, CycladesJson::noExtensions());
}

Reply CycladesHandlers::showExtension(const CycladesCall &call)
{
    return notFound(QStringLiteral("There is no extension '%1'.").arg(call.parameter("alias")));
}

Reply CycladesHandlers::flavors(const CycladesCall &call, CycladesDetail detail)
{
    const auto all = m_service.flavors(call.caller);
    if (!all)
        return all.error();
    QList<Flavor> wanted = *all;
    if (const auto isPublic = call.request.query(QLatin1StringView("SNF:is_public"))) {
        const bool value = isPublic->compare(QLatin1StringView("true"), Qt::CaseInsensitive) == 0;
        wanted.removeIf([value](const Flavor &flavor) { return flavor.isPublic != value; });
    }
    // Flavors that one project is let use alone: there are none.
    if (call.request.query(QLatin1StringView("SNF:flavor-access")))
        wanted.clear();
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.flavors(wanted, detail); });
}

Reply CycladesHandlers::listFlavors(const CycladesCall &call)
{
    return flavors(call, CycladesDetail::Summary);
}

Reply CycladesHandlers::listFlavorDetails(const CycladesCall &call)
{
    return flavors(call, CycladesDetail::Full);
}

Result<Flavor> CycladesHandlers::findFlavor(const CycladesCall &call)
{
    const QString text = call.parameter("flavor");
    const auto number = FlavorNumber::fromText(text);
    if (!number)
        return invalid(QStringLiteral("'%1' is no flavor's id.").arg(text));
    const auto all = m_service.flavors(call.caller);
    if (!all)
        return all.error();
    for (const Flavor &flavor : *all) {
        if (flavor.number == *number)
            return flavor;
    }
    return notFound(QStringLiteral("There is no flavor %1.").arg(text));
}

Reply CycladesHandlers::showFlavor(const CycladesCall &call)
{
    const auto flavor = findFlavor(call);
    if (!flavor)
        return flavor.error();
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.flavor(*flavor); });
}

Reply CycladesHandlers::listExtraSpecs(const CycladesCall &call)
{
    const auto flavor = findFlavor(call);
    return flavor ? Reply(call.answerJson(200, CycladesJson::noExtraSpecs())) : Reply(flavor.error());
}

Reply CycladesHandlers::images(const CycladesCall &call, CycladesDetail detail)
{
    const auto since = changesSinceFromCyclades(call.request, m_clock.nowMs());
    if (!since)
        return since.error();
    QList<Image> wanted;
    ImageFilter filter;
    while (true) {
        const auto page = m_images.images(call.caller, filter);
        if (!page)
            return page.error();
        for (const Image &image : *page) {
            if (!*since || image.updatedAtMs >= **since)
                wanted.append(image);
        }
        if (page->size() < filter.limit)
            break;
        filter.marker = page->last().id;
    }
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.images(wanted, detail); });
}

Reply CycladesHandlers::listImages(const CycladesCall &call)
{
    return images(call, CycladesDetail::Summary);
}

Reply CycladesHandlers::listImageDetails(const CycladesCall &call)
{
    return images(call, CycladesDetail::Full);
}

Reply CycladesHandlers::createImage(const CycladesCall &)
{
    return Error { ErrorCode::Unsupported,
        QStringLiteral("Images are registered at the image service, not here."), {} };
}

Result<Image> CycladesHandlers::findImage(const CycladesCall &call)
{
    const QString text = call.parameter("image");
    const auto id = ImageId::fromText(text);
    return id ? m_images.image(call.caller, *id)
              : Result<Image>(notFound(QStringLiteral("There is no image '%1'.").arg(text)));
}

Reply CycladesHandlers::showImage(const CycladesCall &call)
{
    const auto image = findImage(call);
    if (!image)
        return image.error();
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.image(*image); });
}

Reply CycladesHandlers::deleteImage(const CycladesCall &call)
{
    const auto image = findImage(call);
    if (!image)
        return image.error();
    return later(m_images.removeImage(call.caller, image->id), [] { return Response::empty(204); });
}

Reply CycladesHandlers::showImageMetadata(const CycladesCall &call)
{
    const auto image = findImage(call);
    if (!image)
        return image.error();
    return call.answer(200, [&](const CycladesWriter &writer) { return writer.metadata(image->properties); });
}

Reply CycladesHandlers::showImageMetadataItem(const CycladesCall &call)
{
    const auto image = findImage(call);
    if (!image)
        return image.error();
    const QString key = call.parameter("key");
    if (!image->properties.contains(key))
        return notFound(QStringLiteral("The image has no metadata item '%1'.").arg(key));
    return call.answer(200,
        [&](const CycladesWriter &writer) { return writer.metadataItem(key, image->properties.value(key)); });
}

Reply CycladesHandlers::changeImage(const CycladesCall &call, const ImageEdit &edit, int status,
    std::function<QByteArray(const CycladesWriter &, const Image &)> write)
{
    const auto image = findImage(call);
    if (!image)
        return image.error();
    return later(m_images.changeImage(call.caller, image->id, { edit }),
        [call, status, write = std::move(write)](const Image &changed) {
            if (!write)
                return Response::empty(status);
            return call.answer(status, [&](const CycladesWriter &writer) { return write(writer, changed); });
        });
}

Reply CycladesHandlers::mergeImageMetadata(const CycladesCall &call)
{
    const auto items = metadataFromCyclades(call.request);
    if (!items)
        return items.error();
    const auto merge = [items = *items](Image &image) -> Result<> {
        image.properties.insert(items);
        return {};
    };
    return changeImage(call, merge, 201,
        [](const CycladesWriter &writer, const Image &image) { return writer.metadata(image.properties); });
}

Reply CycladesHandlers::setImageMetadataItem(const CycladesCall &call)
{
    const QString key = call.parameter("key");
    const auto value = metadataItemFromCyclades(call.request, key);
    if (!value)
        return value.error();
    const auto set = [key, value = *value](Image &image) -> Result<> {
        image.properties.insert(key, value);
        return {};
    };
    return changeImage(call, set, 201, [key](const CycladesWriter &writer, const Image &image) {
        return writer.metadataItem(key, image.properties.value(key));
    });
}

// Like Synnefo, a key that is not there is no error; unlike Synnefo, one that is goes.
Reply CycladesHandlers::deleteImageMetadataItem(const CycladesCall &call)
{
    const auto remove = [key = call.parameter("key")](Image &image) -> Result<> {
        image.properties.remove(key);
        return {};
    };
    return changeImage(call, remove, 204, {});
}

Reply CycladesHandlers::listKeypairs(const CycladesCall &call)
{
    const auto keypairs = m_service.keypairs(call.caller);
    if (!keypairs)
        return keypairs.error();
    QList<Keypair> sorted = *keypairs;
    std::sort(sorted.begin(), sorted.end(),
        [](const Keypair &one, const Keypair &other) { return one.name < other.name; });
    return call.answerJson(200, CycladesJson::keypairs(sorted));
}

Reply CycladesHandlers::createKeypair(const CycladesCall &call)
{
    const auto wanted = newKeypairFromCyclades(call.request);
    if (!wanted)
        return wanted.error();
    if (!wanted->publicKey.isEmpty())
        return later(m_service.importKeypair(call.caller, wanted->name, wanted->publicKey),
            [call](const Keypair &keypair) {
                return call.answerJson(201, CycladesJson::createdKeypair(keypair, {}));
            });
    return later(m_service.generateKeypair(call.caller, wanted->name),
        [call](const ComputeService::GeneratedKeypair &made) {
            return call.answerJson(201, CycladesJson::createdKeypair(made.keypair, made.privateKeyPem));
        });
}

Reply CycladesHandlers::showKeypair(const CycladesCall &call)
{
    const auto keypair = m_service.keypair(call.caller, call.parameter("keypair"));
    return keypair ? Reply(call.answerJson(200, CycladesJson::keypair(*keypair))) : Reply(keypair.error());
}

Reply CycladesHandlers::deleteKeypair(const CycladesCall &call)
{
    return later(
        m_service.removeKeypair(call.caller, call.parameter("keypair")), [] { return Response::empty(204); });
}

} // namespace nephele
