// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

namespace nephele {

// One fixed key of an image, for the schema and for telling properties from it.
struct GlanceField
{
    enum class Kind { Text, TextOrNull, Integer, IntegerOrNull, Flag, List };
    // Nobody: reserved, and not in the schema, for the glance client makes an option of every field there.
    enum class Writer { User, Server, Nobody };

    const char *name;
    Kind kind;
    Writer writer;
    const char *description;
};

inline constexpr GlanceField glanceFields[] = {
    { "id", GlanceField::Kind::Text, GlanceField::Writer::User, "An identifier for the image" },
    { "name", GlanceField::Kind::TextOrNull, GlanceField::Writer::User, "Descriptive name for the image" },
    { "status", GlanceField::Kind::Text, GlanceField::Writer::Server, "Status of the image" },
    { "visibility", GlanceField::Kind::Text, GlanceField::Writer::User, "Scope of image accessibility" },
    { "protected", GlanceField::Kind::Flag, GlanceField::Writer::User,
        "If true, the image cannot be deleted" },
    { "os_hidden", GlanceField::Kind::Flag, GlanceField::Writer::User,
        "If true, the image is left out of default listings" },
    { "container_format", GlanceField::Kind::TextOrNull, GlanceField::Writer::User,
        "Format of the container" },
    { "disk_format", GlanceField::Kind::TextOrNull, GlanceField::Writer::User, "Format of the disk" },
    { "min_disk", GlanceField::Kind::Integer, GlanceField::Writer::User,
        "Disk in GB a server needs to boot the image" },
    { "min_ram", GlanceField::Kind::Integer, GlanceField::Writer::User,
        "Memory in MB a server needs to boot the image" },
    { "tags", GlanceField::Kind::List, GlanceField::Writer::User, "Strings attached to the image" },
    { "owner", GlanceField::Kind::TextOrNull, GlanceField::Writer::User, "Project the image belongs to" },
    { "size", GlanceField::Kind::IntegerOrNull, GlanceField::Writer::Server, "Size of the data in bytes" },
    { "virtual_size", GlanceField::Kind::IntegerOrNull, GlanceField::Writer::Server,
        "Size of the disk inside in bytes" },
    { "checksum", GlanceField::Kind::TextOrNull, GlanceField::Writer::Server, "MD5 of the data" },
    { "os_hash_algo", GlanceField::Kind::TextOrNull, GlanceField::Writer::Server,
        "Algorithm of os_hash_value" },
    { "os_hash_value", GlanceField::Kind::TextOrNull, GlanceField::Writer::Server,
        "Digest of the data in hex" },
    { "created_at", GlanceField::Kind::Text, GlanceField::Writer::Server, "When the image was registered" },
    { "updated_at", GlanceField::Kind::Text, GlanceField::Writer::Server, "When the image last changed" },
    { "self", GlanceField::Kind::Text, GlanceField::Writer::Server, "Address of the image" },
    { "file", GlanceField::Kind::Text, GlanceField::Writer::Server, "Address of the data" },
    { "schema", GlanceField::Kind::Text, GlanceField::Writer::Server, "Address of this schema" },
    { "direct_url", GlanceField::Kind::Text, GlanceField::Writer::Nobody, "Never told" },
    { "locations", GlanceField::Kind::List, GlanceField::Writer::Nobody, "Never told" },
    { "stores", GlanceField::Kind::Text, GlanceField::Writer::Nobody, "Never told" },
};

inline const GlanceField *findGlanceField(const QString &name)
{
    for (const GlanceField &field : glanceFields) {
        if (name == QLatin1StringView(field.name))
            return &field;
    }
    return nullptr;
}

} // namespace nephele
