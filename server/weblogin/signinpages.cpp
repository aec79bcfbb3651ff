// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/signinpages.h"

#include "model/base/whendone.h"

#include <QUrlQuery>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestPassword = 4096;

// What the form may lead to besides our own pages: the browser judges the redirects behind it too.
QByteArray policySourceBehind(const QByteArray &returnPath, const WebloginService &weblogin,
    OAuthService &oauth, const Request &request)
{
    const QUrl path = QUrl::fromEncoded(returnPath);
    const QUrlQuery query(path);
    const auto item = [&query](
                          const QString &name) { return query.queryItemValue(name, QUrl::FullyDecoded); };
    if (path.path() == "/astakos/weblogin/login"_L1) {
        const auto next = weblogin.settings().targets.checked(item(u"next"_s), request.baseUrl);
        return next ? policySourceOf(*next, request.baseUrl) : QByteArray();
    }
    if (path.path() == "/astakos/oauth2/auth"_L1) {
        const auto redirect = oauth.registeredRedirect(item(u"client_id"_s), item(u"redirect_uri"_s));
        return redirect ? policySourceOf(*redirect, request.baseUrl) : QByteArray();
    }
    return {};
}

struct SignInForm
{
    QString name;
    QString then;
    QString nameError;
    QString passwordError;
};

WebPage signInPage(
    const SignInForm &form, const WebloginService &weblogin, OAuthService &oauth, const Request &request)
{
    WebPage page;
    page.title = u"Sign in"_s;
    page.action = u"/astakos/weblogin/signin"_s;
    page.button = u"Sign in"_s;
    const QByteArray then = safeReturnPath(form.then);
    if (!then.isEmpty())
        page.hidden = { { u"then"_s, QString::fromUtf8(then) } };
    page.policySource = policySourceBehind(then, weblogin, oauth, request);
    page.fields = {
        FormField::text(u"name"_s, u"User name"_s, u"username"_s, form.name.left(longestName))
            .withError(form.nameError),
        FormField::password(u"password"_s, u"Password"_s, u"current-password"_s)
            .withError(form.passwordError),
    };
    page.links = { { u"Lost your password?"_s, u"/astakos/weblogin/lost"_s } };
    if (weblogin.settings().signUp == SignUpPolicy::Moderated)
        page.links.append({ u"Ask for an account"_s, u"/astakos/weblogin/signup"_s });
    return page;
}

// A browser that is signed in goes on at once.
QByteArray goesOnTo(const QString &then)
{
    const QByteArray path = safeReturnPath(then);
    return path.isEmpty() ? QByteArray("/astakos/weblogin/account") : path;
}

Reply showSignIn(WebloginService &weblogin, OAuthService &oauth, const PageVisit &visit)
{
    const QString then = visit.request.query("then"_L1).value_or(QString());
    if (visit.session)
        return seeOther(goesOnTo(then));
    return visit.show(200, signInPage({ {}, then, {}, {} }, weblogin, oauth, visit.request));
}

Reply signIn(WebloginService &weblogin, OAuthService &oauth, const PageVisit &visit)
{
    SignInForm form { visit.text(u"name"_s), visit.form.value(u"then"_s), {}, {} };
    const QString password = visit.form.value(u"password"_s);
    if (form.name.isEmpty())
        form.nameError = u"Enter your user name."_s;
    if (password.isEmpty())
        form.passwordError = u"Enter your password."_s;
    if (form.name.isEmpty() || password.isEmpty())
        return visit.show(400, signInPage(form, weblogin, oauth, visit.request));
    PasswordSignIn wanted;
    wanted.user = NameRef::byDisplayName(form.name.left(longestName));
    wanted.password = password.left(longestPassword);
    wanted.peer = visit.request.peer;
    const auto signedIn = weblogin.signIn(wanted, sessionCookie(visit.request));
    return thenIn(signedIn, &weblogin,
        [&weblogin, &oauth, visit, form](const Result<OpenedSession> &opened) mutable -> Result<Response> {
            if (opened) {
                Response response = seeOther(goesOnTo(form.then));
                setSessionCookie(response, visit.request, opened->cookie, weblogin.settings().sessionLifeMs);
                return response;
            }
            const Error &error = opened.error();
            const bool isThrottled = error.code == ErrorCode::TooManyRequests;
            if (error.code != ErrorCode::Unauthenticated && !isThrottled)
                return error;
            // Whose password is right may know why it opens nothing.
            form.passwordError =
                error == signInRefused() ? u"The name or the password is wrong."_s : error.message;
            Response response =
                visit.show(pageStatus(error), signInPage(form, weblogin, oauth, visit.request));
            if (isThrottled)
                response.headers.append("Retry-After", QByteArray::number(error.retryAfterSeconds));
            return response;
        });
}

Reply showSignOut(const PageVisit &visit)
{
    if (!visit.session)
        return seeOther("/astakos/weblogin/signin");
    WebPage page;
    page.title = u"Sign out"_s;
    page.lead = u"This browser forgets who you are. Programs with a token of yours go on."_s;
    page.action = u"/astakos/weblogin/logout"_s;
    page.button = u"Sign out"_s;
    page.links = { { u"Back to your account"_s, u"/astakos/weblogin/account"_s } };
    return visit.show(200, page);
}

Reply signOut(WebloginService &weblogin, const PageVisit &visit)
{
    return thenIn(weblogin.signOut(sessionCookie(visit.request)), &weblogin,
        [request = visit.request](const Result<> &ended) -> Result<Response> {
            if (!ended)
                return ended.error();
            Response response =
                messagePage(200, u"You are signed out"_s, u"Close the window if others use this computer."_s,
                    { { u"Sign in again"_s, u"/astakos/weblogin/signin"_s } });
            dropSessionCookie(response, request);
            return response;
        });
}

// A flag counts with an empty value only (Synnefo API guide, weblogin).
bool hasFlag(const Request &request, QLatin1StringView name)
{
    const auto value = request.query(name);
    return value && value->isEmpty();
}

// The same call without `force`, for the way back from signing in.
QByteArray loginPath(const QString &next, bool hasRenew)
{
    QByteArray path = "/astakos/weblogin/login?next=" + QUrl::toPercentEncoding(next);
    return hasRenew ? path + "&renew" : path;
}

Reply forceSignIn(WebloginService &weblogin, const PageVisit &visit, const QByteArray &back)
{
    return thenIn(weblogin.signOut(sessionCookie(visit.request)), &weblogin,
        [request = visit.request, back](const Result<> &ended) -> Result<Response> {
            if (!ended)
                return ended.error();
            Response response = redirectTo(signInPath(back));
            dropSessionCookie(response, request);
            return response;
        });
}

Reply login(WebloginService &weblogin, const PageVisit &visit)
{
    const Request &request = visit.request;
    const QString next = request.query("next"_L1).value_or(QString());
    if (next.isEmpty())
        return invalid(u"next: name the address to go on to."_s);
    const auto target = weblogin.settings().targets.checked(next, request.baseUrl);
    if (!target)
        return target.error();
    const bool hasRenew = hasFlag(request, "renew"_L1);
    const QByteArray back = loginPath(next, hasRenew);
    if (!visit.session)
        return redirectTo(signInPath(back));
    if (hasFlag(request, "force"_L1))
        return forceSignIn(weblogin, visit, back);
    const QByteArray user = visit.session->user.id.utf8();
    if (!hasRenew)
        return thenIn(weblogin.issueToken(*visit.session), &weblogin,
            [target = *target, user](const Result<IssuedToken> &token) -> Result<Response> {
                if (!token)
                    return token.error();
                return redirectTo(loginAnswer(target, user, token->secret));
            });
    return thenIn(weblogin.renewToken(*visit.session), &weblogin,
        [&weblogin, request, target = *target, user](
            const Result<RenewedToken> &renewed) -> Result<Response> {
            if (!renewed)
                return renewed.error();
            Response response = redirectTo(loginAnswer(target, user, renewed->token.secret));
            setSessionCookie(response, request, renewed->cookie, weblogin.settings().sessionLifeMs);
            return response;
        });
}

} // namespace

std::vector<Route> signInPages(WebloginService &weblogin, OAuthService &oauth)
{
    WebloginService *w = &weblogin;
    OAuthService *o = &oauth;
    const auto form = BodyRule::buffered(mostFormBytes);
    const auto open = [w](PageHandler answer) {
        return pageHandler(*w, SessionNeed::None, std::move(answer));
    };
    return {
        { "GET", "/login", Right::Public, open([w](const PageVisit &visit) { return login(*w, visit); }) },
        { "GET", "/signin", Right::Public,
            open([w, o](const PageVisit &visit) { return showSignIn(*w, *o, visit); }) },
        { "POST", "/signin", Right::Public,
            open([w, o](const PageVisit &visit) { return signIn(*w, *o, visit); }), form },
        { "GET", "/logout", Right::Public, open(&showSignOut) },
        { "POST", "/logout", Right::Public, open([w](const PageVisit &visit) { return signOut(*w, visit); }),
            form },
    };
}

} // namespace nephele
