// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/signuppages.h"

#include "model/base/whendone.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

const QList<std::pair<QString, QString>> backToSignIn { { u"Back to sign in"_s,
    u"/astakos/weblogin/signin"_s } };

// Which field is wrong, and why; nothing when none is.
struct FieldError
{
    QString field;
    QString why;
};

QList<FormField> passwordFields()
{
    return {
        FormField::password(u"password"_s, u"Password"_s, u"new-password"_s)
            .withHint(u"At least 8 characters."_s),
        FormField::password(u"again"_s, u"Password again"_s, u"new-password"_s),
    };
}

void mark(WebPage &page, const FieldError &error)
{
    for (FormField &field : page.fields) {
        if (field.name == error.field)
            field.error = error.why;
    }
}

// A refusal on the page it came from where it is about what was typed; else on one of its own.
Result<Response> refused(
    const PageVisit &visit, WebPage page, const Error &error, const QString &field = u"password"_s)
{
    if (error.code != ErrorCode::Invalid && error.code != ErrorCode::TooManyRequests
        && error.code != ErrorCode::Unavailable)
        return error;
    if (error.code == ErrorCode::Invalid)
        mark(page, { field, error.message });
    else
        page.notice = error.message;
    Response response = visit.show(pageStatus(error), page);
    if (error.retryAfterSeconds > 0)
        response.headers.append("Retry-After", QByteArray::number(error.retryAfterSeconds));
    return response;
}

WebPage invitedPage(const Invitation &invited, const QString &key, const FormData &form)
{
    WebPage page;
    page.title = u"Welcome"_s;
    page.lead = u"You are invited to this cloud. Choose a password for your account."_s;
    page.action = u"/astakos/weblogin/signup"_s;
    page.button = u"Create account"_s;
    page.hidden = { { u"key"_s, key } };
    page.fields = {
        FormField::text(u"name"_s, u"User name"_s, u"username"_s, invited.name).fixed(),
        FormField::text(u"real_name"_s, u"Your name"_s, u"name"_s, form.value(u"real_name"_s).left(255))
            .optional(),
    };
    page.fields += passwordFields();
    return page;
}

WebPage wishPage(const FormData &form)
{
    const auto typed = [&form](const QString &name) { return form.value(name).left(2000); };
    WebPage page;
    page.title = u"Ask for an account"_s;
    page.lead = u"The administrator of this cloud decides. You can sign in once you are accepted."_s;
    page.action = u"/astakos/weblogin/signup"_s;
    page.button = u"Ask for an account"_s;
    FormField email = FormField::text(u"email"_s, u"E-mail address"_s, u"email"_s, typed(u"email"_s));
    email.type = u"email"_s;
    page.fields = {
        FormField::text(u"name"_s, u"User name"_s, u"username"_s, typed(u"name"_s)),
        email.withHint(u"How the administrator reaches you."_s),
        FormField::text(u"real_name"_s, u"Your name"_s, u"name"_s, typed(u"real_name"_s)).optional(),
        FormField::text(u"reason"_s, u"What you need it for"_s, u"off"_s, typed(u"reason"_s)).optional(),
    };
    page.fields += passwordFields();
    page.links = backToSignIn;
    return page;
}

Response closedPage(SignUpPolicy policy)
{
    return messagePage(403, u"No sign-up here"_s,
        policy == SignUpPolicy::Off ? u"Accounts are made by the administrator of this cloud. Ask there."_s
                                    : u"Accounts come by invitation. Open the link you were given."_s,
        backToSignIn);
}

Reply showSignUp(SignUpService &signUps, const PageVisit &visit)
{
    const SignUpPolicy policy = signUps.settings().signUp;
    const QString key = visit.request.query("key"_L1).value_or(QString());
    if (policy == SignUpPolicy::Off || (policy == SignUpPolicy::Invitation && key.isEmpty()))
        return closedPage(policy);
    if (key.isEmpty())
        return visit.show(200, wishPage({}));
    const auto invited = signUps.invitation(key);
    if (!invited)
        return invited.error();
    return visit.show(200, invitedPage(*invited, key, {}));
}

Reply acceptInvitation(SignUpService &signUps, const PageVisit &visit, const QString &key)
{
    const auto invited = signUps.invitation(key);
    if (!invited)
        return invited.error();
    WebPage page = invitedPage(*invited, key, visit.form);
    if (visit.form.value(u"password"_s) != visit.form.value(u"again"_s)) {
        mark(page, { u"again"_s, u"The two are not the same."_s });
        return visit.show(400, page);
    }
    const auto made =
        signUps.acceptInvitation(key, visit.text(u"real_name"_s), visit.form.value(u"password"_s));
    return thenIn(
        made, &signUps, [&signUps, visit, page](const Result<OpenedSession> &opened) -> Result<Response> {
            if (!opened)
                return refused(visit, page, opened.error());
            Response response = seeOther("/astakos/weblogin/account");
            setSessionCookie(response, visit.request, opened->cookie, signUps.settings().sessionLifeMs);
            return response;
        });
}

Reply askForAccount(SignUpService &signUps, const PageVisit &visit)
{
    WebPage page = wishPage(visit.form);
    SignUp wanted;
    wanted.name = visit.text(u"name"_s);
    wanted.email = visit.text(u"email"_s);
    wanted.realName = visit.text(u"real_name"_s);
    wanted.reason = visit.text(u"reason"_s);
    const bool isSame = visit.form.value(u"password"_s) == visit.form.value(u"again"_s);
    const auto wrongName = SignUpService::wrongName(wanted.name);
    if (wrongName)
        mark(page, { u"name"_s, wrongName->message });
    if (!wanted.email.contains(u'@'))
        mark(page, { u"email"_s, u"Enter your e-mail address."_s });
    if (!isSame)
        mark(page, { u"again"_s, u"The two are not the same."_s });
    if (wrongName || !wanted.email.contains(u'@') || !isSame)
        return visit.show(400, page);
    const auto noted = signUps.askForAccount(wanted, visit.form.value(u"password"_s), visit.request.peer);
    return thenIn(noted, &signUps, [visit, page](const Result<> &done) -> Result<Response> {
        if (!done)
            return refused(visit, page, done.error());
        return messagePage(200, u"Your request is noted"_s,
            u"The administrator decides about it. Once you are accepted you can sign in here."_s,
            backToSignIn);
    });
}

Reply signUp(SignUpService &signUps, const PageVisit &visit)
{
    const SignUpPolicy policy = signUps.settings().signUp;
    const QString key = visit.form.value(u"key"_s);
    if (policy == SignUpPolicy::Off || (policy == SignUpPolicy::Invitation && key.isEmpty()))
        return closedPage(policy);
    return key.isEmpty() ? askForAccount(signUps, visit) : acceptInvitation(signUps, visit, key);
}

Reply showLost(SignUpService &signUps, const PageVisit &visit)
{
    WebPage page;
    page.title = u"Lost your password?"_s;
    page.links = backToSignIn;
    if (signUps.settings().lostPassword == LostPasswordPolicy::Admin) {
        page.lead =
            u"Ask the administrator of this cloud for a link. It opens a page once, on which you choose "
            "a new password."_s;
        return visit.show(200, page);
    }
    page.lead = u"A link to a new password is written into the log of this cloud, if there is an account of "
                "that name."_s;
    page.action = u"/astakos/weblogin/lost"_s;
    page.button = u"Write a link into the log"_s;
    page.fields = { FormField::text(u"name"_s, u"User name"_s, u"username"_s, {}) };
    return visit.show(200, page);
}

Reply askForLink(SignUpService &signUps, const PageVisit &visit)
{
    if (signUps.settings().lostPassword == LostPasswordPolicy::Admin)
        return messagePage(403, u"Lost your password?"_s,
            u"Ask the administrator of this cloud for a link."_s, backToSignIn);
    const auto asked = signUps.askForLink(visit.text(u"name"_s), visit.request.peer, visit.request.baseUrl);
    if (!asked)
        return asked.error();
    return messagePage(200, u"Look into the log"_s,
        u"If there is an account of that name, the log of this cloud now holds a link for it. It is good for "
        "an hour."_s,
        backToSignIn);
}

WebPage resetPage(const User &user, const QString &key)
{
    WebPage page;
    page.title = u"Choose a new password"_s;
    page.lead = u"All your tokens end, and you are signed out everywhere."_s;
    page.action = u"/astakos/weblogin/reset"_s;
    page.button = u"Set password"_s;
    page.hidden = { { u"key"_s, key } };
    page.fields = { FormField::text(u"name"_s, u"User name"_s, u"username"_s, user.displayName()).fixed() };
    page.fields += passwordFields();
    return page;
}

Reply showReset(SignUpService &signUps, const PageVisit &visit)
{
    const QString key = visit.request.query("key"_L1).value_or(QString());
    const auto owner = signUps.ownerOfLink(key);
    if (!owner)
        return owner.error();
    return visit.show(200, resetPage(*owner, key));
}

Reply resetPassword(SignUpService &signUps, const PageVisit &visit)
{
    const QString key = visit.form.value(u"key"_s);
    const auto owner = signUps.ownerOfLink(key);
    if (!owner)
        return owner.error();
    WebPage page = resetPage(*owner, key);
    if (visit.form.value(u"password"_s) != visit.form.value(u"again"_s)) {
        mark(page, { u"again"_s, u"The two are not the same."_s });
        return visit.show(400, page);
    }
    const auto set = signUps.setPassword(key, visit.form.value(u"password"_s));
    return thenIn(set, &signUps, [visit, page](const Result<> &done) -> Result<Response> {
        if (!done)
            return refused(visit, page, done.error());
        Response response = messagePage(200, u"Your password is changed"_s, u"Sign in with it."_s,
            { { u"Sign in"_s, u"/astakos/weblogin/signin"_s } });
        dropSessionCookie(response, visit.request);
        return response;
    });
}

} // namespace

std::vector<Route> signUpPages(WebloginService &weblogin, SignUpService &signUps)
{
    WebloginService *w = &weblogin;
    SignUpService *s = &signUps;
    const auto form = BodyRule::buffered(mostFormBytes);
    const auto open = [w, s](Reply (*answer)(SignUpService &, const PageVisit &)) {
        return pageHandler(
            *w, SessionNeed::None, [s, answer](const PageVisit &visit) { return answer(*s, visit); });
    };
    return {
        { "GET", "/signup", Right::Public, open(&showSignUp) },
        { "POST", "/signup", Right::Public, open(&signUp), form },
        { "GET", "/lost", Right::Public, open(&showLost) },
        { "POST", "/lost", Right::Public, open(&askForLink), form },
        { "GET", "/reset", Right::Public, open(&showReset) },
        { "POST", "/reset", Right::Public, open(&resetPassword), form },
    };
}

} // namespace nephele
