// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/clock.h"
#include "server/compute/cycladesreader.h"
#include "tests/server/compute/facesamples.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;

class tst_CycladesReader : public QObject
{
    Q_OBJECT

private slots:
    void aBodySaysThatItIsJson_data();
    void aBodySaysThatItIsJson();
    void badNewServersAreRefusedByField_data();
    void badNewServersAreRefusedByField();
    void aNewServerIsReadWhole();
    void noNetworksIsNotTheDefault();
    void actionsAreOneObject_data();
    void actionsAreOneObject();
    void rebootTypesAreTakenInEitherCase_data();
    void rebootTypesAreTakenInEitherCase();
    void consolesOfOtherKindsAreNamed_data();
    void consolesOfOtherKindsAreNamed();
    void anItemOfMetadataHasTwoNames_data();
    void anItemOfMetadataHasTwoNames();
    void changesSinceReachesBackAnHour_data();
    void changesSinceReachesBackAnHour();

private:
    static Request with(const QByteArray &body, const QByteArray &type = "application/json")
    {
        Request request;
        request.body = body;
        if (!type.isEmpty())
            request.headers.append("Content-Type", type);
        return request;
    }
};

static QByteArray newServer(const QByteArray &field = {}, const QByteArray &value = {})
{
    QByteArray body = R"({"server":{"name":"s","flavorRef":1,)"
                      R"("imageRef":"11111111-2222-4333-8444-555555555555")";
    if (field == "name")
        body.replace(R"("name":"s")", "\"name\":" + value);
    else if (field == "flavorRef")
        body.replace(R"("flavorRef":1)", "\"flavorRef\":" + value);
    else if (field == "imageRef")
        body.replace(R"("imageRef":"11111111-2222-4333-8444-555555555555")", "\"imageRef\":" + value);
    else if (!field.isEmpty())
        body += ",\"" + field + "\":" + value;
    return body + "}}";
}

void tst_CycladesReader::aBodySaysThatItIsJson_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isGood");
    QTest::addRow("plain") << QByteArray("application/json") << QByteArray("{}") << true;
    QTest::addRow("with charset") << QByteArray("Application/JSON; charset=UTF-8") << QByteArray("{}")
                                  << true;
    QTest::addRow("no type") << QByteArray() << QByteArray("{}") << false;
    QTest::addRow("xml") << QByteArray("application/xml") << QByteArray("{}") << false;
    QTest::addRow("json by prefix") << QByteArray("application/jsonx") << QByteArray("{}") << false;
    QTest::addRow("no JSON") << QByteArray("application/json") << QByteArray("{") << false;
    QTest::addRow("null") << QByteArray("application/json") << QByteArray("null") << false;
    QTest::addRow("a list") << QByteArray("application/json") << QByteArray("[]") << false;
    QTest::addRow("no UTF-8") << QByteArray("application/json") << QByteArray("{\"a\":\"\xff\"}") << false;
}

void tst_CycladesReader::aBodySaysThatItIsJson()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(bool, isGood);
    const auto read = cycladesBody(with(body, type));
    QCOMPARE(read.ok(), isGood);
    if (!read)
        QCOMPARE(read.error().code, ErrorCode::Invalid);
}

void tst_CycladesReader::badNewServersAreRefusedByField_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("named");
    QTest::addColumn<ErrorCode>("code");
    const auto row = [](const char *name, const QByteArray &body, const char *named,
                         ErrorCode code = ErrorCode::Invalid) {
        QTest::addRow("%s", name) << body << QString::fromLatin1(named) << code;
    };
    const auto field = [&](const char *name, const char *key, const QByteArray &value) {
        row(name, newServer(key, value), key);
    };
    row("no server", "{}", "server");
    row("a list of servers", R"({"server":[]})", "server");
    row("no image", R"({"server":{"name":"s","flavorRef":1}})", "imageRef");
    field("image null", "imageRef", "null");
    row("image a word", newServer("imageRef", R"("tiny")"), "tiny", ErrorCode::NotFound);
    field("name missing its text", "name", "null");
    field("name blank", "name", R"("  ")");
    field("name too long", "name", '"' + QByteArray(256, 'a') + '"');
    field("flavor a uuid", "flavorRef", R"("11111111-2222-4333-8444-555555555555")");
    field("flavor zero", "flavorRef", "0");
    field("flavor half", "flavorRef", "1.5");
    field("flavor padded", "flavorRef", R"("01")");
    field("metadata of numbers", "metadata", R"({"a":1})");
    field("metadata key of 51", "metadata", "{\"" + QByteArray(51, 'k') + "\":\"\"}");
    field("metadata value of 501", "metadata", "{\"k\":\"" + QByteArray(501, 'v') + "\"}");
    field("eleven items", "metadata",
        R"({"0":"","1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","a":""})");
    field("project a name", "project", R"("mine")");
    field("shared a word", "shared_to_project", R"("yes")");
    field("weak password", "adminPass", R"("abcdefghij")");
    field("short password", "adminPass", R"("Abcdef1")");
    field("both keys", "SNF:key_names", R"(["a"],"key_name":"b")");
    field("keys of numbers", "SNF:key_names", "[1]");
    field("user data no base64", "user_data", R"("!")");
    row("mode a text", newServer("personality", R"([{"path":"/a","contents":"","mode":"0644"}])"),
        "personality[0].mode");
    row("file without contents", newServer("personality", R"([{"path":"/a"}])"), "personality[0].contents");
    row("file with foreign keys", newServer("personality", R"([{"path":"/a","contents":"","x":1}])"),
        "personality[0].x");
    row("file too large",
        newServer(
            "personality", "[{\"path\":\"/a\",\"contents\":\"" + QByteArray(10'241, 'x').toBase64() + "\"}]"),
        "personality", ErrorCode::QuotaExceeded);
    row("six files",
        newServer("personality",
            "[" + QByteArray(R"({"path":"/a","contents":""},)").repeated(5)
                + R"({"path":"/a","contents":""}])"),
        "personality", ErrorCode::QuotaExceeded);
    row("network by uuid", newServer("networks", R"([{"uuid":"11111111-2222-4333-8444-555555555555"}])"),
        "networks[0].uuid");
    row("nine networks",
        newServer("networks", "[" + QByteArray(R"({"uuid":"1"},)").repeated(8) + R"({"uuid":"1"}])"),
        "networks");
    row("a port", newServer("networks", R"([{"port":"5"}])"), "networks[0].port", ErrorCode::Unsupported);
    row("an address", newServer("networks", R"([{"uuid":"1","fixed_ip":"10.0.0.5"}])"),
        "networks[0].fixed_ip", ErrorCode::Unsupported);
    row("tags", newServer("tags", R"(["a"])"), "tags", ErrorCode::Unsupported);
    row("from a volume", newServer("block_device_mapping_v2", R"([{"source_type":"volume","uuid":"7"}])"),
        "block_device_mapping_v2", ErrorCode::Unsupported);
    row("another image mapped",
        newServer("block_device_mapping_v2", R"([{"source_type":"image","uuid":"x"}])"),
        "block_device_mapping_v2[0].uuid");
}

void tst_CycladesReader::badNewServersAreRefusedByField()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, named);
    QFETCH(ErrorCode, code);
    const auto server = newServerFromCyclades(with(body));
    QVERIFY(!server);
    QCOMPARE(server.error().code, code);
    QVERIFY2(server.error().message.contains(named), qPrintable(server.error().message));
}

void tst_CycladesReader::aNewServerIsReadWhole()
{
    const auto server = newServerFromCyclades(with(R"({"server":{"name":"web","flavorRef":"7",
        "imageRef":null,"metadata":{"os":"debian"},"adminPass":"Abcdefgh12",
        "personality":[{"path":"/root/a","contents":"aGk=","owner":"user","group":"users","mode":384}],
        "networks":[{"uuid":"3"},{"uuid":4}],"SNF:key_names":["a","b","a"],"shared_to_project":true,
        "project":"aaaaaaaa-0000-4000-8000-00000000000a","user_data":"aGVsbG8=","tags":[],
        "block_device_mapping_v2":[{"source_type":"image","uuid":"11111111-2222-4333-8444-555555555555"}]
        }})"));
    QVERIFY2(server, server ? "" : qPrintable(server.error().message));
    QCOMPARE(std::get<FlavorNumber>(server->flavor), FlavorNumber(7));
    QCOMPARE(server->image.text(), QStringLiteral("11111111-2222-4333-8444-555555555555"));
    QCOMPARE(server->keyNames, (QStringList { QStringLiteral("a"), QStringLiteral("b") }));
    QCOMPARE(server->files.first().owner, QStringLiteral("user"));
    QCOMPARE(server->files.first().group, QStringLiteral("users"));
    QCOMPARE(server->files.first().mode, 0600);
    QCOMPARE(server->networks->size(), 2);
    QCOMPARE(std::get<NetworkNumber>(server->networks->at(1)), NetworkNumber(4));
    QVERIFY(server->shared);
    QCOMPARE(server->project->text(), QStringLiteral("aaaaaaaa-0000-4000-8000-00000000000a"));
    QCOMPARE(server->adminPassword, QStringLiteral("Abcdefgh12"));
}

void tst_CycladesReader::noNetworksIsNotTheDefault()
{
    const auto usual = newServerFromCyclades(with(newServer()));
    QVERIFY(usual);
    QVERIFY(!usual->networks);
    QVERIFY(!usual->shared);
    const auto none = newServerFromCyclades(with(newServer("networks", "[]")));
    QVERIFY(none);
    QVERIFY(none->networks && none->networks->isEmpty());
}

void tst_CycladesReader::actionsAreOneObject_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isGood");
    QTest::addRow("start") << QByteArray(R"({"start":{}})") << true;
    QTest::addRow("null argument") << QByteArray(R"({"reboot":null})") << false;
    QTest::addRow("a text") << QByteArray(R"({"start":"now"})") << false;
    QTest::addRow("none") << QByteArray("{}") << false;
    QTest::addRow("two") << QByteArray(R"({"start":{},"shutdown":{}})") << false;
    QTest::addRow("rescue with its image") << QByteArray(R"({"rescue":{},"rescue_image_ref":3})") << true;
}

void tst_CycladesReader::actionsAreOneObject()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, isGood);
    QCOMPARE(actionFromCyclades(with(body)).ok(), isGood);
}

void tst_CycladesReader::rebootTypesAreTakenInEitherCase_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<int>("kind"); // 0 soft, 1 hard, -1 refused
    QTest::addRow("none") << QByteArray("{}") << 0;
    QTest::addRow("SOFT") << QByteArray(R"({"type":"SOFT"})") << 0;
    QTest::addRow("soft") << QByteArray(R"({"type":"soft"})") << 0;
    QTest::addRow("HARD") << QByteArray(R"({"type":"HARD"})") << 1;
    QTest::addRow("null") << QByteArray(R"({"type":null})") << -1;
    QTest::addRow("cold") << QByteArray(R"({"type":"COLD"})") << -1;
    QTest::addRow("a number") << QByteArray(R"({"type":1})") << -1;
}

void tst_CycladesReader::rebootTypesAreTakenInEitherCase()
{
    QFETCH(QByteArray, arguments);
    QFETCH(int, kind);
    const auto read = rebootFromCyclades(parsed(arguments));
    QCOMPARE(read ? (*read == ComputeService::Reboot::Hard ? 1 : 0) : -1, kind);
}

void tst_CycladesReader::consolesOfOtherKindsAreNamed_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<int>("code"); // -1: good
    QTest::addRow("vnc") << QByteArray(R"({"type":"vnc"})") << -1;
    QTest::addRow("vnc-ws") << QByteArray(R"({"type":"vnc-ws"})") << int(ErrorCode::Unsupported);
    QTest::addRow("spice") << QByteArray(R"({"type":"spice"})") << int(ErrorCode::Invalid);
    QTest::addRow("none") << QByteArray("{}") << int(ErrorCode::Invalid);
    QTest::addRow("null") << QByteArray(R"({"type":null})") << int(ErrorCode::Invalid);
}

void tst_CycladesReader::consolesOfOtherKindsAreNamed()
{
    QFETCH(QByteArray, arguments);
    QFETCH(int, code);
    const auto checked = checkCycladesConsole(parsed(arguments), CycladesConsole::Vnc);
    QCOMPARE(checked ? -1 : int(checked.error().code), code);
}

void tst_CycladesReader::anItemOfMetadataHasTwoNames_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isGood");
    QTest::addRow("meta") << QByteArray(R"({"meta":{"k":"v"}})") << true;
    QTest::addRow("metadata") << QByteArray(R"({"metadata":{"k":"v"}})") << true;
    QTest::addRow("another key") << QByteArray(R"({"meta":{"j":"v"}})") << false;
    QTest::addRow("two") << QByteArray(R"({"meta":{"k":"v","j":"v"}})") << false;
    QTest::addRow("null") << QByteArray(R"({"meta":{"k":null}})") << false;
}

void tst_CycladesReader::anItemOfMetadataHasTwoNames()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, isGood);
    QCOMPARE(metadataItemFromCyclades(with(body), QStringLiteral("k")).ok(), isGood);
}

void tst_CycladesReader::changesSinceReachesBackAnHour_data()
{
    constexpr qint64 now = 1'700'000'000'000;
    QTest::addColumn<QString>("since");
    QTest::addColumn<bool>("isGood");
    QTest::addRow("now") << QString::fromLatin1(isoOffset(now)) << true;
    QTest::addRow("an hour ago") << QString::fromLatin1(isoOffset(now - 3'600'000)) << true;
    QTest::addRow("longer ago") << QString::fromLatin1(isoOffset(now - 3'600'001)) << false;
    QTest::addRow("in the future") << QString::fromLatin1(isoOffset(now + 1)) << false;
    QTest::addRow("a word") << QStringLiteral("yesterday") << false;
    QTest::addRow("a number") << QStringLiteral("1700000000") << false;
}

void tst_CycladesReader::changesSinceReachesBackAnHour()
{
    QFETCH(QString, since);
    QFETCH(bool, isGood);
    Request request;
    request.queries = { { QStringLiteral("changes-since"), since } };
    const auto read = changesSinceFromCyclades(request, 1'700'000'000'000);
    QCOMPARE(read.ok(), isGood);
    if (read)
        QVERIFY(read->has_value());
    const auto absent = changesSinceFromCyclades(Request(), 1'700'000'000'000);
    QVERIFY(absent && !absent->has_value());
}

NEPHELE_TEST(tst_CycladesReader)
#include "tst_cycladesreader.moc"
