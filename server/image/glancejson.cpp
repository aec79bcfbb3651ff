// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/glancejson.h"

#include "model/base/clock.h"
#include "server/http/jsonreader.h"
#include "server/image/glancefields.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <limits>

namespace nephele {

namespace {

constexpr int mostOperations = 512;

template <class Name>
void textOrNull(JsonWriter &json, const Name &key, const QString &text)
{
    if (text.isEmpty())
        json.nullMember(key);
    else
        json.member(key, text);
}

Error wrong(const QString &field, const char *why)
{
    return invalid(QStringLiteral("%1: %2").arg(field, QLatin1StringView(why)));
}

Error readOnly(const QString &field)
{
    return forbidden(QStringLiteral("Attribute '%1' is read-only.").arg(field));
}

// Readers of one value each; the field's name goes into the fault.
Result<QString> textFrom(const QString &field, const QJsonValue &value)
{
    if (value.isNull())
        return QString(QStringLiteral(""));
    if (!value.isString())
        return wrong(field, "must be a string.");
    return value.toString();
}

Result<int> countFrom(const QString &field, const QJsonValue &value)
{
    const double number = value.toDouble(-1);
    if (!value.isDouble() || number < 0 || number > std::numeric_limits<qint32>::max()
        || number != double(int(number)))
        return wrong(field, "must be a whole number from 0 to 2147483647.");
    return int(number);
}

Result<bool> flagFrom(const QString &field, const QJsonValue &value)
{
    if (!value.isBool())
        return wrong(field, "must be true or false.");
    return value.toBool();
}

Result<QStringList> tagsFrom(const QString &field, const QJsonValue &value)
{
    if (!value.isArray())
        return wrong(field, "must be a list of strings.");
    QStringList tags;
    for (const QJsonValue tag : value.toArray()) {
        if (!tag.isString())
            return wrong(field, "must be a list of strings.");
        // Glance takes a repeated tag as said once.
        if (!tags.contains(tag.toString()))
            tags.append(tag.toString());
    }
    return tags;
}

Result<ImageVisibility> visibilityFrom(const QString &field, const QJsonValue &value)
{
    const auto visibility = imageVisibilityFromText(value.toString());
    if (!visibility)
        return wrong(field, "must be public, community, shared or private.");
    return *visibility;
}

template <class T>
Result<> assign(T &to, Result<T> read)
{
    if (!read)
        return read.error();
    to = *std::move(read);
    return {};
}

// Sets one of the keys that a caller may give at creation and change later.
template <class ImageLike>
Result<> setField(ImageLike &image, const QString &field, const QJsonValue &value)
{
    const auto is = [&](const char *name) { return field == QLatin1StringView(name); };
    if (is("name"))
        return assign(image.name, textFrom(field, value));
    if (is("disk_format"))
        return assign(image.diskFormat, textFrom(field, value));
    if (is("container_format"))
        return assign(image.containerFormat, textFrom(field, value));
    if (is("min_disk"))
        return assign(image.minDiskGiB, countFrom(field, value));
    if (is("min_ram"))
        return assign(image.minRamMiB, countFrom(field, value));
    if (is("protected"))
        return assign(image.isProtected, flagFrom(field, value));
    if (is("os_hidden"))
        return assign(image.isHidden, flagFrom(field, value));
    if (is("tags"))
        return assign(image.tags, tagsFrom(field, value));
    if (is("visibility")) {
        const auto visibility = visibilityFrom(field, value);
        if (!visibility)
            return visibility.error();
        image.visibility = *visibility;
        return {};
    }
    if (findGlanceField(field))
        return readOnly(field);
    if (!value.isString())
        return wrong(field, "a property must be a string.");
    image.properties.insert(field, value.toString());
    return {};
}

Result<> setAtCreation(NewImage &image, const QString &field, const QJsonValue &value)
{
    if (field == QLatin1StringView("id")) {
        image.id = ImageId::fromText(value.toString());
        if (!image.id)
            return wrong(field, "must be a UUID in lower case with dashes.");
        return {};
    }
    if (field == QLatin1StringView("owner")) {
        image.project = ProjectId::fromText(value.toString());
        if (!image.project)
            return wrong(field, "must be the id of a project.");
        return {};
    }
    return setField(image, field, value);
}

struct PatchPath
{
    QString field;
    std::optional<QString> place; // in tags: a number, or "-" behind the last
};

// RFC 6901 without its generality: /field or /tags/place.
Result<PatchPath> pathFrom(const QJsonValue &value)
{
    const QString path = value.toString();
    QStringList parts = path.split(QLatin1Char('/'));
    for (QString &part : parts)
        part.replace(QStringLiteral("~1"), QStringLiteral("/"))
            .replace(QStringLiteral("~0"), QStringLiteral("~"));
    const bool isTag = parts.size() == 3 && parts.at(1) == QLatin1StringView("tags");
    if (!path.startsWith(QLatin1Char('/')) || (parts.size() != 2 && !isTag) || parts.at(1).isEmpty())
        return invalid(QStringLiteral("path: \"%1\" names no attribute of an image.").arg(path.left(300)));
    return PatchPath { parts.at(1), isTag ? std::optional(parts.at(2)) : std::nullopt };
}

Result<> removeField(Image &image, const QString &field)
{
    if (findGlanceField(field))
        return forbidden(QStringLiteral("Attribute '%1' cannot be removed.").arg(field));
    if (image.properties.remove(field) == 0)
        return conflict(QStringLiteral("Property %1 does not exist.").arg(field));
    return {};
}

Result<> replaceField(Image &image, const QString &field, const QJsonValue &value)
{
    if (!findGlanceField(field) && !image.properties.contains(field))
        return conflict(QStringLiteral("Property %1 does not exist.").arg(field));
    return setField(image, field, value);
}

Result<> editTag(Image &image, const QString &operation, const QString &place, const QJsonValue &value)
{
    bool isNumber = false;
    const int index = place == QLatin1StringView("-") ? image.tags.size() : place.toInt(&isNumber);
    const bool isAdd = operation == QLatin1StringView("add");
    if ((!isNumber && place != QLatin1StringView("-")) || index < 0
        || index > image.tags.size() - (isAdd ? 0 : 1))
        return invalid(QStringLiteral("path: there is no tag at place %1.").arg(place.left(20)));
    if (operation == QLatin1StringView("remove")) {
        image.tags.removeAt(index);
        return {};
    }
    if (!value.isString())
        return wrong(QStringLiteral("tags"), "a tag must be a string.");
    if (isAdd && !image.tags.contains(value.toString()))
        image.tags.insert(index, value.toString());
    else if (!isAdd)
        image.tags[index] = value.toString();
    return {};
}

Result<ImageEdit> editFrom(const QJsonValue &entry)
{
    static const QStringList operations { QStringLiteral("add"), QStringLiteral("replace"),
        QStringLiteral("remove") };
    const QJsonObject object = entry.toObject();
    const QString operation = object.value(QStringLiteral("op")).toString();
    if (!operations.contains(operation))
        return invalid(QStringLiteral("op: must be add, replace or remove."));
    const auto path = pathFrom(object.value(QStringLiteral("path")));
    if (!path)
        return path.error();
    const QJsonValue value = object.value(QStringLiteral("value"));
    if (operation != QLatin1StringView("remove") && value.isUndefined())
        return invalid(QStringLiteral("value: missing for %1.").arg(path->field.left(300)));
    return ImageEdit([operation, path = *path, value](Image &image) -> Result<> {
        if (path.place)
            return editTag(image, operation, *path.place, value);
        if (operation == QLatin1StringView("remove"))
            return removeField(image, path.field);
        if (operation == QLatin1StringView("replace"))
            return replaceField(image, path.field, value);
        return setField(image, path.field, value);
    });
}

void writeType(JsonWriter &json, GlanceField::Kind kind)
{
    switch (kind) {
    case GlanceField::Kind::Text:
        json.member("type", "string");
        return;
    case GlanceField::Kind::Integer:
        json.member("type", "integer");
        return;
    case GlanceField::Kind::Flag:
        json.member("type", "boolean");
        return;
    case GlanceField::Kind::TextOrNull:
        json.key("type").beginArray().value("null").value("string").endArray();
        return;
    case GlanceField::Kind::IntegerOrNull:
        json.key("type").beginArray().value("null").value("integer").endArray();
        return;
    case GlanceField::Kind::List:
        json.member("type", "array");
        json.key("items").beginObject().member("type", "string").endObject();
        return;
    }
}

void writeLink(JsonWriter &json, const char *rel, const char *href)
{
    json.beginObject().member("rel", rel).member("href", href).endObject();
}

void writeSchema(JsonWriter &json)
{
    json.beginObject().member("name", "image").key("properties").beginObject();
    for (const GlanceField &field : glanceFields) {
        if (field.writer == GlanceField::Writer::Nobody)
            continue;
        json.key(field.name).beginObject();
        writeType(json, field.kind);
        json.member("description", field.description);
        if (field.writer == GlanceField::Writer::Server)
            json.member("readOnly", true);
        json.endObject();
    }
    json.endObject();
    json.key("additionalProperties").beginObject().member("type", "string").endObject();
    json.key("links").beginArray();
    writeLink(json, "self", "{self}");
    writeLink(json, "enclosure", "{file}");
    writeLink(json, "describedby", "{schema}");
    json.endArray().endObject();
}

} // namespace

void writeImage(JsonWriter &json, const Image &image)
{
    const QString self = QStringLiteral("/v2/images/") + image.id.text();
    const bool hasData = image.mapNumber != 0;
    json.beginObject();
    // The user's own first: a reader that keeps the last of two keys keeps ours.
    for (const auto &[name, value] : image.properties.asKeyValueRange())
        json.member(name, value);
    json.member("id", image.id.text());
    textOrNull(json, "name", image.name);
    json.member("status", imageStatusText(image.status));
    json.member("visibility", imageVisibilityText(image.visibility));
    json.member("protected", image.isProtected).member("os_hidden", image.isHidden);
    textOrNull(json, "container_format", image.containerFormat);
    textOrNull(json, "disk_format", image.diskFormat);
    json.member("min_disk", image.minDiskGiB).member("min_ram", image.minRamMiB);
    json.key("tags").beginArray();
    for (const QString &tag : image.tags)
        json.value(tag);
    json.endArray();
    json.member("owner", image.owner.project.text());
    if (hasData)
        json.member("size", image.sizeBytes).member("virtual_size", image.virtualSizeBytes);
    else
        json.nullMember("size").nullMember("virtual_size");
    textOrNull(json, "checksum", image.md5);
    textOrNull(json, "os_hash_algo", image.sha512.isEmpty() ? QString() : QStringLiteral("sha512"));
    textOrNull(json, "os_hash_value", image.sha512);
    json.member("created_at", isoSeconds(image.createdAtMs));
    json.member("updated_at", isoSeconds(image.updatedAtMs));
    json.member("self", self).member("file", self + QStringLiteral("/file"));
    json.member("schema", "/v2/schemas/image").endObject();
}

QByteArray imageToJson(const Image &image)
{
    JsonWriter json(2048);
    writeImage(json, image);
    return std::move(json).bytes();
}

QByteArray imagesToJson(const QList<Image> &images, const QString &first, const QString &next)
{
    JsonWriter json(512 + images.size() * 1536);
    json.beginObject().key("images").beginArray();
    for (const Image &image : images)
        writeImage(json, image);
    json.endArray().member("schema", "/v2/schemas/images").member("first", first);
    if (!next.isEmpty())
        json.member("next", next);
    json.endObject();
    return std::move(json).bytes();
}

Result<NewImage> newImageFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    NewImage image;
    for (auto member = object->constBegin(); member != object->constEnd(); ++member) {
        if (const auto set = setAtCreation(image, member.key(), member.value()); !set)
            return set.error();
    }
    return image;
}

Result<QList<ImageEdit>> imageEditsFromJson(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isArray())
        return invalid(QStringLiteral("The body must be a JSON list of operations."));
    const QJsonArray operations = document.array();
    if (operations.size() > mostOperations)
        return invalid(QStringLiteral("More than %1 operations at once.").arg(mostOperations));
    QList<ImageEdit> edits;
    for (const QJsonValue entry : operations) {
        auto edit = editFrom(entry);
        if (!edit)
            return edit.error();
        edits.append(*std::move(edit));
    }
    return edits;
}

const QByteArray &imageSchema()
{
    static const QByteArray schema = [] {
        JsonWriter json(8192);
        writeSchema(json);
        return std::move(json).bytes();
    }();
    return schema;
}

const QByteArray &imagesSchema()
{
    static const QByteArray schema = [] {
        JsonWriter json(8192);
        json.beginObject().member("name", "images").key("properties").beginObject();
        json.key("images").beginObject().member("type", "array").key("items").raw(imageSchema()).endObject();
        for (const char *link : { "first", "next", "schema" })
            json.key(link).beginObject().member("type", "string").endObject();
        json.endObject().key("links").beginArray();
        writeLink(json, "first", "{first}");
        writeLink(json, "next", "{next}");
        writeLink(json, "describedby", "{schema}");
        json.endArray().endObject();
        return std::move(json).bytes();
    }();
    return schema;
}

} // namespace nephele
