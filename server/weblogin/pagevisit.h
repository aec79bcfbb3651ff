// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"
#include "server/weblogin/formguard.h"
#include "server/weblogin/webloginservice.h"
#include "server/weblogin/webpage.h"

namespace nephele {

// A request for one of our pages, by whom, with the form it brought.
struct PageVisit
{
    Request request;
    std::optional<WebSession> session;
    FormData form; // of a POST: checked against forgery
    FormGuard guard;

    // A page for this visitor: with his name on top and the mark in its form.
    Response show(int status, WebPage page) const;
    // His words in a form, as he wrote them; passwords are not trimmed.
    QString text(const QString &name) const { return form.value(name).trimmed(); }
};

enum class SessionNeed { None, Required };

using PageHandler = std::function<Reply(const PageVisit &)>;

// A route's handler for a page: who comes without a session it needs is sent to sign in and back, a POST
// without the mark is refused, and an error becomes a page. `service` outlives it.
Handler pageHandler(WebloginService &service, SessionNeed need, PageHandler answer);

// Where to sign in and come back to that path.
QByteArray signInPath(const QByteArray &returnPath);

} // namespace nephele
