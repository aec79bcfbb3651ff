// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/clock.h"
#include "tests/server/compute/facefixture.h"
#include "tests/server/compute/facesamples.h"
#include "tests/support/testregistry.h"

#include <QXmlStreamReader>

using namespace nephele;
using namespace nephele::test;

// Cyclades' compute API as a client meets it.
class tst_CycladesFace : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void discoveryNeedsNoToken();
    void bodiesMustSayTheyAreJson_data();
    void bodiesMustSayTheyAreJson();
    void newServersOfAbsentThingsAreNotFound_data();
    void newServersOfAbsentThingsAreNotFound();
    void aServerBeingBuiltIsBusy();
    void aServerLivesAndIsShownWhenDeleted();
    void changesSinceIsEmptyOrNews();
    void idsAreNumbers_data();
    void idsAreNumbers();
    void anotherUserFindsNothing_data();
    void anotherUserFindsNothing();
    void actionsAreRefused_data();
    void actionsAreRefused();
    void metadataIsChanged();
    void formatsAreChosen_data();
    void formatsAreChosen();
    void faultsHaveTheFormatAskedFor();
    void flavorsAreFoundByNumber();
    void imagesAreShown();
    void imageMetadataIsChanged();
    void keypairsLive();

private:
    using Answer = FaceFixture::Answer;
    Answer call(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &token = "member", const QByteArray &headers = {})
    {
        return m_cloud->call(method, "/cyclades/compute/v2.0" + path, token, body, headers);
    }
    QByteArray newServer(const QByteArray &name) const
    {
        return "{\"server\":{\"name\":\"" + name + "\",\"flavorRef\":1,\"imageRef\":\""
            + m_cloud->image().utf8() + "\"}}";
    }
    QByteArray create(const QByteArray &name)
    {
        const Answer made = call("POST", "/servers", newServer(name));
        return QByteArray::number(
            made.json.value(QStringLiteral("server"))[QStringLiteral("id")].toInteger());
    }
    QByteArray statusOf(const QByteArray &id)
    {
        return call("GET", "/servers/" + id)
            .json.value(QStringLiteral("server"))[QStringLiteral("status")]
            .toString()
            .toLatin1();
    }
    static QByteArray faultName(const Answer &answer) { return answer.json.keys().value(0).toLatin1(); }
    QList<qint64> listed(const QByteArray &query = {})
    {
        QList<qint64> ids;
        const QJsonArray servers =
            call("GET", "/servers" + query).json.value(QStringLiteral("servers")).toArray();
        for (const QJsonValue &server : servers)
            ids.append(server[QStringLiteral("id")].toInteger());
        return ids;
    }

    std::unique_ptr<FaceFixture> m_cloud;
    QByteArray m_server;
};

void tst_CycladesFace::initTestCase()
{
    m_cloud = std::make_unique<FaceFixture>(FaceFixture::Engine::Runs);
    m_server = create("base");
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(m_server), QByteArray("ACTIVE"), 20'000);
}

void tst_CycladesFace::cleanupTestCase()
{
    m_cloud.reset();
}

void tst_CycladesFace::discoveryNeedsNoToken()
{
    for (const QByteArray path : { "/cyclades/compute", "/cyclades/compute/" })
        QCOMPARE(m_cloud->call("GET", path, {}).json.keys(), QStringList { QStringLiteral("versions") });
    for (const QByteArray path : { "/cyclades/compute/v2.0", "/cyclades/compute/v2.0/" }) {
        const Answer answer = m_cloud->call("GET", path, {});
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json.value(QStringLiteral("version"))[QStringLiteral("id")].toString(),
            QStringLiteral("v2.0"));
    }
    QCOMPARE(
        call("GET", "/extensions").json, QJsonObject({ { QStringLiteral("extensions"), QJsonArray() } }));
    QCOMPARE(call("GET", "/extensions/os-x").status, 404);
    QCOMPARE(call("GET", "/servers", {}, {}).status, 401);
    QCOMPARE(call("GET", "/nowhere").status, 400);
}

void tst_CycladesFace::bodiesMustSayTheyAreJson_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addRow("xml") << QByteArray("application/xml") << QByteArray("<server/>");
    QTest::addRow("form") << QByteArray("application/x-www-form-urlencoded") << QByteArray("a=b");
    QTest::addRow("not JSON") << QByteArray("application/json") << QByteArray("{");
    QTest::addRow("null") << QByteArray("application/json") << QByteArray("null");
    QTest::addRow("a list") << QByteArray("application/json") << QByteArray("[]");
}

void tst_CycladesFace::bodiesMustSayTheyAreJson()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    const Answer answer = call("POST", "/servers", body, "member", "Content-Type: " + type + "\r\n");
    QCOMPARE(answer.status, 400);
    QCOMPARE(faultName(answer), QByteArray("badRequest"));
    QCOMPARE(sortedKeys(answer.json.value(QStringLiteral("badRequest")).toObject()),
        words("code message details"));
}

void tst_CycladesFace::newServersOfAbsentThingsAreNotFound_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addRow("flavor") << QByteArray(R"("flavorRef":1)") << QByteArray(R"("flavorRef":9999)");
    QTest::addRow("image") << QByteArray("IMAGE") << QByteArray("99999999-2222-4333-8444-555555555555");
    QTest::addRow("key") << QByteArray(R"("name":"s")") << QByteArray(R"("name":"s","key_name":"none")");
    QTest::addRow("network") << QByteArray(R"("name":"s")")
                             << QByteArray(R"("name":"s","networks":[{"uuid":"9999"}])");
}

void tst_CycladesFace::newServersOfAbsentThingsAreNotFound()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QByteArray body = newServer("s");
    body.replace(from == "IMAGE" ? m_cloud->image().utf8() : from, to);
    const Answer answer = call("POST", "/servers", body);
    QCOMPARE(answer.status, 404);
    QCOMPARE(faultName(answer), QByteArray("itemNotFound"));
}

void tst_CycladesFace::aServerBeingBuiltIsBusy()
{
    FaceFixture still(FaceFixture::Engine::Waits);
    const QByteArray root = "/cyclades/compute/v2.0/servers";
    const Answer made = still.call("POST", root, "member",
        R"({"server":{"name":"s","flavorRef":"1","imageRef":")" + still.image().utf8() + R"("}})");
    QCOMPARE(made.status, 202);
    const auto server = made.json.value(QStringLiteral("server")).toObject();
    QCOMPARE(server.value(QStringLiteral("status")).toString(), QStringLiteral("BUILD"));
    QVERIFY(server.value(QStringLiteral("adminPass")).toString().size() >= 10);
    QCOMPARE(server.value(QStringLiteral("tenant_id")).toString(), projectA.text());
    const QByteArray path = root + '/' + QByteArray::number(server.value(QStringLiteral("id")).toInteger());
    for (const QByteArray action :
        { R"({"start":{}})", R"({"shutdown":{}})", R"({"reboot":{}})", R"({"console":{"type":"vnc"}})" }) {
        const Answer refused = still.call("POST", path + "/action", "member", action);
        QVERIFY2(refused.status == 409, action.constData());
        QCOMPARE(faultName(refused), QByteArray("buildInProgress"));
    }
}

void tst_CycladesFace::aServerLivesAndIsShownWhenDeleted()
{
    const QByteArray id = create("living");
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("ACTIVE"), 20'000);
    const QByteArray path = "/servers/" + id;
    const auto server = call("GET", path).json.value(QStringLiteral("server")).toObject();
    QCOMPARE(server.value(QStringLiteral("attachments")).toArray().size(), 1);
    QVERIFY(!server.contains(QStringLiteral("adminPass")));
    const Answer addresses = call("GET", path + "/ips");
    QCOMPARE(sortedKeys(addresses.json), words("addresses attachments"));
    const QString network =
        server.value(QStringLiteral("attachments"))[0][QStringLiteral("network_id")].toString();
    QCOMPARE(call("GET", path + "/ips/" + network.toLatin1()).json.keys(),
        QStringList { QStringLiteral("network") });
    QCOMPARE(call("GET", path + "/ips/9999").status, 404);
    QCOMPARE(call("GET", path + "/diagnostics").body, QByteArray("[]"));

    QCOMPARE(faultName(call("POST", path + "/action", R"({"start":{}})")), QByteArray("badRequest"));
    QCOMPARE(call("POST", path + "/action", R"({"reboot":{"type":"HARD"}})").status, 202);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("ACTIVE"), 20'000);
    QCOMPARE(call("POST", path + "/action", R"({"shutdown":{}})").status, 202);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("STOPPED"), 20'000);
    QCOMPARE(call("POST", path + "/action", R"({"console":{"type":"vnc"}})").status, 400);
    QCOMPARE(call("POST", path + "/action", R"({"start":{}})").status, 202);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("ACTIVE"), 20'000);
    QCOMPARE(call("PUT", path, R"({"server":{"name":"renamed"}})").status, 204);
    QCOMPARE(call("PUT", path, R"({"server":{}})").status, 400);
    QVERIFY(listed().contains(id.toLongLong()));

    QCOMPARE(call("DELETE", path).status, 204);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("DELETED"), 20'000);
    const Answer gone = call("GET", path);
    QCOMPARE(gone.status, 200);
    QCOMPARE(gone.json.value(QStringLiteral("server"))[QStringLiteral("deleted")], QJsonValue(true));
    QCOMPARE(gone.json.value(QStringLiteral("server"))[QStringLiteral("name")].toString(),
        QStringLiteral("renamed"));
    QVERIFY(!listed().contains(id.toLongLong()));
    QCOMPARE(call("DELETE", path).status, 400);
    QCOMPARE(call("PUT", path, R"({"server":{"name":"again"}})").status, 400);
    QCOMPARE(call("POST", path + "/action", R"({"start":{}})").status, 400);
    QCOMPARE(call("POST", path + "/metadata", R"({"metadata":{"a":"b"}})").status, 400);
}

void tst_CycladesFace::changesSinceIsEmptyOrNews()
{
    const qint64 now = Clock::system().nowMs();
    const auto since = [](qint64 ms) {
        return "?changes-since=" + QByteArray(isoOffset(ms)).replace("+", "%2B");
    };
    QVERIFY(listed(since(now - 600'000)).contains(m_server.toLongLong()));
    const Answer nothing = call("GET", "/servers" + since(now + 0), {}, "bob");
    QCOMPARE(nothing.status, 304);
    QVERIFY(nothing.body.isEmpty());
    QCOMPARE(call("GET", "/servers" + since(now + 3'600'000)).status, 400);
    QCOMPARE(call("GET", "/servers" + since(now - 2 * 3'600'000)).status, 400);
    QCOMPARE(call("GET", "/servers/detail?changes-since=yesterday").status, 400);
}

static void addServerRoutes()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *method, const char *path, const char *body = "") {
        QTest::addRow("%s %s", method, path) << QByteArray(method) << QByteArray(path) << QByteArray(body);
    };
    row("GET", "");
    row("PUT", "", R"({"server":{"name":"stolen"}})");
    row("DELETE", "");
    row("GET", "/ips");
    row("GET", "/ips/1");
    row("GET", "/diagnostics");
    row("GET", "/metadata");
    row("POST", "/metadata", R"({"metadata":{"a":"b"}})");
    row("GET", "/metadata/a");
    row("PUT", "/metadata/a", R"({"meta":{"a":"b"}})");
    row("DELETE", "/metadata/a");
    row("POST", "/action", R"({"shutdown":{}})");
}

void tst_CycladesFace::idsAreNumbers_data()
{
    addServerRoutes();
}

void tst_CycladesFace::idsAreNumbers()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QCOMPARE(call(method, "/servers/99999" + path, body).status, 404);
    QCOMPARE(call(method, "/servers/99999999-2222-4333-8444-555555555555" + path, body).status, 404);
    for (const QByteArray id : { "base", "0", "01", "-1", "99999999999999999999" })
        QCOMPARE(call(method, "/servers/" + id + path, body).status, 400);
}

void tst_CycladesFace::anotherUserFindsNothing_data()
{
    addServerRoutes();
}

void tst_CycladesFace::anotherUserFindsNothing()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QCOMPARE(call(method, "/servers/" + m_server + path, body, "bob").status, 404);
    QCOMPARE(statusOf(m_server), QByteArray("ACTIVE"));
}

void tst_CycladesFace::actionsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("fault");
    const auto row = [](const char *name, const char *body, int status, const char *fault) {
        QTest::addRow("%s", name) << QByteArray(body) << status << QByteArray(fault);
    };
    row("unknown", R"({"dance":{}})", 400, "badRequest");
    row("none", "{}", 400, "badRequest");
    row("null argument", R"({"reboot":null})", 400, "badRequest");
    row("reboot cold", R"({"reboot":{"type":"COLD"}})", 400, "badRequest");
    row("console of no kind", R"({"console":{"type":"telnet"}})", 400, "badRequest");
    row("console by WebSocket", R"({"console":{"type":"vnc-ws"}})", 501, "notImplemented");
    row("suspend", R"({"suspend":{}})", 403, "forbidden");
    row("resize", R"({"resize":{"flavorRef":2}})", 501, "notImplemented");
    row("firewall", R"({"firewallProfile":{"profile":"ENABLED"}})", 501, "notImplemented");
    row("rescue", R"({"rescue":{},"rescue_image_ref":1})", 501, "notImplemented");
    row("rebuild", R"({"rebuild":{}})", 400, "badRequest");
}

void tst_CycladesFace::actionsAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, fault);
    const Answer answer = call("POST", "/servers/" + m_server + "/action", body);
    QCOMPARE(answer.status, status);
    QCOMPARE(faultName(answer), fault);
}

void tst_CycladesFace::metadataIsChanged()
{
    const QByteArray path = "/servers/" + m_server + "/metadata";
    const Answer merged = call("POST", path, R"({"metadata":{"os":"tiny","users":"root"}})");
    QCOMPARE(merged.status, 201);
    QCOMPARE(sortedKeys(merged.json.value(QStringLiteral("metadata")).toObject()), words("os users"));
    QCOMPARE(call("PUT", path + "/os", R"({"meta":{"os":"debian"}})").status, 201);
    QCOMPARE(call("GET", path + "/os").json.value(QStringLiteral("meta"))[QStringLiteral("os")].toString(),
        QStringLiteral("debian"));
    QCOMPARE(call("GET", path + "/none").status, 404);
    QCOMPARE(call("PUT", path, R"({"metadata":{}})").status, 405);
    QCOMPARE(call("DELETE", path + "/os").status, 204);
    QCOMPARE(call("DELETE", path + "/os").status, 404);
    QByteArray many = R"({"metadata":{"k0":"")";
    for (int i = 1; i < 10; ++i)
        many += ",\"k" + QByteArray::number(i) + "\":\"\"";
    QCOMPARE(call("POST", path, many + "}}").status, 400); // with "users" they are eleven
    QCOMPARE(sortedKeys(call("GET", path).json.value(QStringLiteral("metadata")).toObject()), words("users"));
}

void tst_CycladesFace::formatsAreChosen_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<bool>("isXml");
    QTest::addRow("default") << QByteArray("/servers/detail") << QByteArray() << false;
    QTest::addRow("suffix") << QByteArray("/servers/detail.xml") << QByteArray() << true;
    QTest::addRow("suffix json") << QByteArray("/servers.json") << QByteArray("Accept: application/xml\r\n")
                                 << false;
    QTest::addRow("accept") << QByteArray("/flavors") << QByteArray("Accept: application/xml\r\n") << true;
    QTest::addRow("query") << QByteArray("/images/detail?format=xml") << QByteArray() << true;
    QTest::addRow("unknown format") << QByteArray("/flavors/detail?format=yaml") << QByteArray() << false;
    QTest::addRow("with slash") << QByteArray("/servers/") << QByteArray() << false;
}

void tst_CycladesFace::formatsAreChosen()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, headers);
    QFETCH(bool, isXml);
    const Answer answer = call("GET", path, {}, "member", headers);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("Content-Type"),
        isXml ? QByteArray("application/xml; charset=UTF-8") : QByteArray("application/json; charset=UTF-8"));
    if (!isXml) {
        QVERIFY(!answer.json.isEmpty());
        return;
    }
    QXmlStreamReader xml(answer.body);
    QVERIFY(xml.readNextStartElement());
    while (!xml.atEnd())
        xml.readNext();
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
}

void tst_CycladesFace::faultsHaveTheFormatAskedFor()
{
    const Answer answer = call("GET", "/servers/99999.xml");
    QCOMPARE(answer.status, 404);
    QXmlStreamReader xml(answer.body);
    QVERIFY(xml.readNextStartElement());
    QCOMPARE(xml.name().toString(), QStringLiteral("itemNotFound"));
}

void tst_CycladesFace::flavorsAreFoundByNumber()
{
    const QJsonArray flavors = call("GET", "/flavors/detail").json.value(QStringLiteral("flavors")).toArray();
    QVERIFY(flavors.size() > 3);
    QSet<QString> names;
    for (const QJsonValue &flavor : flavors) {
        const QString name = QStringLiteral("C%1R%2D%3%4")
                                 .arg(flavor[QStringLiteral("vcpus")].toInt())
                                 .arg(flavor[QStringLiteral("ram")].toInt())
                                 .arg(flavor[QStringLiteral("disk")].toInt())
                                 .arg(flavor[QStringLiteral("SNF:disk_template")].toString());
        QCOMPARE(flavor[QStringLiteral("name")].toString(), name);
        names.insert(name);
    }
    QCOMPARE(names.size(), flavors.size());
    QCOMPARE(
        call("GET", "/flavors/1").json.value(QStringLiteral("flavor"))[QStringLiteral("id")], QJsonValue(1));
    QCOMPARE(call("GET", "/flavors/9999").status, 404);
    QCOMPARE(call("GET", "/flavors/small").status, 400);
    QCOMPARE(
        call("GET", "/flavors?SNF:is_public=false").json.value(QStringLiteral("flavors")).toArray().size(),
        0);
}

void tst_CycladesFace::imagesAreShown()
{
    const QByteArray id = m_cloud->image().utf8();
    const QJsonArray images = call("GET", "/images/detail").json.value(QStringLiteral("images")).toArray();
    QCOMPARE(images.size(), 1);
    QCOMPARE(images.at(0)[QStringLiteral("id")].toString().toLatin1(), id);
    const auto image = call("GET", "/images/" + id).json.value(QStringLiteral("image")).toObject();
    QCOMPARE(image.value(QStringLiteral("status")).toString(), QStringLiteral("ACTIVE"));
    QCOMPARE(image.value(QStringLiteral("metadata"))[QStringLiteral("osfamily")].toString(),
        QStringLiteral("linux"));
    QCOMPARE(call("GET", "/images/99999999-2222-4333-8444-555555555555").status, 404);
    QCOMPARE(call("GET", "/images/tiny").status, 404);
    QCOMPARE(call("POST", "/images", R"({"image":{"name":"x"}})").status, 501);
    QCOMPARE(call("GET", "/images?changes-since=2001-01-01T00:00:00Z").status, 400);
}

void tst_CycladesFace::imageMetadataIsChanged()
{
    const QByteArray path = "/images/" + m_cloud->image().utf8() + "/metadata";
    QCOMPARE(call("GET", path + "/os").json.value(QStringLiteral("meta"))[QStringLiteral("os")].toString(),
        QStringLiteral("tiny"));
    QCOMPARE(call("GET", path + "/none").status, 404);
    const Answer merged = call("POST", path, R"({"metadata":{"users":"root"}})");
    QCOMPARE(merged.status, 201);
    QCOMPARE(
        sortedKeys(merged.json.value(QStringLiteral("metadata")).toObject()), words("os osfamily users"));
    QCOMPARE(call("PUT", path + "/os", R"({"meta":{"os":"tiny2"}})").status, 201);
    QCOMPARE(call("DELETE", path + "/users").status, 204);
    QCOMPARE(call("DELETE", path + "/users").status, 204);
    QCOMPARE(sortedKeys(call("GET", path).json.value(QStringLiteral("metadata")).toObject()),
        words("os osfamily"));
    QCOMPARE(call("POST", path, R"({"metadata":{"users":"bob"}})", "bob").status, 403);
}

void tst_CycladesFace::keypairsLive()
{
    const Answer made = call("POST", "/os-keypairs", R"({"keypair":{"name":"made"}})");
    QCOMPARE(made.status, 201);
    QCOMPARE(sortedKeys(made.json.value(QStringLiteral("keypair")).toObject()),
        words("name fingerprint public_key private_key"));
    QCOMPARE(call("POST", "/os-keypairs", R"({"keypair":{"name":"made"}})").status, 409);
    QCOMPARE(call("POST", "/os-keypairs", R"({"keypair":{"name":"k","public_key":"no key"}})").status, 400);
    QCOMPARE(call("GET", "/os-keypairs").json.value(QStringLiteral("keypairs")).toArray().size(), 1);
    QCOMPARE(call("GET", "/os-keypairs/made").status, 200);
    QCOMPARE(call("GET", "/os-keypairs/made", {}, "bob").status, 404);
    QCOMPARE(call("DELETE", "/os-keypairs/made").status, 204);
    QCOMPARE(call("DELETE", "/os-keypairs/made").status, 404);
}

NEPHELE_TEST(tst_CycladesFace)
#include "tst_cycladesface.moc"
