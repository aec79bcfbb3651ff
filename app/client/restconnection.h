// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QFuture>
#include <QNetworkAccessManager>
#include <QObject>
#include <QSslCertificate>
#include <QUrl>

#include <optional>
#include <utility>

namespace nephele {

struct RestRequest
{
    QByteArray method = "GET";
    QString path; // from the root of the cloud, with query: "/compute/v2.1/servers/detail?limit=1000"
    QByteArray body; // JSON; empty: none
    QList<std::pair<QByteArray, QByteArray>> headers;
    int timeoutMs = 30'000; // without a byte moving
    QList<int> alsoAnswers {}; // statuses of 400 and more that CloudSession is to give back as they are
};

struct RestReply
{
    int status = 0;
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;

    QByteArray header(QByteArrayView name) const; // the first of that name, empty if there is none
};

// What is asked about a certificate nobody vouches for.
struct UnknownCertificate
{
    QString host;
    QByteArray fingerprint; // SHA-256, upper-case hex with colons
    QString subject; // the common name inside
    bool differsFromPinned = false; // another one was trusted for this cloud before
    bool operator==(const UnknownCertificate &) const = default;
};

// Sends requests to one cloud and knows nothing of what they mean: any HTTP status is an answer, an Error is
// a request that got none (Unavailable, Timeout; Forbidden for a certificate that is not trusted). Follows no
// redirect, for a redirect would carry the token away. Lives in the window's thread; a request still under
// way when the connection dies is dropped with its future.
class RestConnection : public QObject
{
    Q_OBJECT

public:
    explicit RestConnection(const QUrl &url, QObject *parent = nullptr);

    const QUrl &url() const { return m_url; }
    QFuture<Result<RestReply>> send(const RestRequest &request);

    // Accepts a certificate of exactly this SHA-256 fingerprint, whoever signed it; empty trusts none.
    void pin(const QByteArray &fingerprint) { m_pinned = fingerprint; }
    const QByteArray &pinned() const { return m_pinned; }
    // Further authorities beside the system's.
    void trust(const QList<QSslCertificate> &authorities) { m_authorities = authorities; }

    // SHA-256 as it is shown and kept: "AB:CD:...".
    static QByteArray fingerprintOf(const QByteArray &derCertificate);

signals:
    void certificateUnknown(const nephele::UnknownCertificate &certificate);

private:
    void judgeCertificate(QNetworkReply *reply, const QList<QSslError> &errors);
    Result<RestReply> answerOf(QNetworkReply &reply);

    QUrl m_url;
    QNetworkAccessManager m_network;
    QByteArray m_pinned;
    QList<QSslCertificate> m_authorities;
    std::optional<UnknownCertificate> m_refused;
};

} // namespace nephele
