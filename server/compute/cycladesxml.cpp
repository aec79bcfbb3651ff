// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/cycladesxml.h"

#include "model/base/clock.h"
#include "server/compute/serverstate.h"

namespace nephele {

namespace {

constexpr QLatin1StringView computeNamespace("http://docs.openstack.org/compute/api/v1.1");
constexpr QLatin1StringView atomNamespace("http://www.w3.org/2005/Atom");

QLatin1StringView name(const char *text)
{
    return QLatin1StringView(text);
}

XmlWriter &beginRoot(XmlWriter &xml, const char *element)
{
    return xml.begin(name(element), computeNamespace);
}

XmlWriter &attribute(XmlWriter &xml, const char *key, const QByteArray &value)
{
    return xml.attribute(name(key), QString::fromUtf8(value));
}

XmlWriter &attribute(XmlWriter &xml, const char *key, const QString &value)
{
    return xml.attribute(name(key), value);
}

XmlWriter &attribute(XmlWriter &xml, const char *key, qint64 value)
{
    return xml.attribute(name(key), QString::number(value));
}

XmlWriter &flag(XmlWriter &xml, const char *key, bool isSet)
{
    return xml.attribute(name(key), isSet ? QStringLiteral("True") : QStringLiteral("False"));
}

void writeLink(XmlWriter &xml, const char *rel, const QByteArray &href)
{
    xml.begin(name("link"), atomNamespace);
    attribute(xml, "rel", QByteArray(rel));
    attribute(xml, "href", href);
    xml.end();
}

void writeMetadata(XmlWriter &xml, const QMap<QString, QString> &metadata)
{
    for (auto it = metadata.cbegin(); it != metadata.cend(); ++it) {
        xml.begin(name("meta"));
        attribute(xml, "key", it.key());
        xml.text(it.value()).end();
    }
}

void writeIp(XmlWriter &xml, int version, const QString &address)
{
    if (address.isEmpty())
        return;
    xml.begin(name("ip"));
    attribute(xml, "version", version);
    attribute(xml, "addr", address);
    xml.end();
}

void fillNetwork(XmlWriter &xml, const QList<CycladesNic> &nics, NetworkNumber network)
{
    attribute(xml, "id", network.text());
    for (const CycladesNic &nic : nics) {
        if (nic.network != network)
            continue;
        writeIp(xml, 4, nic.ipv4);
        writeIp(xml, 6, nic.ipv6);
    }
}

void writeNetworks(XmlWriter &xml, const QList<CycladesNic> &nics)
{
    QList<NetworkNumber> written;
    for (const CycladesNic &nic : nics) {
        if (written.contains(nic.network))
            continue;
        written.append(nic.network);
        xml.begin(name("network"));
        fillNetwork(xml, nics, nic.network);
        xml.end();
    }
}

void writeAttachments(XmlWriter &xml, const QList<CycladesNic> &nics)
{
    xml.begin(name("attachments"));
    for (const CycladesNic &nic : nics) {
        xml.begin(name("attachment"));
        attribute(xml, "id", nic.number.value());
        attribute(xml, "network_id", nic.network.text());
        attribute(xml, "mac_address", nic.mac);
        attribute(xml, "ipv4", nic.ipv4);
        attribute(xml, "ipv6", nic.ipv6);
        xml.end();
    }
    xml.end();
}

} // namespace

void CycladesXml::fillServer(XmlWriter &xml, const Server &server, const QByteArray &status, int progress,
    const QString &adminPassword) const
{
    const QList<CycladesNic> nics = cycladesNics(server);
    attribute(xml, "id", server.number.value());
    attribute(xml, "name", server.name);
    attribute(xml, "status", status);
    attribute(xml, "progress", progress);
    attribute(xml, "hostId", QByteArray());
    attribute(xml, "created", isoOffset(server.createdAtMs));
    attribute(xml, "updated", isoOffset(server.updatedAtMs));
    attribute(xml, "userId", server.owner.user.text());
    attribute(xml, "tenantId", server.owner.project.text());
    attribute(xml, "imageRef", server.image.text());
    attribute(xml, "flavorRef", server.flavor.number.value());
    flag(xml, "suspended", false);
    if (!adminPassword.isEmpty())
        attribute(xml, "adminPass", adminPassword);
    xml.begin(name("metadata"));
    writeMetadata(xml, server.metadata);
    xml.end();
    xml.begin(name("addresses"));
    writeNetworks(xml, nics);
    xml.end();
    writeAttachments(xml, nics);
    writeLink(xml, "self", computeUrl("servers", server.number.text()));
    writeLink(xml, "bookmark", computeUrl("servers", server.number.text()));
}

QByteArray CycladesXml::servers(const QList<Server> &servers, CycladesDetail detail) const
{
    XmlWriter xml;
    beginRoot(xml, "servers");
    for (const Server &server : servers) {
        xml.begin(name("server"));
        if (detail == CycladesDetail::Full) {
            fillServer(xml, server, cycladesStatus(server), cycladesProgress(server), {});
        } else {
            attribute(xml, "id", server.number.value());
            attribute(xml, "name", server.name);
            writeLink(xml, "self", computeUrl("servers", server.number.text()));
            writeLink(xml, "bookmark", computeUrl("servers", server.number.text()));
        }
        xml.end();
    }
    return xml.bytes();
}

QByteArray CycladesXml::server(const Server &server) const
{
    XmlWriter xml;
    beginRoot(xml, "server");
    fillServer(xml, server, cycladesStatus(server), cycladesProgress(server), {});
    return xml.bytes();
}

QByteArray CycladesXml::createdServer(const Server &server, const QString &adminPassword) const
{
    XmlWriter xml;
    beginRoot(xml, "server");
    fillServer(xml, server, "BUILD", 0, adminPassword);
    return xml.bytes();
}

QByteArray CycladesXml::addresses(const Server &server) const
{
    XmlWriter xml;
    beginRoot(xml, "addresses");
    writeNetworks(xml, cycladesNics(server));
    return xml.bytes();
}

QByteArray CycladesXml::addressesOn(const Server &server, NetworkNumber network) const
{
    XmlWriter xml;
    beginRoot(xml, "network");
    fillNetwork(xml, cycladesNics(server), network);
    return xml.bytes();
}

QByteArray CycladesXml::metadata(const QMap<QString, QString> &metadata) const
{
    XmlWriter xml;
    beginRoot(xml, "metadata");
    writeMetadata(xml, metadata);
    return xml.bytes();
}

QByteArray CycladesXml::metadataItem(const QString &key, const QString &value) const
{
    XmlWriter xml;
    beginRoot(xml, "meta");
    attribute(xml, "key", key);
    xml.text(value);
    return xml.bytes();
}

QByteArray CycladesXml::console(const ConsoleAccess &access) const
{
    XmlWriter xml;
    beginRoot(xml, "console");
    attribute(xml, "type", QByteArray("vnc"));
    attribute(xml, "host", access.host);
    attribute(xml, "port", access.port);
    attribute(xml, "password", access.password);
    return xml.bytes();
}

QByteArray CycladesXml::consoleUrl(const QByteArray &url) const
{
    XmlWriter xml;
    beginRoot(xml, "console");
    attribute(xml, "type", QByteArray("novnc"));
    attribute(xml, "url", url);
    return xml.bytes();
}

void CycladesXml::fillFlavor(XmlWriter &xml, const Flavor &flavor) const
{
    attribute(xml, "id", flavor.number.value());
    attribute(xml, "name", flavor.cycladesName());
    attribute(xml, "ram", flavor.memoryMiB);
    attribute(xml, "disk", flavor.diskGiB);
    attribute(xml, "vcpus", flavor.vcpus);
    writeLink(xml, "self", computeUrl("flavors", flavor.number.text()));
    writeLink(xml, "bookmark", computeUrl("flavors", flavor.number.text()));
}

QByteArray CycladesXml::flavors(const QList<Flavor> &flavors, CycladesDetail detail) const
{
    XmlWriter xml;
    beginRoot(xml, "flavors");
    for (const Flavor &flavor : flavors) {
        xml.begin(name("flavor"));
        if (detail == CycladesDetail::Full) {
            fillFlavor(xml, flavor);
        } else {
            attribute(xml, "id", flavor.number.value());
            attribute(xml, "name", flavor.cycladesName());
            writeLink(xml, "self", computeUrl("flavors", flavor.number.text()));
            writeLink(xml, "bookmark", computeUrl("flavors", flavor.number.text()));
        }
        xml.end();
    }
    return xml.bytes();
}

QByteArray CycladesXml::flavor(const Flavor &flavor) const
{
    XmlWriter xml;
    beginRoot(xml, "flavor");
    fillFlavor(xml, flavor);
    return xml.bytes();
}

void CycladesXml::fillImage(XmlWriter &xml, const Image &image) const
{
    const QByteArray status = cycladesImageStatus(image);
    attribute(xml, "id", image.id.text());
    attribute(xml, "name", image.name);
    attribute(xml, "status", status);
    attribute(xml, "progress", status == "ACTIVE" ? 100 : 0);
    attribute(xml, "created", isoOffset(image.createdAtMs));
    attribute(xml, "updated", isoOffset(image.updatedAtMs));
    attribute(xml, "userId", image.owner.user.text());
    attribute(xml, "tenantId", image.owner.user.text());
    xml.begin(name("metadata"));
    writeMetadata(xml, image.properties);
    xml.end();
    writeLink(xml, "self", computeUrl("images", image.id.text()));
    writeLink(xml, "bookmark", computeUrl("images", image.id.text()));
    writeLink(xml, "alternate", imageServiceUrl(image.id));
}

QByteArray CycladesXml::images(const QList<Image> &images, CycladesDetail detail) const
{
    XmlWriter xml;
    beginRoot(xml, "images");
    for (const Image &image : images) {
        xml.begin(name("image"));
        if (detail == CycladesDetail::Full) {
            fillImage(xml, image);
        } else {
            attribute(xml, "id", image.id.text());
            attribute(xml, "name", image.name);
            writeLink(xml, "self", computeUrl("images", image.id.text()));
            writeLink(xml, "alternate", imageServiceUrl(image.id));
        }
        xml.end();
    }
    return xml.bytes();
}

QByteArray CycladesXml::image(const Image &image) const
{
    XmlWriter xml;
    beginRoot(xml, "image");
    fillImage(xml, image);
    return xml.bytes();
}

} // namespace nephele
