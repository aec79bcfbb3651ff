// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/relativetime.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace nephele {

static constexpr qint64 minuteMs = 60'000;
static constexpr qint64 hourMs = 60 * minuteMs;
static constexpr qint64 dayMs = 24 * hourMs;
static constexpr qint64 weekMs = 7 * dayMs;

static QString words(const char *source, int count)
{
    return QCoreApplication::translate("RelativeTime", source, nullptr, count);
}

QString relativeTime(qint64 atMs, qint64 nowMs)
{
    if (atMs <= 0)
        return {};
    const qint64 age = nowMs - atMs;
    if (age < minuteMs)
        return QCoreApplication::translate("RelativeTime", "now");
    if (age < hourMs)
        return words(QT_TRANSLATE_NOOP("RelativeTime", "%n min"), int(age / minuteMs));
    if (age < dayMs)
        return words(QT_TRANSLATE_NOOP("RelativeTime", "%n h"), int(age / hourMs));
    if (age < 2 * dayMs)
        return QCoreApplication::translate("RelativeTime", "1 day");
    if (age < weekMs)
        return words(QT_TRANSLATE_NOOP("RelativeTime", "%n days"), int(age / dayMs));
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(atMs).date(), QLocale::ShortFormat);
}

QString exactTime(qint64 atMs)
{
    if (atMs <= 0)
        return {};
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(atMs), QLocale::LongFormat);
}

} // namespace nephele
