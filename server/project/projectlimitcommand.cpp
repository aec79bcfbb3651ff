// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectlimitcommand.h"

#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"
#include "server/project/projectcommands.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int mostInASlice = 200;

// nullopt: the default again.
struct LimitWish
{
    QString resource;
    std::optional<qint64> ofProject;
    std::optional<qint64> ofMember;
};

// RESOURCE=LIMIT, or RESOURCE=LIMIT/MEMBER
Result<LimitWish> limitWishFrom(const QString &word)
{
    const QString limits = word.section(u'=', 1);
    const auto whole = limitFromText(limits.section(u'/', 0, 0));
    if (!whole)
        return whole.error();
    const auto each = limitFromText(limits.contains(u'/') ? limits.section(u'/', 1) : u"default"_s);
    if (!each)
        return each.error();
    return LimitWish { word.section(u'=', 0, 0), *whole, *each };
}

Result<> setLimits(Transaction &t, const ProjectId &project, const QList<LimitWish> &wishes)
{
    for (const LimitWish &wish : wishes) {
        if (const auto set = QuotaStore::setProjectLimit(t, project, wish.resource, wish.ofProject); !set)
            return set.error();
        if (const auto set = QuotaStore::setMemberLimit(t, project, wish.resource, wish.ofMember); !set)
            return set.error();
    }
    return {};
}

// One transaction; the last project seen, or nothing at the end of the list.
struct LimitSlice
{
    int set = 0;
    std::optional<ProjectId> last;
};
Result<LimitSlice> setLimitsInSlice(
    Transaction &t, const std::optional<ProjectId> &after, bool ofSystem, const QList<LimitWish> &wishes)
{
    ProjectListing listing;
    listing.after = after;
    listing.limit = mostInASlice;
    const auto page = ProjectLifeStore::projects(t, listing);
    if (!page)
        return page.error();
    LimitSlice slice;
    for (const ProjectRecord &project : page->items) {
        if (project.isSystem != ofSystem || project.state == ProjectState::Uninitialized)
            continue;
        if (const auto set = setLimits(t, project.id, wishes); !set)
            return set.error();
        ++slice.set;
    }
    if (page->isTruncated)
        slice.last = page->items.last().id;
    return slice;
}

Result<QString> setLimitsOfAll(Database &database, bool ofSystem, const QList<LimitWish> &wishes)
{
    int set = 0;
    std::optional<ProjectId> after;
    do {
        const auto slice =
            database.write([=](Transaction &t) { return setLimitsInSlice(t, after, ofSystem, wishes); })
                .result();
        if (!slice)
            return slice.error();
        set += slice->set;
        after = slice->last;
    } while (after);
    return u"The limits of %1 projects were set.\n"_s.arg(set);
}

Result<> refuseUnknownResources(Database &database, const QList<LimitWish> &wishes)
{
    return database.read([&](ReadTransaction &t) -> Result<> {
        for (const LimitWish &wish : wishes) {
            const auto resource = ResourceStore::find(t, wish.resource);
            if (!resource)
                return resource.error();
            if (!*resource)
                return invalid(u"There is no resource '%1'."_s.arg(wish.resource));
        }
        return {};
    });
}

} // namespace

Result<QString> setProjectLimits(Database &database, const QString &, AdminArguments &arguments)
{
    const bool isAll = arguments.takeFlag(u"--all"_s);
    const bool isAllSystem = arguments.takeFlag(u"--all-system"_s);
    const int named = isAll || isAllSystem ? 0 : 1;
    const auto words = arguments.takeRest(named + 1, 100);
    if (!words)
        return words.error();
    QList<LimitWish> wishes;
    for (const QString &word : words->mid(named)) {
        const auto wish = limitWishFrom(word);
        if (!wish)
            return wish.error();
        wishes.append(*wish);
    }
    if (const auto known = refuseUnknownResources(database, wishes); !known)
        return known.error();
    if (named == 0)
        return setLimitsOfAll(database, isAllSystem, wishes);
    return database
        .write([name = words->first(), wishes](Transaction &t) -> Result<QString> {
            const auto project = findSynnefoProject(t, name);
            if (!project)
                return project.error();
            if (project->rowName.isEmpty())
                return conflict(u"Project %1 was not approved yet."_s.arg(project->terms.name));
            if (const auto set = setLimits(t, project->id, wishes); !set)
                return set.error();
            return u"The limits of project %1 were set.\n"_s.arg(project->terms.name);
        })
        .result();
}

} // namespace nephele
