// SPDX-License-Identifier: GPL-3.0-or-later
// What quotastore.h says of lines: limits and uses of a user and of his projects, put together.
#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"

namespace nephele {

namespace {

// Which projects a reading is about: the end of a condition on their id, and its parameters.
struct ProjectChoice
{
    QByteArray condition;
    Parameters parameters;
};

struct LimitedProject
{
    ProjectId id;
    bool isEnabled = true;
    bool isSystem = false;
};

struct Counted
{
    qint64 used = 0;
    qint64 pending = 0;
    std::optional<qint64> most; // nullopt: not set here
};
using CountedByResource = QHash<std::pair<QString, QString>, Counted>; // by project and resource

Result<QList<LimitedProject>> chosenProjects(const ReadTransaction &t, const ProjectChoice &choice)
{
    return t.rows("SELECT id, enabled, is_system FROM project WHERE id " + choice.condition + " ORDER BY id",
        choice.parameters, [](const Row &row) {
            return LimitedProject { row.id<ProjectId>(0), row.flag(1), row.flag(2) };
        });
}

Result<> readCounts(
    const ReadTransaction &t, const QByteArray &sql, const Parameters &parameters, CountedByResource &into)
{
    return t.eachRow(sql, parameters, [&](const Row &row) {
        into.insert({ row.text(0), row.text(1) }, { row.integer(2), row.integer(3), row.optionalInteger(4) });
    });
}

Result<QList<QuotaLine>> linesOf(const ReadTransaction &t, const UserId &user, const ProjectChoice &choice,
    const QList<QuotaResource> &resources)
{
    const auto projects = chosenProjects(t, choice);
    if (!projects)
        return projects.error();
    CountedByResource whole;
    CountedByResource members;
    CountedByResource own;
    if (const auto read = readCounts(t,
            "SELECT project, resource, used, pending, most FROM quota_project WHERE project "
                + choice.condition + " ORDER BY project, resource",
            choice.parameters, whole);
        !read)
        return read.error();
    if (const auto read = readCounts(t,
            "SELECT project, resource, 0, 0, most FROM quota_member WHERE project " + choice.condition
                + " ORDER BY project, resource",
            choice.parameters, members);
        !read)
        return read.error();
    if (const auto read = readCounts(t,
            "SELECT project, resource, used, pending, most FROM quota_user WHERE user_id = :owner AND "
            "project "
                + choice.condition + " ORDER BY project, resource",
            choice.parameters + Parameters { { ":owner", user.text() } }, own);
        !read)
        return read.error();

    QList<QuotaLine> lines;
    lines.reserve(projects->size() * resources.size());
    for (const LimitedProject &project : *projects) {
        for (const QuotaResource &resource : resources) {
            const std::pair key(project.id.text(), resource.name);
            const Counted ofProject = whole.value(key);
            const Counted ofUser = own.value(key);
            QuotaLine line { project.id, user, resource.name, ofUser.used, 0, ofProject.used, 0,
                ofUser.pending, ofProject.pending };
            if (project.isEnabled) {
                line.projectLimit =
                    ofProject.most.value_or(project.isSystem ? resource.systemMost : resource.projectMost);
                line.limit = ofUser.most.value_or(members.value(key).most.value_or(line.projectLimit));
            }
            lines.append(line);
        }
    }
    return lines;
}

} // namespace

Result<QList<QuotaLine>> QuotaStore::lines(
    const ReadTransaction &t, const UserId &user, const QList<ProjectId> &projects)
{
    const auto resources = ResourceStore::all(t);
    if (!resources)
        return resources.error();
    QList<QuotaLine> lines;
    for (const ProjectId &project : projects) {
        const auto found = linesOf(t, user, { "= :project", { { ":project", project.text() } } }, *resources);
        if (!found)
            return found.error();
        lines += *found;
    }
    return lines;
}

Result<QList<QuotaLine>> QuotaStore::linesOfMember(const ReadTransaction &t, const UserId &user)
{
    const auto resources = ResourceStore::all(t);
    if (!resources)
        return resources.error();
    const QByteArray membersProjects = R"(IN (SELECT m.project FROM membership m
        WHERE m.user_id = :user AND m.state IN ('accepted', 'leave_requested')))";
    return linesOf(t, user, { membersProjects, { { ":user", user.text() } } }, *resources);
}

} // namespace nephele
