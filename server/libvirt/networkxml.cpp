// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/networkxml.h"

#include "server/libvirt/xmltext.h"

#include <QRegularExpression>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace nephele {

namespace {

QString s(const char *latin1)
{
    return QString::fromLatin1(latin1);
}

Result<> check(const NetworkSpec &network)
{
    if (network.id.isNull())
        return invalid(QStringLiteral("A network needs an id."));
    if (network.name.trimmed().isEmpty() || network.name.contains(QLatin1Char('/')))
        return invalid(QStringLiteral("A network's name must not be empty and holds no slash."));
    if (network.prefix < 1 || network.prefix > 30)
        return invalid(QStringLiteral("prefix must be 1 to 30."));
    for (const auto &[address, field] : { std::pair(network.gateway, "gateway"),
             std::pair(network.dhcpFirst, "dhcpFirst"), std::pair(network.dhcpLast, "dhcpLast") }) {
        if (address.protocol() != QAbstractSocket::IPv4Protocol
            || !address.isInSubnet(network.gateway, network.prefix))
            return invalid(
                QStringLiteral("%1 must be an IPv4 address of the network.").arg(QLatin1String(field)));
    }
    return {};
}

} // namespace

QString bridgeName(const NetworkId &network)
{
    return s("nph") + QString(network.text()).remove(QLatin1Char('-')).left(12);
}

Result<QByteArray> networkXml(const NetworkSpec &network, const QString &cloudId)
{
    if (const auto checked = check(network); !checked)
        return checked.error();
    QByteArray out;
    QXmlStreamWriter xml(&out);
    xml.writeStartElement(s("network"));
    xml.writeTextElement(s("name"), xmlText(network.name));
    xml.writeTextElement(s("uuid"), network.id.text());
    writeCloudMetadata(xml, cloudId);
    xml.writeEmptyElement(s("forward"));
    xml.writeAttribute(s("mode"), s("nat"));
    xml.writeEmptyElement(s("bridge"));
    xml.writeAttribute(s("name"), bridgeName(network.id));
    xml.writeAttribute(s("stp"), s("off")); // there is one way only, and STP delays a guest's first packets
    xml.writeAttribute(s("delay"), s("0"));
    xml.writeStartElement(s("ip"));
    xml.writeAttribute(s("address"), network.gateway.toString());
    xml.writeAttribute(s("prefix"), QString::number(network.prefix));
    xml.writeStartElement(s("dhcp"));
    xml.writeEmptyElement(s("range"));
    xml.writeAttribute(s("start"), network.dhcpFirst.toString());
    xml.writeAttribute(s("end"), network.dhcpLast.toString());
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndElement();
    return out;
}

Result<QByteArray> leaseXml(const Lease &lease)
{
    static const QRegularExpression mac(QStringLiteral("^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}\\z"));
    static const QRegularExpression host(QStringLiteral(
        "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\\z"));
    if (!mac.match(lease.mac).hasMatch())
        return invalid(QStringLiteral("mac must be six pairs of hexadecimal digits."));
    if (lease.address.protocol() != QAbstractSocket::IPv4Protocol)
        return invalid(QStringLiteral("address must be an IPv4 address."));
    if (!lease.hostName.isEmpty() && (lease.hostName.size() > 253 || !host.match(lease.hostName).hasMatch()))
        return invalid(QStringLiteral("hostName must be letters, digits, dashes and dots."));
    QByteArray out;
    QXmlStreamWriter xml(&out);
    xml.writeEmptyElement(s("host"));
    xml.writeAttribute(s("mac"), lease.mac);
    if (!lease.hostName.isEmpty())
        xml.writeAttribute(s("name"), lease.hostName);
    xml.writeAttribute(s("ip"), lease.address.toString());
    xml.writeEndDocument();
    return out;
}

QList<Lease> leasesIn(const QByteArray &networkXml)
{
    QList<Lease> leases;
    QXmlStreamReader reader(networkXml);
    bool isInDhcp = false;
    while (!reader.atEnd()) {
        const auto token = reader.readNext();
        if (reader.name() == QLatin1String("dhcp"))
            isInDhcp = token == QXmlStreamReader::StartElement;
        // <dns> has <host> elements of its own.
        if (isInDhcp && token == QXmlStreamReader::StartElement && reader.name() == QLatin1String("host")) {
            const auto attributes = reader.attributes();
            leases.append({ attributes.value(s("mac")).toString(),
                QHostAddress(attributes.value(s("ip")).toString()), attributes.value(s("name")).toString() });
        }
    }
    return leases;
}

bool isSameMac(const QString &left, const QString &right)
{
    return left.compare(right, Qt::CaseInsensitive) == 0;
}

} // namespace nephele
