// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"
#include "server/object/objectservice.h"

namespace nephele {

enum class ListingFormat { Text, Json, Xml };

// The query says it, else Accept; nullopt: the client takes none of the three (406).
std::optional<ListingFormat> listingFormat(const Request &request);

// limit, marker, end_marker, prefix, delimiter, path, reverse. PreconditionFailed beyond the largest page.
Result<NamePage> listingPage(const Request &request);

// Adds body, type and status: text without a line is 204.
void writeContainers(
    Response &response, ListingFormat format, const ProjectId &account, const QList<ContainerLine> &lines);
// `links`: what the symbolic links among them say, by name.
void writeObjects(Response &response, ListingFormat format, const ContainerView &view,
    const QList<ObjectLine> &lines, const QMap<QString, PropertyMap> &links);

} // namespace nephele
