// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/pagevisit.h"

#include "model/base/whendone.h"

namespace nephele {

namespace {

Reply withErrorsAsPages(Reply reply, const Request &request, QObject *context)
{
    if (reply.isReady())
        return reply.now() ? reply : Reply(errorPage(reply.now().error(), request));
    return thenIn(reply.later(), context, [request](Result<Response> result) -> Result<Response> {
        return result ? std::move(result) : Result<Response>(errorPage(result.error(), request));
    });
}

} // namespace

Response PageVisit::show(int status, WebPage page) const
{
    page.csrf = guard.mark();
    if (session)
        page.userName =
            session->user.realName.isEmpty() ? session->user.displayName() : session->user.realName;
    Response response = pageResponse(status, page);
    guard.arm(response);
    return response;
}

QByteArray signInPath(const QByteArray &returnPath)
{
    return "/astakos/weblogin/signin?then=" + returnPath.toPercentEncoding();
}

Handler pageHandler(WebloginService &service, SessionNeed need, PageHandler answer)
{
    return [&service, need, answer = std::move(answer)](const Request &request, const Caller &) -> Reply {
        PageVisit visit { request, {}, {}, FormGuard(request) };
        const auto session = service.session(sessionCookie(request));
        if (!session)
            return errorPage(session.error(), request);
        visit.session = *session;
        const bool isPost = request.method == "POST";
        if (need == SessionNeed::Required && !visit.session)
            return seeOther(signInPath(isPost ? QByteArray("/astakos/weblogin/account") : request.target));
        if (isPost) {
            const auto form = formFrom(request);
            if (!form)
                return errorPage(form.error(), request);
            if (const auto own = FormGuard::check(request, *form); !own)
                return errorPage(own.error(), request);
            visit.form = *form;
        }
        return withErrorsAsPages(answer(visit), request, &service);
    };
}

} // namespace nephele
