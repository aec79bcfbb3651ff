// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/image/imagequery.h"

#include <deque>

namespace nephele {

const char *const imageColumns = R"(
    SELECT image.id, image.name, image.project, image.owner, image.shared, image.status, image.visibility,
        image.disk_format, image.container_format, image.size_bytes, image.virtual_bytes, image.min_disk_gib,
        image.min_ram_mib, image.protected, image.hidden, image.created_at_ms, image.updated_at_ms,
        map.number, map.md5, map.sha512
    FROM image
    LEFT JOIN version ON version.object = image.id AND version.valid_to_ms IS NULL
    LEFT JOIN map ON map.number = version.map
    )";

Image imageFromRow(const Row &row)
{
    Image image;
    image.id = row.id<ImageId>(0);
    image.name = row.text(1);
    image.owner = { row.id<ProjectId>(2), row.id<UserId>(3), row.flag(4) };
    image.status = imageStatusFromText(row.text(5)).value_or(ImageStatus::Killed);
    image.visibility = imageVisibilityFromText(row.text(6)).value_or(ImageVisibility::Private);
    image.diskFormat = row.text(7);
    image.containerFormat = row.text(8);
    image.sizeBytes = row.integer(9);
    image.virtualSizeBytes = row.integer(10);
    image.minDiskGiB = int(row.integer(11));
    image.minRamMiB = int(row.integer(12));
    image.isProtected = row.flag(13);
    image.isHidden = row.flag(14);
    image.createdAtMs = row.integer(15);
    image.updatedAtMs = row.integer(16);
    image.mapNumber = row.integer(17);
    image.md5 = row.text(18);
    image.sha512 = row.text(19);
    return image;
}

const char *placeholderName(qsizetype index)
{
    thread_local std::deque<QByteArray> names;
    while (qsizetype(names.size()) <= index)
        names.push_back(":v" + QByteArray::number(qulonglong(names.size())));
    return names[size_t(index)].constData();
}

namespace {

class Builder
{
public:
    void where(const QByteArray &condition) { m_conditions.append('(' + condition + ')'); }

    // A placeholder for the value.
    QByteArray bind(const QVariant &value)
    {
        const char *const name = placeholderName(m_parameters.size());
        m_parameters.append(Parameter(name, value));
        return name;
    }
    QByteArray bindAll(const QStringList &values)
    {
        QByteArray list;
        for (const QString &value : values)
            list += (list.isEmpty() ? "" : ", ") + bind(value);
        return list;
    }
    void whereAnyOf(const QByteArray &column, const QStringList &values)
    {
        if (!values.isEmpty())
            where(column + " IN (" + bindAll(values) + ')');
    }

    ImageQuery query(const QByteArray &order, int limit)
    {
        QByteArray sql = imageColumns;
        for (qsizetype i = 0; i < m_conditions.size(); ++i)
            sql += (i == 0 ? "WHERE " : "\nAND ") + m_conditions.at(i);
        sql += "\nORDER BY " + order + "\nLIMIT " + bind(limit);
        return { sql, m_parameters };
    }

private:
    QByteArrayList m_conditions;
    Parameters m_parameters;
};

struct SortColumn
{
    QByteArray column;
    SortDirection direction;
    QVariant atMarker;
};

SortColumn sortColumn(const ImageSort &sort, const Image &marker)
{
    switch (sort.key) {
    case ImageSortKey::CreatedAt:
        return { "image.created_at_ms", sort.direction, marker.createdAtMs };
    case ImageSortKey::UpdatedAt:
        return { "image.updated_at_ms", sort.direction, marker.updatedAtMs };
    case ImageSortKey::Name:
        return { "image.name", sort.direction, marker.name };
    case ImageSortKey::Status:
        return { "image.status", sort.direction, imageStatusText(marker.status) };
    case ImageSortKey::Size:
        return { "image.size_bytes", sort.direction, marker.sizeBytes };
    case ImageSortKey::DiskFormat:
        return { "image.disk_format", sort.direction, marker.diskFormat };
    case ImageSortKey::ContainerFormat:
        return { "image.container_format", sort.direction, marker.containerFormat };
    case ImageSortKey::Id:
        return { "image.id", sort.direction, marker.id.text() };
    }
    Q_UNREACHABLE();
}

// (a > x) OR (a = x AND b > y) OR ...: behind the marker, whatever the directions.
QByteArray behind(Builder &builder, const QList<SortColumn> &columns)
{
    QByteArray condition;
    for (qsizetype i = 0; i < columns.size(); ++i) {
        QByteArray alternative;
        for (qsizetype j = 0; j < i; ++j)
            alternative += columns.at(j).column + " = " + builder.bind(columns.at(j).atMarker) + " AND ";
        alternative += columns.at(i).column
            + (columns.at(i).direction == SortDirection::Ascending ? " > " : " < ")
            + builder.bind(columns.at(i).atMarker);
        condition += (condition.isEmpty() ? "(" : " OR (") + alternative + ')';
    }
    return condition;
}

// canSee() of model/identity/caller.h, as SQL.
void addOwnRule(Builder &builder, const Caller &caller, QByteArray &condition)
{
    QStringList scope;
    QStringList managed;
    for (const auto &[project, roles] : caller.scope.asKeyValueRange()) {
        scope.append(project.text());
        if (roles.testFlag(Role::Manager))
            managed.append(project.text());
    }
    if (!scope.isEmpty())
        condition += " OR (image.project IN (" + builder.bindAll(scope)
            + ") AND (image.shared = 1 OR image.owner = " + builder.bind(caller.user.text()) + "))";
    if (!managed.isEmpty())
        condition += " OR image.project IN (" + builder.bindAll(managed) + ')';
}

void addVisibility(Builder &builder, const Caller &caller, const ImageFilter &filter)
{
    if (filter.visibility)
        builder.where("image.visibility = " + builder.bind(imageVisibilityText(*filter.visibility)));
    // Others' community images are shown only to who asks for them: by the word or by id.
    const bool withCommunity =
        filter.anyVisibility || !filter.ids.isEmpty() || filter.visibility == ImageVisibility::Community;
    if (caller.isAdmin && withCommunity)
        return;
    QByteArray condition = "image.visibility = 'public'";
    if (caller.isAdmin)
        condition += " OR image.visibility <> 'community'";
    if (withCommunity)
        condition += " OR image.visibility = 'community'";
    addOwnRule(builder, caller, condition);
    builder.where(condition);
}

void addFilters(Builder &builder, const ImageFilter &filter)
{
    QStringList ids;
    for (const ImageId &id : filter.ids)
        ids.append(id.text());
    builder.whereAnyOf("image.id", ids);
    builder.whereAnyOf("image.name", filter.names);
    builder.whereAnyOf("image.disk_format", filter.diskFormats);
    builder.whereAnyOf("image.container_format", filter.containerFormats);
    builder.where(QByteArray("image.hidden = ") + (filter.isHidden ? "1" : "0"));
    QStringList statuses;
    for (const ImageStatus status : filter.statuses)
        statuses.append(imageStatusText(status));
    builder.whereAnyOf("image.status", statuses);
    if (filter.owner)
        builder.where("image.project = " + builder.bind(filter.owner->text()));
    if (filter.isProtected)
        builder.where(QByteArray("image.protected = ") + (*filter.isProtected ? "1" : "0"));
    if (filter.leastBytes)
        builder.where("image.size_bytes >= " + builder.bind(*filter.leastBytes));
    if (filter.mostBytes)
        builder.where("image.size_bytes <= " + builder.bind(*filter.mostBytes));
    for (const QString &tag : filter.tags)
        builder.where("EXISTS (SELECT 1 FROM image_tag WHERE image_tag.image = image.id AND image_tag.tag = "
            + builder.bind(tag) + ')');
    for (const auto &[name, value] : filter.properties.asKeyValueRange())
        builder.where("EXISTS (SELECT 1 FROM image_property WHERE image_property.image = image.id"
                      " AND image_property.name = "
            + builder.bind(name) + " AND image_property.value = " + builder.bind(value) + ')');
}

} // namespace

ImageQuery imageQuery(const Caller &caller, const ImageFilter &filter, const std::optional<Image> &marker)
{
    Builder builder;
    addVisibility(builder, caller, filter);
    addFilters(builder, filter);
    QList<SortColumn> columns;
    for (const ImageSort &sort : filter.sort)
        columns.append(sortColumn(sort, marker.value_or(Image())));
    const auto last = filter.sort.isEmpty() ? SortDirection::Descending : filter.sort.constLast().direction;
    columns.append(sortColumn({ ImageSortKey::Id, last }, marker.value_or(Image())));
    if (marker)
        builder.where(behind(builder, columns));
    QByteArray order;
    for (const SortColumn &column : columns)
        order += (order.isEmpty() ? "" : ", ") + column.column
            + (column.direction == SortDirection::Ascending ? " ASC" : " DESC");
    return builder.query(order, filter.limit);
}

} // namespace nephele
