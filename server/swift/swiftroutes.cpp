// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/swiftroutes.h"

#include "server/swift/swifthandlers.h"
#include "server/swift/swiftheaders.h"

namespace nephele {

namespace {

struct Line
{
    const char *method;
    const char *pattern;
    Reply (SwiftHandlers::*handler)(const Request &, const Caller &);
    qint64 mostBytes = 64 << 10; // most bodies mean nothing
    SwiftHandlers::Opened (SwiftHandlers::*open)(const Request &, const Caller &) = nullptr;
};

constexpr const char *account = "/{account}";
constexpr const char *container = "/{account}/{container}";
constexpr const char *object = "/{account}/{container}/{object...}";

constexpr Line table[] = {
    { "GET", account, &SwiftHandlers::showAccount },
    { "POST", account, &SwiftHandlers::changeAccount, SwiftLimits::bulkDeleteBytes,
        &SwiftHandlers::openDeletions },
    { "PUT", account, &SwiftHandlers::putAccount, SwiftLimits::fileBytes, &SwiftHandlers::openContainer },
    { "DELETE", account, &SwiftHandlers::deleteFromAccount, SwiftLimits::bulkDeleteBytes,
        &SwiftHandlers::openDeletions },
    { "OPTIONS", account, &SwiftHandlers::preflight },

    { "GET", container, &SwiftHandlers::showContainer },
    { "PUT", container, &SwiftHandlers::putContainer, SwiftLimits::fileBytes, &SwiftHandlers::openContainer },
    { "POST", container, &SwiftHandlers::changeContainer, SwiftLimits::fileBytes, &SwiftHandlers::openForm },
    { "DELETE", container, &SwiftHandlers::deleteContainer },
    { "OPTIONS", container, &SwiftHandlers::preflight },

    { "GET", object, &SwiftHandlers::showObject },
    { "PUT", object, &SwiftHandlers::putObject, SwiftLimits::fileBytes, &SwiftHandlers::openObject },
    { "POST", object, &SwiftHandlers::changeObject, SwiftLimits::fileBytes, &SwiftHandlers::openForm },
    { "COPY", object, &SwiftHandlers::copyObject },
    { "DELETE", object, &SwiftHandlers::deleteObject },
    { "OPTIONS", object, &SwiftHandlers::preflight },
};

BodyRule bodyOf(const Line &line, const std::shared_ptr<SwiftHandlers> &handlers)
{
    if (!line.open)
        return BodyRule::buffered(line.mostBytes);
    return BodyRule::streamed(
        line.mostBytes, [handlers, open = line.open](const Request &request, const Caller &caller) {
            return (*handlers.*open)(request, caller);
        });
}

} // namespace

std::vector<RouteTable> swiftRoutes(ObjectService &service, QObject &context)
{
    const auto handlers = std::make_shared<SwiftHandlers>(service, context);
    // Every route is public: who may do what is said by access lists and temporary URLs as well as by tokens,
    // so the service asks (objectaccess.h).
    RouteTable objects { "/v1", Face::OpenStack, FaultForm::Swift, {}, {} };
    for (const Line &line : table)
        objects.routes.emplace_back(
            line.method, line.pattern, Right::Public,
            [handlers, handler = line.handler](const Request &request, const Caller &caller) {
                Reply reply = (*handlers.*handler)(request, caller);
                return request.headers.contains("Origin") && request.method != "OPTIONS"
                    ? handlers->forOrigin(request, std::move(reply))
                    : reply;
            },
            bodyOf(line, handlers));
    RouteTable info { "/info", Face::OpenStack, FaultForm::Swift, {}, {} };
    info.routes.emplace_back(
        "GET", "", Right::Public, [handlers](const Request &request, const Caller &caller) {
            return handlers->showInfo(request, caller);
        });
    return { std::move(objects), std::move(info) };
}

} // namespace nephele
