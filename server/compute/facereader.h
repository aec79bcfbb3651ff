// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/jsonreader.h"

#include <QList>
#include <QMap>

namespace nephele {

// What both compute faces read alike. Each fails in the reader it is given, by the name of the field.

struct MetadataLimits
{
    int items;
    int keyLength; // UTF-16 units
    int valueLength;
};

// {"key": "value", ...}; absent: empty. Values are strings only.
QMap<QString, QString> readMetadata(JsonReader &from, QLatin1StringView key, const MetadataLimits &limits);
// The same of a whole object.
QMap<QString, QString> readMetadataItems(JsonReader &from, const MetadataLimits &limits);

// Base64 (RFC 4648 section 4; line ends between are taken), required. At most `mostBytes` decoded.
QByteArray readBase64(JsonReader &from, QLatin1StringView key, qsizetype mostBytes);

// A list of objects, each a reader that knows its place ("server.networks[1]"); absent: empty.
QList<JsonReader> readObjects(JsonReader &from, QLatin1StringView key, int most = 1000);

} // namespace nephele
