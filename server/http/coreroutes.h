// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/httpmetrics.h"
#include "server/http/jsonwriter.h"
#include "server/http/route.h"

namespace nephele {

struct CoreOptions
{
    // Adds members to the object /healthcheck answers ("hypervisor", "mode" ...). May be empty. Called in the
    // worker's thread at every check: quick.
    std::function<void(JsonWriter &)> writeFacts;
    // False with a reason when the cloud cannot serve: /healthcheck is then 503. May be empty.
    std::function<Result<>()> check;
    // More lines for /metrics, each ended. May be empty.
    std::function<QByteArray()> moreMetrics;
    std::shared_ptr<HttpMetrics> metrics; // the server's, see HttpOptions
    QString regionName = QStringLiteral("default"); // shown on the page for browsers
};

// What stands at the root beside the faces:
//   GET /             a page for browsers: what this is and how to sign in
//   GET /healthcheck  {"status": "ok", "version": ..., facts}; "OK" for Accept: text/plain
//   GET /metrics      for Prometheus; to loopback and administrators only
RouteTable coreRoutes(CoreOptions options);

} // namespace nephele
