// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/cloudclient.h"
#include "tests/app/client/wireserver.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>

using namespace nephele;
using namespace nephele::test;

namespace {

const QString serverId = QStringLiteral("7c0f1d2e-94b1-4a5e-8f00-0123456789ab");

// Nova's Compute API 2.1, "Show server details": what it says a server has.
QJsonObject novaServer()
{
    return QJsonDocument::fromJson(R"({
        "id": "7c0f1d2e-94b1-4a5e-8f00-0123456789ab", "name": "web-01", "status": "ACTIVE",
        "tenant_id": "22222222-2222-4222-8222-222222222222", "user_id": "11111111-1111-4111-8111-111111111111",
        "OS-EXT-STS:vm_state": "active", "OS-EXT-STS:task_state": null, "OS-EXT-STS:power_state": 1,
        "created": "2026-11-20T10:00:00Z", "updated": "2026-11-21T10:00:00Z", "progress": 0,
        "flavor": {"id": "3", "links": []}, "image": {"id": "33333333-3333-4333-8333-333333333333", "links": []},
        "key_name": null, "metadata": {"role": "web"}, "accessIPv4": "", "accessIPv6": "",
        "OS-SRV-USG:launched_at": "2026-11-20T10:00:05.000000",
        "addresses": {"public": [{"addr": "192.0.2.7", "version": 4, "OS-EXT-IPS:type": "fixed",
                                  "OS-EXT-IPS-MAC:mac_addr": "52:54:00:00:00:01"},
                                 {"addr": "2001:db8::7", "version": 6, "OS-EXT-IPS:type": "fixed",
                                  "OS-EXT-IPS-MAC:mac_addr": "52:54:00:00:00:01"}]}})")
        .object();
}

QByteArray shown(const QJsonObject &server)
{
    return QJsonDocument(QJsonObject { { QStringLiteral("server"), server } }).toJson();
}

// A cloud whose token is always good.
WireServer::Answer answering(std::function<QByteArray(const WireRequest &)> answer)
{
    return [answer = std::move(answer)](const WireRequest &request) {
        if (request.target != "/identity/v3/auth/tokens")
            return answer(request);
        return WireServer::reply(200,
            R"({"token": {"user": {"id": "u", "name": "eleni"}, "project": {"id": "p", "name": "lab"},
                "expires_at": "2031-01-01T00:00:00Z"}})");
    };
}

void signIn(CloudClient &client)
{
    Credentials credentials;
    credentials.token = QStringLiteral("t");
    client.session().setCredentials(credentials);
}

} // namespace

class tst_CloudClient : public QObject
{
    Q_OBJECT

private slots:
    void aServerThatIsNotOneIsNamedByItsField_data();
    void aServerThatIsNotOneIsNamedByItsField();
    void aServerIsRead();
    void novasWordsBecomeStates_data();
    void novasWordsBecomeStates();
    void pagesAreFollowedToTheLast();
    void aCloudThatRepeatsItsPageDoesNotHoldUs();
    void anOrderSaysWhatWasChosen();
    void anOrderLeavesOutWhatWasNot();
    void actionsAreNovas_data();
    void actionsAreNovas();
    void theConsolesAddressBecomesItsSocket_data();
    void theConsolesAddressBecomesItsSocket();
    void aSerialLogKeepsItsControlCharacters();
    void worksAreRead();
};

void tst_CloudClient::aServerThatIsNotOneIsNamedByItsField_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonValue>("value"); // undefined: the field is left out
    QTest::addColumn<QString>("named");
    const QJsonValue absent(QJsonValue::Undefined);
    QTest::addRow("no id") << QStringLiteral("id") << absent << QStringLiteral("server.id");
    QTest::addRow("id is a number") << QStringLiteral("id") << QJsonValue(42) << QStringLiteral("server.id");
    QTest::addRow("status is null") << QStringLiteral("status") << QJsonValue()
                                    << QStringLiteral("server.status");
    QTest::addRow("flavor is a list")
        << QStringLiteral("flavor") << QJsonValue(QJsonArray()) << QStringLiteral("server.flavor");
    QTest::addRow("progress beyond 100")
        << QStringLiteral("progress") << QJsonValue(101) << QStringLiteral("server.progress");
    QTest::addRow("address is none") << QStringLiteral(
        "addresses") << QJsonValue(QJsonDocument::fromJson(R"({"n": [{"addr": "10.0.0.x"}]})").object())
                                     << QStringLiteral("addr");
}

void tst_CloudClient::aServerThatIsNotOneIsNamedByItsField()
{
    QFETCH(QString, key);
    QFETCH(QJsonValue, value);
    QFETCH(QString, named);
    QJsonObject json = novaServer();
    if (value.isUndefined())
        json.remove(key);
    else
        json.insert(key, value);
    const auto server = serverFromReply(shown(json));
    QVERIFY(!server);
    QCOMPARE(server.error().code, ErrorCode::Unavailable);
    QVERIFY2(server.error().detail.contains(named), qPrintable(server.error().detail));
}

void tst_CloudClient::aServerIsRead()
{
    const auto server = serverFromReply(shown(novaServer()));
    QVERIFY2(server, server ? "" : qPrintable(server.error().detail));
    QCOMPARE(server->id.text(), serverId);
    QCOMPARE(server->name, QStringLiteral("web-01"));
    QCOMPARE(server->state, ServerState::Running);
    QCOMPARE(server->task, ServerTask::None);
    QCOMPARE(server->flavor.flavorId, QStringLiteral("3"));
    QCOMPARE(server->image.text(), QStringLiteral("33333333-3333-4333-8333-333333333333"));
    QCOMPARE(server->keyName, QString());
    QCOMPARE(server->metadata.value(QStringLiteral("role")), QStringLiteral("web"));
    QCOMPARE(server->addresses.size(), 2);
    QCOMPARE(server->addresses.at(0).address, QHostAddress(QStringLiteral("192.0.2.7")));
    QCOMPARE(server->addresses.at(0).networkName, QStringLiteral("public"));
    QCOMPARE(server->addresses.at(1).address, QHostAddress(QStringLiteral("2001:db8::7")));
    QCOMPARE(server->createdAtMs, QDateTime(QDate(2026, 11, 20), QTime(10, 0), Qt::UTC).toMSecsSinceEpoch());
}

void tst_CloudClient::novasWordsBecomeStates_data()
{
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("task");
    QTest::addColumn<ServerState>("state");
    QTest::addColumn<ServerTask>("doing");
    const auto row = [](const char *status, const char *task, ServerState state, ServerTask doing) {
        QTest::addRow("%s/%s", status, task)
            << QString::fromLatin1(status) << QString::fromLatin1(task) << state << doing;
    };
    row("BUILD", "spawning", ServerState::Building, ServerTask::Building);
    row("ACTIVE", "powering-off", ServerState::Running, ServerTask::Stopping);
    row("ACTIVE", "deleting", ServerState::Running, ServerTask::Deleting);
    row("REBOOT", "rebooting", ServerState::Running, ServerTask::Rebooting);
    row("HARD_REBOOT", "rebooting_hard", ServerState::Running, ServerTask::HardRebooting);
    row("SHUTOFF", "powering-on", ServerState::Off, ServerTask::Starting);
    row("SUSPENDED", "", ServerState::Saved, ServerTask::None);
    row("SHELVED_OFFLOADED", "", ServerState::Offloaded, ServerTask::None);
    row("ERROR", "", ServerState::Failed, ServerTask::None);
    row("MIGRATING", "migrating", ServerState::Unknown, ServerTask::None);
    row("", "", ServerState::Unknown, ServerTask::None);
}

void tst_CloudClient::novasWordsBecomeStates()
{
    QFETCH(QString, status);
    QFETCH(QString, task);
    QTEST(serverStateFromNova(status, {}), "state");
    QTEST(serverTaskFromNova(task, status), "doing");
}

void tst_CloudClient::pagesAreFollowedToTheLast()
{
    const auto page = [](const QString &id, bool isMore) {
        QJsonObject server = novaServer();
        server.insert(QStringLiteral("id"), id);
        QJsonObject body { { QStringLiteral("servers"), QJsonArray { server } } };
        if (isMore)
            body.insert(QStringLiteral("servers_links"),
                QJsonArray { QJsonObject { { QStringLiteral("rel"), QStringLiteral("next") } } });
        return WireServer::reply(200, QJsonDocument(body).toJson());
    };
    WireServer wire(answering([&](const WireRequest &request) {
        if (request.target.endsWith("marker=first"))
            return page(QStringLiteral("second"), true);
        return request.target.endsWith("marker=second") ? page(QStringLiteral("third"), false)
                                                        : page(QStringLiteral("first"), true);
    }));
    CloudClient client(wire.url());
    signIn(client);
    auto servers = client.servers();
    QTRY_VERIFY(servers.isFinished());
    QVERIFY(servers.result());
    QStringList ids;
    for (const Server &server : *servers.result())
        ids.append(server.id.text());
    QCOMPARE(
        ids, (QStringList { QStringLiteral("first"), QStringLiteral("second"), QStringLiteral("third") }));
}

void tst_CloudClient::aCloudThatRepeatsItsPageDoesNotHoldUs()
{
    WireServer wire(answering([&](const WireRequest &) {
        return WireServer::reply(200,
            R"({"images": [{"id": "same", "name": "a", "status": "active", "visibility": "public",
                "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}],
                "next": "/v2/images?marker=same"})");
    }));
    CloudClient client(wire.url());
    signIn(client);
    auto images = client.images();
    QTRY_VERIFY_WITH_TIMEOUT(images.isFinished(), 30'000);
    QVERIFY(!images.result());
    QCOMPARE(images.result().error().code, ErrorCode::Unavailable);
    QVERIFY(wire.requests().size() < 10);
}

void tst_CloudClient::anOrderSaysWhatWasChosen()
{
    WireServer wire(answering([](const WireRequest &) {
        return WireServer::reply(202,
            R"({"server": {"id": "7c0f1d2e-94b1-4a5e-8f00-0123456789ab", "adminPass": "told once", "links": []}})");
    }));
    CloudClient client(wire.url());
    signIn(client);
    ServerOrder order;
    order.name = QStringLiteral("Ευρώπη \"1\"");
    order.image = ImageId::stored(QStringLiteral("33333333-3333-4333-8333-333333333333"));
    order.flavorId = QStringLiteral("3");
    order.keyName = QStringLiteral("eleni@laptop");
    order.adminPassword = QStringLiteral("s3cret");
    order.userData = "#cloud-config\n";
    order.files = { { QStringLiteral("/etc/motd"), "hello\n" } };
    auto created = client.createServer(order);
    QTRY_VERIFY(created.isFinished());
    QVERIFY(created.result());
    QCOMPARE(created.result()->id.text(), serverId);
    QCOMPARE(created.result()->adminPassword, QStringLiteral("told once"));

    const WireRequest request = wire.requests().constLast();
    QCOMPARE(request.method, QByteArray("POST"));
    QCOMPARE(request.target, QByteArray("/compute/v2.1/servers"));
    const QJsonObject server = request.json()[QStringLiteral("server")].toObject();
    QCOMPARE(server[QStringLiteral("name")].toString(), order.name);
    QCOMPARE(server[QStringLiteral("imageRef")].toString(), order.image.text());
    QCOMPARE(server[QStringLiteral("flavorRef")].toString(), order.flavorId);
    QCOMPARE(server[QStringLiteral("key_name")].toString(), order.keyName);
    QCOMPARE(server[QStringLiteral("adminPass")].toString(), order.adminPassword);
    QCOMPARE(
        QByteArray::fromBase64(server[QStringLiteral("user_data")].toString().toLatin1()), order.userData);
    const QJsonObject file = server[QStringLiteral("personality")][0].toObject();
    QCOMPARE(file[QStringLiteral("path")].toString(), QStringLiteral("/etc/motd"));
    QCOMPARE(QByteArray::fromBase64(file[QStringLiteral("contents")].toString().toLatin1()),
        QByteArray("hello\n"));
}

void tst_CloudClient::anOrderLeavesOutWhatWasNot()
{
    WireServer wire(answering([](const WireRequest &) { return WireServer::reply(400, {}); }));
    CloudClient client(wire.url());
    signIn(client);
    ServerOrder order;
    order.name = QStringLiteral("web");
    order.image = ImageId::stored(QStringLiteral("i"));
    order.flavorId = QStringLiteral("1");
    auto created = client.createServer(order);
    QTRY_VERIFY(created.isFinished());
    const QStringList keys = wire.requests().constLast().json()[QStringLiteral("server")].toObject().keys();
    QCOMPARE(keys,
        (QStringList { QStringLiteral("flavorRef"), QStringLiteral("imageRef"), QStringLiteral("name") }));
}

void tst_CloudClient::actionsAreNovas_data()
{
    using Call = std::function<QFuture<Result<>>(CloudClient &, const ServerId &)>;
    QTest::addColumn<Call>("call");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path"); // behind the server's own
    QTest::addColumn<QByteArray>("body");
    const QString action = QStringLiteral("/action");
    QTest::addRow("start") << Call([](CloudClient &c, const ServerId &id) { return c.startServer(id); })
                           << QByteArray("POST") << action << QByteArray(R"({"os-start":null})");
    QTest::addRow("stop") << Call([](CloudClient &c, const ServerId &id) { return c.stopServer(id); })
                          << QByteArray("POST") << action << QByteArray(R"({"os-stop":null})");
    QTest::addRow("soft") << Call(
        [](CloudClient &c, const ServerId &id) { return c.restartServer(id, CloudClient::Restart::Soft); })
                          << QByteArray("POST") << action << QByteArray(R"({"reboot":{"type":"SOFT"}})");
    QTest::addRow("hard") << Call(
        [](CloudClient &c, const ServerId &id) { return c.restartServer(id, CloudClient::Restart::Hard); })
                          << QByteArray("POST") << action << QByteArray(R"({"reboot":{"type":"HARD"}})");
    QTest::addRow("rename") << Call(
        [](CloudClient &c, const ServerId &id) { return c.renameServer(id, QStringLiteral("b")); })
                            << QByteArray("PUT") << QString() << QByteArray(R"({"server":{"name":"b"}})");
    QTest::addRow("delete") << Call([](CloudClient &c, const ServerId &id) { return c.removeServer(id); })
                            << QByteArray("DELETE") << QString() << QByteArray();
}

void tst_CloudClient::actionsAreNovas()
{
    using Call = std::function<QFuture<Result<>>(CloudClient &, const ServerId &)>;
    QFETCH(Call, call);
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    WireServer wire(answering([](const WireRequest &) { return WireServer::reply(202, {}); }));
    CloudClient client(wire.url());
    signIn(client);
    auto done = call(client, ServerId::stored(serverId));
    QTRY_VERIFY(done.isFinished());
    QVERIFY(done.result());
    const WireRequest request = wire.requests().constLast();
    QCOMPARE(request.method, method);
    QCOMPARE(QString::fromLatin1(request.target), QStringLiteral("/compute/v2.1/servers/") + serverId + path);
    QCOMPARE(QJsonDocument::fromJson(request.body), QJsonDocument::fromJson(body));
}

void tst_CloudClient::theConsolesAddressBecomesItsSocket_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("socket"); // empty: refused
    QTest::addRow("ticket") << QStringLiteral("http://127.0.0.1:5080/console?ticket=ab%2Fc")
                            << QStringLiteral("ws://127.0.0.1:5080/nephele/v1/console?ticket=ab%2Fc");
    QTest::addRow("noVNC's path") << QStringLiteral(
        "https://cloud.example:443/novnc/vnc_lite.html?path=nephele%2Fv1%2Fconsole%3Fticket%3Dx1")
                                  << QStringLiteral("wss://cloud.example:443/nephele/v1/console?ticket=x1");
    QTest::addRow("a socket already") << QStringLiteral("wss://cloud.example/nephele/v1/console?ticket=x1")
                                      << QStringLiteral("wss://cloud.example/nephele/v1/console?ticket=x1");
    QTest::addRow("no host") << QStringLiteral("/console?ticket=1") << QString();
    QTest::addRow("nothing") << QString() << QString();
}

void tst_CloudClient::theConsolesAddressBecomesItsSocket()
{
    QFETCH(QString, page);
    QFETCH(QString, socket);
    const auto url = webSocketUrlOf(QUrl(page));
    QCOMPARE(url.ok(), !socket.isEmpty());
    if (url)
        QCOMPARE(url->toString(QUrl::FullyEncoded), socket);
}

void tst_CloudClient::aSerialLogKeepsItsControlCharacters()
{
    WireServer wire(answering([](const WireRequest &) {
        return WireServer::reply(200, R"({"output": "\u001b[0mlogin: \u0007\n"})");
    }));
    CloudClient client(wire.url());
    signIn(client);
    auto log = client.serialLog(ServerId::stored(serverId), 50);
    QTRY_VERIFY(log.isFinished());
    QVERIFY(log.result());
    QCOMPARE(*log.result(), QStringLiteral("\u001b[0mlogin: \u0007\n"));
}

void tst_CloudClient::worksAreRead()
{
    const auto works = worksFromReply(R"({"operations": [{"id": "o", "kind": "server.create",
        "state": "undoing", "targetKind": "server", "target": "s", "targetName": "web-03", "progress": 62, "step": "disk",
        "error": null, "createdAt": "2026-11-20T10:00:00Z", "updatedAt": 1763632805000}]})");
    QVERIFY2(works, works ? "" : qPrintable(works.error().detail));
    QCOMPARE(works->size(), 1);
    QCOMPARE(works->at(0).state, WorkState::Undoing);
    QCOMPARE(works->at(0).progress, 62);
    QCOMPARE(works->at(0).step, QStringLiteral("disk"));
    QCOMPARE(works->at(0).targetName, QStringLiteral("web-03"));
    QVERIFY(!works->at(0).isOver());
    QVERIFY(!worksFromReply(R"({"operations": [{"id": "o"}]})"));
}

NEPHELE_TEST(tst_CloudClient)
#include "tst_cloudclient.moc"
