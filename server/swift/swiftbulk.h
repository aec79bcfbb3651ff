// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"
#include "server/object/objectservice.h"

namespace nephele {

// What became of many things at once (Object Storage API, bulk operations): always 200, the truth is inside.
struct BulkReport
{
    std::optional<qint64> deleted; // of deletions
    std::optional<qint64> notFound;
    std::optional<qint64> created; // of archives
    QList<std::pair<QString, QString>> errors; // name, "404 Not Found"
    QString status = QStringLiteral("200 OK");
    QString body;
};

// In JSON, XML or text, as Accept says.
Response bulkResponse(const Request &request, const BulkReport &report);

BulkReport bulkReport(const DeletionReport &deletions);

// Names to delete, one a line, percent-encoded, with or without a slash in front. TooLarge beyond the limit.
Result<QStringList> namesToDelete(const QByteArray &body);

} // namespace nephele
