// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/restconnection.h"

#include <QCryptographicHash>
#include <QNetworkReply>
#include <QPromise>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>

namespace nephele {

QByteArray RestReply::header(QByteArrayView name) const
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

RestConnection::RestConnection(const QUrl &url, QObject *parent)
    : QObject(parent)
    , m_url(url.adjusted(QUrl::StripTrailingSlash | QUrl::RemoveQuery | QUrl::RemoveUserInfo))
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    connect(&m_network, &QNetworkAccessManager::sslErrors, this, &RestConnection::judgeCertificate);
}

QByteArray RestConnection::fingerprintOf(const QByteArray &derCertificate)
{
    return QCryptographicHash::hash(derCertificate, QCryptographicHash::Sha256).toHex(':').toUpper();
}

QFuture<Result<RestReply>> RestConnection::send(const RestRequest &request)
{
    // The path is ready for the wire; QUrl must not decode or encode any of it again.
    const QByteArray address = m_url.toEncoded() + request.path.toUtf8();
    QNetworkRequest wire(QUrl::fromEncoded(address, QUrl::StrictMode));
    wire.setTransferTimeout(request.timeoutMs);
    wire.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    if (!m_authorities.isEmpty()) {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.addCaCertificates(m_authorities);
        wire.setSslConfiguration(tls);
    }
    wire.setRawHeader("Accept", "application/json");
    wire.setRawHeader("User-Agent", "nephele/" NEPHELE_VERSION);
    if (!request.body.isEmpty())
        wire.setRawHeader("Content-Type", "application/json");
    for (const auto &[name, value] : request.headers)
        wire.setRawHeader(name, value);

    const auto promise = std::make_shared<QPromise<Result<RestReply>>>();
    promise->start();
    // Qt waits for the body of a HEAD it was not told is one.
    QNetworkReply *reply = request.method == "HEAD"
        ? m_network.head(wire)
        : m_network.sendCustomRequest(wire, request.method, request.body);
    connect(reply, &QNetworkReply::finished, this, [this, reply, promise] {
        promise->addResult(answerOf(*reply));
        promise->finish();
        reply->deleteLater();
    });
    return promise->future();
}

Result<RestReply> RestConnection::answerOf(QNetworkReply &reply)
{
    const QVariant status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
    const QString host = m_url.host();
    const QString detail = QStringLiteral("%1: %2").arg(reply.url().toDisplayString(), reply.errorString());
    const bool isCut = reply.error() == QNetworkReply::RemoteHostClosedError
        || reply.error() == QNetworkReply::OperationCanceledError;
    if (status.isValid() && !isCut)
        return RestReply { status.toInt(), reply.rawHeaderPairs(), reply.readAll() };

    switch (reply.error()) {
    case QNetworkReply::OperationCanceledError:
    case QNetworkReply::TimeoutError:
        return Error { ErrorCode::Timeout, QStringLiteral("%1 does not answer in time.").arg(host), detail };
    case QNetworkReply::HostNotFoundError:
        return unavailable(QStringLiteral("There is no machine named %1.").arg(host), detail);
    case QNetworkReply::ConnectionRefusedError:
        return unavailable(QStringLiteral("Nothing listens at %1, port %2.")
                               .arg(host)
                               .arg(m_url.port(m_url.scheme() == u"https" ? 443 : 80)),
            detail);
    case QNetworkReply::SslHandshakeFailedError:
        if (const auto refused = std::exchange(m_refused, std::nullopt)) {
            emit certificateUnknown(*refused);
            return Error { ErrorCode::Forbidden,
                QStringLiteral("The certificate of %1 is not trusted.").arg(host), detail };
        }
        return unavailable(QStringLiteral("%1 does not speak TLS that can be understood.").arg(host), detail);
    default:
        return unavailable(QStringLiteral("The connection to %1 broke.").arg(host), detail);
    }
}

void RestConnection::judgeCertificate(QNetworkReply *reply, const QList<QSslError> &errors)
{
    const QSslCertificate certificate = reply->sslConfiguration().peerCertificate();
    const QByteArray fingerprint = fingerprintOf(certificate.toDer());
    if (!m_pinned.isEmpty() && fingerprint == m_pinned) {
        reply->ignoreSslErrors(errors);
        return;
    }
    m_refused = UnknownCertificate { m_url.host(), fingerprint,
        certificate.subjectInfo(QSslCertificate::CommonName).join(QStringLiteral(", ")),
        !m_pinned.isEmpty() };
}

} // namespace nephele
