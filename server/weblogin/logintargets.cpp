// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/logintargets.h"

#include <algorithm>
#include <array>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype longestAddress = 4096;

// Schemes that say nothing about who is behind an address, or that a browser runs or reads itself.
constexpr std::array schemesThatNeedMore { "http"_L1, "https"_L1, "ftp"_L1, "ws"_L1, "wss"_L1, "file"_L1,
    "javascript"_L1, "vbscript"_L1, "data"_L1, "blob"_L1, "about"_L1, "view-source"_L1, "filesystem"_L1 };

// Our own pages; what users stored lies elsewhere on the same origin and could read its own address.
constexpr std::array ownPages { "/astakos/ui"_L1, "/astakos/weblogin"_L1, "/cyclades/ui"_L1,
    "/pithos/ui"_L1 };

// Longer ones too: "/pithos/ui" and what lies in it, not "/pithos/uint".
bool isInside(const QString &path, const QString &folder)
{
    if (folder.isEmpty() || folder == "/"_L1)
        return true;
    return path == folder || path.startsWith(folder.endsWith(u'/') ? folder : folder + u'/');
}

bool isSameOrigin(const QUrl &one, const QUrl &other)
{
    const int standard = one.scheme() == "https"_L1 ? 443 : 80;
    return one.scheme() == other.scheme() && one.host() == other.host()
        && one.port(standard) == other.port(standard);
}

// Browsers read "\" as "/", resolve dots also when they are written as %2e, and skip control characters: an
// address with any of these may lead elsewhere than it looks.
bool hasTraps(const QString &address)
{
    const bool hasOdd = std::any_of(address.cbegin(), address.cend(),
        [](QChar c) { return c.unicode() <= 0x20 || c.unicode() == 0x7f || c == u'\\'; });
    const QString path = address.section(u'?', 0, 0).section(u'#', 0, 0);
    return hasOdd || path.contains("%2e"_L1, Qt::CaseInsensitive) || path.contains("/../"_L1)
        || path.endsWith("/.."_L1) || path.contains("/./"_L1);
}

} // namespace

LoginTargets::LoginTargets() : m_schemes { u"pithos"_s, u"pithosdev"_s }, m_hasOwn(true) { }

Result<LoginTargets> LoginTargets::fromTexts(const QStringList &entries)
{
    LoginTargets targets;
    targets.m_schemes.clear();
    targets.m_hasOwn = false;
    for (const QString &given : entries) {
        const QString entry = given.trimmed();
        const QUrl url(entry, QUrl::StrictMode);
        const bool isWeb = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
        if (entry == "own"_L1) {
            targets.m_hasOwn = true;
        } else if (isWeb && !url.host().isEmpty() && url.userInfo().isEmpty() && !url.hasQuery()
            && !url.hasFragment() && !hasTraps(entry)) {
            targets.m_origins.append(url);
        } else {
            QUrl probe;
            probe.setScheme(entry.toLower());
            const bool needsMore = std::find(schemesThatNeedMore.begin(), schemesThatNeedMore.end(),
                                       QLatin1StringView(entry.toLower().toLatin1()))
                != schemesThatNeedMore.end();
            if (probe.scheme().isEmpty() || needsMore)
                return invalid(
                    u"'%1' is neither a scheme of a program, nor an origin, nor \"own\""_s.arg(entry));
            targets.m_schemes.append(probe.scheme());
        }
    }
    return targets;
}

bool LoginTargets::allows(const QUrl &url, const QByteArray &baseUrl) const
{
    if (m_schemes.contains(url.scheme()))
        return true;
    const bool isListed = std::any_of(m_origins.cbegin(), m_origins.cend(),
        [&](const QUrl &origin) { return isSameOrigin(url, origin) && isInside(url.path(), origin.path()); });
    if (isListed || !m_hasOwn || !isSameOrigin(url, QUrl::fromEncoded(baseUrl)))
        return isListed;
    const QString root = QUrl::fromEncoded(baseUrl).path(); // of a public URL below a path
    const QString path = url.path();
    if (path.isEmpty() || path == "/"_L1)
        return true;
    return std::any_of(ownPages.begin(), ownPages.end(),
        [&](QLatin1StringView page) { return isInside(path, root + QString(page)); });
}

Result<QUrl> LoginTargets::checked(const QString &next, const QByteArray &baseUrl) const
{
    const QUrl url(next, QUrl::StrictMode);
    if (next.size() > longestAddress || hasTraps(next) || !url.isValid() || url.isRelative())
        return invalid(u"next: not an address."_s);
    if (!url.userInfo().isEmpty() || !allows(url, baseUrl))
        return forbidden(u"next: this cloud sends nobody to that address."_s);
    return url;
}

QByteArray loginAnswer(QUrl next, const QByteArray &userId, const QByteArray &token)
{
    // Both are made of letters, digits, "-" and "_" only.
    next.setQuery(QString::fromLatin1("uuid=" + userId + "&token=" + token));
    return next.toEncoded();
}

QByteArray policySourceOf(const QUrl &url, const QByteArray &baseUrl)
{
    if (isSameOrigin(url, QUrl::fromEncoded(baseUrl)))
        return {};
    const bool isWeb = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
    if (!isWeb)
        return url.scheme().toLatin1() + ':';
    return url.toEncoded(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo);
}

QByteArray safeReturnPath(const QString &path)
{
    const bool isOurs =
        path.startsWith("/astakos/weblogin/"_L1) || path.startsWith("/astakos/oauth2/auth?"_L1);
    if (!isOurs || path.size() > longestAddress || hasTraps(path))
        return {};
    return QUrl(path, QUrl::StrictMode).toEncoded();
}

} // namespace nephele
