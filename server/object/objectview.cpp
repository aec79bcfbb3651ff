// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectview.h"

#include "server/object/objectnames.h"

#include <QUrl>

namespace nephele {

Result<ObjectView> findObject(ReadTransaction &t, ObjectWorks &works, const ObjectActor &actor,
    const ObjectPlace &place, ObjectRight right, std::optional<qint64> number)
{
    const auto container = writableContainer(t, actor, place, right);
    if (!container)
        return container.error();
    const auto version = objectState(t, *container, place.name, number, works.database().clock().nowMs());
    if (!version)
        return version.error();
    return ObjectView { actor, place, *version, container->properties.system };
}

LinkTarget linkTarget(const ProjectId &account, const ObjectVersion &link)
{
    const PropertyMap &system = link.properties.system;
    const QString path = QUrl::fromPercentEncoding(system.value(systemNames().symlinkTarget).toUtf8());
    const QString other = system.value(systemNames().symlinkAccount);
    LinkTarget target { { account, path.section(u'/', 0, 0), path.section(u'/', 1) },
        system.value(systemNames().symlinkEtag) };
    if (!other.isEmpty())
        target.place.account = ProjectId::stored(other.mid(other.indexOf(u'_') + 1)); // AUTH_...
    return target;
}

Result<ObjectView> followLinks(ReadTransaction &t, ObjectWorks &works, const ObjectView &view)
{
    ObjectView at = view;
    for (int followed = 0; at.version.kind == ObjectKind::Symlink; ++followed) {
        if (followed == mostLinks)
            return conflict(
                QStringLiteral("Too many levels of symbolic links, maximum allowed is %1.").arg(mostLinks));
        const LinkTarget target = linkTarget(at.place.account, at.version);
        const auto next = findObject(t, works, view.actor, target.place, ObjectRight::Read);
        if (!next)
            return next.error();
        if (!target.etag.isEmpty() && target.etag != next->version.etag)
            return conflict(QStringLiteral("The target of the symbolic link was changed."));
        at = *next;
    }
    return at;
}

} // namespace nephele
