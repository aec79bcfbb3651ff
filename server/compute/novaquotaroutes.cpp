// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novaquotaroutes.h"

#include "model/base/whendone.h"
#include "server/compute/novahandlers.h"
#include "server/compute/novaquotajson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;
using UnderUse = QuotaService::UnderUse;

// The user of ?user_id=, null without one.
Result<UserId> userAskedFor(const NovaCall &call)
{
    const auto text = call.request.query("user_id"_L1);
    if (!text)
        return UserId();
    const auto user = UserId::fromText(*text);
    if (!user)
        return invalid(u"user_id: is not a uuid."_s);
    return *user;
}

Reply showLimits(QuotaService &quotas, const NovaCall &call)
{
    const QString own = call.caller.project.value_or(ProjectId()).text();
    const auto asked = call.request.query("tenant_id"_L1);
    // An administrator may ask for a project, which is then not about him.
    if (asked && *asked != own && !call.caller.isAdmin)
        return forbidden(u"Only the limits of the token's own project are shown."_s);
    const bool isOwn = !asked || *asked == own;
    const auto lines = quotas.quotasOf(call.caller, asked.value_or(own), isOwn ? call.caller.user : UserId());
    if (!lines)
        return lines.error();
    return call.answer(
        200, novaLimitsJson(novaQuotaFrom(*lines, isOwn ? NovaQuotaOf::Tighter : NovaQuotaOf::Project)));
}

using WriteQuota = QByteArray (*)(const QByteArray &, const NovaQuota &);

Reply showQuota(QuotaService &quotas, const NovaCall &call, WriteQuota write)
{
    const auto user = userAskedFor(call);
    if (!user)
        return user.error();
    const auto lines = quotas.quotasOf(call.caller, call.parameter("project"), *user);
    if (!lines)
        return lines.error();
    const auto whose = user->isNull() ? NovaQuotaOf::Project : NovaQuotaOf::User;
    return call.answer(200, write(call.parameter("project").toUtf8(), novaQuotaFrom(*lines, whose)));
}

Reply showDefaults(QuotaService &quotas, const NovaCall &call)
{
    const QString project = call.parameter("project");
    if (!call.caller.isAdmin && project != call.caller.project.value_or(ProjectId()).text())
        return forbidden(u"Only the quota of the token's own project is shown."_s);
    const auto lines = quotas.defaultLines(project);
    if (!lines)
        return lines.error();
    return call.answer(200, novaQuotaSetJson(project.toUtf8(), novaQuotaFrom(*lines, NovaQuotaOf::Project)));
}

Reply setQuota(QuotaService &quotas, const NovaCall &call)
{
    const auto user = userAskedFor(call);
    if (!user)
        return user.error();
    const auto change = novaQuotaChangeFromJson(call.request.body, u"quota_set"_s);
    if (!change)
        return change.error();
    const QString project = call.parameter("project");
    const auto set = quotas.setLimits(project, user->isNull() ? std::nullopt : std::optional(*user),
        change->limits, change->isForced ? UnderUse::Forced : UnderUse::Refused);
    return thenIn(
        set, &quotas, [&quotas, call, project, user = *user](const Result<> &done) -> Result<Response> {
            if (!done)
                return done.error();
            const auto lines = quotas.quotasOf(call.caller, project, user);
            if (!lines)
                return lines.error();
            const auto whose = user.isNull() ? NovaQuotaOf::Project : NovaQuotaOf::User;
            return call.answer(200, novaQuotaSetJson({}, novaQuotaFrom(*lines, whose)));
        });
}

Reply resetQuota(QuotaService &quotas, const NovaCall &call)
{
    const auto user = userAskedFor(call);
    if (!user)
        return user.error();
    const auto set = quotas.setLimits(call.parameter("project"),
        user->isNull() ? std::nullopt : std::optional(*user), novaQuotaReset(), UnderUse::Forced);
    return thenIn(set, &quotas, [call](const Result<> &done) -> Result<Response> {
        if (!done)
            return done.error();
        return call.empty(202);
    });
}

// There is one class, "default": what a project has that nobody set anything for.
Result<> checkClass(const NovaCall &call)
{
    if (call.parameter("class") != "default"_L1)
        return notFound(u"The only quota class is 'default'."_s);
    return {};
}

Result<Response> classAnswer(QuotaService &quotas, const NovaCall &call, const QByteArray &id)
{
    const auto lines = quotas.defaultLines({});
    if (!lines)
        return lines.error();
    return call.answer(200, novaQuotaClassJson(id, novaQuotaFrom(*lines, NovaQuotaOf::Project)));
}

Reply showClass(QuotaService &quotas, const NovaCall &call)
{
    if (const auto checked = checkClass(call); !checked)
        return checked.error();
    return classAnswer(quotas, call, "default");
}

Reply setClass(QuotaService &quotas, const NovaCall &call)
{
    if (const auto checked = checkClass(call); !checked)
        return checked.error();
    const auto change = novaQuotaChangeFromJson(call.request.body, u"quota_class_set"_s);
    if (!change)
        return change.error();
    return thenIn(quotas.setDefaults(change->limits), &quotas,
        [&quotas, call](const Result<> &done) -> Result<Response> {
            if (!done)
                return done.error();
            return classAnswer(quotas, call, {});
        });
}

struct UsageTimes
{
    qint64 fromMs = 0;
    qint64 toMs = 0;
    qint64 nowMs = 0;
};

Result<UsageTimes> timesFrom(const NovaCall &call, qint64 nowMs)
{
    UsageTimes times { nowMs, nowMs, nowMs };
    for (const auto &[name, time] :
        { std::pair("start"_L1, &times.fromMs), std::pair("end"_L1, &times.toMs) }) {
        const auto text = call.request.query(name);
        if (!text)
            continue;
        const auto instant = instantFromIso(QString(*text).replace(u' ', u'T'));
        if (!instant)
            return invalid(u"%1: is not a time such as 2026-11-22T10:00:00."_s.arg(name));
        *time = *instant;
    }
    if (times.fromMs > times.toMs)
        return invalid(u"start: must not be after end."_s);
    return times;
}

Reply showUsage(ServerUsageService &service, const NovaCall &call)
{
    const auto project = ProjectId::fromText(call.parameter("project"));
    if (!call.caller.isAdmin && project != call.caller.project)
        return forbidden(u"Only the use of the token's own project is shown."_s);
    const auto times = timesFrom(call, service.clock().nowMs());
    if (!times)
        return times.error();
    if (!project)
        return invalid(u"Project ID %1 is not a valid project."_s.arg(call.parameter("project").left(64)));
    return thenIn(service.usage(project, times->fromMs, times->toMs), &service,
        [call, project = *project, times = *times](
            const Result<QList<ServerUsage>> &usages) -> Result<Response> {
            if (!usages)
                return usages.error();
            const ServerUsage found = usages->value(0, { project, {} });
            return call.answer(200, novaUsageJson(found, times.fromMs, times.toMs, times.nowMs));
        });
}

Reply listUsage(ServerUsageService &service, const NovaCall &call)
{
    const auto times = timesFrom(call, service.clock().nowMs());
    if (!times)
        return times.error();
    const auto detail =
        call.request.query("detailed"_L1) == u"1"_s ? UsageDetail::Servers : UsageDetail::Sums;
    return thenIn(service.usage(std::nullopt, times->fromMs, times->toMs), &service,
        [call, times = *times, detail](const Result<QList<ServerUsage>> &usages) -> Result<Response> {
            if (!usages)
                return usages.error();
            return call.answer(200, novaUsagesJson(*usages, times.fromMs, times.toMs, times.nowMs, detail));
        });
}

} // namespace

RouteTable novaQuotaRoutes(QuotaService &quotas, ServerUsageService &usage)
{
    using Answer = std::function<Reply(const NovaCall &)>;
    struct Line
    {
        const char *method;
        const char *pattern; // below /compute/v2.1 and /compute/v2
        Right right;
        Answer answer;
    };
    QuotaService *q = &quotas;
    ServerUsageService *u = &usage;
    const std::vector<Line> lines {
        { "GET", "/limits", Right::Reader, [q](const NovaCall &call) { return showLimits(*q, call); } },
        { "GET", "/os-quota-sets/{project}", Right::Reader,
            [q](const NovaCall &call) { return showQuota(*q, call, &novaQuotaSetJson); } },
        { "GET", "/os-quota-sets/{project}/detail", Right::Reader,
            [q](const NovaCall &call) { return showQuota(*q, call, &novaQuotaDetailJson); } },
        { "GET", "/os-quota-sets/{project}/defaults", Right::Reader,
            [q](const NovaCall &call) { return showDefaults(*q, call); } },
        { "PUT", "/os-quota-sets/{project}", Right::Admin,
            [q](const NovaCall &call) { return setQuota(*q, call); } },
        { "DELETE", "/os-quota-sets/{project}", Right::Admin,
            [q](const NovaCall &call) { return resetQuota(*q, call); } },
        { "GET", "/os-quota-class-sets/{class}", Right::Admin,
            [q](const NovaCall &call) { return showClass(*q, call); } },
        { "PUT", "/os-quota-class-sets/{class}", Right::Admin,
            [q](const NovaCall &call) { return setClass(*q, call); } },
        { "GET", "/os-simple-tenant-usage", Right::Admin,
            [u](const NovaCall &call) { return listUsage(*u, call); } },
        { "GET", "/os-simple-tenant-usage/{project}", Right::Reader,
            [u](const NovaCall &call) { return showUsage(*u, call); } },
    };
    RouteTable table { "/compute", Face::OpenStack, FaultForm::Nova, {}, {} };
    for (const QByteArray root : { "/v2.1", "/v2" }) {
        for (const Line &line : lines)
            table.routes.emplace_back(
                line.method, root + line.pattern, line.right, novaVersioned(line.answer));
    }
    return table;
}

} // namespace nephele
