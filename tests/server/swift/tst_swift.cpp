// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/swift/swiftfixture.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamReader>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

using Fields = SwiftFixture::Fields;
Q_DECLARE_METATYPE(Fields)

// Accounts, containers, listings and rights over HTTP. On SQLite and PostgreSQL.
class tst_Swift : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void infoNeedsNoToken();
    void whoIsNotAllowedLearnsNothing_data();
    void whoIsNotAllowedLearnsNothing();
    void aReaderReadsAndDoesNotWrite();
    void whatAnAccessListAllows_data();
    void whatAnAccessListAllows();
    void badContainersAreRefused_data();
    void badContainersAreRefused();
    void aContainerLives();
    void metadataIsSetChangedAndRemoved();
    void countersAreExactAtOnce();
    void secretsAreShownToOwnersOnly();
    void accountQuotasAreTheResellers();
    void aListingHasItsFormat_data();
    void aListingHasItsFormat();
    void aListingIsAPage_data();
    void aListingIsAPage();
    void anXmlListingStaysWellFormed();
    void anotherOriginIsAskedOfTheContainer();

private:
    std::unique_ptr<SwiftFixture> m_swift;
};

void tst_Swift::cleanup()
{
    // Whatever a test did.
    QVERIFY(m_swift->hasExactCounters());
    m_swift.reset();
}

void tst_Swift::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_swift = std::make_unique<SwiftFixture>(engine);
}

void tst_Swift::infoNeedsNoToken()
{
    const auto reply = m_swift->call("GET", "/info", {});
    QCOMPARE(reply.status, 200);
    const QJsonObject info = QJsonDocument::fromJson(reply.body).object();
    for (const QString &name : { u"swift"_s, u"slo"_s, u"dlo"_s, u"bulk_delete"_s, u"bulk_upload"_s,
             u"tempurl"_s, u"versioned_writes"_s, u"container_quotas"_s, u"account_quotas"_s, u"symlink"_s,
             u"staticweb"_s, u"formpost"_s })
        QVERIFY2(info.value(name).isObject(), qPrintable(name));
    // Nothing is told that is not done.
    for (const QString &name : { u"container_sync"_s, u"crossdomain"_s, u"s3api"_s, u"object_versioning"_s })
        QVERIFY2(!info.contains(name), qPrintable(name));
    QVERIFY(reply.headers.contains("x-trans-id"));
}

void tst_Swift::whoIsNotAllowedLearnsNothing_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    // Both of a container and object that are there, and of some that are not: no answer tells which.
    for (const char *path : { "", "/there", "/missing", "/there/o", "/there/missing", "/missing/o" }) {
        for (const char *method : { "GET", "HEAD", "PUT", "POST", "DELETE" })
            QTest::addRow("%s %s", method, *path ? path : "account")
                << QByteArray(method) << QByteArray(path);
    }
    QTest::addRow("COPY of an object") << QByteArray("COPY") << QByteArray("/there/o");
    QTest::addRow("COPY of nothing") << QByteArray("COPY") << QByteArray("/there/missing");
}

void tst_Swift::whoIsNotAllowedLearnsNothing()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QCOMPARE(m_swift->status("PUT", "/there"), 201);
    QCOMPARE(m_swift->status("PUT", "/there/o", "member", {}, "abc"), 201);
    const Fields copy { { "Destination", "there/p" } };
    for (const QByteArray &token : { QByteArray(), QByteArray("forged") }) {
        const auto reply = m_swift->call(method, path, token, copy);
        QCOMPARE(reply.status, 401);
        QVERIFY(reply.headers.contains("www-authenticate"));
    }
    QCOMPARE(m_swift->status(method, path, "bob", copy), 403);
    QCOMPARE(m_swift->status(method, path, "unscoped", copy), 403);
    QCOMPARE(m_swift->body("/there/o"), QByteArray("abc"));
}

void tst_Swift::aReaderReadsAndDoesNotWrite()
{
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "abc"), 201);
    for (const char *path : { "", "/c", "/c/o" }) {
        QVERIFY(m_swift->status("GET", path, "reader") < 300);
        for (const char *method : { "PUT", "POST", "DELETE" })
            QCOMPARE(m_swift->status(method, path, "reader"), 403);
    }
    QCOMPARE(m_swift->status("COPY", "/c/o", "reader", { { "Destination", "c/p" } }), 403);
}

void tst_Swift::whatAnAccessListAllows_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("referer");
    QTest::addColumn<int>("get");
    QTest::addColumn<int>("list_");
    QTest::addColumn<int>("put");
    const QByteArray read = "X-Container-Read";
    const QByteArray write = "X-Container-Write";
    const QByteArray none;
    const QByteArray inB = projectB.utf8() + ":";
    QTest::addRow("everybody reads") << read << QByteArray(".r:*") << none << none << 200 << 401 << 401;
    QTest::addRow("everybody reads and lists")
        << read << QByteArray(".r:*,.rlistings") << none << none << 200 << 200 << 401;
    QTest::addRow("listing alone opens nothing")
        << read << QByteArray(".rlistings") << none << none << 401 << 401 << 401;
    QTest::addRow("a host") << read << QByteArray(".r:.example.com") << none
                            << QByteArray("http://www.example.com/page") << 200 << 401 << 401;
    QTest::addRow("another host") << read << QByteArray(".r:.example.com") << none
                                  << QByteArray("http://example.org/") << 401 << 401 << 401;
    QTest::addRow("a host that is kept out") << read << QByteArray(".r:*,.r:-bad.example.com") << none
                                             << QByteArray("http://bad.example.com/") << 401 << 401 << 401;
    QTest::addRow("a project's user by ids")
        << read << inB + bob.utf8() << QByteArray("bob") << none << 200 << 200 << 403;
    QTest::addRow("a project by name")
        << read << QByteArray("name-bbbb:*") << QByteArray("bob") << none << 200 << 200 << 403;
    QTest::addRow("any user of that id")
        << read << "*:" + bob.utf8() << QByteArray("bob") << none << 200 << 200 << 403;
    QTest::addRow("another project") << read << "name-aaaa:" + bob.utf8() << QByteArray("bob") << none << 403
                                     << 403 << 403;
    QTest::addRow("a stranger's id") << read << inB + alice.utf8() << QByteArray("bob") << none << 403 << 403
                                     << 403;
    QTest::addRow("everybody who signed in")
        << read << QByteArray("*:*") << QByteArray("bob") << none << 200 << 200 << 403;
    QTest::addRow("but not who did not") << read << QByteArray("*:*") << none << none << 401 << 401 << 401;
    QTest::addRow("writes and does not read")
        << write << inB + "*" << QByteArray("bob") << none << 403 << 403 << 201;
}

void tst_Swift::whatAnAccessListAllows()
{
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, list);
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, referer);
    QFETCH(int, get);
    QFETCH(int, list_);
    QFETCH(int, put);
    QCOMPARE(m_swift->status("PUT", "/c", "member", { { field, list } }), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "abc"), 201);
    const Fields fields { { "Referer", referer } };
    QCOMPARE(m_swift->status("GET", "/c/o", token, fields), get);
    QCOMPARE(m_swift->status("GET", "/c", token, fields), list_);
    QCOMPARE(m_swift->status("PUT", "/c/new", token, fields, "abc"), put);
    // Nobody but an owner touches the container itself or another one.
    const int refused = token.isEmpty() ? 401 : 403;
    QCOMPARE(m_swift->status("POST", "/c", token, fields), refused);
    QCOMPARE(m_swift->status("DELETE", "/c", token, fields), refused);
    QCOMPARE(m_swift->status("GET", "", token, fields), refused);
    QCOMPARE(m_swift->status("GET", "/other/o", token, fields), refused);
    QVERIFY(!m_swift->call("HEAD", "/c", token, fields).headers.contains("x-container-read"));
    // The owner of the account pays for what others put.
    QCOMPARE(m_swift->charged(projectA), put == 201 ? 6 : 3);
    QCOMPARE(m_swift->charged(projectB), 0);
}

void tst_Swift::badContainersAreRefused_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<int>("status");
    const auto one = [](const QByteArray &name, const QByteArray &value) {
        return Fields { { name, value } };
    };
    QTest::addRow("name of 257 bytes") << QByteArray("/" + QByteArray(257, 'c')) << Fields() << 400;
    QTest::addRow("name with a slash") << QByteArray("/a%2Fb") << Fields() << 400;
    QTest::addRow("name that is not UTF-8") << QByteArray("/%FF") << Fields() << 400;
    QTest::addRow("name with NUL") << QByteArray("/a%00b") << Fields() << 400;
    QTest::addRow("account of another form")
        << QByteArray("/v1/" + projectA.utf8() + "/c") << Fields() << 404;
    QTest::addRow("account that is no uuid") << QByteArray("/v1/AUTH_x/c") << Fields() << 404;
    QTest::addRow("metadata name of 129 bytes")
        << QByteArray("/c") << one("X-Container-Meta-" + QByteArray(129, 'n'), "v") << 400;
    QTest::addRow("metadata name empty") << QByteArray("/c") << one("X-Container-Meta-", "v") << 400;
    QTest::addRow("metadata value of 257 bytes")
        << QByteArray("/c") << one("X-Container-Meta-N", QByteArray(257, 'v')) << 400;
    QTest::addRow("metadata not UTF-8") << QByteArray("/c") << one("X-Container-Meta-N", "\xff\xfe") << 400;
    Fields many;
    for (int i = 0; i < 17; ++i)
        many.append({ "X-Container-Meta-N" + QByteArray::number(i), QByteArray(250, 'v') });
    QTest::addRow("metadata of more than 4096 bytes") << QByteArray("/c") << many << 400;
    QTest::addRow("access list of nobody") << QByteArray("/c") << one("X-Container-Read", ".r:") << 400;
    QTest::addRow("hosts that write") << QByteArray("/c") << one("X-Container-Write", ".r:*") << 400;
    QTest::addRow("quota that is no number")
        << QByteArray("/c") << one("X-Container-Meta-Quota-Bytes", "many") << 400;
    QTest::addRow("quota below nothing")
        << QByteArray("/c") << one("X-Container-Meta-Quota-Count", "-1") << 400;
    QTest::addRow("unknown policy") << QByteArray("/c") << one("X-Storage-Policy", "gold") << 400;
    QTest::addRow("synchronised") << QByteArray("/c") << one("X-Container-Sync-To", "//r/c/a/c") << 501;
    QTest::addRow("versions in a folder") << QByteArray("/c") << one("X-Versions-Location", "v/w") << 412;
    QTest::addRow("both kinds of versions")
        << QByteArray("/c") << Fields { { "X-Versions-Location", "v" }, { "X-History-Location", "v" } }
        << 400;
    QTest::addRow("versions of an unknown mode") << QByteArray("/c") << one("X-Versions-Mode", "some") << 400;
}

void tst_Swift::badContainersAreRefused()
{
    QFETCH(QByteArray, path);
    QFETCH(Fields, fields);
    QFETCH(int, status);
    const auto reply = m_swift->call("PUT", path, "member", fields);
    QCOMPARE(reply.status, status);
    QVERIFY(!reply.body.isEmpty());
    QCOMPARE(m_swift->count("SELECT COUNT(*) FROM container"), 0);
}

void tst_Swift::aContainerLives()
{
    QCOMPARE(m_swift->status("GET", "/c"), 404);
    QCOMPARE(m_swift->status("POST", "/c"), 404);
    QCOMPARE(m_swift->status("DELETE", "/c"), 404);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "abc"), 404);
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/c"), 202);
    QCOMPARE(m_swift->status("HEAD", "/c"), 204);
    QCOMPARE(m_swift->status("GET", "/c"), 204);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "abc"), 201);
    QCOMPARE(m_swift->status("DELETE", "/c"), 409);
    QCOMPARE(m_swift->status("DELETE", "/c/o"), 204);
    QCOMPARE(m_swift->status("DELETE", "/c"), 204);
    QCOMPARE(m_swift->status("HEAD", "/c"), 404);
    // An account comes and goes with its project.
    QCOMPARE(m_swift->status("PUT", ""), 403);
    QCOMPARE(m_swift->status("DELETE", ""), 403);
    QCOMPARE(m_swift->status("PATCH", "/c"), 405);
}

void tst_Swift::metadataIsSetChangedAndRemoved()
{
    QCOMPARE(m_swift->status("PUT", "/c", "member",
                 { { "X-Container-Meta-Color", "blue" }, { "X-Container-Meta-two_words", "\xc3\xa4" } }),
        201);
    auto headers = m_swift->call("HEAD", "/c").headers;
    QCOMPARE(headers.value("x-container-meta-color"), QByteArray("blue"));
    QCOMPARE(headers.value("x-container-meta-two-words"), QByteArray("\xc3\xa4"));
    QCOMPARE(m_swift->status("POST", "/c", "member",
                 { { "X-Container-Meta-Color", "" }, { "X-Container-Meta-Size", "7" } }),
        204);
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Remove-Container-Meta-Two-Words", "x" } }), 204);
    headers = m_swift->call("HEAD", "/c").headers;
    QVERIFY(!headers.contains("x-container-meta-color"));
    QVERIFY(!headers.contains("x-container-meta-two-words"));
    QCOMPARE(headers.value("x-container-meta-size"), QByteArray("7"));
    QCOMPARE(m_swift->status("POST", "", "member", { { "X-Account-Meta-Owner", "me" } }), 204);
    QCOMPARE(m_swift->header("", "x-account-meta-owner"), QByteArray("me"));
    QCOMPARE(m_swift->status("POST", "", "member", { { "X-Remove-Account-Meta-Owner", "x" } }), 204);
    QCOMPARE(m_swift->header("", "x-account-meta-owner"), QByteArray());
}

void tst_Swift::countersAreExactAtOnce()
{
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/d"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/small", "member", {}, "abc"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/large", "member", {}, patternedContent(1000, 1)), 201);
    QCOMPARE(m_swift->status("PUT", "/c/small", "member", {}, "abcdef"), 201);
    QCOMPARE(m_swift->status("COPY", "/c/large", "member", { { "Destination", "d/copy" } }), 201);
    QCOMPARE(m_swift->header("/c", "x-container-object-count"), QByteArray("2"));
    QCOMPARE(m_swift->header("/c", "x-container-bytes-used"), QByteArray("1006"));
    QCOMPARE(m_swift->header("", "x-account-container-count"), QByteArray("2"));
    QCOMPARE(m_swift->header("", "x-account-object-count"), QByteArray("3"));
    QCOMPARE(m_swift->header("", "x-account-bytes-used"), QByteArray("2006"));
    QCOMPARE(m_swift->charged(), 2006);
    for (const char *path : { "/c/small", "/c/large", "/d/copy" })
        QCOMPARE(m_swift->status("DELETE", path), 204);
    QCOMPARE(m_swift->header("", "x-account-object-count"), QByteArray("0"));
    QCOMPARE(m_swift->header("", "x-account-bytes-used"), QByteArray("0"));
    QCOMPARE(m_swift->charged(), 0);
    // Nothing is left but what the collector takes.
    QCOMPARE(m_swift->count("SELECT COUNT(*) FROM map WHERE state <> 'dying'"), 0);
    QVERIFY(m_swift->blocks().store().collect());
    QCOMPARE(m_swift->blocks().storedBlocks().size(), 0);
}

void tst_Swift::secretsAreShownToOwnersOnly()
{
    const Fields fields { { "X-Container-Meta-Temp-URL-Key", "secret" },
        { "X-Container-Read", ".r:*,.rlistings" }, { "X-Container-Write", projectB.utf8() + ":*" },
        { "X-Container-Meta-Quota-Count", "9" } };
    QCOMPARE(m_swift->status("PUT", "/c", "member", fields), 201);
    const auto own = m_swift->call("HEAD", "/c").headers;
    QCOMPARE(own.value("x-container-meta-temp-url-key"), QByteArray("secret"));
    QCOMPARE(own.value("x-container-read"), QByteArray(".r:*,.rlistings"));
    for (const QByteArray &token : { QByteArray(), QByteArray("bob"), QByteArray("reader") }) {
        const auto others = m_swift->call("HEAD", "/c", token).headers;
        QCOMPARE(others.value("x-container-meta-quota-count"), QByteArray("9"));
        for (const char *name : { "x-container-meta-temp-url-key", "x-container-read", "x-container-write" })
            QVERIFY2(!others.contains(name), name);
    }
    QCOMPARE(m_swift->status("POST", "", "member", { { "X-Account-Meta-Temp-URL-Key-2", "secret" } }), 204);
    QCOMPARE(m_swift->header("", "x-account-meta-temp-url-key-2"), QByteArray("secret"));
    QCOMPARE(m_swift->header("", "x-account-meta-temp-url-key-2", "reader"), QByteArray());
}

void tst_Swift::accountQuotasAreTheResellers()
{
    const Fields quota { { "X-Account-Meta-Quota-Bytes", "5" } };
    QCOMPARE(m_swift->status("POST", "", "member", quota), 403);
    QCOMPARE(m_swift->status("POST", "", "manager", quota), 403);
    QCOMPARE(m_swift->status("POST", "", "admin", quota), 204);
    QCOMPARE(m_swift->header("", "x-account-meta-quota-bytes"), QByteArray("5"));
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "123456"), 413);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "12345"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/p", "member", {}, "1"), 413);
    QCOMPARE(m_swift->status("COPY", "/c/o", "member", { { "Destination", "c/p" } }), 413);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "54321"), 201); // in place of the other
    QCOMPARE(m_swift->status("POST", "", "admin", { { "X-Account-Meta-Quota-Bytes", "" } }), 204);
    QCOMPARE(m_swift->status("PUT", "/c/p", "member", {}, "123456"), 201);
    // An account that no project has.
    QCOMPARE(m_swift->status("POST", "/v1/AUTH_" + ProjectId::create().utf8(), "admin", quota), 404);
}

void tst_Swift::aListingHasItsFormat_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("accept");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    const QByteArray text = "text/plain; charset=utf-8";
    const QByteArray json = "application/json; charset=utf-8";
    const QByteArray xml = "application/xml; charset=utf-8";
    QTest::addRow("nothing said") << QByteArray() << QByteArray("*/*") << 200 << text;
    QTest::addRow("json by query") << QByteArray("?format=json") << QByteArray("text/xml") << 200 << json;
    QTest::addRow("xml by query") << QByteArray("?format=xml") << QByteArray("*/*") << 200 << xml;
    QTest::addRow("unknown by query") << QByteArray("?format=yaml") << QByteArray("*/*") << 200 << text;
    QTest::addRow("json accepted") << QByteArray() << QByteArray("application/json") << 200 << json;
    QTest::addRow("xml accepted") << QByteArray() << QByteArray("text/xml;q=0.9") << 200 << xml;
    QTest::addRow("first that is known")
        << QByteArray() << QByteArray("image/png, application/xml") << 200 << xml;
    QTest::addRow("nothing known") << QByteArray() << QByteArray("image/png") << 406
                                   << QByteArray("text/plain; charset=UTF-8");
    QTest::addRow("a page too large")
        << QByteArray("?limit=10001") << QByteArray("*/*") << 412 << QByteArray("text/plain; charset=UTF-8");
    QTest::addRow("limit that is no number") << QByteArray("?limit=many") << QByteArray("*/*") << 200 << text;
    QTest::addRow("limit below nothing") << QByteArray("?limit=-1") << QByteArray("*/*") << 200 << text;
    QTest::addRow("empty page") << QByteArray("?limit=0") << QByteArray("*/*") << 204 << text;
    QTest::addRow("empty page in json")
        << QByteArray("?limit=0&format=json") << QByteArray("*/*") << 200 << json;
}

void tst_Swift::aListingHasItsFormat()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, accept);
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "abc"), 201);
    for (const char *path : { "", "/c" }) {
        const auto reply = m_swift->call("GET", path + query, "member", { { "Accept", accept } });
        QCOMPARE(reply.status, status);
        QCOMPARE(reply.headers.value("content-type"), type);
    }
}

void tst_Swift::aListingIsAPage_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("names");
    const auto row = [](const char *query, const char *names) {
        QTest::addRow("%s", query) << QByteArray(query) << QByteArray(names);
    };
    row("", "a\nb/1\nb/2/3\nb/\xc3\xa4\nc/\nd\n");
    row("limit=2", "a\nb/1\n");
    row("marker=b/1", "b/2/3\nb/\xc3\xa4\nc/\nd\n");
    row("marker=b/1&end_marker=c/", "b/2/3\nb/\xc3\xa4\n");
    row("end_marker=b/1", "a\n");
    row("marker=zzz", "");
    row("prefix=b/", "b/1\nb/2/3\nb/\xc3\xa4\n");
    row("prefix=b/%C3%A4", "b/\xc3\xa4\n");
    row("delimiter=/", "a\nb/\nc/\nd\n");
    row("delimiter=/&prefix=b/", "b/1\nb/2/\nb/\xc3\xa4\n");
    row("delimiter=/&marker=b/", "c/\nd\n");
    row("delimiter=/&limit=2", "a\nb/\n");
    row("delimiter=/2/", "a\nb/1\nb/2/\nb/\xc3\xa4\nc/\nd\n");
    row("path=", "a\nc/\nd\n");
    row("path=b", "b/1\nb/\xc3\xa4\n");
    row("path=b/2", "b/2/3\n");
    row("reverse=true", "d\nc/\nb/\xc3\xa4\nb/2/3\nb/1\na\n");
    row("reverse=1&marker=c/&limit=2", "b/\xc3\xa4\nb/2/3\n");
    row("reverse=on&marker=c/&end_marker=a", "b/\xc3\xa4\nb/2/3\nb/1\n");
    row("reverse=yes&delimiter=/", "d\nc/\nb/\na\n");
}

void tst_Swift::aListingIsAPage()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, names);
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    for (const char *name : { "d", "b/1", "a", "c/", "b/%C3%A4", "b/2/3" })
        QCOMPARE(m_swift->status("PUT", QByteArray("/c/") + name), 201);
    const auto text = m_swift->call("GET", "/c?" + query);
    QCOMPARE(text.status, names.isEmpty() ? 204 : 200);
    QCOMPARE(text.body, names);
    QByteArray fromJson;
    const auto json = m_swift->call("GET", "/c?format=json&" + query);
    QCOMPARE(json.status, 200);
    for (const QJsonValue line : QJsonDocument::fromJson(json.body).array()) {
        const bool isFolder = line[u"subdir"_s].isString();
        QCOMPARE(line.toObject().size(), isFolder ? 1 : 5);
        fromJson += line[isFolder ? u"subdir"_s : u"name"_s].toString().toUtf8() + '\n';
    }
    QCOMPARE(fromJson, names);
}

void tst_Swift::anXmlListingStaysWellFormed()
{
    QCOMPARE(m_swift->status("PUT", "/%3Cc%3E"), 201);
    QCOMPARE(m_swift->status("PUT", "/%3Cc%3E/a%26%22%01b/%5D%5D%3E", "member", {}, "abc"), 201);
    for (const char *path : { "?format=xml", "/%3Cc%3E?format=xml", "/%3Cc%3E?format=xml&delimiter=/" }) {
        const auto reply = m_swift->call("GET", path);
        QCOMPARE(reply.status, 200);
        QXmlStreamReader xml(reply.body);
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    }
}

void tst_Swift::anotherOriginIsAskedOfTheContainer()
{
    QCOMPARE(m_swift->status("PUT", "/open", "member",
                 { { "X-Container-Meta-Access-Control-Allow-Origin", "http://a.example http://b.example" },
                     { "X-Container-Meta-Access-Control-Max-Age", "60" }, { "X-Container-Read", ".r:*" } }),
        201);
    QCOMPARE(m_swift->status("PUT", "/closed", "member", { { "X-Container-Read", ".r:*" } }), 201);
    for (const char *path : { "/open/o", "/closed/o" })
        QCOMPARE(m_swift->status("PUT", path, "member", { { "X-Object-Meta-Color", "blue" } }, "abc"), 201);
    const auto ask = [&](const QByteArray &path, const QByteArray &origin) {
        return m_swift->call("OPTIONS", path, {},
            { { "Origin", origin }, { "Access-Control-Request-Method", "GET" },
                { "Access-Control-Request-Headers", "x-auth-token" } });
    };
    const auto allowed = ask("/open/o", "http://b.example");
    QCOMPARE(allowed.status, 200);
    QCOMPARE(allowed.headers.value("access-control-allow-origin"), QByteArray("http://b.example"));
    QCOMPARE(allowed.headers.value("access-control-max-age"), QByteArray("60"));
    QCOMPARE(ask("/open/o", "http://c.example").status, 401);
    QCOMPARE(ask("/closed/o", "http://a.example").status, 401);
    QCOMPARE(ask("/missing/o", "http://a.example").status, 401);
    const auto get = m_swift->call("GET", "/open/o", {}, { { "Origin", "http://a.example" } });
    QCOMPARE(get.headers.value("access-control-allow-origin"), QByteArray("http://a.example"));
    QVERIFY(get.headers.value("access-control-expose-headers").contains("x-object-meta-color"));
    QVERIFY(!m_swift->call("GET", "/closed/o", {}, { { "Origin", "http://a.example" } })
                 .headers.contains("access-control-allow-origin"));
    // Of writes and faults too: the page must be able to read what became of its request.
    const auto origin = [&](const QByteArray &method, const QByteArray &path, const QByteArray &token) {
        const auto reply = m_swift->call(method, path, token, { { "Origin", "http://a.example" } });
        return QByteArray::number(reply.status) + ' ' + reply.headers.value("access-control-allow-origin");
    };
    QCOMPARE(origin("PUT", "/open/new", "member"), QByteArray("201 http://a.example"));
    QCOMPARE(origin("POST", "/open/new", "member"), QByteArray("202 http://a.example"));
    QCOMPARE(origin("GET", "/open", "member"), QByteArray("200 http://a.example"));
    QCOMPARE(origin("HEAD", "/open/none", "member"), QByteArray("404 http://a.example"));
    QCOMPARE(origin("DELETE", "/open/new", {}), QByteArray("401 http://a.example"));
    QCOMPARE(origin("DELETE", "/open/new", "member"), QByteArray("204 http://a.example"));
    QCOMPARE(origin("PUT", "/closed/new", "member"), QByteArray("201 "));
}

NEPHELE_TEST(tst_Swift)
#include "tst_swift.moc"
