// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/weblogin/oauthstore.h"
#include "model/weblogin/websessionstore.h"
#include "server/weblogin/weblogincontext.h"

#include <QUrl>

namespace nephele {

// What a client asks of a user at /auth (RFC 6749 section 4.1.1).
struct OAuthAsked
{
    QString responseType;
    QString client;
    QString redirect; // empty: left out
    QString scope;
    QString state;
    QByteArray baseUrl = {}; // of this cloud, as the browser knows it
};

// What a client sends to /token (RFC 6749 section 4.1.3).
struct OAuthExchange
{
    QString client;
    QString secret;
    QString grantType;
    QString code;
    QString redirect; // as at /auth
};

// Names of errors as RFC 6749 has them (section 5.2); in Error::message before ": " and the sentence.
// One per worker, no state between calls. Codes and access tokens are kept as SHA-256 only.
class OAuthService : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 codeLifeMs = 60'000;
    static constexpr qint64 accessLifeMs = 20'000;

    // This cloud's own client, which shows stored objects to browsers. Its codes go to its own pages alone,
    // under whatever name the browser knows the cloud by, and nobody else can redeem them: it has no secret.
    static const QString &viewClient();
    static const QByteArray &viewPath();

    // The context outlives it.
    explicit OAuthService(WebloginContext &context, QObject *parent = nullptr);

    // The client, and where its code goes. Invalid for whatever is wrong: nobody is sent anywhere then.
    struct Judged
    {
        OAuthClient client;
        QUrl redirect;
    };
    Result<Judged> judge(const OAuthAsked &asked);

    // One of the client's registered addresses; its only one when none is named. Invalid else.
    Result<QUrl> registeredRedirect(const QString &client, const QString &redirect);

    // A code of 60 characters, for one use within a minute.
    QFuture<Result<QByteArray>> giveCode(const WebSession &session, const OAuthAsked &asked);

    // An access token of 30 characters for 20 seconds. Invalid for whatever is wrong. A code that comes a
    // second time also ends the token it gave.
    QFuture<Result<QByteArray>> exchange(const OAuthExchange &wanted);

    // The same for our own client's code.
    QFuture<Result<QByteArray>> exchangeOwn(const QString &code, const QString &redirect);

    // NotFound for a token that is unknown or past its time, or whose scope does not begin `belongsTo`
    // (nullopt: not asked).
    Result<OAuthAccess> inspectAccess(const QByteArray &token, const std::optional<QString> &belongsTo);

private:
    QFuture<Result<QByteArray>> redeem(const OAuthExchange &wanted);

    WebloginContext &m_context;
    Database &m_database;
};

// The redirect address with what it is told added to its query.
QByteArray oauthAnswer(const QUrl &redirect, const QList<std::pair<QString, QString>> &told);

// The sentence for an address no client may register; nothing when it may.
std::optional<Error> wrongRedirect(const QString &uri);

} // namespace nephele
