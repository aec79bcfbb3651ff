// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectroutes.h"

#include "model/base/whendone.h"
#include "server/project/projectjson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int mostInAList = 1000;

Response answer(int status, QByteArray body)
{
    Response response = Response::json(status, std::move(body));
    response.headers = { { "Content-Type", "application/json; charset=UTF-8" },
        { "Cache-Control", "no-cache, no-store, must-revalidate" }, { "Vary", "X-Auth-Token" } };
    return response;
}

// Synnefo answers 400, not 415, to any other or no content type.
std::optional<Error> notJson(const Request &request)
{
    const QByteArray type = request.headers.value("Content-Type").split(';').first().trimmed();
    if (type.compare("application/json", Qt::CaseInsensitive) == 0)
        return std::nullopt;
    return invalid(u"The header Content-Type must be application/json."_s);
}

Reply emptyWhenDone(const QFuture<Result<>> &done, QObject *context)
{
    return thenIn(done, context, [](const Result<> &result) -> Result<Response> {
        return result ? Result<Response>(answer(200, {})) : Result<Response>(result.error());
    });
}

Reply numberWhenDone(const QFuture<Result<MembershipNumber>> &done, QObject *context)
{
    return thenIn(done, context, [](const Result<MembershipNumber> &number) -> Result<Response> {
        if (!number)
            return number.error();
        return answer(200, membershipNumberJson(*number));
    });
}

// An empty value is none.
std::optional<QString> filter(const Request &request, QLatin1StringView name)
{
    const auto value = request.query(name);
    return value && !value->isEmpty() ? value : std::nullopt;
}

// limit and marker are Nephele's addition: Astakos knows no pages.
Result<int> limitOf(const Request &request)
{
    const auto text = filter(request, "limit"_L1);
    if (!text)
        return mostInAList;
    bool isNumber = false;
    const int limit = text->toInt(&isNumber);
    if (!isNumber || limit < 1)
        return invalid(u"limit: must be a number from 1 on."_s);
    return std::min(limit, mostInAList);
}

Result<ProjectMode> modeFrom(const std::optional<QString> &word)
{
    if (!word || *word == "default"_L1)
        return ProjectMode::Default;
    if (*word == "related"_L1)
        return ProjectMode::Related;
    if (*word == "member"_L1)
        return ProjectMode::Member;
    if (*word == "active"_L1)
        return ProjectMode::Active;
    return invalid(u"mode: must be default, related, member or active."_s);
}

Result<ProjectQuestion> projectQuestionFrom(const Request &request)
{
    ProjectQuestion question;
    const auto mode = modeFrom(filter(request, "mode"_L1));
    if (!mode)
        return mode.error();
    question.mode = *mode;
    if (const auto state = filter(request, "state"_L1)) {
        question.state = projectStateFrom(*state);
        if (!question.state)
            return invalid(u"state: there is no state of that name."_s);
    }
    if (const auto owner = filter(request, "owner"_L1)) {
        question.owner = UserId::fromText(*owner);
        if (!question.owner)
            return invalid(u"owner: must be a uuid."_s);
    }
    question.name = filter(request, "name"_L1);
    if (const auto marker = filter(request, "marker"_L1)) {
        question.after = ProjectId::fromText(*marker);
        if (!question.after)
            return invalid(u"marker: must be the id of a project."_s);
    }
    const auto limit = limitOf(request);
    if (!limit)
        return limit.error();
    question.limit = *limit;
    return question;
}

Result<MembershipQuestion> membershipQuestionFrom(const Request &request)
{
    MembershipQuestion question;
    if (const auto project = filter(request, "project"_L1)) {
        question.project = ProjectId::fromText(*project);
        if (!question.project)
            return invalid(u"project: must be a uuid."_s);
    }
    if (const auto marker = filter(request, "marker"_L1)) {
        question.after = MembershipNumber::fromText(*marker);
        if (!question.after)
            return invalid(u"marker: must be the id of a membership."_s);
    }
    const auto limit = limitOf(request);
    if (!limit)
        return limit.error();
    question.limit = *limit;
    return question;
}

std::optional<ProjectId> projectIn(const Request &request)
{
    return ProjectId::fromText(request.parameter("id"_L1));
}

std::optional<MembershipNumber> membershipIn(const Request &request)
{
    return MembershipNumber::fromText(request.parameter("id"_L1));
}

Error unknownMembership()
{
    return notFound(u"There is no such membership."_s);
}

Reply listProjects(ProjectService &service, const Request &request, const Caller &caller)
{
    const auto question = projectQuestionFrom(request);
    if (!question)
        return question.error();
    const auto projects = service.projects(caller, *question);
    if (!projects)
        return projects.error();
    return answer(200, projectsJson(*projects));
}

Reply showProject(ProjectService &service, const Request &request, const Caller &caller)
{
    const auto id = projectIn(request);
    const auto project = id ? service.project(caller, *id) : Result<ShownProject>(unknownProject());
    if (!project)
        return project.error();
    return answer(200, projectJson(*project));
}

Reply submit(ProjectService &service, const Request &request, const Caller &caller, WishKind kind)
{
    if (const auto wrong = notJson(request))
        return *wrong;
    const auto wish = projectWishFromJson(request.body, kind);
    if (!wish)
        return wish.error();
    const auto id = projectIn(request);
    if (kind == WishKind::Change && !id)
        return unknownProject();
    return thenIn(service.submit(caller, kind == WishKind::Change ? id : std::nullopt, *wish), &service,
        [](const Result<SubmittedApplication> &submitted) -> Result<Response> {
            if (!submitted)
                return submitted.error();
            return answer(201, submittedJson(*submitted));
        });
}

Reply actOnProject(ProjectService &service, const Request &request, const Caller &caller)
{
    if (const auto wrong = notJson(request))
        return *wrong;
    const auto step = projectStepFromJson(request.body);
    if (!step)
        return step.error();
    const auto id = projectIn(request);
    if (!id)
        return unknownProject();
    return emptyWhenDone(service.act(caller, *id, step->action, step->application, step->reason), &service);
}

Reply listMemberships(ProjectService &service, const Request &request, const Caller &caller)
{
    const auto question = membershipQuestionFrom(request);
    if (!question)
        return question.error();
    return thenIn(service.memberships(caller, *question), &service,
        [](const Result<QList<ShownMembership>> &shown) -> Result<Response> {
            if (!shown)
                return shown.error();
            return answer(200, membershipsJson(*shown));
        });
}

Reply enter(ProjectService &service, const Request &request, const Caller &caller)
{
    if (const auto wrong = notJson(request))
        return *wrong;
    const auto wish = membershipWishFromJson(request.body);
    if (!wish)
        return wish.error();
    const auto id = ProjectId::fromText(wish->project);
    if (!id)
        return wish->userName ? conflict(unknownProject().message) : unknownProject();
    return numberWhenDone(
        wish->userName ? service.enroll(caller, *id, *wish->userName) : service.join(caller, *id), &service);
}

Reply showMembership(ProjectService &service, const Request &request, const Caller &caller)
{
    const auto number = membershipIn(request);
    const auto membership =
        number ? service.membership(caller, *number) : Result<ShownMembership>(unknownMembership());
    if (!membership)
        return membership.error();
    return answer(200, membershipJson(*membership));
}

Reply actOnMembership(ProjectService &service, const Request &request, const Caller &caller)
{
    if (const auto wrong = notJson(request))
        return *wrong;
    const auto action = membershipStepFromJson(request.body);
    if (!action)
        return action.error();
    const auto number = membershipIn(request);
    if (!number)
        return unknownMembership();
    return emptyWhenDone(service.act(caller, *number, *action), &service);
}

Reply chooseDefault(ProjectService &service, const Request &request, const Caller &caller)
{
    if (const auto wrong = notJson(request))
        return *wrong;
    const auto wanted = defaultProjectFromJson(request.body);
    if (!wanted)
        return wanted.error();
    const auto id = ProjectId::fromText(*wanted);
    if (!id)
        return unknownProject();
    return emptyWhenDone(service.setDefaultProject(caller, *id), &service);
}

} // namespace

RouteTable projectRoutes(ProjectService &service)
{
    using Handle = Reply (*)(ProjectService &, const Request &, const Caller &);
    const auto route = [s = &service](const char *method, const char *path, Handle handle) {
        return Route(
            method, path, Right::SignedIn, [s, handle](const Request &request, const Caller &caller) {
                return handle(*s, request, caller);
            });
    };
    const Handle apply = [](ProjectService &s, const Request &request, const Caller &caller) {
        return submit(s, request, caller, WishKind::New);
    };
    const Handle modify = [](ProjectService &s, const Request &request, const Caller &caller) {
        return submit(s, request, caller, WishKind::Change);
    };
    RouteTable account { "/astakos/account/v1.0", Face::Synnefo, FaultForm::Astakos, {} };
    // What a caller may do depends on the project: the service asks for more.
    account.routes = {
        route("GET", "/projects", &listProjects),
        route("POST", "/projects", apply),
        route("GET", "/projects/memberships", &listMemberships),
        route("POST", "/projects/memberships", &enter),
        route("GET", "/projects/memberships/{id}", &showMembership),
        route("POST", "/projects/memberships/{id}/action", &actOnMembership),
        route("GET", "/projects/{id}", &showProject),
        route("PUT", "/projects/{id}", modify),
        route("POST", "/projects/{id}/action", &actOnProject),
        route("POST", "/myaccount/default_project", &chooseDefault),
    };
    return account;
}

} // namespace nephele
