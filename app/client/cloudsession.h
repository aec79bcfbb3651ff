// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/keystonereader.h"
#include "app/client/restconnection.h"

#include <QPromise>

namespace nephele {

// A connection with a token. Signs in when a call needs it, once for all calls waiting at that moment, and
// signs in again when a call is told 401. A password is kept in memory for that; a ready token cannot be
// renewed: its 401 is the caller's Unauthenticated, and signInNeeded() says so once.
class CloudSession : public QObject
{
    Q_OBJECT

public:
    explicit CloudSession(const QUrl &url, QObject *parent = nullptr);

    // Forgets the token in use; the next call signs in with these.
    void setCredentials(const Credentials &credentials);
    const Credentials &credentials() const { return m_credentials; }
    // Acts in another project from now on, with a token got by the one in use. On failure all stays.
    QFuture<Result<Session>> switchProject(const ProjectId &project);

    RestConnection &connection() { return m_connection; }
    const QByteArray &token() const { return m_token; }
    bool isSignedIn() const { return !m_token.isEmpty(); }
    const Session &session() const { return m_session; }

    // Now, if no sign-in is under way; else the result of that one.
    QFuture<Result<Session>> signIn();

    // Sends with the token; a status of 400 and above is an Error (fault.h).
    QFuture<Result<RestReply>> call(RestRequest request);
    // The same without a token, for what is open to all.
    QFuture<Result<RestReply>> callOpenly(RestRequest request);

signals:
    void sessionChanged(const nephele::Session &session);
    void signInNeeded(const nephele::Error &why);
    // The cloud answered, or did not, at the last request.
    void reachableChanged(bool isReachable);

private:
    enum class Attempt { First, AfterRenewal };
    enum class Unscoped { Taken, Refused };
    using CallPromise = std::shared_ptr<QPromise<Result<RestReply>>>;

    void send(const RestRequest &request, const CallPromise &promise, Attempt attempt);
    QFuture<Result<RestReply>> exchange(const RestRequest &request);
    QFuture<Result<RestReply>> requestToken(const QByteArray &body);
    void beginSignIn();
    void takeTokenReply(const Result<RestReply> &reply, const QByteArray &token, Unscoped unscoped);
    void chooseProject();
    void endSignIn(const Result<Session> &result);
    void noteReachable(const Result<RestReply> &reply);

    RestConnection m_connection;
    Credentials m_credentials;
    Session m_session;
    QByteArray m_token;
    QByteArray m_candidate; // during a sign-in: the token just got
    QList<std::shared_ptr<QPromise<Result<Session>>>> m_waiting; // not empty: a sign-in is under way
    bool m_isReachable = true;
};

} // namespace nephele
