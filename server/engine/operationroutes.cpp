// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/engine/operationroutes.h"

#include "model/base/whendone.h"
#include "model/operation/operationstore.h"
#include "server/engine/operationjson.h"

namespace nephele {

namespace {

constexpr int mostInAPage = 1000;
constexpr int defaultPage = 100;

Error noSuchOperation()
{
    return notFound(QStringLiteral("There is no such operation."));
}

// ?project=ID&live=true&limit=N
Result<OperationFilter> filterFrom(const Request &request)
{
    OperationFilter filter;
    if (const auto project = request.query(QLatin1StringView("project"))) {
        filter.project = ProjectId::fromText(*project);
        if (!filter.project)
            return invalid(QStringLiteral("project: not an id."));
    }
    if (const auto live = request.query(QLatin1StringView("live"))) {
        if (*live != QLatin1StringView("true") && *live != QLatin1StringView("false"))
            return invalid(QStringLiteral("live: true or false."));
        filter.live = *live == QLatin1StringView("true");
    }
    filter.limit = defaultPage;
    if (const auto limit = request.query(QLatin1StringView("limit"))) {
        bool isNumber = false;
        filter.limit = limit->toInt(&isNumber);
        if (!isNumber || filter.limit < 1 || filter.limit > mostInAPage)
            return invalid(QStringLiteral("limit: 1 to %1.").arg(mostInAPage));
    }
    return filter;
}

Result<Operation> visibleOperation(ReadTransaction &t, const Caller &caller, const Request &request)
{
    const auto id = OperationId::fromText(request.parameter(QLatin1StringView("id")));
    if (!id)
        return noSuchOperation();
    const auto operation = OperationStore::find(t, *id);
    if (!operation)
        return operation.error();
    if (!*operation || !canSee(caller, (*operation)->owner))
        return noSuchOperation();
    return **operation;
}

Reply listOperations(
    Database &database, const OperationEngine &engine, const Request &request, const Caller &caller)
{
    const auto filter = filterFrom(request);
    if (!filter)
        return filter.error();
    const auto operations =
        database.read([&](ReadTransaction &t) { return OperationStore::visible(t, caller, *filter); });
    if (!operations)
        return operations.error();
    JsonWriter json;
    json.beginObject().key("operations").beginArray();
    for (const Operation &operation : *operations)
        write(json, operation, engine.stepName(operation));
    json.endArray().endObject();
    return Response::json(200, std::move(json).bytes());
}

Reply showOperation(
    Database &database, const OperationEngine &engine, const Request &request, const Caller &caller)
{
    const auto operation =
        database.read([&](ReadTransaction &t) { return visibleOperation(t, caller, request); });
    if (!operation)
        return operation.error();
    JsonWriter json;
    json.beginObject().key("operation");
    write(json, *operation, engine.stepName(*operation));
    json.endObject();
    return Response::json(200, std::move(json).bytes());
}

// 202: the wish is noted; whether it comes in time shows in the operation's state.
Reply cancelOperation(Database &database, OperationEngine &engine, QObject *context, const Request &request,
    const Caller &caller)
{
    const auto requested = database.write([request, caller](Transaction &t) -> Result<> {
        const auto operation = visibleOperation(t, caller, request);
        if (!operation)
            return operation.error();
        if (!canChange(caller, operation->owner))
            return forbidden(QStringLiteral("You may see this operation but not cancel it."));
        return OperationEngine::requestCancel(t, operation->id);
    });
    return thenIn(requested, context, [&engine](const Result<> &done) -> Result<Response> {
        if (!done)
            return done.error();
        engine.wake();
        return Response::empty(202);
    });
}

} // namespace

RouteTable operationRoutes(Database &database, OperationEngine &engine, QObject *context)
{
    return { "/nephele/v1/operations", Face::OpenStack, FaultForm::Nephele,
        {
            { "GET", "", Right::Reader,
                [&database, &engine](const Request &request, const Caller &caller) {
                    return listOperations(database, engine, request, caller);
                } },
            { "GET", "/{id}", Right::Reader,
                [&database, &engine](const Request &request, const Caller &caller) {
                    return showOperation(database, engine, request, caller);
                } },
            { "DELETE", "/{id}", Right::Member,
                [&database, &engine, context](const Request &request, const Caller &caller) {
                    return cancelOperation(database, engine, context, request, caller);
                } },
        } };
}

} // namespace nephele
