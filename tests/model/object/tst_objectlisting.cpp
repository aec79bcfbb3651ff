// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectlisting.h"

#include "tests/model/object/objectrows.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>

#include <map>
#include <set>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

// Names as bytes, folders with a mark: what a page should say.
using Expected = QList<std::pair<QByteArray, bool>>;

// The plainest listing there is: looks at every name, in the order of its bytes.
Expected plainListing(const std::set<QByteArray> &names, const NamePage &page)
{
    const QByteArray prefix = page.prefix.toUtf8();
    const QByteArray delimiter = page.delimiter.toUtf8();
    std::map<QByteArray, bool> lines;
    for (const QByteArray &name : names) {
        if (!name.startsWith(prefix))
            continue;
        const qsizetype at = delimiter.isEmpty() ? -1 : name.indexOf(delimiter, prefix.size());
        const QByteArray folder = at < 0 ? QByteArray() : name.left(at + delimiter.size());
        const auto isInside = [&](const QByteArray &what) {
            const auto &low = page.isReversed ? page.before : page.after;
            const auto &high = page.isReversed ? page.after : page.before;
            return (!low || what > low->toUtf8()) && (!high || what < high->toUtf8());
        };
        if (!isInside(name))
            continue;
        if (at < 0)
            lines[name] = false;
        else if (page.folders == NamePage::Folders::Hidden && folder == name)
            lines[name] = false;
        else if (page.folders == NamePage::Folders::Rolled
            && (page.isReversed || !page.after || folder != page.after->toUtf8()))
            lines[folder] = true;
    }
    Expected all;
    for (const auto &[name, isFolder] : lines)
        all.emplaceBack(name, isFolder);
    if (page.isReversed)
        std::reverse(all.begin(), all.end());
    return all.first(qMin<qsizetype>(all.size(), page.limit));
}

Expected shown(const QList<ObjectLine> &lines)
{
    Expected all;
    for (const ObjectLine &line : lines)
        all.emplaceBack(line.name.toUtf8(), line.isFolder);
    return all;
}

QByteArray inWords(const NamePage &page, const Expected &expected, const Expected &got)
{
    const auto text = [](const Expected &lines) {
        QByteArray out;
        for (const auto &[name, isFolder] : lines)
            out += (isFolder ? " [" : " ") + name + (isFolder ? "]" : "");
        return out;
    };
    return "prefix=" + page.prefix.toUtf8() + " delimiter=" + page.delimiter.toUtf8() + " after="
        + page.after.value_or(u"-"_s).toUtf8() + " before=" + page.before.value_or(u"-"_s).toUtf8()
        + " reversed=" + QByteArray::number(page.isReversed)
        + " hidden=" + QByteArray::number(page.folders == NamePage::Folders::Hidden) + " limit="
        + QByteArray::number(page.limit) + "\nexpected:" + text(expected) + "\ngot:     " + text(got);
}

} // namespace

// Pages of names against a listing that looks at every name. On SQLite and PostgreSQL.
class tst_ObjectListing : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void theFirstTextBehindAPrefix_data();
    void theFirstTextBehindAPrefix();
    void randomPagesAreThoseOfAPlainListing();
    void pagesOneAfterAnotherShowEveryLineOnce_data();
    void pagesOneAfterAnotherShowEveryLineOnce();
    void aTimeInThePastShowsWhatWasThen();
    void whatIsOverIsNotListed();
    void aFolderCostsTheSameHoweverManyItHolds();
    void containersFollowTheSameRules();

private:
    void fill(ObjectRows &rows, const std::set<QByteArray> &names);
    Result<QList<ObjectLine>> list(ObjectRows &rows, const NamePage &page);
};

void tst_ObjectListing::fill(ObjectRows &rows, const std::set<QByteArray> &names)
{
    const auto filled = rows.write([&](Transaction &t) -> Result<> {
        for (const QByteArray &name : names) {
            if (const auto put = ObjectRows::put(t, rows.account, rows.container, QString::fromUtf8(name), 1);
                !put)
                return put.error();
        }
        return {};
    });
    QVERIFY2(filled, qPrintable(filled ? QString() : filled.error().detail));
}

Result<QList<ObjectLine>> tst_ObjectListing::list(ObjectRows &rows, const NamePage &page)
{
    return rows.database().read(
        [&](ReadTransaction &t) { return ObjectListing::objects(t, rows.container, page, 1); });
}

void tst_ObjectListing::theFirstTextBehindAPrefix_data()
{
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<QString>("next"); // empty: there is none
    QTest::addRow("empty") << QString() << QString();
    QTest::addRow("a letter") << u"a"_s << u"b"_s;
    QTest::addRow("a folder") << u"a/"_s << u"a0"_s;
    QTest::addRow("before the surrogates") << QString(QChar(0xD7FF)) << QString(QChar(0xE000));
    QTest::addRow("beyond 16 bits") << QString::fromUcs4(U"\U0001F600") << QString::fromUcs4(U"\U0001F601");
    QTest::addRow("from 16 bits to more") << QString(QChar(0xFFFF)) << QString::fromUcs4(U"\U00010000");
    QTest::addRow("ends in the last of all") << u"a"_s + QString::fromUcs4(U"\U0010FFFF") << u"b"_s;
    QTest::addRow("the last of all") << QString::fromUcs4(U"\U0010FFFF") << QString();
}

void tst_ObjectListing::theFirstTextBehindAPrefix()
{
    QFETCH(QString, prefix);
    QFETCH(QString, next);
    QCOMPARE(behindPrefix(prefix).value_or(QString()), next);
    if (!next.isEmpty())
        QVERIFY(prefix.toUtf8() < next.toUtf8());
}

void tst_ObjectListing::randomPagesAreThoseOfAPlainListing()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    // Few letters, so that names share beginnings; some beyond ASCII, some that end in the delimiter.
    QRandomGenerator random(20261122);
    const QStringList letters { u"a"_s, u"b"_s, u"/"_s, u"-"_s, u" "_s, u"ä"_s, u"€"_s,
        QString::fromUcs4(U"\U0001F600"), QString(QChar(1)), QString::fromUcs4(U"\U0010FFFF") };
    const auto word = [&](int longest) {
        QString text;
        for (int length = 1 + random.bounded(longest); length > 0; --length)
            text += letters.at(random.bounded(letters.size()));
        return text;
    };
    std::set<QByteArray> names;
    while (names.size() < 400)
        names.insert(word(6).toUtf8());
    fill(rows, names);
    for (int round = 0; round < 1500; ++round) {
        NamePage page;
        if (random.bounded(2))
            page.prefix = word(2);
        if (random.bounded(3))
            page.delimiter = random.bounded(5) ? u"/"_s : word(2);
        if (random.bounded(2))
            page.after = word(4);
        if (random.bounded(4) == 0)
            page.before = word(4);
        page.isReversed = random.bounded(3) == 0;
        if (random.bounded(4) == 0)
            page.folders = NamePage::Folders::Hidden;
        page.limit = random.bounded(4) ? random.bounded(20) : 10'000;
        const auto got = list(rows, page);
        QVERIFY2(got, qPrintable(got ? QString() : got.error().detail));
        const Expected expected = plainListing(names, page);
        QVERIFY2(shown(*got) == expected, inWords(page, expected, shown(*got)));
    }
}

void tst_ObjectListing::pagesOneAfterAnotherShowEveryLineOnce_data()
{
    QTest::addColumn<QString>("delimiter");
    QTest::addColumn<bool>("isReversed");
    QTest::addRow("plain") << QString() << false;
    QTest::addRow("plain, reversed") << QString() << true;
    QTest::addRow("folders") << u"/"_s << false;
    QTest::addRow("folders, reversed") << u"/"_s << true;
}

void tst_ObjectListing::pagesOneAfterAnotherShowEveryLineOnce()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QString, delimiter);
    QFETCH(bool, isReversed);
    ObjectRows rows(engine);
    std::set<QByteArray> names;
    for (int i = 0; i < 40; ++i) {
        names.insert("f" + QByteArray::number(i % 7) + "/" + QByteArray::number(i));
        names.insert("n" + QByteArray::number(i));
    }
    names.insert("f3/");
    fill(rows, names);
    NamePage page;
    page.delimiter = delimiter;
    page.isReversed = isReversed;
    const Expected whole = plainListing(names, page);
    page.limit = 3;
    Expected seen;
    for (int pages = 0; pages < 100; ++pages) {
        const auto lines = list(rows, page);
        QVERIFY(lines);
        if (lines->isEmpty())
            break;
        seen += shown(*lines);
        page.after = lines->constLast().name;
    }
    QCOMPARE(seen, whole);
}

void tst_ObjectListing::aTimeInThePastShowsWhatWasThen()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine, Versioning::Auto);
    QRandomGenerator random(7);
    std::map<QByteArray, qint64> now; // name, size
    QList<std::pair<qint64, std::map<QByteArray, qint64>>> history;
    for (int step = 1; step < 150; ++step) {
        const QString name = u"n%1/%2"_s.arg(random.bounded(4)).arg(random.bounded(6));
        if (random.bounded(3) == 0 && now.contains(name.toUtf8())) {
            QVERIFY(rows.end(name));
            now.erase(name.toUtf8());
        } else {
            QVERIFY(rows.put(name, step));
            now[name.toUtf8()] = step;
        }
        const qint64 lastMs = rows.count("SELECT MAX(CASE WHEN valid_to_ms > valid_from_ms THEN valid_to_ms "
                                         "ELSE valid_from_ms END) FROM version");
        history.emplaceBack(lastMs, now);
    }
    for (const auto &[atMs, then] : history) {
        const auto lines = rows.database().read([&](ReadTransaction &t) {
            return ObjectListing::objectsAt(t, rows.container, NamePage(), atMs);
        });
        QVERIFY(lines);
        std::map<QByteArray, qint64> found;
        for (const ObjectLine &line : *lines)
            found[line.name.toUtf8()] = line.bytes;
        QVERIFY(found == then);
    }
    NamePage folders;
    folders.delimiter = u"/"_s;
    folders.isReversed = true;
    const auto lines = rows.database().read([&](ReadTransaction &t) {
        return ObjectListing::objectsAt(t, rows.container, folders, history.constLast().first);
    });
    QVERIFY(lines);
    std::set<QByteArray> names;
    for (const auto &[name, size] : history.constLast().second)
        names.insert(name);
    QCOMPARE(shown(*lines), plainListing(names, folders));
}

void tst_ObjectListing::whatIsOverIsNotListed()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    QVERIFY(rows.put(u"stays"_s, 1));
    QVERIFY(rows.put(u"goes"_s, 1, 1000));
    const auto namesAt = [&](qint64 nowMs) {
        const auto lines = rows.database().read(
            [&](ReadTransaction &t) { return ObjectListing::objects(t, rows.container, NamePage(), nowMs); });
        return lines ? shown(*lines) : Expected();
    };
    QCOMPARE(namesAt(999), (Expected { { "goes", false }, { "stays", false } }));
    QCOMPARE(namesAt(1000), (Expected { { "stays", false } }));
}

// Against the cost of looking at every name, on the same machine at the same time.
void tst_ObjectListing::aFolderCostsTheSameHoweverManyItHolds()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    std::set<QByteArray> names;
    for (int i = 0; i < 5'000; ++i)
        names.insert("many/" + QByteArray::number(i));
    names.insert("one");
    fill(rows, names);
    NamePage page;
    page.delimiter = u"/"_s;
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < 200; ++i) {
        const auto lines = list(rows, page);
        QVERIFY(lines);
        QCOMPARE(shown(*lines), (Expected { { "many/", true }, { "one", false } }));
    }
    const qint64 foldersMs = clock.restart();
    page.delimiter.clear();
    page.limit = 30'000;
    for (int i = 0; i < 20; ++i)
        QVERIFY(list(rows, page));
    // 200 pages of two lines cost less than 100 walks over 5,000 names.
    QVERIFY2(foldersMs < 5 * clock.elapsed(), QByteArray::number(foldersMs));
}

void tst_ObjectListing::containersFollowTheSameRules()
{
    QFETCH_GLOBAL(Engine, engine);
    ObjectRows rows(engine);
    for (const QString &name : { u"a-1"_s, u"a-2"_s, u"b"_s }) {
        QVERIFY(rows.write(
            [&](Transaction &t) { return ContainerStore::insert(t, rows.account, name, Versioning::None); }));
    }
    NamePage page;
    page.delimiter = u"-"_s;
    page.limit = 2;
    const auto lines = rows.database().read(
        [&](ReadTransaction &t) { return ObjectListing::containers(t, rows.account, page); });
    QVERIFY(lines);
    QCOMPARE(lines->size(), 2);
    QCOMPARE(lines->at(0).name, u"a-"_s);
    QVERIFY(lines->at(0).isFolder);
    QCOMPARE(lines->at(1).name, u"b"_s);
    const auto others = rows.database().read(
        [&](ReadTransaction &t) { return ObjectListing::containers(t, ProjectId::create(), NamePage()); });
    QVERIFY(others && others->isEmpty());
}

NEPHELE_TEST(tst_ObjectListing)
#include "tst_objectlisting.moc"
