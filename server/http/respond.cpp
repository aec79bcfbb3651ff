// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/respond.h"

#include <QLoggingCategory>

namespace nephele {

Q_LOGGING_CATEGORY(httpLog, "nephele.http")

QByteArray transactionId(const QByteArray &requestId, qint64 nowMs)
{
    QByteArray digits = requestId.mid(4); // after "req-"
    digits.replace("-", "");
    const QByteArray seconds = QByteArray::number(nowMs / 1000, 16).rightJustified(10, '0');
    return "tx" + digits.left(21) + '-' + seconds;
}

Response respond(Result<Response> result, const FaultContext &context)
{
    if (result)
        return *std::move(result);
    const Error &error = result.error();
    if (error.code == ErrorCode::Internal)
        qCCritical(httpLog, "%s: %s", context.requestId.constData(), qUtf8Printable(error.detail));
    else if (!error.detail.isEmpty())
        qCInfo(httpLog, "%s: %s (%s)", context.requestId.constData(), qUtf8Printable(error.message),
            qUtf8Printable(error.detail));
    return renderFault(faultOf(error, context.form, context.requestId), context);
}

void addRequestIds(Headers &headers, const FaultContext &context, qint64 nowMs)
{
    headers.append("X-Openstack-Request-Id", context.requestId);
    if (context.form == FaultForm::Nova)
        headers.append("X-Compute-Request-Id", context.requestId);
    if (context.form == FaultForm::Swift || context.form == FaultForm::Pithos)
        headers.append("X-Trans-Id", transactionId(context.requestId, nowMs));
}

} // namespace nephele
