// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithosroutes.h"

#include "server/pithos/pithoshandlers.h"
#include "server/pithos/pithosheaders.h"
#include "server/pithos/pithospublic.h"
#include "server/pithos/pithosupdates.h"

namespace nephele {

namespace {

struct Line
{
    const char *method;
    const char *pattern;
    Right right;
    Reply (PithosHandlers::*handler)(const PithosRequest &);
    PithosHandlers::Opened (PithosHandlers::*open)(const PithosRequest &) = nullptr;
};

constexpr const char *top = "";
constexpr const char *account = "/{account}";
constexpr const char *container = "/{account}/{container}";
constexpr const char *object = "/{account}/{container}/{object...}";

// The top also answers who has no token yet.
constexpr Line table[] = {
    { "GET", top, Right::Public, &PithosHandlers::showTop },

    { "GET", account, Right::Reader, &PithosHandlers::showAccount },
    { "POST", account, Right::Member, &PithosHandlers::changeAccount },

    { "GET", container, Right::Reader, &PithosHandlers::showContainer },
    { "PUT", container, Right::Member, &PithosHandlers::putContainer },
    { "POST", container, Right::Member, &PithosHandlers::changeContainer,
        &PithosHandlers::openContainerPost },
    { "DELETE", container, Right::Member, &PithosHandlers::deleteContainer },

    { "GET", object, Right::Reader, &PithosHandlers::showObject },
    { "PUT", object, Right::Member, &PithosHandlers::putObject, &PithosHandlers::openObjectPut },
    { "COPY", object, Right::Member, &PithosHandlers::copyObject },
    { "MOVE", object, Right::Member, &PithosHandlers::moveObject },
    { "DELETE", object, Right::Member, &PithosHandlers::deleteObject },
};

BodyRule bodyOf(const Line &line, const std::shared_ptr<PithosHandlers> &handlers)
{
    if (!line.open)
        return BodyRule::buffered();
    return BodyRule::streamed(
        PithosLimits::uploadBytes, pithosOpener([handlers, open = line.open](const PithosRequest &request) {
            return (*handlers.*open)(request);
        }));
}

} // namespace

std::vector<RouteTable> pithosRoutes(ObjectService &service, QObject &context)
{
    const auto handlers = std::make_shared<PithosHandlers>(service, context);
    RouteTable routes { "/pithos/object-store/v1", Face::Synnefo, FaultForm::Pithos, {}, {} };
    for (const Line &line : table)
        routes.routes.emplace_back(line.method, line.pattern, line.right,
            pithosHandler([handlers, handler = line.handler](
                              const PithosRequest &request) { return (*handlers.*handler)(request); }),
            bodyOf(line, handlers));
    routes.routes.push_back(pithosObjectPost(object, service, context));
    std::vector<RouteTable> tables;
    tables.push_back(std::move(routes));
    tables.push_back(pithosPublicRoutes(service));
    return tables;
}

} // namespace nephele
