// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/object/objectstore.h"
#include "tests/server/http/rawclient.h"
#include "tests/server/swift/swiftfixture.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

using Fields = SwiftFixture::Fields;
Q_DECLARE_METATYPE(Fields)

namespace {

QByteArray md5(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex();
}

// Stands for the image service: one object of it is an image.
ObjectId theImage;
bool isProtected = false;

ObjectImages oneImage()
{
    return { [](ReadTransaction &, const ObjectId &id) -> Result<bool> { return id == theImage; },
        [](Transaction &t, const ObjectId &id) -> Result<> {
            return isProtected ? Result<>(forbidden(u"protected"_s)) : ObjectStore::remove(t, id);
        } };
}

} // namespace

// Objects over HTTP: bytes in and out, conditions, copies, large objects, older states, ends. On SQLite and
// PostgreSQL.
class tst_SwiftObjects : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void bytesComeBackAsTheyWent_data();
    void bytesComeBackAsTheyWent();
    void badUploadsLeaveNothing_data();
    void badUploadsLeaveNothing();
    void aLostUploadLeavesNothing();
    void aLengthMustBeKnown();
    void whatIsStoredIsSentHarmless();
    void aTypeIsGuessedByTheName_data();
    void aTypeIsGuessedByTheName();
    void conditionsDecide_data();
    void conditionsDecide();
    void rangesAreCut_data();
    void rangesAreCut();
    void aPostReplacesTheMetadata();
    void aCopyKeepsOrReplaces_data();
    void aCopyKeepsOrReplaces();
    void badCopiesAreRefused_data();
    void badCopiesAreRefused();
    void aCopyToAnotherAccountCarriesTheBytes();
    void aDynamicObjectIsItsParts();
    void aStaticObjectIsItsParts();
    void badManifestsAreRefused_data();
    void badManifestsAreRefused();
    void aPartThatChangedIsNeverSent();
    void partsOfOthersAreNotReadThroughAManifest();
    void olderStatesComeBack();
    void historyMarksDeletions();
    void anObjectEndsAtItsTime();
    void badEndsAreRefused_data();
    void badEndsAreRefused();
    void anImageIsNotWritten();
    void aQuotaOfTheProjectHolds();

private:
    QByteArray manifest(const QStringList &parts);

    std::unique_ptr<SwiftFixture> m_swift;
};

void tst_SwiftObjects::cleanup()
{
    // Whatever a test did.
    QVERIFY(m_swift->hasExactCounters());
    m_swift.reset();
}

void tst_SwiftObjects::init()
{
    QFETCH_GLOBAL(Engine, engine);
    theImage = {};
    isProtected = false;
    m_swift = std::make_unique<SwiftFixture>(engine, oneImage());
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
}

void tst_SwiftObjects::bytesComeBackAsTheyWent_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("path");
    QTest::addRow("nothing") << QByteArray("") << QByteArray("/c/o");
    QTest::addRow("a byte") << QByteArray("x") << QByteArray("/c/o");
    QTest::addRow("NULs only") << QByteArray(10, '\0') << QByteArray("/c/o");
    QTest::addRow("ends in NULs") << QByteArray("ab\0\0", 4) << QByteArray("/c/o");
    QTest::addRow("as large as a small block") << QByteArray(16, 'x') << QByteArray("/c/o");
    QTest::addRow("one more") << QByteArray(17, 'x') << QByteArray("/c/o");
    QTest::addRow("a whole block") << QByteArray(64, 'x') << QByteArray("/c/o");
    QTest::addRow("many blocks") << patternedContent(10'000, 3) << QByteArray("/c/o");
    QTest::addRow("a block of NULs among others")
        << QByteArray(64, 'x') + QByteArray(64, '\0') + "y" << QByteArray("/c/o");
    QTest::addRow("a name of three folders") << QByteArray("abc") << QByteArray("/c/a/b/o");
    QTest::addRow("a name that ends in a slash") << QByteArray("abc") << QByteArray("/c/a/");
    QTest::addRow("a name beyond ASCII")
        << QByteArray("abc") << QByteArray("/c/%C3%A4%20%F0%9F%98%80%3F%23%25");
    QTest::addRow("a name of 1024 bytes") << QByteArray("abc") << QByteArray("/c/" + QByteArray(1024, 'n'));
}

void tst_SwiftObjects::bytesComeBackAsTheyWent()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, path);
    const auto put =
        m_swift->call("PUT", path, "member", { { "X-Object-Meta-Mtime", "1479720000.123456789" } }, bytes);
    QCOMPARE(put.status, 201);
    QCOMPARE(put.headers.value("etag"), md5(bytes));
    const auto get = m_swift->call("GET", path);
    QCOMPARE(get.status, 200);
    QCOMPARE(get.body, bytes);
    QCOMPARE(get.headers.value("etag"), md5(bytes));
    QCOMPARE(get.headers.value("x-object-meta-mtime"), QByteArray("1479720000.123456789"));
    const auto head = m_swift->call("HEAD", path);
    QCOMPARE(head.status, 200);
    QCOMPARE(head.headers.value("content-length"), QByteArray::number(bytes.size()));
    const auto line = QJsonDocument::fromJson(m_swift->body("/c?format=json")).array().first().toObject();
    QCOMPARE(line.value(u"bytes"_s).toInteger(), bytes.size());
    QCOMPARE(line.value(u"hash"_s).toString().toLatin1(), md5(bytes));
    QCOMPARE(m_swift->charged(), bytes.size());
    // The same bytes again are the same blocks.
    const qint64 blocks = m_swift->count("SELECT COUNT(*) FROM block");
    QCOMPARE(m_swift->status("PUT", "/c/again", "member", {}, bytes), 201);
    QCOMPARE(m_swift->count("SELECT COUNT(*) FROM block"), blocks);
}

void tst_SwiftObjects::badUploadsLeaveNothing_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<int>("status");
    const auto one = [](const QByteArray &name, const QByteArray &value) {
        return Fields { { name, value } };
    };
    QTest::addRow("another MD5") << QByteArray("/c/o") << one("ETag", md5("other")) << 422;
    QTest::addRow("no MD5 at all") << QByteArray("/c/o") << one("ETag", "x") << 422;
    QTest::addRow("name of 1025 bytes") << QByteArray("/c/" + QByteArray(1025, 'n')) << Fields() << 400;
    QTest::addRow("metadata too long")
        << QByteArray("/c/o") << one("X-Object-Meta-N", QByteArray(257, 'v')) << 400;
    QTest::addRow("metadata not UTF-8") << QByteArray("/c/o") << one("X-Object-Meta-N", "\xff") << 400;
    QTest::addRow("manifest without prefix")
        << QByteArray("/c/o") << one("X-Object-Manifest", "segments") << 400;
    QTest::addRow("manifest with a question")
        << QByteArray("/c/o") << one("X-Object-Manifest", "c/o?x") << 400;
    QTest::addRow("no container") << QByteArray("/missing/o") << Fields() << 404;
}

void tst_SwiftObjects::badUploadsLeaveNothing()
{
    QFETCH(QByteArray, path);
    QFETCH(Fields, fields);
    QFETCH(int, status);
    for (const QByteArray &bytes : { QByteArray("abc"), patternedContent(1000, 5) }) {
        QCOMPARE(m_swift->status("PUT", path, "member", fields, bytes), status);
        QCOMPARE(m_swift->count("SELECT COUNT(*) FROM version"), 0);
        QCOMPARE(m_swift->count("SELECT COUNT(*) FROM map WHERE state = 'live'"), 0);
        QCOMPARE(m_swift->charged(), 0);
    }
}

void tst_SwiftObjects::aLostUploadLeavesNothing()
{
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "before"), 201);
    for (const qint64 sent : { 0, 5, 100, 900 }) {
        RawClient client(quint16(m_swift->server().url().port()));
        client.send("PUT " + SwiftFixture::accountA()
            + "/c/o HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: member\r\nContent-Length: 1000\r\n\r\n"
            + QByteArray(sent, 'x'));
        client.socket().abort();
    }
    QTRY_COMPARE(m_swift->count("SELECT COUNT(*) FROM map WHERE state = 'building'"), 0);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("before"));
    QCOMPARE(m_swift->charged(), 6);
}

void tst_SwiftObjects::aLengthMustBeKnown()
{
    RawClient client(quint16(m_swift->server().url().port()));
    const QByteArray head =
        "PUT " + SwiftFixture::accountA() + "/c/o HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: member\r\n";
    QCOMPARE(client.exchange(head + "\r\n").status, 411);
    QCOMPARE(m_swift->status("GET", "/c/o"), 404);
    QCOMPARE(client.exchange(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").status, 201);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("abc"));
    QCOMPARE(client.exchange(head + "Content-Length: 6000000000\r\n\r\n").status, 413);
}

void tst_SwiftObjects::whatIsStoredIsSentHarmless()
{
    QCOMPARE(m_swift->status("PUT", "/c/page.html", "member",
                 { { "Content-Type", "text/html" }, { "Content-Disposition", "inline" } }, "<script>"),
        201);
    const auto get = m_swift->call("GET", "/c/page.html");
    QCOMPARE(get.headers.value("content-type"), QByteArray("text/html"));
    QCOMPARE(get.headers.value("content-disposition"), QByteArray("inline"));
    QCOMPARE(get.headers.value("x-content-type-options"), QByteArray("nosniff"));
    QCOMPARE(get.headers.value("content-security-policy"),
        QByteArray("sandbox allow-scripts allow-forms allow-downloads"));
}

void tst_SwiftObjects::aTypeIsGuessedByTheName_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("type");
    QTest::addRow("text") << QByteArray("a.txt") << QByteArray() << QByteArray("text/plain");
    QTest::addRow("picture") << QByteArray("a/b.png") << QByteArray() << QByteArray("image/png");
    QTest::addRow("unknown") << QByteArray("a") << QByteArray() << QByteArray("application/octet-stream");
    QTest::addRow("said") << QByteArray("a.txt") << QByteArray("text/x-mine; a=b")
                          << QByteArray("text/x-mine; a=b");
}

void tst_SwiftObjects::aTypeIsGuessedByTheName()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, type);
    QCOMPARE(m_swift->status("PUT", "/c/" + name, "member", { { "Content-Type", sent } }, "abc"), 201);
    QCOMPARE(m_swift->header("/c/" + name, "content-type"), type);
}

void tst_SwiftObjects::conditionsDecide_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    const QByteArray etag = md5("abc");
    const QByteArray long_ago = "Sun, 06 Nov 1994 08:49:37 GMT";
    const QByteArray later = "Sat, 06 Nov 2094 08:49:37 GMT";
    for (const char *method : { "GET", "HEAD" }) {
        const auto row = [&](const char *name, const char *field, const QByteArray &value, int status) {
            QTest::addRow("%s: %s", method, name)
                << QByteArray(method) << QByteArray(field) << value << status;
        };
        row("is it", "If-Match", etag, 200);
        row("is it, in quotes", "If-Match", "\"x\", \"" + etag + "\"", 200);
        row("is any", "If-Match", "*", 200);
        row("is not it", "If-Match", md5("x"), 412);
        row("is none of it", "If-None-Match", etag, 304);
        row("is none at all", "If-None-Match", "*", 304);
        row("is another", "If-None-Match", md5("x"), 200);
        row("changed since long ago", "If-Modified-Since", long_ago, 200);
        row("changed since later", "If-Modified-Since", later, 304);
        row("no date", "If-Modified-Since", "yesterday", 200);
        row("unchanged since long ago", "If-Unmodified-Since", long_ago, 412);
        row("unchanged since later", "If-Unmodified-Since", later, 200);
    }
    QTest::addRow("PUT where there is one")
        << QByteArray("PUT") << QByteArray("If-None-Match") << QByteArray("*") << 412;
}

void tst_SwiftObjects::conditionsDecide()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", { { "If-None-Match", "*" } }, "abc"), 201);
    const auto reply =
        m_swift->call(method, "/c/o", "member", { { field, value } }, method == "PUT" ? "new" : "");
    QCOMPARE(reply.status, status);
    if (method != "PUT")
        QCOMPARE(reply.headers.value("etag"), md5("abc"));
    if (status != 200)
        QCOMPARE(reply.headers.contains("x-object-meta-x"), false);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("abc"));
}

void tst_SwiftObjects::rangesAreCut_data()
{
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray all = patternedContent(1000, 9);
    QTest::addRow("first") << QByteArray("bytes=0-9") << 206 << all.left(10);
    QTest::addRow("across a block") << QByteArray("bytes=60-70") << 206 << all.mid(60, 11);
    QTest::addRow("to the end") << QByteArray("bytes=990-") << 206 << all.mid(990);
    QTest::addRow("last") << QByteArray("bytes=-5") << 206 << all.right(5);
    QTest::addRow("past the end is shortened") << QByteArray("bytes=990-2000") << 206 << all.mid(990);
    QTest::addRow("behind the end") << QByteArray("bytes=1000-") << 416 << QByteArray();
    QTest::addRow("malformed") << QByteArray("bytes=x") << 200 << all;
}

void tst_SwiftObjects::rangesAreCut()
{
    QFETCH(QByteArray, range);
    QFETCH(int, status);
    QFETCH(QByteArray, bytes);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, patternedContent(1000, 9)), 201);
    const auto reply = m_swift->call("GET", "/c/o", "member", { { "Range", range } });
    QCOMPARE(reply.status, status);
    if (status < 300)
        QCOMPARE(reply.body, bytes);
}

void tst_SwiftObjects::aPostReplacesTheMetadata()
{
    QCOMPARE(m_swift->status("POST", "/c/o"), 404);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member",
                 { { "Content-Type", "text/a" }, { "X-Object-Meta-Color", "blue" },
                     { "Content-Encoding", "gzip" } },
                 "abc"),
        201);
    QCOMPARE(m_swift->status("POST", "/c/o", "member", { { "X-Object-Meta-Size", "7" } }), 202);
    const auto head = m_swift->call("HEAD", "/c/o").headers;
    QCOMPARE(head.value("x-object-meta-size"), QByteArray("7"));
    QVERIFY(!head.contains("x-object-meta-color"));
    QVERIFY(!head.contains("content-encoding"));
    QCOMPARE(head.value("content-type"), QByteArray("text/a"));
    QCOMPARE(m_swift->status("POST", "/c/o", "member", { { "Content-Type", "text/b" } }), 202);
    QCOMPARE(m_swift->header("/c/o", "content-type"), QByteArray("text/b"));
    QCOMPARE(m_swift->body("/c/o"), QByteArray("abc"));
    QCOMPARE(m_swift->charged(), 3);
    QCOMPARE(m_swift->header("/c", "x-container-object-count"), QByteArray("1"));
}

void tst_SwiftObjects::aCopyKeepsOrReplaces_data()
{
    QTest::addColumn<bool>("byPut");
    QTest::addColumn<bool>("isFresh");
    QTest::addColumn<QByteArray>("to");
    for (const bool byPut : { false, true }) {
        for (const bool isFresh : { false, true }) {
            for (const char *to : { "c/new", "d/new", "c/o" })
                QTest::addRow("%s %s%s", byPut ? "PUT" : "COPY", to, isFresh ? " fresh" : "")
                    << byPut << isFresh << QByteArray(to);
        }
    }
}

void tst_SwiftObjects::aCopyKeepsOrReplaces()
{
    QFETCH(bool, byPut);
    QFETCH(bool, isFresh);
    QFETCH(QByteArray, to);
    const QByteArray bytes = patternedContent(500, 2);
    QCOMPARE(m_swift->status("PUT", "/d"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member",
                 { { "Content-Type", "text/a" }, { "X-Object-Meta-Color", "blue" } }, bytes),
        201);
    const qint64 blocks = m_swift->count("SELECT COUNT(*) FROM block");
    Fields fields { { "X-Object-Meta-Size", "7" }, { "X-Fresh-Metadata", isFresh ? "true" : "false" } };
    if (byPut)
        fields.emplaceBack("X-Copy-From", "/c/o");
    else
        fields.emplaceBack("Destination", to);
    const auto copied = byPut ? m_swift->call("PUT", "/" + to, "member", fields)
                              : m_swift->call("COPY", "/c/o", "member", fields);
    QCOMPARE(copied.status, 201);
    QCOMPARE(copied.headers.value("x-copied-from"), QByteArray("c/o"));
    QVERIFY(copied.headers.contains("x-copied-from-last-modified"));
    QCOMPARE(copied.headers.value("etag"), md5(bytes));
    const auto get = m_swift->call("GET", "/" + to);
    QCOMPARE(get.body, bytes);
    QCOMPARE(get.headers.value("x-object-meta-size"), QByteArray("7"));
    QCOMPARE(get.headers.value("x-object-meta-color"), isFresh ? QByteArray() : QByteArray("blue"));
    QCOMPARE(get.headers.value("content-type"), QByteArray("text/a"));
    QCOMPARE(m_swift->count("SELECT COUNT(*) FROM block"), blocks);
    QCOMPARE(m_swift->charged(), to == "c/o" ? 500 : 1000);
}

void tst_SwiftObjects::badCopiesAreRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<int>("status");
    const auto copy = [](const char *name, const QByteArray &path, const Fields &fields, int status) {
        QTest::addRow("%s", name) << QByteArray("COPY") << path << fields << status;
    };
    copy("no destination", "/c/o", {}, 412);
    copy("a container alone", "/c/o", { { "Destination", "c" } }, 412);
    copy("a container and a slash", "/c/o", { { "Destination", "c/" } }, 412);
    copy("no source", "/c/missing", { { "Destination", "c/p" } }, 404);
    copy("no target", "/c/o", { { "Destination", "missing/p" } }, 404);
    copy("another's account", "/c/o",
        { { "Destination", "c/p" }, { "Destination-Account", "AUTH_" + projectB.utf8() } }, 403);
    copy("no account", "/c/o", { { "Destination", "c/p" }, { "Destination-Account", "mine" } }, 404);
    copy("name too long", "/c/o", { { "Destination", "c/" + QByteArray(1025, 'n') } }, 400);
    copy("a condition", "/c/o", { { "Destination", "c/p" }, { "If-Match", md5("x") } }, 412);
    QTest::addRow("PUT from nothing")
        << QByteArray("PUT") << QByteArray("/c/p") << Fields { { "X-Copy-From", "c/missing" } } << 404;
    QTest::addRow("PUT from a container")
        << QByteArray("PUT") << QByteArray("/c/p") << Fields { { "X-Copy-From", "c" } } << 412;
    QTest::addRow("PUT from another's account")
        << QByteArray("PUT") << QByteArray("/c/p")
        << Fields { { "X-Copy-From", "c/o" }, { "X-Copy-From-Account", "AUTH_" + projectB.utf8() } } << 403;
}

void tst_SwiftObjects::badCopiesAreRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(Fields, fields);
    QFETCH(int, status);
    QCOMPARE(m_swift->status("PUT", SwiftFixture::accountB() + "/c", "bob"), 201);
    QCOMPARE(m_swift->status("PUT", SwiftFixture::accountB() + "/c/o", "bob", {}, "secret"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "abc"), 201);
    QCOMPARE(m_swift->status(method, path, "member", fields), status);
    QCOMPARE(m_swift->count("SELECT COUNT(*) FROM version"), 2);
}

void tst_SwiftObjects::aCopyToAnotherAccountCarriesTheBytes()
{
    const QByteArray bytes = patternedContent(1000, 4);
    QCOMPARE(m_swift->status("PUT", SwiftFixture::accountB() + "/inbox", "bob",
                 { { "X-Container-Write", projectA.utf8() + ":*" } }),
        201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, bytes), 201);
    const Fields fields { { "Destination", "inbox/o" },
        { "Destination-Account", "AUTH_" + projectB.utf8() } };
    QCOMPARE(m_swift->status("COPY", "/c/o", "member", fields), 201);
    QCOMPARE(m_swift->body(SwiftFixture::accountB() + "/inbox/o", "bob"), bytes);
    QCOMPARE(m_swift->charged(projectB), 1000);
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 204);
    QVERIFY(m_swift->blocks().store().collect());
    QCOMPARE(m_swift->body(SwiftFixture::accountB() + "/inbox/o", "bob"), bytes);
}

void tst_SwiftObjects::aDynamicObjectIsItsParts()
{
    const QByteArray one = patternedContent(300, 1);
    const QByteArray two = patternedContent(200, 2);
    QCOMPARE(m_swift->status("PUT", "/parts"), 201);
    QCOMPARE(m_swift->status("PUT", "/parts/o/1", "member", {}, one), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", { { "X-Object-Manifest", "parts/o%2F" } }), 201);
    QCOMPARE(m_swift->body("/c/o"), one);
    QCOMPARE(m_swift->status("PUT", "/parts/o/2", "member", {}, two), 201);
    const auto get = m_swift->call("GET", "/c/o");
    QCOMPARE(get.body, one + two);
    QCOMPARE(get.headers.value("etag"), '"' + md5(md5(one) + md5(two)) + '"');
    QCOMPARE(get.headers.value("x-object-manifest"), QByteArray("parts/o%2F"));
    QCOMPARE(m_swift->call("GET", "/c/o", "member", { { "Range", "bytes=290-309" } }).body,
        (one + two).mid(290, 20));
    QCOMPARE(m_swift->header("/c/o", "content-length"), QByteArray("500"));
    QCOMPARE(m_swift->call("GET", "/c/o?multipart-manifest=get").body, QByteArray());
    // A copy has the bytes; of the manifest itself only if that is asked for.
    QCOMPARE(m_swift->status("COPY", "/c/o", "member", { { "Destination", "c/whole" } }), 201);
    QCOMPARE(
        m_swift->status("COPY", "/c/o?multipart-manifest=get", "member", { { "Destination", "c/same" } }),
        201);
    QCOMPARE(m_swift->status("DELETE", "/parts/o/1"), 204);
    QCOMPARE(m_swift->body("/c/whole"), one + two);
    QCOMPARE(m_swift->header("/c/whole", "etag"), md5(one + two));
    QCOMPARE(m_swift->body("/c/same"), two);
    // A POST without it makes it a plain object again.
    QCOMPARE(m_swift->status("POST", "/c/o"), 202);
    QCOMPARE(m_swift->body("/c/o"), QByteArray());
}

QByteArray tst_SwiftObjects::manifest(const QStringList &parts)
{
    QJsonArray array;
    for (const QString &part : parts)
        array.append(QJsonObject { { u"path"_s, part } });
    return QJsonDocument(array).toJson(QJsonDocument::Compact);
}

void tst_SwiftObjects::aStaticObjectIsItsParts()
{
    const QByteArray one = patternedContent(300, 1);
    const QByteArray two = patternedContent(200, 2);
    QCOMPARE(m_swift->status("PUT", "/c/1", "member", {}, one), 201);
    QCOMPARE(m_swift->status("PUT", "/c/2", "member", {}, two), 201);
    QJsonArray parts { QJsonObject { { u"path"_s, u"/c/1"_s }, { u"etag"_s, QString::fromLatin1(md5(one)) },
                           { u"size_bytes"_s, 300 } },
        QJsonObject { { u"path"_s, u"/c/2"_s }, { u"range"_s, u"10-19"_s } } };
    const auto put = m_swift->call("PUT", "/c/o?multipart-manifest=put", "member",
        { { "Content-Type", "text/a" } }, QJsonDocument(parts).toJson());
    QCOMPARE(put.status, 201);
    const QByteArray etag = '"' + md5(md5(one) + md5(two) + ":10-19;") + '"';
    QCOMPARE(put.headers.value("etag"), etag);
    const QByteArray whole = one + two.mid(10, 10);
    const auto get = m_swift->call("GET", "/c/o");
    QCOMPARE(get.body, whole);
    QCOMPARE(get.headers.value("etag"), etag);
    QCOMPARE(get.headers.value("x-static-large-object"), QByteArray("True"));
    QCOMPARE(get.headers.value("content-type"), QByteArray("text/a"));
    QCOMPARE(
        m_swift->call("GET", "/c/o", "member", { { "Range", "bytes=295-304" } }).body, whole.mid(295, 10));
    const auto line =
        QJsonDocument::fromJson(m_swift->body("/c?format=json&prefix=o")).array().first().toObject();
    QCOMPARE(line.value(u"bytes"_s).toInteger(), 310);
    const auto raw = m_swift->call("GET", "/c/o?multipart-manifest=get");
    const QJsonArray kept = QJsonDocument::fromJson(raw.body).array();
    QCOMPARE(kept.size(), 2);
    QCOMPARE(kept.at(0)[u"hash"_s].toString().toLatin1(), md5(one));
    QCOMPARE(kept.at(1)[u"range"_s].toString(), u"10-19"_s);
    // A manifest among the parts of another.
    QCOMPARE(m_swift->status(
                 "PUT", "/c/outer?multipart-manifest=put", "member", {}, manifest({ u"/c/o"_s, u"/c/2"_s })),
        201);
    QCOMPARE(m_swift->body("/c/outer"), whole + two);
    // A POST leaves it what it is.
    QCOMPARE(m_swift->status("POST", "/c/o", "member", { { "X-Object-Meta-A", "b" } }), 202);
    QCOMPARE(m_swift->body("/c/o"), whole);
    const auto gone = m_swift->call(
        "DELETE", "/c/o?multipart-manifest=delete", "member", { { "Accept", "application/json" } });
    QCOMPARE(gone.status, 200);
    QCOMPARE(QJsonDocument::fromJson(gone.body)[u"Number Deleted"_s].toInt(), 3);
    QCOMPARE(m_swift->body("/c"), QByteArray("outer\n"));
}

void tst_SwiftObjects::badManifestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *body, int status) {
        QTest::addRow("%s", name) << QByteArray(body) << status;
    };
    row("nothing", "", 400);
    row("no JSON", "[", 400);
    row("no list", "{}", 400);
    row("an empty list", "[]", 400);
    row("no object in it", "[1]", 400);
    row("no path", "[{}]", 400);
    row("a path without object", R"([{"path": "/c"}])", 400);
    row("an unknown key", R"([{"path": "/c/1", "data": "eA=="}])", 400);
    row("a part that is not there", R"([{"path": "/c/missing"}])", 400);
    row("a part of another MD5", R"([{"path": "/c/1", "etag": "00"}])", 400);
    row("a part of another size", R"([{"path": "/c/1", "size_bytes": 4}])", 400);
    row("a size below nothing", R"([{"path": "/c/1", "size_bytes": -3}])", 400);
    row("a size that is a list", R"([{"path": "/c/1", "size_bytes": []}])", 400);
    row("a range past the end", R"([{"path": "/c/1", "range": "0-3"}])", 400);
    row("an empty part", R"([{"path": "/c/empty"}])", 400);
    const QByteArray part = R"({"path": "/c/1"},)";
    QTest::addRow("1001 parts") << '[' + part.repeated(1001).chopped(1) + ']' << 413;
    QTest::addRow("more than 8 MiB") << QByteArray((8 << 20) + 1, ' ') << 413;
}

void tst_SwiftObjects::badManifestsAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QCOMPARE(m_swift->status("PUT", "/c/1", "member", {}, "abc"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/empty"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o?multipart-manifest=put", "member", {}, body), status);
    QCOMPARE(m_swift->status("GET", "/c/o"), 404);
}

void tst_SwiftObjects::aPartThatChangedIsNeverSent()
{
    QCOMPARE(m_swift->status("PUT", "/c/1", "member", {}, "abc"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/2", "member", {}, "def"), 201);
    QCOMPARE(m_swift->status(
                 "PUT", "/c/o?multipart-manifest=put", "member", {}, manifest({ u"/c/1"_s, u"/c/2"_s })),
        201);
    QCOMPARE(m_swift->status("PUT", "/c/2", "member", {}, "xyz"), 201);
    RawClient client(quint16(m_swift->server().url().port()));
    const auto reply = client.exchange("GET " + SwiftFixture::accountA()
        + "/c/o HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: member\r\n\r\n");
    // The head promised more than came, and the connection ended: nobody takes that for the whole.
    QVERIFY(!reply.body.contains("xyz"));
    QVERIFY(reply.status == 0 || reply.body.size() < 6);
    QVERIFY(client.isClosed());
}

void tst_SwiftObjects::partsOfOthersAreNotReadThroughAManifest()
{
    // The manifest is for everybody, its parts are not.
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Container-Read", ".r:*" } }), 204);
    QCOMPARE(m_swift->status("PUT", "/parts"), 201);
    QCOMPARE(m_swift->status("PUT", "/parts/1", "member", {}, "secret"), 201);
    QCOMPARE(
        m_swift->status("PUT", "/c/static?multipart-manifest=put", "member", {}, manifest({ u"/parts/1"_s })),
        201);
    QCOMPARE(m_swift->status("PUT", "/c/dynamic", "member", { { "X-Object-Manifest", "parts/1" } }), 201);
    for (const char *path : { "/c/static", "/c/dynamic" }) {
        QCOMPARE(m_swift->body(path), QByteArray("secret"));
        QCOMPARE(m_swift->status("GET", path, {}), 401);
        QCOMPARE(m_swift->status("GET", path, "bob"), 403);
    }
    // Nobody learns by a manifest of his what is in another's container.
    QCOMPARE(
        m_swift->status("POST", "/c", "member", { { "X-Container-Write", projectB.utf8() + ":*" } }), 204);
    const auto there =
        m_swift->call("PUT", "/c/x?multipart-manifest=put", "bob", {}, manifest({ u"/parts/1"_s }));
    const auto missing =
        m_swift->call("PUT", "/c/x?multipart-manifest=put", "bob", {}, manifest({ u"/parts/2"_s }));
    QCOMPARE(there.status, 400);
    QCOMPARE(QByteArray(there.body).replace("/1", "/2"), missing.body);
}

void tst_SwiftObjects::olderStatesComeBack()
{
    QCOMPARE(m_swift->status("PUT", "/old"), 201);
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Versions-Location", "old" } }), 204);
    QCOMPARE(m_swift->header("/c", "x-versions-location"), QByteArray("old"));
    for (const char *bytes : { "first", "second", "third" }) {
        QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, bytes), 201);
        m_swift->clock.advanceMs(1000);
    }
    QCOMPARE(m_swift->header("/old", "x-container-object-count"), QByteArray("2"));
    QVERIFY(m_swift->body("/old").startsWith("001o/18000000"));
    QCOMPARE(m_swift->charged(), 16);
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 204);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("second"));
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 204);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("first"));
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 204);
    QCOMPARE(m_swift->status("GET", "/c/o"), 404);
    QCOMPARE(m_swift->header("/old", "x-container-object-count"), QByteArray("0"));
    QCOMPARE(m_swift->charged(), 0);
    // Where they would go is gone: nothing is overwritten.
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "first"), 201);
    QCOMPARE(m_swift->status("DELETE", "/old"), 204);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "second"), 412);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("first"));
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Remove-Versions-Location", "x" } }), 204);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "second"), 201);
}

void tst_SwiftObjects::historyMarksDeletions()
{
    QCOMPARE(m_swift->status("PUT", "/old"), 201);
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-History-Location", "old" } }), 204);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "first"), 201);
    m_swift->clock.advanceMs(1000);
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 204);
    QCOMPARE(m_swift->status("GET", "/c/o"), 404);
    const QJsonArray lines = QJsonDocument::fromJson(m_swift->body("/old?format=json")).array();
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines.at(0)[u"bytes"_s].toInt(), 5);
    QCOMPARE(lines.at(1)[u"content_type"_s].toString(), u"application/x-deleted;swift_versions_deleted=1"_s);
}

void tst_SwiftObjects::anObjectEndsAtItsTime()
{
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", { { "X-Delete-After", "10" } }, "abc"), 201);
    QCOMPARE(m_swift->header("/c/o", "x-delete-at"), QByteArray::number(SwiftFixture::startMs / 1000 + 10));
    QCOMPARE(m_swift->status("PUT", "/c/stays", "member", { { "X-Delete-After", "10" } }, "abc"), 201);
    QCOMPARE(m_swift->status("POST", "/c/stays"), 202); // takes its end away
    m_swift->clock.advanceMs(9'000);
    QCOMPARE(m_swift->status("GET", "/c/o"), 200);
    m_swift->clock.advanceMs(1'000);
    QCOMPARE(m_swift->status("GET", "/c/o"), 404);
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 404);
    QCOMPARE(m_swift->status("COPY", "/c/o", "member", { { "Destination", "c/p" } }), 404);
    QCOMPARE(m_swift->body("/c"), QByteArray("stays\n"));
    QCOMPARE(m_swift->charged(), 6);
    const auto cleaned = m_swift->works().clean();
    QVERIFY(cleaned);
    QCOMPARE(*cleaned, 1);
    QCOMPARE(m_swift->charged(), 3);
    QCOMPARE(m_swift->header("/c", "x-container-object-count"), QByteArray("1"));
    // A container whose objects are all over goes without waiting for housekeeping.
    QCOMPARE(m_swift->status("PUT", "/d"), 201);
    QCOMPARE(m_swift->status("PUT", "/d/o", "member", { { "X-Delete-After", "1" } }, "abc"), 201);
    m_swift->clock.advanceMs(2'000);
    QCOMPARE(m_swift->status("DELETE", "/d"), 204);
    QCOMPARE(m_swift->charged(), 3);
}

void tst_SwiftObjects::badEndsAreRefused_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("value");
    QTest::addRow("in the past") << QByteArray("X-Delete-At")
                                 << QByteArray::number(SwiftFixture::startMs / 1000 - 60);
    QTest::addRow("no number") << QByteArray("X-Delete-At") << QByteArray("tomorrow");
    QTest::addRow("too far") << QByteArray("X-Delete-At") << QByteArray("99999999999");
    QTest::addRow("after no number") << QByteArray("X-Delete-After") << QByteArray("1h");
    QTest::addRow("after less than nothing") << QByteArray("X-Delete-After") << QByteArray("-5");
}

void tst_SwiftObjects::badEndsAreRefused()
{
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, value);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", { { field, value } }, "abc"), 400);
    QCOMPARE(m_swift->status("GET", "/c/o"), 404);
}

void tst_SwiftObjects::anImageIsNotWritten()
{
    QCOMPARE(m_swift->status("PUT", "/c/image", "member", {}, "disk"), 201);
    const auto id = m_swift->database().read([](ReadTransaction &t) {
        return t.row("SELECT id FROM object", {}, [](const Row &row) { return row.id<ObjectId>(0); });
    });
    theImage = **id;
    QCOMPARE(m_swift->status("PUT", "/c/image", "member", {}, "other"), 409);
    QCOMPARE(m_swift->status("PUT", "/c/image", "member", {}, patternedContent(100, 1)), 409);
    QCOMPARE(m_swift->body("/c/image"), QByteArray("disk"));
    QCOMPARE(m_swift->status("COPY", "/c/image", "member", { { "Destination", "c/copy" } }), 201);
    QCOMPARE(m_swift->status("PUT", "/c/copy", "member", {}, "other"), 201);
    isProtected = true;
    QCOMPARE(m_swift->status("DELETE", "/c/image"), 403);
    isProtected = false;
    QCOMPARE(m_swift->status("DELETE", "/c/image"), 204);
    QCOMPARE(m_swift->status("GET", "/c/image"), 404);
}

void tst_SwiftObjects::aQuotaOfTheProjectHolds()
{
    const auto limited =
        m_swift->database()
            .write([](Transaction &t) {
                return QuotaStore::setProjectLimit(t, projectA, u"pithos.diskspace"_s, 200'000);
            })
            .result();
    QVERIFY(limited);
    // By the head, while it comes, and at the end.
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, QByteArray(200'001, 'x')), 413);
    RawClient client(quint16(m_swift->server().url().port()));
    client.send("PUT " + SwiftFixture::accountA()
        + "/c/o HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: member\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 21; ++i)
        client.send("2710\r\n" + QByteArray(10'000, 'x') + "\r\n");
    QCOMPARE(client.reply().status, 413);
    QCOMPARE(m_swift->charged(), 0);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, QByteArray(150'000, 'x')), 201);
    QCOMPARE(m_swift->status("PUT", "/c/p", "member", {}, QByteArray(60'000, 'x')), 413);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, QByteArray(160'000, 'x')), 201); // in its place
    QCOMPARE(m_swift->status("COPY", "/c/o", "member", { { "Destination", "c/p" } }), 413);
    QCOMPARE(m_swift->charged(), 160'000);
}

NEPHELE_TEST(tst_SwiftObjects)
#include "tst_swiftobjects.moc"
