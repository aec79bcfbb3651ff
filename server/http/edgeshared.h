// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/allowedhosts.h"
#include "server/http/httpmetrics.h"
#include "server/http/httpserver.h"

#include <atomic>

namespace nephele {

// What all threads of one HttpServer share: settings that never change, and atomic counts.
struct EdgeShared
{
    explicit EdgeShared(HttpOptions given)
        : options(std::move(given))
        , hosts(options.publicUrl, options.allowedHosts)
        , metrics(options.metrics ? options.metrics : std::make_shared<HttpMetrics>())
    {
    }

    const HttpOptions options;
    const AllowedHosts hosts;
    const std::shared_ptr<HttpMetrics> metrics;
    std::atomic<qint64> bufferedBytes = 0;
    std::atomic<qint64> strangersBytes = 0;
};

} // namespace nephele
