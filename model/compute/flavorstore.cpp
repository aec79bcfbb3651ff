// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute/flavorstore.h"

#include <array>

namespace nephele {

namespace {

struct Size
{
    int vcpus;
    int memoryMiB;
    int diskGiB;
};

constexpr std::array defaultSizes {
    Size { 1, 128, 1 },
    Size { 1, 256, 1 },
    Size { 1, 512, 5 },
    Size { 1, 1024, 10 },
    Size { 1, 2048, 20 },
    Size { 2, 512, 5 },
    Size { 2, 1024, 10 },
    Size { 2, 2048, 20 },
    Size { 2, 4096, 40 },
    Size { 2, 8192, 80 },
    Size { 4, 2048, 20 },
    Size { 4, 4096, 40 },
    Size { 4, 8192, 80 },
    Size { 8, 4096, 40 },
    Size { 8, 8192, 80 },
};
// The first is the default template. Synnefo's clients want one of each kind: with snapshots, detachable, not
// detachable.
constexpr std::array diskTemplates { "ext_archipelago", "ext_vlmc", "drbd" };

Flavor flavorFromRow(const Row &row)
{
    return { FlavorNumber(row.integer(0)), row.text(1), row.text(2), int(row.integer(3)), int(row.integer(4)),
        int(row.integer(5)), row.text(6), row.flag(7) };
}

} // namespace

Result<QList<Flavor>> FlavorStore::all(ReadTransaction &t)
{
    return t.rows(R"(
        SELECT number, flavor_id, name, vcpus, memory_mib, disk_gib, disk_template, is_public
        FROM flavor
        ORDER BY number)",
        {}, flavorFromRow);
}

Result<std::optional<Flavor>> FlavorStore::find(
    ReadTransaction &t, const std::variant<FlavorNumber, QString> &numberOrFlavorId)
{
    if (const auto *flavorId = std::get_if<QString>(&numberOrFlavorId))
        return t.row(R"(
            SELECT number, flavor_id, name, vcpus, memory_mib, disk_gib, disk_template, is_public
            FROM flavor
            WHERE flavor_id = :flavor_id)",
            { { ":flavor_id", *flavorId } }, flavorFromRow);
    return t.row(R"(
        SELECT number, flavor_id, name, vcpus, memory_mib, disk_gib, disk_template, is_public
        FROM flavor
        WHERE number = :number)",
        { { ":number", std::get<FlavorNumber>(numberOrFlavorId).value() } }, flavorFromRow);
}

Result<> FlavorStore::insert(Transaction &t, Flavor &flavor)
{
    const auto number = t.nextNumber(QLatin1StringView("flavor"));
    if (!number)
        return number.error();
    flavor.number = FlavorNumber(*number);
    if (flavor.flavorId.isEmpty())
        flavor.flavorId = flavor.number.text();
    if (flavor.name.isEmpty())
        flavor.name = flavor.diskTemplate == QLatin1StringView(diskTemplates.front())
            ? flavor.cycladesName().chopped(flavor.diskTemplate.size())
            : flavor.cycladesName();
    const auto done = t.execute(R"(
        INSERT INTO flavor (number, flavor_id, name, vcpus, memory_mib, disk_gib, disk_template, is_public)
        VALUES (:number, :flavor_id, :name, :vcpus, :memory_mib, :disk_gib, :disk_template, :is_public))",
        { { ":number", *number }, { ":flavor_id", flavor.flavorId }, { ":name", flavor.name },
            { ":vcpus", flavor.vcpus }, { ":memory_mib", flavor.memoryMiB }, { ":disk_gib", flavor.diskGiB },
            { ":disk_template", flavor.diskTemplate }, { ":is_public", flavor.isPublic } });
    if (!done)
        return done.error();
    return {};
}

Result<> FlavorStore::seed(Transaction &t)
{
    const auto any = t.row("SELECT 1 FROM flavor LIMIT 1", {}, [](const Row &) { return true; });
    if (!any)
        return any.error();
    if (*any)
        return {};
    for (const char *diskTemplate : diskTemplates) {
        for (const Size &size : defaultSizes) {
            Flavor flavor;
            flavor.vcpus = size.vcpus;
            flavor.memoryMiB = size.memoryMiB;
            flavor.diskGiB = size.diskGiB;
            flavor.diskTemplate = QLatin1StringView(diskTemplate);
            if (const auto inserted = insert(t, flavor); !inserted)
                return inserted.error();
        }
    }
    return {};
}

} // namespace nephele
