// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/oauthservice.h"

#include "model/base/whendone.h"
#include "model/identity/secret.h"
#include "server/identity/signin.h"

#include <QHostAddress>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype longestRedirect = 5000;
constexpr qsizetype longestScope = 1000;
constexpr qsizetype longestState = 2000;
constexpr int codeCharacters = 60;
constexpr int accessCharacters = 30;

Error oauthError(const char *name, const QString &why)
{
    return invalid(QLatin1StringView(name) + QString(u": "_s) + why);
}

Error badGrant()
{
    return oauthError("invalid_grant", u"the code is not good, or not for this client and address."_s);
}

QByteArray randomText(int characters)
{
    return (newToken() + newToken()).first(characters);
}

Result<QUrl> ownRedirect(const QString &redirect, const QByteArray &baseUrl)
{
    const QUrl url(redirect, QUrl::StrictMode);
    const QString pages = QString::fromLatin1(baseUrl + OAuthService::viewPath() + '/');
    const bool hasOdd = std::any_of(redirect.cbegin(), redirect.cend(),
        [](QChar c) { return c.unicode() <= 0x20 || c.unicode() > 0x7e || c == u'\\'; });
    if (baseUrl.isEmpty() || hasOdd || !url.isValid() || url.hasFragment() || !redirect.startsWith(pages))
        return oauthError("invalid_request", u"redirect_uri is not one of the client's pages."_s);
    return url;
}

Result<QUrl> redirectOf(const OAuthClient &client, const QString &redirect, const QByteArray &baseUrl)
{
    if (redirect.size() > longestRedirect)
        return oauthError("invalid_request", u"redirect_uri is too long."_s);
    if (client.name == OAuthService::viewClient())
        return ownRedirect(redirect, baseUrl);
    if (redirect.isEmpty() && client.redirects.size() == 1)
        return QUrl(client.redirects.first(), QUrl::StrictMode);
    if (!client.redirects.contains(redirect))
        return oauthError("invalid_request", u"redirect_uri is not one the client registered."_s);
    return QUrl(redirect, QUrl::StrictMode);
}

bool fitsClient(const OAuthGrant &grant, const OAuthExchange &wanted)
{
    return grant.client == wanted.client && grant.redirect == wanted.redirect;
}

} // namespace

std::optional<Error> wrongRedirect(const QString &uri)
{
    const QUrl url(uri, QUrl::StrictMode);
    const bool hasOdd = std::any_of(uri.cbegin(), uri.cend(),
        [](QChar c) { return c.unicode() <= 0x20 || c.unicode() > 0x7e || c == u'\\'; });
    if (uri.size() > longestRedirect || hasOdd || !url.isValid() || url.host().isEmpty() || url.hasFragment()
        || !url.userInfo().isEmpty())
        return invalid(u"'%1' is not an absolute address without fragment and user."_s.arg(uri));
    const bool isLoopback = url.host() == "localhost"_L1 || QHostAddress(url.host()).isLoopback();
    if (url.scheme() != "https"_L1 && !(url.scheme() == "http"_L1 && isLoopback))
        return invalid(u"'%1' must be https, or http on this machine."_s.arg(uri));
    return std::nullopt;
}

QByteArray oauthAnswer(const QUrl &redirect, const QList<std::pair<QString, QString>> &told)
{
    QByteArray address = redirect.toEncoded();
    for (const auto &[name, value] : told) {
        address += address.contains('?') ? '&' : '?';
        address += QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    }
    return address;
}

OAuthService::OAuthService(WebloginContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

const QString &OAuthService::viewClient()
{
    static const QString name = u"pithos-view"_s;
    return name;
}

const QByteArray &OAuthService::viewPath()
{
    static const QByteArray path = "/pithos/ui/view";
    return path;
}

Result<QUrl> OAuthService::registeredRedirect(const QString &client, const QString &redirect)
{
    const auto known = m_database.read([&](ReadTransaction &t) { return OAuthStore::findClient(t, client); });
    if (!known)
        return known.error();
    if (!*known)
        return oauthError("invalid_client", u"there is no such client."_s);
    return redirectOf(**known, redirect, {});
}

Result<OAuthService::Judged> OAuthService::judge(const OAuthAsked &asked)
{
    const auto known =
        m_database.read([&](ReadTransaction &t) { return OAuthStore::findClient(t, asked.client); });
    if (!known)
        return known.error();
    if (!*known)
        return oauthError("invalid_client", u"there is no such client."_s);
    const auto redirect = redirectOf(**known, asked.redirect, asked.baseUrl);
    if (!redirect)
        return redirect.error();
    if (asked.responseType != "code"_L1)
        return oauthError("unsupported_response_type", u"response_type must be code."_s);
    if (asked.scope.size() > longestScope)
        return oauthError("invalid_scope", u"scope is too long."_s);
    if (asked.state.size() > longestState)
        return oauthError("invalid_request", u"state is too long."_s);
    return Judged { **known, *redirect };
}

QFuture<Result<QByteArray>> OAuthService::giveCode(const WebSession &session, const OAuthAsked &asked)
{
    const QByteArray code = randomText(codeCharacters);
    const OAuthGrant grant { asked.client, session.hash, session.user.id, asked.redirect, asked.scope,
        m_context.nowMs() + codeLifeMs };
    return m_database.write([code, grant](Transaction &t) -> Result<QByteArray> {
        const auto given = OAuthStore::insertCode(t, sha256(code), grant);
        if (!given)
            return given.error();
        return code;
    });
}

QFuture<Result<QByteArray>> OAuthService::exchange(const OAuthExchange &wanted)
{
    const auto client =
        m_database.read([&](ReadTransaction &t) { return OAuthStore::findClient(t, wanted.client); });
    if (!client)
        return readyFailure<QByteArray>(client.error());
    if (!*client || !fitsHash(wanted.secret, (*client)->secretHash))
        return readyFailure<QByteArray>(oauthError("invalid_client", u"the client is not known."_s));
    if (wanted.grantType != "authorization_code"_L1)
        return readyFailure<QByteArray>(
            oauthError("unsupported_grant_type", u"grant_type must be authorization_code."_s));
    return redeem(wanted);
}

QFuture<Result<QByteArray>> OAuthService::exchangeOwn(const QString &code, const QString &redirect)
{
    return redeem({ viewClient(), {}, {}, code, redirect });
}

QFuture<Result<QByteArray>> OAuthService::redeem(const OAuthExchange &wanted)
{
    if (wanted.code.isEmpty())
        return readyFailure<QByteArray>(oauthError("invalid_request", u"code is missing."_s));
    const QByteArray token = randomText(accessCharacters);
    // Nothing instead of an error for a code that came before: an error would take back that what it gave
    // ends.
    const auto given = m_database.write([wanted, token, nowMs = m_context.nowMs()](
                                            Transaction &t) -> Result<std::optional<QByteArray>> {
        const QByteArray hash = sha256(wanted.code.toUtf8());
        const auto known = OAuthStore::findCode(t, hash, nowMs);
        if (!known)
            return known.error();
        if (!*known || !fitsClient((*known)->grant, wanted))
            return std::optional<QByteArray>();
        if ((*known)->isUsed) {
            const auto ended = OAuthStore::removeCode(t, hash);
            return ended ? Result<std::optional<QByteArray>>(std::nullopt) : ended.error();
        }
        if (const auto used = OAuthStore::markUsed(t, hash); !used)
            return used.error();
        if (const auto made = OAuthStore::insertAccess(t, sha256(token), hash, nowMs + accessLifeMs); !made)
            return made.error();
        return std::optional(token);
    });
    return thenIn(given, this, [](const Result<std::optional<QByteArray>> &result) -> Result<QByteArray> {
        if (!result)
            return result.error();
        return *result ? Result<QByteArray>(**result) : Result<QByteArray>(badGrant());
    });
}

Result<OAuthAccess> OAuthService::inspectAccess(
    const QByteArray &token, const std::optional<QString> &belongsTo)
{
    const auto access = m_database.read(
        [&](ReadTransaction &t) { return OAuthStore::findAccess(t, sha256(token), m_context.nowMs()); });
    if (!access)
        return access.error();
    if (!*access || (belongsTo && !belongsTo->startsWith((*access)->scope)))
        return notFound(u"There is no such access token."_s);
    return **access;
}

} // namespace nephele
