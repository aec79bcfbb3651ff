// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/formguard.h"

#include "model/identity/secret.h"
#include "server/http/router.h"

#include <QUrl>
#include <QUtf8StringView>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype mostFields = 40;
constexpr qsizetype secretCharacters = 43; // of newToken()
constexpr char sessionName[] = "nephele_session";
constexpr char formName[] = "nephele_form";

QByteArray cookieNamed(const Request &request, QByteArrayView name)
{
    for (const auto &[field, value] : request.headers.fields()) {
        if (field.compare("Cookie", Qt::CaseInsensitive) != 0)
            continue;
        for (const QByteArray &pair : value.split(';')) {
            const qsizetype equals = pair.indexOf('=');
            if (equals > 0 && pair.first(equals).trimmed() == name)
                return pair.mid(equals + 1).trimmed();
        }
    }
    return {};
}

// Under a public URL the last stretch may be plain HTTP; the browser's is not.
bool isSecure(const Request &request)
{
    return request.secure || request.baseUrl.startsWith("https://");
}

void addCookie(
    Response &response, QByteArrayView name, const QByteArray &value, qint64 lifeSeconds, bool isSecure)
{
    QByteArray cookie = name.toByteArray() + '=' + value + "; Path=/astakos; HttpOnly; SameSite=Lax";
    if (lifeSeconds >= 0)
        cookie += "; Max-Age=" + QByteArray::number(lifeSeconds);
    if (isSecure)
        cookie += "; Secure";
    response.headers.append("Set-Cookie", cookie);
}

QString markOf(const QByteArray &secret)
{
    return QString::fromLatin1(sha256("form " + secret).toHex());
}

// With our Referrer-Policy browsers send "Origin: null" with forms of ours too; Sec-Fetch-Site then tells.
bool isFromHere(const Request &request)
{
    if (const QByteArray site = request.headers.value("Sec-Fetch-Site"); !site.isEmpty())
        return site == "same-origin" || site == "none";
    const QByteArray origin = request.headers.value("Origin");
    if (origin.isEmpty() || origin == "null")
        return true; // an older browser, or none: the mark decides
    const QUrl from = QUrl::fromEncoded(origin);
    const QByteArray host = request.headers.value("Host").toLower();
    return from.authority().toLatin1().toLower() == host
        || origin == QUrl::fromEncoded(request.baseUrl).toEncoded(QUrl::RemovePath);
}

} // namespace

Result<FormData> formFrom(const Request &request)
{
    const QByteArray type = request.headers.value("Content-Type").split(';').first().trimmed();
    if (type.compare("application/x-www-form-urlencoded", Qt::CaseInsensitive) != 0)
        return invalid(u"The header Content-Type must be application/x-www-form-urlencoded."_s);
    QByteArray plain = request.body;
    plain = QByteArray::fromPercentEncoding(plain);
    if (plain.contains('\0') || !QUtf8StringView(plain).isValidUtf8())
        return invalid(u"The form is not UTF-8, or it holds a zero byte."_s);
    const auto items = queryItemsOf(request.body);
    if (items.size() > mostFields)
        return invalid(u"The form has too many fields."_s);
    FormData form;
    for (const auto &[name, value] : items) {
        if (!form.contains(name))
            form.insert(name, value);
    }
    return form;
}

QByteArray sessionCookie(const Request &request)
{
    const QByteArray secret = cookieNamed(request, sessionName);
    return secret.size() == secretCharacters ? secret : QByteArray();
}

void setSessionCookie(Response &response, const Request &request, const QByteArray &secret, qint64 lifeMs)
{
    addCookie(response, sessionName, secret, lifeMs / 1000, isSecure(request));
}

void dropSessionCookie(Response &response, const Request &request)
{
    addCookie(response, sessionName, {}, 0, isSecure(request));
}

FormGuard::FormGuard(const Request &request)
    : m_secret(sessionCookie(request)), m_isSecure(nephele::isSecure(request))
{
    if (m_secret.isEmpty())
        m_secret = cookieNamed(request, formName);
    m_isNew = m_secret.size() != secretCharacters;
    if (m_isNew)
        m_secret = newToken();
}

QString FormGuard::mark() const
{
    return markOf(m_secret);
}

void FormGuard::arm(Response &response) const
{
    if (m_isNew)
        addCookie(response, formName, m_secret, -1, m_isSecure);
}

Result<> FormGuard::check(const Request &request, const FormData &form)
{
    const Error forged = forbidden(u"This page was open too long, or your browser keeps no cookies. "
                                   "Open it again."_s);
    if (!isFromHere(request))
        return forged;
    // A visitor's cookie does not do for who is signed in: other programs on this host's name could set one.
    QByteArray secret = sessionCookie(request);
    if (secret.isEmpty())
        secret = cookieNamed(request, formName);
    const QByteArray sent = form.value(u"csrf"_s).toLatin1();
    if (secret.size() != secretCharacters || !equalInConstantTime(sent, markOf(secret).toLatin1()))
        return forged;
    return {};
}

} // namespace nephele
