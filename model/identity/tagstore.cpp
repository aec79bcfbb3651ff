// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/tagstore.h"

namespace nephele {

Result<QStringList> ProjectTagStore::tagsOf(const ReadTransaction &t, const ProjectId &project)
{
    const auto tags = t.rows("SELECT tag FROM project_tag WHERE project = :project ORDER BY tag",
        { { ":project", project.text() } }, [](const Row &row) { return row.text(0); });
    return tags ? Result<QStringList>(QStringList(*tags)) : Result<QStringList>(tags.error());
}

Result<QHash<ProjectId, QStringList>> ProjectTagStore::tagsOf(
    const ReadTransaction &t, const QList<ProjectId> &projects)
{
    QHash<ProjectId, QStringList> all;
    for (const ProjectId &project : projects) {
        const auto tags = tagsOf(t, project);
        if (!tags)
            return tags.error();
        if (!tags->isEmpty())
            all.insert(project, *tags);
    }
    return all;
}

Result<> ProjectTagStore::setTags(Transaction &t, const ProjectId &project, const QStringList &tags)
{
    const auto cleared =
        t.execute("DELETE FROM project_tag WHERE project = :project", { { ":project", project.text() } });
    if (!cleared)
        return cleared.error();
    for (const QString &tag : tags) {
        if (const auto added = add(t, project, tag); !added)
            return added.error();
    }
    return {};
}

Result<> ProjectTagStore::add(Transaction &t, const ProjectId &project, const QString &tag)
{
    const auto added = t.execute("INSERT INTO project_tag (project, tag) VALUES (:project, :tag) ON CONFLICT "
                                 "(project, tag) DO NOTHING",
        { { ":project", project.text() }, { ":tag", tag } });
    if (!added)
        return added.error();
    const auto tags = tagsOf(t, project);
    if (!tags)
        return tags.error();
    if (tags->size() > mostTags)
        return invalid(QStringLiteral("A project has at most %1 tags.").arg(mostTags));
    return {};
}

Result<> ProjectTagStore::remove(Transaction &t, const ProjectId &project, const QString &tag)
{
    const auto removed = t.execute("DELETE FROM project_tag WHERE project = :project AND tag = :tag",
        { { ":project", project.text() }, { ":tag", tag } });
    if (!removed)
        return removed.error();
    if (*removed == 0)
        return notFound(QStringLiteral("The project has no such tag."));
    return {};
}

} // namespace nephele
