// SPDX-License-Identifier: GPL-3.0-or-later
// What quotaservice.h says of the quotas that a component asks for: of many users and projects at once, in
// the pool.
#include "server/quota/quotaservice.h"

#include "model/identity/projectstore.h"
#include "model/identity/userstore.h"

#include <QSet>
#include <QtConcurrentRun>

namespace nephele {

namespace {

Error tooMany(const char *what)
{
    return { ErrorCode::TooLarge,
        QStringLiteral("There are more than %1 %2: name those you ask for.")
            .arg(QuotaService::mostHolders)
            .arg(QLatin1StringView(what)),
        {} };
}

Result<QList<UserId>> askedUsers(const ReadTransaction &t, const QStringList &named)
{
    QList<UserId> users;
    if (named.isEmpty()) {
        const auto page = UserStore::users(t, {}, QuotaService::mostHolders);
        if (!page)
            return page.error();
        if (page->isTruncated)
            return tooMany("users");
        for (const User &user : page->items)
            users.append(user.id);
        return users;
    }
    for (const QString &text : named) {
        const auto id = UserId::fromText(text);
        if (!id || users.contains(*id))
            continue;
        const auto user = UserStore::find(t, *id);
        if (!user)
            return user.error();
        if (*user)
            users.append(*id);
    }
    if (users.isEmpty())
        return notFound(QStringLiteral("There is no such user."));
    return users;
}

Result<QList<ProjectId>> askedProjects(const ReadTransaction &t, const QStringList &named)
{
    QList<ProjectId> projects;
    if (named.isEmpty()) {
        const auto page = ProjectStore::projects(t, {}, QuotaService::mostHolders);
        if (!page)
            return page.error();
        if (page->isTruncated)
            return tooMany("projects");
        for (const Project &project : page->items)
            projects.append(project.id);
        return projects;
    }
    for (const QString &text : named) {
        const auto id = ProjectId::fromText(text);
        if (!id || projects.contains(*id))
            continue;
        const auto project = ProjectStore::find(t, NameRef::byId(text));
        if (!project)
            return project.error();
        if (*project)
            projects.append(*id);
    }
    if (projects.isEmpty())
        return notFound(QStringLiteral("There is no such project."));
    return projects;
}

Result<QSet<QString>> countedBy(const ReadTransaction &t, const QString &component)
{
    const auto resources = ResourceStore::all(t);
    if (!resources)
        return resources.error();
    QSet<QString> names;
    for (const QuotaResource &resource : *resources) {
        if (resource.isCountedBy(component))
            names.insert(resource.name);
    }
    return names;
}

} // namespace

QFuture<Result<QList<QuotaService::UserQuotas>>> QuotaService::serviceQuotas(
    const Caller &caller, const QStringList &users, const QStringList &projects)
{
    if (users.size() > mostHolders || projects.size() > mostHolders)
        return QtFuture::makeReadyFuture(Result<QList<UserQuotas>>(tooMany("users or projects")));
    return QtConcurrent::run(&m_pool, [=, database = &m_database, component = caller.component] {
        const ReadingJob job(*database);
        return database->read([&](ReadTransaction &t) -> Result<QList<UserQuotas>> {
            const auto counted = countedBy(t, component);
            if (!counted)
                return counted.error();
            const auto asked = askedUsers(t, users);
            if (!asked)
                return asked.error();
            const QSet<QString> wanted(projects.cbegin(), projects.cend());
            QList<UserQuotas> quotas;
            for (const UserId &user : *asked) {
                auto lines = QuotaStore::linesOfMember(t, user);
                if (!lines)
                    return lines.error();
                lines->removeIf([&](const QuotaLine &line) {
                    return !counted->contains(line.resource)
                        || (!wanted.isEmpty() && !wanted.contains(line.project.text()));
                });
                quotas.append({ user, *std::move(lines) });
            }
            return quotas;
        });
    });
}

QFuture<Result<QList<QuotaLine>>> QuotaService::serviceProjectQuotas(
    const Caller &caller, const QStringList &projects)
{
    if (projects.size() > mostHolders)
        return QtFuture::makeReadyFuture(Result<QList<QuotaLine>>(tooMany("projects")));
    return QtConcurrent::run(&m_pool, [=, database = &m_database, component = caller.component] {
        const ReadingJob job(*database);
        return database->read([&](ReadTransaction &t) -> Result<QList<QuotaLine>> {
            const auto counted = countedBy(t, component);
            if (!counted)
                return counted.error();
            const auto asked = askedProjects(t, projects);
            if (!asked)
                return asked.error();
            auto lines = QuotaStore::lines(t, {}, *asked);
            if (lines)
                lines->removeIf([&](const QuotaLine &line) { return !counted->contains(line.resource); });
            return lines;
        });
    });
}

} // namespace nephele
