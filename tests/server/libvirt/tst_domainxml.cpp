// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/domainxml.h"
#include "server/libvirt/xmltext.h"
#include "tests/support/testregistry.h"

#include <QMap>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <QXmlStreamReader>

using namespace nephele;

namespace {

const QString cloudId = QStringLiteral("1a2b3c4d-0000-4000-8000-000000000000");

DomainHost system(Accelerator accelerator)
{
    return { cloudId, accelerator, accelerator != Accelerator::Pretend };
}

GuestSpec plainGuest()
{
    GuestSpec guest;
    guest.server = *ServerId::fromText(QStringLiteral("7c0f1d2e-94b1-4a5e-8f00-0123456789ab"));
    guest.number = ServerNumber(42);
    guest.name = QStringLiteral("web");
    guest.disks = { { QStringLiteral("/srv/a/root.qcow2"), "qcow2", "vda" },
        { QStringLiteral("/srv/a/seed.iso"), "raw", "vdb", true } };
    guest.nics = { { QStringLiteral("52:54:00:12:34:56"), QStringLiteral("nephele-1a2b3c4d-public") } };
    guest.serialLog = QStringLiteral("/srv/a/serial.log");
    return guest;
}

// Every element by its path: "domain/devices/disk/source@file" -> values in order, and text likewise.
QMap<QString, QStringList> flattened(const QByteArray &xml)
{
    QMap<QString, QStringList> out;
    QStringList path;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement:
            path.append(reader.name().toString());
            for (const auto &attribute : reader.attributes())
                out[path.join(u'/') + u'@' + attribute.name().toString()].append(
                    attribute.value().toString());
            break;
        case QXmlStreamReader::Characters:
            out[path.join(u'/')].append(reader.text().toString());
            break;
        case QXmlStreamReader::EndElement:
            path.removeLast();
            break;
        default:
            break;
        }
    }
    if (reader.hasError())
        out.clear();
    return out;
}

} // namespace

class tst_DomainXml : public QObject
{
    Q_OBJECT

private slots:
    void whatCouldBeMisreadIsRefused_data();
    void whatCouldBeMisreadIsRefused();
    void aHostileNameStaysOneTitle_data();
    void aHostileNameStaysOneTitle();
    void aPathIsOnlyAPath();
    void everyDiskKeepsItsOwner();
    void anAcceleratorHasItsForm_data();
    void anAcceleratorHasItsForm();
    void aPretendMachineHasNoneOfTheRest();
    void aUserModeNicForwardsSsh();
    void nothingListens();
    void libvirtsSchemaTakesIt_data();
    void libvirtsSchemaTakesIt();
};

void tst_DomainXml::whatCouldBeMisreadIsRefused_data()
{
    QTest::addColumn<GuestSpec>("guest");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, auto change, const char *names) {
        GuestSpec guest = plainGuest();
        change(guest);
        QTest::addRow("%s", name) << guest << QString::fromLatin1(names);
    };
    row(
        "no id", [](GuestSpec &g) { g.server = {}; }, "id");
    row(
        "no vcpu", [](GuestSpec &g) { g.vcpus = 0; }, "vcpus");
    row(
        "negative memory", [](GuestSpec &g) { g.memoryMiB = -1; }, "memoryMiB");
    row(
        "relative path", [](GuestSpec &g) { g.disks[0].path = QStringLiteral("root.qcow2"); }, "disk path");
    row(
        "line break in a path", [](GuestSpec &g) { g.disks[0].path += QLatin1Char('\n'); }, "disk path");
    row(
        "probed format", [](GuestSpec &g) { g.disks[0].format = ""; }, "format");
    row(
        "foreign format", [](GuestSpec &g) { g.disks[0].format = "vmdk"; }, "format");
    row(
        "two letters too many", [](GuestSpec &g) { g.disks[0].target = "vda,if=x"; }, "target");
    row(
        "MAC with QEMU's comma",
        [](GuestSpec &g) { g.nics[0].mac += QStringLiteral(",romfile=/etc/shadow"); }, "mac");
    row(
        "MAC with a line break", [](GuestSpec &g) { g.nics[0].mac += QLatin1Char('\n'); }, "mac");
    row(
        "port too large", [](GuestSpec &g) { g.nics[0].sshPort = 65536; }, "sshPort");
    row(
        "nine NICs", [](GuestSpec &g) { g.nics = QList<GuestNic>(9, g.nics[0]); }, "NICs");
    row(
        "relative log", [](GuestSpec &g) { g.serialLog = QStringLiteral("log"); }, "serialLog");
}

void tst_DomainXml::whatCouldBeMisreadIsRefused()
{
    QFETCH(GuestSpec, guest);
    QFETCH(QString, names);
    const auto xml = domainXml(guest, system(Accelerator::Tcg));
    QVERIFY(!xml);
    QCOMPARE(xml.error().code, ErrorCode::Invalid);
    QVERIFY2(xml.error().message.contains(names), qPrintable(xml.error().message));
}

void tst_DomainXml::aHostileNameStaysOneTitle_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("title");
    QTest::addRow("markup") << QStringLiteral("</title><devices>&lt;")
                            << QStringList { QStringLiteral("</title><devices>&lt;") };
    QTest::addRow("CDATA end") << QStringLiteral("a]]>b") << QStringList { QStringLiteral("a]]>b") };
    QTest::addRow("line break") << QStringLiteral("a\nb") << QStringList { QStringLiteral("a b") };
    QTest::addRow("control character") << QStringLiteral("a\x01"
                                                         "b")
                                       << QStringList { QStringLiteral("a\ufffd"
                                                                       "b") };
    QTest::addRow("half a pair") << QString(QChar(0xd800)) << QStringList { QStringLiteral("\ufffd") };
    QTest::addRow("beyond the first plane")
        << QStringLiteral("\U0001F642") << QStringList { QStringLiteral("\U0001F642") };
    QTest::addRow("blank") << QStringLiteral("  ") << QStringList();
    QTest::addRow("empty") << QString() << QStringList();
}

void tst_DomainXml::aHostileNameStaysOneTitle()
{
    QFETCH(QString, name);
    QFETCH(QStringList, title);
    GuestSpec guest = plainGuest();
    guest.name = name;
    const auto xml = domainXml(guest, system(Accelerator::Tcg));
    QVERIFY(xml.ok());
    const auto flat = flattened(*xml);
    QCOMPARE(flat.value(QStringLiteral("domain/title")).join(QString()), title.join(QString()));
    QCOMPARE(flat.value(QStringLiteral("domain/name")), QStringList(QStringLiteral("nephele-1a2b3c4d-42")));
    QCOMPARE(cloudIdIn(*xml), cloudId);
}

void tst_DomainXml::aPathIsOnlyAPath()
{
    GuestSpec guest = plainGuest();
    guest.disks[0].path = QStringLiteral("/srv/\"'<a>&,b/root.qcow2");
    const auto flat = flattened(*domainXml(guest, system(Accelerator::Tcg)));
    QCOMPARE(flat.value(QStringLiteral("domain/devices/disk/source@file")).value(0), guest.disks[0].path);
}

void tst_DomainXml::everyDiskKeepsItsOwner()
{
    const auto flat = flattened(*domainXml(plainGuest(), system(Accelerator::Tcg)));
    const auto values = [&](const char *path) { return flat.value(QString::fromLatin1(path)); };
    QCOMPARE(values("domain/devices/disk/source/seclabel@relabel"), QStringList(2, QStringLiteral("no")));
    QCOMPARE(values("domain/devices/disk/source/seclabel@model"), QStringList(2, QStringLiteral("dac")));
    QCOMPARE(values("domain/devices/disk/driver@type"),
        QStringList({ QStringLiteral("qcow2"), QStringLiteral("raw") }));
    QCOMPARE(values("domain/devices/disk/target@dev"),
        QStringList({ QStringLiteral("vda"), QStringLiteral("vdb") }));
    QCOMPARE(domainXml(plainGuest(), system(Accelerator::Tcg))->count("<readonly/>"), 1);
    // A daemon of the user's own knows no such label, and refuses it.
    QVERIFY(!domainXml(plainGuest(), DomainHost { cloudId, Accelerator::Tcg })->contains("seclabel"));
    QCOMPARE(values("domain/devices/serial/log@append"), QStringList(QStringLiteral("on")));
}

void tst_DomainXml::anAcceleratorHasItsForm_data()
{
    QTest::addColumn<Accelerator>("accelerator");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("cpu");
    QTest::addColumn<QString>("cacheMiB");
    QTest::addRow("KVM") << Accelerator::Kvm << QStringLiteral("kvm") << QStringLiteral("host-passthrough")
                         << QString();
    QTest::addRow("TCG") << Accelerator::Tcg << QStringLiteral("qemu") << QStringLiteral("maximum")
                         << QStringLiteral("32");
}

void tst_DomainXml::anAcceleratorHasItsForm()
{
    QFETCH(Accelerator, accelerator);
    QFETCH(QString, type);
    QFETCH(QString, cpu);
    QFETCH(QString, cacheMiB);
    const auto flat = flattened(*domainXml(plainGuest(), system(accelerator)));
    QCOMPARE(flat.value(QStringLiteral("domain@type")).value(0), type);
    QCOMPARE(flat.value(QStringLiteral("domain/cpu@mode")).value(0), cpu);
    QCOMPARE(flat.value(QStringLiteral("domain/features/tcg/tb-cache")).value(0), cacheMiB);
    QCOMPARE(flat.value(QStringLiteral("domain/os/type@machine")).value(0), QStringLiteral("q35"));
}

void tst_DomainXml::aPretendMachineHasNoneOfTheRest()
{
    const auto xml = domainXml(plainGuest(), DomainHost { cloudId, Accelerator::Pretend });
    QVERIFY(xml.ok());
    for (const char *absent : { "seclabel", "graphics", "tb-cache", "machine=", "rng", "serial" })
        QVERIFY2(!xml->contains(absent), absent);
    QCOMPARE(cloudIdIn(*xml), cloudId);
}

void tst_DomainXml::aUserModeNicForwardsSsh()
{
    GuestSpec guest = plainGuest();
    guest.nics = { { QStringLiteral("52:54:00:12:34:56"), QString(), 40022 },
        { QStringLiteral("52:54:00:12:34:57"), QString(), 0 } };
    const auto flat = flattened(*domainXml(guest, system(Accelerator::Tcg)));
    QCOMPARE(flat.value(QStringLiteral("domain/commandline/arg@value")),
        QStringList({ QStringLiteral("-netdev"),
            QStringLiteral("user,id=nephele0,hostfwd=tcp:127.0.0.1:40022-:22"), QStringLiteral("-device"),
            QStringLiteral("virtio-net-pci,netdev=nephele0,mac=52:54:00:12:34:56,bus=pcie.0,addr=0x10"),
            QStringLiteral("-netdev"), QStringLiteral("user,id=nephele1"), QStringLiteral("-device"),
            QStringLiteral("virtio-net-pci,netdev=nephele1,mac=52:54:00:12:34:57,bus=pcie.0,addr=0x11") }));
    QVERIFY(!flat.contains(QStringLiteral("domain/devices/interface@type")));
}

void tst_DomainXml::nothingListens()
{
    const auto flat = flattened(*domainXml(plainGuest(), system(Accelerator::Tcg)));
    QCOMPARE(flat.value(QStringLiteral("domain/devices/graphics/listen@type")),
        QStringList(QStringLiteral("none")));
    QVERIFY(!flat.contains(QStringLiteral("domain/devices/graphics@port")));
}

void tst_DomainXml::libvirtsSchemaTakesIt_data()
{
    QTest::addColumn<GuestSpec>("guest");
    QTest::addColumn<Accelerator>("accelerator");
    GuestSpec user = plainGuest();
    user.nics = { { QStringLiteral("52:54:00:12:34:56"), QString(), 40022 } };
    GuestSpec bare = plainGuest();
    bare.disks.clear();
    bare.nics.clear();
    bare.serialLog.clear();
    QTest::addRow("KVM") << plainGuest() << Accelerator::Kvm;
    QTest::addRow("TCG") << plainGuest() << Accelerator::Tcg;
    QTest::addRow("user-mode NIC") << user << Accelerator::Tcg;
    QTest::addRow("no disk, no NIC, no log") << bare << Accelerator::Tcg;
    QTest::addRow("pretend") << plainGuest() << Accelerator::Pretend;
}

void tst_DomainXml::libvirtsSchemaTakesIt()
{
    QFETCH(GuestSpec, guest);
    QFETCH(Accelerator, accelerator);
    if (QStandardPaths::findExecutable(QStringLiteral("virt-xml-validate")).isEmpty()
        || QStandardPaths::findExecutable(QStringLiteral("xmllint")).isEmpty())
        QSKIP("virt-xml-validate or xmllint is not installed (libvirt-clients, libxml2-utils)");
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(*domainXml(guest, system(accelerator)));
    file.flush();
    QProcess validate;
    validate.start(QStringLiteral("virt-xml-validate"), { file.fileName(), QStringLiteral("domain") });
    QVERIFY(validate.waitForFinished());
    QVERIFY2(validate.exitCode() == 0, validate.readAllStandardError().constData());
}

NEPHELE_TEST(tst_DomainXml)
#include "tst_domainxml.moc"
