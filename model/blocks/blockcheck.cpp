// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockcheck.h"

#include <QHash>
#include <QMap>

#include <numeric>

namespace nephele {

namespace {

struct BlockRow
{
    BlockHash hash;
    qint64 generation = 0;
    qint64 sizeBytes = 0;
    qint64 refs = 0;
};

QString hex(const BlockHash &hash)
{
    return QString::fromLatin1(hash.toHex());
}

class Checker
{
public:
    Checker(BlockStore &store, const MapNamer &namer, const std::function<void(qint64)> &progressed)
        : m_store(store), m_namer(namer), m_progressed(progressed)
    {
    }

    Result<CheckReport> run()
    {
        const auto counted = eachPlace([this](qint64, const QString &account, const BlockHash &hash) {
            if (!isHole(hash))
                ++m_places[hash][account];
        });
        if (!counted)
            return counted.error();
        if (const auto done = checkEveryBlock(); !done)
            return done.error();
        if (const auto done = checkEveryMap(); !done)
            return done.error();
        if (const auto done = nameAffected(); !done)
            return done.error();
        return m_report;
    }

private:
    Result<> checkEveryBlock()
    {
        BlockHash last("");
        for (;;) {
            const auto page = m_store.database().read([&](ReadTransaction &t) {
                return t.rows(R"(
                    SELECT hash, generation, size_bytes, refs
                    FROM block
                    WHERE hash > :last AND state = 'live'
                    ORDER BY hash
                    LIMIT :most)",
                    { { ":last", last }, { ":most", rowsInASlice } }, [](const Row &row) {
                        return BlockRow { row.bytes(0), row.integer(1), row.integer(2), row.integer(3) };
                    });
            });
            if (!page)
                return page.error();
            for (const BlockRow &block : *page) {
                if (const auto done = checkBlock(block); !done)
                    return done.error();
            }
            if (page->size() < rowsInASlice)
                return {};
            last = page->constLast().hash;
        }
    }

    Result<> checkBlock(const BlockRow &block)
    {
        const auto bytes = m_store.backend().get(block.hash, block.generation);
        std::optional<Damage> damage;
        if (!bytes)
            damage = bytes.error().code == ErrorCode::NotFound ? Damage::Missing : Damage::Unreadable;
        else if (bytes->size() < block.sizeBytes)
            damage = Damage::Truncated;
        else if (hashOfTrimmed(*bytes) != block.hash)
            damage = Damage::Altered;
        static const QStringList words { QStringLiteral("missing"), QStringLiteral("truncated"),
            QStringLiteral("altered"), {}, {}, QStringLiteral("unreadable") };
        if (damage)
            add(*damage, block.hash,
                QStringLiteral("block %1 is %2").arg(hex(block.hash), words.at(int(*damage))));
        else if (const auto healed = forgetDamage(block.hash); !healed)
            return healed.error();
        ++m_report.blocks;
        m_report.bytes += block.sizeBytes;
        if (m_progressed)
            m_progressed(m_report.blocks);
        return checkCounts(block);
    }

    // The places of maps against the block's count and its accounts' counts.
    Result<> checkCounts(const BlockRow &block)
    {
        const QMap<QString, qint64> counted = m_places.value(block.hash);
        const auto noted = m_store.database().read([&](ReadTransaction &t) {
            return t.rows(R"(
                SELECT account, refs
                FROM block_ref
                WHERE hash = :hash AND refs > 0
                ORDER BY account)",
                { { ":hash", block.hash } },
                [](const Row &row) { return std::pair(row.text(0), row.integer(1)); });
        });
        if (!noted)
            return noted.error();
        QMap<QString, qint64> byAccount;
        for (const auto &[account, refs] : *noted)
            byAccount.insert(account, refs);
        const qint64 places = std::accumulate(counted.cbegin(), counted.cend(), qint64(0));
        if (places != block.refs || counted != byAccount)
            add(Damage::WrongCount, block.hash,
                QStringLiteral("block %1 is counted %2 times and used %3 times")
                    .arg(hex(block.hash))
                    .arg(block.refs)
                    .arg(places));
        return {};
    }

    // Every place of every map, in pages: there is no index from block to map, only the check asks so.
    Result<> eachPlace(
        const std::function<void(qint64 map, const QString &account, const BlockHash &)> &visit)
    {
        qint64 lastMap = 0;
        qint64 lastPosition = -1;
        for (;;) {
            int found = 0;
            const auto page = m_store.database().read([&](ReadTransaction &t) {
                return t.eachRow(R"(
                    SELECT map_block.map, map_block.position, map.account, map_block.hash
                    FROM map_block
                    JOIN map ON map.number = map_block.map
                    WHERE map_block.map > :map OR (map_block.map = :same AND map_block.position > :position)
                    ORDER BY map_block.map, map_block.position
                    LIMIT :most)",
                    { { ":map", lastMap }, { ":same", lastMap }, { ":position", lastPosition },
                        { ":most", rowsInASlice } },
                    [&](const Row &row) {
                        lastMap = row.integer(0);
                        lastPosition = row.integer(1);
                        ++found;
                        visit(lastMap, row.text(2), row.bytes(3));
                    });
            });
            if (!page)
                return page.error();
            if (found < rowsInASlice)
                return {};
        }
    }

    Result<> checkEveryMap()
    {
        qint64 last = 0;
        for (;;) {
            const auto page = m_store.database().read([&](ReadTransaction &t) {
                return t.rows(R"(
                    SELECT number, size_bytes, block_bytes, pins
                    FROM map
                    WHERE number > :last AND state = 'live'
                    ORDER BY number
                    LIMIT :most)",
                    { { ":last", last }, { ":most", rowsInASlice } }, [](const Row &row) {
                        ContentMap map;
                        map.number = row.integer(0);
                        map.sizeBytes = row.integer(1);
                        map.blockBytes = row.integer(2);
                        map.pins = row.integer(3);
                        return map;
                    });
            });
            if (!page)
                return page.error();
            for (const ContentMap &map : *page) {
                if (const auto done = checkMap(map); !done)
                    return done.error();
            }
            if (page->size() < rowsInASlice)
                return {};
            last = page->constLast().number;
        }
    }

    Result<> checkMap(const ContentMap &map)
    {
        ++m_report.maps;
        for (qint64 first = 0; first < map.blockCount(); first += rowsInASlice) {
            const auto whole = m_store.database().read([&](ReadTransaction &t) {
                return MapStore::isSliceWhole(t, map.number, first, map.blockCount());
            });
            if (!whole)
                return whole.error();
            if (!*whole) {
                m_report.findings.append({ Damage::MissingRow, {},
                    QStringLiteral("content %1 lacks rows of its blocks from place %2 on")
                        .arg(map.number)
                        .arg(first),
                    { map.number }, {} });
                break;
            }
        }
        if (map.pins <= 0)
            m_report.findings.append({ Damage::WrongCount, {},
                QStringLiteral("content %1 is live and nothing pins it").arg(map.number), { map.number },
                {} });
        return {};
    }

    Result<> nameAffected()
    {
        QHash<BlockHash, QList<qint64>> mapsOf;
        for (const CheckFinding &finding : m_report.findings) {
            if (!finding.hash.isEmpty())
                mapsOf.insert(finding.hash, {});
        }
        if (!mapsOf.isEmpty()) {
            const auto looked = eachPlace([&](qint64 map, const QString &, const BlockHash &hash) {
                if (const auto found = mapsOf.find(hash); found != mapsOf.end() && !found->contains(map))
                    found->append(map);
            });
            if (!looked)
                return looked.error();
        }
        for (CheckFinding &finding : m_report.findings) {
            if (!finding.hash.isEmpty())
                finding.maps = mapsOf.value(finding.hash);
            for (const qint64 map : finding.maps) {
                const auto names =
                    m_store.database().read([&](ReadTransaction &t) { return m_namer(t, map); });
                if (!names)
                    return names.error();
                finding.affected += *names;
            }
        }
        return {};
    }

    Result<> forgetDamage(const BlockHash &hash)
    {
        const auto noted = m_store.database().read([&](ReadTransaction &t) {
            return t.row("SELECT 1 FROM block_damage WHERE hash = :hash", { { ":hash", hash } },
                [](const Row &row) { return row.integer(0); });
        });
        if (!noted)
            return noted.error();
        if (!*noted)
            return {};
        const auto gone =
            m_store.database()
                .write([hash](Transaction &t) {
                    return t.execute("DELETE FROM block_damage WHERE hash = :hash", { { ":hash", hash } });
                })
                .result();
        if (!gone)
            return gone.error();
        return {};
    }

    void add(Damage damage, const BlockHash &hash, const QString &message)
    {
        m_report.findings.append({ damage, hash, message, {}, {} });
    }

    BlockStore &m_store;
    const MapNamer &m_namer;
    const std::function<void(qint64)> &m_progressed;
    QHash<BlockHash, QMap<QString, qint64>> m_places; // block: account: places in its maps
    CheckReport m_report;
};

} // namespace

Result<CheckReport> checkBlocks(
    BlockStore &store, const MapNamer &namer, const std::function<void(qint64)> &progressed)
{
    return Checker(store, namer, progressed).run();
}

} // namespace nephele
