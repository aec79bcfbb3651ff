// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/swift/swiftfixture.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

using Fields = SwiftFixture::Fields;

namespace {

constexpr qint64 nowSeconds = SwiftFixture::startMs / 1000;
const QByteArray key = "secret";

QByteArray signature(const QByteArray &text,
    QCryptographicHash::Algorithm algorithm = QCryptographicHash::Sha256, const QByteArray &with = key)
{
    return QMessageAuthenticationCode::hash(text, with, algorithm).toHex();
}

QByteArray signedText(const QByteArray &method, const QByteArray &path, qint64 expires = nowSeconds + 60)
{
    return method + '\n' + QByteArray::number(expires) + '\n' + path;
}

QByteArray query(const QByteArray &text, const QByteArray &more = {}, qint64 expires = nowSeconds + 60)
{
    return "?temp_url_sig=" + signature(text) + "&temp_url_expires=" + QByteArray::number(expires) + more;
}

// One entry of a tar archive, as POSIX.1-1988 lays it out.
QByteArray tarEntry(const QByteArray &name, const QByteArray &content, char kind = '0',
    const QByteArray &link = {}, qint64 claimedBytes = -1)
{
    QByteArray head(512, '\0');
    const auto put = [&](qsizetype at, const QByteArray &text) { head.replace(at, text.size(), text); };
    const auto octal = [](qint64 number, int digits) {
        return QByteArray::number(number, 8).rightJustified(digits, '0');
    };
    put(0, name.left(100));
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, octal(claimedBytes < 0 ? content.size() : claimedBytes, 11));
    put(136, octal(nowSeconds, 11));
    put(148, "        ");
    put(156, QByteArray(1, kind));
    put(157, link.left(100));
    put(257,
        QByteArray("ustar\0"
                   "00",
            8));
    quint32 sum = 0;
    for (const char c : head)
        sum += uchar(c);
    put(148, octal(sum, 6) + QByteArray("\0 ", 2));
    QByteArray padded = content;
    padded.resize((content.size() + 511) / 512 * 512, '\0');
    return head + padded;
}

QByteArray tarEnd()
{
    return QByteArray(1024, '\0');
}

} // namespace

// Temporary URLs, quotas of containers, many deletions at once, archives. On SQLite and PostgreSQL.
class tst_SwiftExtras : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup();
    void aTemporaryUrlOpens_data();
    void aTemporaryUrlOpens();
    void aTemporaryUrlIsRefused_data();
    void aTemporaryUrlIsRefused();
    void aTemporaryUrlPutsAndPointsNowhere();
    void aContainersKeyOpensThatContainerAlone();
    void aTemporaryUrlNamesTheFile();
    void aContainersQuotaHolds();
    void manyAreDeletedAtOnce();
    void badDeletionListsAreRefused_data();
    void badDeletionListsAreRefused();
    void anArchiveBecomesObjects();
    void hostileArchivesAreRefused_data();
    void hostileArchivesAreRefused();
    void anArchiveStopsAtTheQuota();
    void whoMayNotWriteUnpacksNothing();

private:
    QJsonObject unpack(const QByteArray &path, const QByteArray &archive, const QByteArray &token = "member");
    static QByteArray objectPath() { return SwiftFixture::accountA() + "/c/o"; }

    std::unique_ptr<SwiftFixture> m_swift;
};

void tst_SwiftExtras::cleanup()
{
    // Whatever a test did.
    QVERIFY(m_swift->hasExactCounters());
    m_swift.reset();
}

void tst_SwiftExtras::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_swift = std::make_unique<SwiftFixture>(engine);
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", { { "X-Object-Meta-Color", "blue" } }, "abc"), 201);
    QCOMPARE(m_swift->status("POST", "", "member", { { "X-Account-Meta-Temp-URL-Key", key } }), 204);
}

void tst_SwiftExtras::aTemporaryUrlOpens_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("query");
    const QByteArray text = signedText("GET", objectPath());
    const QByteArray expires = "&temp_url_expires=" + QByteArray::number(nowSeconds + 60);
    const QByteArray sig = "?temp_url_sig=";
    QTest::addRow("SHA-256") << QByteArray("GET") << query(text);
    QTest::addRow("SHA-1") << QByteArray("GET") << sig + signature(text, QCryptographicHash::Sha1) + expires;
    QTest::addRow("SHA-512") << QByteArray("GET")
                             << sig + signature(text, QCryptographicHash::Sha512) + expires;
    QTest::addRow("SHA-512 in base64") << QByteArray("GET")
                                       << sig + "sha512:"
            + QByteArray::fromHex(signature(text, QCryptographicHash::Sha512))
                  .toBase64(QByteArray::Base64UrlEncoding)
            + expires;
    QTest::addRow("HEAD by what was signed for GET") << QByteArray("HEAD") << query(text);
    QTest::addRow("HEAD by what was signed for PUT")
        << QByteArray("HEAD") << query(signedText("PUT", objectPath()));
    QTest::addRow("a time in words") << QByteArray("GET")
                                     << sig + signature(signedText("GET", objectPath(), 1'800'003'600))
            + "&temp_url_expires=2027-01-15T09:00:00Z";
    QTest::addRow("a prefix") << QByteArray(
        "GET") << query(signedText("GET", "prefix:" + SwiftFixture::accountA() + "/c/"), "&temp_url_prefix=");
    QTest::addRow("an address") << QByteArray("GET")
                                << query("ip=127.0.0.0/8\n" + text, "&temp_url_ip_range=127.0.0.0/8");
}

void tst_SwiftExtras::aTemporaryUrlOpens()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, query);
    const auto reply = m_swift->call(method, "/c/o" + query, {});
    QCOMPARE(reply.status, 200);
    if (method == "GET")
        QCOMPARE(reply.body, QByteArray("abc"));
}

void tst_SwiftExtras::aTemporaryUrlIsRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    const QByteArray text = signedText("GET", objectPath());
    QTest::addRow("over") << QByteArray("GET")
                          << "/c/o" + query(signedText("GET", objectPath(), nowSeconds), {}, nowSeconds);
    QTest::addRow("time changed") << QByteArray("GET") << "/c/o" + query(text, {}, nowSeconds + 61);
    QTest::addRow("another key") << QByteArray("GET")
                                 << "/c/o?temp_url_sig="
            + signature(text, QCryptographicHash::Sha256, "guess")
            + "&temp_url_expires=" + QByteArray::number(nowSeconds + 60);
    QTest::addRow("another object") << QByteArray("GET") << "/c/p" + query(text);
    QTest::addRow("another method") << QByteArray("DELETE") << "/c/o" + query(text);
    QTest::addRow("signed for HEAD, used for GET")
        << QByteArray("GET") << "/c/o" + query(signedText("HEAD", objectPath()));
    QTest::addRow("the container") << QByteArray("GET") << "/c" + query(text);
    QTest::addRow("no signature") << QByteArray("GET") << QByteArray("/c/o?temp_url_expires=1900000000");
    QTest::addRow("no time") << QByteArray("GET") << "/c/o?temp_url_sig=" + signature(text);
    QTest::addRow("an MD5") << QByteArray("GET")
                            << "/c/o?temp_url_sig=" + signature(text, QCryptographicHash::Md5)
            + "&temp_url_expires=" + QByteArray::number(nowSeconds + 60);
    QTest::addRow("no hex") << QByteArray("GET")
                            << QByteArray("/c/o?temp_url_sig=zz&temp_url_expires=1900000000");
    QTest::addRow("outside its prefix") << QByteArray("GET")
                                        << "/c/o"
            + query(signedText("GET", "prefix:" + SwiftFixture::accountA() + "/c/p"), "&temp_url_prefix=p");
    QTest::addRow("from another address")
        << QByteArray("GET") << "/c/o" + query("ip=10.0.0.0/8\n" + text, "&temp_url_ip_range=10.0.0.0/8");
    QTest::addRow("address left out") << QByteArray("GET") << "/c/o" + query("ip=10.0.0.0/8\n" + text);
    QTest::addRow("address that is none")
        << QByteArray("GET") << "/c/o" + query("ip=x\n" + text, "&temp_url_ip_range=x");
}

void tst_SwiftExtras::aTemporaryUrlIsRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QCOMPARE(m_swift->status(method, path, {}), 401);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("abc"));
}

void tst_SwiftExtras::aTemporaryUrlPutsAndPointsNowhere()
{
    const QByteArray path = SwiftFixture::accountA() + "/c/new";
    const QByteArray put = "/c/new" + query(signedText("PUT", path));
    QCOMPARE(m_swift->status("PUT", put, {}, { { "X-Object-Manifest", "c/o" } }), 400);
    QCOMPARE(m_swift->status("PUT", put, {}, { { "X-Copy-From", "c/o" } }), 400);
    QCOMPARE(m_swift->status("PUT", put + "&multipart-manifest=put", {}, {}, R"([{"path": "/c/o"}])"), 400);
    QCOMPARE(m_swift->status("GET", "/c/new"), 404);
    QCOMPARE(m_swift->status("PUT", put, {}, {}, "by url"), 201);
    QCOMPARE(m_swift->body("/c/new"), QByteArray("by url"));
    QCOMPARE(m_swift->charged(), 9);
    QCOMPARE(m_swift->status("DELETE", "/c/new" + query(signedText("DELETE", path)), {}), 204);
    QCOMPARE(m_swift->status("GET", "/c/new"), 404);
    QCOMPARE(m_swift->charged(), 3);
}

void tst_SwiftExtras::aContainersKeyOpensThatContainerAlone()
{
    QCOMPARE(m_swift->status("PUT", "/d", "member", { { "X-Container-Meta-Temp-URL-Key-2", "other" } }), 201);
    QCOMPARE(m_swift->status("PUT", "/d/o", "member", {}, "def"), 201);
    const auto url = [&](const QByteArray &container) {
        const QByteArray text = signedText("GET", SwiftFixture::accountA() + container + "/o");
        return container + "/o?temp_url_sig=" + signature(text, QCryptographicHash::Sha256, "other")
            + "&temp_url_expires=" + QByteArray::number(nowSeconds + 60);
    };
    QCOMPARE(m_swift->body(url("/d"), {}), QByteArray("def"));
    QCOMPARE(m_swift->status("GET", url("/c"), {}), 401);
    // A large object of that container whose parts lie elsewhere stays closed.
    QCOMPARE(m_swift->status("PUT", "/d/o", "member", { { "X-Object-Manifest", "c/o" } }), 201);
    QCOMPARE(m_swift->status("GET", url("/d"), {}), 401);
}

void tst_SwiftExtras::aTemporaryUrlNamesTheFile()
{
    const QByteArray url = "/c/o" + query(signedText("GET", objectPath()));
    const auto disposition = [&](const QByteArray &more) {
        return m_swift->call("GET", url + more, {}).headers.value("content-disposition");
    };
    QCOMPARE(disposition({}), QByteArray("attachment; filename=\"o\"; filename*=UTF-8''o"));
    QCOMPARE(disposition("&filename=a%22b%0D%0A.txt"),
        QByteArray("attachment; filename=\"a%22b  .txt\"; filename*=UTF-8''a%22b%0D%0A.txt"));
    QCOMPARE(disposition("&inline"), QByteArray("inline"));
}

void tst_SwiftExtras::aContainersQuotaHolds()
{
    QCOMPARE(m_swift->status("POST", "/c", "member",
                 { { "X-Container-Meta-Quota-Bytes", "10" }, { "X-Container-Meta-Quota-Count", "2" } }),
        204);
    QCOMPARE(m_swift->status("PUT", "/c/p", "member", {}, "12345678"), 413);
    QCOMPARE(m_swift->status("PUT", "/c/p", "member", {}, "1234567"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/q"), 413);
    QCOMPARE(m_swift->status("PUT", "/c/p", "member", {}, "7654321"), 201);
    QCOMPARE(m_swift->status("DELETE", "/c/p"), 204);
    QCOMPARE(m_swift->status("PUT", "/c/q"), 201);
}

void tst_SwiftExtras::manyAreDeletedAtOnce()
{
    QCOMPARE(m_swift->status("PUT", "/empty"), 201);
    QByteArray list;
    for (int i = 0; i < 120; ++i) {
        QCOMPARE(m_swift->status("PUT", "/c/x" + QByteArray::number(i), "member", {}, "abc"), 201);
        list += "/c/x" + QByteArray::number(i) + '\n';
    }
    list += "c/%C3%A4\n\nc/missing\nempty\nmissing\nc\n";
    for (const char *method : { "POST", "DELETE" }) {
        const auto reply = m_swift->call(method, "?bulk-delete=1", "member",
            { { "Accept", "application/json" }, { "Content-Type", "text/plain" } }, list);
        QCOMPARE(reply.status, 200);
        const QJsonObject report = QJsonDocument::fromJson(reply.body).object();
        const bool isFirst = method == QByteArray("POST");
        QCOMPARE(report.value(u"Number Deleted"_s).toInt(), isFirst ? 121 : 0);
        QCOMPARE(report.value(u"Number Not Found"_s).toInt(), isFirst ? 3 : 124);
        QCOMPARE(report.value(u"Response Status"_s).toString(), u"400 Bad Request"_s);
        const QJsonArray errors = report.value(u"Errors"_s).toArray();
        QCOMPARE(errors.size(), 1); // it still holds the first object
        QCOMPARE(errors.at(0)[0].toString(), u"/c"_s);
        QCOMPARE(errors.at(0)[1].toString(), u"409 Conflict"_s);
    }
    QCOMPARE(m_swift->body("/c"), QByteArray("o\n"));
    QCOMPARE(m_swift->charged(), 3);
    // Another's account: nobody listens to who may delete nothing there.
    QCOMPARE(m_swift->status("POST", "?bulk-delete", "bob", {}, "c/o\n"), 403);
    QCOMPARE(m_swift->status("POST", "?bulk-delete", {}, {}, "c/o\n"), 401);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("abc"));
    // Who may write one of its containers: every name for itself.
    QCOMPARE(m_swift->status("PUT", "/shared", "member", { { "X-Container-Write", "*:*" } }), 201);
    QCOMPARE(m_swift->status("PUT", "/shared/o", "member", {}, "abc"), 201);
    const auto shared = m_swift->call(
        "POST", "?bulk-delete", "bob", { { "Accept", "application/json" } }, "c/o\nc/none\nshared/o\n");
    QCOMPARE(QJsonDocument::fromJson(shared.body)[u"Errors"_s].toArray().size(), 2);
    QCOMPARE(QJsonDocument::fromJson(shared.body)[u"Number Deleted"_s].toInt(), 1);
    QCOMPARE(m_swift->body("/c/o"), QByteArray("abc"));
}

void tst_SwiftExtras::badDeletionListsAreRefused_data()
{
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<int>("status");
    QTest::addRow("a name too long") << QByteArray("c/" + QByteArray(1300, 'n')) << 400;
    QTest::addRow("too many names") << QByteArray("c/x\n").repeated(10'001) << 413;
    QTest::addRow("too many bytes") << QByteArray((16 << 20) + 1, '\n') << 413;
}

void tst_SwiftExtras::badDeletionListsAreRefused()
{
    QFETCH(QByteArray, list);
    QFETCH(int, status);
    QCOMPARE(m_swift->status("POST", "?bulk-delete", "member", {}, list), status);
    const auto nothing =
        m_swift->call("POST", "?bulk-delete", "member", { { "Accept", "application/json" } }, "\n\n");
    QCOMPARE(QJsonDocument::fromJson(nothing.body)[u"Response Body"_s].toString(), u"Invalid bulk delete."_s);
}

QJsonObject tst_SwiftExtras::unpack(
    const QByteArray &path, const QByteArray &archive, const QByteArray &token)
{
    const auto reply = m_swift->call(
        "PUT", path + "?extract-archive=tar", token, { { "Accept", "application/json" } }, archive);
    return reply.status == 200 ? QJsonDocument::fromJson(reply.body).object()
                               : QJsonObject { { u"status"_s, reply.status } };
}

void tst_SwiftExtras::anArchiveBecomesObjects()
{
    const QByteArray large = patternedContent(5000, 6);
    const QByteArray files = tarEntry("d/", {}, '5') + tarEntry("d/a.txt", "small")
        + tarEntry("./d/b/large", large) + tarEntry("d/empty", {});
    const auto inContainer = unpack("/c/pre", files + tarEnd());
    QCOMPARE(inContainer.value(u"Number Files Created"_s).toInt(), 3);
    QCOMPARE(inContainer.value(u"Response Status"_s).toString(), u"201 Created"_s);
    QCOMPARE(m_swift->body("/c"), QByteArray("o\npre/d/a.txt\npre/d/b/large\npre/d/empty\n"));
    QCOMPARE(m_swift->body("/c/pre/d/b/large"), large);
    QCOMPARE(m_swift->header("/c/pre/d/a.txt", "content-type"), QByteArray("text/plain"));
    const auto inAccount = unpack("", files + tarEnd());
    QCOMPARE(inAccount.value(u"Number Files Created"_s).toInt(), 3);
    QCOMPARE(m_swift->body("/d"), QByteArray("a.txt\nb/large\nempty\n"));
    QCOMPARE(m_swift->charged(), 3 + 2 * 5005);
}

void tst_SwiftExtras::hostileArchivesAreRefused_data()
{
    QTest::addColumn<QByteArray>("archive");
    QTest::addColumn<QString>("error"); // of one entry; empty: of the whole
    QTest::addRow("out of its place")
        << tarEntry("../escape", "x") + tarEnd() << u"412 Precondition Failed"_s;
    QTest::addRow("out of its place, later")
        << tarEntry("a/../../escape", "x") + tarEnd() << u"412 Precondition Failed"_s;
    QTest::addRow("an absolute name")
        << tarEntry("/etc/passwd", "x") + tarEnd() << u"412 Precondition Failed"_s;
    QTest::addRow("a symbolic link") << tarEntry("link", {}, '2', "/etc/passwd") + tarEnd()
                                     << u"400 Bad Request"_s;
    QTest::addRow("a hard link") << tarEntry("link", {}, '1', "/etc/passwd") + tarEnd()
                                 << u"400 Bad Request"_s;
    QTest::addRow("a device") << tarEntry("null", {}, '3') + tarEnd() << u"400 Bad Request"_s;
    QTest::addRow("a pipe") << tarEntry("pipe", {}, '6') + tarEnd() << u"400 Bad Request"_s;
    QTest::addRow("a name that is not UTF-8")
        << tarEntry("a\xff\xfe", "x") + tarEnd() << u"412 Precondition Failed"_s;
    QTest::addRow("larger than a file may be")
        << tarEntry("big", "x", '0', {}, 7'000'000'000) + tarEnd() << u"413 Content Too Large"_s;
    QTest::addRow("cut off") << tarEntry("cut", QByteArray(5000, 'x')).left(2000) << u"400 Bad Request"_s;
    QTest::addRow("not an archive") << QByteArray(4000, 'x') << QString();
    QTest::addRow("nothing") << QByteArray() << QString();
}

void tst_SwiftExtras::hostileArchivesAreRefused()
{
    QFETCH(QByteArray, archive);
    QFETCH(QString, error);
    const QJsonObject report = unpack("/c", archive);
    QCOMPARE(report.value(u"Number Files Created"_s).toInt(), 0);
    QCOMPARE(report.value(u"Response Status"_s).toString(), u"400 Bad Request"_s);
    const QJsonArray errors = report.value(u"Errors"_s).toArray();
    if (!error.isEmpty())
        QCOMPARE(errors.at(0)[1].toString(), error);
    else
        QVERIFY(report.value(u"Response Body"_s).toString().startsWith(u"Invalid Tar File"_s));
    QCOMPARE(m_swift->body("/c"), QByteArray("o\n"));
    QCOMPARE(m_swift->charged(), 3);
}

void tst_SwiftExtras::anArchiveStopsAtTheQuota()
{
    QCOMPARE(m_swift->status("POST", "/c", "member", { { "X-Container-Meta-Quota-Count", "2" } }), 204);
    const auto report =
        unpack("/c", tarEntry("one", "1") + tarEntry("two", "2") + tarEntry("three", "3") + tarEnd());
    QCOMPARE(report.value(u"Number Files Created"_s).toInt(), 1);
    QCOMPARE(report.value(u"Errors"_s).toArray().size(), 2);
    QCOMPARE(m_swift->body("/c"), QByteArray("o\none\n"));
}

void tst_SwiftExtras::whoMayNotWriteUnpacksNothing()
{
    const QByteArray archive = tarEntry("c/x", "1") + tarEnd();
    for (const char *path : { "", "/c", "/missing", "/c/pre" }) {
        QCOMPARE(unpack(path, archive, {}).value(u"status"_s).toInt(), 401);
        QCOMPARE(unpack(path, archive, "bob").value(u"status"_s).toInt(), 403);
        QCOMPARE(unpack(path, archive, "reader").value(u"status"_s).toInt(), 403);
    }
    QCOMPARE(m_swift->status("PUT", "/c?extract-archive=zip", "member", {}, archive), 400);
    QCOMPARE(m_swift->body("/c"), QByteArray("o\n"));
}

NEPHELE_TEST(tst_SwiftExtras)
#include "tst_swiftextras.moc"
