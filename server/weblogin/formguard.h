// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"

#include <QMap>

namespace nephele {

// The fields of a form as the browser sent them; of a repeated one the first.
using FormData = QMap<QString, QString>;

constexpr qint64 mostFormBytes = 32 * 1024;

// Invalid when the body is no application/x-www-form-urlencoded, not UTF-8, holds NUL, or has too many
// fields.
Result<FormData> formFrom(const Request &request);

// Cookies, bound to /astakos: no route of an API looks at one.
//   nephele_session   who signed in; its SHA-256 is a row of web_session
//   nephele_form      a visitor before that: all it proves is that a form came from here
QByteArray sessionCookie(const Request &request);
void setSessionCookie(Response &response, const Request &request, const QByteArray &secret, qint64 lifeMs);
void dropSessionCookie(Response &response, const Request &request);

// What a form shows back so that no other site can send it for the browser: made from the session's cookie,
// or for a visitor from one of his own, which is set when he has none.
class FormGuard
{
public:
    explicit FormGuard(const Request &request);

    QString mark() const;
    // Sets the visitor's cookie where it is new.
    void arm(Response &response) const;

    // Forbidden when the form came from another site, or its mark is not the one of this browser.
    static Result<> check(const Request &request, const FormData &form);

private:
    QByteArray m_secret;
    bool m_isNew = false;
    bool m_isSecure = false;
};

} // namespace nephele
