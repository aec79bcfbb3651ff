// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/clock.h"

#include <QLocale>

namespace nephele {

namespace {

class SystemClock final : public Clock
{
public:
    qint64 nowMs() const override { return QDateTime::currentMSecsSinceEpoch(); }
};

void appendPadded(QByteArray &out, int value, int width)
{
    const QByteArray digits = QByteArray::number(value);
    out.append(width - digits.size(), '0').append(digits);
}

// By hand: QDateTime's formatter costs more than the rest of a row of a listing.
QByteArray isoWithoutZone(qint64 ms, bool fraction)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
    const QDate date = time.date();
    const QTime clock = time.time();
    QByteArray out;
    out.reserve(32);
    appendPadded(out, date.year(), 4);
    appendPadded(out.append('-'), date.month(), 2);
    appendPadded(out.append('-'), date.day(), 2);
    appendPadded(out.append('T'), clock.hour(), 2);
    appendPadded(out.append(':'), clock.minute(), 2);
    appendPadded(out.append(':'), clock.second(), 2);
    if (fraction)
        appendPadded(out.append('.'), clock.msec() * 1000, 6);
    return out;
}

} // namespace

const Clock &Clock::system()
{
    static const SystemClock clock;
    return clock;
}

QByteArray isoSeconds(qint64 ms)
{
    return isoWithoutZone(ms, false) + 'Z';
}
QByteArray isoMicroseconds(qint64 ms)
{
    return isoWithoutZone(ms, true) + 'Z';
}
QByteArray isoOffset(qint64 ms)
{
    return isoWithoutZone(ms, true) + "+00:00";
}

QByteArray httpDate(qint64 ms)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
    return QLocale::c().toString(time, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss")).toLatin1() + " GMT";
}

std::optional<qint64> instantFromHttpDate(const QByteArray &text)
{
    QString plain = QString::fromLatin1(text).simplified();
    // RFC 850 has two digits of a year, of this century until 2069. Written out, for the day of the week is
    // that of the whole date.
    if (const qsizetype at = plain.lastIndexOf(u'-'); at > 0 && plain.indexOf(u' ', at) == at + 3)
        plain.insert(at + 1, plain.at(at + 1) < u'7' ? QStringLiteral("20") : QStringLiteral("19"));
    for (const QString &form : { QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"),
             QStringLiteral("dddd, dd-MMM-yyyy hh:mm:ss 'GMT'"),
             QStringLiteral("ddd MMM d hh:mm:ss yyyy") }) {
        const QDateTime time = QLocale::c().toDateTime(plain, form);
        if (time.isValid())
            return QDateTime(time.date(), time.time(), Qt::UTC).toMSecsSinceEpoch();
    }
    return std::nullopt;
}

std::optional<qint64> instantFromIso(const QString &text)
{
    QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid())
        return std::nullopt;
    if (time.timeSpec() == Qt::LocalTime)
        time.setTimeSpec(Qt::UTC);
    return time.toMSecsSinceEpoch();
}

} // namespace nephele
