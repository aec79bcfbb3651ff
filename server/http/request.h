// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/headers.h"

#include <QHostAddress>
#include <QString>

#include <memory>
#include <optional>

namespace nephele {

class BodySink;

// One request as a handler sees it: complete, checked for form, nothing of it trusted. A value; cheap to
// copy.
struct Request
{
    QByteArray id; // "req-<uuid>", in every reply and log line of this request
    QByteArray method; // as sent: GET, COPY ...
    QByteArray target; // raw, with query
    QByteArray path; // raw (percent-encoded), without query
    QByteArray
        baseUrl; // "http://127.0.0.1:5080": the public URL, else scheme and checked Host; no slash at the end
    Headers headers;
    QByteArray body; // of a buffered route
    std::shared_ptr<BodySink> sink; // of a streamed route: finished when the handler runs
    QHostAddress peer;
    bool secure = false; // came over TLS

    // The value of {name} in the route's pattern, percent-decoded. Empty if the pattern has no such name.
    QString parameter(QLatin1StringView name) const;

    // Query parameters, decoded as application/x-www-form-urlencoded; the first of that name. nullopt if it
    // is absent, "" if it came bare or empty.
    std::optional<QString> query(QLatin1StringView name) const;
    QStringList queryAll(QLatin1StringView name) const;
    const QList<std::pair<QString, QString>> &queryItems() const { return queries; }

    // Filled by the router.
    QList<std::pair<QByteArray, QString>> parameters;
    QList<std::pair<QString, QString>> queries;
};

} // namespace nephele
