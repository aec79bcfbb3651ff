// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"
#include "server/image/glanceroutes.h"
#include "tests/server/http/httpfixture.h"
#include "tests/server/image/imagefixture.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSignalSpy>
#include <QTcpSocket>

using namespace nephele;
using namespace nephele::test;

namespace {

const QByteArray patchType = "application/openstack-images-v2.1-json-patch";

struct HttpReply
{
    int status = 0;
    QByteArray body;
    QMap<QByteArray, QByteArray> headers; // names in lower case
    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
};

class ImageWorker final : public Worker
{
public:
    explicit ImageWorker(ImageFixture &images) : m_service(images.database(), images.works()) { }
    std::vector<RouteTable> routes() override { return { glanceRoutes(m_service, m_context) }; }
    Authenticator &authenticator() override { return m_tokens; }

private:
    ImageService m_service;
    NamedTokens m_tokens;
    QObject m_context;
};

} // namespace

// The image API over HTTP, as its clients speak it. Tokens: see httpfixture.h.
class tst_Glance : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();
    void cleanup();
    void everyRouteAsksForItsRight_data();
    void everyRouteAsksForItsRight();
    void discoveryPointsToTheApi();
    void whatClientsDoNotFindIsNotFound_data();
    void whatClientsDoNotFindIsNotFound();
    void badImagesAreRefused_data();
    void badImagesAreRefused();
    void anImageIsMadeFilledAndRead();
    void badPatchesChangeNothing_data();
    void badPatchesChangeNothing();
    void patchesChangeWhatTheySay();
    void tagsComeAndGo();
    void refusedDataLeavesTheImageQueued();
    void aSecondUploadIsAConflict();
    void aLostUploadLeavesTheImageQueued();
    void anImageOverQuotaIsRefused();
    void onlyItsProjectSeesAnImage_data();
    void onlyItsProjectSeesAnImage();
    void whoMayNotChangeIsForbidden();
    void aProtectedImageStays();
    void aDeactivatedImageIsForAdministrators();
    void aListIsFiltered_data();
    void aListIsFiltered();
    void pagesShowEveryImageOnce();
    void schemasNameTheFields();

private:
    HttpReply call(const QByteArray &method, const QByteArray &path, const QByteArray &token,
        const QByteArray &body = {}, const QByteArray &type = "application/json");
    QString created(const QByteArray &token, const QJsonObject &wanted = {});
    QString statusOf(const QString &id) { return show(id).value(QStringLiteral("status")).toString(); }
    QJsonObject show(const QString &id)
    {
        return call("GET", "/image/v2/images/" + id.toLatin1(), "admin").json();
    }
    QStringList names(const QByteArray &query, const QByteArray &token = "member");

    std::unique_ptr<ImageFixture> m_images;
    std::unique_ptr<HttpServer> m_server;
    QNetworkAccessManager m_network;
};

static QJsonObject plainImage(const char *name, const char *format = "raw")
{
    return { { QStringLiteral("name"), QString::fromLatin1(name) },
        { QStringLiteral("disk_format"), QString::fromLatin1(format) },
        { QStringLiteral("container_format"), QStringLiteral("bare") } };
}

static QJsonObject with(QJsonObject object, const char *key, const QJsonValue &value)
{
    object.insert(QLatin1StringView(key), value);
    return object;
}

static QByteArray bytes(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

void tst_Glance::initTestCase_data()
{
    addEngineRows();
}

void tst_Glance::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_images = std::make_unique<ImageFixture>(engine);
    m_images->addProject(projectA);
    m_images->addProject(projectB);
    auto server = HttpServer::start({}, [this] { return std::make_unique<ImageWorker>(*m_images); });
    QVERIFY2(server, qPrintable(server ? QString() : server.error().detail));
    m_server = std::move(*server);
}

void tst_Glance::cleanup()
{
    m_network.clearConnectionCache();
    m_server.reset();
    m_images.reset();
}

HttpReply tst_Glance::call(const QByteArray &method, const QByteArray &path, const QByteArray &token,
    const QByteArray &body, const QByteArray &type)
{
    QNetworkRequest request(QUrl(m_server->url().toString() + QString::fromLatin1(path)));
    request.setRawHeader("Content-Type", type);
    if (!token.isEmpty())
        request.setRawHeader("X-Auth-Token", token);
    const std::unique_ptr<QNetworkReply> reply(m_network.sendCustomRequest(request, method, body));
    QSignalSpy finished(reply.get(), &QNetworkReply::finished);
    if (!reply->isFinished() && !finished.wait(30'000))
        return {};
    HttpReply result;
    result.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    result.body = reply->readAll();
    for (const auto &[name, value] : reply->rawHeaderPairs())
        result.headers.insert(name.toLower(), value);
    return result;
}

QString tst_Glance::created(const QByteArray &token, const QJsonObject &wanted)
{
    const auto reply = call("POST", "/image/v2/images", token, bytes(wanted));
    return reply.status == 201 ? reply.json().value(QStringLiteral("id")).toString()
                               : QString::fromUtf8(reply.body);
}

QStringList tst_Glance::names(const QByteArray &query, const QByteArray &token)
{
    QStringList found;
    const auto reply = call("GET", "/image/v2/images" + query, token);
    if (reply.status != 200)
        return { QString::number(reply.status) + QString::fromUtf8(reply.body) };
    for (const QJsonValue image : reply.json().value(QStringLiteral("images")).toArray())
        found.append(image[QStringLiteral("name")].toString());
    return found;
}

void tst_Glance::everyRouteAsksForItsRight_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("readerMay");
    const QByteArray one = "/image/v2/images/7c0f1d2e-94b1-4a5e-8f00-0123456789ab";
    const auto row = [](const QByteArray &method, const QByteArray &path, bool readerMay) {
        QTest::addRow("%s %s", method.constData(), path.constData()) << method << path << readerMay;
    };
    row("GET", "/image/v2/images", true);
    row("POST", "/image/v2/images", false);
    row("GET", one, true);
    row("PATCH", one, false);
    row("DELETE", one, false);
    row("GET", one + "/file", true);
    row("PUT", one + "/file", false);
    row("PUT", one + "/tags/x", false);
    row("DELETE", one + "/tags/x", false);
    row("POST", one + "/actions/deactivate", false);
    row("POST", one + "/actions/reactivate", false);
    row("GET", "/image/v2/schemas/image", true);
    row("GET", "/image/v2/schemas/images", true);
}

void tst_Glance::everyRouteAsksForItsRight()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(bool, readerMay);
    QCOMPARE(call(method, path, {}).status, 401);
    QCOMPARE(call(method, path, "forged").status, 401);
    QCOMPARE(call(method, path, "unscoped").status, 403);
    const int asReader = call(method, path, "reader").status;
    if (readerMay)
        QVERIFY2(asReader == 200 || asReader == 404, QByteArray::number(asReader));
    else
        QCOMPARE(asReader, 403);
}

void tst_Glance::discoveryPointsToTheApi()
{
    for (const QByteArray path : { "/image", "/image/" }) {
        const auto reply = call("GET", path, {});
        QCOMPARE(reply.status, 300);
        const QJsonObject first = reply.json().value(QStringLiteral("versions")).toArray().first().toObject();
        QCOMPARE(first.value(QStringLiteral("status")).toString(), QStringLiteral("CURRENT"));
        const QJsonObject link = first.value(QStringLiteral("links")).toArray().first().toObject();
        QCOMPARE(link.value(QStringLiteral("rel")).toString(), QStringLiteral("self"));
        QCOMPARE(link.value(QStringLiteral("href")).toString(),
            m_server->url().toString() + QStringLiteral("/image/v2/"));
    }
    QCOMPARE(call("GET", "/image/versions", {}).status, 200);
    QCOMPARE(call("GET", "/image/v2/", {}).status, 200);
}

void tst_Glance::whatClientsDoNotFindIsNotFound_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addRow("a name in place of an id") << QByteArray("/image/v2/images/cirros");
    QTest::addRow("a name with a slash") << QByteArray("/image/v2/images/a%2Fb");
    QTest::addRow("an id of nothing") << QByteArray("/image/v2/images/7c0f1d2e-94b1-4a5e-8f00-0123456789ab");
    QTest::addRow("data of nothing") << QByteArray(
        "/image/v2/images/7c0f1d2e-94b1-4a5e-8f00-0123456789ab/file");
    QTest::addRow("data of a name") << QByteArray("/image/v2/images/cirros/file");
    QTest::addRow("stores") << QByteArray("/image/v2/info/stores");
    QTest::addRow("import") << QByteArray("/image/v2/info/import");
    QTest::addRow("metadefs") << QByteArray("/image/v2/schemas/metadefs/namespace");
}

void tst_Glance::whatClientsDoNotFindIsNotFound()
{
    QFETCH(QByteArray, path);
    QCOMPARE(call("GET", path, "member").status, 404);
}

void tst_Glance::badImagesAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("named"); // what the fault speaks of
    const auto row = [](const char *what, const QByteArray &body, int status, const char *named) {
        QTest::addRow("%s", what) << body << status << QByteArray(named);
    };
    row("no JSON", "{", 400, "JSON");
    row("a list", "[]", 400, "object");
    row("name a number", R"({"name": 1})", 400, "name");
    row("name too long", "{\"name\": \"" + QByteArray(256, 'x') + "\"}", 400, "name");
    row("unknown disk format", R"({"disk_format": "floppy"})", 400, "disk_format");
    row("unknown container format", R"({"container_format": "crate"})", 400, "container_format");
    row("min_disk negative", R"({"min_disk": -1})", 400, "min_disk");
    row("min_disk a fraction", R"({"min_disk": 1.5})", 400, "min_disk");
    row("min_ram too large", R"({"min_ram": 2147483648})", 400, "min_ram");
    row("min_ram text", R"({"min_ram": "1"})", 400, "min_ram");
    row("protected a word", R"({"protected": "yes"})", 400, "protected");
    row("tags an object", R"({"tags": {}})", 400, "tags");
    row("an empty tag", R"({"tags": [""]})", 400, "tags");
    row("visibility unknown", R"({"visibility": "secret"})", 400, "visibility");
    row("property a number", R"({"os_type": 1})", 400, "os_type");
    row("property null", R"({"os_type": null})", 400, "os_type");
    row("id no uuid", R"({"id": "mine"})", 400, "id");
    row("status is ours", R"({"status": "active"})", 403, "status");
    row("checksum is ours", R"({"checksum": "x"})", 403, "checksum");
    row("locations are ours", R"({"locations": []})", 403, "locations");
    row("another's project", R"({"owner": "bbbbbbbb-0000-4000-8000-00000000000b"})", 403, "owner");
    row("public is for administrators", R"({"visibility": "public"})", 403, "visibility");
}

void tst_Glance::badImagesAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, named);
    const auto reply = call("POST", "/image/v2/images", "member", body);
    QCOMPARE(reply.status, status);
    QVERIFY2(reply.body.contains(named), reply.body);
    QCOMPARE(names({}), QStringList());
}

void tst_Glance::anImageIsMadeFilledAndRead()
{
    QJsonObject wanted = plainImage("tiny");
    wanted = with(wanted, "owner_specified.openstack.md5", QStringLiteral("x"));
    wanted = with(wanted, "tags", QJsonArray { QStringLiteral("b"), QStringLiteral("a") });
    const auto made = call("POST", "/image/v2/images", "member", bytes(wanted));
    QCOMPARE(made.status, 201);
    const QJsonObject queued = made.json();
    const QString id = queued.value(QStringLiteral("id")).toString();
    QCOMPARE(made.headers.value("location"),
        (m_server->url().toString() + QStringLiteral("/image/v2/images/") + id).toLatin1());
    QCOMPARE(queued.value(QStringLiteral("status")).toString(), QStringLiteral("queued"));
    QCOMPARE(queued.value(QStringLiteral("visibility")).toString(), QStringLiteral("shared"));
    QVERIFY(queued.value(QStringLiteral("size")).isNull());
    QVERIFY(queued.value(QStringLiteral("checksum")).isNull());
    QCOMPARE(queued.value(QStringLiteral("owner_specified.openstack.md5")).toString(), QStringLiteral("x"));
    const QByteArray file = "/image/v2/images/" + id.toLatin1() + "/file";
    QCOMPARE(call("GET", file, "member").status, 204);

    const QByteArray content = patternedContent(1'000'000, 1, 64 << 10);
    QCOMPARE(call("PUT", file, "member", content, "application/octet-stream").status, 204);
    const QJsonObject active = show(id);
    QCOMPARE(active.value(QStringLiteral("status")).toString(), QStringLiteral("active"));
    QCOMPARE(active.value(QStringLiteral("size")).toInteger(), content.size());
    QCOMPARE(active.value(QStringLiteral("virtual_size")).toInteger(), content.size());
    const QByteArray md5 = QCryptographicHash::hash(content, QCryptographicHash::Md5).toHex();
    QCOMPARE(active.value(QStringLiteral("checksum")).toString().toLatin1(), md5);
    QCOMPARE(active.value(QStringLiteral("os_hash_algo")).toString(), QStringLiteral("sha512"));
    QCOMPARE(active.value(QStringLiteral("os_hash_value")).toString().toLatin1(),
        QCryptographicHash::hash(content, QCryptographicHash::Sha512).toHex());
    const auto read = call("GET", file, "reader");
    QCOMPARE(read.status, 200);
    QVERIFY(read.body == content);
    QCOMPARE(read.headers.value("content-md5"), md5);
    QNetworkRequest part(QUrl(m_server->url().toString() + QString::fromLatin1(file)));
    part.setRawHeader("X-Auth-Token", "reader");
    part.setRawHeader("Range", "bytes=65530-131080");
    const std::unique_ptr<QNetworkReply> reply(m_network.get(part));
    QTRY_VERIFY(reply->isFinished());
    QCOMPARE(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 206);
    QVERIFY(reply->readAll() == content.mid(65530, 131080 - 65530 + 1));

    QCOMPARE(call("DELETE", "/image/v2/images/" + id.toLatin1(), "member").status, 204);
    QCOMPARE(call("GET", "/image/v2/images/" + id.toLatin1(), "member").status, 404);
    QVERIFY(m_images->works().blocks().collect());
    QCOMPARE(m_images->blocks().storedBlocks().size(), 0);
    QCOMPARE(m_images->count("SELECT SUM(used) FROM quota_project"), 0);
}

void tst_Glance::badPatchesChangeNothing_data()
{
    QTest::addColumn<QByteArray>("operations");
    QTest::addColumn<int>("status");
    const auto row = [](const char *what, const char *operations, int status) {
        QTest::addRow("%s", what) << QByteArray(operations) << status;
    };
    row("no list", "{}", 400);
    row("an operation that is none", R"([{"op": "test", "path": "/name", "value": "x"}])", 400);
    row("no value", R"([{"op": "add", "path": "/name"}])", 400);
    row("no path", R"([{"op": "add", "value": "x"}])", 400);
    row("no slash", R"([{"op": "add", "path": "name", "value": "x"}])", 400);
    row("too deep", R"([{"op": "add", "path": "/name/x", "value": "x"}])", 400);
    row("replace what is not there", R"([{"op": "replace", "path": "/nothing", "value": "x"}])", 409);
    row("remove what is not there", R"([{"op": "remove", "path": "/nothing"}])", 409);
    row("remove a fixed key", R"([{"op": "remove", "path": "/name"}])", 403);
    row("status", R"([{"op": "replace", "path": "/status", "value": "active"}])", 403);
    row("id", R"([{"op": "replace", "path": "/id", "value": "x"}])", 403);
    row("owner", R"([{"op": "replace", "path": "/owner", "value": "x"}])", 403);
    row("public", R"([{"op": "replace", "path": "/visibility", "value": "public"}])", 403);
    row("a tag behind the last", R"([{"op": "add", "path": "/tags/7", "value": "x"}])", 400);
    row("the second of two", R"([{"op": "replace", "path": "/name", "value": "changed"},
                                 {"op": "replace", "path": "/min_disk", "value": -1}])",
        400);
}

void tst_Glance::badPatchesChangeNothing()
{
    QFETCH(QByteArray, operations);
    QFETCH(int, status);
    const QString id = created("member", plainImage("tiny"));
    const QByteArray path = "/image/v2/images/" + id.toLatin1();
    const QJsonObject before = show(id);
    QCOMPARE(call("PATCH", path, "member", operations, patchType).status, status);
    QCOMPARE(call("PATCH", path, "member", R"([{"op": "add", "path": "/a", "value": "b"}])").status, 400);
    QCOMPARE(show(id), before);
}

void tst_Glance::patchesChangeWhatTheySay()
{
    const QString id = created("member", with(plainImage("tiny"), "os_type", QStringLiteral("linux")));
    const auto reply = call("PATCH", "/image/v2/images/" + id.toLatin1(), "member", R"([
        {"op": "replace", "path": "/name", "value": "renamed"},
        {"op": "add", "path": "/a~1b", "value": "slash"},
        {"op": "remove", "path": "/os_type"},
        {"op": "replace", "path": "/min_disk", "value": 3},
        {"op": "replace", "path": "/protected", "value": true},
        {"op": "replace", "path": "/visibility", "value": "private"},
        {"op": "replace", "path": "/disk_format", "value": "qcow2"},
        {"op": "add", "path": "/tags/0", "value": "t"}])",
        patchType);
    QCOMPARE(reply.status, 200);
    const QJsonObject image = reply.json();
    QCOMPARE(image, show(id));
    QCOMPARE(image.value(QStringLiteral("name")).toString(), QStringLiteral("renamed"));
    QCOMPARE(image.value(QStringLiteral("a/b")).toString(), QStringLiteral("slash"));
    QVERIFY(!image.contains(QStringLiteral("os_type")));
    QCOMPARE(image.value(QStringLiteral("min_disk")).toInt(), 3);
    QCOMPARE(image.value(QStringLiteral("protected")).toBool(), true);
    QCOMPARE(image.value(QStringLiteral("visibility")).toString(), QStringLiteral("private"));
    QCOMPARE(image.value(QStringLiteral("disk_format")).toString(), QStringLiteral("qcow2"));
    QCOMPARE(image.value(QStringLiteral("tags")).toArray(), QJsonArray { QStringLiteral("t") });
}

void tst_Glance::tagsComeAndGo()
{
    const QString id = created("member", plainImage("tiny"));
    const QByteArray tags = "/image/v2/images/" + id.toLatin1() + "/tags/";
    QCOMPARE(call("PUT", tags + "a%20b", "member").status, 204);
    QCOMPARE(call("PUT", tags + "a%20b", "member").status, 204);
    QCOMPARE(show(id).value(QStringLiteral("tags")).toArray(), QJsonArray { QStringLiteral("a b") });
    QCOMPARE(call("DELETE", tags + "a%20b", "member").status, 204);
    QCOMPARE(call("DELETE", tags + "a%20b", "member").status, 404);
    QCOMPARE(call("PUT", tags + QByteArray(256, 'x'), "member").status, 400);
}

void tst_Glance::refusedDataLeavesTheImageQueued()
{
    const QString id = created("member", plainImage("tiny", "qcow2"));
    const QByteArray file = "/image/v2/images/" + id.toLatin1() + "/file";
    const auto refused = call("PUT", file, "member", patternedContent(300'000, 1, 64 << 10));
    QCOMPARE(refused.status, 400);
    QVERIFY2(refused.body.contains("declared as qcow2 and its content is raw"), refused.body);
    QCOMPARE(statusOf(id), QStringLiteral("queued"));
    QVERIFY(m_images->works().blocks().collect());
    QCOMPARE(m_images->blocks().storedBlocks().size(), 0);
    QCOMPARE(m_images->count("SELECT COUNT(*) FROM map"), 0);
    const QString bare = created("member", with({}, "name", QStringLiteral("without formats")));
    const auto early = call("PUT", "/image/v2/images/" + bare.toLatin1() + "/file", "member", "x");
    QCOMPARE(early.status, 400);
    QVERIFY(early.body.contains("disk_format"));
}

void tst_Glance::aSecondUploadIsAConflict()
{
    const QString id = created("member", plainImage("tiny"));
    const QByteArray file = "/image/v2/images/" + id.toLatin1() + "/file";
    QCOMPARE(call("PUT", file, "member", "first").status, 204);
    QCOMPARE(call("PUT", file, "member", "second").status, 409);
    QCOMPARE(call("GET", file, "member").body, QByteArray("first"));
    const auto format = call("PATCH", "/image/v2/images/" + id.toLatin1(), "member",
        R"([{"op": "replace", "path": "/disk_format", "value": "qcow2"}])", patchType);
    QCOMPARE(format.status, 403);
}

void tst_Glance::aLostUploadLeavesTheImageQueued()
{
    const QString id = created("member", plainImage("tiny"));
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_server->port());
    QVERIFY(socket.waitForConnected());
    socket.write("PUT /image/v2/images/" + id.toLatin1()
        + "/file HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: member\r\nContent-Length: 1000000\r\n\r\n");
    socket.write(patternedContent(500'000, 1, 64 << 10));
    QTRY_COMPARE(statusOf(id), QStringLiteral("saving"));
    QTRY_VERIFY(m_images->blocks().storedBlocks().size() > 0);
    socket.abort();
    QTRY_COMPARE(statusOf(id), QStringLiteral("queued"));
    const auto nothingLeft = [&] {
        const auto collected = m_images->works().blocks().collect();
        return collected.ok() && m_images->blocks().storedBlocks().isEmpty()
            && m_images->count("SELECT COUNT(*) FROM map") == 0;
    };
    QTRY_VERIFY(nothingLeft());
    const QByteArray file = "/image/v2/images/" + id.toLatin1() + "/file";
    QCOMPARE(call("PUT", file, "member", "again").status, 204);
}

void tst_Glance::anImageOverQuotaIsRefused()
{
    QVERIFY(m_images->database()
                .write([](Transaction &t) {
                    return QuotaStore::setProjectLimit(
                        t, projectA, QStringLiteral("pithos.diskspace"), 100'000);
                })
                .result());
    const QString id = created("member", plainImage("tiny"));
    const QByteArray file = "/image/v2/images/" + id.toLatin1() + "/file";
    QCOMPARE(call("PUT", file, "member", QByteArray(100'001, 'x')).status, 413);
    QCOMPARE(statusOf(id), QStringLiteral("queued"));
    QCOMPARE(call("PUT", file, "member", QByteArray(100'000, 'x')).status, 204);
    const QString second = created("member", plainImage("second"));
    QCOMPARE(call("PUT", "/image/v2/images/" + second.toLatin1() + "/file", "member", "x").status, 413);
}

void tst_Glance::onlyItsProjectSeesAnImage_data()
{
    QTest::addColumn<QString>("visibility");
    QTest::addColumn<bool>("listed"); // by another project
    QTest::addColumn<bool>("shown");
    QTest::addRow("private") << QStringLiteral("private") << false << false;
    QTest::addRow("shared") << QStringLiteral("shared") << false << false;
    QTest::addRow("community") << QStringLiteral("community") << false << true;
    QTest::addRow("public") << QStringLiteral("public") << true << true;
}

void tst_Glance::onlyItsProjectSeesAnImage()
{
    QFETCH(QString, visibility);
    QFETCH(bool, listed);
    QFETCH(bool, shown);
    const QString id = created("admin", with(plainImage("tiny"), "visibility", visibility));
    const QByteArray path = "/image/v2/images/" + id.toLatin1();
    QCOMPARE(call("PUT", path + "/file", "admin", "data").status, 204);
    QCOMPARE(names({}, "bob").contains(QStringLiteral("tiny")), listed);
    QCOMPARE(names("?id=" + id.toLatin1(), "bob").contains(QStringLiteral("tiny")), shown);
    QCOMPARE(names("?visibility=all", "bob").contains(QStringLiteral("tiny")), shown);
    QCOMPARE(names("?marker=" + id.toLatin1(), "bob").size() <= 1, true);
    QCOMPARE(call("GET", path, "bob").status, shown ? 200 : 404);
    QCOMPARE(call("GET", path + "/file", "bob").status, shown ? 200 : 404);
    const int refused = shown ? 403 : 404;
    QCOMPARE(call("DELETE", path, "bob").status, refused);
    QCOMPARE(call("PATCH", path, "bob", "[]", patchType).status, refused);
    QCOMPARE(call("PUT", path + "/file", "bob", "x").status, refused);
    QCOMPARE(call("PUT", path + "/tags/x", "bob").status, refused);
    QVERIFY(names({}).contains(QStringLiteral("tiny")));
}

void tst_Glance::whoMayNotChangeIsForbidden()
{
    const QString id = created("member", plainImage("tiny"));
    QCOMPARE(call("DELETE", "/image/v2/images/" + id.toLatin1(), "reader").status, 403);
    const auto taken = call("POST", "/image/v2/images", "bob", bytes(with(plainImage("mine"), "id", id)));
    QCOMPARE(taken.status, 409);
}

void tst_Glance::aProtectedImageStays()
{
    const QString id = created("member", with(plainImage("tiny"), "protected", true));
    QCOMPARE(call("DELETE", "/image/v2/images/" + id.toLatin1(), "member").status, 403);
    QCOMPARE(call("DELETE", "/image/v2/images/" + id.toLatin1(), "admin").status, 403);
    QCOMPARE(statusOf(id), QStringLiteral("queued"));
}

void tst_Glance::aDeactivatedImageIsForAdministrators()
{
    const QString id = created("member", plainImage("tiny"));
    const QByteArray path = "/image/v2/images/" + id.toLatin1();
    QCOMPARE(call("POST", path + "/actions/deactivate", "admin").status, 409);
    QCOMPARE(call("PUT", path + "/file", "member", "data").status, 204);
    QCOMPARE(call("POST", path + "/actions/deactivate", "admin").status, 204);
    QCOMPARE(call("POST", path + "/actions/deactivate", "admin").status, 204);
    QCOMPARE(statusOf(id), QStringLiteral("deactivated"));
    QCOMPARE(call("GET", path + "/file", "member").status, 403);
    QCOMPARE(call("GET", path + "/file", "admin").body, QByteArray("data"));
    QCOMPARE(call("POST", path + "/actions/reactivate", "admin").status, 204);
    QCOMPARE(call("GET", path + "/file", "member").body, QByteArray("data"));
}

void tst_Glance::aListIsFiltered_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QStringList>("found");
    const auto row = [](const char *query, const QStringList &found) {
        QTest::addRow("%s", query) << QByteArray(query) << found;
    };
    const QString a = QStringLiteral("a");
    const QString b = QStringLiteral("b, with a comma");
    const QString c = QStringLiteral("c");
    row("", { c, b, a });
    row("?name=a", { a });
    row("?name=A", {});
    row("?name=in:a,c", { c, a });
    row("?name=in:%22b,%20with%20a%20comma%22", { b });
    row("?status=active", { a });
    row("?status=in:active,queued", { c, b, a });
    row("?disk_format=qcow2", { b });
    row("?visibility=private", { c });
    row("?visibility=public", {});
    row("?tag=x", { b, a });
    row("?tag=x&tag=y", { b });
    row("?os=linux", { c });
    row("?os=plan9", {});
    row("?protected=true", { c });
    row("?size_min=1", { a });
    row("?owner=bbbbbbbb-0000-4000-8000-00000000000b", {});
    row("?owner=aaaaaaaa-0000-4000-8000-00000000000a", { c, b, a });
    row("?id=nonsense", {});
    row("?os_hidden=true", {});
    row("?sort_key=name&sort_dir=asc", { a, b, c });
    row("?sort=disk_format:asc,name:desc", { b, c, a });
    row("?limit=0", {});
    row("?member_status=all", { c, b, a });
}

void tst_Glance::aListIsFiltered()
{
    QFETCH(QByteArray, query);
    QFETCH(QStringList, found);
    const QJsonArray x { QStringLiteral("x") };
    const QJsonArray xy { QStringLiteral("x"), QStringLiteral("y") };
    const QString first = created("member", with(plainImage("a"), "tags", x));
    created("member", with(plainImage("b, with a comma", "qcow2"), "tags", xy));
    created("member",
        with(with(with(plainImage("c"), "visibility", QStringLiteral("private")), "protected", true), "os",
            QStringLiteral("linux")));
    QCOMPARE(call("PUT", "/image/v2/images/" + first.toLatin1() + "/file", "member", "x").status, 204);
    QCOMPARE(names(query), found);
    for (const QByteArray bad : { "?limit=-1", "?limit=x", "?sort_key=owner", "?sort_dir=up",
             "?marker=nonsense", "?marker=7c0f1d2e-94b1-4a5e-8f00-0123456789ab", "?visibility=secret",
             "?status=fine", "?name=in:%22a", "?size_min=x", "?protected=maybe", "?created_at=gt:2020" })
        QCOMPARE(call("GET", "/image/v2/images" + bad, "member").status, 400);
}

void tst_Glance::pagesShowEveryImageOnce()
{
    QStringList all;
    for (int i = 0; i < 7; ++i) {
        all.append(QStringLiteral("image %1").arg(i / 2)); // equal names: the id decides
        created("member", plainImage(qPrintable(all.constLast())));
    }
    for (const QByteArray sort : { "sort=name:asc", "sort_key=name&sort_dir=desc", "sort=size,name:asc" }) {
        QStringList seen;
        QSet<QString> ids;
        QString next = QStringLiteral("/v2/images?limit=2&") + QString::fromLatin1(sort);
        int pages = 0;
        while (!next.isEmpty() && ++pages < 10) {
            const auto reply = call("GET", "/image" + next.toLatin1(), "member");
            QCOMPARE(reply.status, 200);
            for (const QJsonValue image : reply.json().value(QStringLiteral("images")).toArray()) {
                seen.append(image[QStringLiteral("name")].toString());
                ids.insert(image[QStringLiteral("id")].toString());
            }
            next = reply.json().value(QStringLiteral("next")).toString();
        }
        QCOMPARE(ids.size(), 7);
        if (sort.contains("desc"))
            std::reverse(seen.begin(), seen.end());
        QCOMPARE(seen, all);
    }
}

void tst_Glance::schemasNameTheFields()
{
    const QJsonObject image = call("GET", "/image/v2/schemas/image", "member").json();
    QCOMPARE(image.value(QStringLiteral("name")).toString(), QStringLiteral("image"));
    const QString id = created("member", plainImage("tiny"));
    const QJsonObject fields = image.value(QStringLiteral("properties")).toObject();
    for (const QString &key : show(id).keys())
        QVERIFY2(fields.contains(key), qPrintable(key));
    // The glance client makes an option of every field, and this one it has already.
    QVERIFY(!fields.contains(QStringLiteral("stores")));
    const QJsonObject images = call("GET", "/image/v2/schemas/images", "member").json();
    QCOMPARE(
        images[QStringLiteral("properties")][QStringLiteral("images")][QStringLiteral("items")].toObject(),
        image);
}

NEPHELE_TEST(tst_Glance)
#include "tst_glance.moc"
