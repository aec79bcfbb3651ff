// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

namespace nephele {

// rows: (project, tag): short words an administrator sorts projects by; at most 80 a project.
class ProjectTagStore
{
public:
    static constexpr int mostTags = 80;

    static Result<QStringList> tagsOf(const ReadTransaction &t, const ProjectId &project);
    // Of several projects at once; those without tags are left out.
    static Result<QHash<ProjectId, QStringList>> tagsOf(
        const ReadTransaction &t, const QList<ProjectId> &projects);
    static Result<> setTags(Transaction &t, const ProjectId &project, const QStringList &tags);
    // Nothing happens when it has the tag. Invalid beyond mostTags.
    static Result<> add(Transaction &t, const ProjectId &project, const QString &tag);
    // NotFound when it has no such tag.
    static Result<> remove(Transaction &t, const ProjectId &project, const QString &tag);
};

} // namespace nephele
