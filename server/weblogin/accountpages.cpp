// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/accountpages.h"

#include "model/base/whendone.h"
#include "model/identity/role.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype mostProjectsShown = 20;

// "member", "administrator": the greatest of what somebody is there.
QString roleWord(Roles roles)
{
    if (roles.testFlag(Role::Admin))
        return u"administrator"_s;
    if (roles.testFlag(Role::Manager))
        return u"manager"_s;
    return roles.testFlag(Role::Member) ? u"member"_s : u"reader"_s;
}

QString projectWords(const Membership &membership, const User &user)
{
    QString words = roleWord(membership.roles);
    if (membership.project.id == user.systemProject())
        words += u", your own"_s;
    if (membership.project.id == user.defaultProject)
        words += u", new things go here"_s;
    if (!membership.project.isEnabled)
        words += u", suspended"_s;
    return words;
}

Reply showAccount(WebloginService &weblogin, const PageVisit &visit)
{
    const User &user = visit.session->user;
    const auto projects = weblogin.projectsOf(*visit.session);
    if (!projects)
        return projects.error();
    WebPage page;
    page.name = u"account"_s;
    page.title = u"Your account"_s;
    page.more.set(u"name"_s, user.displayName()).set(u"email"_s, user.email).set(u"id"_s, user.id.text());
    page.more.set(u"realName"_s, user.realName == user.name ? QString() : user.realName);
    for (const Membership &membership : projects->first(std::min(projects->size(), mostProjectsShown)))
        page.more.add(u"projects"_s,
            PageValues()
                .set(u"project"_s, membership.project.name)
                .set(u"words"_s, projectWords(membership, user)));
    if (projects->size() > mostProjectsShown)
        page.more.set(u"moreProjects"_s, u"and %1 more"_s.arg(projects->size() - mostProjectsShown));
    return visit.show(200, page);
}

// The one time a token is seen: the answer to a POST, which no browser keeps or asks for again by itself.
Reply renewToken(WebloginService &weblogin, const PageVisit &visit)
{
    return thenIn(weblogin.renewToken(*visit.session), &weblogin,
        [&weblogin, visit](const Result<RenewedToken> &renewed) -> Result<Response> {
            if (!renewed)
                return renewed.error();
            WebPage page;
            page.name = u"token"_s;
            page.title = u"Your new token"_s;
            page.more.set(u"token"_s, QString::fromLatin1(renewed->token.secret));
            page.more.set(u"url"_s, QString::fromUtf8(visit.request.baseUrl + "/astakos/identity/v2.0"));
            page.more.set(
                u"expires"_s, QString::fromLatin1(httpDate(renewed->token.details.token.expiresAtMs)));
            Response response = visit.show(200, page);
            setSessionCookie(response, visit.request, renewed->cookie, weblogin.settings().sessionLifeMs);
            return response;
        });
}

struct PasswordErrors
{
    QString original;
    QString wanted;
    QString again;
};

WebPage passwordPage(const PasswordErrors &errors)
{
    WebPage page;
    page.title = u"Change password"_s;
    page.lead = u"All your tokens end, and you are signed out everywhere but here."_s;
    page.action = u"/astakos/weblogin/password"_s;
    page.button = u"Change password"_s;
    page.fields = {
        FormField::password(u"original"_s, u"Password now"_s, u"current-password"_s)
            .withError(errors.original),
        FormField::password(u"password"_s, u"New password"_s, u"new-password"_s)
            .withHint(u"At least 8 characters."_s)
            .withError(errors.wanted),
        FormField::password(u"again"_s, u"New password again"_s, u"new-password"_s).withError(errors.again),
    };
    page.links = { { u"Back to your account"_s, u"/astakos/weblogin/account"_s } };
    return page;
}

Reply changePassword(WebloginService &weblogin, const PageVisit &visit)
{
    const QString original = visit.form.value(u"original"_s);
    const QString wanted = visit.form.value(u"password"_s);
    if (original.isEmpty())
        return visit.show(400, passwordPage({ u"Enter the password you have now."_s, {}, {} }));
    if (wanted != visit.form.value(u"again"_s))
        return visit.show(400, passwordPage({ {}, {}, u"The two are not the same."_s }));
    const auto changed = weblogin.changePassword(*visit.session, original, wanted, visit.request.peer);
    return thenIn(
        changed, &weblogin, [&weblogin, visit](const Result<OpenedSession> &opened) -> Result<Response> {
            if (opened) {
                Response response = messagePage(200, u"Your password is changed"_s,
                    u"All your tokens ended. Make a new one for your programs."_s,
                    { { u"Your account"_s, u"/astakos/weblogin/account"_s } });
                setSessionCookie(response, visit.request, opened->cookie, weblogin.settings().sessionLifeMs);
                return response;
            }
            const Error &error = opened.error();
            const int status = pageStatus(error);
            if (error.code == ErrorCode::Invalid)
                return visit.show(status, passwordPage({ {}, error.message, {} }));
            if (error.code == ErrorCode::Unauthenticated)
                return visit.show(403, passwordPage({ u"That is not your password."_s, {}, {} }));
            if (error.code == ErrorCode::TooManyRequests)
                return visit.show(status, passwordPage({ error.message, {}, {} }));
            return error;
        });
}

} // namespace

std::vector<Route> accountPages(WebloginService &weblogin)
{
    WebloginService *w = &weblogin;
    const auto form = BodyRule::buffered(mostFormBytes);
    const auto own = [w](PageHandler answer) {
        return pageHandler(*w, SessionNeed::Required, std::move(answer));
    };
    const auto account = own([w](const PageVisit &visit) { return showAccount(*w, visit); });
    return {
        { "GET", "", Right::Public, account },
        { "GET", "/account", Right::Public, account },
        { "POST", "/token", Right::Public, own([w](const PageVisit &visit) { return renewToken(*w, visit); }),
            form },
        { "GET", "/password", Right::Public,
            own([](const PageVisit &visit) -> Reply { return visit.show(200, passwordPage({})); }) },
        { "POST", "/password", Right::Public,
            own([w](const PageVisit &visit) { return changePassword(*w, visit); }), form },
    };
}

} // namespace nephele
