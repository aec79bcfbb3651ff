// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/webpage.h"

#include <QLoggingCategory>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(pageLog, "nephele.weblogin")

PageValues fieldValues(const FormField &field, bool isFocused)
{
    PageValues values;
    values.set(u"name"_s, field.name).set(u"label"_s, field.label).set(u"type"_s, field.type);
    values.set(u"autocomplete"_s, field.autocomplete).set(u"value"_s, field.value);
    values.set(u"hint"_s, field.error.isEmpty() ? field.hint : QString()).set(u"error"_s, field.error);
    values.set(u"required"_s, field.isRequired ? u"1"_s : QString());
    values.set(u"optional"_s, field.isRequired || field.isFixed ? QString() : u"1"_s);
    values.set(u"fixed"_s, field.isFixed ? u"1"_s : QString());
    values.set(u"focused"_s, isFocused ? u"1"_s : QString());
    return values;
}

// The first one that is wrong, else the first one that is empty.
qsizetype focusedField(const QList<FormField> &fields)
{
    const auto wrong = std::find_if(
        fields.cbegin(), fields.cend(), [](const FormField &field) { return !field.error.isEmpty(); });
    if (wrong != fields.cend())
        return wrong - fields.cbegin();
    const auto empty = std::find_if(fields.cbegin(), fields.cend(),
        [](const FormField &field) { return field.value.isEmpty() && !field.isFixed; });
    return empty - fields.cbegin();
}

PageValues valuesOf(const WebPage &page)
{
    PageValues values = page.more;
    values.set(u"title"_s, page.title).set(u"lead"_s, page.lead).set(u"action"_s, page.action);
    values.set(page.isNoticeGood ? u"good"_s : u"bad"_s, page.notice);
    values.set(u"csrf"_s, page.csrf).set(u"button"_s, page.button).set(u"user"_s, page.userName);
    values.set(u"secondButton"_s, page.secondButton);
    const qsizetype focused = focusedField(page.fields);
    for (qsizetype i = 0; i < page.fields.size(); ++i)
        values.add(u"fields"_s, fieldValues(page.fields.at(i), i == focused));
    for (const auto &[name, value] : page.hidden)
        values.add(u"hidden"_s, PageValues().set(u"name"_s, name).set(u"value"_s, value));
    for (const auto &[words, address] : page.links)
        values.add(u"links"_s, PageValues().set(u"words"_s, words).set(u"address"_s, address));
    return values;
}

} // namespace

Response pageResponse(int status, const WebPage &page)
{
    QByteArray formTargets = "'self'";
    if (!page.policySource.isEmpty())
        formTargets += ' ' + page.policySource;
    return { status,
        { { "Content-Type", "text/html; charset=UTF-8" }, { "Cache-Control", "no-store" },
            { "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors "
                "'none'; "
                "form-action "
                    + formTargets },
            { "X-Frame-Options", "DENY" }, { "X-Content-Type-Options", "nosniff" },
            { "Referrer-Policy", "no-referrer" }, { "Vary", "Cookie" } },
        filledPage(page.name, valuesOf(page)), nullptr };
}

Response messagePage(
    int status, const QString &title, const QString &text, const QList<std::pair<QString, QString>> &links)
{
    WebPage page;
    page.title = title;
    page.lead = text;
    page.links = links;
    return pageResponse(status, page);
}

int pageStatus(const Error &error)
{
    switch (error.code) {
    case ErrorCode::Invalid:
        return 400;
    case ErrorCode::Unauthenticated:
        return 401;
    case ErrorCode::Forbidden:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
    case ErrorCode::Busy:
        return 409;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::TooManyRequests:
        return 429;
    case ErrorCode::Unavailable:
    case ErrorCode::Timeout:
    case ErrorCode::InsufficientStorage:
        return 503;
    default:
        return 500;
    }
}

Response errorPage(const Error &error, const Request &request)
{
    const int status = pageStatus(error);
    QString text = error.message;
    if (status == 500) {
        qCCritical(pageLog, "%s: %s", request.id.constData(), qUtf8Printable(error.detail));
        text = u"Something went wrong inside the cloud. Tell its administrator this number: %1."_s.arg(
            QString::fromLatin1(request.id));
    }
    Response response = messagePage(status, u"That did not work"_s, text,
        { { u"Back to your account"_s, u"/astakos/weblogin/account"_s } });
    if (error.retryAfterSeconds > 0)
        response.headers.append("Retry-After", QByteArray::number(error.retryAfterSeconds));
    return response;
}

Response seeOther(QByteArray path)
{
    return { 303,
        { { "Location", std::move(path) }, { "Cache-Control", "no-store" },
            { "Referrer-Policy", "no-referrer" } },
        {}, nullptr };
}

Response redirectTo(QByteArray address)
{
    Response response = seeOther(std::move(address));
    response.status = 302;
    return response;
}

} // namespace nephele
