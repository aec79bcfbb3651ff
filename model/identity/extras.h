// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>

namespace nephele {

// What a client keeps with a thing beyond what this cloud knows of it: name to value, the value as compact
// JSON text that nothing here looks into.
using Extras = QMap<QString, QByteArray>;

// The form they are stored in: "<name, percent-encoded> <value>" a line, sorted by name.
QString textOfExtras(const Extras &extras);
Extras extrasFromText(const QString &text);

// `extras` with the wanted ones put in place of those of the same name.
Extras mergedExtras(Extras extras, const Extras &wanted);

} // namespace nephele
