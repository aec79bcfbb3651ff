// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/feedbackroutes.h"

#include "model/base/clock.h"
#include "model/base/whendone.h"
#include "model/weblogin/feedbackstore.h"
#include "server/http/jsonwriter.h"
#include "server/weblogin/formguard.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 mostFeedbackBytes = 64 * 1024;
constexpr int mostInAPage = 1000;
constexpr int defaultPage = 100;

Reply takeFeedback(Database &database, QObject *context, const Request &request, const Caller &caller)
{
    const auto form = formFrom(request);
    if (!form)
        return form.error();
    const QString message = form->value(u"feedback_msg"_s).trimmed();
    if (message.isEmpty())
        return invalid(u"feedback_msg: say something."_s);
    const auto kept =
        database.write([user = caller.user, message, data = form->value(u"feedback_data"_s)](
                           Transaction &t) { return FeedbackStore::insert(t, user, message, data); });
    return thenIn(kept, context, [](const Result<FeedbackNumber> &number) -> Result<Response> {
        if (!number)
            return number.error();
        return Response::text(200, {});
    });
}

Reply listFeedback(Database &database, const Request &request)
{
    int limit = defaultPage;
    if (const auto text = request.query("limit"_L1)) {
        bool isNumber = false;
        limit = text->toInt(&isNumber);
        if (!isNumber || limit < 1 || limit > mostInAPage)
            return invalid(u"limit: 1 to %1."_s.arg(mostInAPage));
    }
    std::optional<FeedbackNumber> before;
    if (const auto text = request.query("before"_L1)) {
        before = FeedbackNumber::fromText(*text);
        if (!before)
            return invalid(u"before: not a number."_s);
    }
    const auto said =
        database.read([&](ReadTransaction &t) { return FeedbackStore::newest(t, before, limit); });
    if (!said)
        return said.error();
    JsonWriter json;
    json.beginObject().key("feedback").beginArray();
    for (const Feedback &one : *said) {
        json.beginObject().member("number", one.number.value()).member("user", one.user.text());
        json.member("user_name", one.userName).member("message", one.message).member("data", one.data);
        json.member("created_at", isoOffset(one.createdAtMs)).endObject();
    }
    json.endArray().endObject();
    return Response::json(200, std::move(json).bytes());
}

} // namespace

std::vector<RouteTable> feedbackRoutes(Database &database, QObject *context)
{
    Database *d = &database;
    RouteTable account { "/astakos/account/v1.0", Face::Synnefo, FaultForm::Astakos, {} };
    account.routes = {
        { "POST", "/feedback", Right::SignedIn,
            [d, context](const Request &request, const Caller &caller) {
                return takeFeedback(*d, context, request, caller);
            },
            BodyRule::buffered(mostFeedbackBytes) },
    };
    RouteTable own { "/nephele/v1/feedback", Face::OpenStack, FaultForm::Nephele, {} };
    own.routes = {
        { "GET", "", Right::Admin,
            [d](const Request &request, const Caller &) { return listFeedback(*d, request); } },
    };
    return { std::move(account), std::move(own) };
}

} // namespace nephele
