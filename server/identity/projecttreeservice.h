// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/projectstore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// A project as the OpenStack face shows it.
struct TaggedProject
{
    Project project;
    QStringList tags; // sorted
};

// Ids in the wishes below are unchecked text: what is not there is NotFound.
struct NewTreeProject
{
    NewProject project; // its domain and parent come from the ids
    std::optional<QString> domainId; // nullopt: the parent's, else that of the caller's token
    std::optional<QString> parentId; // a project, or a domain; nullopt: right below the domain
    QStringList tags;
};

struct TreeProjectChange
{
    ProjectChange change;
    std::optional<QString> domainId; // must be the one it is in
    std::optional<QString> parentId; // must be the one it has
    std::optional<QStringList> tags;
};

// The rules of projects as an administrator of the OpenStack face handles them: domains, a tree of at most
// five levels, tags. One per worker, no state between calls; reads answer at once. Its writes are for
// administrators: the routes say so. What the caller may not see is NotFound.
class ProjectTreeService : public QObject
{
    Q_OBJECT

public:
    explicit ProjectTreeService(IdentityContext &context, QObject *parent = nullptr);

    // One the caller holds a role in, or any for an administrator.
    Result<TaggedProject> project(const Caller &caller, const QString &id);
    Result<Page<TaggedProject>> projects(const ProjectFilter &filter);
    // The nearest first. What the caller holds no role in is left out.
    Result<QList<TaggedProject>> above(const Caller &caller, const Project &project);
    Result<QList<TaggedProject>> below(const Caller &caller, const Project &project);
    Result<QList<TaggedProject>> withTags(const QList<Project> &projects);

    // Conflict for a taken name, Forbidden below the fifth level, Invalid below a disabled project.
    QFuture<Result<TaggedProject>> create(const Caller &caller, const NewTreeProject &wanted);
    // Forbidden to disable it above an enabled project or to enable it below a disabled one.
    QFuture<Result<TaggedProject>> change(
        const Caller &caller, const QString &id, const TreeProjectChange &wanted);
    // Forbidden above others, Conflict for a system project and while it uses something.
    QFuture<Result<>> remove(const Caller &caller, const QString &id);

    QFuture<Result<QStringList>> setTags(const QString &id, const QStringList &tags);
    QFuture<Result<>> addTag(const QString &id, const QString &tag);
    QFuture<Result<>> removeTag(const QString &id, const QString &tag); // NotFound when it has none such

private:
    IdentityContext &m_context;
    Database &m_database;
};

} // namespace nephele
