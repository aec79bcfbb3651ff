// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectcheck.h"

#include "model/blocks/mapstore.h"
#include "model/quota/quotarecount.h"

#include <QHash>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

// What counters say, or what a count gives.
struct Counts
{
    qint64 containers = 0; // of accounts
    qint64 objects = 0;
    qint64 bytes = 0;
    qint64 historyBytes = 0; // of containers
    bool operator==(const Counts &) const = default;
};

QString inWords(const Counts &counts)
{
    return u"%1 containers, %2 objects, %3 bytes, %4 bytes of history"_s.arg(counts.containers)
        .arg(counts.objects)
        .arg(counts.bytes)
        .arg(counts.historyBytes);
}

class ObjectChecker
{
public:
    explicit ObjectChecker(Database &database) : m_database(database) { }

    Result<QStringList> run()
    {
        using Part = Result<> (ObjectChecker::*)();
        for (const Part part : { &ObjectChecker::readVersions, &ObjectChecker::readBases,
                 &ObjectChecker::checkMaps, &ObjectChecker::checkContainers, &ObjectChecker::checkAccounts,
                 &ObjectChecker::checkCharges }) {
            if (const auto done = (this->*part)(); !done)
                return done.error();
        }
        return m_problems;
    }

private:
    // Every row of a table in pages; `sql` selects, with the key first, what comes behind :last.
    template <class Key, class Visit>
    Result<> eachPage(const QByteArray &sql, Key last, Visit visit)
    {
        for (;;) {
            int found = 0;
            const auto page = m_database.read([&](ReadTransaction &t) {
                return t.eachRow(sql, { { ":last", last }, { ":most", rowsInASlice } }, [&](const Row &row) {
                    ++found;
                    if constexpr (std::is_same_v<Key, QString>)
                        last = row.text(0);
                    else
                        last = row.integer(0);
                    visit(row);
                });
            });
            if (!page)
                return page.error();
            if (found < rowsInASlice)
                return {};
        }
    }

    Result<> readVersions()
    {
        return eachPage(R"(
            SELECT version.number, version.container, version.map, version.size_bytes, version.valid_to_ms,
                container.account, container.name, version.name, map.state
            FROM version
            LEFT JOIN container ON container.number = version.container
            LEFT JOIN map ON map.number = version.map
            WHERE version.number > :last
            ORDER BY version.number
            LIMIT :most)",
            qint64(0), [&](const Row &row) {
                Counts &counts = m_containers[row.integer(1)];
                if (row.isNull(4)) {
                    ++counts.objects;
                    counts.bytes += row.integer(3);
                } else {
                    counts.historyBytes += row.integer(3);
                }
                ++m_pins[row.integer(2)];
                if (row.text(8) != "live"_L1)
                    m_problems.append(u"content %1 of %2/%3/%4 (version %5) is missing"_s.arg(row.integer(2))
                                          .arg(row.text(5), row.text(6), row.text(7))
                                          .arg(row.integer(0)));
            });
    }

    // Disks that stand on a base pin its content.
    Result<> readBases()
    {
        return eachPage(R"(
            SELECT map, COUNT(*)
            FROM base_ref
            WHERE map > :last
            GROUP BY map
            ORDER BY map
            LIMIT :most)",
            qint64(0), [&](const Row &row) { m_pins[row.integer(0)] += row.integer(1); });
    }

    Result<> checkMaps()
    {
        return eachPage(R"(
            SELECT number, pins
            FROM map
            WHERE number > :last AND state = 'live'
            ORDER BY number
            LIMIT :most)",
            qint64(0), [&](const Row &row) {
                const qint64 found = m_pins.value(row.integer(0));
                if (row.integer(1) != found)
                    m_problems.append(
                        u"content %1 is pinned %2 times and referred to %3 times"_s.arg(row.integer(0))
                            .arg(row.integer(1))
                            .arg(found));
            });
    }

    Result<> checkContainers()
    {
        return eachPage(R"(
            SELECT number, account, name, objects, bytes, history_bytes
            FROM container
            WHERE number > :last
            ORDER BY number
            LIMIT :most)",
            qint64(0), [&](const Row &row) {
                const Counts found = m_containers.value(row.integer(0));
                compare(u"container %1/%2"_s.arg(row.text(1), row.text(2)),
                    { 0, row.integer(3), row.integer(4), row.integer(5) }, found);
                Counts &account = m_accounts[row.text(1)];
                ++account.containers;
                account.objects += found.objects;
                account.bytes += found.bytes;
            });
    }

    Result<> checkAccounts()
    {
        return eachPage(R"(
            SELECT id, containers, objects, bytes
            FROM account
            WHERE id > :last
            ORDER BY id
            LIMIT :most)",
            QString(), [&](const Row &row) {
                compare(u"account %1"_s.arg(row.text(0)),
                    { row.integer(1), row.integer(2), row.integer(3), 0 }, m_accounts.value(row.text(0)));
            });
    }

    // Other resources are the business of `nephele admin quota reconcile`.
    Result<> checkCharges()
    {
        ProjectId last;
        for (;;) {
            const auto page =
                m_database.read([&](ReadTransaction &t) { return QuotaRecount::projects(t, last); });
            if (!page)
                return page.error();
            if (page->isEmpty())
                return {};
            for (const ProjectId &project : *page) {
                const auto wrong = m_database.read(
                    [&](ReadTransaction &t) { return QuotaRecount::differences(t, project); });
                if (!wrong)
                    return wrong.error();
                for (const QuotaDifference &difference : *wrong)
                    noteCharge(project, difference);
            }
            last = page->constLast();
        }
    }

    void noteCharge(const ProjectId &project, const QuotaDifference &difference)
    {
        if (difference.holding.resource != "pithos.diskspace"_L1)
            return;
        m_problems.append(u"project %1 is charged %2 bytes and stores %3"_s.arg(project.text())
                              .arg(difference.used)
                              .arg(difference.found));
    }

    void compare(const QString &what, const Counts &said, const Counts &found)
    {
        if (said != found)
            m_problems.append(u"%1 counts %2; there are %3"_s.arg(what, inWords(said), inWords(found)));
    }

    Database &m_database;
    QHash<qint64, Counts> m_containers; // by number
    QHash<QString, Counts> m_accounts; // by id
    QHash<qint64, qint64> m_pins; // of maps, as found
    QStringList m_problems;
};

} // namespace

Result<QStringList> checkObjects(Database &database)
{
    return ObjectChecker(database).run();
}

Result<QStringList> contentNames(ReadTransaction &t, qint64 map)
{
    return t.rows(R"(
        SELECT image.name, version.object, container.account, container.name, version.name, version.number
        FROM version
        JOIN container ON container.number = version.container
        LEFT JOIN image ON image.id = version.object
        WHERE version.map = :map
        ORDER BY version.number)",
        { { ":map", map } }, [](const Row &row) {
            if (!row.isNull(0))
                return u"image %1 (%2)"_s.arg(row.text(0), row.text(1));
            return u"%1/%2/%3 (version %4)"_s.arg(row.text(2), row.text(3), row.text(4)).arg(row.integer(5));
        });
}

} // namespace nephele
