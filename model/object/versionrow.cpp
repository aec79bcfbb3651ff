// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/versionrow.h"

namespace nephele {

namespace {

ObjectKind kindFromText(const QString &text)
{
    return text == QLatin1StringView("slo")    ? ObjectKind::StaticManifest
        : text == QLatin1StringView("dlo")     ? ObjectKind::DynamicManifest
        : text == QLatin1StringView("symlink") ? ObjectKind::Symlink
                                               : ObjectKind::Plain;
}

} // namespace

const QByteArray &versionColumns()
{
    static const QByteArray columns = R"(
        version.object, version.container, version.name, version.map, version.size_bytes,
        version.content_type, version.author, version.etag, version.kind, version.shown_bytes,
        version.delete_at_ms, version.number, version.valid_from_ms, version.valid_to_ms)";
    return columns;
}

ObjectVersion versionFromRow(const Row &row)
{
    ObjectVersion version;
    version.object = row.id<ObjectId>(0);
    version.container = row.integer(1);
    version.name = row.text(2);
    version.map = row.integer(3);
    version.sizeBytes = row.integer(4);
    version.contentType = row.text(5);
    version.author = row.id<UserId>(6);
    version.etag = row.text(7);
    version.kind = kindFromText(row.text(8));
    version.shownBytes = row.optionalInteger(9);
    version.deleteAtMs = row.optionalInteger(10);
    version.number = row.integer(11);
    version.validFromMs = row.integer(12);
    version.validToMs = row.optionalInteger(13);
    return version;
}

} // namespace nephele
