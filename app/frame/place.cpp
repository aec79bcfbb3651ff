// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/place.h"

#include <QCoreApplication>

namespace nephele {

static QString translated(const char *name)
{
    return QCoreApplication::translate("Place", name);
}

QList<PlaceWords> allPlaces()
{
    return {
        { Place::Overview, translated(QT_TRANSLATE_NOOP("Place", "Overview")),
            QStringLiteral("dashboard-show"), true },
        { Place::Servers, translated(QT_TRANSLATE_NOOP("Place", "Servers")), QStringLiteral("network-server"),
            true },
        { Place::Networks, translated(QT_TRANSLATE_NOOP("Place", "Networks")),
            QStringLiteral("network-wired"), false },
        { Place::Images, translated(QT_TRANSLATE_NOOP("Place", "Images")), QStringLiteral("media-optical"),
            false },
        { Place::Volumes, translated(QT_TRANSLATE_NOOP("Place", "Volumes")), QStringLiteral("drive-harddisk"),
            false },
        { Place::Files, translated(QT_TRANSLATE_NOOP("Place", "Files")), QStringLiteral("folder-cloud"),
            true },
        { Place::Projects, translated(QT_TRANSLATE_NOOP("Place", "Projects")),
            QStringLiteral("project-development"), true },
        { Place::Access, translated(QT_TRANSLATE_NOOP("Place", "Access")), QStringLiteral("object-locked"),
            false },
        { Place::Activity, translated(QT_TRANSLATE_NOOP("Place", "Activity")), QStringLiteral("view-history"),
            true },
        { Place::Settings, translated(QT_TRANSLATE_NOOP("Place", "Settings")), QStringLiteral("configure"),
            false },
    };
}

PlaceWords wordsOf(Place place)
{
    return allPlaces().at(int(place));
}

} // namespace nephele
