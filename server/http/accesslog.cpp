// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/accesslog.h"

#include <QLoggingCategory>

namespace nephele {

Q_LOGGING_CATEGORY(accessLog, "nephele.http.access", QtWarningMsg)

QByteArray loggablePath(const QByteArray &path)
{
    QByteArray shown = path.left(path.indexOf('?'));
    for (const QByteArrayView before : { QByteArrayView("/tokens/"), QByteArrayView("/server-params/") }) {
        const qsizetype at = shown.indexOf(before);
        if (at < 0)
            continue;
        const qsizetype from = at + before.size();
        const qsizetype to = shown.indexOf('/', from);
        shown.replace(from, (to < 0 ? shown.size() : to) - from, "...");
    }
    for (char &c : shown) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    }
    return shown;
}

void logAccess(const AccessLine &line)
{
    if (!accessLog().isInfoEnabled())
        return;
    qCInfo(accessLog, "%s %s %s %d %lld %lldms %s", qUtf8Printable(line.request.peer.toString()),
        line.request.method.constData(), loggablePath(line.request.path).constData(), line.status,
        line.sentBytes, line.durationMs, line.request.id.constData());
}

} // namespace nephele
