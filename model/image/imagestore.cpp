// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/image/imagestore.h"

#include "model/image/imagequery.h"

namespace nephele {

namespace {

Parameters parametersOf(const Image &image)
{
    return { { ":name", image.name }, { ":shared", image.owner.shared },
        { ":status", imageStatusText(image.status) },
        { ":visibility", imageVisibilityText(image.visibility) }, { ":disk_format", image.diskFormat },
        { ":container_format", image.containerFormat }, { ":min_disk", image.minDiskGiB },
        { ":min_ram", image.minRamMiB }, { ":protected", image.isProtected }, { ":hidden", image.isHidden },
        { ":id", image.id.text() } };
}

Result<> insertDetails(Transaction &t, const Image &image)
{
    for (const auto &[name, value] : image.properties.asKeyValueRange()) {
        const auto done = t.execute(R"(
            INSERT INTO image_property (image, name, value)
            VALUES (:image, :name, :value))",
            { { ":image", image.id.text() }, { ":name", name }, { ":value", value } });
        if (!done)
            return done.error();
    }
    for (const QString &tag : image.tags) {
        const auto done = t.execute("INSERT INTO image_tag (image, tag) VALUES (:image, :tag)",
            { { ":image", image.id.text() }, { ":tag", tag } });
        if (!done)
            return done.error();
    }
    return {};
}

Result<> removeDetails(Transaction &t, const ImageId &id)
{
    for (const QByteArray &sql : { QByteArray("DELETE FROM image_property WHERE image = :image"),
             QByteArray("DELETE FROM image_tag WHERE image = :image") }) {
        if (const auto done = t.execute(sql, { { ":image", id.text() } }); !done)
            return done.error();
    }
    return {};
}

Result<> loadDetails(ReadTransaction &t, QList<Image> &images)
{
    if (images.isEmpty())
        return {};
    QHash<QString, Image *> byId;
    QByteArray list;
    Parameters parameters;
    for (Image &image : images) {
        const char *const name = placeholderName(byId.size());
        list += list.isEmpty() ? "" : ", ";
        list += name;
        parameters.append(Parameter(name, image.id.text()));
        byId.insert(image.id.text(), &image);
    }
    const auto properties = t.eachRow(
        "SELECT image, name, value FROM image_property WHERE image IN (" + list + ") ORDER BY image, name",
        parameters,
        [&](const Row &row) { byId.value(row.text(0))->properties.insert(row.text(1), row.text(2)); });
    if (!properties)
        return properties.error();
    return t.eachRow("SELECT image, tag FROM image_tag WHERE image IN (" + list + ") ORDER BY image, tag",
        parameters, [&](const Row &row) { byId.value(row.text(0))->tags.append(row.text(1)); });
}

Error uploadGone()
{
    return conflict(QStringLiteral("The image does not wait for this data any more."));
}

} // namespace

Result<> ImageStore::insert(Transaction &t, const Image &image)
{
    const auto done = t.execute(R"(
        INSERT INTO image (id, name, project, owner, shared, status, visibility, disk_format,
            container_format, size_bytes, virtual_bytes, min_disk_gib, min_ram_mib, protected, hidden, upload,
            created_at_ms, updated_at_ms)
        VALUES (:id, :name, :project, :owner, :shared, :status, :visibility, :disk_format,
            :container_format, 0, 0, :min_disk, :min_ram, :protected, :hidden, 0, :now, :same))",
        parametersOf(image)
            + Parameters { { ":project", image.owner.project.text() }, { ":owner", image.owner.user.text() },
                { ":now", t.stampMs() }, { ":same", t.stampMs() } });
    if (!done)
        return done.error();
    return insertDetails(t, image);
}

Result<> ImageStore::update(Transaction &t, const Image &image)
{
    const auto done = t.execute(R"(
        UPDATE image
        SET name = :name, shared = :shared, status = :status, visibility = :visibility,
            disk_format = :disk_format, container_format = :container_format, min_disk_gib = :min_disk,
            min_ram_mib = :min_ram, protected = :protected, hidden = :hidden, updated_at_ms = :now
        WHERE id = :id)",
        parametersOf(image) + Parameters { { ":now", t.stampMs() } });
    if (!done)
        return done.error();
    if (*done == 0)
        return notFound(QStringLiteral("The image is gone."));
    if (const auto removed = removeDetails(t, image.id); !removed)
        return removed.error();
    return insertDetails(t, image);
}

Result<> ImageStore::remove(Transaction &t, const ImageId &id)
{
    if (const auto removed = removeDetails(t, id); !removed)
        return removed.error();
    const auto done = t.execute("DELETE FROM image WHERE id = :id", { { ":id", id.text() } });
    if (!done)
        return done.error();
    return {};
}

Result<std::optional<Image>> ImageStore::find(ReadTransaction &t, const ImageId &id)
{
    auto images =
        t.rows(imageColumns + QByteArray("WHERE image.id = :id"), { { ":id", id.text() } }, imageFromRow);
    if (!images)
        return images.error();
    if (images->isEmpty())
        return std::optional<Image>();
    if (const auto loaded = loadDetails(t, *images); !loaded)
        return loaded.error();
    return std::optional(images->constFirst());
}

Result<QList<Image>> ImageStore::list(ReadTransaction &t, const Caller &caller, const ImageFilter &filter)
{
    std::optional<Image> marker;
    if (filter.marker) {
        const auto found = find(t, *filter.marker);
        if (!found)
            return found.error();
        if (!*found)
            return invalid(QStringLiteral("marker: there is no image %1.").arg(filter.marker->text()));
        marker = *found;
    }
    const ImageQuery query = imageQuery(caller, filter, marker);
    auto images = t.rows(query.sql, query.parameters, imageFromRow);
    if (!images)
        return images.error();
    if (const auto loaded = loadDetails(t, *images); !loaded)
        return loaded.error();
    return images;
}

Result<qint64> ImageStore::beginUpload(Transaction &t, const ImageId &id)
{
    // The stamp serves as the number: two writes never share one.
    const auto done = t.execute(R"(
        UPDATE image
        SET status = 'saving', upload = :upload, updated_at_ms = :now
        WHERE id = :id AND status = 'queued')",
        { { ":upload", t.stampMs() }, { ":now", t.stampMs() }, { ":id", id.text() } });
    if (!done)
        return done.error();
    if (*done == 0)
        return conflict(QStringLiteral("The image has data already, or data is on its way."));
    return t.stampMs();
}

Result<> ImageStore::endUpload(Transaction &t, const ImageId &id, qint64 upload, const UploadedData &data)
{
    const auto done = t.execute(R"(
        UPDATE image
        SET status = 'active', upload = 0, size_bytes = :size, virtual_bytes = :virtual, updated_at_ms = :now
        WHERE id = :id AND status = 'saving' AND upload = :upload)",
        { { ":size", data.sizeBytes }, { ":virtual", data.virtualBytes }, { ":now", t.stampMs() },
            { ":id", id.text() }, { ":upload", upload } });
    if (!done)
        return done.error();
    if (*done == 0)
        return uploadGone();
    return {};
}

Result<> ImageStore::dropUpload(Transaction &t, const ImageId &id, qint64 upload)
{
    const auto done = t.execute(R"(
        UPDATE image
        SET status = 'queued', upload = 0, updated_at_ms = :now
        WHERE id = :id AND status = 'saving' AND upload = :upload)",
        { { ":now", t.stampMs() }, { ":id", id.text() }, { ":upload", upload } });
    if (!done)
        return done.error();
    return {};
}

Result<qint64> ImageStore::resetUploads(Transaction &t)
{
    return t.execute("UPDATE image SET status = 'queued', upload = 0 WHERE status = 'saving'");
}

} // namespace nephele
