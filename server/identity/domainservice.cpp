// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/domainservice.h"

#include "model/identity/projectstore.h"
#include "server/identity/accounts.h"
#include "server/identity/futures.h"
#include "server/identity/peopleservice.h"
#include "server/identity/signin.h"

namespace nephele {

namespace {

constexpr int sliceSize = 50;
constexpr int longestName = 64;

Error unknownDomain()
{
    return notFound(QStringLiteral("There is no such domain."));
}

Result<DomainRecord> existingDomain(const ReadTransaction &t, const QString &id)
{
    const auto domain = DomainStore::find(t, id);
    if (!domain)
        return domain.error();
    return *domain ? Result<DomainRecord>(**domain) : Result<DomainRecord>(unknownDomain());
}

Result<bool> isOwnDomain(const ReadTransaction &t, const Caller &caller, const QString &id)
{
    const auto user = UserStore::find(t, caller.user);
    if (!user)
        return user.error();
    if (*user && (*user)->domain.id.text() == id)
        return true;
    if (!caller.project)
        return caller.domain && caller.domain->text() == id;
    const auto project = ProjectStore::find(t, NameRef::byId(caller.project->text()));
    if (!project)
        return project.error();
    return *project && (*project)->domain.id.text() == id;
}

} // namespace

Result<bool> removeDomainSlice(Transaction &t, const QString &id)
{
    const auto domain = existingDomain(t, id);
    if (!domain)
        return domain.error();
    if (domain->domain.isEnabled)
        return forbidden(QStringLiteral("The domain is enabled: disable it first."));
    UserFilter users;
    users.domain = id;
    users.limit = sliceSize;
    const auto people = UserStore::matching(t, users);
    if (!people)
        return people.error();
    for (const User &user : people->items) {
        if (const auto removed = Accounts::removeUser(t, user); !removed)
            return removed.error();
    }
    if (people->isTruncated)
        return false;
    ProjectFilter projects;
    projects.domain = id;
    projects.limit = sliceSize;
    const auto found = ProjectStore::matching(t, projects);
    if (!found)
        return found.error();
    for (const Project &project : found->items) {
        const auto below = ProjectStore::below(t, project.id, 1);
        if (!below)
            return below.error();
        // A later slice finds it without what is below.
        if (!below->isEmpty())
            continue;
        if (const auto removed = Accounts::removeProject(t, project); !removed)
            return removed.error();
    }
    if (!found->items.isEmpty())
        return false;
    if (const auto removed = DomainStore::remove(t, domain->domain.id); !removed)
        return removed.error();
    return true;
}

DomainService::DomainService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_database(context.database())
{
}

Result<DomainRecord> DomainService::domain(const Caller &caller, const QString &id)
{
    return m_database.read([&](ReadTransaction &t) -> Result<DomainRecord> {
        if (!caller.isAdmin) {
            const auto isOwn = isOwnDomain(t, caller, id);
            if (!isOwn)
                return isOwn.error();
            if (!*isOwn)
                return unknownDomain();
        }
        return existingDomain(t, id);
    });
}

Result<Page<DomainRecord>> DomainService::domains(const DomainFilter &filter)
{
    return m_database.read([&](ReadTransaction &t) { return DomainStore::domains(t, filter); });
}

QFuture<Result<DomainRecord>> DomainService::create(const Caller &caller, const NewDomain &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<DomainRecord>(may.error());
    if (const auto wrong = Accounts::wrongName(QStringLiteral("The domain's name"), wanted.name, longestName))
        return readyFailure<DomainRecord>(*wrong);
    return m_database.write([=](Transaction &t) -> Result<DomainRecord> {
        const DomainId id = DomainId::create();
        if (const auto inserted = DomainStore::insert(t, id, wanted); !inserted)
            return inserted.error();
        return existingDomain(t, id.text());
    });
}

QFuture<Result<DomainRecord>> DomainService::change(
    const Caller &caller, const QString &id, const DomainChange &wanted)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<DomainRecord>(may.error());
    if (const auto wrong = wanted.name
            ? Accounts::wrongName(QStringLiteral("The domain's name"), *wanted.name, longestName)
            : std::nullopt)
        return readyFailure<DomainRecord>(*wrong);
    return revokingWrite(m_context, this, [=](Transaction &t) -> Result<DomainRecord> {
        const auto domain = existingDomain(t, id);
        if (!domain)
            return domain.error();
        if (domain->domain.id == Domain::defaultId() && !wanted.isEnabled.value_or(true))
            return forbidden(QStringLiteral("The default domain cannot be disabled."));
        if (wanted.name && domain->domain.id != Domain::defaultId()) {
            const auto clash = DomainStore::clashingDisplayName(t, domain->domain.id, *wanted.name);
            if (!clash)
                return clash.error();
            if (*clash)
                return conflict(QStringLiteral("Another user is shown as '%1' already.").arg(**clash));
        }
        if (const auto changed = DomainStore::change(t, *domain, wanted); !changed)
            return changed.error();
        return existingDomain(t, id);
    });
}

QFuture<Result<>> DomainService::remove(const Caller &caller, const QString &id)
{
    if (const auto may = mayChangePeople(caller); !may)
        return readyFailure<void>(may.error());
    if (id == Domain::defaultId().text())
        return readyFailure<void>(forbidden(QStringLiteral("The default domain is always there.")));
    return removeSlices(id);
}

QFuture<Result<>> DomainService::removeSlices(const QString &id)
{
    const auto slice =
        revokingWrite(m_context, this, [=](Transaction &t) { return removeDomainSlice(t, id); });
    return andThen(slice, this,
        [=, this](bool isDone) { return isDone ? QtFuture::makeReadyFuture(Result<>()) : removeSlices(id); });
}

} // namespace nephele
