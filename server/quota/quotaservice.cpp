// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/quota/quotaservice.h"

#include "model/identity/projectstore.h"
#include "model/identity/tokenstore.h"
#include "model/identity/userstore.h"

#include <QSet>

namespace nephele {

namespace {

Error foreignProject()
{
    return forbidden(QStringLiteral("Only quotas of the token's own project are shown."));
}

// Every project of his, or the one project of his token.
Result<QList<QuotaLine>> linesFor(const ReadTransaction &t, const Caller &caller)
{
    const auto token = TokenStore::find(t, caller.tokenHash);
    if (!token)
        return token.error();
    if (*token && (*token)->token.kind == TokenKind::Synnefo && caller.face == Face::Synnefo)
        return QuotaStore::linesOfMember(t, caller.user);
    QList<ProjectId> projects = caller.scope.keys();
    std::sort(projects.begin(), projects.end());
    return QuotaStore::lines(t, caller.user, projects);
}

Result<> dropHidden(const ReadTransaction &t, QList<QuotaLine> &lines)
{
    const auto resources = ResourceStore::all(t);
    if (!resources)
        return resources.error();
    QSet<QString> visible;
    for (const QuotaResource &resource : *resources) {
        if (resource.isApiVisible)
            visible.insert(resource.name);
    }
    lines.removeIf([&](const QuotaLine &line) { return !visible.contains(line.resource); });
    return {};
}

// Whose limits are set, if they are there.
Result<> checkHolder(const ReadTransaction &t, const ProjectId &project, const std::optional<UserId> &user)
{
    const auto found = ProjectStore::find(t, NameRef::byId(project.text()));
    if (!found)
        return found.error();
    if (!*found)
        return invalid(QStringLiteral("Project ID %1 is not a valid project.").arg(project.text()));
    if (!user)
        return {};
    const auto roles = ProjectStore::rolesOf(t, project, *user);
    if (!roles)
        return roles.error();
    if (!*roles)
        return invalid(QStringLiteral("user_id: %1 is no member of the project.").arg(user->text()));
    return {};
}

Result<> checkUse(const QList<QuotaLine> &lines, bool isOfUser, const QuotaService::LimitChange &change)
{
    if (!change.most || *change.most < 0)
        return {};
    for (const QuotaLine &line : lines) {
        const qint64 used = isOfUser ? line.usage : line.projectUsage;
        if (line.resource == change.resource && used > *change.most)
            return invalid(QStringLiteral("The limit %1 for %2 is under what is used and reserved: %3.")
                               .arg(*change.most)
                               .arg(change.resource)
                               .arg(used));
    }
    return {};
}

} // namespace

QuotaService::QuotaService(Database &database, QObject *parent) : QObject(parent), m_database(database)
{
    m_pool.setMaxThreadCount(1);
}

Result<QList<QuotaResource>> QuotaService::resources()
{
    return m_database.read([](ReadTransaction &t) { return ResourceStore::all(t); });
}

Result<QList<QuotaLine>> QuotaService::quotas(const Caller &caller, Hidden hidden)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<QuotaLine>> {
        auto lines = linesFor(t, caller);
        if (!lines || hidden == Hidden::Shown)
            return lines;
        if (const auto dropped = dropHidden(t, *lines); !dropped)
            return dropped.error();
        return lines;
    });
}

Result<QList<QuotaLine>> QuotaService::quotasOf(
    const Caller &caller, const QString &projectId, const UserId &user)
{
    const auto project = ProjectId::fromText(projectId);
    if (!caller.isAdmin && (!project || !caller.scope.contains(*project)))
        return foreignProject();
    if (!caller.isAdmin && !user.isNull() && user != caller.user)
        return forbidden(QStringLiteral("Only one's own limits in the project are shown."));
    if (!project)
        return invalid(QStringLiteral("Project ID %1 is not a valid project.").arg(projectId.left(64)));
    return m_database.read([&](ReadTransaction &t) -> Result<QList<QuotaLine>> {
        if (const auto checked = checkHolder(t, *project, {}); !checked)
            return checked.error();
        return QuotaStore::lines(t, user, { *project });
    });
}

Result<QList<QuotaLine>> QuotaService::defaultLines(const QString &projectId)
{
    return m_database.read([&](ReadTransaction &t) -> Result<QList<QuotaLine>> {
        const auto project = ProjectStore::find(t, NameRef::byId(projectId));
        if (!project)
            return project.error();
        const auto resources = ResourceStore::all(t);
        if (!resources)
            return resources.error();
        const bool isSystem = *project && (*project)->isSystem;
        QList<QuotaLine> lines;
        for (const QuotaResource &resource : *resources) {
            const qint64 most = isSystem ? resource.systemMost : resource.projectMost;
            lines.append({ {}, {}, resource.name, 0, most, 0, most, 0, 0 });
        }
        return lines;
    });
}

QFuture<Result<CommissionStore::Issued>> QuotaService::issue(const Caller &caller, NewCommission wanted)
{
    wanted.component = caller.component;
    return m_database.write([wanted](Transaction &t) { return CommissionStore::issue(t, wanted); });
}

Result<QList<qint64>> QuotaService::pendingCommissions(const Caller &caller)
{
    return m_database.read([&](ReadTransaction &t) { return CommissionStore::pending(t, caller.component); });
}

Result<std::optional<Commission>> QuotaService::commission(const Caller &caller, qint64 serial)
{
    return m_database.read(
        [&](ReadTransaction &t) { return CommissionStore::find(t, caller.component, serial); });
}

QFuture<Result<bool>> QuotaService::decide(
    const Caller &caller, qint64 serial, CommissionStore::Decision decision)
{
    return m_database.write([component = caller.component, serial, decision](Transaction &t) {
        return CommissionStore::decide(t, component, serial, decision);
    });
}

QFuture<Result<QuotaService::Decided>> QuotaService::decideAll(
    const Caller &caller, const QList<qint64> &accept, const QList<qint64> &reject)
{
    using Decision = CommissionStore::Decision;
    const QSet<qint64> toReject(reject.cbegin(), reject.cend());
    const QSet<qint64> toAccept(accept.cbegin(), accept.cend());
    return m_database.write([=, component = caller.component](Transaction &t) -> Result<Decided> {
        Decided decided;
        QSet<qint64> seen;
        for (const auto decision : { Decision::Accept, Decision::Reject }) {
            const bool isAccepted = decision == Decision::Accept;
            for (const qint64 serial : isAccepted ? accept : reject) {
                if (seen.contains(serial))
                    continue;
                seen.insert(serial);
                if (toAccept.contains(serial) && toReject.contains(serial)) {
                    decided.contradicting.append(serial);
                    continue;
                }
                const auto done = CommissionStore::decide(t, component, serial, decision);
                if (!done)
                    return done.error();
                (!*done ? decided.unknown : isAccepted ? decided.accepted : decided.rejected).append(serial);
            }
        }
        return decided;
    });
}

QFuture<Result<>> QuotaService::setLimits(const QString &projectId, const std::optional<UserId> &user,
    const QList<LimitChange> &changes, UnderUse underUse)
{
    const auto project = ProjectId::fromText(projectId);
    if (!project)
        return QtFuture::makeReadyFuture(Result<>(
            invalid(QStringLiteral("Project ID %1 is not a valid project.").arg(projectId.left(64)))));
    return m_database.write([=, project = *project](Transaction &t) -> Result<> {
        if (const auto checked = checkHolder(t, project, user); !checked)
            return checked.error();
        const auto lines = QuotaStore::lines(t, user.value_or(UserId()), { project });
        if (!lines)
            return lines.error();
        for (const LimitChange &change : changes) {
            if (underUse == UnderUse::Refused) {
                if (const auto checked = checkUse(*lines, user.has_value(), change); !checked)
                    return checked.error();
            }
            const auto set = user ? QuotaStore::setUserLimit(t, project, *user, change.resource, change.most)
                                  : QuotaStore::setProjectLimit(t, project, change.resource, change.most);
            if (!set)
                return set.error();
        }
        return {};
    });
}

QFuture<Result<>> QuotaService::setDefaults(const QList<LimitChange> &changes)
{
    return m_database.write([=](Transaction &t) -> Result<> {
        for (const LimitChange &change : changes) {
            const qint64 most = change.most.value_or(-1);
            const auto set =
                ResourceStore::setDefaults(t, change.resource, ResourceStore::Defaults { most, most });
            if (!set)
                return set.error();
        }
        return {};
    });
}

} // namespace nephele
