// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/extras.h"

#include <QStringList>
#include <QUrl>

namespace nephele {

QString textOfExtras(const Extras &extras)
{
    QString text;
    for (auto it = extras.cbegin(); it != extras.cend(); ++it)
        text += QString::fromLatin1(QUrl::toPercentEncoding(it.key())) + QLatin1Char(' ')
            + QString::fromUtf8(it.value()) + QLatin1Char('\n');
    return text;
}

Extras extrasFromText(const QString &text)
{
    Extras extras;
    for (const QString &line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const qsizetype blank = line.indexOf(QLatin1Char(' '));
        extras.insert(QUrl::fromPercentEncoding(line.left(blank).toLatin1()), line.mid(blank + 1).toUtf8());
    }
    return extras;
}

Extras mergedExtras(Extras extras, const Extras &wanted)
{
    extras.insert(wanted);
    return extras;
}

} // namespace nephele
