// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/coreroutes.h"
#include "server/http/httpserver.h"

#include <memory>

namespace nephele {

class CloudStats;
class Database;
class IdentityContext;
class ImageWorks;
class ObjectWorks;
class WebloginContext;
struct ComputeParts;

// What all workers share; built by Cloud, which lets it outlive them.
struct CloudParts
{
    Database &database;
    IdentityContext &identity;
    WebloginContext &weblogin;
    ImageWorks &images;
    ObjectWorks &objects;
    ComputeParts &compute;
    CloudStats &stats;
    CoreOptions core; // what the root tells of the cloud; its functions are safe from every thread
};

// The services and routes of one worker thread: every face of the cloud is listed here and nowhere else.
std::unique_ptr<Worker> makeCloudWorker(const CloudParts &parts);

} // namespace nephele
