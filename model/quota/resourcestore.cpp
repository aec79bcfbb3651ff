// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/resourcestore.h"

#include "model/quota/resources.h"

namespace nephele {

namespace {

struct OverruledDefault
{
    qint64 most = 0;
    std::optional<qint64> systemMost;
};

Result<QHash<QString, OverruledDefault>> overruledDefaults(const ReadTransaction &t)
{
    QHash<QString, OverruledDefault> defaults;
    const auto found = t.eachRow(
        "SELECT resource, most, system_most FROM quota_default ORDER BY resource", {}, [&](const Row &row) {
            defaults.insert(row.text(0), { row.integer(1), row.optionalInteger(2) });
        });
    if (!found)
        return found.error();
    return defaults;
}

QuotaResource builtIn(const ResourceInfo &info)
{
    QuotaResource resource;
    resource.name = info.name;
    resource.unit = info.unit;
    resource.service = info.service;
    resource.description = info.description;
    resource.isUiVisible = resource.isApiVisible = info.isVisible;
    resource.isBuiltIn = true;
    resource.projectMost = resource.systemMost = info.defaultMost;
    return resource;
}

} // namespace

bool QuotaResource::isCountedBy(const QString &component) const
{
    return service == component || service.startsWith(component + u'_');
}

Result<QList<QuotaResource>> ResourceStore::all(const ReadTransaction &t)
{
    auto resources = t.rows(R"(
        SELECT name, unit, service, description, is_ui_visible, is_api_visible
        FROM quota_resource
        ORDER BY name)",
        {}, [](const Row &row) {
            QuotaResource resource;
            resource.name = row.text(0);
            resource.unit = row.text(1);
            resource.service = row.text(2);
            resource.description = row.text(3);
            resource.isUiVisible = row.flag(4);
            resource.isApiVisible = row.flag(5);
            return resource;
        });
    if (!resources)
        return resources.error();
    for (const ResourceInfo &info : allResources())
        resources->append(builtIn(info));
    std::sort(resources->begin(), resources->end(),
        [](const QuotaResource &one, const QuotaResource &other) { return one.name < other.name; });
    const auto defaults = overruledDefaults(t);
    if (!defaults)
        return defaults.error();
    for (QuotaResource &resource : *resources) {
        const auto overruled = defaults->constFind(resource.name);
        if (overruled == defaults->cend())
            continue;
        resource.projectMost = overruled->most;
        resource.systemMost = overruled->systemMost.value_or(overruled->most);
    }
    return resources;
}

Result<std::optional<QuotaResource>> ResourceStore::find(const ReadTransaction &t, const QString &name)
{
    const auto resources = all(t);
    if (!resources)
        return resources.error();
    for (const QuotaResource &resource : *resources) {
        if (resource.name == name)
            return std::optional(resource);
    }
    return std::optional<QuotaResource>();
}

Result<> ResourceStore::add(Transaction &t, const QuotaResource &resource)
{
    if (findResource(resource.name))
        return conflict(QStringLiteral("The resource %1 is one of the cloud's own.").arg(resource.name));
    const auto count =
        t.row("SELECT COUNT(name) FROM quota_resource", {}, [](const Row &row) { return row.integer(0); });
    if (!count)
        return count.error();
    if (count->value_or(0) >= mostRegistered)
        return conflict(QStringLiteral("There are %1 registered resources already.").arg(mostRegistered));
    const auto added = t.execute(R"(
        INSERT INTO quota_resource (name, unit, description, service, is_ui_visible, is_api_visible)
        VALUES (:name, :unit, :description, :service, :ui, :api)
        ON CONFLICT (name) DO NOTHING)",
        { { ":name", resource.name }, { ":unit", resource.unit }, { ":description", resource.description },
            { ":service", resource.service }, { ":ui", resource.isUiVisible },
            { ":api", resource.isApiVisible } });
    if (!added)
        return added.error();
    if (*added == 0)
        return conflict(QStringLiteral("There is a resource %1 already.").arg(resource.name));
    return setDefaults(t, resource.name, Defaults { resource.projectMost, resource.systemMost });
}

Result<> ResourceStore::remove(Transaction &t, const QString &name)
{
    const Parameters key { { ":resource", name } };
    const auto used = t.row("SELECT project FROM quota_project WHERE resource = :resource AND used > 0", key,
        [](const Row &row) { return row.text(0); });
    if (!used)
        return used.error();
    const auto known = t.row("SELECT name FROM quota_resource WHERE name = :resource", key,
        [](const Row &row) { return row.text(0); });
    if (!known)
        return known.error();
    if (!*known)
        return notFound(QStringLiteral("No resource is registered as %1.").arg(name));
    if (*used)
        return conflict(
            QStringLiteral("The resource %1 is in use, by project %2 for one.").arg(name, **used));
    for (const char *sql : { "DELETE FROM quota_resource WHERE name = :resource",
             "DELETE FROM quota_default WHERE resource = :resource",
             "DELETE FROM quota_member WHERE resource = :resource",
             "DELETE FROM quota_user WHERE resource = :resource",
             "DELETE FROM quota_project WHERE resource = :resource" }) {
        if (const auto removed = t.execute(sql, key); !removed)
            return removed.error();
    }
    return {};
}

Result<> ResourceStore::setDefaults(
    Transaction &t, const QString &name, const std::optional<Defaults> &defaults)
{
    const auto set = defaults
        ? t.execute(R"(
        INSERT INTO quota_default (resource, most, system_most) VALUES (:resource, :most, :system)
        ON CONFLICT (resource) DO UPDATE SET most = excluded.most, system_most = excluded.system_most)",
            { { ":resource", name }, { ":most", defaults->projectMost },
                { ":system", defaults->systemMost } })
        : t.execute("DELETE FROM quota_default WHERE resource = :resource", { { ":resource", name } });
    return set ? Result<>() : Result<>(set.error());
}

} // namespace nephele
