// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novajson.h"
#include "tests/server/compute/facesamples.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;

// The key sets here are those of the Compute API reference at 2.1, where a key too many counts as a fault.
class tst_NovaJson : public QObject
{
    Q_OBJECT

private slots:
    void aServerHasTheKeysOfItsVersion_data();
    void aServerHasTheKeysOfItsVersion();
    void aChangedServerHasTheBasicKeysOnly();
    void aCreatedServerHasFiveKeys();
    void aSummaryHasThreeKeys();
    void statesAddWhatTheyNeed_data();
    void statesAddWhatTheyNeed();
    void valuesAreInTheFormsOfNova();
    void addressesStandUnderTheirNetworks();
    void addressesOfOneNetworkArePlain();
    void anAddressOfThisMachineIsTold();
    void imageAndFlavorAreReferences();
    void flavorsHaveTheirKeys();
    void keypairsHaveTheKeysOfTheirVersion_data();
    void keypairsHaveTheKeysOfTheirVersion();
    void discoveryListsTheOldVersionFirst();
    void consoleOutputSurvivesAnyBytes();

private:
    static NovaJson at(int minor) { return NovaJson("http://h:1/compute", "v2.1", NovaVersion { minor }); }
    static QJsonObject inner(const QByteArray &json, const char *key)
    {
        return parsed(json).value(QLatin1StringView(key)).toObject();
    }
};

static const char *const serverKeys =
    "addresses created flavor hostId id image links metadata name status tenant_id updated user_id "
    "accessIPv4 accessIPv6 OS-DCF:diskConfig progress OS-EXT-STS:power_state OS-EXT-STS:task_state "
    "OS-EXT-STS:vm_state OS-EXT-AZ:availability_zone OS-SRV-USG:launched_at OS-SRV-USG:terminated_at "
    "config_drive key_name security_groups os-extended-volumes:volumes_attached ";

void tst_NovaJson::aServerHasTheKeysOfItsVersion_data()
{
    QTest::addColumn<int>("minor");
    QTest::addColumn<QByteArray>("more");
    QTest::addRow("2.1") << 1 << QByteArray();
    QTest::addRow("2.8") << 8 << QByteArray();
    QTest::addRow("2.9") << 9 << QByteArray("locked");
    QTest::addRow("2.18") << 18 << QByteArray("locked");
    QTest::addRow("2.19") << 19 << QByteArray("locked description");
}

void tst_NovaJson::aServerHasTheKeysOfItsVersion()
{
    QFETCH(int, minor);
    QFETCH(QByteArray, more);
    const QStringList expected = words(serverKeys + more);
    QCOMPARE(sortedKeys(inner(at(minor).server(sampleServer()), "server")), expected);
    const auto list = parsed(at(minor).servers({ sampleServer() }, NovaJson::Detail::Full, {}));
    QCOMPARE(sortedKeys(list), words("servers"));
    QCOMPARE(sortedKeys(list.value(QStringLiteral("servers"))[0].toObject()), expected);
}

void tst_NovaJson::aChangedServerHasTheBasicKeysOnly()
{
    QCOMPARE(sortedKeys(inner(at(1).changedServer(sampleServer()), "server")),
        words("addresses created flavor hostId id image links metadata name status tenant_id updated user_id "
              "accessIPv4 accessIPv6 OS-DCF:diskConfig progress"));
}

void tst_NovaJson::aCreatedServerHasFiveKeys()
{
    const auto server = inner(at(1).createdServer(sampleServer(), QStringLiteral("s\"ecret")), "server");
    QCOMPARE(sortedKeys(server), words("id links adminPass OS-DCF:diskConfig security_groups"));
    QCOMPARE(server.value(QStringLiteral("adminPass")).toString(), QStringLiteral("s\"ecret"));
}

void tst_NovaJson::aSummaryHasThreeKeys()
{
    const auto list =
        parsed(at(1).servers({ sampleServer() }, NovaJson::Detail::Summary, "http://h:1/next?marker=x"));
    QCOMPARE(sortedKeys(list), words("servers servers_links"));
    QCOMPARE(sortedKeys(list.value(QStringLiteral("servers"))[0].toObject()), words("id links name"));
    const QJsonValue next = list.value(QStringLiteral("servers_links"))[0];
    QCOMPARE(next[QStringLiteral("rel")].toString(), QStringLiteral("next"));
    QCOMPARE(next[QStringLiteral("href")].toString(), QStringLiteral("http://h:1/next?marker=x"));
}

void tst_NovaJson::statesAddWhatTheyNeed_data()
{
    QTest::addColumn<ServerState>("state");
    QTest::addColumn<bool>("hasProgress");
    QTest::addColumn<bool>("hasFault");
    QTest::addRow("building") << ServerState::Building << true << false;
    QTest::addRow("running") << ServerState::Running << true << false;
    QTest::addRow("off") << ServerState::Off << false << false;
    QTest::addRow("failed") << ServerState::Failed << false << true;
    QTest::addRow("unknown") << ServerState::Unknown << false << false;
}

void tst_NovaJson::statesAddWhatTheyNeed()
{
    QFETCH(ServerState, state);
    QFETCH(bool, hasProgress);
    QFETCH(bool, hasFault);
    Server server = sampleServer();
    server.state = state;
    server.faultMessage = QStringLiteral("no disk");
    const auto shown = inner(at(1).server(server), "server");
    QCOMPARE(shown.contains(QStringLiteral("progress")), hasProgress);
    QCOMPARE(shown.contains(QStringLiteral("fault")), hasFault);
    if (hasFault) {
        const auto fault = shown.value(QStringLiteral("fault")).toObject();
        QCOMPARE(sortedKeys(fault), words("code created message"));
        QCOMPARE(fault.value(QStringLiteral("message")).toString(), QStringLiteral("no disk"));
    }
}

void tst_NovaJson::valuesAreInTheFormsOfNova()
{
    const auto server = inner(at(19).server(sampleServer()), "server");
    const auto value = [&](const char *key) { return server.value(QLatin1StringView(key)); };
    QCOMPARE(value("id").toString(), sampleServer().id.text());
    QCOMPARE(value("name").toString(), sampleServer().name);
    QCOMPARE(value("created").toString(), QStringLiteral("2023-11-14T22:13:20Z"));
    QCOMPARE(value("OS-SRV-USG:launched_at").toString(), QStringLiteral("2023-11-14T22:13:21.000000"));
    QVERIFY(value("OS-SRV-USG:terminated_at").isNull());
    QVERIFY(value("OS-EXT-STS:task_state").isNull());
    QCOMPARE(value("OS-EXT-STS:power_state").toInt(-1), 1);
    QCOMPARE(value("OS-DCF:diskConfig").toString(), QStringLiteral("AUTO"));
    QCOMPARE(value("hostId").toString().size(), 56);
    QVERIFY(value("description").isNull());
    QCOMPARE(value("locked"), QJsonValue(false));
    QCOMPARE(value("metadata").toObject().value(QStringLiteral("a key \u00e9")).toString(),
        QStringLiteral("<&>\""));
    const QJsonArray links = value("links").toArray();
    QCOMPARE(links.at(0)[QStringLiteral("href")].toString(),
        QStringLiteral("http://h:1/compute/v2.1/servers/") + sampleServer().id.text());
    QCOMPARE(links.at(1)[QStringLiteral("rel")].toString(), QStringLiteral("bookmark"));

    Server fresh = sampleServer();
    fresh.launchedAtMs = std::nullopt;
    fresh.keyName.clear();
    const auto early = inner(at(1).server(fresh), "server");
    QCOMPARE(early.value(QStringLiteral("hostId")).toString(), QString());
    QVERIFY(early.value(QStringLiteral("key_name")).isNull());
    QVERIFY(early.value(QStringLiteral("OS-SRV-USG:launched_at")).isNull());
}

void tst_NovaJson::addressesStandUnderTheirNetworks()
{
    const auto addresses =
        inner(at(1).server(sampleServer()), "server").value(QStringLiteral("addresses")).toObject();
    QCOMPARE(sortedKeys(addresses), words("public"));
    const QJsonArray list = addresses.value(QStringLiteral("public")).toArray();
    QCOMPARE(list.size(), 2);
    QCOMPARE(
        sortedKeys(list.at(0).toObject()), words("version addr OS-EXT-IPS:type OS-EXT-IPS-MAC:mac_addr"));
    QCOMPARE(list.at(0)[QStringLiteral("version")].toInt(), 4);
    QCOMPARE(list.at(1)[QStringLiteral("version")].toInt(), 6);
    QCOMPARE(list.at(1)[QStringLiteral("addr")].toString(), QStringLiteral("2001:db8::7"));
}

void tst_NovaJson::addressesOfOneNetworkArePlain()
{
    const auto all = inner(at(1).addresses(sampleServer()), "addresses");
    QCOMPARE(sortedKeys(all.value(QStringLiteral("public"))[0].toObject()), words("version addr"));
    const auto one = parsed(at(1).addressesOn(sampleServer(), QStringLiteral("public")));
    QCOMPARE(sortedKeys(one), words("public"));
    QCOMPARE(one.value(QStringLiteral("public")).toArray().size(), 2);
}

void tst_NovaJson::anAddressOfThisMachineIsTold()
{
    Server server = sampleServer();
    server.accessAddress = QStringLiteral("127.0.0.1:40022");
    const auto shown = inner(at(1).server(server), "server");
    QCOMPARE(
        shown.value(QStringLiteral("nephele:access_address")).toString(), QStringLiteral("127.0.0.1:40022"));
    QCOMPARE(shown.value(QStringLiteral("accessIPv4")).toString(), QString());
}

void tst_NovaJson::imageAndFlavorAreReferences()
{
    const auto server = inner(at(1).server(sampleServer()), "server");
    QCOMPARE(sortedKeys(server.value(QStringLiteral("image")).toObject()), words("id links"));
    QCOMPARE(sortedKeys(server.value(QStringLiteral("flavor")).toObject()), words("id links"));
    QCOMPARE(
        server.value(QStringLiteral("flavor"))[QStringLiteral("id")].toString(), QStringLiteral("m1.tiny"));
    Server bare = sampleServer();
    bare.image = ImageId();
    QCOMPARE(inner(at(1).server(bare), "server").value(QStringLiteral("image")), QJsonValue(QString()));
}

void tst_NovaJson::flavorsHaveTheirKeys()
{
    const QStringList full = words("disk id links name ram swap vcpus OS-FLV-DISABLED:disabled "
                                   "OS-FLV-EXT-DATA:ephemeral os-flavor-access:is_public rxtx_factor");
    const auto flavor = inner(at(1).flavor(sampleFlavor()), "flavor");
    QCOMPARE(sortedKeys(flavor), full);
    QCOMPARE(flavor.value(QStringLiteral("id")), QJsonValue(QStringLiteral("7")));
    QCOMPARE(flavor.value(QStringLiteral("swap")), QJsonValue(QString()));
    QCOMPARE(flavor.value(QStringLiteral("ram")).toInt(), 1024);
    const auto list = parsed(at(1).flavors({ sampleFlavor() }, NovaJson::Detail::Summary, {}));
    QCOMPARE(sortedKeys(list), words("flavors"));
    QCOMPARE(sortedKeys(list.value(QStringLiteral("flavors"))[0].toObject()), words("id links name"));
}

void tst_NovaJson::keypairsHaveTheKeysOfTheirVersion_data()
{
    QTest::addColumn<int>("minor");
    QTest::addColumn<QByteArray>("more");
    QTest::addRow("2.1") << 1 << QByteArray();
    QTest::addRow("2.2") << 2 << QByteArray(" type");
    QTest::addRow("2.10") << 10 << QByteArray(" type");
}

void tst_NovaJson::keypairsHaveTheKeysOfTheirVersion()
{
    QFETCH(int, minor);
    QFETCH(QByteArray, more);
    const auto list = parsed(at(minor).keypairs({ sampleKeypair() }, {}));
    QCOMPARE(sortedKeys(list), words("keypairs"));
    QCOMPARE(sortedKeys(list.value(QStringLiteral("keypairs"))[0][QStringLiteral("keypair")].toObject()),
        words("fingerprint name public_key" + more));
    QCOMPARE(sortedKeys(inner(at(minor).keypair(sampleKeypair()), "keypair")),
        words("created_at deleted deleted_at fingerprint id name public_key updated_at user_id" + more));
    QCOMPARE(sortedKeys(inner(at(minor).createdKeypair(sampleKeypair(), {}), "keypair")),
        words("fingerprint name public_key user_id" + more));
    QCOMPARE(sortedKeys(inner(at(minor).createdKeypair(sampleKeypair(), "PEM"), "keypair")),
        words("fingerprint name public_key user_id private_key" + more));
}

void tst_NovaJson::discoveryListsTheOldVersionFirst()
{
    const QJsonArray versions = parsed(at(1).versions()).value(QStringLiteral("versions")).toArray();
    QCOMPARE(versions.size(), 2);
    QCOMPARE(versions.at(0)[QStringLiteral("id")].toString(), QStringLiteral("v2.0"));
    QCOMPARE(versions.at(0)[QStringLiteral("version")], QJsonValue(QString()));
    QCOMPARE(versions.at(0)[QStringLiteral("links")][0][QStringLiteral("href")].toString(),
        QStringLiteral("http://h:1/compute/v2/"));
    QCOMPARE(versions.at(1)[QStringLiteral("id")].toString(), QStringLiteral("v2.1"));
    QCOMPARE(versions.at(1)[QStringLiteral("min_version")].toString(), QStringLiteral("2.1"));
    const auto one = inner(at(1).version(), "version");
    QCOMPARE(sortedKeys(one), words("id links status updated media-types min_version version"));
}

void tst_NovaJson::consoleOutputSurvivesAnyBytes()
{
    const QByteArray noise("\x1b[0m\xff\xfe\0boot\r\n", 13);
    const auto reply = parsed(NovaJson::consoleOutput(noise));
    QVERIFY(reply.value(QStringLiteral("output")).toString().endsWith(QStringLiteral("boot\r\n")));
}

NEPHELE_TEST(tst_NovaJson)
#include "tst_novajson.moc"
