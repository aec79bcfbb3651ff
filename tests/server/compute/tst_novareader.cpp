// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novareader.h"
#include "tests/server/compute/facesamples.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;

class tst_NovaReader : public QObject
{
    Q_OBJECT

private slots:
    void aVersionIsReadFromTheHeaders_data();
    void aVersionIsReadFromTheHeaders();
    void badNewServersAreRefusedByField_data();
    void badNewServersAreRefusedByField();
    void aNewServerIsReadWhole();
    void aNewServerNeedsLittle();
    void networksAreThreeCases_data();
    void networksAreThreeCases();
    void changesKeepWhatTheyDoNotName();
    void badChangesAreRefused_data();
    void badChangesAreRefused();
    void badMetadataIsRefused_data();
    void badMetadataIsRefused();
    void aMetadataItemIsTheOneOfThePath_data();
    void aMetadataItemIsTheOneOfThePath();
    void argumentsOfActionsAreChecked_data();
    void argumentsOfActionsAreChecked();
    void badQueriesAreRefused_data();
    void badQueriesAreRefused();
    void filtersSelect_data();
    void filtersSelect();
    void onlyAdministratorsReachFurther();
    void keypairsAreCheckedByVersion_data();
    void keypairsAreCheckedByVersion();

private:
    static Request asking(const QList<std::pair<QString, QString>> &queries)
    {
        Request request;
        request.queries = queries;
        return request;
    }
};

// A body that is good but for what a row changes: {"server": {...}} with `field` set to `value`.
static QByteArray newServer(const QByteArray &field = {}, const QByteArray &value = {})
{
    QByteArray body = R"({"server":{"name":"s","flavorRef":"1",)"
                      R"("imageRef":"11111111-2222-4333-8444-555555555555")";
    if (field == "name")
        body.replace(R"("name":"s")", "\"name\":" + value);
    else if (field == "flavorRef")
        body.replace(R"("flavorRef":"1")", "\"flavorRef\":" + value);
    else if (field == "imageRef")
        body.replace(R"("imageRef":"11111111-2222-4333-8444-555555555555")", "\"imageRef\":" + value);
    else if (!field.isEmpty())
        body += ",\"" + field + "\":" + value;
    return body + "}}";
}

void tst_NovaReader::aVersionIsReadFromTheHeaders_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("minor"); // -1: Invalid
    QTest::addColumn<bool>("offered");
    QTest::addRow("none") << QByteArray("X-Other") << QByteArray("x") << 1 << true;
    QTest::addRow("nova's") << QByteArray("X-OpenStack-Nova-API-Version") << QByteArray("2.10") << 10 << true;
    QTest::addRow("common") << QByteArray("OpenStack-API-Version") << QByteArray("compute 2.10") << 10
                            << true;
    QTest::addRow("of several") << QByteArray("openstack-api-version")
                                << QByteArray("volume 3.59, compute 2.6") << 6 << true;
    QTest::addRow("of another service")
        << QByteArray("OpenStack-API-Version") << QByteArray("volume 3.59") << 1 << true;
    QTest::addRow("latest") << QByteArray("OpenStack-API-Version") << QByteArray("compute latest")
                            << newestNovaVersion.minor << true;
    QTest::addRow("too new") << QByteArray("OpenStack-API-Version") << QByteArray("compute 2.999") << 999
                             << false;
    QTest::addRow("2.0") << QByteArray("X-OpenStack-Nova-API-Version") << QByteArray("2.0") << 0 << false;
    QTest::addRow("3.1") << QByteArray("X-OpenStack-Nova-API-Version") << QByteArray("3.1") << 0 << false;
    for (const char *bad : { "2", "2.", ".1", "2.1.1", "2.01", "2.-1", "two.one", "2.1x", "2.99999999999" })
        QTest::addRow("%s", bad) << QByteArray("X-OpenStack-Nova-API-Version") << QByteArray(bad) << -1
                                 << false;
}

void tst_NovaReader::aVersionIsReadFromTheHeaders()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    QFETCH(int, minor);
    QFETCH(bool, offered);
    Request request;
    request.headers.append(header, value);
    const auto version = novaVersionAskedFor(request);
    QCOMPARE(version.ok(), minor >= 0);
    if (!version) {
        QCOMPARE(version.error().code, ErrorCode::Invalid);
        return;
    }
    QCOMPARE(version->minor, minor);
    QCOMPARE(isOffered(*version), offered);
}

void tst_NovaReader::badNewServersAreRefusedByField_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("named"); // a part of the message
    QTest::addColumn<ErrorCode>("code");
    const auto invalidRow = [](const char *row, const QByteArray &body, const char *named) {
        QTest::addRow("%s", row) << body << QString::fromLatin1(named) << ErrorCode::Invalid;
    };
    const auto field = [&](const char *row, const char *key, const QByteArray &value) {
        invalidRow(row, newServer(key, value), key);
    };
    invalidRow("nothing", "", "JSON");
    invalidRow("a list", "[]", "object");
    invalidRow("null", "null", "JSON");
    invalidRow("no server", "{}", "server");
    invalidRow("server null", R"({"server":null})", "server");
    invalidRow("no name", R"({"server":{"flavorRef":"1"}})", "name");
    field("name a number", "name", "5");
    field("name empty", "name", R"("")");
    field("name blank", "name", R"("   ")");
    field("name with a leading space", "name", R"(" a")");
    field("name too long", "name", '"' + QByteArray(256, 'a') + '"');
    field("name with NUL", "name", R"("a\u0000b")");
    field("flavor null", "flavorRef", "null");
    field("flavor a list", "flavorRef", "[1]");
    field("flavor negative", "flavorRef", "-1");
    field("flavor empty", "flavorRef", R"("")");
    field("image a name", "imageRef", R"("cirros")");
    field("image a number", "imageRef", "5");
    field("image null", "imageRef", "null");
    field("image empty", "imageRef", R"("")");
    field("unknown key", "colour", R"("red")");
    field("description before its time", "description", R"("d")");
    field("metadata a list", "metadata", "[]");
    field("metadata null", "metadata", "null");
    field("metadata of numbers", "metadata", R"({"a":1})");
    field("metadata with an empty key", "metadata", R"({"":"1"})");
    field("metadata key too long", "metadata", "{\"" + QByteArray(256, 'k') + "\":\"\"}");
    field("metadata value too long", "metadata", "{\"k\":\"" + QByteArray(256, 'v') + "\"}");
    field("user data no base64", "user_data", R"("!!!!")");
    field("user data without padding", "user_data", R"("Zm9vYg")");
    field("user data too long", "user_data", '"' + QByteArray(70'000, 'A') + '"');
    field("user data a number", "user_data", "1");
    field("personality an object", "personality", "{}");
    field("personality of texts", "personality", R"(["a"])");
    invalidRow(
        "file without a path", newServer("personality", R"([{"contents":""}])"), "personality[0].path");
    invalidRow("file with foreign keys",
        newServer("personality", R"([{"path":"/a","contents":"","owner":"root"}])"), "personality[0].owner");
    invalidRow("file no base64", newServer("personality", R"([{"path":"/a","contents":"*"}])"),
        "personality[0].contents");
    QTest::addRow("six files") << newServer("personality",
        "[" + QByteArray(R"({"path":"/a","contents":""},)").repeated(5) + R"({"path":"/a","contents":""}])")
                               << QStringLiteral("personality") << ErrorCode::QuotaExceeded;
    QTest::addRow("file too large") << newServer(
        "personality", "[{\"path\":\"/a\",\"contents\":\"" + QByteArray(10'241, 'x').toBase64() + "\"}]")
                                    << QStringLiteral("personality") << ErrorCode::QuotaExceeded;
    field("networks an object", "networks", "{}");
    field("networks another word", "networks", R"("all")");
    invalidRow("network by name", newServer("networks", R"([{"uuid":"public"}])"), "networks[0].uuid");
    invalidRow("network without anything", newServer("networks", "[{}]"), "networks[0].uuid");
    QTest::addRow("a port") << newServer("networks", R"([{"port":"11111111-2222-4333-8444-555555555555"}])")
                            << QStringLiteral("networks[0].port") << ErrorCode::Unsupported;
    QTest::addRow("an address") << newServer(
        "networks", R"([{"uuid":"11111111-2222-4333-8444-555555555555","fixed_ip":"10.0.0.5"}])")
                                << QStringLiteral("networks[0].fixed_ip") << ErrorCode::Unsupported;
    invalidRow("another security group", newServer("security_groups", R"([{"name":"sg1"}])"),
        "security_groups[0].name");
    field("security groups of texts", "security_groups", R"(["default"])");
    field("another zone", "availability_zone", R"("mars")");
    field("config drive a word", "config_drive", R"("maybe")");
    field("min_count zero", "min_count", "0");
    field("min_count half", "min_count", "1.5");
    field("min_count a word", "min_count", R"("x")");
    field("max_count huge", "max_count", "100000");
    invalidRow("counts crossed", newServer("min_count", R"(3,"max_count":2)"), "min_count");
    field("accessIPv4 a word", "accessIPv4", R"("here")");
    field("accessIPv4 of six", "accessIPv4", R"("::1")");
    field("accessIPv6 of four", "accessIPv6", R"("10.0.0.1")");
    field("diskConfig another", "OS-DCF:diskConfig", R"("auto")");
    QTest::addRow("from a volume") << newServer("block_device_mapping_v2",
        R"([{"source_type":"volume","destination_type":"volume","uuid":"x","boot_index":0}])")
                                   << QStringLiteral("block_device_mapping_v2") << ErrorCode::Unsupported;
    QTest::addRow("image to a volume") << newServer(
        "block_device_mapping_v2", R"([{"source_type":"image","destination_type":"volume","uuid":"x"}])")
                                       << QStringLiteral("block_device_mapping_v2") << ErrorCode::Unsupported;
    invalidRow("another image mapped",
        newServer("block_device_mapping_v2",
            R"([{"source_type":"image","uuid":"11111111-2222-4333-8444-555555555556"}])"),
        "block_device_mapping_v2[0].uuid");
    QTest::addRow("hints") << QByteArray(
        newServer().chopped(1) + R"(,"os:scheduler_hints":{"group":"11111111-2222-4333-8444-555555555555"}})")
                           << QStringLiteral("scheduler_hints") << ErrorCode::Unsupported;
}

void tst_NovaReader::badNewServersAreRefusedByField()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, named);
    QFETCH(ErrorCode, code);
    const auto server = newServerFromNova(body, NovaVersion { 1 });
    QVERIFY(!server);
    QCOMPARE(server.error().code, code);
    QVERIFY2(server.error().message.contains(named), qPrintable(server.error().message));
}

void tst_NovaReader::aNewServerIsReadWhole()
{
    const QByteArray body = R"({"server":{"name":"web","flavorRef":"http://h/compute/v2.1/flavors/m1.tiny",
        "imageRef":"11111111-2222-4333-8444-555555555555","adminPass":"pw","key_name":"k1",
        "metadata":{"a":"b","c":""},"user_data":"aGVs\nbG8=","min_count":"2","max_count":3,
        "personality":[{"path":"etc/motd","contents":"aGk="}],"config_drive":true,
        "networks":[{"uuid":"99999999-2222-4333-8444-555555555555"}],"security_groups":[{"name":"default"}],
        "accessIPv4":"1.1.1.1","accessIPv6":"0000:0000:0000:0000:0000:babe:220.12.22.2",
        "OS-DCF:diskConfig":"MANUAL","availability_zone":"nova","description":"d"},
        "os:scheduler_hints":{}})";
    const auto server = newServerFromNova(body, NovaVersion { 19 });
    QVERIFY2(server, server ? "" : qPrintable(server.error().message));
    QCOMPARE(server->name, QStringLiteral("web"));
    QCOMPARE(std::get<QString>(server->flavor), QStringLiteral("m1.tiny"));
    QCOMPARE(server->image.text(), QStringLiteral("11111111-2222-4333-8444-555555555555"));
    QCOMPARE(server->adminPassword, QStringLiteral("pw"));
    QCOMPARE(server->keyNames, QStringList { QStringLiteral("k1") });
    QCOMPARE(server->metadata.value(QStringLiteral("a")), QStringLiteral("b"));
    QCOMPARE(server->metadata.size(), 2);
    QCOMPARE(server->userData, QByteArray("hello"));
    QCOMPARE(server->count, 3);
    QCOMPARE(server->files.size(), 1);
    QCOMPARE(server->files.first().path, QStringLiteral("/etc/motd"));
    QCOMPARE(server->files.first().contents, QByteArray("hi"));
    QVERIFY(server->networks);
    QCOMPARE(server->networks->size(), 1);
    QCOMPARE(server->notes.accessIPv4, QStringLiteral("1.1.1.1"));
    QCOMPARE(QHostAddress(server->notes.accessIPv6), QHostAddress(QStringLiteral("::babe:dc0c:1602")));
    QVERIFY(server->notes.manualDisk);
    QCOMPARE(server->notes.description, QStringLiteral("d"));
    QVERIFY2(server->shared, "what is made in the OpenStack face is the project's");
}

void tst_NovaReader::aNewServerNeedsLittle()
{
    const auto server = newServerFromNova(newServer(), NovaVersion { 1 });
    QVERIFY(server);
    QVERIFY(!server->networks);
    QVERIFY(server->adminPassword.isEmpty());
    QCOMPARE(server->count, 1);
    QVERIFY(server->keyNames.isEmpty());
    const auto numbered = newServerFromNova(newServer("flavorRef", "12"), NovaVersion { 1 });
    QVERIFY(numbered);
    QCOMPARE(std::get<QString>(numbered->flavor), QStringLiteral("12"));
}

void tst_NovaReader::networksAreThreeCases_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("count"); // -1: the default
    QTest::addRow("empty list") << QByteArray("[]") << -1;
    QTest::addRow("auto") << QByteArray(R"("auto")") << -1;
    QTest::addRow("none") << QByteArray(R"("none")") << 0;
    QTest::addRow("two") << QByteArray(R"([{"uuid":"99999999-2222-4333-8444-555555555555"},)"
                                       R"({"uuid":"99999999-2222-4333-8444-555555555556"}])")
                         << 2;
}

void tst_NovaReader::networksAreThreeCases()
{
    QFETCH(QByteArray, value);
    QFETCH(int, count);
    const auto server = newServerFromNova(newServer("networks", value), NovaVersion { 1 });
    QVERIFY2(server, server ? "" : qPrintable(server.error().message));
    QCOMPARE(server->networks ? int(server->networks->size()) : -1, count);
}

void tst_NovaReader::changesKeepWhatTheyDoNotName()
{
    const ServerNotes present { QStringLiteral("kept"), QStringLiteral("1.1.1.1"), QString(), true };
    const auto named = serverChangeFromNova(R"({"server":{"name":"n"}})", NovaVersion { 19 }, present);
    QVERIFY(named);
    QCOMPARE(named->name, QStringLiteral("n"));
    QVERIFY(!named->notes);
    const auto noted =
        serverChangeFromNova(R"({"server":{"accessIPv6":"::1"}})", NovaVersion { 19 }, present);
    QVERIFY(noted);
    QVERIFY(!noted->name);
    QCOMPARE(noted->notes->description, QStringLiteral("kept"));
    QCOMPARE(noted->notes->accessIPv4, QStringLiteral("1.1.1.1"));
    QCOMPARE(noted->notes->accessIPv6, QStringLiteral("::1"));
    QVERIFY(noted->notes->manualDisk);
    const auto emptied =
        serverChangeFromNova(R"({"server":{"description":null}})", NovaVersion { 19 }, present);
    QVERIFY(emptied);
    QCOMPARE(emptied->notes->description, QString());
}

void tst_NovaReader::badChangesAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addRow("no server") << QByteArray("{}");
    QTest::addRow("name null") << QByteArray(R"({"server":{"name":null}})");
    QTest::addRow("name empty") << QByteArray(R"({"server":{"name":""}})");
    QTest::addRow("flavor") << QByteArray(R"({"server":{"flavorRef":"1"}})");
    QTest::addRow("description at 2.1") << QByteArray(R"({"server":{"description":"x"}})");
    QTest::addRow("address") << QByteArray(R"({"server":{"accessIPv4":"300.1.1.1"}})");
}

void tst_NovaReader::badChangesAreRefused()
{
    QFETCH(QByteArray, body);
    const auto change = serverChangeFromNova(body, NovaVersion { 1 }, {});
    QVERIFY(!change);
    QCOMPARE(change.error().code, ErrorCode::Invalid);
}

void tst_NovaReader::badMetadataIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addRow("null") << QByteArray(R"({"metadata":null})");
    QTest::addRow("missing") << QByteArray("{}");
    QTest::addRow("a list") << QByteArray(R"({"metadata":[]})");
    QTest::addRow("null value") << QByteArray(R"({"metadata":{"a":null}})");
    QTest::addRow("nested") << QByteArray(R"({"metadata":{"a":{}}})");
    QTest::addRow("empty key") << QByteArray(R"({"metadata":{"":"a"}})");
    QTest::addRow("NUL in a value") << QByteArray(R"({"metadata":{"a":"\u0000"}})");
    QByteArray many = R"({"metadata":{"k":"")";
    for (int i = 0; i < 128; ++i)
        many += ",\"k" + QByteArray::number(i) + "\":\"\"";
    QTest::addRow("129 items") << QByteArray(many + "}}");
}

void tst_NovaReader::badMetadataIsRefused()
{
    QFETCH(QByteArray, body);
    const auto metadata = metadataFromNova(body);
    QVERIFY(!metadata);
    QCOMPARE(metadata.error().code, ErrorCode::Invalid);
}

void tst_NovaReader::aMetadataItemIsTheOneOfThePath_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isGood");
    QTest::addRow("that key") << QByteArray(R"({"meta":{"k":"v"}})") << true;
    QTest::addRow("another key") << QByteArray(R"({"meta":{"j":"v"}})") << false;
    QTest::addRow("two keys") << QByteArray(R"({"meta":{"k":"v","j":"v"}})") << false;
    QTest::addRow("none") << QByteArray(R"({"meta":{}})") << false;
    QTest::addRow("named metadata") << QByteArray(R"({"metadata":{"k":"v"}})") << false;
    QTest::addRow("a number") << QByteArray(R"({"meta":{"k":1}})") << false;
}

void tst_NovaReader::aMetadataItemIsTheOneOfThePath()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, isGood);
    QCOMPARE(metadataItemFromNova(body, QStringLiteral("k")).ok(), isGood);
}

void tst_NovaReader::argumentsOfActionsAreChecked_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isGood");
    QTest::addRow("start") << QByteArray(R"({"os-start":null})") << true;
    QTest::addRow("two") << QByteArray(R"({"os-start":null,"os-stop":null})") << false;
    QTest::addRow("none") << QByteArray("{}") << false;
    QTest::addRow("a list") << QByteArray(R"([{"os-start":null}])") << false;
    QTest::addRow("reboot soft") << QByteArray(R"({"reboot":{"type":"Soft"}})") << true;
    QTest::addRow("reboot null") << QByteArray(R"({"reboot":null})") << false;
    QTest::addRow("reboot without type") << QByteArray(R"({"reboot":{}})") << false;
    QTest::addRow("reboot cold") << QByteArray(R"({"reboot":{"type":"COLD"}})") << false;
    QTest::addRow("output all") << QByteArray(R"({"os-getConsoleOutput":{}})") << true;
    QTest::addRow("output null length") << QByteArray(R"({"os-getConsoleOutput":{"length":null}})") << true;
    QTest::addRow("output in digits") << QByteArray(R"({"os-getConsoleOutput":{"length":"10"}})") << true;
    QTest::addRow("output -2") << QByteArray(R"({"os-getConsoleOutput":{"length":-2}})") << false;
    QTest::addRow("output of words") << QByteArray(R"({"os-getConsoleOutput":{"length":"ten"}})") << false;
    QTest::addRow("console novnc") << QByteArray(R"({"os-getVNCConsole":{"type":"novnc"}})") << true;
    QTest::addRow("console xvpvnc") << QByteArray(R"({"os-getVNCConsole":{"type":"xvpvnc"}})") << false;
    QTest::addRow("console null") << QByteArray(R"({"os-getVNCConsole":null})") << false;
}

void tst_NovaReader::argumentsOfActionsAreChecked()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, isGood);
    const auto action = actionFromNova(body);
    bool accepted = action.ok();
    if (action && action->name == QLatin1StringView("reboot"))
        accepted = rebootFromNova(action->argument).ok();
    else if (action && action->name == QLatin1StringView("os-getConsoleOutput"))
        accepted = consoleLinesFromNova(action->argument).ok();
    else if (action && action->name == QLatin1StringView("os-getVNCConsole"))
        accepted = checkVncConsole(action->argument).ok();
    QCOMPARE(accepted, isGood);
}

void tst_NovaReader::badQueriesAreRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<ErrorCode>("code");
    const auto row = [](const char *name, const char *key, const QString &value,
                         ErrorCode code = ErrorCode::Invalid) {
        QTest::addRow("%s", name) << QString::fromLatin1(key) << value << code;
    };
    row("limit negative", "limit", QStringLiteral("-1"));
    row("limit a word", "limit", QStringLiteral("all"));
    row("limit empty", "limit", QString());
    row("limit beyond 64 bits", "limit", QStringLiteral("99999999999999999999"));
    row("marker a name", "marker", QStringLiteral("web"));
    row("since yesterday", "changes-since", QStringLiteral("yesterday"));
    row("all tenants maybe", "all_tenants", QStringLiteral("maybe"));
    row("name no expression", "name", QStringLiteral("a[b"));
    row("name too long", "name", QStringLiteral("(").repeated(300));
    row("name with verbs", "name", QStringLiteral("(*UTF)a.b"));
    row("sorted by name", "sort_key", QStringLiteral("display_name"));
    row("deleted ones", "status", QStringLiteral("deleted"), ErrorCode::Forbidden);
}

void tst_NovaReader::badQueriesAreRefused()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(ErrorCode, code);
    const auto query = serverQueryFromNova(asking({ { key, value } }), Caller());
    QVERIFY(!query);
    QCOMPARE(query.error().code, code);
}

void tst_NovaReader::filtersSelect_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("fits"); // the sample, as far as the face sorts out itself
    const auto row = [](const char *key, const char *value, bool fits) {
        QTest::addRow("%s=%s", key, value) << QString::fromLatin1(key) << QString::fromLatin1(value) << fits;
    };
    row("name", "^web.*one", true);
    row("name", "^one", false);
    row("name", "(w+)+$x", false); // would take for ever without a bound
    row("status", "active", true);
    row("status", "SHUTOFF", false);
    row("status", "REBOOT", false);
    row("status", "NONSENSE", false);
    row("ip", "10.0.0", true);
    row("ip", "10.0.1", false);
    row("ip6", "2001:db8", true);
    row("ip6", "10.0", false);
    row("key_name", "k1", true);
    row("key_name", "k2", false);
    row("availability_zone", "nova", true);
    row("availability_zone", "mars", false);
    row("image", "not an id", false);
    row("limit", "0", false);
    row("unheard", "of", true);
}

void tst_NovaReader::filtersSelect()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(bool, fits);
    const auto query = serverQueryFromNova(asking({ { key, value } }), Caller());
    QVERIFY2(query, query ? "" : qPrintable(query.error().message));
    const Server server = sampleServer();
    const bool shown = !query->isEmpty
        && std::all_of(
            query->fits.begin(), query->fits.end(), [&](const auto &agrees) { return agrees(server); });
    QCOMPARE(shown, fits);
}

void tst_NovaReader::onlyAdministratorsReachFurther()
{
    Caller admin;
    admin.isAdmin = true;
    const auto request = asking({ { QStringLiteral("deleted"), QStringLiteral("true") },
        { QStringLiteral("all_tenants"), QString() }, { QStringLiteral("limit"), QStringLiteral("5000") } });
    const auto theirs = serverQueryFromNova(request, admin);
    QVERIFY(theirs);
    QVERIFY(theirs->filter.deleted);
    QVERIFY(theirs->filter.allProjects);
    QCOMPARE(theirs->filter.limit, 1000);
    const auto mine = serverQueryFromNova(request, Caller());
    QVERIFY(mine);
    QVERIFY(!mine->filter.deleted);
    const auto hidden =
        flavorQueryFromNova(asking({ { QStringLiteral("is_public"), QStringLiteral("None") } }), Caller());
    QVERIFY(hidden);
    QCOMPARE(hidden->isPublic, std::optional(true));
    const auto all =
        flavorQueryFromNova(asking({ { QStringLiteral("is_public"), QStringLiteral("None") } }), admin);
    QVERIFY(all);
    QCOMPARE(all->isPublic, std::optional<bool>());
}

void tst_NovaReader::keypairsAreCheckedByVersion_data()
{
    QTest::addColumn<QByteArray>("keypair");
    QTest::addColumn<int>("minor");
    QTest::addColumn<bool>("isGood");
    QTest::addRow("a name") << QByteArray(R"({"name":"k 1-a_b"})") << 1 << true;
    QTest::addRow("no name") << QByteArray("{}") << 1 << false;
    QTest::addRow("empty name") << QByteArray(R"({"name":""})") << 1 << false;
    QTest::addRow("long name") << QByteArray("{\"name\":\"" + QByteArray(256, 'k') + "\"}") << 1 << false;
    QTest::addRow("unsafe name") << QByteArray(R"({"name":"k/1"})") << 1 << false;
    QTest::addRow("foreign letters") << QByteArray(R"({"name":"k\u00e9"})") << 1 << false;
    QTest::addRow("empty key") << QByteArray(R"({"name":"k","public_key":""})") << 1 << false;
    QTest::addRow("null key") << QByteArray(R"({"name":"k","public_key":null})") << 1 << true;
    QTest::addRow("type too early") << QByteArray(R"({"name":"k","type":"ssh"})") << 1 << false;
    QTest::addRow("type") << QByteArray(R"({"name":"k","type":"ssh"})") << 2 << true;
    QTest::addRow("x509") << QByteArray(R"({"name":"k","type":"x509"})") << 2 << false;
    QTest::addRow("user too early") << QByteArray(
        R"({"name":"k","user_id":"aaaaaaaa-0000-4000-8000-000000000001"})")
                                    << 2 << false;
    QTest::addRow("user") << QByteArray(R"({"name":"k","user_id":"aaaaaaaa-0000-4000-8000-000000000001"})")
                          << 10 << true;
    QTest::addRow("no user") << QByteArray(R"({"name":"k","user_id":"alice"})") << 10 << false;
}

void tst_NovaReader::keypairsAreCheckedByVersion()
{
    QFETCH(QByteArray, keypair);
    QFETCH(int, minor);
    QFETCH(bool, isGood);
    const auto read = newKeypairFromNova("{\"keypair\":" + keypair + "}", NovaVersion { minor });
    QCOMPARE(read.ok(), isGood);
    if (!read)
        QCOMPARE(read.error().code, ErrorCode::Invalid);
}

NEPHELE_TEST(tst_NovaReader)
#include "tst_novareader.moc"
