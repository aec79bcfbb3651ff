// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectmetastore.h"

namespace nephele {

Result<> ObjectMetaStore::insert(Transaction &t, qint64 number, const ObjectVersion &version)
{
    for (const auto &[name, value] : version.properties.user.asKeyValueRange()) {
        const auto done = t.execute(R"(
            INSERT INTO object_meta (container, name, object_name, value, version)
            VALUES (:container, :name, :object, :value, :version))",
            { { ":container", version.container }, { ":name", name }, { ":object", version.name },
                { ":value", value }, { ":version", number } });
        if (!done)
            return done.error();
    }
    return {};
}

Result<> ObjectMetaStore::drop(Transaction &t, qint64 number)
{
    const auto done =
        t.execute("DELETE FROM object_meta WHERE version = :version", { { ":version", number } });
    return done ? Result<>() : Result<>(done.error());
}

Result<QStringList> ObjectMetaStore::namesIn(ReadTransaction &t, qint64 container, int most)
{
    // From name to name by the index: how many objects have one does not matter.
    QStringList names;
    while (names.size() < most) {
        const auto next = t.row(R"(
            SELECT name
            FROM object_meta
            WHERE container = :container AND name > :after
            ORDER BY name
            LIMIT 1)",
            { { ":container", container },
                { ":after", names.isEmpty() ? QStringLiteral("") : names.constLast() } },
            [](const Row &row) { return row.text(0); });
        if (!next)
            return next.error();
        if (!*next)
            break;
        names.append(**next);
    }
    return names;
}

} // namespace nephele
