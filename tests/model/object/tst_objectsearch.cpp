// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectsearch.h"

#include "model/object/objectmetastore.h"
#include "model/object/versionstore.h"
#include "tests/model/object/objectrows.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>

#include <set>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

bool isLess(const QString &a, const QString &b)
{
    return a.toUtf8() < b.toUtf8();
}

// The plainest search there is: looks at every name. Stretches in order, apart from one another.
QStringList plainSearch(const std::set<QByteArray> &names, const NamePage &page, const QList<NameSpan> &spans)
{
    QStringList lines;
    for (const QByteArray &utf8 : names) {
        const QString name = QString::fromUtf8(utf8);
        const bool isWithin = std::any_of(spans.cbegin(), spans.cend(), [&](const NameSpan &span) {
            return !isLess(name, span.from) && (!span.to || isLess(name, *span.to));
        });
        if (!isWithin || !name.startsWith(page.prefix) || (page.after && !isLess(*page.after, name)))
            continue;
        const qsizetype at = page.delimiter.isEmpty() ? -1 : name.indexOf(page.delimiter, page.prefix.size());
        const QString line = at < 0 ? name : name.left(at + page.delimiter.size());
        if (page.after && at >= 0 && line == *page.after)
            continue; // the folder was the last line of the page before
        if (lines.isEmpty() || lines.constLast() != line)
            lines.append(line);
    }
    return lines.mid(0, page.limit);
}

QString randomName(QRandomGenerator &random)
{
    static const QStringList letters { u"a"_s, u"b"_s, u"/"_s, u"ä"_s, u"😀"_s };
    QString name;
    for (int i = random.bounded(1, 6); i > 0; --i)
        name += letters.at(random.bounded(int(letters.size())));
    return name;
}

} // namespace

// Detailed listings: stretches of names, metadata, times. On SQLite and PostgreSQL.
class tst_ObjectSearch : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void stretchesLeaveWhatLiesInThem();
    void metadataFollowsTheCurrentState();
    void statesAreFoundByTime();

private:
    static QStringList namesOf(const QList<FoundObject> &found)
    {
        QStringList names;
        for (const FoundObject &one : found)
            names.append(one.name);
        return names;
    }
};

void tst_ObjectSearch::stretchesLeaveWhatLiesInThem()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    QRandomGenerator random(20261122);
    std::set<QByteArray> names;
    for (int i = 0; i < 120; ++i) {
        const QString name = randomName(random);
        if (names.insert(name.toUtf8()).second)
            QVERIFY(rows.put(name, 1));
    }
    for (int round = 0; round < 300; ++round) {
        QStringList bounds;
        for (int i = 0; i < 2 * random.bounded(0, 4); ++i)
            bounds.append(randomName(random));
        std::sort(bounds.begin(), bounds.end(), isLess);
        bounds.removeDuplicates();
        QList<NameSpan> spans;
        for (qsizetype i = 0; i + 1 < bounds.size(); i += 2)
            spans.append({ bounds.at(i), bounds.at(i + 1) });
        if (bounds.size() % 2 == 1)
            spans.append({ bounds.constLast(), std::nullopt });
        ObjectSearch search;
        search.page.limit = random.bounded(1, 30);
        search.page.folders = NamePage::Folders::RolledUnlessThere;
        if (random.bounded(2))
            search.page.delimiter = u"/"_s;
        if (random.bounded(2))
            search.page.prefix = u"ab/ä"_s.at(random.bounded(4));
        if (random.bounded(2))
            search.page.after = randomName(random);
        search.within = [&](const QString &from) -> Result<std::optional<NameSpan>> {
            for (const NameSpan &span : spans) {
                if (!span.to || isLess(from, *span.to))
                    return std::optional(span);
            }
            return std::optional<NameSpan>();
        };
        const auto found = rows.database().read(
            [&](ReadTransaction &t) { return ObjectSearch::run(t, rows.container, search, 0); });
        QVERIFY(found);
        const QStringList expected = plainSearch(names, search.page, spans);
        QCOMPARE(namesOf(*found), expected);
    }
}

void tst_ObjectSearch::metadataFollowsTheCurrentState()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    const auto byColor = [&] {
        ObjectSearch search;
        search.meta.terms.append({ u"color"_s, MetaQuery::Compare::Equal, u"blue"_s });
        const auto found = rows.database().read(
            [&](ReadTransaction &t) { return ObjectSearch::run(t, rows.container, search, 0); });
        return found ? namesOf(*found) : QStringList { found.error().message };
    };
    const auto names = [&] {
        const auto found = rows.database().read(
            [&](ReadTransaction &t) { return ObjectMetaStore::namesIn(t, rows.container, 10); });
        return found ? *found : QStringList { found.error().message };
    };
    QCOMPARE(names(), QStringList());
    QVERIFY(rows.put(u"b"_s, 1)); // every row of ObjectRows is blue
    QVERIFY(rows.put(u"a"_s, 1));
    QVERIFY(rows.put(u"a"_s, 2));
    QCOMPARE(byColor(), QStringList({ u"a"_s, u"b"_s }));
    QCOMPARE(names(), QStringList { u"color"_s });
    QVERIFY(rows.end(u"a"_s));
    QCOMPARE(byColor(), QStringList { u"b"_s });
    QVERIFY(rows.end(u"b"_s));
    QCOMPARE(byColor(), QStringList());
    QCOMPARE(names(), QStringList());
}

void tst_ObjectSearch::statesAreFoundByTime()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    QVERIFY(rows.put(u"a"_s, 1));
    QVERIFY(rows.put(u"a"_s, 20));
    QVERIFY(rows.end(u"a"_s));
    QVERIFY(rows.put(u"a"_s, 300));
    const auto states = rows.database().read(
        [&](ReadTransaction &t) { return VersionStore::ofName(t, rows.container, u"a"_s, 10); });
    QVERIFY(states);
    QCOMPARE(states->size(), 3);
    const auto container = rows.database().read(
        [&](ReadTransaction &t) { return ContainerStore::findPlain(t, rows.account, u"c"_s); });
    QVERIFY(container && *container);
    const auto check = [&](qint64 atMs, std::optional<qint64> bytes) {
        const auto state = rows.database().read(
            [&](ReadTransaction &t) { return VersionStore::at(t, rows.container, u"a"_s, atMs); });
        const auto counts = rows.database().read(
            [&](ReadTransaction &t) { return VersionStore::countsAt(t, **container, atMs); });
        return state && counts && state->has_value() == bytes.has_value()
            && (!bytes || (*state)->sizeBytes == *bytes) && counts->objects == (bytes ? 1 : 0)
            && counts->bytes == bytes.value_or(0);
    };
    QVERIFY(check(states->at(0).validFromMs - 1, std::nullopt));
    QVERIFY(check(states->at(0).validFromMs, 1));
    QVERIFY(check(states->at(1).validFromMs, 20));
    QVERIFY(check(*states->at(1).validToMs, std::nullopt)); // deleted then
    QVERIFY(check(states->at(2).validFromMs, 300));
    // Whoever was of that name: what began by then goes, what came later stays.
    const auto dropped = rows.write([&](Transaction &t) {
        return VersionStore::dropName(t, rows.container, u"a"_s, states->at(0).validFromMs, 100);
    });
    QVERIFY(dropped);
    QCOMPARE(*dropped, 1);
    QVERIFY(check(states->at(1).validFromMs, 20));
}

NEPHELE_TEST(tst_ObjectSearch)
#include "tst_objectsearch.moc"
