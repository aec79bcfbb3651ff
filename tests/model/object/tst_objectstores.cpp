// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/propertystore.h"
#include "tests/model/object/objectrows.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

// Containers, objects and their history as rows, on SQLite and PostgreSQL.
class tst_ObjectStores : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void anAccountNobodyUsedIsEmpty();
    void aContainerIsMadeOnce();
    void aContainerWithAnObjectStays();
    void propertiesOfTheTwoScopesDoNotMix();
    void anEmptyValueTakesAPropertyAway();
    void theNextStateReplacesOrIsKept_data();
    void theNextStateReplacesOrIsKept();
    void anObjectKeepsItsIdThroughStatesAndMoves();
    void anEndedObjectGivesItsPinBack_data();
    void anEndedObjectGivesItsPinBack();
    void theOldestOfTooManyStatesGoes();
    void historyGoesByAge();
    void aContainerGoesWithItsHistoryInSlices();
    void whatIsDueIsFoundByItsTime();
    void writersAtOnceKeepTheCountersExact();
};

void tst_ObjectStores::anAccountNobodyUsedIsEmpty()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    const auto account = rows.database().read(
        [](ReadTransaction &t) { return ContainerStore::account(t, ProjectId::create()); });
    QVERIFY(account);
    QCOMPARE(account->containers, 0);
    QCOMPARE(account->createdAtMs, 0);
}

void tst_ObjectStores::aContainerIsMadeOnce()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    const auto again = rows.write(
        [&](Transaction &t) { return ContainerStore::insert(t, rows.account, u"c"_s, Versioning::Auto); });
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Conflict);
    QCOMPARE(rows.theAccount().containers, 1);
    // The same name elsewhere is another container.
    QVERIFY(rows.write([&](Transaction &t) {
        return ContainerStore::insert(t, ProjectId::create(), u"c"_s, Versioning::Auto);
    }));
    QCOMPARE(rows.theAccount().containers, 1);
}

void tst_ObjectStores::aContainerWithAnObjectStays()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    QVERIFY(rows.put(u"o"_s, 1));
    const auto remove = [&] {
        return rows.write([container = rows.theContainer()](
                              Transaction &t) { return ContainerStore::remove(t, container); });
    };
    const auto refused = remove();
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(rows.end(u"o"_s));
    const auto done = remove();
    QVERIFY(done && *done);
    QCOMPARE(rows.theAccount().containers, 0);
}

void tst_ObjectStores::propertiesOfTheTwoScopesDoNotMix()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    const Properties both { { { u"quota-bytes"_s, u"mine"_s } }, { { u"quota-bytes"_s, u"7"_s } } };
    QVERIFY(rows.write([&](Transaction &t) { return ContainerStore::change(t, rows.container, both); }));
    QVERIFY(rows.write([&](Transaction &t) { return ContainerStore::changeAccount(t, rows.account, both); }));
    QCOMPARE(rows.theContainer().properties, both);
    QCOMPARE(rows.theAccount().properties, both);
}

void tst_ObjectStores::anEmptyValueTakesAPropertyAway()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    const auto change = [&](const PropertyMap &user) {
        return rows.write([&](Transaction &t) {
            return ContainerStore::change(t, rows.container, { user, {} });
        });
    };
    QVERIFY(change({ { u"a"_s, u"1"_s }, { u"b"_s, u"2"_s } }));
    QVERIFY(change({ { u"a"_s, QString() }, { u"c"_s, u"3"_s }, { u"never"_s, QString() } }));
    QCOMPARE(rows.theContainer().properties.user, (PropertyMap { { u"b"_s, u"2"_s }, { u"c"_s, u"3"_s } }));
}

void tst_ObjectStores::theNextStateReplacesOrIsKept_data()
{
    QTest::addColumn<bool>("keeps");
    QTest::addRow("none") << false;
    QTest::addRow("auto") << true;
}

void tst_ObjectStores::theNextStateReplacesOrIsKept()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(bool, keeps);
    ObjectRows rows(engine, keeps ? Versioning::Auto : Versioning::None);
    QVERIFY(rows.put(u"o"_s, 10));
    const auto first = rows.find(u"o"_s);
    QVERIFY(first);
    QCOMPARE(first->properties.user.value(u"color"_s), u"blue"_s);
    QVERIFY(rows.put(u"o"_s, 30));
    const ObjectContainer container = rows.theContainer();
    QCOMPARE(container.objects, 1);
    QCOMPARE(container.bytes, 30);
    QCOMPARE(container.historyBytes, keeps ? 10 : 0);
    QCOMPARE(rows.theAccount().bytes, 30);
    const auto old =
        rows.database().read([&](ReadTransaction &t) { return ObjectStore::findVersion(t, first->number); });
    QVERIFY(old);
    QCOMPARE(old->has_value(), keeps);
    if (keeps)
        QCOMPARE((*old)->validToMs, rows.find(u"o"_s)->validFromMs);
    QCOMPARE(rows.count("SELECT COUNT(*) FROM version_property"), keeps ? 2 : 1);
}

void tst_ObjectStores::anObjectKeepsItsIdThroughStatesAndMoves()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    QVERIFY(rows.put(u"o"_s, 10));
    const ObjectId id = rows.find(u"o"_s)->object;
    QVERIFY(rows.put(u"o"_s, 11));
    QCOMPARE(rows.find(u"o"_s)->object, id);
    const auto other = rows.write(
        [&](Transaction &t) { return ContainerStore::insert(t, rows.account, u"d"_s, Versioning::None); });
    QVERIFY(other);
    const auto current = rows.find(u"o"_s);
    QVERIFY(
        rows.write([&](Transaction &t) { return ObjectStore::move(t, *current, other->number, u"p"_s); }));
    QVERIFY(!rows.find(u"o"_s));
    const auto moved =
        rows.database().read([&](ReadTransaction &t) { return ObjectStore::find(t, other->number, u"p"_s); });
    QVERIFY(moved && *moved);
    QCOMPARE((*moved)->object, id);
    QCOMPARE((*moved)->properties.user.value(u"color"_s), u"blue"_s);
    QCOMPARE(rows.theContainer().objects, 0);
    QCOMPARE(rows.theContainer().historyBytes, 21);
    QCOMPARE(rows.theAccount().objects, 1);
    QCOMPARE(rows.theAccount().bytes, 11);
}

void tst_ObjectStores::anEndedObjectGivesItsPinBack_data()
{
    theNextStateReplacesOrIsKept_data();
}

void tst_ObjectStores::anEndedObjectGivesItsPinBack()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(bool, keeps);
    ObjectRows rows(engine, keeps ? Versioning::Auto : Versioning::None);
    QVERIFY(rows.put(u"o"_s, 10));
    QCOMPARE(rows.count("SELECT COUNT(*) FROM map WHERE state = 'live' AND pins = 1"), 1);
    QVERIFY(rows.end(u"o"_s));
    QVERIFY(!rows.find(u"o"_s));
    QCOMPARE(rows.count("SELECT COUNT(*) FROM map WHERE state = 'live'"), keeps ? 1 : 0);
    QCOMPARE(rows.count("SELECT COUNT(*) FROM object"), keeps ? 1 : 0);
    QCOMPARE(rows.theContainer().objects, 0);
    QCOMPARE(rows.theContainer().bytes, 0);
    QCOMPARE(rows.theContainer().historyBytes, keeps ? 10 : 0);
    const auto again = rows.end(u"o"_s);
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::NotFound);
}

void tst_ObjectStores::theOldestOfTooManyStatesGoes()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    constexpr int states = ObjectStore::mostVersions + 5;
    for (int i = 1; i <= states; ++i)
        QVERIFY(rows.put(u"o"_s, i));
    QCOMPARE(rows.count("SELECT COUNT(*) FROM version"), ObjectStore::mostVersions + 1);
    QCOMPARE(rows.count("SELECT MIN(size_bytes) FROM version"), states - ObjectStore::mostVersions);
    QCOMPARE(rows.theContainer().historyBytes,
        rows.count("SELECT CAST(SUM(size_bytes) AS BIGINT) FROM version WHERE valid_to_ms IS NOT NULL"));
}

void tst_ObjectStores::historyGoesByAge()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    for (int i = 1; i <= 5; ++i)
        QVERIFY(rows.put(u"o"_s, i));
    const qint64 beforeMs = rows.count("SELECT valid_to_ms FROM version WHERE size_bytes = 3");
    const auto first =
        rows.write([&](Transaction &t) { return ObjectStore::dropHistoryBefore(t, beforeMs, 2); });
    QVERIFY(first);
    QCOMPARE(*first, 2);
    const auto rest =
        rows.write([&](Transaction &t) { return ObjectStore::dropHistoryBefore(t, beforeMs, 10); });
    QVERIFY(rest);
    QCOMPARE(*rest, 1);
    QCOMPARE(rows.theContainer().historyBytes, 4);
    QCOMPARE(rows.theContainer().bytes, 5);
}

void tst_ObjectStores::aContainerGoesWithItsHistoryInSlices()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    constexpr int names = 150; // more than one slice
    for (int i = 0; i < names; ++i) {
        QVERIFY(rows.put(u"o%1"_s.arg(i), 1));
        QVERIFY(rows.end(u"o%1"_s.arg(i)));
    }
    int slices = 0;
    for (bool isGone = false; !isGone; ++slices) {
        const auto done = rows.write([container = rows.theContainer()](
                                         Transaction &t) { return ContainerStore::remove(t, container); });
        QVERIFY2(done, qPrintable(done ? QString() : done.error().detail));
        isGone = *done;
    }
    QCOMPARE(slices, 2);
    QCOMPARE(rows.count("SELECT COUNT(*) FROM version"), 0);
    QCOMPARE(rows.count("SELECT COUNT(*) FROM object"), 0);
    QCOMPARE(rows.count("SELECT COUNT(*) FROM map WHERE state = 'live'"), 0);
    QCOMPARE(rows.theAccount().containers, 0);
}

void tst_ObjectStores::whatIsDueIsFoundByItsTime()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    QVERIFY(rows.put(u"late"_s, 1, 3000));
    QVERIFY(rows.put(u"soon"_s, 1, 1000));
    QVERIFY(rows.put(u"never"_s, 1));
    const auto due = [&](qint64 nowMs, int most) {
        QStringList names;
        const auto found =
            rows.database().read([&](ReadTransaction &t) { return ObjectStore::expired(t, nowMs, most); });
        for (const ObjectVersion &version : found ? *found : QList<ObjectVersion>())
            names.append(version.name);
        return names;
    };
    QCOMPARE(due(999, 10), QStringList());
    QCOMPARE(due(1000, 10), QStringList { u"soon"_s });
    QCOMPARE(due(5000, 10), (QStringList { u"soon"_s, u"late"_s }));
    QCOMPARE(due(5000, 1), QStringList { u"soon"_s });
    QVERIFY(rows.put(u"soon"_s, 1)); // written again without an end
    QCOMPARE(due(5000, 10), QStringList { u"late"_s });
}

void tst_ObjectStores::writersAtOnceKeepTheCountersExact()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    // Every name is written and ended again and again by all writers.
    QList<QFuture<Result<>>> writes;
    for (int i = 0; i < 400; ++i) {
        const QString name = u"o%1"_s.arg(i % 23);
        writes.append(rows.database().write([&rows, name, i](Transaction &t) -> Result<> {
            const auto found = ObjectStore::find(t, rows.container, name);
            if (!found)
                return found.error();
            if (*found && i % 3 == 0)
                return ObjectStore::end(t, **found);
            return ObjectRows::put(t, rows.account, rows.container, name, i);
        }));
    }
    int refused = 0;
    for (QFuture<Result<>> &write : writes) {
        const auto done = write.result();
        if (!done) {
            // PostgreSQL may give up on a closure that lost too many races; then nothing of it is there.
            QCOMPARE(done.error().code, ErrorCode::Unavailable);
            ++refused;
        }
    }
    QVERIFY(refused < 400);
    const ObjectContainer container = rows.theContainer();
    QCOMPARE(container.objects, rows.count("SELECT COUNT(*) FROM version WHERE valid_to_ms IS NULL"));
    QCOMPARE(container.bytes,
        rows.count(
            "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM version WHERE valid_to_ms IS NULL"));
    QCOMPARE(container.historyBytes,
        rows.count("SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM version WHERE valid_to_ms IS "
                   "NOT NULL"));
    QCOMPARE(rows.theAccount().objects, container.objects);
    QCOMPARE(rows.theAccount().bytes, container.bytes);
    QCOMPARE(rows.count("SELECT CAST(SUM(pins) AS BIGINT) FROM map WHERE state = 'live'"),
        rows.count("SELECT COUNT(*) FROM version"));
}

NEPHELE_TEST(tst_ObjectStores)
#include "tst_objectstores.moc"
