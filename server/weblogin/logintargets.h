// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QStringList>
#include <QUrl>

namespace nephele {

// Where a sign-in may hand a token to: `next` of weblogin. Whoever gets there acts for the user, so an
// address that somebody else can fill with content is none.
class LoginTargets
{
public:
    // The schemes of Synnefo's sync clients, and this cloud's own pages.
    LoginTargets();

    // Entries are schemes ("pithos"), origins with an optional path ("https://files.example.org/app"), or
    // "own" for this cloud's own pages. Invalid names the entry: web and script schemes need an origin.
    static Result<LoginTargets> fromTexts(const QStringList &entries);

    // The address if it may be handed a token, as it will be sent out. `baseUrl`: this cloud's own. Invalid
    // when it is no address, Forbidden when it is not allowed.
    Result<QUrl> checked(const QString &next, const QByteArray &baseUrl) const;

    bool operator==(const LoginTargets &) const = default;

private:
    bool allows(const QUrl &url, const QByteArray &baseUrl) const;

    QStringList m_schemes;
    QList<QUrl> m_origins;
    bool m_hasOwn = false;
};

// The address with its query replaced by who signed in.
QByteArray loginAnswer(QUrl next, const QByteArray &userId, const QByteArray &token);

// What a Content-Security-Policy calls the place an address leads to: "pithos:" or "https://host:port". Empty
// for an address of this cloud.
QByteArray policySourceOf(const QUrl &url, const QByteArray &baseUrl);

// The path where the browser goes on after it signed in, if it is one of ours that may be gone on to.
QByteArray safeReturnPath(const QString &path);

} // namespace nephele
