// SPDX-License-Identifier: GPL-3.0-or-later
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

QByteArray base64(const QByteArray &bytes)
{
    return bytes.toBase64();
}

} // namespace

// Symbolic links, and manifests that hold bytes of their own. On SQLite and PostgreSQL.
class tst_SwiftLinks : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void badLinksAreRefused_data();
    void badLinksAreRefused();
    void aLinkGivesItsTarget();
    void aLinkShowsItselfWhenAsked();
    void whatIsNotThereIsNotFound();
    void linksInARingEnd();
    void aStaticLinkHoldsToItsTarget();
    void aLinkOpensNothing();
    void aPostGoesToTheLinkAlone();
    void aCopyTakesTheTarget();
    void aListingTellsWhereLinksPoint();
    void aLinkIsAPartOfALargeObject();
    void aManifestMayHoldBytes();
    void badBytesInManifestsAreRefused_data();
    void badBytesInManifestsAreRefused();
    void whoMayNotWriteSendsNoManifest();

private:
    std::unique_ptr<SwiftFixture> m_swift;
};

void tst_SwiftLinks::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_swift = std::make_unique<SwiftFixture>(engine);
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", { { "X-Object-Meta-Color", "blue" } }, "abc"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/l", "member", { { "X-Symlink-Target", "c/o" } }), 201);
}

void tst_SwiftLinks::cleanup()
{
    QVERIFY(m_swift->hasExactCounters());
    m_swift.reset();
}

void tst_SwiftLinks::badLinksAreRefused_data()
{
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addRow("a body") << Fields { { "X-Symlink-Target", "c/o" } } << QByteArray("x") << 400;
    QTest::addRow("no object") << Fields { { "X-Symlink-Target", "c" } } << QByteArray() << 412;
    QTest::addRow("no container") << Fields { { "X-Symlink-Target", "/o" } } << QByteArray() << 412;
    QTest::addRow("itself") << Fields { { "X-Symlink-Target", "c/new" } } << QByteArray() << 400;
    QTest::addRow("no account") << Fields { { "X-Symlink-Target", "c/o" },
        { "X-Symlink-Target-Account", "x" } }
                                << QByteArray() << 404;
    QTest::addRow("and a manifest") << Fields { { "X-Symlink-Target", "c/o" },
        { "X-Object-Manifest", "c/o" } }
                                    << QByteArray() << 400;
    QTest::addRow("static on nothing")
        << Fields { { "X-Symlink-Target", "c/none" }, { "X-Symlink-Target-Etag", md5("abc") } }
        << QByteArray() << 409;
    QTest::addRow("static with another ETag")
        << Fields { { "X-Symlink-Target", "c/o" }, { "X-Symlink-Target-Etag", md5("x") } } << QByteArray()
        << 409;
    QTest::addRow("static on another's") << Fields { { "X-Symlink-Target", "c/o" },
        { "X-Symlink-Target-Account", SwiftFixture::accountB().mid(4) },
        { "X-Symlink-Target-Etag", md5("abc") } }
                                         << QByteArray() << 403;
}

void tst_SwiftLinks::badLinksAreRefused()
{
    QFETCH(Fields, fields);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QCOMPARE(m_swift->status("PUT", "/c/new", "member", fields, body), status);
    QCOMPARE(m_swift->status("GET", "/c/new?symlink=get"), 404);
    QCOMPARE(m_swift->charged(), 3);
}

void tst_SwiftLinks::aLinkGivesItsTarget()
{
    for (const char *method : { "GET", "HEAD" }) {
        const auto reply = m_swift->call(method, "/c/l");
        QCOMPARE(reply.status, 200);
        QCOMPARE(reply.headers.value("etag"), md5("abc"));
        QCOMPARE(reply.headers.value("content-length"), QByteArray("3"));
        QCOMPARE(reply.headers.value("x-object-meta-color"), QByteArray("blue"));
        QCOMPARE(reply.headers.value("content-location"), SwiftFixture::accountA() + "/c/o");
        QVERIFY(!reply.headers.contains("x-symlink-target"));
    }
    QCOMPARE(m_swift->body("/c/l"), QByteArray("abc"));
    QCOMPARE(m_swift->call("GET", "/c/l", "member", { { "Range", "bytes=1-1" } }).body, QByteArray("b"));
    QCOMPARE(m_swift->status("GET", "/c/l", "member", { { "If-None-Match", md5("abc") } }), 304);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "changed"), 201);
    QCOMPARE(m_swift->body("/c/l"), QByteArray("changed"));
    QCOMPARE(m_swift->status("DELETE", "/c/l"), 204);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("changed"));
    // Another name for it is an object of its own again.
    QCOMPARE(m_swift->status("PUT", "/c/l", "member", {}, "mine"), 201);
    QCOMPARE(m_swift->body("/c/l"), QByteArray("mine"));
    QCOMPARE(m_swift->body("/c/o"), QByteArray("changed"));
}

void tst_SwiftLinks::aLinkShowsItselfWhenAsked()
{
    QCOMPARE(m_swift->status("PUT", "/c/%C3%A4", "member",
                 { { "X-Symlink-Target", "c/%C3%B6%20x" }, { "X-Object-Meta-Word", "link" } }),
        201);
    for (const char *method : { "GET", "HEAD" }) {
        const auto reply = m_swift->call(method, "/c/%C3%A4?symlink=get");
        QCOMPARE(reply.status, 200);
        QCOMPARE(reply.headers.value("x-symlink-target"), QByteArray("c/%C3%B6%20x"));
        QCOMPARE(reply.headers.value("content-length"), QByteArray("0"));
        QCOMPARE(reply.headers.value("etag"), md5(""));
        QCOMPARE(reply.headers.value("content-type"), QByteArray("application/symlink"));
        QCOMPARE(reply.headers.value("x-object-meta-word"), QByteArray("link"));
        QVERIFY(!reply.headers.contains("x-symlink-target-account"));
        QVERIFY(!reply.headers.contains("x-symlink-target-etag"));
    }
}

void tst_SwiftLinks::whatIsNotThereIsNotFound()
{
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 204);
    QCOMPARE(m_swift->status("GET", "/c/l"), 404);
    QCOMPARE(m_swift->status("HEAD", "/c/l?symlink=get"), 200);
    QCOMPARE(m_swift->status("COPY", "/c/l", "member", { { "Destination", "c/copy" } }), 404);
    QCOMPARE(m_swift->status("PUT", "/c/l", "member", { { "X-Symlink-Target", "none/o" } }), 201);
    QCOMPARE(m_swift->status("GET", "/c/l"), 404);
}

void tst_SwiftLinks::linksInARingEnd()
{
    QCOMPARE(m_swift->status("PUT", "/c/l2", "member", { { "X-Symlink-Target", "c/l" } }), 201);
    QCOMPARE(m_swift->body("/c/l2"), QByteArray("abc"));
    QCOMPARE(m_swift->status("PUT", "/c/l3", "member", { { "X-Symlink-Target", "c/l2" } }), 201);
    QCOMPARE(m_swift->status("GET", "/c/l3"), 409);
    QCOMPARE(m_swift->status("PUT", "/c/l", "member", { { "X-Symlink-Target", "c/l2" } }), 201);
    for (const char *method : { "GET", "HEAD" }) {
        QCOMPARE(m_swift->status(method, "/c/l"), 409);
        QCOMPARE(m_swift->status(method, "/c/l2"), 409);
    }
    QCOMPARE(m_swift->status("DELETE", "/c/l"), 204);
}

void tst_SwiftLinks::aStaticLinkHoldsToItsTarget()
{
    const Fields fields { { "X-Symlink-Target", "c/o" },
        { "X-Symlink-Target-Etag", '"' + md5("abc") + '"' } };
    QCOMPARE(m_swift->status("PUT", "/c/s", "member", fields), 201);
    QCOMPARE(m_swift->body("/c/s"), QByteArray("abc"));
    const auto shown = m_swift->call("HEAD", "/c/s?symlink=get");
    QCOMPARE(shown.headers.value("x-symlink-target-etag"), md5("abc"));
    QCOMPARE(shown.headers.value("x-symlink-target-bytes"), QByteArray("3"));
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "other"), 201);
    QCOMPARE(m_swift->status("GET", "/c/s"), 409);
    QCOMPARE(m_swift->body("/c/l"), QByteArray("other"));
}

// Who reads the link must be allowed to read what it points to.
void tst_SwiftLinks::aLinkOpensNothing()
{
    QCOMPARE(m_swift->status("PUT", "/open", "member", { { "X-Container-Read", ".r:*" } }), 201);
    QCOMPARE(m_swift->status("PUT", "/open/l", "member", { { "X-Symlink-Target", "c/o" } }), 201);
    QCOMPARE(m_swift->status("GET", "/open/l", {}), 401);
    QCOMPARE(m_swift->status("GET", "/open/l", "bob"), 403);
    QCOMPARE(m_swift->status("GET", "/open/l?symlink=get", {}), 200);
    QCOMPARE(m_swift->body("/open/l"), QByteArray("abc"));
    // Into another account, and from there.
    const QByteArray other = SwiftFixture::accountB();
    QCOMPARE(m_swift->status("PUT", other + "/b", "bob"), 201);
    QCOMPARE(m_swift->status("PUT", other + "/b/l", "bob",
                 { { "X-Symlink-Target", "c/o" },
                     { "X-Symlink-Target-Account", SwiftFixture::accountA().mid(4) } }),
        201);
    QCOMPARE(m_swift->status("GET", other + "/b/l", "bob"), 403);
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Container-Read", "*:*" } }), 204);
    QCOMPARE(m_swift->body(other + "/b/l", "bob"), QByteArray("abc"));
    QCOMPARE(m_swift->header(other + "/b/l?symlink=get", "x-symlink-target-account", "bob"),
        SwiftFixture::accountA().mid(4));
}

void tst_SwiftLinks::aPostGoesToTheLinkAlone()
{
    const auto reply = m_swift->call("POST", "/c/l", "member", { { "X-Object-Meta-Color", "red" } });
    QCOMPARE(reply.status, 307);
    QVERIFY(reply.headers.value("location").endsWith(SwiftFixture::accountA() + "/c/o"));
    QCOMPARE(m_swift->header("/c/o", "x-object-meta-color"), QByteArray("blue"));
    QCOMPARE(m_swift->header("/c/l?symlink=get", "x-object-meta-color"), QByteArray("red"));
    QCOMPARE(m_swift->body("/c/l"), QByteArray("abc"));
    QCOMPARE(m_swift->status("POST", "/c/l", "member", { { "X-Symlink-Target", "c/other" } }), 400);
    QCOMPARE(m_swift->status("POST", "/c/l", "reader", { { "X-Object-Meta-Color", "green" } }), 403);
}

void tst_SwiftLinks::aCopyTakesTheTarget()
{
    QCOMPARE(m_swift->status("COPY", "/c/l", "member", { { "Destination", "c/copy" } }), 201);
    QCOMPARE(m_swift->status("PUT", "/c/fresh", "member", { { "X-Copy-From", "c/l" } }), 201);
    QCOMPARE(m_swift->status("COPY", "/c/l?symlink=get", "member",
                 { { "Destination", "c/link" }, { "X-Fresh-Metadata", "true" } }),
        201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "changed"), 201);
    QCOMPARE(m_swift->body("/c/copy"), QByteArray("abc"));
    QCOMPARE(m_swift->body("/c/fresh"), QByteArray("abc"));
    QCOMPARE(m_swift->body("/c/link"), QByteArray("changed"));
    QCOMPARE(m_swift->header("/c/link?symlink=get", "x-symlink-target"), QByteArray("c/o"));
}

void tst_SwiftLinks::aListingTellsWhereLinksPoint()
{
    QCOMPARE(m_swift->status("PUT", "/c/empty"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/f/hidden", "member", { { "X-Symlink-Target", "c/o" } }), 201);
    QCOMPARE(m_swift->status("PUT", "/c/z", "member",
                 { { "X-Symlink-Target", "c/o" }, { "X-Symlink-Target-Etag", md5("abc") } }),
        201);
    for (const char *query : { "?format=json&delimiter=/", "?format=json&delimiter=/&reverse=true" }) {
        QMap<QString, QJsonObject> lines;
        for (const QJsonValue line : QJsonDocument::fromJson(m_swift->body(QByteArray("/c") + query)).array())
            lines.insert(line[u"name"_s].toString(line[u"subdir"_s].toString()), line.toObject());
        QCOMPARE(lines.keys(), QStringList({ u"empty"_s, u"f/"_s, u"l"_s, u"o"_s, u"z"_s }));
        const QString target = QString::fromLatin1(SwiftFixture::accountA()) + u"/c/o"_s;
        QCOMPARE(lines[u"l"_s][u"symlink_path"_s].toString(), target);
        QVERIFY(!lines[u"l"_s].contains(u"symlink_etag"_s));
        QCOMPARE(lines[u"z"_s][u"symlink_path"_s].toString(), target);
        QCOMPARE(lines[u"z"_s][u"symlink_etag"_s].toString().toLatin1(), md5("abc"));
        QCOMPARE(lines[u"z"_s][u"symlink_bytes"_s].toInt(), 3);
        for (const auto &name : { u"empty"_s, u"o"_s, u"f/"_s })
            QVERIFY(!lines[name].contains(u"symlink_path"_s));
    }
}

void tst_SwiftLinks::aLinkIsAPartOfALargeObject()
{
    const QByteArray manifest =
        R"([{"path": "/c/l", "etag": ")" + md5("abc") + R"(", "size_bytes": 3}, {"path": "/c/o"}])";
    QCOMPARE(m_swift->status("PUT", "/c/large?multipart-manifest=put", "member", {}, manifest), 201);
    QCOMPARE(m_swift->body("/c/large"), QByteArray("abcabc"));
    QCOMPARE(m_swift->status("DELETE", "/c/l"), 204);
    QCOMPARE(m_swift->status("GET", "/c/large"), 500); // a part is gone
    QCOMPARE(m_swift->status("PUT", "/c/l", "member", { { "X-Symlink-Target", "c/large" } }), 201);
    QCOMPARE(m_swift->header("/c/l", "x-static-large-object"), QByteArray("True"));
}

void tst_SwiftLinks::aManifestMayHoldBytes()
{
    const QByteArray manifest = R"([{"data": ")" + base64("head ")
        + R"("}, {"path": "/c/o", "range": "1-2"}, {"data": ")" + base64(" tail") + R"("}])";
    const auto put = m_swift->call("PUT", "/c/large?multipart-manifest=put", "member", {}, manifest);
    QCOMPARE(put.status, 201);
    QCOMPARE(put.headers.value("etag"), '"' + md5(md5("head ") + md5("abc") + ":1-2;" + md5(" tail")) + '"');
    QCOMPARE(m_swift->body("/c/large"), QByteArray("head bc tail"));
    QCOMPARE(m_swift->header("/c/large", "content-length"), QByteArray("12"));
    QCOMPARE(
        m_swift->call("GET", "/c/large", "member", { { "Range", "bytes=3-7" } }).body, QByteArray("d bc "));
    const QJsonArray kept = QJsonDocument::fromJson(m_swift->body("/c/large?multipart-manifest=get")).array();
    QCOMPARE(kept.size(), 3);
    QCOMPARE(kept.at(0)[u"data"_s].toString().toLatin1(), base64("head "));
    QCOMPARE(kept.at(1)[u"name"_s].toString(), u"/c/o"_s);
    // As it could be sent again.
    const auto raw = m_swift->call("GET", "/c/large?multipart-manifest=get&format=raw");
    QCOMPARE(raw.headers.value("etag"), md5(raw.body));
    const QJsonObject part = QJsonDocument::fromJson(raw.body).array().at(1).toObject();
    QCOMPARE(part.keys(), QStringList({ u"etag"_s, u"path"_s, u"range"_s, u"size_bytes"_s }));
    QCOMPARE(part[u"range"_s].toString(), u"1-2"_s);
    QCOMPARE(m_swift->status("PUT", "/c/again?multipart-manifest=put", "member", {}, raw.body), 201);
    QCOMPARE(m_swift->body("/c/again"), QByteArray("head bc tail"));
    QCOMPARE(m_swift
                 ->call("DELETE", "/c/large?multipart-manifest=delete", "member",
                     { { "Accept", "application/json" } })
                 .status,
        200);
    QCOMPARE(m_swift->status("GET", "/c/o"), 404);
}

void tst_SwiftLinks::badBytesInManifestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("manifest");
    QTest::addRow("bytes alone") << QByteArray(R"([{"data": "YWJj"}])");
    QTest::addRow("no base64") << QByteArray(R"([{"data": "Y$Jj"}, {"path": "/c/o"}])");
    QTest::addRow("no text") << QByteArray(R"([{"data": 5}, {"path": "/c/o"}])");
    QTest::addRow("nothing") << QByteArray(R"([{"data": ""}, {"path": "/c/o"}])");
    QTest::addRow("with a path") << QByteArray(R"([{"data": "YWJj", "path": "/c/o"}])");
}

void tst_SwiftLinks::badBytesInManifestsAreRefused()
{
    QFETCH(QByteArray, manifest);
    QCOMPARE(m_swift->status("PUT", "/c/large?multipart-manifest=put", "member", {}, manifest), 400);
    QCOMPARE(m_swift->status("GET", "/c/large"), 404);
}

// The head alone decides: the manifest itself would be a 400.
void tst_SwiftLinks::whoMayNotWriteSendsNoManifest()
{
    const QByteArray path = "/c/large?multipart-manifest=put";
    QCOMPARE(m_swift->status("PUT", path, {}, {}, "no manifest"), 401);
    QCOMPARE(m_swift->status("PUT", path, "bob", {}, "no manifest"), 403);
    QCOMPARE(m_swift->status("PUT", path, "reader", {}, "no manifest"), 403);
    QCOMPARE(m_swift->status("PUT", path, "member", {}, "no manifest"), 400);
    QCOMPARE(m_swift->status("PUT", "/none/large?multipart-manifest=put", "member", {}, "no manifest"), 404);
}

NEPHELE_TEST(tst_SwiftLinks)
#include "tst_swiftlinks.moc"
