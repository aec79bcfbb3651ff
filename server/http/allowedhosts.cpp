// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/allowedhosts.h"

#include <QHostInfo>
#include <QNetworkInterface>
#include <QUrl>

#include <algorithm>

namespace nephele {

namespace {

bool isHostCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool isPort(QByteArrayView text)
{
    return text.size() <= 5
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

AllowedHosts::AllowedHosts(const QByteArray &publicUrl, const QStringList &names)
    : m_ownAddresses(QNetworkInterface::allAddresses())
{
    if (const QString host = QUrl(QString::fromUtf8(publicUrl)).host(); !host.isEmpty())
        m_configured.insert(host.toLower().toUtf8());
    for (const QString &name : names) {
        if (const auto host = hostOf(name.toUtf8()))
            m_configured.insert(*host);
    }
    m_ownNames = { "localhost", "localhost.localdomain", "ip6-localhost" };
    const QByteArray machine = QHostInfo::localHostName().toLower().toUtf8();
    const QByteArray domain = QHostInfo::localDomainName().toLower().toUtf8();
    if (machine.isEmpty())
        return;
    m_ownNames << machine << machine + ".local";
    if (!domain.isEmpty())
        m_ownNames << machine + '.' + domain;
}

std::optional<QByteArray> AllowedHosts::hostOf(QByteArrayView field)
{
    QByteArray text = field.trimmed().toByteArray().toLower();
    if (text.startsWith('[')) {
        const qsizetype end = text.indexOf(']');
        const QByteArrayView after = end < 0 ? QByteArrayView() : QByteArrayView(text).sliced(end + 1);
        const QByteArray inside = text.mid(1, std::max<qsizetype>(0, end - 1));
        const bool isAddress =
            QHostAddress(QString::fromLatin1(inside)).protocol() == QHostAddress::IPv6Protocol;
        const bool isGood =
            end > 0 && isAddress && (after.isEmpty() || (after.startsWith(':') && isPort(after.sliced(1))));
        return isGood ? std::optional(inside) : std::nullopt;
    }
    if (const qsizetype colon = text.indexOf(':'); colon >= 0) {
        if (!isPort(QByteArrayView(text).sliced(colon + 1)))
            return std::nullopt;
        text.truncate(colon);
    }
    if (text.endsWith('.'))
        text.chop(1);
    if (text.isEmpty() || text.size() > 253 || !std::all_of(text.begin(), text.end(), isHostCharacter))
        return std::nullopt;
    return text;
}

bool AllowedHosts::allows(const QByteArray &host, const QHostAddress &local) const
{
    if (m_ownNames.contains(host) || m_configured.contains(host) || host.endsWith(".localhost"))
        return true;
    const QHostAddress address(QString::fromLatin1(host));
    // "2130706433" and "127.1" are read as addresses too; no client writes them in good faith.
    const bool isOdd =
        address.protocol() == QHostAddress::IPv4Protocol && address.toString() != QString::fromLatin1(host);
    if (address.isNull() || isOdd)
        return false;
    // A dual-stack listener sees IPv4 addresses mapped into IPv6.
    return address.isLoopback() || address.isEqual(local, QHostAddress::TolerantConversion)
        || m_ownAddresses.contains(address);
}

bool AllowedHosts::allowsOrigin(QByteArrayView origin, QByteArrayView hostField) const
{
    if (origin.isEmpty())
        return true;
    const qsizetype scheme = origin.indexOf("://");
    if (scheme < 0)
        return false; // "null": a sandboxed page or a file
    const QByteArrayView authority = origin.sliced(scheme + 3);
    if (authority.compare(hostField.trimmed(), Qt::CaseInsensitive) == 0)
        return true;
    const auto host = hostOf(authority);
    return host && m_configured.contains(*host);
}

} // namespace nephele
