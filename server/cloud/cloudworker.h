// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/httpserver.h"

#include <functional>
#include <memory>

namespace nephele {

class Database;
class HttpMetrics;
class IdentityContext;
class ImageWorks;
struct ComputeParts;

// What all workers share; built by Cloud, which lets it outlive them.
struct CloudParts
{
    Database &database;
    IdentityContext &identity;
    ImageWorks &images;
    ComputeParts &compute;
    std::shared_ptr<HttpMetrics> metrics;
    std::function<QJsonObject()> health; // facts for /healthcheck; safe from every thread
};

// The services and routes of one worker thread: every face of the cloud is listed here and nowhere else.
std::unique_ptr<Worker> makeCloudWorker(const CloudParts &parts);

} // namespace nephele
