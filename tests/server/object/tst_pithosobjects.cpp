// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/object/pithosfixture.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

using Fields = SwiftFixture::Fields;
Q_DECLARE_METATYPE(Fields)

// Objects of Pithos' face over HTTP: reading, writing, copies, moves, ends, and the same object in Swift's
// face. On SQLite and PostgreSQL.
class tst_PithosObjects : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void everyStatusHasItsCause_data();
    void everyStatusHasItsCause();
    void anObjectIsTold();
    void dataReplacesEverythingButTheRights();
    void aFileIsShownAsOne_data();
    void aFileIsShownAsOne();
    void versionsStay();
    void aNameIsPurged();
    void aTreeIsDeleted();
    void aCopyIsAnotherObject();
    void aMoveKeepsTheObject();
    void copiesAndMovesCrossAccounts();
    void treesAreCopiedAndMoved();
    void aManifestIsTheSumOfItsParts();
    void bothFacesTellTheSame();
    void whatAFaceDoesNotKnowItKeeps();

private:
    std::unique_ptr<PithosFixture> m_pithos;
};

void tst_PithosObjects::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_pithos = std::make_unique<PithosFixture>(engine);
    QCOMPARE(m_pithos->code("PUT", "/ann/c"), 201);
    QCOMPARE(m_pithos->put("/ann/c/o", "0123456789", { { "X-Object-Meta-Color", "red" } }), 201);
}

void tst_PithosObjects::cleanup()
{
    QVERIFY(m_pithos->hasExactCounters());
    QVERIFY(m_pithos->charged(PithosTokens::projectOf("ann")) >= 0);
    m_pithos.reset();
}

void tst_PithosObjects::everyStatusHasItsCause_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray etag = PithosFixture::md5("0123456789");
    const Fields plain { { "Content-Type", "text/plain" } };
    const auto row = [](const char *name, const char *method, const QByteArray &path, const Fields &fields,
                         const QByteArray &body, int status) {
        QTest::newRow(name) << QByteArray(method) << path << fields << body << status;
    };
    const auto get = [&](const char *name, const QByteArray &query, const Fields &fields, int status) {
        row(name, "GET", "/ann/c/o" + query, fields, {}, status);
    };
    get("get", "", {}, 200);
    row("get nothing", "GET", "/ann/c/none", {}, {}, 404);
    row("get from nowhere", "GET", "/ann/none/o", {}, {}, 404);
    get("a version that never was", "?version=999999", {}, 404);
    get("a version below all", "?version=-10", {}, 404);
    get("a version that is no number", "?version=x", {}, 200);
    row("versions of nothing", "GET", "/ann/c/none?version=list", {}, {}, 404);
    get("a part", "", { { "Range", "bytes=2-4" } }, 206);
    get("a part, encoded", "", { { "Range", "bytes%3D2-4" } }, 206);
    get("the end", "", { { "Range", "bytes=-3" } }, 206);
    get("two parts", "", { { "Range", "bytes=0-1,4-5" } }, 206);
    get("past the end", "", { { "Range", "bytes=5-10" } }, 416);
    get("an end longer than all", "", { { "Range", "bytes=-11" } }, 416);
    get("one part of two past the end", "", { { "Range", "bytes=0-1,9-10" } }, 416);
    get("range without a dash", "", { { "Range", "bytes=3" } }, 200);
    get("range of others", "", { { "Range", "lines=1-2" } }, 200);
    get("if-range fits", "", { { "Range", "bytes=2-4" }, { "If-Range", etag } }, 206);
    get("if-range does not", "", { { "Range", "bytes=2-4" }, { "If-Range", "else" } }, 200);
    get("if-match", "", { { "If-Match", "else, \"" + etag + "\"" } }, 200);
    get("if-match does not", "", { { "If-Match", "else" } }, 412);
    get("if-match any", "", { { "If-Match", "*" } }, 200);
    get("if-none-match", "", { { "If-None-Match", etag } }, 304);
    get("if-none-match does not", "", { { "If-None-Match", "else" } }, 200);

    row("put", "PUT", "/ann/c/p", plain, "x", 201);
    row("put without type", "PUT", "/ann/c/p", {}, "x", 411);
    row("put into nowhere", "PUT", "/ann/none/p", plain, "x", 404);
    row("put with a digest", "PUT", "/ann/c/p", plain + Fields { { "ETag", PithosFixture::md5("x") } }, "x",
        201);
    row("put with a wrong digest", "PUT", "/ann/c/p", plain + Fields { { "ETag", etag } }, "x", 422);
    row("put if absent, and it is", "PUT", "/ann/c/p", plain + Fields { { "If-None-Match", "*" } }, "x", 201);
    row("put if absent, and it is not", "PUT", "/ann/c/o", plain + Fields { { "If-None-Match", "*" } }, "x",
        412);
    row("put if the same", "PUT", "/ann/c/o", plain + Fields { { "If-Match", etag } }, "x", 201);
    row("put if another", "PUT", "/ann/c/o", plain + Fields { { "If-Match", "else" } }, "x", 412);
    row("put if there, and it is not", "PUT", "/ann/c/p", plain + Fields { { "If-Match", "*" } }, "x", 412);
    row("put with a bad manifest", "PUT", "/ann/c/p", plain + Fields { { "X-Object-Manifest", "c" } }, "x",
        400);
    row("put with bad sharing", "PUT", "/ann/c/p", plain + Fields { { "X-Object-Sharing", "own=x" } }, "x",
        400);
    row("put with bad public", "PUT", "/ann/c/p", plain + Fields { { "X-Object-Public", "maybe" } }, "x",
        400);
    row("put with a value too long", "PUT", "/ann/c/p",
        plain + Fields { { "X-Object-Meta-A", QByteArray(257, 'x') } }, "x", 400);

    const QByteArray ben = PithosTokens::idOf("ben").toLatin1();
    row("copy from", "PUT", "/ann/c/p", { { "X-Copy-From", "/c/o" } }, {}, 201);
    row("copy from nothing", "PUT", "/ann/c/p", { { "X-Copy-From", "/c/none" } }, {}, 404);
    row("copy from a bad path", "PUT", "/ann/c/p", { { "X-Copy-From", "/c" } }, {}, 400);
    row("copy from another", "PUT", "/ann/c/p", { { "X-Copy-From", "/c/o" }, { "X-Source-Account", ben } },
        {}, 403);
    row("copy from nobody", "PUT", "/ann/c/p",
        { { "X-Copy-From", "/c/o" }, { "X-Source-Account", "nobody!" } }, {}, 403);
    row("copy from a version that never was", "PUT", "/ann/c/p",
        { { "X-Copy-From", "/c/o" }, { "X-Source-Version", "999999" } }, {}, 404);
    row("copy and move at once", "PUT", "/ann/c/p", { { "X-Copy-From", "/c/o" }, { "X-Move-From", "/c/o" } },
        {}, 400);
    row("copy from, if absent", "PUT", "/ann/c/o", { { "X-Copy-From", "/c/o" }, { "If-None-Match", "*" } },
        {}, 412);
    row("move from", "PUT", "/ann/c/p", { { "X-Move-From", "/c/o" } }, {}, 201);
    row("move from nothing", "PUT", "/ann/c/p", { { "X-Move-From", "/c/none" } }, {}, 404);
    row("move from another", "PUT", "/ann/c/p", { { "X-Move-From", "/c/o" }, { "X-Source-Account", ben } },
        {}, 403);
    row("move from, if absent", "PUT", "/ann/c/o", { { "X-Move-From", "/c/o" }, { "If-None-Match", "*" } },
        {}, 412);
    for (const char *method : { "COPY", "MOVE" }) {
        const auto to = [&](const char *name, const QByteArray &path, const Fields &fields, int status) {
            row(qPrintable(QString::fromLatin1(method) + u' ' + QString::fromLatin1(name)), method, path,
                fields, {}, status);
        };
        to("to", "/ann/c/o", { { "Destination", "/c/p" } }, 201);
        to("to nowhere", "/ann/c/o", { { "Destination", "/none/p" } }, 404);
        to("without destination", "/ann/c/o", {}, 400);
        to("to a bad path", "/ann/c/o", { { "Destination", "p" } }, 400);
        to("of nothing", "/ann/c/none", { { "Destination", "/c/p" } }, 404);
        to("to another", "/ann/c/o", { { "Destination", "/c/p" }, { "Destination-Account", ben } }, 403);
        to("to nobody", "/ann/c/o", { { "Destination", "/c/p" }, { "Destination-Account", "nobody!" } }, 404);
        to("if the source is the same", "/ann/c/o", { { "Destination", "/c/p" }, { "If-Match", etag } }, 201);
        to("if the source is another", "/ann/c/o", { { "Destination", "/c/p" }, { "If-Match", "else" } },
            412);
        to("unless the source is that", "/ann/c/o", { { "Destination", "/c/p" }, { "If-None-Match", etag } },
            412);
        to("of a tree into itself", "/ann/c/o?delimiter=/", { { "Destination", "/c/o/deep" } }, 400);
        to("under a name too long", "/ann/c/o", { { "Destination", "/c/" + QByteArray(1025, 'x') } }, 400);
    }
    row("delete", "DELETE", "/ann/c/o", {}, {}, 204);
    row("delete nothing", "DELETE", "/ann/c/none", {}, {}, 404);
    row("purge", "DELETE", "/ann/c/o?until=1900000000", {}, {}, 204);
    row("purge nothing", "DELETE", "/ann/c/none?until=1900000000", {}, {}, 404);
    row("delete a tree", "DELETE", "/ann/c/o?delimiter=/", {}, {}, 204);
    row("delete the tree of nothing", "DELETE", "/ann/c/none?delimiter=/", {}, {}, 404);
    row("another method", "PATCH", "/ann/c/o", {}, {}, 405);
}

void tst_PithosObjects::everyStatusHasItsCause()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(Fields, fields);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QCOMPARE(m_pithos->code("PUT", "/ben/c", "ben"), 201);
    QCOMPARE(m_pithos->code("PUT", "/ben/c/o", "ben", { { "Content-Type", "a/b" } }, "ben's"), 201);
    const auto reply = m_pithos->ask(method, path, "ann", fields, body);
    QCOMPARE(reply.status, status);
    if (status >= 400) {
        QVERIFY(!reply.body.isEmpty());
        // What was refused changed nothing.
        QCOMPARE(m_pithos->text("/ann/c/o"), QByteArray("0123456789"));
        QCOMPARE(m_pithos->lines("/ann/c"), QByteArray("o"));
    }
    if (status == 304)
        QCOMPARE(reply.headers.value("etag"), PithosFixture::md5("0123456789"));
}

void tst_PithosObjects::anObjectIsTold()
{
    const auto head = m_pithos->ask("HEAD", "/ann/c/o");
    QCOMPARE(head.status, 200);
    const QMap<QByteArray, QByteArray> expected { { "content-length", "10" },
        { "content-type", "text/plain" }, { "etag", PithosFixture::md5("0123456789") },
        { "x-object-hash", PithosFixture::sha256("0123456789") },
        // A moment after the second began: the next whole one.
        { "last-modified", "Fri, 15 Jan 2027 08:00:01 GMT" },
        { "x-object-version-timestamp", "Fri, 15 Jan 2027 08:00:01 GMT" },
        { "x-object-modified-by", PithosTokens::idOf("ann").toLatin1() }, { "x-object-meta-color", "red" },
        { "x-content-type-options", "nosniff" } };
    for (const auto &[name, value] : expected.asKeyValueRange())
        QCOMPARE(head.headers.value(name), value);
    QVERIFY(head.headers.value("x-object-version").toLongLong() > 0);
    QVERIFY(head.headers.value("content-security-policy").startsWith("sandbox"));
    QVERIFY(!head.headers.value("content-security-policy").contains("same-origin"));
    const auto part = m_pithos->ask("GET", "/ann/c/o", "ann", { { "Range", "bytes=2-4" } });
    QCOMPARE(part.body, QByteArray("234"));
    QCOMPARE(part.headers.value("content-range"), QByteArray("bytes 2-4/10"));
    const auto parts = m_pithos->ask("GET", "/ann/c/o", "ann", { { "Range", "bytes=0-1,4-5" } });
    QVERIFY(parts.headers.value("content-type").startsWith("multipart/byteranges; boundary="));
    QVERIFY(parts.body.contains("Content-Range: bytes 0-1/10\r\n"));
    QVERIFY(parts.body.contains("Content-Range: bytes 4-5/10\r\n"));
}

void tst_PithosObjects::dataReplacesEverythingButTheRights()
{
    const QByteArray ben = PithosTokens::idOf("ben").toLatin1();
    QCOMPARE(m_pithos->put("/ann/c/o", "one",
                 { { "X-Object-Meta-Size", "3" }, { "Content-Encoding", "gzip" },
                     { "Content-Disposition", "attachment; filename=%22%C3%A4%22" },
                     { "X-Object-Sharing", "read=" + ben } }),
        201);
    const QByteArray uuid = m_pithos->field("/ann/c/o", "x-object-uuid");
    auto told = m_pithos->ask("HEAD", "/ann/c/o").headers;
    QVERIFY(!told.contains("x-object-meta-color"));
    QCOMPARE(told.value("content-encoding"), QByteArray("gzip"));
    QCOMPARE(told.value("content-disposition"), QByteArray("attachment; filename=\"%C3%A4\""));
    QCOMPARE(m_pithos->code("GET", "/ann/c/o", "ben"), 200);
    QCOMPARE(m_pithos->put("/ann/c/o", "two"), 201);
    told = m_pithos->ask("HEAD", "/ann/c/o").headers;
    QVERIFY(!told.contains("x-object-meta-size") && !told.contains("content-encoding"));
    QCOMPARE(told.value("x-object-uuid"), uuid);
    QCOMPARE(told.value("x-object-sharing"), "read=" + ben);
    QCOMPARE(m_pithos->text("/ann/c/o", "ben"), QByteArray("two"));
    QCOMPARE(m_pithos->put("/ann/c/o", "three", { { "X-Object-Sharing", "" } }), 201);
    QCOMPARE(m_pithos->code("GET", "/ann/c/o", "ben"), 403);
}

void tst_PithosObjects::aFileIsShownAsOne_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("disposition");
    QTest::newRow("by itself") << QByteArray("") << QByteArray("inline; filename=\"a b.txt\"");
    QTest::newRow("to be kept") << QByteArray("?disposition-type=attachment")
                                << QByteArray("attachment; filename=\"a b.txt\"");
    QTest::newRow("to be shown") << QByteArray("?disposition-type=inline")
                                 << QByteArray("inline; filename=\"a b.txt\"");
    QTest::newRow("something else") << QByteArray("?disposition-type=x%0d%0ay")
                                    << QByteArray("inline; filename=\"a b.txt\"");
}

void tst_PithosObjects::aFileIsShownAsOne()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, disposition);
    QCOMPARE(m_pithos->put("/ann/c/d/a%20b.txt", "x"), 201);
    QCOMPARE(
        m_pithos->ask("GET", "/ann/c/d/a%20b.txt" + query).headers.value("content-disposition"), disposition);
}

void tst_PithosObjects::versionsStay()
{
    const QByteArray first = m_pithos->field("/ann/c/o", "x-object-version");
    m_pithos->clock.advanceMs(10'000);
    QCOMPARE(m_pithos->put("/ann/c/o", "changed"), 201);
    const auto old = m_pithos->ask("GET", "/ann/c/o?version=" + first);
    QCOMPARE(old.body, QByteArray("0123456789"));
    QCOMPARE(old.headers.value("x-object-meta-color"), QByteArray("red"));
    // The newest change, whatever is asked for; and no rights on what was.
    QCOMPARE(old.headers.value("last-modified"), QByteArray("Fri, 15 Jan 2027 08:00:10 GMT"));
    QCOMPARE(old.headers.value("x-object-version-timestamp"), QByteArray("Fri, 15 Jan 2027 08:00:01 GMT"));
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/o"), 204);
    QCOMPARE(m_pithos->code("GET", "/ann/c/o"), 404);
    QCOMPARE(m_pithos->text("/ann/c/o?version=" + first), QByteArray("0123456789"));
    const QJsonArray versions =
        m_pithos->json("/ann/c/o?version=list").object().value(u"versions"_s).toArray();
    QCOMPARE(versions.size(), 2);
    QCOMPARE(versions.at(0).toArray().at(0).toInteger(), first.toLongLong());
    const QString began = versions.at(0).toArray().at(1).toString();
    QVERIFY(began.startsWith(u"1800000000."_s));
    QVERIFY(m_pithos->text("/ann/c/o?version=list&format=xml")
                .contains("<version timestamp=\"" + began.toLatin1() + "\">" + first + "</version>"));
    // A version of another name is none of this.
    QCOMPARE(m_pithos->put("/ann/c/p", "x"), 201);
    QCOMPARE(m_pithos->code("GET", "/ann/c/p?version=" + first), 404);
    // Back again from what was.
    QCOMPARE(m_pithos->code("PUT", "/ann/c/back", "ann",
                 { { "X-Copy-From", "/c/p" },
                     { "X-Source-Version", m_pithos->field("/ann/c/p", "x-object-version") } }),
        201);
    // Only what is current is charged.
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ann")), 2);
}

void tst_PithosObjects::aNameIsPurged()
{
    const QByteArray second = QByteArray::number(SwiftFixture::startMs / 1000 + 5);
    m_pithos->clock.advanceMs(10'000);
    QCOMPARE(m_pithos->put("/ann/c/o", "changed"), 201);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/o?until=" + second), 204);
    QCOMPARE(m_pithos->json("/ann/c/o?version=list").object().value(u"versions"_s).toArray().size(), 1);
    QCOMPARE(m_pithos->text("/ann/c/o"), QByteArray("changed"));
    // The current one as well, and with a delimiter nothing more.
    QCOMPARE(m_pithos->put("/ann/c/o/p", "below"), 201);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/o?delimiter=/&until=1900000000"), 204);
    QCOMPARE(m_pithos->code("GET", "/ann/c/o?version=list"), 404);
    QCOMPARE(m_pithos->lines("/ann/c"), QByteArray("o/p"));
    // Without history it goes at once.
    QCOMPARE(
        m_pithos->code("POST", "/ann/c?update", "ann", { { "X-Container-Policy-Versioning", "none" } }), 202);
    QCOMPARE(m_pithos->put("/ann/c/o/p", "again"), 201);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/o/p"), 204);
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM version"), 0);
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM object"), 0);
}

void tst_PithosObjects::aTreeIsDeleted()
{
    for (const char *name : { "d", "d/a", "d/b/c", "dx", "e" })
        QCOMPARE(m_pithos->put(QByteArray("/ann/c/") + name, "x"), 201);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/d?delimiter=/"), 204);
    QCOMPARE(m_pithos->lines("/ann/c"), QByteArray("dx e o"));
}

void tst_PithosObjects::aCopyIsAnotherObject()
{
    QCOMPARE(m_pithos->put("/ann/c/o", "0123456789",
                 { { "X-Object-Meta-Color", "red" }, { "X-Object-Meta-Size", "3" },
                     { "X-Object-Sharing", "read=*" }, { "X-Object-Public", "true" } }),
        201);
    const QByteArray uuid = m_pithos->field("/ann/c/o", "x-object-uuid");
    const auto reply = m_pithos->ask("COPY", "/ann/c/o?ignore_content_type", "ann",
        { { "Destination", "/c/copy%20of" }, { "Content-Type", "a/b" }, { "X-Object-Meta-Color", "" },
            { "X-Object-Meta-New", "1" } });
    QCOMPARE(reply.status, 201);
    auto told = m_pithos->ask("HEAD", "/ann/c/copy%20of").headers;
    QCOMPARE(told.value("x-object-version"), reply.headers.value("x-object-version"));
    QVERIFY(told.value("x-object-uuid") != uuid);
    QCOMPARE(told.value("content-type"), QByteArray("text/plain"));
    QVERIFY(!told.contains("x-object-meta-color"));
    QCOMPARE(told.value("x-object-meta-size"), QByteArray("3"));
    QCOMPARE(told.value("x-object-meta-new"), QByteArray("1"));
    QVERIFY(!told.contains("x-object-sharing") && !told.contains("x-object-public"));
    // The type is the sent one where it is not to be ignored.
    QCOMPARE(m_pithos->code(
                 "COPY", "/ann/c/o", "ann", { { "Destination", "/c/copy%20of" }, { "Content-Type", "a/b" } }),
        201);
    QCOMPARE(m_pithos->field("/ann/c/copy%20of", "content-type"), QByteArray("a/b"));
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ann")), 20);
    // One content, whatever the number of copies.
    QCOMPARE(m_pithos->count("SELECT COUNT(*) FROM map"), 1);
}

void tst_PithosObjects::aMoveKeepsTheObject()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/trash"), 201);
    QCOMPARE(m_pithos->put("/ann/trash/o", "in the way"), 201);
    QCOMPARE(m_pithos->code("POST", "/ann/c/o?update", "ann",
                 { { "X-Object-Sharing", "read=*" }, { "X-Object-Public", "true" } }),
        202);
    const QByteArray uuid = m_pithos->field("/ann/c/o", "x-object-uuid");
    m_pithos->clock.advanceMs(10'000);
    QCOMPARE(m_pithos->code("MOVE", "/ann/c/o?ignore_content_type", "ann",
                 { { "Destination", "/trash/o" }, { "Content-Type", "a/b" }, { "X-Object-Meta-From", "c" } }),
        201);
    QCOMPARE(m_pithos->code("GET", "/ann/c/o"), 404);
    auto told = m_pithos->ask("HEAD", "/ann/trash/o").headers;
    QCOMPARE(told.value("x-object-uuid"), uuid);
    QCOMPARE(told.value("content-type"), QByteArray("text/plain"));
    QCOMPARE(told.value("x-object-meta-color"), QByteArray("red"));
    QCOMPARE(told.value("x-object-meta-from"), QByteArray("c"));
    QVERIFY(!told.contains("x-object-sharing") && !told.contains("x-object-public"));
    QCOMPARE(m_pithos->text("/ann/trash/o"), QByteArray("0123456789"));
    // What was in the way is history, and what was before stays where it was.
    QCOMPARE(m_pithos->json("/ann/trash/o?version=list").object().value(u"versions"_s).toArray().size(), 2);
    QCOMPARE(m_pithos->lines("/ann/c?until=1800000005"), QByteArray("o"));
    QCOMPARE(m_pithos->code("PUT", "/ann/c/o", "ann", { { "X-Move-From", "/trash/o" } }), 201);
    QCOMPARE(m_pithos->field("/ann/c/o", "x-object-uuid"), uuid);
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ann")), 10);
    // Onto itself is a change of nothing but what is said of it.
    QCOMPARE(
        m_pithos->code("MOVE", "/ann/c/o", "ann", { { "Destination", "/c/o" }, { "X-Object-Meta-A", "1" } }),
        201);
    QCOMPARE(m_pithos->field("/ann/c/o", "x-object-meta-a"), QByteArray("1"));
    QCOMPARE(m_pithos->text("/ann/c/o"), QByteArray("0123456789"));
}

void tst_PithosObjects::copiesAndMovesCrossAccounts()
{
    const QByteArray big = QByteArray(64, 'a') + QByteArray(64, '\0') + QByteArray(64, 'b') + "c";
    const QByteArray ann = PithosTokens::idOf("ann").toLatin1();
    const QByteArray ben = PithosTokens::idOf("ben").toLatin1();
    QCOMPARE(m_pithos->put("/ann/c/big", big, { { "X-Object-Sharing", "read=" + ben } }), 201);
    QCOMPARE(m_pithos->code("PUT", "/ben/c", "ben"), 201);
    QCOMPARE(m_pithos->code(
                 "PUT", "/ben/c/copy", "ben", { { "X-Copy-From", "/c/big" }, { "X-Source-Account", ann } }),
        201);
    QCOMPARE(m_pithos->text("/ben/c/copy", "ben"), big);
    QCOMPARE(m_pithos->ask("HEAD", "/ben/c/copy", "ben").headers.value("etag"), PithosFixture::md5(big));
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ben")), big.size());
    // He may not take it away, nor put it where he may not write.
    QCOMPARE(m_pithos->code(
                 "PUT", "/ben/c/moved", "ben", { { "X-Move-From", "/c/big" }, { "X-Source-Account", ann } }),
        403);
    QCOMPARE(m_pithos->code("COPY", "/ben/c/copy", "ben",
                 { { "Destination", "/c/back" }, { "Destination-Account", ann } }),
        403);
    // Given to ann below a directory of hers that ben may write to.
    QCOMPARE(m_pithos->code("PUT", "/ann/c/in", "ann",
                 { { "Content-Type", "application/directory" }, { "X-Object-Sharing", "write=" + ben } }),
        201);
    const QByteArray uuid = m_pithos->field("/ben/c/copy", "x-object-uuid", "ben");
    QCOMPARE(m_pithos->code("MOVE", "/ben/c/copy", "ben",
                 { { "Destination", "/c/in/gift" }, { "Destination-Account", ann } }),
        201);
    QCOMPARE(m_pithos->text("/ann/c/in/gift"), big);
    QCOMPARE(m_pithos->field("/ann/c/in/gift", "x-object-uuid"), uuid);
    QCOMPARE(m_pithos->code("GET", "/ben/c/copy", "ben"), 404);
    QCOMPARE(m_pithos->charged(PithosTokens::projectOf("ben")), 0);
    // Each account refers to the blocks by itself: what one drops, the other keeps.
    QCOMPARE(m_pithos->code("DELETE", "/ben/c?until=1900000000", "ben"), 204);
    QCOMPARE(m_pithos->code("DELETE", "/ann/c/big?until=1900000000"), 204);
    m_pithos->clock.advanceMs(2 * 3600 * 1000);
    QVERIFY(m_pithos->blocks().store().collect());
    QCOMPARE(m_pithos->text("/ann/c/in/gift"), big);
}

void tst_PithosObjects::treesAreCopiedAndMoved()
{
    for (const char *name : { "d", "d/a", "d/b/c", "dx" })
        QCOMPARE(m_pithos->put(QByteArray("/ann/c/") + name, name), 201);
    // More than a page of names.
    for (int i = 0; i < 60; ++i)
        QCOMPARE(m_pithos->put("/ann/c/many/" + QByteArray::number(100 + i), "x"), 201);
    QCOMPARE(m_pithos->put("/ann/c/many", "m"), 201);
    const auto copied = m_pithos->ask("COPY", "/ann/c/d?delimiter=/", "ann", { { "Destination", "/c/e" } });
    QCOMPARE(copied.status, 201);
    QCOMPARE(copied.headers.value("x-object-version"), m_pithos->field("/ann/c/e", "x-object-version"));
    QCOMPARE(m_pithos->lines("/ann/c?prefix=e"), QByteArray("e e/a e/b/c"));
    QCOMPARE(m_pithos->text("/ann/c/e/b/c"), QByteArray("d/b/c"));
    QCOMPARE(m_pithos->code("PUT", "/ann/c/f?delimiter=/", "ann", { { "X-Move-From", "/c/d" } }), 201);
    QCOMPARE(m_pithos->lines("/ann/c?prefix=d"), QByteArray("dx"));
    QCOMPARE(m_pithos->lines("/ann/c?prefix=f"), QByteArray("f f/a f/b/c"));
    QCOMPARE(m_pithos->code("MOVE", "/ann/c/many?delimiter=/", "ann", { { "Destination", "/c/few" } }), 201);
    QCOMPARE(m_pithos->lines("/ann/c?prefix=few/").split(' ').size(), 60);
    QCOMPARE(m_pithos->lines("/ann/c?prefix=many"), QByteArray());
}

void tst_PithosObjects::aManifestIsTheSumOfItsParts()
{
    QCOMPARE(m_pithos->code("PUT", "/ann/p%20arts"), 201);
    QCOMPARE(m_pithos->put("/ann/p%20arts/x/1", "one "), 201);
    QCOMPARE(m_pithos->put("/ann/p%20arts/x/2", "two"), 201);
    QCOMPARE(m_pithos->put("/ann/p%20arts/y", "other"), 201);
    QCOMPARE(m_pithos->put("/ann/c/whole", {}, { { "X-Object-Manifest", "p%20arts/x/" } }), 201);
    QCOMPARE(m_pithos->text("/ann/c/whole"), QByteArray("one two"));
    const auto head = m_pithos->ask("HEAD", "/ann/c/whole").headers;
    QCOMPARE(head.value("content-length"), QByteArray("7"));
    QCOMPARE(head.value("x-object-manifest"), QByteArray("p%20arts/x/"));
    QCOMPARE(head.value("etag"), PithosFixture::md5(PithosFixture::md5("one ") + PithosFixture::md5("two")));
    const auto part = m_pithos->ask("GET", "/ann/c/whole", "ann", { { "Range", "bytes=2-5" } });
    QCOMPARE(part.body, QByteArray("e tw"));
    // Map and list are of the object itself.
    QCOMPARE(m_pithos->json("/ann/c/whole?hashmap").object().value(u"bytes"_s).toInt(), 0);
    QCOMPARE(
        m_pithos->json("/ann/c?prefix=whole&format=json").array().at(0).toObject().value(u"bytes"_s).toInt(),
        0);
    // Swift's face follows it too.
    QCOMPARE(m_pithos->body(PithosFixture::swift("/ann/c/whole"), "ann"), QByteArray("one two"));
}

void tst_PithosObjects::bothFacesTellTheSame()
{
    const auto swift = [this](const QByteArray &method, const QByteArray &path, const Fields &fields = {},
                           const QByteArray &body = {}) {
        return m_pithos->call(method, PithosFixture::swift(path), "ann", fields, body);
    };
    // Made in Pithos' face.
    const auto seen = swift("GET", "/ann/c/o");
    QCOMPARE(seen.body, QByteArray("0123456789"));
    QCOMPARE(seen.headers.value("x-object-meta-color"), QByteArray("red"));
    QCOMPARE(seen.headers.value("etag"), m_pithos->field("/ann/c/o", "etag"));
    QCOMPARE(swift("GET", "/ann").body, QByteArray("c\n"));
    QCOMPARE(swift("GET", "/ann/c").body, QByteArray("o\n"));
    QCOMPARE(swift("HEAD", "/ann/c").headers.value("x-container-bytes-used"), QByteArray("10"));
    // Made in Swift's.
    QCOMPARE(swift("PUT", "/ann/s",
                 { { "X-Container-Meta-Owner", "ann" }, { "X-Container-Meta-Quota-Bytes", "50" } })
                 .status,
        201);
    QCOMPARE(swift("PUT", "/ann/s/o",
                 { { "Content-Type", "image/png" }, { "X-Object-Meta-Color", "blue" },
                     { "Content-Encoding", "x-sample" }, { "Content-Disposition", "attachment" } },
                 "picture")
                 .status,
        201);
    const auto container = m_pithos->ask("HEAD", "/ann/s").headers;
    QCOMPARE(container.value("x-container-policy-versioning"), QByteArray("none"));
    QCOMPARE(container.value("x-container-policy-quota"), QByteArray("50"));
    QCOMPARE(container.value("x-container-meta-owner"), QByteArray("ann"));
    const auto object = m_pithos->ask("GET", "/ann/s/o");
    QCOMPARE(object.body, QByteArray("picture"));
    QCOMPARE(object.headers.value("content-type"), QByteArray("image/png"));
    QCOMPARE(object.headers.value("content-encoding"), QByteArray("x-sample"));
    QCOMPARE(object.headers.value("content-disposition"), QByteArray("attachment"));
    QCOMPARE(object.headers.value("x-object-meta-color"), QByteArray("blue"));
    QCOMPARE(m_pithos->lines("/ann/s?meta=color"), QByteArray("o"));
    QCOMPARE(m_pithos->code("PUT", "/ann/s", "ann", { { "X-Container-Policy-Quota", "60" } }), 202);
    QCOMPARE(swift("HEAD", "/ann/s").headers.value("x-container-meta-quota-bytes"), QByteArray("60"));
    QCOMPARE(swift("PUT", "/ann/s/p", {}, QByteArray(70, 'x')).status, 413);
    QCOMPARE(m_pithos->put("/ann/s/p", QByteArray(70, 'x')), 413);
    // What one changes, the other sees; what one deletes is gone.
    QCOMPARE(swift("POST", "/ann/c/o", { { "X-Object-Meta-Color", "green" } }).status, 202);
    QCOMPARE(m_pithos->field("/ann/c/o", "x-object-meta-color"), QByteArray("green"));
    QCOMPARE(m_pithos->code("DELETE", "/ann/s/o"), 204);
    QCOMPARE(swift("GET", "/ann/s/o").status, 404);
    // A link of one is what it points to in the other.
    QCOMPARE(swift("PUT", "/ann/c/link", { { "X-Symlink-Target", "c/o" } }).status, 201);
    const auto link = m_pithos->ask("GET", "/ann/c/link");
    QCOMPARE(link.body, QByteArray("0123456789"));
    QCOMPARE(link.headers.value("x-object-uuid"), m_pithos->field("/ann/c/o", "x-object-uuid"));
    // A right of one opens the other.
    QCOMPARE(swift("POST", "/ann/c", { { "X-Container-Read", PithosTokens::idOf("ben").toLatin1() } }).status,
        204);
    QCOMPARE(m_pithos->text("/ann/c/o", "ben"), QByteArray("0123456789"));
}

void tst_PithosObjects::whatAFaceDoesNotKnowItKeeps()
{
    const auto swift = [this](const QByteArray &method, const QByteArray &path, const Fields &fields = {},
                           const QByteArray &body = {}) {
        return m_pithos->call(method, PithosFixture::swift(path), "ann", fields, body);
    };
    QCOMPARE(
        swift("PUT", "/ann/c/s", { { "Content-Language", "el" }, { "Content-Type", "a/b" } }, "x").status,
        201);
    QCOMPARE(swift("POST", "/ann/c", { { "X-Container-Meta-Temp-URL-Key", "secret" } }).status, 204);
    // Replaced in Pithos' words, which have none for a language or a key.
    QCOMPARE(m_pithos->code("POST", "/ann/c/s", "ann", { { "X-Object-Meta-A", "1" } }), 202);
    QCOMPARE(m_pithos->code("POST", "/ann/c", "ann", { { "X-Container-Meta-B", "1" } }), 202);
    QCOMPARE(swift("HEAD", "/ann/c/s").headers.value("content-language"), QByteArray("el"));
    QCOMPARE(swift("HEAD", "/ann/c").headers.value("x-container-meta-temp-url-key"), QByteArray("secret"));
    QVERIFY(!m_pithos->ask("HEAD", "/ann/c").headers.contains("x-container-meta-temp-url-key"));
    QCOMPARE(m_pithos->code("COPY", "/ann/c/s", "ann", { { "Destination", "/c/t" } }), 201);
    QCOMPARE(swift("HEAD", "/ann/c/t").headers.value("content-language"), QByteArray("el"));
}

NEPHELE_TEST(tst_PithosObjects)
#include "tst_pithosobjects.moc"
