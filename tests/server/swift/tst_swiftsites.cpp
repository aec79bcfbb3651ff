// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/http/rawclient.h"
#include "tests/server/swift/swiftfixture.h"
#include "tests/support/testregistry.h"

#include <QMessageAuthenticationCode>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

using Fields = SwiftFixture::Fields;
Q_DECLARE_METATYPE(Fields)

namespace {

constexpr qint64 nowSeconds = SwiftFixture::startMs / 1000;
const QByteArray key = "secret";
const QByteArray boundary = "----edge";

struct FormFile
{
    QByteArray name;
    QByteArray content;
    QByteArray type = "text/plain";
};

// As a page of the account's owner signs it.
Fields signedFields(const QByteArray &path, const Fields &changes = {},
    QCryptographicHash::Algorithm algorithm = QCryptographicHash::Sha256)
{
    QMap<QByteArray, QByteArray> values { { "redirect", "" }, { "max_file_size", "1000" },
        { "max_file_count", "2" }, { "expires", QByteArray::number(nowSeconds + 60) } };
    for (const auto &[name, value] : changes)
        values[name] = value;
    const QByteArray text = path + '\n' + values["redirect"] + '\n' + values["max_file_size"] + '\n'
        + values["max_file_count"] + '\n' + values["expires"];
    Fields fields;
    for (const auto &[name, value] : values.asKeyValueRange())
        fields.append({ name, value });
    fields.append({ "signature", QMessageAuthenticationCode::hash(text, key, algorithm).toHex() });
    return fields;
}

QByteArray form(const Fields &fields, const QList<FormFile> &files)
{
    QByteArray body;
    for (const auto &[name, value] : fields)
        body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value
            + "\r\n";
    for (const FormFile &file : files)
        body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file.name
            + "\"\r\nContent-Type: " + file.type + "\r\n\r\n" + file.content + "\r\n";
    return body + "--" + boundary + "--\r\n";
}

} // namespace

// Containers as web sites, and files sent by forms of signed pages. On SQLite and PostgreSQL.
class tst_SwiftSites : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void aSiteIsShownToStrangers_data();
    void aSiteIsShownToStrangers();
    void aListingPageIsHarmless();
    void aClosedSiteShowsNothing();
    void tokensSeeTheContainer();
    void aFormBecomesObjects_data();
    void aFormBecomesObjects();
    void badFormsAreRefused_data();
    void badFormsAreRefused();
    void aFormGoesBackToItsPage();
    void aLargeFileStreamsThroughAForm();
    void aFormOfAContainersKeyStaysThere();

private:
    SwiftReply get(const QByteArray &path, const QByteArray &token = {});
    SwiftReply post(const QByteArray &path, const QByteArray &body);

    std::unique_ptr<SwiftFixture> m_swift;
};

void tst_SwiftSites::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_swift = std::make_unique<SwiftFixture>(engine);
    QCOMPARE(m_swift->status("PUT", "/site", "member", { { "X-Container-Read", ".r:*,.rlistings" } }), 201);
    const QList<std::pair<QByteArray, QByteArray>> pages { { "index.html", "<h1>top</h1>" },
        { "a/index.html", "<h1>a</h1>" }, { "a/page.html", "page" }, { "b/only.txt", "only" },
        { "404error.html", "lost" }, { "401error.html", "closed" } };
    for (const auto &[name, page] : pages)
        QCOMPARE(m_swift->status("PUT", "/site/" + name, "member", {}, page), 201);
    QCOMPARE(
        m_swift->status("PUT", "/site/marked", "member", { { "Content-Type", "application/directory" } }),
        201);
    QCOMPARE(m_swift->status("PUT", "/site/marked/x", "member", {}, "x"), 201);
    QCOMPARE(m_swift->status("PUT", "/forms"), 201);
    QCOMPARE(m_swift->status("POST", "", "member", { { "X-Account-Meta-Temp-URL-Key", key } }), 204);
}

void tst_SwiftSites::cleanup()
{
    QVERIFY(m_swift->hasExactCounters());
    m_swift.reset();
}

SwiftReply tst_SwiftSites::get(const QByteArray &path, const QByteArray &token)
{
    RawClient client(quint16(m_swift->server().url().port()));
    const RawReply raw =
        client.exchange("GET " + SwiftFixture::whole(path) + " HTTP/1.1\r\nHost: localhost\r\n"
            + (token.isEmpty() ? QByteArray() : "X-Auth-Token: " + token + "\r\n") + "\r\n");
    SwiftReply reply { raw.status, raw.body, {} };
    for (const auto &[name, value] : raw.headers.fields())
        reply.headers.insert(name.toLower(), value);
    return reply;
}

void tst_SwiftSites::aSiteIsShownToStrangers_data()
{
    QTest::addColumn<Fields>("site");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("shown"); // body, part of a listing, or end of the new address
    const Fields index { { "X-Container-Meta-Web-Index", "index.html" } };
    const Fields listings { { "X-Container-Meta-Web-Listings", "true" } };
    const Fields error { { "X-Container-Meta-Web-Error", "error.html" } };
    QTest::addRow("no site") << Fields() << QByteArray("/site") << 200 << QByteArray("404error.html\n");
    QTest::addRow("no site, nothing there")
        << Fields() << QByteArray("/site/none") << 404 << QByteArray("There");
    QTest::addRow("the top without its slash") << index << QByteArray("/site") << 301 << QByteArray("/site/");
    QTest::addRow("the top") << index << QByteArray("/site/") << 200 << QByteArray("<h1>top</h1>");
    QTest::addRow("a page") << index << QByteArray("/site/a/page.html") << 200 << QByteArray("page");
    QTest::addRow("a folder without its slash")
        << index << QByteArray("/site/a") << 301 << QByteArray("/site/a/");
    QTest::addRow("a folder") << index << QByteArray("/site/a/") << 200 << QByteArray("<h1>a</h1>");
    QTest::addRow("a folder without index") << index << QByteArray("/site/b/") << 404 << QByteArray("There");
    QTest::addRow("a folder by its mark")
        << index << QByteArray("/site/marked") << 301 << QByteArray("/site/marked/");
    QTest::addRow("nothing there") << index << QByteArray("/site/none") << 404 << QByteArray("There");
    QTest::addRow("nothing there, with a page for it")
        << index + error << QByteArray("/site/none") << 404 << QByteArray("lost");
    QTest::addRow("no folder, with a page for it")
        << index + error << QByteArray("/site/none/") << 404 << QByteArray("lost");
    QTest::addRow("errors alone") << error << QByteArray("/site/none") << 404 << QByteArray("lost");
    QTest::addRow("errors alone, the container")
        << error << QByteArray("/site") << 200 << QByteArray("404error.html\n");
    QTest::addRow("the top as a listing") << listings << QByteArray("/site/") << 200 << QByteArray("./b/\"");
    QTest::addRow("a folder as a listing")
        << listings << QByteArray("/site/b/") << 200 << QByteArray("<a href=\"./only.txt\">only.txt</a>");
    QTest::addRow("a marked folder as a listing")
        << listings << QByteArray("/site/marked/") << 200 << QByteArray("<a href=\"./x\">x</a>");
    QTest::addRow("no folder to list") << listings << QByteArray("/site/none/") << 404 << QByteArray("There");
    QTest::addRow("an index before a listing")
        << index + listings << QByteArray("/site/a/") << 200 << QByteArray("<h1>a</h1>");
    QTest::addRow("another type of folder")
        << listings + Fields { { "X-Container-Meta-Web-Directory-Type", "text/html" } }
        << QByteArray("/site/marked") << 200 << QByteArray();
}

void tst_SwiftSites::aSiteIsShownToStrangers()
{
    QFETCH(Fields, site);
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    QFETCH(QByteArray, shown);
    QCOMPARE(m_swift->status("POST", "/site", "member", site), 204);
    const auto reply = get(path);
    QCOMPARE(reply.status, status);
    if (status == 301)
        QVERIFY(reply.headers.value("location").endsWith(SwiftFixture::accountA() + shown));
    else if (status == 404 || path == "/site/" || path == "/site" || path.endsWith('/'))
        QVERIFY2(reply.body.contains(shown), reply.body);
    else
        QCOMPARE(reply.body, shown);
    // Whatever stands there: it has no rights of ours, where people sign in.
    if (reply.headers.value("content-type").startsWith("text/html") && status == 200)
        QVERIFY(reply.headers.value("content-security-policy").startsWith("sandbox"));
}

void tst_SwiftSites::aListingPageIsHarmless()
{
    QCOMPARE(m_swift->status("POST", "/site", "member",
                 { { "X-Container-Meta-Web-Listings", "yes" },
                     { "X-Container-Meta-Web-Listings-CSS", "a\"><script>.css" } }),
        204);
    QCOMPARE(m_swift->status("PUT", "/site/x/%3Cscript%3Ealert%281%29%3C%2Fscript%3E", "member"), 201);
    QCOMPARE(m_swift->status("PUT", "/site/x/javascript:alert(1)", "member"), 201);
    const auto page = get("/site/x/");
    QCOMPARE(page.status, 200);
    QVERIFY(!page.body.contains("<script"));
    QVERIFY(!page.body.contains("href=\"javascript"));
    QVERIFY(page.body.contains("../a&quot;"));
    const QByteArray policy = page.headers.value("content-security-policy");
    QVERIFY(
        policy.startsWith("sandbox") && !policy.contains("allow-same-origin") && !policy.contains("scripts"));
    const QByteArray stored = get("/site/index.html").headers.value("content-security-policy");
    QVERIFY(stored.startsWith("sandbox") && !stored.contains("allow-same-origin"));
}

void tst_SwiftSites::aClosedSiteShowsNothing()
{
    const Fields site { { "X-Container-Meta-Web-Index", "index.html" },
        { "X-Container-Meta-Web-Listings", "1" }, { "X-Container-Meta-Web-Error", "error.html" },
        { "X-Container-Read", "" } };
    QCOMPARE(m_swift->status("POST", "/site", "member", site), 204);
    for (const char *path : { "/site", "/site/", "/site/a/", "/site/none", "/none/", "/site/index.html" })
        QCOMPARE(get(path).status, 401);
    // Readable, and not listed.
    QCOMPARE(m_swift->status("POST", "/site", "member", { { "X-Container-Read", ".r:*" } }), 204);
    QCOMPARE(get("/site/").body, QByteArray("<h1>top</h1>"));
    const auto listing = get("/site/b/");
    QCOMPARE(listing.status, 401);
    QCOMPARE(listing.body, QByteArray("closed"));
}

void tst_SwiftSites::tokensSeeTheContainer()
{
    QCOMPARE(
        m_swift->status("POST", "/site", "member", { { "X-Container-Meta-Web-Index", "index.html" } }), 204);
    QVERIFY(get("/site", "member").body.startsWith("401error.html\n"));
    QCOMPARE(m_swift->call("GET", "/site/", "member", { { "X-Web-Mode", "true" } }).body,
        QByteArray("<h1>top</h1>"));
    QCOMPARE(m_swift->header("/site", "x-container-meta-web-index"), QByteArray("index.html"));
}

SwiftReply tst_SwiftSites::post(const QByteArray &path, const QByteArray &body)
{
    return m_swift->call(
        "POST", path, {}, { { "Content-Type", "multipart/form-data; boundary=" + boundary } }, body);
}

void tst_SwiftSites::aFormBecomesObjects_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QCryptographicHash::Algorithm>("algorithm");
    QTest::addColumn<QByteArray>("prefix");
    QTest::addRow("SHA-1") << QByteArray("/forms/") << QCryptographicHash::Sha1 << QByteArray();
    QTest::addRow("SHA-256") << QByteArray("/forms/up/") << QCryptographicHash::Sha256 << QByteArray("up/");
    QTest::addRow("SHA-512") << QByteArray("/forms/up_") << QCryptographicHash::Sha512 << QByteArray("up_");
}

void tst_SwiftSites::aFormBecomesObjects()
{
    QFETCH(QByteArray, path);
    QFETCH(QCryptographicHash::Algorithm, algorithm);
    QFETCH(QByteArray, prefix);
    const QByteArray large = patternedContent(700, 3);
    const Fields fields = signedFields(SwiftFixture::accountA() + path, {}, algorithm);
    const auto reply =
        post(path, form(fields, { { "a.txt", "abc" }, { "b \xc3\xa4.bin", large, "image/x-own" } }));
    QCOMPARE(reply.status, 201);
    QCOMPARE(m_swift->body("/forms"), prefix + "a.txt\n" + prefix + "b \xc3\xa4.bin\n");
    QCOMPARE(m_swift->body("/forms/" + prefix + "a.txt"), QByteArray("abc"));
    QCOMPARE(m_swift->body("/forms/" + prefix + "b%20%C3%A4.bin"), large);
    QCOMPARE(
        m_swift->header("/forms/" + prefix + "b%20%C3%A4.bin", "content-type"), QByteArray("image/x-own"));
}

void tst_SwiftSites::badFormsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("left"); // names that are there afterwards
    const QByteArray path = SwiftFixture::accountA() + "/forms/";
    const QList<FormFile> one { { "a.txt", "abc" } };
    const Fields good = signedFields(path);
    const auto changed = [&](const QByteArray &name, const QByteArray &value) {
        Fields fields = good;
        for (auto &field : fields) {
            if (field.first == name)
                field.second = value;
        }
        return fields;
    };
    QTest::addRow("no fields") << form({}, one) << 400 << QByteArray();
    QTest::addRow("no signature") << form(changed("signature", ""), one) << 401 << QByteArray();
    QTest::addRow("another signature")
        << form(changed("signature", QByteArray(64, 'a')), one) << 401 << QByteArray();
    QTest::addRow("signed for another place")
        << form(signedFields(SwiftFixture::accountA() + "/other/"), one) << 401 << QByteArray();
    QTest::addRow("a size of his own")
        << form(changed("max_file_size", "9999999"), one) << 401 << QByteArray();
    QTest::addRow("over") << form(signedFields(path, { { "expires", QByteArray::number(nowSeconds - 1) } }),
        one) << 401 << QByteArray();
    QTest::addRow("no time") << form(signedFields(path, { { "expires", "soon" } }), one) << 400
                             << QByteArray();
    QTest::addRow("no size") << form(signedFields(path, { { "max_file_size", "" } }), one) << 400
                             << QByteArray();
    QTest::addRow("fields behind the file")
        << form({}, one).replace("--" + boundary + "--\r\n", form(good, {})) << 400 << QByteArray();
    QTest::addRow("no file") << form(good, {}) << 400 << QByteArray();
    QTest::addRow("a file too large")
        << form(good, { { "a.txt", QByteArray(1001, 'x') } }) << 413 << QByteArray();
    QTest::addRow("a file too many") << form(good, { { "a", "1" }, { "b", "2" }, { "c", "3" } }) << 400
                                     << QByteArray("a\nb\n");
    QTest::addRow("a name too long") << form(good, { { QByteArray(1100, 'n'), "1" } }) << 400 << QByteArray();
    QTest::addRow("a name that is not UTF-8") << form(good, { { "\xff\xfe", "1" } }) << 400 << QByteArray();
    QTest::addRow("cut off") << form(good, { { "a.txt", QByteArray(900, 'x') } }).chopped(100) << 400
                             << QByteArray();
    QTest::addRow("a field too long")
        << form({ { "redirect", QByteArray(10'000, 'r') } }, one) << 400 << QByteArray();
    QTest::addRow("a head too long") << form({ { QByteArray(10'000, 'r'), "x" } }, one) << 400
                                     << QByteArray();
    QTest::addRow("no form") << QByteArray("abc") << 400 << QByteArray();
    QTest::addRow("nothing") << QByteArray() << 400 << QByteArray();
    QTest::addRow("a bad end") << form(signedFields(path) + Fields { { "x_delete_at", "5" } }, one) << 400
                               << QByteArray();
}

void tst_SwiftSites::badFormsAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, left);
    QCOMPARE(post("/forms/", body).status, status);
    QCOMPARE(m_swift->body("/forms"), left);
    // Without a key there is nobody who could have signed; without a token nothing else is posted.
    QCOMPARE(post(SwiftFixture::accountB() + "/c/", body).status, 401);
    QCOMPARE(
        m_swift->call("POST", "/forms/x", {}, { { "Content-Type", "multipart/form-data" } }, body).status,
        401);
}

void tst_SwiftSites::aFormGoesBackToItsPage()
{
    const QByteArray path = SwiftFixture::accountA() + "/forms/";
    const auto to = [&](const QByteArray &redirect, const QList<FormFile> &files) {
        const auto reply = post("/forms/", form(signedFields(path, { { "redirect", redirect } }), files));
        return QByteArray::number(reply.status) + ' ' + reply.headers.value("location");
    };
    QCOMPARE(to("http://page.example/x", { { "a", "1" } }),
        QByteArray("303 http://page.example/x?status=201&message="));
    QCOMPARE(to("http://page.example/x?y=1", { { "a", QByteArray(2000, 'x') } }),
        QByteArray("303 http://page.example/x?y=1&status=413&message=max_file_size%20exceeded"));
}

void tst_SwiftSites::aLargeFileStreamsThroughAForm()
{
    const QByteArray path = SwiftFixture::accountA() + "/forms/";
    const QByteArray large = patternedContent(100'000, 5);
    const auto reply = post("/forms/",
        form(signedFields(path, { { "max_file_size", "4000000" } }), { { "a", large }, { "b", "2" } }));
    QCOMPARE(reply.status, 201);
    QCOMPARE(m_swift->body("/forms/a"), large);
    QCOMPARE(m_swift->body("/forms/b"), QByteArray("2"));
}

void tst_SwiftSites::aFormOfAContainersKeyStaysThere()
{
    QCOMPARE(m_swift->status("POST", "", "member", { { "X-Account-Meta-Temp-URL-Key", "" } }), 204);
    QCOMPARE(m_swift->status("POST", "/forms", "member", { { "X-Container-Meta-Temp-URL-Key", key } }), 204);
    const QByteArray forms = SwiftFixture::accountA() + "/forms/";
    const QByteArray site = SwiftFixture::accountA() + "/site/";
    QCOMPARE(post("/forms/", form(signedFields(forms), { { "a", "1" } })).status, 201);
    QCOMPARE(post("/site/", form(signedFields(site), { { "a", "1" } })).status, 401);
}

NEPHELE_TEST(tst_SwiftSites)
#include "tst_swiftsites.moc"
