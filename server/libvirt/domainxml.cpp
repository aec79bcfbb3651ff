// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/domainxml.h"

#include "server/libvirt/xmltext.h"

#include <QRegularExpression>
#include <QXmlStreamWriter>

namespace nephele {

namespace {

const QString qemuNamespace = QStringLiteral("http://libvirt.org/schemas/domain/qemu/1.0");
constexpr int translationCacheMiB = 32; // a 96 MiB guest then needs 181 MB instead of 243 MB

constexpr int firstUserNicSlot = 0x10;
constexpr int mostNics = 8;

using Attributes = std::initializer_list<std::pair<const char *, QString>>;

void start(QXmlStreamWriter &xml, const char *name, const Attributes &attributes = {})
{
    xml.writeStartElement(QString::fromLatin1(name));
    for (const auto &[key, value] : attributes)
        xml.writeAttribute(QString::fromLatin1(key), value);
}

void leaf(QXmlStreamWriter &xml, const char *name, const Attributes &attributes = {})
{
    start(xml, name, attributes);
    xml.writeEndElement();
}

void text(QXmlStreamWriter &xml, const char *name, const QString &value)
{
    xml.writeTextElement(QString::fromLatin1(name), value);
}

QString s(const char *latin1)
{
    return QString::fromLatin1(latin1);
}

Result<> checkPath(const QString &path, const char *field)
{
    if (!path.startsWith(QLatin1Char('/')) || xmlText(path) != path)
        return invalid(QStringLiteral("%1 must be an absolute path without control characters.")
                           .arg(QLatin1String(field)));
    return {};
}

Result<> check(const GuestSpec &guest)
{
    static const QRegularExpression mac(QStringLiteral("^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}\\z"));
    static const QRegularExpression target(QStringLiteral("^vd[a-z]\\z"));
    if (guest.server.isNull())
        return invalid(QStringLiteral("A guest needs an id."));
    if (guest.vcpus < 1 || guest.memoryMiB < 1)
        return invalid(QStringLiteral("vcpus and memoryMiB must be at least 1."));
    for (const GuestDisk &disk : guest.disks) {
        if (const auto path = checkPath(disk.path, "disk path"); !path)
            return path.error();
        if (disk.format != "qcow2" && disk.format != "raw")
            return invalid(QStringLiteral("disk format must be qcow2 or raw."));
        if (!target.match(QString::fromLatin1(disk.target)).hasMatch())
            return invalid(QStringLiteral("disk target must be vda to vdz."));
    }
    if (guest.nics.size() > mostNics)
        return invalid(QStringLiteral("A guest has at most %1 NICs.").arg(mostNics));
    for (const GuestNic &nic : guest.nics) {
        if (!mac.match(nic.mac).hasMatch())
            return invalid(QStringLiteral("mac must be six pairs of hexadecimal digits."));
        if (nic.sshPort < 0 || nic.sshPort > 65535)
            return invalid(QStringLiteral("sshPort must be 0 to 65535."));
    }
    return guest.serialLog.isEmpty() ? Result<>() : checkPath(guest.serialLog, "serialLog");
}

void writeProcessor(QXmlStreamWriter &xml, Accelerator accelerator)
{
    start(xml, "features");
    leaf(xml, "acpi");
    leaf(xml, "apic");
    if (accelerator == Accelerator::Tcg) {
        start(xml, "tcg");
        start(xml, "tb-cache", { { "unit", s("MiB") } });
        xml.writeCharacters(QString::number(translationCacheMiB));
        xml.writeEndElement();
        xml.writeEndElement();
    }
    xml.writeEndElement();
    const bool isNative = accelerator == Accelerator::Kvm;
    leaf(xml, "cpu", { { "mode", isNative ? s("host-passthrough") : s("maximum") }, { "check", s("none") } });
    start(xml, "clock", { { "offset", s("utc") } });
    if (isNative) {
        leaf(xml, "timer", { { "name", s("rtc") }, { "tickpolicy", s("catchup") } });
        leaf(xml, "timer", { { "name", s("pit") }, { "tickpolicy", s("delay") } });
        leaf(xml, "timer", { { "name", s("hpet") }, { "present", s("no") } });
    }
    xml.writeEndElement();
}

// Without relabel='no' libvirt gives the files away to QEMU's user at each start, the shared base too.
void writeDisk(QXmlStreamWriter &xml, const GuestDisk &disk, const DomainHost &host)
{
    start(xml, "disk", { { "type", s("file") }, { "device", s("disk") } });
    if (disk.readOnly)
        leaf(xml, "driver", { { "name", s("qemu") }, { "type", QString::fromLatin1(disk.format) } });
    else
        leaf(xml, "driver",
            { { "name", s("qemu") }, { "type", QString::fromLatin1(disk.format) },
                { "discard", s("unmap") } });
    start(xml, "source", { { "file", disk.path } });
    if (host.changesOwners)
        leaf(xml, "seclabel", { { "model", s("dac") }, { "relabel", s("no") } });
    xml.writeEndElement();
    leaf(xml, "target", { { "dev", QString::fromLatin1(disk.target) }, { "bus", s("virtio") } });
    if (disk.readOnly)
        leaf(xml, "readonly");
    xml.writeEndElement();
}

void writeNic(QXmlStreamWriter &xml, const GuestNic &nic)
{
    start(xml, "interface", { { "type", s("network") } });
    leaf(xml, "mac", { { "address", nic.mac } });
    leaf(xml, "source", { { "network", nic.network } });
    leaf(xml, "model", { { "type", s("virtio") } });
    xml.writeEndElement();
}

// The log keeps growing over cold starts: append='off' would cut it at each. The pty is for whoever wants to
// type; the graphics have no listening socket at all, since any user of this machine could open it, and are
// reached by virDomainOpenGraphicsFD alone.
void writeConsoles(QXmlStreamWriter &xml, const GuestSpec &guest)
{
    start(xml, "serial", { { "type", s("pty") } });
    if (!guest.serialLog.isEmpty())
        leaf(xml, "log", { { "file", guest.serialLog }, { "append", s("on") } });
    leaf(xml, "target", { { "port", s("0") } });
    xml.writeEndElement();
    start(xml, "channel", { { "type", s("unix") } });
    leaf(xml, "target", { { "type", s("virtio") }, { "name", s("org.qemu.guest_agent.0") } });
    xml.writeEndElement();
    leaf(xml, "controller", { { "type", s("usb") }, { "model", s("qemu-xhci") } });
    leaf(xml, "input", { { "type", s("tablet") }, { "bus", s("usb") } });
    start(xml, "graphics", { { "type", s("vnc") } });
    leaf(xml, "listen", { { "type", s("none") } });
    xml.writeEndElement();
    start(xml, "video");
    leaf(xml, "model", { { "type", s("vga") } });
    xml.writeEndElement();
}

void writeDevices(QXmlStreamWriter &xml, const GuestSpec &guest, const DomainHost &host)
{
    start(xml, "devices");
    for (const GuestDisk &disk : guest.disks)
        writeDisk(xml, disk, host);
    for (const GuestNic &nic : guest.nics) {
        if (!nic.network.isEmpty())
            writeNic(xml, nic);
    }
    if (host.accelerator != Accelerator::Pretend) {
        writeConsoles(xml, guest);
        start(xml, "rng", { { "model", s("virtio") } });
        start(xml, "backend", { { "model", s("random") } });
        xml.writeCharacters(s("/dev/urandom"));
        xml.writeEndElement();
        xml.writeEndElement();
        leaf(xml, "memballoon", { { "model", s("virtio") }, { "freePageReporting", s("on") } });
    }
    xml.writeEndElement();
}

// libvirt 9 forwards ports to a user-mode NIC only by passt, which Debian 12 does not bring along; QEMU's own
// user network can, and needs no other program. Everything pasted here was checked or made by us. QEMU takes
// these devices before libvirt's, so each needs a slot that libvirt does not give away: it counts from 1.
void writeUserNics(QXmlStreamWriter &xml, const GuestSpec &guest)
{
    const auto argument = [&xml](const QString &value) {
        xml.writeEmptyElement(qemuNamespace, s("arg"));
        xml.writeAttribute(s("value"), value);
    };
    xml.writeStartElement(qemuNamespace, s("commandline"));
    int index = 0;
    for (const GuestNic &nic : guest.nics) {
        if (!nic.network.isEmpty())
            continue;
        const QString id = QStringLiteral("nephele%1").arg(index);
        const QString slot = QString::number(firstUserNicSlot + index++, 16);
        QString netdev = QStringLiteral("user,id=%1").arg(id);
        if (nic.sshPort > 0)
            netdev += QStringLiteral(",hostfwd=tcp:127.0.0.1:%1-:22").arg(nic.sshPort);
        argument(s("-netdev"));
        argument(netdev);
        argument(s("-device"));
        argument(
            QStringLiteral("virtio-net-pci,netdev=%1,mac=%2,bus=pcie.0,addr=0x%3").arg(id, nic.mac, slot));
    }
    xml.writeEndElement();
}

} // namespace

Result<QByteArray> domainXml(const GuestSpec &guest, const DomainHost &host)
{
    if (const auto checked = check(guest); !checked)
        return checked.error();
    const bool isPretend = host.accelerator == Accelerator::Pretend;
    const bool hasUserNics = !isPretend
        && std::any_of(guest.nics.cbegin(), guest.nics.cend(),
            [](const GuestNic &nic) { return nic.network.isEmpty(); });
    QByteArray out;
    QXmlStreamWriter xml(&out);
    start(xml, "domain");
    if (hasUserNics)
        xml.writeNamespace(qemuNamespace, s("qemu"));
    xml.writeAttribute(s("type"),
        isPretend                                  ? s("test")
            : host.accelerator == Accelerator::Kvm ? s("kvm")
                                                   : s("qemu"));
    text(xml, "name", QStringLiteral("nephele-%1-%2").arg(host.cloudId.left(8), guest.number.text()));
    text(xml, "uuid", guest.server.text());
    if (const QString title = xmlText(guest.name).trimmed(); !title.isEmpty())
        text(xml, "title", title);
    writeCloudMetadata(xml, host.cloudId);
    start(xml, "memory", { { "unit", s("MiB") } });
    xml.writeCharacters(QString::number(guest.memoryMiB));
    xml.writeEndElement();
    text(xml, "vcpu", QString::number(guest.vcpus));
    start(xml, "os");
    start(xml, "type", { { "arch", s("x86_64") } });
    if (!isPretend)
        xml.writeAttribute(s("machine"), s("q35"));
    xml.writeCharacters(s("hvm"));
    xml.writeEndElement();
    leaf(xml, "boot", { { "dev", s("hd") } });
    xml.writeEndElement();
    if (!isPretend)
        writeProcessor(xml, host.accelerator);
    text(xml, "on_poweroff", s("destroy"));
    text(xml, "on_reboot", s("restart"));
    text(xml, "on_crash", s("destroy"));
    writeDevices(xml, guest, host);
    if (hasUserNics)
        writeUserNics(xml, guest);
    xml.writeEndElement();
    return out;
}

} // namespace nephele
