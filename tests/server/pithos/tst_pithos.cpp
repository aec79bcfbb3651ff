// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/pithos/pithosfixture.h"
#include "tests/support/testregistry.h"

#include <QXmlStreamReader>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

using Fields = SwiftFixture::Fields;
Q_DECLARE_METATYPE(Fields)

// Accounts, containers and lists of Pithos' face over HTTP. On SQLite and PostgreSQL.
class tst_Pithos : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void strangersAreRefusedOnEveryLevel_data();
    void strangersAreRefusedOnEveryLevel();
    void whoHasNoTokenIsAskedForOne();
    void theTopTakesTheFormOfOldAuthentication();
    void badRequestsAreRefused_data();
    void badRequestsAreRefused();
    void anAccountLives();
    void metadataOfAnAccountIsReplacedOrMerged();
    void groupsAreReplacedOrMerged();
    void datesAreConditions_data();
    void datesAreConditions();
    void aContainerLives();
    void policiesAreSetMergedAndForgotten();
    void aContainerIsEmptiedAndPurged();
    void objectsAreListed_data();
    void objectsAreListed();
    void aListHasTheDocumentedKeys();
    void aListIsAPage();
    void metadataFindsObjects_data();
    void metadataFindsObjects();
    void aTimeIsListedAsItWas();
    void containersAreListedAsTheyAre();

private:
    std::unique_ptr<PithosFixture> m_pithos;
};

void tst_Pithos::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_pithos = std::make_unique<PithosFixture>(engine);
}

void tst_Pithos::cleanup()
{
    QVERIFY(m_pithos->hasExactCounters());
    m_pithos.reset();
}

void tst_Pithos::strangersAreRefusedOnEveryLevel_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    for (const char *path : { "", "/there", "/missing", "/there/o", "/there/missing", "/missing/o" }) {
        for (const char *method : { "GET", "HEAD", "POST", "PUT", "DELETE" }) {
            if (*path || (qstrcmp(method, "PUT") != 0 && qstrcmp(method, "DELETE") != 0))
                QTest::addRow("%s %s", method, *path ? path : "account")
                    << QByteArray(method) << QByteArray(path);
        }
    }
    for (const char *method : { "COPY", "MOVE" })
        QTest::addRow("%s", method) << QByteArray(method) << QByteArray("/there/o");
    QTest::newRow("purge") << QByteArray("DELETE") << QByteArray("/there/o?until=1900000000");
    QTest::newRow("empty") << QByteArray("DELETE") << QByteArray("/there?delimiter=/");
    QTest::newRow("versions") << QByteArray("GET") << QByteArray("/there/o?version=list");
    QTest::newRow("hashmap") << QByteArray("GET") << QByteArray("/there/o?hashmap");
    QTest::newRow("put a hashmap") << QByteArray("PUT") << QByteArray("/there/o?hashmap");
}

void tst_Pithos::strangersAreRefusedOnEveryLevel()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QCOMPARE(m_pithos->code("PUT", "/ann/there"), 201);
    QCOMPARE(m_pithos->put("/ann/there/o", "abc"), 201);
    const Fields fields { { "Destination", "/there/p" }, { "Content-Type", "text/plain" } };
    const QByteArray body = method == "PUT" && path.contains("hashmap") ? "{\"bytes\":0,\"hashes\":[]}" : "";
    QCOMPARE(m_pithos->code(method, "/ann" + path, "ben", fields, body), 403);
    QCOMPARE(m_pithos->code(method, "/ann" + path, {}, fields, body), 401);
    QCOMPARE(m_pithos->code(method, "/ann" + path, "forged", fields, body), 401);
    QCOMPARE(m_pithos->text("/ann/there/o"), QByteArray("abc"));
    // Nor does an account that cannot be tell itself from one that is another's.
    if (path.isEmpty())
        QCOMPARE(m_pithos->code(method, "/nobody", "ben", fields), 403);
}

void tst_Pithos::whoHasNoTokenIsAskedForOne()
{
    const auto reply = m_pithos->ask("GET", "/ann?format=json", {});
    QCOMPARE(reply.status, 401);
    QVERIFY(QJsonDocument::fromJson(reply.body).object().contains(u"unauthorized"_s));
    // In the query as well, and there first.
    QCOMPARE(m_pithos->code("GET", "/ann?X-Auth-Token=ann", {}), 204);
    QCOMPARE(m_pithos->code("GET", "/ann?X-Auth-Token=forged", "ann"), 401);
}

void tst_Pithos::theTopTakesTheFormOfOldAuthentication()
{
    const auto reply =
        m_pithos->ask("GET", "", {}, { { "X-Auth-User", "somebody" }, { "X-Auth-Key", "0001" } });
    QCOMPARE(reply.status, 204);
    QCOMPARE(reply.headers.value("x-auth-token"), QByteArray("0001"));
    QVERIFY(reply.headers.value("x-storage-url").endsWith("/pithos/object-store/v1/somebody"));
    QCOMPARE(m_pithos->code("GET", "", {}, { { "X-Auth-User", "somebody" } }), 400);
    QCOMPARE(m_pithos->code("GET", "", {}), 400);
    QCOMPARE(m_pithos->code("GET", "", "forged"), 401);
    QCOMPARE(m_pithos->code("GET", "", "ann"), 204);
    QCOMPARE(m_pithos->text("?format=json"), QByteArray("[]"));
    QCOMPARE(m_pithos->code("DELETE", ""), 405);
}

void tst_Pithos::badRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *method, const QByteArray &path, const Fields &fields,
                         int status) {
        QTest::newRow(name) << QByteArray(method) << path << fields << status;
    };
    row("container name too long", "PUT", "/ann/" + QByteArray(257, 'x'), {}, 400);
    row("object name too long", "GET", "/ann/c/" + QByteArray(1025, 'x'), {}, 400);
    row("meta name too long", "POST", "/ann", { { "X-Account-Meta-" + QByteArray(129, 'x'), "1" } }, 400);
    row("meta name empty", "POST", "/ann", { { "X-Account-Meta-", "1" } }, 400);
    row("meta value too long", "POST", "/ann/c", { { "X-Container-Meta-A", QByteArray(257, 'x') } }, 400);
    row("value not UTF-8 when decoded", "POST", "/ann", { { "X-Account-Meta-A", "%ff" } }, 400);
    row("value not ASCII", "POST", "/ann", { { "X-Account-Meta-A", "\xc3\xa4" } }, 400);
    Fields many;
    for (int i = 0; i < 33; ++i)
        many.append({ "X-Container-Meta-N" + QByteArray::number(i), "1" });
    row("too many stored", "POST", "/ann/c", many, 400);
    row("group name with a hyphen", "POST", "/ann", { { "X-Account-Group-A-B", "x" } }, 400);
    row("group name with an underscore", "POST", "/ann", { { "X-Account-Group-A_B", "x" } }, 400);
    row("group of nobody known", "POST", "/ann",
        { { "X-Account-Group-Team", "12345678-0000-4000-8000-000000000000" } }, 400);
    row("unknown policy", "PUT", "/ann/d", { { "X-Container-Policy-Color", "red" } }, 400);
    row("quota is no number", "PUT", "/ann/d", { { "X-Container-Policy-Quota", "much" } }, 400);
    row("quota is negative", "PUT", "/ann/d", { { "X-Container-Policy-Quota", "-1" } }, 400);
    row("versioning of another kind", "PUT", "/ann/d", { { "X-Container-Policy-Versioning", "manual" } },
        400);
    row("project is no id", "PUT", "/ann/d", { { "X-Container-Policy-Project", "x" } }, 400);
    row("project of others", "PUT", "/ann/d",
        { { "X-Container-Policy-Project", PithosTokens::idOf("ben").toLatin1() } }, 403);
    row("too many meta terms", "GET", "/ann/c?meta=" + QByteArray("a,").repeated(17), {}, 400);
    row("wrong method on an account", "MOVE", "/ann", {}, 405);
    row("wrong method on a container", "COPY", "/ann/c", {}, 405);
    row("container is missing", "GET", "/ann/d", {}, 404);
    row("container to post to is missing", "POST", "/ann/d", {}, 404);
    row("container to delete is missing", "DELETE", "/ann/d", {}, 404);
    row("container is not empty", "DELETE", "/ann/c", {}, 409);
    row("before the container was", "HEAD", "/ann/c?until=1000000", {}, 404);
}

void tst_Pithos::badRequestsAreRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(Fields, fields);
    QFETCH(int, status);
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    QCOMPARE(m_pithos->put("/ann/c/o", "abc"), 201);
    const auto reply = m_pithos->ask(method, path, "ann", fields);
    QCOMPARE(reply.status, status);
    if (method != "HEAD")
        QVERIFY(!reply.body.isEmpty()); // it says why
    QCOMPARE(m_pithos->lines("/ann"), QByteArray("c")); // nothing half made
}

void tst_Pithos::anAccountLives()
{
    // Nobody stored anything yet.
    const auto fresh = m_pithos->ask("HEAD", "/ann");
    QCOMPARE(fresh.status, 204);
    QCOMPARE(fresh.headers.value("x-account-container-count"), QByteArray("0"));
    QCOMPARE(fresh.headers.value("x-account-bytes-used"), QByteArray("0"));
    // One of each project of hers, her own among them, and the sum.
    qint64 sum = 0;
    for (const auto &[name, value] : fresh.headers.asKeyValueRange()) {
        if (name.startsWith("x-account-policy-quota-"))
            sum += value.toLongLong();
    }
    QVERIFY(fresh.headers.contains("x-account-policy-quota-" + PithosTokens::idOf("ann").toLatin1()));
    QVERIFY(sum > 0);
    QCOMPARE(fresh.headers.value("x-account-policy-quota"), QByteArray::number(sum));
    QCOMPARE(m_pithos->code("GET", "/ann"), 204);
    QCOMPARE(m_pithos->text("/ann?format=json"), QByteArray("[]"));
    QCOMPARE(m_pithos->code("PUT", "/ann/b"), 201);
    QCOMPARE(m_pithos->code("PUT", "/ann/a"), 201);
    QCOMPARE(m_pithos->put("/ann/b/o", "12345"), 201);
    QCOMPARE(m_pithos->lines("/ann"), QByteArray("a b"));
    QCOMPARE(m_pithos->lines("/ann?limit=1"), QByteArray("a"));
    QCOMPARE(m_pithos->lines("/ann?marker=a"), QByteArray("b"));
    QCOMPARE(m_pithos->lines("/ann?limit=nonsense"), QByteArray("a b"));
    const auto full = m_pithos->ask("HEAD", "/ann");
    QCOMPARE(full.headers.value("x-account-container-count"), QByteArray("2"));
    QCOMPARE(full.headers.value("x-account-bytes-used"), QByteArray("5"));
    // Another time: also one before there was anything, and flags of any value.
    const auto past = m_pithos->ask("HEAD", "/ann?until=1000000000");
    QCOMPARE(past.status, 204);
    QCOMPARE(past.headers.value("x-account-until-timestamp"), QByteArray("Sun, 09 Sep 2001 01:46:40 GMT"));
    QCOMPARE(past.headers.value("x-account-container-count"), QByteArray("0"));
    QCOMPARE(m_pithos->code("GET", "/ann?until=1000000000"), 204);
    QCOMPARE(m_pithos->lines("/ann?until=nonsense"), QByteArray("a b"));
    QCOMPARE(m_pithos->lines("/ann?until=-5"), QByteArray("a b"));
    QCOMPARE(m_pithos->code("GET", "/ann?shared=None"), 204);
    // Who only reads sees it and changes nothing.
    QCOMPARE(m_pithos->lines("/ann", "viewer"), QByteArray("a b"));
    QCOMPARE(m_pithos->code("POST", "/ann?update", "viewer", { { "X-Account-Meta-A", "1" } }), 403);
}

void tst_Pithos::metadataOfAnAccountIsReplacedOrMerged()
{
    QCOMPARE(m_pithos->code("POST", "/ann", "ann",
                 { { "X-Account-Meta-Color_code", "dark%20blue" }, { "x-account-meta-%C3%A4", "%C3%B6~" } }),
        202);
    auto told = m_pithos->ask("HEAD", "/ann").headers;
    QCOMPARE(told.value("x-account-meta-color-code"), QByteArray("dark blue"));
    QCOMPARE(told.value("x-account-meta-%c3%84"), QByteArray("%C3%B6~"));
    QCOMPARE(m_pithos->code("POST", "/ann?update", "ann",
                 { { "X-Account-Meta-Size", "3" }, { "X-Account-Meta-%C3%A4", "" } }),
        202);
    told = m_pithos->ask("HEAD", "/ann").headers;
    QCOMPARE(told.value("x-account-meta-color-code"), QByteArray("dark blue"));
    QCOMPARE(told.value("x-account-meta-size"), QByteArray("3"));
    QVERIFY(!told.contains("x-account-meta-%c3%84"));
    QCOMPARE(m_pithos->code("POST", "/ann", "ann", { { "X-Account-Meta-Size", "4" } }), 202);
    told = m_pithos->ask("HEAD", "/ann").headers;
    QCOMPARE(told.value("x-account-meta-size"), QByteArray("4"));
    QVERIFY(!told.contains("x-account-meta-color-code"));
}

void tst_Pithos::groupsAreReplacedOrMerged()
{
    const QByteArray ben = PithosTokens::idOf("ben").toLatin1();
    const QByteArray cat = PithosTokens::idOf("cat").toLatin1();
    QCOMPARE(m_pithos->code("POST", "/ann", "ann",
                 { { "X-Account-Group-Team", ben + ", " + cat }, { "X-Account-Group-Two", cat } }),
        202);
    auto told = m_pithos->ask("HEAD", "/ann").headers;
    QCOMPARE(told.value("x-account-group-team").split(',').size(), 2);
    QCOMPARE(told.value("x-account-group-two"), cat);
    // No word of groups: they stay; merged: what is empty goes.
    QCOMPARE(m_pithos->code("POST", "/ann"), 202);
    QCOMPARE(m_pithos->ask("HEAD", "/ann").headers.value("x-account-group-two"), cat);
    QCOMPARE(m_pithos->code("POST", "/ann?update", "ann", { { "X-Account-Group-Two", "" } }), 202);
    told = m_pithos->ask("HEAD", "/ann").headers;
    QVERIFY(told.contains("x-account-group-team"));
    QVERIFY(!told.contains("x-account-group-two"));
    QCOMPARE(m_pithos->code("POST", "/ann", "ann", { { "X-Account-Group-New", ben } }), 202);
    told = m_pithos->ask("HEAD", "/ann").headers;
    QVERIFY(!told.contains("x-account-group-team"));
    QCOMPARE(told.value("x-account-group-new"), ben);
}

void tst_Pithos::datesAreConditions_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("date");
    QTest::addColumn<int>("status"); // of HEAD; 0: as without it
    // Everything is of 15 January 2027, 08:00:00.
    QTest::newRow("not since then") << QByteArray("If-Modified-Since")
                                    << QByteArray("Fri, 15 Jan 2027 09:00:00 GMT") << 304;
    QTest::newRow("since long ago") << QByteArray("If-Modified-Since")
                                    << QByteArray("Sat, 15 Jan 2000 09:00:00 GMT") << 0;
    QTest::newRow("asctime") << QByteArray("If-Modified-Since") << QByteArray("Fri Jan 15 09:00:00 2027")
                             << 304;
    QTest::newRow("asctime, one digit")
        << QByteArray("If-Unmodified-Since") << QByteArray("Sun Jan  2 09:00:00 2000") << 412;
    QTest::newRow("RFC 850") << QByteArray("If-Unmodified-Since")
                             << QByteArray("Friday, 15-Jan-27 09:00:00 GMT") << 0;
    QTest::newRow("changed since") << QByteArray("If-Unmodified-Since")
                                   << QByteArray("Sat, 15 Jan 2000 09:00:00 GMT") << 412;
    QTest::newRow("no date") << QByteArray("If-Modified-Since") << QByteArray("yesterday") << 0;
    QTest::newRow("encoded") << QByteArray("If-Modified-Since")
                             << QByteArray("Fri%2C%2015%20Jan%202027%2009:00:00%20GMT") << 304;
}

void tst_Pithos::datesAreConditions()
{
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, date);
    QFETCH(int, status);
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    QCOMPARE(m_pithos->put("/ann/c/o", "abc"), 201);
    const auto expected = [&](int otherwise) { return status == 0 ? otherwise : status; };
    QCOMPARE(m_pithos->code("HEAD", "/ann", "ann", { { field, date } }), expected(204));
    QCOMPARE(m_pithos->code("HEAD", "/ann/c", "ann", { { field, date } }), expected(204));
    QCOMPARE(m_pithos->code("GET", "/ann/c", "ann", { { field, date } }), expected(200));
    QCOMPARE(m_pithos->code("GET", "/ann/c/o", "ann", { { field, date } }), expected(200));
}

void tst_Pithos::aContainerLives()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/c", "ann", { { "X-Container-Meta-A", "1" } }), 201);
    QCOMPARE(m_pithos->code("PUT", "/ann/c", "ann", { { "X-Container-Meta-B", "2" } }), 202);
    QCOMPARE(m_pithos->put("/ann/c/o", "abc", { { "X-Object-Meta-Color_Code", "red" } }), 201);
    const auto told = m_pithos->ask("HEAD", "/ann/c");
    QCOMPARE(told.status, 204);
    const QMap<QByteArray, QByteArray> expected { { "x-container-object-count", "1" },
        { "x-container-bytes-used", "3" }, { "x-container-block-size", "64" },
        { "x-container-block-hash", "sha256" }, { "x-container-object-meta", "Color-Code" },
        { "x-container-policy-quota", "0" }, { "x-container-policy-versioning", "auto" },
        { "x-container-policy-project", PithosTokens::idOf("ann").toLatin1() }, { "x-container-meta-a", "1" },
        { "x-container-meta-b", "2" } };
    for (const auto &[name, value] : expected.asKeyValueRange())
        QCOMPARE(told.headers.value(name), value);
    QCOMPARE(m_pithos->code("POST", "/ann/c", "ann", { { "X-Container-Meta-B", "3" } }), 202);
    QVERIFY(!m_pithos->ask("HEAD", "/ann/c").headers.contains("x-container-meta-a"));
    QCOMPARE(m_pithos->code("DELETE", "/ann/c"), 409);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/o"), 204);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c"), 204);
    QCOMPARE(m_pithos->code("HEAD", "/ann/c"), 404);
}

void tst_Pithos::policiesAreSetMergedAndForgotten()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/c", "ann",
                 { { "X-Container-Policy-Quota", "10" }, { "X-Container-Policy-Versioning", "none" } }),
        201);
    const auto policies = [this] {
        const auto headers = m_pithos->ask("HEAD", "/ann/c").headers;
        return headers.value("x-container-policy-quota") + ' '
            + headers.value("x-container-policy-versioning");
    };
    QCOMPARE(policies(), QByteArray("10 none"));
    QCOMPARE(m_pithos->put("/ann/c/o", "12345678901"), 413);
    QCOMPARE(m_pithos->put("/ann/c/o", "1234567890"), 201);
    QCOMPARE(m_pithos->put("/ann/c/p", "1"), 413);
    // Not a word of policies: they stay. One of them without update: the others begin anew.
    QCOMPARE(m_pithos->code("POST", "/ann/c"), 202);
    QCOMPARE(policies(), QByteArray("10 none"));
    QCOMPARE(m_pithos->code("POST", "/ann/c?update", "ann", { { "X-Container-Policy-Quota", "20" } }), 202);
    QCOMPARE(policies(), QByteArray("20 none"));
    QCOMPARE(m_pithos->code("POST", "/ann/c", "ann", { { "X-Container-Policy-Quota", "30" } }), 202);
    QCOMPARE(policies(), QByteArray("30 auto"));
    QCOMPARE(m_pithos->code("POST", "/ann/c?update", "ann", { { "X-Container-Policy-Quota", "" } }), 202);
    QCOMPARE(policies(), QByteArray("0 auto"));
    // And one container's do not become another's.
    QCOMPARE(
        m_pithos->code("POST", "/ann/c?update", "ann", { { "X-Container-Policy-Versioning", "none" } }), 202);
    QCOMPARE(m_pithos->code("PUT", "/ann/d"), 201);
    QCOMPARE(m_pithos->field("/ann/d", "x-container-policy-versioning"), QByteArray("auto"));
}

void tst_Pithos::aContainerIsEmptiedAndPurged()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    // More than one slice.
    for (int i = 0; i < 120; ++i)
        QCOMPARE(m_pithos->put("/ann/c/d/" + QByteArray::number(i), "abc"), 201);
    const QByteArray versions = "/ann/c/d/7?version=list";
    QCOMPARE(m_pithos->code("DELETE", "/ann/c?delimiter=/"), 204);
    QCOMPARE(m_pithos->code("GET", "/ann/c"), 204);
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ann")), 0);
    // What was stays to be read, until it is purged; the container stays.
    QCOMPARE(m_pithos->json(versions).object().value(u"versions"_s).toArray().size(), 1);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c?until=1000000000"), 204);
    QCOMPARE(m_pithos->code("GET", versions), 200);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c?until=1900000000"), 204);
    QCOMPARE(m_pithos->code("GET", versions), 404);
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM version"), 0);
    QCOMPARE(m_pithos->code("HEAD", "/ann/c"), 204);
    // A time that is none counts as absent: the container goes.
    QCOMPARE(m_pithos->code("DELETE", "/ann/c?until=1900000000.5"), 204);
    QCOMPARE(m_pithos->code("HEAD", "/ann/c"), 404);
}

void tst_Pithos::objectsAreListed_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("names");
    QTest::newRow("all") << QByteArray("") << QByteArray("a a/ a/b a/b/c a/d b/e z");
    QTest::newRow("limit") << QByteArray("?limit=2") << QByteArray("a a/");
    QTest::newRow("limit zero is none") << QByteArray("?limit=0") << QByteArray("a a/ a/b a/b/c a/d b/e z");
    QTest::newRow("marker") << QByteArray("?marker=a/b") << QByteArray("a/b/c a/d b/e z");
    QTest::newRow("marker between") << QByteArray("?marker=a/c") << QByteArray("a/d b/e z");
    QTest::newRow("prefix") << QByteArray("?prefix=a/b") << QByteArray("a/b a/b/c");
    QTest::newRow("prefix with a slash in front") << QByteArray("?prefix=/a/d") << QByteArray("a/d");
    QTest::newRow("delimiter") << QByteArray("?delimiter=/") << QByteArray("a a/ b/ z");
    QTest::newRow("delimiter, prefix without it")
        << QByteArray("?delimiter=/&prefix=a") << QByteArray("a/ a/b a/b/ a/d");
    QTest::newRow("delimiter, marker is a folder") << QByteArray("?delimiter=/&marker=b/") << QByteArray("z");
    QTest::newRow("delimiter, limit") << QByteArray("?delimiter=/&limit=3") << QByteArray("a a/ b/");
    QTest::newRow("path shows no folders") << QByteArray("?path=a") << QByteArray("a/ a/b a/d");
    QTest::newRow("path of nothing above") << QByteArray("?path=") << QByteArray("a a/ z");
    QTest::newRow("path wins") << QByteArray("?path=b&prefix=a&delimiter=x") << QByteArray("b/e");
}

void tst_Pithos::objectsAreListed()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, names);
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    for (const char *name : { "z", "a", "b/e", "a/d", "a/b/c", "a/b", "a/" })
        QCOMPARE(m_pithos->put(QByteArray("/ann/c/") + name, name), 201);
    QCOMPARE(m_pithos->lines("/ann/c" + query), names);
    QByteArrayList fromJson;
    for (const QJsonValue &item :
        m_pithos->json("/ann/c" + query + (query.isEmpty() ? "?format=json" : "&format=json")).array()) {
        const QJsonObject object = item.toObject();
        const bool isFolder = object.contains(u"subdir"_s);
        QVERIFY(!isFolder || object.size() == 1);
        fromJson.append(object.value(isFolder ? u"subdir"_s : u"name"_s).toString().toUtf8());
    }
    QCOMPARE(fromJson.join(' '), names);
    QByteArrayList fromXml;
    QXmlStreamReader xml(
        m_pithos->text("/ann/c" + query + (query.isEmpty() ? "?format=xml" : "&format=xml")));
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement() && xml.name() == "subdir"_L1)
            fromXml.append(xml.attributes().value("name"_L1).toUtf8());
        else if (xml.isStartElement() && xml.name() == "name"_L1)
            fromXml.append(xml.readElementText().toUtf8());
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(fromXml.join(' '), names);
}

void tst_Pithos::aListHasTheDocumentedKeys()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    QCOMPARE(m_pithos->put("/ann/c/o", "abc", { { "X-Object-Meta-Secret", "x" } }), 201);
    const QJsonObject item = m_pithos->json("/ann/c?format=json").array().at(0).toObject();
    QStringList keys = item.keys();
    keys.sort();
    QCOMPARE(keys,
        QStringList({ u"bytes"_s, u"content_type"_s, u"hash"_s, u"last_modified"_s, u"name"_s,
            u"x_object_hash"_s, u"x_object_modified_by"_s, u"x_object_uuid"_s, u"x_object_version"_s,
            u"x_object_version_timestamp"_s }));
    QCOMPARE(item.value(u"hash"_s).toString().toLatin1(), PithosFixture::md5("abc"));
    QCOMPARE(item.value(u"x_object_hash"_s).toString().toLatin1(), PithosFixture::sha256("abc"));
    // Stamps of a clock that stands still are some milliseconds apart.
    QVERIFY(item.value(u"x_object_version_timestamp"_s).toString().startsWith(u"1800000000."_s));
    QVERIFY(item.value(u"last_modified"_s).toString().startsWith(u"2027-01-15T08:00:00."_s));
    QVERIFY(item.value(u"last_modified"_s).toString().endsWith(u"000+00:00"_s));
    QCOMPARE(
        item.value(u"x_object_uuid"_s).toString().toLatin1(), m_pithos->field("/ann/c/o", "x-object-uuid"));
    // What is shared and public shows in two more places.
    const QByteArray ben = PithosTokens::idOf("ben").toLatin1();
    QCOMPARE(m_pithos->code("POST", "/ann/c/o?update", "ann",
                 { { "X-Object-Sharing", "read=" + ben }, { "X-Object-Public", "true" } }),
        202);
    const QJsonObject shared = m_pithos->json("/ann/c?format=json").array().at(0).toObject();
    QCOMPARE(shared.value(u"x_object_sharing"_s).toString().toLatin1(), "read=" + ben);
    QVERIFY(shared.value(u"x_object_public"_s).toString().contains(u"/pithos/public/"_s));
    const QJsonObject foreign = m_pithos->json("/ann/c?format=json", "ben").array().at(0).toObject();
    QCOMPARE(foreign.value(u"x_object_allowed_to"_s).toString(), u"read"_s);
    QVERIFY(!foreign.contains(u"x_object_public"_s));
    // The fifth word of the document is the container's name.
    const auto words = m_pithos->text("/ann/c?format=xml").simplified().split(' ');
    QCOMPARE(words.value(4), QByteArray("name=\"c\">"));
    const QJsonObject container = m_pithos->json("/ann?format=json").array().at(0).toObject();
    keys = container.keys();
    keys.sort();
    QCOMPARE(keys,
        QStringList({ u"bytes"_s, u"count"_s, u"last_modified"_s, u"name"_s, u"x_container_policy"_s }));
    const QJsonObject policy = container.value(u"x_container_policy"_s).toObject();
    QCOMPARE(policy.value(u"versioning"_s).toString(), u"auto"_s);
    QCOMPARE(policy.value(u"quota"_s).toString(), u"0"_s);
    QCOMPARE(policy.value(u"project"_s).toString(), PithosTokens::idOf("ann"));
}

void tst_Pithos::aListIsAPage()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    QByteArrayList all;
    for (int i = 0; i < 60; ++i) {
        all.append("n" + QByteArray::number(100 + i));
        QCOMPARE(m_pithos->put("/ann/c/" + all.constLast(), "x"), 201);
    }
    QByteArrayList seen;
    for (QByteArray marker;;) {
        const QByteArray page = m_pithos->lines("/ann/c?limit=7&marker=" + marker);
        if (page == "204" || page.isEmpty())
            break;
        seen.append(page.split(' '));
        marker = seen.constLast();
    }
    QCOMPARE(seen, all);
}

void tst_Pithos::metadataFindsObjects_data()
{
    QTest::addColumn<QByteArray>("meta");
    QTest::addColumn<QByteArray>("names");
    QTest::newRow("has") << QByteArray("color") << QByteArray("blue red red2");
    QTest::newRow("has, by any spelling") << QByteArray("COLOR") << QByteArray("blue red red2");
    QTest::newRow("has not") << QByteArray("!color") << QByteArray("bare old");
    QTest::newRow("is") << QByteArray("color%3Dred") << QByteArray("red red2");
    QTest::newRow("is not") << QByteArray("color!%3Dred") << QByteArray("blue");
    QTest::newRow("at most") << QByteArray("year<%3D1990") << QByteArray("blue old");
    QTest::newRow("at least") << QByteArray("year>%3D1990") << QByteArray("blue red");
    QTest::newRow("less") << QByteArray("year<1990") << QByteArray("old");
    QTest::newRow("more") << QByteArray("year>1990") << QByteArray("red");
    QTest::newRow("any of two names") << QByteArray("color,year") << QByteArray("blue old red red2");
    QTest::newRow("two values") << QByteArray("color%3Dred,year>1000") << QByteArray("red");
    QTest::newRow("one and not the other") << QByteArray("color,!year") << QByteArray("red2");
    QTest::newRow("nothing of it") << QByteArray("color%3Dgreen") << QByteArray("");
}

void tst_Pithos::metadataFindsObjects()
{
    QFETCH(QByteArray, meta);
    QFETCH(QByteArray, names);
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    const auto make = [this](const QByteArray &name, const Fields &fields) {
        return m_pithos->put("/ann/c/" + name, name, fields) == 201;
    };
    QVERIFY(make("red", { { "X-Object-Meta-Color", "red" }, { "X-Object-Meta-Year", "2000" } }));
    QVERIFY(make("red2", { { "X-Object-Meta-Color", "red" } }));
    QVERIFY(make("blue", { { "X-Object-Meta-Color", "blue" }, { "X-Object-Meta-Year", "1990" } }));
    QVERIFY(make("old", { { "X-Object-Meta-Year", "1800" } }));
    QVERIFY(make("bare", {}));
    // What had a color once has none now.
    QVERIFY(make("bare", { { "X-Object-Meta-Color", "red" } }));
    QVERIFY(make("bare", {}));
    QVERIFY(make("gone", { { "X-Object-Meta-Color", "red" } }));
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/gone"), 204);
    QCOMPARE(m_pithos->text("/ann/c?meta=" + meta).trimmed().replace('\n', ' '), names);
    QCOMPARE(m_pithos->text("/ann/c?limit=1&meta=" + meta).trimmed(), names.split(' ').constFirst());
    // The same of a time: now.
    QCOMPARE(m_pithos->text("/ann/c?until=1900000000&meta=" + meta).trimmed().replace('\n', ' '), names);
}

void tst_Pithos::aTimeIsListedAsItWas()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    QCOMPARE(m_pithos->put("/ann/c/kept", "1"), 201);
    QCOMPARE(m_pithos->put("/ann/c/changed", "22"), 201);
    QCOMPARE(m_pithos->put("/ann/c/deleted", "333"), 201);
    m_pithos->clock.advanceMs(10'000);
    QCOMPARE(m_pithos->put("/ann/c/changed", "4444"), 201);
    QCOMPARE(m_pithos->put("/ann/c/new", "55555"), 201);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/deleted"), 204);
    m_pithos->clock.advanceMs(10'000);
    const QByteArray then = QByteArray::number(SwiftFixture::startMs / 1000 + 5);
    QCOMPARE(m_pithos->lines("/ann/c"), QByteArray("changed kept new"));
    QCOMPARE(m_pithos->lines("/ann/c?until=" + then), QByteArray("changed deleted kept"));
    QCOMPARE(m_pithos->lines("/ann/c?until=1"), QByteArray("404"));
    const auto items = m_pithos->json("/ann/c?format=json&until=" + then).array();
    QCOMPARE(items.at(0).toObject().value(u"bytes"_s).toInt(), 2);
    QVERIFY(!items.at(0).toObject().contains(u"last_modified"_s));
    const auto headers = m_pithos->ask("HEAD", "/ann/c?until=" + then).headers;
    QCOMPARE(headers.value("x-container-object-count"), QByteArray("3"));
    QCOMPARE(headers.value("x-container-bytes-used"), QByteArray("6"));
    QCOMPARE(headers.value("x-container-until-timestamp"), QByteArray("Fri, 15 Jan 2027 08:00:05 GMT"));
    QCOMPARE(
        m_pithos->ask("HEAD", "/ann?until=" + then).headers.value("x-account-bytes-used"), QByteArray("6"));
    const QJsonObject line = m_pithos->json("/ann?format=json&until=" + then).array().at(0).toObject();
    QCOMPARE(line.value(u"count"_s).toInt(), 3);
    QVERIFY(line.contains(u"x_container_until_timestamp"_s));
    // Times past are the owner's.
    QCOMPARE(m_pithos->code("POST", "/ann/c/kept?update", "ann", { { "X-Object-Sharing", "read=*" } }), 202);
    QCOMPARE(m_pithos->lines("/ann/c", "ben"), QByteArray("kept"));
    QCOMPARE(m_pithos->code("GET", "/ann/c?until=" + then, "ben"), 403);
    QCOMPARE(m_pithos->code("GET", "/ann?until=" + then, "ben"), 403);
}

void tst_Pithos::containersAreListedAsTheyAre()
{
    for (const char *name : { "open", "plain", "shared" }) {
        QCOMPARE(m_pithos->code("PUT", QByteArray("/ann/") + name), 201);
        QCOMPARE(m_pithos->put(QByteArray("/ann/") + name + "/o", "x"), 201);
        QCOMPARE(m_pithos->put(QByteArray("/ann/") + name + "/p", "x"), 201);
    }
    const QByteArray ben = PithosTokens::idOf("ben").toLatin1();
    QCOMPARE(m_pithos->code("POST", "/ann/shared/o?update", "ann", { { "X-Object-Sharing", "read=" + ben } }),
        202);
    QCOMPARE(m_pithos->code("POST", "/ann/open/o?update", "ann", { { "X-Object-Public", "true" } }), 202);
    QCOMPARE(m_pithos->lines("/ann?shared"), QByteArray("shared"));
    QCOMPARE(m_pithos->lines("/ann?public"), QByteArray("open"));
    QCOMPARE(m_pithos->lines("/ann?public&shared"), QByteArray("open shared"));
    QCOMPARE(m_pithos->lines("/ann/shared?shared"), QByteArray("o"));
    QCOMPARE(m_pithos->lines("/ann/open?public"), QByteArray("o"));
    QCOMPARE(m_pithos->code("GET", "/ann/open?shared"), 204);
    // For others: what is shared with them, and dates only.
    QCOMPARE(m_pithos->lines("/ann", "ben"), QByteArray("shared"));
    QCOMPARE(m_pithos->lines("/ann/shared", "ben"), QByteArray("o"));
    QCOMPARE(m_pithos->code("GET", "/ann/open", "ben"), 403);
    QCOMPARE(m_pithos->code("GET", "/ann?public", "ben"), 403);
    QCOMPARE(m_pithos->code("GET", "/ann", "cat"), 403);
    QCOMPARE(m_pithos->json("?format=json", "ben").array().at(0).toObject().value(u"name"_s).toString(),
        PithosTokens::idOf("ann"));
    const auto account = m_pithos->ask("HEAD", "/ann", "ben").headers;
    QVERIFY(account.contains("last-modified"));
    QVERIFY(!account.contains("x-account-bytes-used"));
    const auto container = m_pithos->ask("HEAD", "/ann/shared", "ben").headers;
    QCOMPARE(container.value("x-container-block-size"), QByteArray("64"));
    QVERIFY(!container.contains("x-container-object-count"));
    const QJsonObject item = m_pithos->json("/ann?format=json", "ben").array().at(0).toObject();
    QVERIFY(!item.contains(u"bytes"_s) && !item.contains(u"x_container_policy"_s));
}

NEPHELE_TEST(tst_Pithos)
#include "tst_pithos.moc"
