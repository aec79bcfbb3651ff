// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/cycladesjson.h"
#include "server/compute/cycladesxml.h"
#include "tests/server/compute/facesamples.h"
#include "tests/support/testregistry.h"

#include <QXmlStreamReader>

using namespace nephele;
using namespace nephele::test;

// Key sets and types are those of Synnefo's compute API guide and of what its client reads.
class tst_CycladesJson : public QObject
{
    Q_OBJECT

private slots:
    void aServerHasItsKeys();
    void aCreatedServerIsBeingBuilt();
    void idsAreNumbersAndNetworksTexts();
    void anAttachmentIsAPort();
    void troublesAreDiagnosed();
    void anAddressOfThisMachineIsForwarded();
    void statusesAreCyclades_data();
    void statusesAreCyclades();
    void summariesHaveThreeKeys();
    void flavorsAreNamedByTheirSizes();
    void imagesHaveTheirKeys();
    void keypairsHaveTheirKeys();
    void xmlIsWellFormedAndInItsNamespace_data();
    void xmlIsWellFormedAndInItsNamespace();
    void xmlTellsWhatJsonTells();

private:
    static QJsonObject inner(const QByteArray &json, const char *key)
    {
        return parsed(json).value(QLatin1StringView(key)).toObject();
    }
    const CycladesJson m_json { "http://h:1" };
    const CycladesXml m_xml { "http://h:1" };
};

static const char *const serverKeys =
    "id name links user_id tenant_id shared_to_project suspended deleted SNF:rescue status SNF:task_state "
    "progress hostId created updated flavor image metadata tags attachments addresses volumes diagnostics "
    "security_groups key_name SNF:key_names config_drive accessIPv4 accessIPv6 SNF:fqdn "
    "SNF:port_forwarding ";

void tst_CycladesJson::aServerHasItsKeys()
{
    QCOMPARE(sortedKeys(inner(m_json.server(sampleServer()), "server")), words(serverKeys));
    const auto list = parsed(m_json.servers({ sampleServer() }, CycladesDetail::Full));
    QCOMPARE(sortedKeys(list), words("servers"));
    QCOMPARE(sortedKeys(list.value(QStringLiteral("servers"))[0].toObject()), words(serverKeys));
}

void tst_CycladesJson::aCreatedServerIsBeingBuilt()
{
    const auto server = inner(m_json.createdServer(sampleServer(), QStringLiteral("Secret-123")), "server");
    QCOMPARE(sortedKeys(server), words(QByteArray(serverKeys) + "adminPass"));
    QCOMPARE(server.value(QStringLiteral("status")).toString(), QStringLiteral("BUILD"));
    QCOMPARE(server.value(QStringLiteral("progress")).toInt(-1), 0);
    QCOMPARE(server.value(QStringLiteral("adminPass")).toString(), QStringLiteral("Secret-123"));
}

void tst_CycladesJson::idsAreNumbersAndNetworksTexts()
{
    const auto server = inner(m_json.server(sampleServer()), "server");
    QCOMPARE(server.value(QStringLiteral("id")), QJsonValue(42));
    QCOMPARE(server.value(QStringLiteral("flavor"))[QStringLiteral("id")], QJsonValue(7));
    QCOMPARE(
        server.value(QStringLiteral("image"))[QStringLiteral("id")].toString(), sampleServer().image.text());
    QCOMPARE(server.value(QStringLiteral("image"))[QStringLiteral("links")].toArray().size(), 3);
    QCOMPARE(sortedKeys(server.value(QStringLiteral("addresses")).toObject()), words("1"));
    QCOMPARE(server.value(QStringLiteral("created")).toString(),
        QStringLiteral("2023-11-14T22:13:20.000000+00:00"));
    QCOMPARE(server.value(QStringLiteral("links"))[0][QStringLiteral("href")].toString(),
        QStringLiteral("http://h:1/cyclades/compute/v2.0/servers/42"));
    QCOMPARE(server.value(QStringLiteral("SNF:key_names")).toArray().size(), 1);
}

void tst_CycladesJson::anAttachmentIsAPort()
{
    const auto server = inner(m_json.server(sampleServer()), "server");
    const QJsonArray attachments = server.value(QStringLiteral("attachments")).toArray();
    QCOMPARE(attachments.size(), 1);
    const QJsonObject nic = attachments.first().toObject();
    QCOMPARE(sortedKeys(nic), words("id network_id mac_address ipv4 ipv6 OS-EXT-IPS:type"));
    QCOMPARE(nic.value(QStringLiteral("id")), QJsonValue(5));
    QCOMPARE(nic.value(QStringLiteral("network_id")), QJsonValue(QStringLiteral("1")));
    QCOMPARE(nic.value(QStringLiteral("ipv4")).toString(), QStringLiteral("10.0.0.7"));
    QCOMPARE(nic.value(QStringLiteral("ipv6")).toString(), QStringLiteral("2001:db8::7"));
    const auto addresses = server.value(QStringLiteral("addresses"))[QStringLiteral("1")].toArray();
    QCOMPARE(addresses.size(), 2);
    QCOMPARE(sortedKeys(addresses.first().toObject()), words("version addr OS-EXT-IPS:type"));

    Server bare = sampleServer();
    bare.addresses.first().address = QHostAddress();
    bare.addresses.removeLast();
    const auto unaddressed =
        inner(m_json.server(bare), "server").value(QStringLiteral("attachments"))[0].toObject();
    QCOMPARE(sortedKeys(unaddressed), words("id network_id mac_address ipv4 ipv6"));
    QCOMPARE(unaddressed.value(QStringLiteral("ipv4")), QJsonValue(QString()));
}

void tst_CycladesJson::troublesAreDiagnosed()
{
    Server server = sampleServer();
    QCOMPARE(CycladesJson::diagnostics(server), QByteArray("[]"));
    server.state = ServerState::Failed;
    server.faultMessage = QStringLiteral("no disk");
    const auto shown = inner(m_json.server(server), "server");
    QCOMPARE(shown.value(QStringLiteral("status")).toString(), QStringLiteral("ERROR"));
    const QJsonValue diagnostic = shown.value(QStringLiteral("diagnostics"))[0];
    QCOMPARE(sortedKeys(diagnostic.toObject()), words("level created source source_date message details"));
    QCOMPARE(diagnostic[QStringLiteral("message")].toString(), QStringLiteral("no disk"));
}

void tst_CycladesJson::anAddressOfThisMachineIsForwarded()
{
    Server server = sampleServer();
    QVERIFY(inner(m_json.server(server), "server")
                .value(QStringLiteral("SNF:port_forwarding"))
                .toObject()
                .isEmpty());
    server.accessAddress = QStringLiteral("127.0.0.1:40022");
    const auto forwarding =
        inner(m_json.server(server), "server").value(QStringLiteral("SNF:port_forwarding")).toObject();
    QCOMPARE(forwarding.value(QStringLiteral("22"))[QStringLiteral("host")].toString(),
        QStringLiteral("127.0.0.1"));
    QCOMPARE(
        forwarding.value(QStringLiteral("22"))[QStringLiteral("port")], QJsonValue(QStringLiteral("40022")));
}

void tst_CycladesJson::statusesAreCyclades_data()
{
    QTest::addColumn<ServerState>("state");
    QTest::addColumn<ServerTask>("task");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("taskState");
    const auto row = [](const char *name, ServerState state, ServerTask task, const char *status,
                         const char *taskState) {
        QTest::addRow("%s", name) << state << task << QString::fromLatin1(status)
                                  << QString::fromLatin1(taskState);
    };
    row("building", ServerState::Building, ServerTask::Building, "BUILD", "BUILDING");
    row("running", ServerState::Running, ServerTask::None, "ACTIVE", "");
    row("stopping", ServerState::Running, ServerTask::Stopping, "ACTIVE", "STOPPING");
    row("rebooting", ServerState::Running, ServerTask::Rebooting, "REBOOT", "REBOOTING");
    row("off", ServerState::Off, ServerTask::None, "STOPPED", "");
    row("starting", ServerState::Off, ServerTask::Starting, "STOPPED", "STARTING");
    row("going", ServerState::Running, ServerTask::Deleting, "ACTIVE", "DESTROYING");
    row("gone", ServerState::Deleted, ServerTask::None, "DELETED", "");
}

void tst_CycladesJson::statusesAreCyclades()
{
    QFETCH(ServerState, state);
    QFETCH(ServerTask, task);
    QFETCH(QString, status);
    QFETCH(QString, taskState);
    Server server = sampleServer();
    server.state = state;
    server.task = task;
    const auto shown = inner(m_json.server(server), "server");
    QCOMPARE(shown.value(QStringLiteral("status")).toString(), status);
    QCOMPARE(shown.value(QStringLiteral("SNF:task_state")).toString(), taskState);
    QCOMPARE(shown.value(QStringLiteral("deleted")).toBool(), state == ServerState::Deleted);
}

void tst_CycladesJson::summariesHaveThreeKeys()
{
    const auto of = [](const QByteArray &json, const char *key) {
        return sortedKeys(parsed(json).value(QLatin1StringView(key))[0].toObject());
    };
    QCOMPARE(
        of(m_json.servers({ sampleServer() }, CycladesDetail::Summary), "servers"), words("id name links"));
    QCOMPARE(
        of(m_json.flavors({ sampleFlavor() }, CycladesDetail::Summary), "flavors"), words("id name links"));
    QCOMPARE(of(m_json.images({ sampleImage() }, CycladesDetail::Summary), "images"), words("id name links"));
}

void tst_CycladesJson::flavorsAreNamedByTheirSizes()
{
    const auto flavor = inner(m_json.flavor(sampleFlavor()), "flavor");
    QCOMPARE(sortedKeys(flavor),
        words("id name ram disk vcpus SNF:disk_template SNF:allow_create os-flavor-access:is_public "
              "SNF:flavor-access links"));
    QCOMPARE(flavor.value(QStringLiteral("id")), QJsonValue(7));
    QCOMPARE(flavor.value(QStringLiteral("name")).toString(), QStringLiteral("C2R1024D20ext_archipelago"));
}

void tst_CycladesJson::imagesHaveTheirKeys()
{
    const auto image = inner(m_json.image(sampleImage()), "image");
    QCOMPARE(sortedKeys(image),
        words("id name created updated status progress user_id tenant_id public metadata is_snapshot links"));
    QCOMPARE(image.value(QStringLiteral("status")).toString(), QStringLiteral("ACTIVE"));
    QCOMPARE(image.value(QStringLiteral("progress")).toInt(), 100);
    QCOMPARE(image.value(QStringLiteral("tenant_id")), image.value(QStringLiteral("user_id")));
    QCOMPARE(sortedKeys(image.value(QStringLiteral("metadata")).toObject()), words("os osfamily users"));
    Image saving = sampleImage();
    saving.status = ImageStatus::Saving;
    const auto half = inner(m_json.image(saving), "image");
    QCOMPARE(half.value(QStringLiteral("status")).toString(), QStringLiteral("SAVING"));
    QCOMPARE(half.value(QStringLiteral("progress")).toInt(-1), 0);
}

void tst_CycladesJson::keypairsHaveTheirKeys()
{
    const auto list = parsed(CycladesJson::keypairs({ sampleKeypair() }));
    QCOMPARE(sortedKeys(list.value(QStringLiteral("keypairs"))[0][QStringLiteral("keypair")].toObject()),
        words("name fingerprint public_key"));
    QCOMPARE(sortedKeys(inner(CycladesJson::keypair(sampleKeypair()), "keypair")),
        words("name fingerprint public_key id created_at updated_at deleted deleted_at"));
    QCOMPARE(sortedKeys(inner(CycladesJson::createdKeypair(sampleKeypair(), "PEM"), "keypair")),
        words("name fingerprint public_key private_key"));
}

void tst_CycladesJson::xmlIsWellFormedAndInItsNamespace_data()
{
    QTest::addColumn<QByteArray>("xml");
    QTest::addColumn<QString>("root");
    const auto row = [](const char *root, const QByteArray &xml) {
        QTest::addRow("%s", root) << xml << QString::fromLatin1(root);
    };
    Server hostile = sampleServer();
    hostile.name = QStringLiteral("]]><!-- \u0001 &amp;");
    row("servers", m_xml.servers({ hostile, sampleServer() }, CycladesDetail::Full));
    row("server", m_xml.server(hostile));
    row("addresses", m_xml.addresses(hostile));
    row("network", m_xml.addressesOn(hostile, NetworkNumber(1)));
    row("metadata", m_xml.metadata(hostile.metadata));
    row("meta", m_xml.metadataItem(QStringLiteral("k\""), QStringLiteral("<v>")));
    row("console", m_xml.console({ QStringLiteral("127.0.0.1"), 5900, QStringLiteral("<pw>"), {}, 0 }));
    row("flavors", m_xml.flavors({ sampleFlavor() }, CycladesDetail::Summary));
    row("flavor", m_xml.flavor(sampleFlavor()));
    row("images", m_xml.images({ sampleImage() }, CycladesDetail::Full));
    row("image", m_xml.image(sampleImage()));
}

void tst_CycladesJson::xmlIsWellFormedAndInItsNamespace()
{
    QFETCH(QByteArray, xml);
    QFETCH(QString, root);
    QXmlStreamReader reader(xml);
    QVERIFY(reader.readNextStartElement());
    QCOMPARE(reader.name().toString(), root);
    QCOMPARE(reader.namespaceUri().toString(), QStringLiteral("http://docs.openstack.org/compute/api/v1.1"));
    while (!reader.atEnd())
        reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
}

void tst_CycladesJson::xmlTellsWhatJsonTells()
{
    QXmlStreamReader reader(m_xml.createdServer(sampleServer(), QStringLiteral("Secret-123")));
    QVERIFY(reader.readNextStartElement());
    const auto attributes = reader.attributes();
    const auto attribute = [&](const char *name) {
        return attributes.value(QLatin1StringView(name)).toString();
    };
    QCOMPARE(attribute("id"), QStringLiteral("42"));
    QCOMPARE(attribute("name"), sampleServer().name);
    QCOMPARE(attribute("status"), QStringLiteral("BUILD"));
    QCOMPARE(attribute("imageRef"), sampleServer().image.text());
    QCOMPARE(attribute("flavorRef"), QStringLiteral("7"));
    QCOMPARE(attribute("adminPass"), QStringLiteral("Secret-123"));
    QMap<QString, QString> metadata;
    int addresses = 0;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (reader.name() == QLatin1StringView("meta")) {
            const QString key = reader.attributes().value(QLatin1StringView("key")).toString();
            metadata.insert(key, reader.readElementText());
        } else if (reader.name() == QLatin1StringView("ip")) {
            ++addresses;
        }
    }
    QCOMPARE(metadata, sampleServer().metadata);
    QCOMPARE(addresses, 2);
}

NEPHELE_TEST(tst_CycladesJson)
#include "tst_cycladesjson.moc"
