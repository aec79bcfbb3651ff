// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/imagereader.h"

#include "app/client/fault.h"
#include "model/base/clock.h"
#include "server/http/jsonreader.h"

namespace nephele {

namespace {

using Key = QLatin1StringView;

ImageStatus statusFromGlance(const QString &word)
{
    if (word == QStringLiteral("active"))
        return ImageStatus::Active;
    if (word == QStringLiteral("saving") || word == QStringLiteral("importing")
        || word == QStringLiteral("uploading"))
        return ImageStatus::Saving;
    if (word == QStringLiteral("killed"))
        return ImageStatus::Killed;
    return word == QStringLiteral("deleted") ? ImageStatus::Deleted : ImageStatus::Queued;
}

ImageVisibility visibilityFromGlance(const QString &word)
{
    if (word == QStringLiteral("public"))
        return ImageVisibility::Public;
    if (word == QStringLiteral("community"))
        return ImageVisibility::Community;
    return word == QStringLiteral("private") ? ImageVisibility::Private : ImageVisibility::Shared;
}

Image imageFromJson(JsonReader &json)
{
    Image image;
    image.id = ImageId::stored(json.text(Key("id"), 64));
    image.name = json.optionalText(Key("name"), 255).value_or(QString());
    image.status = statusFromGlance(json.text(Key("status"), 32));
    image.visibility = visibilityFromGlance(json.text(Key("visibility"), 32));
    image.diskFormat = json.optionalText(Key("disk_format"), 32).value_or(QString());
    image.sizeBytes = json.optionalInteger(Key("size")).value_or(0);
    image.virtualSizeBytes = json.optionalInteger(Key("virtual_size")).value_or(0);
    image.minDiskGiB = int(json.optionalInteger(Key("min_disk"), 0, INT_MAX).value_or(0));
    image.minRamMiB = int(json.optionalInteger(Key("min_ram"), 0, INT_MAX).value_or(0));
    image.owner.project = ProjectId::stored(json.optionalText(Key("owner"), 64).value_or(QString()));
    image.createdAtMs = instantFromIso(json.text(Key("created_at"), 64)).value_or(0);
    image.updatedAtMs = instantFromIso(json.text(Key("updated_at"), 64)).value_or(0);
    // Properties lie beside the fields; of them the window shows these.
    for (const QString &key : { QStringLiteral("os"), QStringLiteral("osfamily"), QStringLiteral("os_distro"),
             QStringLiteral("description"), QStringLiteral("users") }) {
        const QJsonValue value = json.json().value(key);
        if (value.isString())
            image.properties.insert(key, value.toString());
    }
    return image;
}

} // namespace

Result<ListPage<Image>> imagesFromReply(const QByteArray &body)
{
    const QString what = QStringLiteral("images");
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return notUnderstood(what, object.error());
    JsonReader reader(*object, {});
    ListPage<Image> page;
    for (const QJsonValue &value : reader.array(Key("images"), 10'000)) {
        JsonReader image(value.toObject(), what);
        page.items.append(imageFromJson(image));
        reader.adopt(image);
    }
    const bool isMore = reader.optionalText(Key("next"), 2000).has_value();
    if (const auto wrong = reader.failure())
        return notUnderstood(what, *wrong);
    if (isMore && !page.items.isEmpty())
        page.marker = page.items.constLast().id.text();
    return page;
}

} // namespace nephele
