// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/networkxml.h"
#include "server/libvirt/xmltext.h"
#include "tests/support/testregistry.h"

using namespace nephele;

namespace {

const QString cloudId = QStringLiteral("1a2b3c4d-0000-4000-8000-000000000000");

QHostAddress ip(const char *text)
{
    return QHostAddress(QString::fromLatin1(text));
}

NetworkSpec plainNetwork()
{
    return { *NetworkId::fromText(QStringLiteral("7c0f1d2e-94b1-4a5e-8f00-0123456789ab")),
        QStringLiteral("nephele-1a2b3c4d-public"), ip("10.90.0.1"), 24, ip("10.90.0.10"), ip("10.90.0.99") };
}

} // namespace

class tst_NetworkXml : public QObject
{
    Q_OBJECT

private slots:
    void addressesMustBeInside_data();
    void addressesMustBeInside();
    void theCloudAndTheBridgeAreInIt();
    void bridgesOfOneCloudDiffer();
    void aLeaseIsCheckedForTheDhcpServersFile_data();
    void aLeaseIsCheckedForTheDhcpServersFile();
    void leasesAreReadBack();
};

void tst_NetworkXml::addressesMustBeInside_data()
{
    QTest::addColumn<NetworkSpec>("network");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, auto change, const char *names) {
        NetworkSpec network = plainNetwork();
        change(network);
        QTest::addRow("%s", name) << network << QString::fromLatin1(names);
    };
    row(
        "no id", [](NetworkSpec &n) { n.id = {}; }, "id");
    row(
        "no name", [](NetworkSpec &n) { n.name = QStringLiteral(" "); }, "name");
    row(
        "slash in the name", [](NetworkSpec &n) { n.name = QStringLiteral("a/b"); }, "name");
    row(
        "no gateway", [](NetworkSpec &n) { n.gateway = {}; }, "gateway");
    row(
        "IPv6 gateway", [](NetworkSpec &n) { n.gateway = ip("fd00::1"); }, "gateway");
    row(
        "range outside", [](NetworkSpec &n) { n.dhcpLast = ip("10.90.1.1"); }, "dhcpLast");
    row(
        "prefix 31", [](NetworkSpec &n) { n.prefix = 31; }, "prefix");
    row(
        "prefix 0", [](NetworkSpec &n) { n.prefix = 0; }, "prefix");
}

void tst_NetworkXml::addressesMustBeInside()
{
    QFETCH(NetworkSpec, network);
    QFETCH(QString, names);
    const auto xml = networkXml(network, cloudId);
    QVERIFY(!xml);
    QCOMPARE(xml.error().code, ErrorCode::Invalid);
    QVERIFY2(xml.error().message.contains(names), qPrintable(xml.error().message));
}

void tst_NetworkXml::theCloudAndTheBridgeAreInIt()
{
    NetworkSpec network = plainNetwork();
    network.name = QStringLiteral("a<b>&\"c");
    const auto xml = networkXml(network, cloudId);
    QVERIFY(xml.ok());
    QCOMPARE(cloudIdIn(*xml), cloudId);
    QVERIFY(xml->contains("<name>a&lt;b&gt;&amp;"));
    QVERIFY(xml->contains("<bridge name=\"" + bridgeName(network.id).toLatin1() + "\""));
    QCOMPARE(cloudIdIn("<network><metadata><cloud>other</cloud></metadata></network>"), QString());
}

void tst_NetworkXml::bridgesOfOneCloudDiffer()
{
    const QString first = bridgeName(NetworkId::create());
    QCOMPARE(first.size(), 15);
    QVERIFY(first != bridgeName(NetworkId::create()));
}

void tst_NetworkXml::aLeaseIsCheckedForTheDhcpServersFile_data()
{
    QTest::addColumn<QString>("mac");
    QTest::addColumn<QHostAddress>("address");
    QTest::addColumn<QString>("hostName");
    QTest::addColumn<bool>("taken");
    const QString mac = QStringLiteral("52:54:00:12:34:56");
    const QHostAddress address = ip("10.90.0.10");
    QTest::addRow("line break in the host name") << mac << address << QStringLiteral("a\nb") << false;
    QTest::addRow("comma in the host name") << mac << address << QStringLiteral("a,10.0.0.1") << false;
    QTest::addRow("dash first") << mac << address << QStringLiteral("-a") << false;
    QTest::addRow("label of 64") << mac << address << QString(64, QLatin1Char('a')) << false;
    QTest::addRow("MAC of five") << QStringLiteral("52:54:00:12:34") << address << QString() << false;
    QTest::addRow("MAC and more") << mac + QStringLiteral(",x") << address << QString() << false;
    QTest::addRow("IPv6") << mac << ip("fd00::1") << QString() << false;
    QTest::addRow("no host name") << mac << address << QString() << true;
    QTest::addRow("with domain") << mac << address << QStringLiteral("web-1.example.org") << true;
}

void tst_NetworkXml::aLeaseIsCheckedForTheDhcpServersFile()
{
    QFETCH(QString, mac);
    QFETCH(QHostAddress, address);
    QFETCH(QString, hostName);
    QFETCH(bool, taken);
    QCOMPARE(leaseXml({ mac, address, hostName }).ok(), taken);
}

void tst_NetworkXml::leasesAreReadBack()
{
    const auto leases = leasesIn("<network><dns><host ip='10.90.0.2'><hostname>x</hostname></host></dns>"
                                 "<ip address='10.90.0.1'><dhcp><range start='10.90.0.10' end='10.90.0.20'/>"
                                 "<host mac='52:54:00:AA:00:01' name='a' ip='10.90.0.11'/>"
                                 "<host mac='52:54:00:aa:00:02' ip='10.90.0.12'/></dhcp></ip></network>");
    QCOMPARE(leases.size(), 2);
    QCOMPARE(leases.at(0).hostName, QStringLiteral("a"));
    QCOMPARE(leases.at(1).address, ip("10.90.0.12"));
    QVERIFY(isSameMac(leases.at(0).mac, QStringLiteral("52:54:00:aa:00:01")));
}

NEPHELE_TEST(tst_NetworkXml)
#include "tst_networkxml.moc"
