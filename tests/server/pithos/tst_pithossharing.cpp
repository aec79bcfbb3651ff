// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithossharing.h"
#include "tests/server/pithos/pithosfixture.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

using Fields = SwiftFixture::Fields;

QByteArray idOf(const QByteArray &name)
{
    return PithosTokens::idOf(name).toLatin1();
}

// "read=ben; write=ann:staff" with ids for names.
QByteArray named(QByteArray sharing)
{
    for (const char *name : { "ann", "ben", "cat" })
        sharing.replace(name, idOf(name));
    return sharing.isEmpty() ? QByteArray("") : sharing; // Qt leaves out what is null
}

Fields sharing(const QByteArray &text)
{
    return { { "X-Object-Sharing", named(text) } };
}

const QByteArray directory = "application/directory";

} // namespace

// Rights given by name, and public links: what is taken, and what they open in both faces.
class tst_PithosSharing : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void aFieldIsReadOrRefused_data();
    void aFieldIsReadOrRefused();
    void rightsOpenBothFaces_data();
    void rightsOpenBothFaces();
    void aSwiftListOpensBothFaces();
    void nothingReadableIsForbiddenOnEveryLevel_data();
    void nothingReadableIsForbiddenOnEveryLevel();
    void whatForeignersMayNot_data();
    void whatForeignersMayNot();
    void whoReadsSeesWhatIsHis();
    void foreignersCreateBelowAWritableDirectory();
    void rightsStayThroughWrites();
    void rightsStayWhereSwiftKeepsOlderStates();
    void whatTimeEndedLetsNobodyIn();
    void aGroupThatLosesAMemberClosesAtOnce();
    void publicObjectsAreReadByLink();
    void aPublicPageHasNoRightsOfOurs();
    void aLinkEndsWithWhatItShows_data();
    void aLinkEndsWithWhatItShows();
    void publicLinksThatAreNone_data();
    void publicLinksThatAreNone();
    void aPublicManifestShowsItsParts();
    void aForeignWriterMakesNothingElsePublic();
    void aProjectPays();
    void whoMayLetAProjectPay_data();
    void whoMayLetAProjectPay();
    void randomSharingIsAsTheRulesSay();
};

void tst_PithosSharing::aFieldIsReadOrRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isGood");
    QTest::addColumn<QByteArray>("kept");
    const QByteArray a = idOf("ann"), b = idOf("ben");
    const auto bad = [](const char *name, const QByteArray &text) {
        QTest::addRow("%s", name) << text << false << QByteArray();
    };
    const auto good = [](const char *name, const QByteArray &text, const QByteArray &kept) {
        QTest::addRow("%s", name) << text << true << kept;
    };
    bad("nobody reads", "read=");
    bad("nobody writes", "read=*; write=");
    bad("only commas", "read=,,");
    bad("another word", "peek=*");
    bad("no word", a);
    bad("a name", "read=ann");
    bad("a part too much", "read=*;");
    bad("twice", "read=" + a + ";read=" + b);
    bad("group without a name", "read=" + a + ":");
    bad("group without an account", "read=:staff");
    bad("group of a group", "read=" + a + ":x:y");
    bad("not ASCII", "read=\xc3\xa4");
    good("empty", "", "");
    good("blanks", "  ", "");
    good("one reader", "read=" + a, "read=" + a);
    good("writers first", "write=" + b + ";read=" + a, "read=" + a + "; write=" + b);
    good("blanks and letter case", " READ = " + a.toUpper() + " , " + b + " ", "read=" + a + ',' + b);
    good("everybody among others", "read=" + a + ",*", "read=*");
    good("a group", "write=" + a + ":Staff", "write=" + a + ":staff");
    good("reader and writer", "read=" + a + ',' + b + ";write=" + a, "read=" + b + "; write=" + a);
    good("the same twice", "read=" + a + ',' + a, "read=" + a);
}

void tst_PithosSharing::aFieldIsReadOrRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isGood);
    QFETCH(QByteArray, kept);
    const auto wish = sharingFromHeaders({ { "X-Object-Sharing", text } });
    QCOMPARE(wish.ok(), isGood);
    if (!isGood) {
        QCOMPARE(wish.error().code, ErrorCode::Invalid);
        QVERIFY(wish.error().message.startsWith(u"X-Object-Sharing: "_s));
        return;
    }
    QVERIFY(wish->sharing);
    QCOMPARE(sharingText(*wish->sharing), kept);
    QVERIFY(!wish->isPublic);
}

void tst_PithosSharing::rightsOpenBothFaces_data()
{
    QTest::addColumn<QByteArray>("text"); // of the object
    QTest::addColumn<QByteArray>("above"); // of the directory above it
    QTest::addColumn<QByteArray>("who");
    QTest::addColumn<bool>("mayRead");
    QTest::addColumn<bool>("mayWrite");
    const auto row = [](const char *name, const QByteArray &text, const QByteArray &above,
                         const QByteArray &who, bool mayRead, bool mayWrite) {
        QTest::addRow("%s", name) << text << above << who << mayRead << mayWrite;
    };
    row("nothing said", "", "", "ben", false, false);
    row("another named", "read=cat", "", "ben", false, false);
    row("a group he is not in", "write=ann:guests", "", "ben", false, false);
    row("the same group of another account", "write=cat:staff", "", "ben", false, false);
    row("nearer without him", "read=cat", "write=ben", "ben", false, false);
    row("nobody at all", "read=*; write=*", "", "", false, false);
    row("reader", "read=ben", "", "ben", true, false);
    row("writer", "write=ben", "", "ben", true, true);
    row("everybody reads", "read=*", "", "ben", true, false);
    row("everybody writes", "write=*", "", "ben", true, true);
    row("in the group", "read=ann:staff", "", "ben", true, false);
    row("reader himself, writer by group", "read=ben; write=ann:staff", "", "ben", true, true);
    row("from above", "", "read=ben", "ben", true, false);
    row("writer from above", "", "write=ben", "ben", true, true);
    row("nearer takes the writing", "read=ben", "write=ben", "ben", true, false);
}

void tst_PithosSharing::rightsOpenBothFaces()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, above);
    QFETCH(QByteArray, who);
    QFETCH(bool, mayRead);
    QFETCH(bool, mayWrite);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("POST", "/ann", "ann",
                 { { "X-Account-Group-Staff", idOf("ben") }, { "X-Account-Group-Guests", idOf("cat") } }),
        202);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.code("PUT", "/ann/c/d", "ann", { { "Content-Type", directory } }), 201);
    QCOMPARE(cloud.put("/ann/c/d/o", "bytes"), 201);
    if (!text.isEmpty())
        QCOMPARE(cloud.code("POST", "/ann/c/d/o", "ann", sharing(text)), 202);
    if (!above.isEmpty())
        QCOMPARE(cloud.code("POST", "/ann/c/d", "ann", sharing(above)), 202);
    const int refused = who.isEmpty() ? 401 : 403;
    QCOMPARE(cloud.code("GET", "/ann/c/d/o", who), mayRead ? 200 : refused);
    QCOMPARE(cloud.status("GET", PithosFixture::swift("/ann/c/d/o"), who), mayRead ? 200 : refused);
    QCOMPARE(cloud.code("PUT", "/ann/c/d/o", who, { { "Content-Type", "text/x" } }, "other"),
        mayWrite ? 201 : refused);
    QCOMPARE(cloud.status("PUT", PithosFixture::swift("/ann/c/d/o"), who, {}, "another"),
        mayWrite ? 201 : refused);
    QCOMPARE(cloud.status("POST", PithosFixture::swift("/ann/c/d/o"), who, { { "X-Object-Meta-A", "1" } }),
        mayWrite ? 202 : refused);
    // Nobody ends what is another's, in neither face.
    QCOMPARE(cloud.code("DELETE", "/ann/c/d/o", who), refused);
    QCOMPARE(cloud.status("DELETE", PithosFixture::swift("/ann/c/d/o"), who), refused);
    QCOMPARE(cloud.text("/ann/c/d/o"), mayWrite ? QByteArray("another") : QByteArray("bytes"));
    if (!mayRead)
        return;
    const auto head = cloud.ask("HEAD", "/ann/c/d/o", who).headers;
    QCOMPARE(head.value("x-object-allowed-to"), mayWrite ? QByteArray("write") : QByteArray("read"));
    QCOMPARE(head.contains("x-object-shared-by"), text.isEmpty());
    if (text.isEmpty())
        QCOMPARE(head.value("x-object-shared-by"), idOf("ann") + "/c/d");
    QVERIFY(!cloud.ask("HEAD", "/ann/c/d/o").headers.contains("x-object-allowed-to"));
}

void tst_PithosSharing::aSwiftListOpensBothFaces()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "bytes"), 201);
    QCOMPARE(cloud.code("GET", "/ann/c/o", "ben"), 403);
    const QByteArray people = "*:" + idOf("ben");
    QCOMPARE(cloud.status("POST", PithosFixture::swift("/ann/c"), "ann",
                 { { "X-Container-Read", people }, { "X-Container-Write", people } }),
        204);
    QCOMPARE(cloud.text("/ann/c/o", "ben"), "bytes");
    QCOMPARE(cloud.code("PUT", "/ann/c/new", "ben", { { "Content-Type", "text/x" } }, "new"), 201);
    QCOMPARE(cloud.field("/ann/c/o", "x-object-allowed-to", "ben"), "write");
    QCOMPARE(cloud.code("GET", "/ann/c/o", "cat"), 403);
    // What Pithos cannot say is not dropped when it writes.
    QCOMPARE(cloud.code("POST", "/ann/c?update", "ann", { { "X-Container-Meta-A", "1" } }), 202);
    QCOMPARE(cloud.header(PithosFixture::swift("/ann/c"), "x-container-read", "ann"), people);
}

void tst_PithosSharing::nothingReadableIsForbiddenOnEveryLevel_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    for (const char *method : { "HEAD", "GET", "POST" })
        QTest::addRow("%s account", method) << QByteArray(method) << QByteArray("/ann");
    for (const char *name : { "c", "none" }) {
        for (const char *method : { "HEAD", "GET", "PUT", "POST", "DELETE" })
            QTest::addRow("%s container %s", method, name)
                << QByteArray(method) << "/ann/" + QByteArray(name);
    }
    for (const char *name : { "c/o", "c/none", "none/o" }) {
        for (const char *method : { "HEAD", "GET", "PUT", "POST", "COPY", "MOVE", "DELETE" })
            QTest::addRow("%s object %s", method, name) << QByteArray(method) << "/ann/" + QByteArray(name);
    }
}

void tst_PithosSharing::nothingReadableIsForbiddenOnEveryLevel()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "bytes"), 201);
    QCOMPARE(cloud.code("POST", "/ann/c/o", "ann", sharing("read=cat")), 202);
    Fields fields { { "Content-Type", "text/x" } };
    if (method == "COPY" || method == "MOVE") {
        QCOMPARE(cloud.code("PUT", "/ben/own", "ben"), 201);
        fields.emplaceBack("Destination", "/own/o");
    }
    QCOMPARE(cloud.code(method, path, "ben", fields), 403);
    QCOMPARE(cloud.text("/ann/c/o"), "bytes");
}

void tst_PithosSharing::whatForeignersMayNot_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Fields>("fields");
    QTest::addRow("share by metadata")
        << QByteArray("POST") << QByteArray("/ann/c/d/o") << sharing("write=ben");
    QTest::addRow("share a new one") << QByteArray("PUT") << QByteArray("/ann/c/d/new")
                                     << sharing("write=ben");
    QTest::addRow("unshare") << QByteArray("POST") << QByteArray("/ann/c/d") << sharing("");
    QTest::addRow("publish") << QByteArray("POST") << QByteArray("/ann/c/d/o")
                             << Fields { { "X-Object-Public", "true" } };
    QTest::addRow("delete") << QByteArray("DELETE") << QByteArray("/ann/c/d/o") << Fields();
    QTest::addRow("purge") << QByteArray("DELETE") << QByteArray("/ann/c/d/o?until=2000000000") << Fields();
    QTest::addRow("delete all below")
        << QByteArray("DELETE") << QByteArray("/ann/c/d?delimiter=/") << Fields();
    QTest::addRow("move away") << QByteArray("MOVE") << QByteArray("/ann/c/d/o")
                               << Fields { { "Destination", "/own/o" } };
    QTest::addRow("bring blocks") << QByteArray("POST") << QByteArray("/ann/c?update")
                                  << Fields { { "Content-Type", "application/octet-stream" } };
    QTest::addRow("change the container")
        << QByteArray("POST") << QByteArray("/ann/c") << Fields { { "X-Container-Meta-A", "1" } };
    QTest::addRow("empty the container")
        << QByteArray("DELETE") << QByteArray("/ann/c?delimiter=/") << Fields();
    QTest::addRow("make a container") << QByteArray("PUT") << QByteArray("/ann/other") << Fields();
    QTest::addRow("change the account")
        << QByteArray("POST") << QByteArray("/ann") << Fields { { "X-Account-Group-Staff", idOf("ben") } };
    QTest::addRow("create beside it") << QByteArray("PUT") << QByteArray("/ann/c/e") << Fields();
    QTest::addRow("see earlier times")
        << QByteArray("GET") << QByteArray("/ann/c?until=1900000000") << Fields();
    QTest::addRow("see what is public") << QByteArray("GET") << QByteArray("/ann/c?public") << Fields();
}

void tst_PithosSharing::whatForeignersMayNot()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(Fields, fields);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.code("PUT", "/ben/own", "ben"), 201);
    QCOMPARE(cloud.code("PUT", "/ann/c/d", "ann",
                 { { "Content-Type", directory }, { "X-Object-Sharing", named("write=ben") } }),
        201);
    QCOMPARE(cloud.put("/ann/c/d/o", "bytes"), 201);
    const bool hasType = std::any_of(
        fields.cbegin(), fields.cend(), [](const auto &field) { return field.first == "Content-Type"; });
    if (!hasType)
        fields.emplaceBack("Content-Type", "text/x");
    QCOMPARE(cloud.code(method, path, "ben", fields, method == "POST" && hasType ? "block" : ""), 403);
    QCOMPARE(cloud.text("/ann/c/d/o"), "bytes");
    QCOMPARE(cloud.field("/ann/c/d/o", "x-object-sharing"), named("write=ben"));
    QCOMPARE(cloud.lines("/ann/c"), "d d/o");
}

void tst_PithosSharing::whoReadsSeesWhatIsHis()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    for (const char *path : { "/ann/a", "/ann/b", "/ann/closed" })
        QCOMPARE(cloud.code("PUT", path), 201);
    QCOMPARE(cloud.code("PUT", "/ann/a/d", "ann",
                 { { "Content-Type", directory }, { "X-Object-Sharing", named("read=ben") } }),
        201);
    for (const char *path : { "/ann/a/c", "/ann/a/d/o", "/ann/a/d/p", "/ann/a/d0", "/ann/b/x", "/ann/b/y" })
        QCOMPARE(cloud.put(path, "bytes"), 201);
    QCOMPARE(cloud.code("POST", "/ann/a/d/p", "ann", sharing("read=cat")), 202);
    QCOMPARE(cloud.code("POST", "/ann/b/y", "ann", sharing("read=*")), 202);
    QCOMPARE(cloud.lines("", "ben"), idOf("ann"));
    QCOMPARE(cloud.lines("", "ann"), "");
    QCOMPARE(cloud.lines("/ann", "ben"), "a b");
    QCOMPARE(cloud.lines("/ann/a", "ben"), "d d/o");
    QCOMPARE(cloud.lines("/ann/b", "ben"), "y");
    QCOMPARE(cloud.code("GET", "/ann/closed", "ben"), 403);
    QCOMPARE(cloud.lines("/ann/a", "cat"), "d/p");
    QCOMPARE(cloud.lines("/ann/a?shared", "ann"), "d d/o d/p");
    QCOMPARE(cloud.lines("/ann?shared", "ann"), "a b");
    // Who lists by Swift's list needs that list.
    QCOMPARE(cloud.status("GET", PithosFixture::swift("/ann/a"), "ben"), 403);
    // Taken away again.
    QCOMPARE(cloud.code("POST", "/ann/a/d", "ann", sharing("")), 202);
    QCOMPARE(cloud.code("GET", "/ann/a", "ben"), 403);
    QCOMPARE(cloud.code("GET", "/ann/a/d/o", "ben"), 403);
    QCOMPARE(cloud.lines("/ann", "ben"), "b");
}

void tst_PithosSharing::foreignersCreateBelowAWritableDirectory()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.code("PUT", "/ann/c/d", "ann",
                 { { "Content-Type", directory + "; x=1" }, { "X-Object-Sharing", named("write=ben") } }),
        201);
    QCOMPARE(cloud.code("PUT", "/ann/c/d/e/o", "ben", { { "Content-Type", "text/x" } }, "bytes"), 201);
    QCOMPARE(cloud.text("/ann/c/d/e/o"), "bytes");
    QCOMPARE(cloud.field("/ann/c/d/e/o", "x-object-modified-by"), idOf("ben"));
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), 5);
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ben")), 0);
    // Once the object above is no directory any more, it passes nothing on.
    QCOMPARE(cloud.put("/ann/c/d", "plain"), 201);
    QCOMPARE(cloud.code("PUT", "/ann/c/d/new", "ben", { { "Content-Type", "text/x" } }, "x"), 403);
    QCOMPARE(cloud.code("GET", "/ann/c/d", "ben"), 200);
}

void tst_PithosSharing::rightsStayThroughWrites()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "bytes", sharing("read=ben")), 201);
    QCOMPARE(cloud.put("/ann/c/o", "other"), 201);
    QCOMPARE(cloud.status("PUT", PithosFixture::swift("/ann/c/o"), "ann", {}, "third"), 201);
    QCOMPARE(cloud.text("/ann/c/o", "ben"), "third");
    // A copy and a move begin without.
    QCOMPARE(cloud.code("COPY", "/ann/c/o", "ann", { { "Destination", "/c/copy" } }), 201);
    QCOMPARE(cloud.code("GET", "/ann/c/copy", "ben"), 403);
    QCOMPARE(cloud.code("MOVE", "/ann/c/o", "ann", { { "Destination", "/c/moved" } }), 201);
    QCOMPARE(cloud.code("GET", "/ann/c/moved", "ben"), 403);
    QVERIFY(cloud.field("/ann/c/moved", "x-object-sharing").isEmpty());
    QCOMPARE(cloud.code("MOVE", "/ann/c/moved", "ann",
                 { { "Destination", "/c/again" }, { "X-Object-Sharing", named("read=ben") } }),
        201);
    QCOMPARE(cloud.text("/ann/c/again", "ben"), "third");
}

void tst_PithosSharing::rightsStayWhereSwiftKeepsOlderStates()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    for (const char *path : { "/ann/c", "/ann/old" })
        QCOMPARE(cloud.code("PUT", path), 201);
    QCOMPARE(
        cloud.status("POST", PithosFixture::swift("/ann/c"), "ann", { { "X-Versions-Location", "old" } }),
        204);
    QCOMPARE(cloud.put("/ann/c/o", "bytes", sharing("read=ben")), 201);
    QCOMPARE(cloud.code("POST", "/ann/c/o?update", "ann", { { "X-Object-Public", "true" } }), 202);
    const QByteArray link = cloud.field("/ann/c/o", "x-object-public");
    QCOMPARE(cloud.status("PUT", PithosFixture::swift("/ann/c/o"), "ann", {}, "second"), 201);
    QCOMPARE(cloud.text("/ann/c/o", "ben"), "second");
    QCOMPARE(cloud.field("/ann/c/o", "x-object-public"), link);
    QCOMPARE(cloud.count("SELECT COUNT(*) FROM share"), 1);
    QVERIFY(cloud.hasExactCounters());
    QCOMPARE(cloud.charged(PithosTokens::projectOf("ann")), 11);
}

void tst_PithosSharing::whatTimeEndedLetsNobodyIn()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(
        cloud.status("PUT", PithosFixture::swift("/ann/c/o"), "ann", { { "X-Delete-After", "60" } }, "old"),
        201);
    QCOMPARE(cloud.code("POST", "/ann/c/o?update", "ann",
                 { { "X-Object-Sharing", "read=*" }, { "X-Object-Public", "true" } }),
        202);
    const QByteArray url = cloud.field("/ann/c/o", "x-object-public");
    const QByteArray path = url.mid(url.indexOf("/pithos/public/"));
    QCOMPARE(cloud.call("GET", path, {}).body, "old");
    cloud.clock.advanceMs(61'000);
    QCOMPARE(cloud.status("GET", path, {}), 404);
    QCOMPARE(cloud.put("/ann/c/o", "new"), 201);
    QCOMPARE(cloud.status("GET", path, {}), 404);
    QCOMPARE(cloud.code("GET", "/ann/c/o", "ben"), 403);
}

void tst_PithosSharing::aGroupThatLosesAMemberClosesAtOnce()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "bytes", sharing("read=ann:staff")), 201);
    const auto staff = [&](const QByteArray &members) {
        return cloud.code("POST", "/ann?update", "ann", { { "X-Account-Group-Staff", members } });
    };
    QCOMPARE(cloud.code("GET", "/ann/c/o", "ben"), 403);
    QCOMPARE(staff(idOf("ben") + ',' + idOf("cat")), 202);
    QCOMPARE(cloud.text("/ann/c/o", "ben"), "bytes");
    QCOMPARE(cloud.lines("", "ben"), idOf("ann"));
    QCOMPARE(staff(idOf("cat")), 202);
    QCOMPARE(cloud.code("GET", "/ann/c/o", "ben"), 403);
    QCOMPARE(cloud.lines("", "ben"), "");
    QCOMPARE(cloud.text("/ann/c/o", "cat"), "bytes");
}

void tst_PithosSharing::publicObjectsAreReadByLink()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    const QByteArray content = "0123456789";
    QCOMPARE(cloud.put("/ann/c/d/o.txt", content), 201);
    QVERIFY(cloud.field("/ann/c/d/o.txt", "x-object-public").isEmpty());
    QCOMPARE(cloud.code("POST", "/ann/c/d/o.txt?update", "ann", { { "X-Object-Public", "maybe" } }), 400);
    QCOMPARE(cloud.code("POST", "/ann/c/d/o.txt?update", "ann", { { "X-Object-Public", "true" } }), 202);
    const QByteArray url = cloud.field("/ann/c/d/o.txt", "x-object-public");
    const QByteArray path = url.mid(url.indexOf("/pithos/public/"));
    QCOMPARE(path.size(), qsizetype(strlen("/pithos/public/")) + 22);
    const auto shown = cloud.call("GET", path, {});
    QCOMPARE(shown.status, 200);
    QCOMPARE(shown.body, content);
    QCOMPARE(shown.headers.value("etag"), PithosFixture::md5(content));
    QCOMPARE(shown.headers.value("content-disposition"), "inline; filename=\"o.txt\"");
    for (const char *name :
        { "x-object-sharing", "x-object-public", "x-object-modified-by", "x-object-uuid" })
        QVERIFY(!shown.headers.contains(name));
    const auto head = cloud.call("HEAD", path, {});
    QCOMPARE(head.status, 200);
    QCOMPARE(head.headers.value("content-length"), "10");
    const auto part = cloud.call("GET", path, {}, { { "Range", "bytes=2-4" } });
    QCOMPARE(part.status, 206);
    QCOMPARE(part.body, "234");
    QCOMPARE(cloud.status("GET", path, {}, { { "Range", "bytes=2-10" } }), 416);
    QCOMPARE(cloud.status("GET", path, {}, { { "If-None-Match", PithosFixture::md5(content) } }), 304);
    QCOMPARE(cloud.status("GET", path, {}, { { "If-Match", "\"0\"" } }), 412);
    QCOMPARE(
        cloud.call("GET", path + "?disposition-type=attachment", {}).headers.value("content-disposition"),
        "attachment; filename=\"o.txt\"");
    // Every user reads it by its name too, nobody without a token does; nobody is told the link.
    QCOMPARE(cloud.text("/ann/c/d/o.txt", "ben"), content);
    QVERIFY(!cloud.ask("HEAD", "/ann/c/d/o.txt", "ben").headers.contains("x-object-public"));
    QCOMPARE(cloud.code("GET", "/ann/c/d/o.txt", ""), 401);
    QCOMPARE(cloud.code("GET", "/ann/c", "ben"), 403);
    QCOMPARE(cloud.lines("", "ben"), "");
    QCOMPARE(cloud.lines("/ann/c?public"), "d/o.txt");
    // What takes its place has the same link.
    QCOMPARE(cloud.put("/ann/c/d/o.txt", "new"), 201);
    QCOMPARE(cloud.call("GET", path, {}).body, "new");
}

void tst_PithosSharing::aPublicPageHasNoRightsOfOurs()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.code("PUT", "/ann/c/page", "ann",
                 { { "Content-Type", "text/html" }, { "X-Object-Public", "true" } },
                 "<script>alert(document.cookie)</script>"),
        201);
    const QByteArray url = cloud.field("/ann/c/page", "x-object-public");
    for (const QByteArray &range : { QByteArray(), QByteArray("bytes=0-3") }) {
        const auto page =
            cloud.call("GET", url.mid(url.indexOf("/pithos/public/")), {}, { { "Range", range } });
        QCOMPARE(page.status, range.isEmpty() ? 200 : 206);
        QCOMPARE(page.headers.value("content-type"), "text/html");
        const QByteArray policy = page.headers.value("content-security-policy");
        QVERIFY(policy.startsWith("sandbox"));
        QVERIFY(!policy.contains("allow-same-origin"));
        QVERIFY(!policy.contains("allow-top-navigation"));
        QCOMPARE(page.headers.value("x-content-type-options"), "nosniff");
        QCOMPARE(page.headers.value("referrer-policy"), "no-referrer");
    }
}

void tst_PithosSharing::aLinkEndsWithWhatItShows_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<Fields>("fields");
    QTest::addRow("unpublished") << QByteArray("POST") << Fields { { "X-Object-Public", "false" } };
    QTest::addRow("unpublished by nothing") << QByteArray("POST") << Fields { { "X-Object-Public", "" } };
    QTest::addRow("moved") << QByteArray("MOVE") << Fields { { "Destination", "/c/p" } };
    QTest::addRow("deleted") << QByteArray("DELETE") << Fields();
}

void tst_PithosSharing::aLinkEndsWithWhatItShows()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, method);
    QFETCH(Fields, fields);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "bytes", { { "X-Object-Public", "true" } }), 201);
    const QByteArray url = cloud.field("/ann/c/o", "x-object-public");
    const QByteArray path = url.mid(url.indexOf("/pithos/public/"));
    QCOMPARE(cloud.status("GET", path, {}), 200);
    QVERIFY(cloud.code(method, "/ann/c/o?update", "ann", fields) < 300);
    QCOMPARE(cloud.status("GET", path, {}), 404);
    // Another of the same name gets another.
    QCOMPARE(cloud.put("/ann/c/o", "bytes", { { "X-Object-Public", "true" } }), 201);
    QVERIFY(cloud.field("/ann/c/o", "x-object-public") != url);
    QCOMPARE(cloud.status("GET", path, {}), 404);
}

void tst_PithosSharing::publicLinksThatAreNone_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addRow("unknown") << QByteArray("GET") << QByteArray("/0123456789012345678901") << 404;
    QTest::addRow("empty") << QByteArray("GET") << QByteArray("/") << 404;
    QTest::addRow("long") << QByteArray("GET") << '/' + QByteArray(2000, 'a') << 404;
    QTest::addRow("with more behind it") << QByteArray("GET") << QByteArray("/a/b") << 404;
    QTest::addRow("written") << QByteArray("PUT") << QByteArray("/0123456789012345678901") << 405;
    QTest::addRow("deleted") << QByteArray("DELETE") << QByteArray("/0123456789012345678901") << 405;
}

void tst_PithosSharing::publicLinksThatAreNone()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.status(method, "/pithos/public" + path, {}), status);
}

void tst_PithosSharing::aPublicManifestShowsItsParts()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/p/1", "one"), 201);
    QCOMPARE(cloud.put("/ann/c/p/2", "two"), 201);
    QCOMPARE(
        cloud.put("/ann/c/m", "", { { "X-Object-Manifest", "c/p/" }, { "X-Object-Public", "true" } }), 201);
    const QByteArray url = cloud.field("/ann/c/m", "x-object-public");
    QCOMPARE(cloud.call("GET", url.mid(url.indexOf("/pithos/public/")), {}).body, "onetwo");
    // By its name only who may read the parts.
    QCOMPARE(cloud.code("GET", "/ann/c/m", "ben"), 403);
    QCOMPARE(cloud.code("POST", "/ann/c/m?update", "ann", sharing("read=ben")), 202);
    QCOMPARE(cloud.code("GET", "/ann/c/m", "ben"), 403);
    for (const char *path : { "/ann/c/p/1", "/ann/c/p/2" })
        QCOMPARE(cloud.code("POST", path, "ann", sharing("read=ben")), 202);
    QCOMPARE(cloud.text("/ann/c/m", "ben"), "onetwo");
}

void tst_PithosSharing::aForeignWriterMakesNothingElsePublic()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    QCOMPARE(cloud.put("/ann/c/secret/1", "secret"), 201);
    QCOMPARE(cloud.put("/ann/c/o", "told", { { "X-Object-Public", "true" } }), 201);
    QCOMPARE(cloud.code("POST", "/ann/c/o?update", "ann", sharing("write=ben")), 202);
    const QByteArray url = cloud.field("/ann/c/o", "x-object-public");
    const QByteArray path = url.mid(url.indexOf("/pithos/public/"));
    QCOMPARE(cloud.code("PUT", "/ann/c/o", "ben",
                 { { "Content-Type", "text/x" }, { "X-Object-Manifest", "c/secret/" } }, "raw"),
        201);
    QCOMPARE(cloud.status("GET", path, {}), 404);
    QCOMPARE(cloud.code("GET", "/ann/c/o", "ben"), 403);
    // A link of Swift's face to the same.
    QCOMPARE(cloud.status("PUT", PithosFixture::swift("/ann/c/o"), "ben",
                 { { "X-Symlink-Target", "c/secret/1" }, { "Content-Type", "text/x" } }),
        201);
    QCOMPARE(cloud.status("GET", path, {}), 404);
    QCOMPARE(cloud.code("GET", "/ann/c/o", "ben"), 403);
    // His own bytes are what he may show.
    QCOMPARE(cloud.code("PUT", "/ann/c/o", "ben", { { "Content-Type", "text/x" } }, "his"), 201);
    QCOMPARE(cloud.call("GET", path, {}).body, "his");
}

void tst_PithosSharing::aProjectPays()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    const ProjectId lea = PithosTokens::projectOf("lea"), lab = PithosTokens::projectOf("lab");
    const auto put = [&](const QByteArray &path, const QByteArray &bytes, Fields fields = {}) {
        fields.emplaceBack("Content-Type", "text/x");
        return cloud.code("PUT", path, "lea", fields, bytes);
    };
    QCOMPARE(cloud.code("PUT", "/lea/c", "lea"), 201);
    QCOMPARE(put("/lea/c/o", QByteArray(100, 'o'), sharing("write=ben")), 201);
    QCOMPARE(
        cloud.code("PUT", "/lea/c/o", "ben", { { "Content-Type", "text/x" } }, QByteArray(60, 'b')), 201);
    QCOMPARE(put("/lea/c/p", QByteArray(40, 'p')), 201);
    QCOMPARE(cloud.charged(lea), 100);
    const Fields toLab { { "X-Container-Policy-Project", lab.utf8() } };
    const auto limit = [&](qint64 bytes) {
        return cloud.database()
            .write([=](Transaction &t) {
                return QuotaStore::setProjectLimit(t, lab, u"pithos.diskspace"_s, bytes);
            })
            .result()
            .ok();
    };
    QVERIFY(limit(99));
    QCOMPARE(cloud.code("POST", "/lea/c?update", "lea", toLab), 413);
    QCOMPARE(cloud.charged(lea), 100);
    QVERIFY(limit(120));
    QCOMPARE(cloud.code("POST", "/lea/c?update", "lea", toLab), 202);
    QCOMPARE(cloud.field("/lea/c", "x-container-policy-project", "lea"), lab.utf8());
    QCOMPARE(cloud.charged(lea), 0);
    QCOMPARE(cloud.charged(lab), 100);
    // From now on it is the lab's room that counts.
    QCOMPARE(cloud.code("POST", "/lea/c/p?update", "lea",
                 { { "Content-Type", "application/octet-stream" }, { "Content-Range", "bytes */*" } },
                 QByteArray(21, 'x')),
        413);
    QCOMPARE(put("/lea/c/q", QByteArray(20, 'q')), 201);
    QCOMPARE(cloud.charged(lab), 120);
    QCOMPARE(cloud.code("DELETE", "/lea/c/o", "lea"), 204);
    QCOMPARE(cloud.charged(lab), 60);
    // An object that goes to a container of the account's own is paid for there.
    QCOMPARE(cloud.code("PUT", "/lea/d", "lea"), 201);
    QCOMPARE(cloud.code("MOVE", "/lea/c/p", "lea", { { "Destination", "/d/p" } }), 201);
    QCOMPARE(cloud.charged(lab), 20);
    QCOMPARE(cloud.charged(lea), 40);
    // Back again.
    QCOMPARE(cloud.code("POST", "/lea/c?update", "lea", { { "X-Container-Policy-Project", "" } }), 202);
    QCOMPARE(cloud.charged(lab), 0);
    QCOMPARE(cloud.charged(lea), 60);
    QVERIFY(cloud.hasExactCounters());
}

void tst_PithosSharing::whoMayLetAProjectPay_data()
{
    QTest::addColumn<QByteArray>("project");
    QTest::addColumn<int>("status");
    QTest::addRow("no uuid") << QByteArray("lab") << 400;
    QTest::addRow("unknown") << QByteArray("98989898-0000-4000-8000-000000000000") << 403;
    QTest::addRow("another's") << idOf("ben") << 403;
    QTest::addRow("his own") << idOf("lea") << 201;
    QTest::addRow("of which he is a member") << idOf("lab") << 201;
}

void tst_PithosSharing::whoMayLetAProjectPay()
{
    QFETCH_GLOBAL(Engine, engine);
    QFETCH(QByteArray, project);
    QFETCH(int, status);
    PithosFixture cloud(engine);
    QCOMPARE(cloud.code("PUT", "/lea/c", "lea", { { "X-Container-Policy-Project", project } }), status);
    QCOMPARE(cloud.code("HEAD", "/lea/c", "lea"), status == 201 ? 204 : 404);
}

void tst_PithosSharing::randomSharingIsAsTheRulesSay()
{
    QFETCH_GLOBAL(Engine, engine);
    PithosFixture cloud(engine);
    QRandomGenerator random(4);
    QCOMPARE(cloud.code("PUT", "/ann/c"), 201);
    // Directories within one another, and an object in each.
    const QByteArrayList names { "d", "d/o", "d/e", "d/e/o", "d/e/f", "d/e/f/o", "x" };
    for (const QByteArray &name : names) {
        const bool isDirectory = !name.endsWith('o') && name != "x";
        QCOMPARE(cloud.code("PUT", "/ann/c/" + name, "ann",
                     { { "Content-Type", isDirectory ? directory : QByteArray("text/x") } }, "bytes"),
            201);
    }
    struct Given
    {
        QByteArrayList readers;
        QByteArrayList writers;
    };
    QMap<QByteArray, Given> model;
    QByteArrayList staff; // members of ann:staff
    bool isOpen = false; // by Swift's list, to cat, for reading
    const auto rightOf = [&](const QByteArray &name, const QByteArray &who) {
        for (QByteArray at = name;;) {
            if (const auto given = model.constFind(at); given != model.cend()) {
                const auto isIn = [&](const QByteArrayList &list) {
                    return list.contains("*") || list.contains(who)
                        || (list.contains("ann:staff") && staff.contains(who));
                };
                return isIn(given->writers) ? 2 : isIn(given->readers) ? 1 : 0;
            }
            const qsizetype slash = at.lastIndexOf('/');
            if (slash < 0)
                return 0;
            at.truncate(slash);
        }
    };
    const QByteArrayList entries { "*", "ben", "cat", "ann:staff" };
    const int rounds = engine == Engine::Sqlite ? 60 : 20;
    for (int round = 0; round < rounds; ++round) {
        const QByteArray name = names.at(random.bounded(int(names.size())));
        if (const int what = random.bounded(6); what == 0) {
            staff.clear();
            for (const char *who : { "ben", "cat" }) {
                if (random.bounded(2))
                    staff.append(who);
            }
            QByteArrayList ids;
            for (const QByteArray &who : staff)
                ids.append(idOf(who));
            QCOMPARE(cloud.code("POST", "/ann?update", "ann",
                         { { "X-Account-Group-Staff", QByteArray("") + ids.join(',') } }),
                202);
        } else if (what == 1) {
            isOpen = !isOpen;
            QCOMPARE(cloud.status("POST", PithosFixture::swift("/ann/c"), "ann",
                         { { "X-Container-Read", isOpen ? "*:" + idOf("cat") : QByteArray("") } }),
                204);
        } else {
            Given given;
            for (const QByteArray &entry : entries) {
                switch (random.bounded(5)) {
                case 0:
                    given.readers.append(entry);
                    break;
                case 1:
                    given.writers.append(entry);
                    break;
                default:
                    break;
                }
            }
            QByteArrayList parts;
            if (!given.readers.isEmpty())
                parts.append("read=" + given.readers.join(','));
            if (!given.writers.isEmpty())
                parts.append("write=" + given.writers.join(','));
            QCOMPARE(cloud.code("POST", "/ann/c/" + name + "?update", "ann", sharing(parts.join(';'))), 202);
            if (parts.isEmpty())
                model.remove(name);
            else
                model.insert(name, given);
        }
        for (const char *who : { "ben", "cat" }) {
            const bool isListed = isOpen && who == QByteArray("cat");
            QByteArrayList visible;
            for (const QByteArray &one : names) {
                const int right = isListed ? qMax(1, rightOf(one, who)) : rightOf(one, who);
                const bool byPithos = random.bounded(2);
                const QByteArray path =
                    byPithos ? PithosFixture::pithos("/ann/c/" + one) : PithosFixture::swift("/ann/c/" + one);
                QCOMPARE(cloud.status("GET", path, who), right >= 1 ? 200 : 403);
                if (random.bounded(4) == 0) {
                    const int status = cloud.status("POST", path, who, { { "X-Object-Meta-A", "1" } });
                    QCOMPARE(status, right >= 2 ? 202 : 403);
                }
                if (right >= 1)
                    visible.append(one);
            }
            std::sort(visible.begin(), visible.end());
            const auto listed = cloud.ask("GET", "/ann/c", who);
            if (visible.isEmpty()) {
                QCOMPARE(listed.status, 403);
            } else {
                QCOMPARE(listed.body.trimmed().split('\n'), visible);
            }
        }
    }
}

NEPHELE_TEST(tst_PithosSharing)
#include "tst_pithossharing.moc"
