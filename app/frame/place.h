// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace nephele {

// The places of the side bar, in its order; Ctrl+1 to Ctrl+9 go to the first nine.
enum class Place {
    Overview,
    Servers,
    Networks,
    Images,
    Volumes,
    Files,
    Projects,
    Access,
    Activity,
    Settings
};

// What the side bar shows of a place. A place that starts a group stands 12 px below the one before it.
struct PlaceWords
{
    Place place;
    QString name;
    QString iconName;
    bool startsGroup;
};
QList<PlaceWords> allPlaces(); // in the language in force
PlaceWords wordsOf(Place place);

} // namespace nephele
