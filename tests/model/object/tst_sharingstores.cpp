// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/projectstore.h"
#include "model/identity/userstore.h"
#include "model/object/accountgroupstore.h"
#include "model/object/publicstore.h"
#include "model/object/sharingstore.h"
#include "tests/model/object/objectrows.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QSet>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

const QString directoryType = u"application/directory"_s;

// Rows with people in them.
class SharingRows : public ObjectRows
{
public:
    explicit SharingRows(Engine engine, Versioning versioning = Versioning::None)
        : ObjectRows(engine, versioning)
    {
        for (int i = 0; i < 4; ++i)
            people.append(addPerson());
    }

    UserId addPerson()
    {
        const auto id = UserId::create();
        done(write([id](Transaction &t) -> Result<int> {
            NewProject own;
            own.name = id.text();
            own.isSystem = true;
            NewUser user;
            user.name = id.text();
            if (const auto made = ProjectStore::insert(t, ProjectId::stored(id.text()), own); !made)
                return made.error();
            const auto inserted = UserStore::insert(t, id, user);
            return inserted ? Result<int>(0) : Result<int>(inserted.error());
        }));
        return id;
    }
    // An object of that name, a directory or not; what was there goes on.
    Result<> putTyped(const QString &name, const QString &type)
    {
        return write([=, this](Transaction &t) -> Result<> {
            const auto former = ObjectStore::find(t, container, name);
            if (!former)
                return former.error();
            const auto map = content(t, account, 1);
            if (!map)
                return map.error();
            const ObjectId object = *former ? (*former)->object : ObjectId::create();
            if (!*former) {
                if (const auto inserted = ObjectStore::insert(t, object, account); !inserted)
                    return inserted.error();
            }
            const auto added = ObjectStore::addVersion(
                t, { object, container, name, *map, 1, type, UserId::stored(account.text()) });
            return added ? Result<>() : Result<>(added.error());
        });
    }
    Result<> share(const QString &name, const Sharing &sharing)
    {
        return write([=, this](Transaction &t) -> Result<> {
            const auto holder = ContainerStore::find(t, account, u"c"_s);
            const auto object = ObjectStore::find(t, container, name);
            if (!holder || !object)
                return holder ? object.error() : holder.error();
            return SharingStore::set(t, **holder, **object, sharing);
        });
    }
    std::optional<SharedFrom> given(const QString &name)
    {
        return done(
            database().read([&](ReadTransaction &t) { return SharingStore::ofName(t, container, name); }));
    }
    SharedRight right(const QString &name, const UserId &user)
    {
        const auto shared = given(name);
        if (!shared)
            return SharedRight::None;
        return done(database().read(
            [&](ReadTransaction &t) { return SharingStore::rightOf(t, shared->sharing, user); }));
    }
    bool reaches(const UserId &user)
    {
        return done(database().read(
            [&](ReadTransaction &t) { return SharingStore::reaches(t, user, account, u"c"_s); }));
    }
    Result<> setGroups(const AccountGroups &groups)
    {
        return write([=, this](Transaction &t) { return AccountGroupStore::change(t, account, groups); });
    }
    // All stretches, one after the other. A stretch that does not get on would go round for ever.
    template <class Next>
    QList<NameSpan> spans(Next next)
    {
        const ObjectContainer holder = theContainer();
        return done(database().read([&](ReadTransaction &t) -> Result<QList<NameSpan>> {
            QList<NameSpan> found;
            for (QString from;;) {
                const Result<std::optional<NameSpan>> span = next(t, holder, from);
                if (!span)
                    return span.error();
                if (!*span)
                    return found;
                found.append(**span);
                if (!(*span)->to)
                    return found;
                if ((*span)->to->toUtf8() <= from.toUtf8())
                    return internalError(u"a stretch ends before it begins"_s);
                from = *(*span)->to;
            }
        }));
    }
    QList<NameSpan> readable(const UserId &user)
    {
        return spans([&](ReadTransaction &t, const ObjectContainer &holder, const QString &from) {
            return SharingStore::readableSpan(t, user, holder, from);
        });
    }
    QList<NameSpan> shared()
    {
        return spans([&](ReadTransaction &t, const ObjectContainer &holder, const QString &from) {
            return SharingStore::sharedSpan(t, holder, from);
        });
    }

    QList<UserId> people;
};

bool covers(const QList<NameSpan> &spans, const QString &name)
{
    return std::any_of(spans.cbegin(), spans.cend(), [&](const NameSpan &span) {
        return span.from.toUtf8() <= name.toUtf8() && (!span.to || name.toUtf8() < span.to->toUtf8());
    });
}

// What the rules say, worked out by looking at everything.
struct PlainSharing
{
    struct Object
    {
        bool isDirectory = false;
        Sharing sharing;
    };
    QMap<QString, Object> objects;
    QMap<QString, QStringList> groups; // by "<account>:<group>"

    std::optional<SharedFrom> given(const QString &name) const
    {
        if (const auto own = objects.constFind(name); own != objects.cend() && !own->sharing.isEmpty())
            return SharedFrom { name, own->sharing };
        std::optional<SharedFrom> nearest;
        for (const auto &[above, object] : objects.asKeyValueRange()) {
            const bool isNearer = !nearest || above.size() > nearest->name.size();
            if (object.isDirectory && !object.sharing.isEmpty() && name.startsWith(above + u'/') && isNearer)
                nearest = SharedFrom { above, object.sharing };
        }
        return nearest;
    }
    SharedRight right(const QString &name, const UserId &user) const
    {
        const auto shared = given(name);
        if (!shared)
            return SharedRight::None;
        const auto isIn = [&](const QStringList &entries) {
            return std::any_of(entries.cbegin(), entries.cend(), [&](const QString &entry) {
                return entry == u"*"_s || entry == user.text() || groups.value(entry).contains(user.text());
            });
        };
        return isIn(shared->sharing.writers) ? SharedRight::Write
            : isIn(shared->sharing.readers)  ? SharedRight::Read
                                             : SharedRight::None;
    }
};

QStringList sorted(QStringList list)
{
    list.sort();
    return list;
}

} // namespace

// Rights on objects by name, groups and public ids as rows, on SQLite and PostgreSQL.
class tst_SharingStores : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void aGroupOfStrangersIsRefused();
    void groupsHaveBounds();
    void groupsAreChangedOrReplaced();
    void rightsGoWithTheName_data();
    void rightsGoWithTheName();
    void rightsAreHandedOver();
    void aPlainObjectPassesNothingOn();
    void accountsAndContainersAreListedByWhoMayRead();
    void anIdIsNewEachTime();
    void idsAreNotGuessable();
    void rightsOfAPageOfNames();
    void randomSharingIsAsTheRulesSay_data();
    void randomSharingIsAsTheRulesSay();
};

void tst_SharingStores::aGroupOfStrangersIsRefused()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    const auto refused = rows.setGroups({ { u"staff"_s, { UserId::create().text() } } });
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Invalid);
    QCOMPARE(rows.count("SELECT COUNT(*) FROM account_group_member"), 0);
}

void tst_SharingStores::groupsHaveBounds()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    QStringList members;
    for (int i = 0; i < AccountGroupStore::mostMembers; ++i)
        members.append(rows.addPerson().text());
    QVERIFY(rows.setGroups({ { u"full"_s, members } }));
    const auto tooMany = rows.setGroups({ { u"full"_s, members + QStringList { rows.addPerson().text() } } });
    QVERIFY(!tooMany);
    QCOMPARE(tooMany.error().code, ErrorCode::Invalid);
    for (int i = 1; i < AccountGroupStore::mostGroups; ++i)
        QVERIFY(rows.setGroups({ { u"g%1"_s.arg(i), { rows.people[0].text() } } }));
    const auto another = rows.setGroups({ { u"one-more"_s, { rows.people[0].text() } } });
    QVERIFY(!another);
    QCOMPARE(another.error().code, ErrorCode::Invalid);
    // One that nobody is in any more makes room.
    QVERIFY(rows.setGroups({ { u"g1"_s, {} }, { u"other"_s, { rows.people[0].text() } } }));
}

void tst_SharingStores::groupsAreChangedOrReplaced()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    const QString a = rows.people[0].text(), b = rows.people[1].text();
    QVERIFY(rows.setGroups({ { u"one"_s, { a } }, { u"two"_s, { a, b } } }));
    QVERIFY(rows.setGroups({ { u"one"_s, { b, b } } }));
    const auto groups = [&] {
        return rows.done(rows.database().read(
            [&](ReadTransaction &t) { return AccountGroupStore::ofAccount(t, rows.account); }));
    };
    const AccountGroups changed { { u"one"_s, { b } }, { u"two"_s, sorted({ a, b }) } };
    QCOMPARE(groups(), changed);
    QVERIFY(rows.write([&rows, a](Transaction &t) {
        return AccountGroupStore::replace(t, rows.account, { { u"three"_s, { a } } });
    }));
    QCOMPARE(groups().keys(), QStringList { u"three"_s });
    const auto of = rows.done(rows.database().read(
        [&](ReadTransaction &t) { return AccountGroupStore::groupsOf(t, rows.people[0]); }));
    QCOMPARE(of, QStringList { rows.account.text() + u":three"_s });
}

void tst_SharingStores::rightsGoWithTheName_data()
{
    QTest::addColumn<bool>("isMove");
    QTest::addColumn<bool>("isKept"); // in a container that keeps history
    QTest::addRow("moved") << true << false;
    QTest::addRow("moved, with history") << true << true;
    QTest::addRow("ended") << false << false;
    QTest::addRow("ended, with history") << false << true;
}

void tst_SharingStores::rightsGoWithTheName()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(bool, isMove);
    QFETCH(bool, isKept);
    SharingRows rows(engine, isKept ? Versioning::Auto : Versioning::None);
    QVERIFY(rows.put(u"o"_s, 1));
    QVERIFY(rows.share(u"o"_s, { { u"*"_s }, {} }));
    const ObjectContainer holder = rows.theContainer();
    const ObjectVersion object = *rows.find(u"o"_s);
    QVERIFY(rows.write([&](Transaction &t) { return PublicStore::publish(t, holder, object, u"id"_s); }));
    // The next state keeps both.
    QVERIFY(rows.put(u"o"_s, 2));
    QCOMPARE(rows.right(u"o"_s, rows.people[0]), SharedRight::Read);
    QCOMPARE(rows.count("SELECT COUNT(*) FROM public_object"), 1);
    if (isMove) {
        QVERIFY(rows.write([&](Transaction &t) {
            return ObjectStore::move(t, *rows.find(u"o"_s), rows.container, u"p"_s);
        }));
        QCOMPARE(rows.find(u"p"_s)->object, object.object);
    } else {
        QVERIFY(rows.end(u"o"_s));
    }
    for (const QString &name : { u"o"_s, u"p"_s })
        QCOMPARE(rows.right(name, rows.people[0]), SharedRight::None);
    QVERIFY(!rows.reaches(rows.people[0]));
    for (const char *table : { "share", "share_grant", "share_edge", "public_object" })
        QCOMPARE(rows.count(QByteArray("SELECT COUNT(*) FROM ") + table), 0);
    // Another object of the name begins without.
    QVERIFY(rows.put(u"o"_s, 3));
    QCOMPARE(rows.right(u"o"_s, rows.people[0]), SharedRight::None);
}

void tst_SharingStores::rightsAreHandedOver()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    QVERIFY(rows.putTyped(u"d"_s, directoryType));
    const Sharing sharing { { rows.people[0].text() }, { rows.people[1].text() } };
    QVERIFY(rows.share(u"d"_s, sharing));
    const auto next = ObjectId::create();
    QVERIFY(rows.write([&](Transaction &t) -> Result<> {
        if (const auto inserted = ObjectStore::insert(t, next, rows.account); !inserted)
            return inserted.error();
        return SharingStore::handOver(t, rows.find(u"d"_s)->object, next);
    }));
    QCOMPARE(rows.count("SELECT COUNT(*) FROM share_grant"), 2);
    QCOMPARE(rows.count("SELECT COUNT(DISTINCT object) FROM share_edge"), 1);
    const auto owner = rows.done(rows.database().read([&](ReadTransaction &t) {
        return t.row("SELECT object FROM share_edge", {}, [](const Row &row) { return row.text(0); });
    }));
    QCOMPARE(*owner, next.text());
}

void tst_SharingStores::aPlainObjectPassesNothingOn()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    QVERIFY(rows.putTyped(u"d"_s, u"application/directory; x=y"_s));
    QVERIFY(rows.share(u"d"_s, { { u"*"_s }, {} }));
    QCOMPARE(rows.right(u"d/x/y"_s, rows.people[0]), SharedRight::Read);
    QCOMPARE(rows.right(u"dx"_s, rows.people[0]), SharedRight::None);
    QVERIFY(rows.putTyped(u"d"_s, u"text/plain"_s));
    QCOMPARE(rows.right(u"d"_s, rows.people[0]), SharedRight::Read);
    QCOMPARE(rows.right(u"d/x"_s, rows.people[0]), SharedRight::None);
    // Nobody at all is not everybody.
    QCOMPARE(rows.right(u"d"_s, UserId()), SharedRight::None);
    QVERIFY(!rows.reaches(UserId()));
}

void tst_SharingStores::accountsAndContainersAreListedByWhoMayRead()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    const UserId reader = rows.people[0];
    QList<ProjectId> accounts;
    for (int i = 0; i < 5; ++i)
        accounts.append(ProjectId::create());
    // His own account is not somebody's.
    accounts.append(ProjectId::stored(reader.text()));
    for (const ProjectId &account : accounts) {
        for (const QString &name : { u"b"_s, u"a"_s, u"hidden"_s }) {
            QVERIFY(rows.write([&](Transaction &t) -> Result<> {
                const auto holder = ContainerStore::insert(t, account, name, Versioning::None);
                if (!holder)
                    return holder.error();
                if (const auto put = ObjectRows::put(t, account, holder->number, u"o"_s, 1); !put)
                    return put.error();
                const auto object = ObjectStore::find(t, holder->number, u"o"_s);
                const QString who = name == u"hidden"_s ? rows.people[1].text() : reader.text();
                return SharingStore::set(t, *holder, **object, { { who }, {} });
            }));
        }
    }
    accounts.removeLast();
    std::sort(accounts.begin(), accounts.end());
    QList<ProjectId> listed;
    for (QString after;;) {
        const auto page = rows.done(rows.database().read(
            [&](ReadTransaction &t) { return SharingStore::accountsFor(t, reader, after, 2); }));
        QVERIFY(page.size() <= 2);
        if (page.isEmpty())
            break;
        listed += page;
        after = page.constLast().text();
    }
    QCOMPARE(listed, accounts);
    const auto containers = [&](const QString &after) {
        return rows.done(rows.database().read([&](ReadTransaction &t) {
            return SharingStore::containersFor(t, reader, accounts[0], after, 10);
        }));
    };
    QCOMPARE(containers({}), QStringList({ u"a"_s, u"b"_s }));
    QCOMPARE(containers(u"a"_s), QStringList { u"b"_s });
    const auto all = rows.done(rows.database().read(
        [&](ReadTransaction &t) { return SharingStore::sharedContainers(t, accounts[0], {}, 10); }));
    QCOMPARE(all, QStringList({ u"a"_s, u"b"_s, u"hidden"_s }));
}

void tst_SharingStores::anIdIsNewEachTime()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    QVERIFY(rows.put(u"o"_s, 1));
    const auto publish = [&](const QString &id) {
        const ObjectContainer holder = rows.theContainer();
        const ObjectVersion object = *rows.find(u"o"_s);
        return rows.done(
            rows.write([=](Transaction &t) { return PublicStore::publish(t, holder, object, id); }));
    };
    QCOMPARE(publish(u"first"_s), u"first"_s);
    QCOMPARE(publish(u"second"_s), u"first"_s); // it is public already
    QVERIFY(rows.write([&](Transaction &t) { return PublicStore::drop(t, rows.find(u"o"_s)->object); }));
    QCOMPARE(publish(u"third"_s), u"third"_s);
    const auto find = [&](const QString &id) {
        return rows.done(rows.database().read([&](ReadTransaction &t) { return PublicStore::find(t, id); }));
    };
    QVERIFY(!find(u"first"_s));
    QCOMPARE(find(u"third"_s)->name, u"o"_s);
}

void tst_SharingStores::idsAreNotGuessable()
{
    QFETCH_GLOBAL(Engine, engine);
    if (engine != Engine::Sqlite)
        return; // no row is read
    QSet<QString> ids;
    QSet<QChar> seen;
    for (int i = 0; i < 2000; ++i) {
        const QString id = PublicStore::newId();
        QCOMPARE(id.size(), 22);
        for (const QChar c : id) {
            QVERIFY(c.unicode() < 128 && c.isLetterOrNumber());
            seen.insert(c);
        }
        ids.insert(id);
    }
    QCOMPARE(ids.size(), 2000);
    QCOMPARE(seen.size(), 62);
}

void tst_SharingStores::rightsOfAPageOfNames()
{
    QFETCH_GLOBAL(Engine, engine);
    SharingRows rows(engine);
    QStringList names;
    for (int i = 0; i < 20; ++i)
        names.append(u"n%1"_s.arg(i, 2, 10, QLatin1Char('0')));
    for (const QString &name : names)
        QVERIFY(rows.put(name, 1));
    for (const int i : { 3, 4, 19 })
        QVERIFY(rows.share(names[i], { { u"*"_s }, {} }));
    QVERIFY(rows.put(u"n03x"_s, 1));
    QVERIFY(rows.share(u"n03x"_s, { { u"*"_s }, {} })); // between two names of the page
    const auto given = rows.done(rows.database().read(
        [&](ReadTransaction &t) { return SharingStore::ofNames(t, rows.container, names); }));
    QCOMPARE(given.keys(), QStringList({ names[3], names[4], names[19] }));
    const ObjectContainer holder = rows.theContainer();
    for (const int i : { 0, 7 })
        QVERIFY(rows.write([&, i](Transaction &t) {
            return PublicStore::publish(t, holder, *rows.find(names[i]), names[i] + u"-id"_s);
        }));
    const auto ids = rows.done(
        rows.database().read([&](ReadTransaction &t) { return PublicStore::idsOf(t, holder, names); }));
    QCOMPARE(ids.keys(), QStringList({ names[0], names[7] }));
    QCOMPARE(ids.value(names[7]), u"n07-id"_s);
}

void tst_SharingStores::randomSharingIsAsTheRulesSay_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 6; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void tst_SharingStores::randomSharingIsAsTheRulesSay()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(quint32, seed);
    SharingRows rows(engine);
    QRandomGenerator random(seed);
    // Names around the slash in the order of bytes, and a name that is the beginning of others.
    const QStringList parts { u"a"_s, u"a!"_s, u"a0"_s, u"b"_s, u"ü"_s };
    QStringList names;
    for (const QString &one : parts) {
        names.append(one);
        for (const QString &two : parts) {
            names.append(one + u'/' + two);
            names.append(one + u'/' + two + u"/a"_s);
        }
    }
    names.append(u"a/"_s);
    names.append(u"a//a"_s);
    PlainSharing model;
    const auto pick = [&](const auto &list) { return list.at(random.bounded(int(list.size()))); };
    const QStringList groups { rows.account.text() + u":g"_s, rows.account.text() + u":h"_s };
    QStringList entries { u"*"_s };
    entries += groups;
    for (const UserId &user : rows.people)
        entries.append(user.text());
    const int rounds = engine == Engine::Sqlite ? 300 : 60;
    for (int round = 0; round < rounds; ++round) {
        const QString name = pick(names);
        switch (random.bounded(6)) {
        case 0:
        case 1: {
            const bool isDirectory = random.bounded(3) > 0;
            QVERIFY(rows.putTyped(name, isDirectory ? directoryType : u"text/plain"_s));
            model.objects[name].isDirectory = isDirectory;
            break;
        }
        case 2:
        case 3: {
            if (!model.objects.contains(name))
                break;
            Sharing sharing;
            for (int i = random.bounded(3); i > 0; --i) {
                const QString entry = pick(entries);
                if (!sharing.readers.contains(entry) && !sharing.writers.contains(entry))
                    (random.bounded(2) ? sharing.readers : sharing.writers).append(entry);
            }
            QVERIFY(rows.share(name, sharing));
            model.objects[name].sharing = { sorted(sharing.readers), sorted(sharing.writers) };
            break;
        }
        case 4: {
            const QString to = pick(names);
            if (!model.objects.contains(name) || random.bounded(2)) {
                if (model.objects.remove(name) > 0)
                    QVERIFY(rows.end(name));
                break;
            }
            if (model.objects.contains(to))
                break;
            QVERIFY(rows.write(
                [&](Transaction &t) { return ObjectStore::move(t, *rows.find(name), rows.container, to); }));
            model.objects[to] = { model.objects.take(name).isDirectory, {} };
            break;
        }
        default: {
            QStringList members;
            for (const UserId &user : rows.people) {
                if (random.bounded(2))
                    members.append(user.text());
            }
            const QString group = pick(groups);
            QVERIFY(rows.setGroups({ { group.section(u':', 1), members } }));
            model.groups[group] = members;
        }
        }
        if (round % 8 != 0)
            continue;
        const auto shared = rows.shared();
        for (const QString &one : names) {
            QCOMPARE(rows.given(one), model.given(one));
            QCOMPARE(covers(shared, one), model.given(one).has_value());
        }
        for (const UserId &user : rows.people) {
            const auto open = rows.readable(user);
            bool isReached = false;
            for (const QString &one : names) {
                const SharedRight right = model.right(one, user);
                QCOMPARE(rows.right(one, user), right);
                QCOMPARE(covers(open, one), right != SharedRight::None);
                isReached = isReached
                    || (right != SharedRight::None && model.objects.contains(one)
                        && !model.objects[one].sharing.isEmpty());
            }
            QCOMPARE(rows.reaches(user), isReached);
        }
    }
}

NEPHELE_TEST(tst_SharingStores)
#include "tst_sharingstores.moc"
