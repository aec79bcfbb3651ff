// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/cloudsession.h"

#include "app/client/answer.h"
#include "app/client/fault.h"

namespace nephele {

namespace {

const QString tokensPath = QStringLiteral("/identity/v3/auth/tokens");

Result<RestReply> judged(const RestRequest &request, const Result<RestReply> &reply)
{
    if (reply && request.alsoAnswers.contains(reply->status))
        return reply;
    if (reply && reply->status >= 400)
        return faultFromReply(request, *reply);
    if (reply && reply->status >= 300)
        return unavailable(QStringLiteral("The cloud sends the request elsewhere; that is not followed."),
            QString::fromUtf8(reply->header("Location")));
    return reply;
}

} // namespace

CloudSession::CloudSession(const QUrl &url, QObject *parent) : QObject(parent), m_connection(url) { }

void CloudSession::setCredentials(const Credentials &credentials)
{
    m_credentials = credentials;
    m_token.clear();
}

QFuture<Result<RestReply>> CloudSession::exchange(const RestRequest &request)
{
    return onAnswer(m_connection.send(request), this, [this](const Result<RestReply> &reply) {
        noteReachable(reply);
        return reply;
    });
}

QFuture<Result<RestReply>> CloudSession::callOpenly(RestRequest request)
{
    return onAnswer(exchange(request), this,
        [request](const Result<RestReply> &reply) { return judged(request, reply); });
}

QFuture<Result<RestReply>> CloudSession::call(RestRequest request)
{
    const auto promise = std::make_shared<QPromise<Result<RestReply>>>();
    promise->start();
    if (isSignedIn()) {
        send(request, promise, Attempt::First);
        return promise->future();
    }
    onAnswer(signIn(), this, [this, request, promise](const Result<Session> &session) {
        if (session)
            return send(request, promise, Attempt::AfterRenewal);
        promise->addResult(session.error());
        promise->finish();
    });
    return promise->future();
}

void CloudSession::send(const RestRequest &request, const CallPromise &promise, Attempt attempt)
{
    RestRequest withToken = request;
    withToken.headers.append({ "X-Auth-Token", m_token });
    const QByteArray used = m_token;
    onAnswer(exchange(withToken), this, [=, this](const Result<RestReply> &reply) {
        const bool isRefused = reply && reply->status == 401;
        if (!isRefused || attempt == Attempt::AfterRenewal) {
            promise->addResult(judged(request, reply));
            promise->finish();
            return;
        }
        // Somebody else's call may have renewed the token while this one was on its way.
        if (m_token == used)
            m_token.clear();
        QFuture<Result<Session>> renewed =
            isSignedIn() ? QtFuture::makeReadyFuture(Result<Session>(m_session)) : signIn();
        onAnswer(renewed, this, [=, this](const Result<Session> &session) {
            if (session)
                return send(request, promise, Attempt::AfterRenewal);
            promise->addResult(session.error());
            promise->finish();
        });
    });
}

QFuture<Result<Session>> CloudSession::signIn()
{
    const auto promise = std::make_shared<QPromise<Result<Session>>>();
    promise->start();
    const bool isUnderWay = !m_waiting.isEmpty();
    m_waiting.append(promise);
    if (!isUnderWay)
        beginSignIn();
    return promise->future();
}

QFuture<Result<Session>> CloudSession::switchProject(const ProjectId &project)
{
    return onAnswer(requestToken(tokenSignInBody(QString::fromLatin1(m_token), project)), this,
        [this](const Result<RestReply> &reply) -> Result<Session> {
            if (!reply)
                return reply.error();
            const auto session = sessionFromTokenReply(reply->body);
            if (!session)
                return session.error();
            m_session = *session;
            m_token = reply->header("X-Subject-Token");
            // The next renewal is to end up in the same place.
            if (m_credentials.token.isEmpty())
                m_credentials.projectName = m_session.projectName;
            else
                m_credentials.token = QString::fromLatin1(m_token);
            emit sessionChanged(m_session);
            return m_session;
        });
}

void CloudSession::beginSignIn()
{
    if (m_credentials.isEmpty())
        return endSignIn(Error { ErrorCode::Unauthenticated, QStringLiteral("Nobody is signed in."), {} });
    if (!m_credentials.token.isEmpty()) {
        // Whose token it is, and whether it is still good, the cloud says itself.
        const QByteArray token = m_credentials.token.toLatin1();
        const RestRequest whose { "GET", tokensPath, {},
            { { "X-Auth-Token", token }, { "X-Subject-Token", token } } };
        onAnswer(callOpenly(whose), this,
            [this, token](const Result<RestReply> &reply) { takeTokenReply(reply, token, Unscoped::Taken); });
        return;
    }
    const QByteArray body = m_credentials.credentialId.isEmpty() ? passwordSignInBody(m_credentials)
                                                                 : credentialSignInBody(m_credentials);
    onAnswer(requestToken(body), this, [this](const Result<RestReply> &reply) {
        takeTokenReply(reply, reply ? reply->header("X-Subject-Token") : QByteArray(), Unscoped::Taken);
    });
}

QFuture<Result<RestReply>> CloudSession::requestToken(const QByteArray &body)
{
    return callOpenly({ "POST", tokensPath, body, {} });
}

void CloudSession::takeTokenReply(const Result<RestReply> &reply, const QByteArray &token, Unscoped unscoped)
{
    if (!reply)
        return endSignIn(reply.error());
    const auto session = sessionFromTokenReply(reply->body);
    if (!session)
        return endSignIn(session.error());
    if (token.isEmpty())
        return endSignIn(notUnderstood(QStringLiteral("the sign-in"),
            invalid(QStringLiteral("The header X-Subject-Token is missing."))));
    m_candidate = token;
    m_session = *session;
    // A ready token keeps its scope; a password without a default project needs one chosen.
    if (m_session.project.isNull() && m_credentials.token.isEmpty()) {
        if (unscoped == Unscoped::Refused)
            return endSignIn(forbidden(QStringLiteral("The cloud gives no token for a project.")));
        return chooseProject();
    }
    endSignIn(m_session);
}

void CloudSession::chooseProject()
{
    const RestRequest mine { "GET", QStringLiteral("/identity/v3/auth/projects"), {},
        { { "X-Auth-Token", m_candidate } } };
    onAnswer(callOpenly(mine), this, [this](const Result<RestReply> &reply) {
        if (!reply)
            return endSignIn(reply.error());
        const auto projects = projectsFromReply(reply->body);
        if (!projects)
            return endSignIn(projects.error());
        if (projects->isEmpty())
            return endSignIn(
                forbidden(QStringLiteral("%1 is a member of no project here.").arg(m_session.userName)));
        const ProjectId first = projects->constFirst().id;
        onAnswer(requestToken(tokenSignInBody(QString::fromLatin1(m_candidate), first)), this,
            [this](const Result<RestReply> &scoped) {
                takeTokenReply(
                    scoped, scoped ? scoped->header("X-Subject-Token") : QByteArray(), Unscoped::Refused);
            });
    });
}

void CloudSession::endSignIn(const Result<Session> &result)
{
    m_token = result ? std::exchange(m_candidate, {}) : QByteArray();
    m_candidate.clear();
    const auto waiting = std::exchange(m_waiting, {});
    if (result)
        emit sessionChanged(*result);
    else if (result.error().code == ErrorCode::Unauthenticated)
        emit signInNeeded(result.error());
    for (const auto &promise : waiting) {
        promise->addResult(result);
        promise->finish();
    }
}

void CloudSession::noteReachable(const Result<RestReply> &reply)
{
    if (m_isReachable == reply.ok())
        return;
    m_isReachable = reply.ok();
    emit reachableChanged(m_isReachable);
}

} // namespace nephele
