// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/fault.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace nephele {

namespace {

struct Fault
{
    QString kind; // "itemNotFound", "OverQuota", "error"; empty when the body names none
    QString message;
};

Fault faultFromBody(const QByteArray &body)
{
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonObject inner = it->toObject();
        const QString message = inner.value(QStringLiteral("message")).toString();
        // Neutron names the kind inside.
        if (!message.isEmpty())
            return { inner.value(QStringLiteral("type")).toString(it.key()), message };
    }
    if (!object.isEmpty())
        return { {}, object.value(QStringLiteral("message")).toString() };
    // Glance answers with a page or a line of text; of a page only the code is worth showing.
    const QString text = QString::fromUtf8(body.left(500)).trimmed();
    return { {}, text.startsWith(QLatin1Char('<')) ? QString() : text };
}

ErrorCode codeOf(int status, const Fault &fault)
{
    const bool isQuota = fault.message.contains(QStringLiteral("quota"), Qt::CaseInsensitive)
        || fault.kind == QStringLiteral("overLimit") || fault.kind == QStringLiteral("OverQuota");
    switch (status) {
    case 401:
        return ErrorCode::Unauthenticated;
    case 403:
        return isQuota ? ErrorCode::QuotaExceeded : ErrorCode::Forbidden;
    case 404:
    case 410:
        return ErrorCode::NotFound;
    case 409:
        return isQuota ? ErrorCode::QuotaExceeded : ErrorCode::Conflict;
    case 412:
        return ErrorCode::PreconditionFailed;
    case 413:
        return isQuota ? ErrorCode::QuotaExceeded : ErrorCode::TooLarge;
    case 416:
        return ErrorCode::RangeNotSatisfiable;
    case 422:
        return ErrorCode::Unprocessable;
    case 429:
        return ErrorCode::TooManyRequests;
    case 405:
    case 501:
        return ErrorCode::Unsupported;
    case 502:
    case 503:
        return ErrorCode::Unavailable;
    case 504:
        return ErrorCode::Timeout;
    case 507:
        return ErrorCode::InsufficientStorage;
    default:
        return status < 500 ? ErrorCode::Invalid : ErrorCode::Internal;
    }
}

} // namespace

Error faultFromReply(const RestRequest &request, const RestReply &reply)
{
    const Fault fault = faultFromBody(reply.body);
    QString detail =
        QStringLiteral("%1 %2: %3").arg(QString::fromLatin1(request.method), request.path).arg(reply.status);
    if (!fault.kind.isEmpty())
        detail += QStringLiteral(" %1").arg(fault.kind);
    const QByteArray id = reply.header("x-openstack-request-id");
    if (!id.isEmpty())
        detail += QStringLiteral("\n%1").arg(QString::fromLatin1(id));
    const QString message =
        fault.message.isEmpty() ? QStringLiteral("The cloud answers %1.").arg(reply.status) : fault.message;
    return { codeOf(reply.status, fault), message, detail };
}

Error notUnderstood(const QString &what, const Error &why)
{
    return { ErrorCode::Unavailable,
        QStringLiteral("The cloud's answer about %1 is not understood.").arg(what), why.message };
}

} // namespace nephele
