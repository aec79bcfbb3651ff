// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novajson.h"

#include "model/base/clock.h"
#include "server/compute/serverstate.h"

#include <QCryptographicHash>
#include <QSysInfo>
#include <QUrl>

namespace nephele {

namespace {

// Nova leaves the zone letter off in the times of its extensions.
QByteArray bareInstant(qint64 ms)
{
    return isoMicroseconds(ms).chopped(1);
}

void writeInstant(JsonWriter &json, QByteArrayView key, std::optional<qint64> ms)
{
    ms ? json.member(key, bareInstant(*ms)) : json.nullMember(key);
}

void writeLink(JsonWriter &json, const char *rel, const QByteArray &href)
{
    json.beginObject().member("rel", rel).member("href", href).endObject();
}

void writeTextMap(JsonWriter &json, const QMap<QString, QString> &map)
{
    json.beginObject();
    for (auto it = map.cbegin(); it != map.cend(); ++it)
        json.member(it.key(), it.value());
    json.endObject();
}

void writeMorePages(JsonWriter &json, QByteArrayView key, const QByteArray &nextUrl)
{
    if (nextUrl.isEmpty())
        return;
    json.key(key).beginArray();
    writeLink(json, "next", nextUrl);
    json.endArray();
}

// The same for all servers of a project on one host, and telling neither.
QByteArray hostId(const Server &server)
{
    if (!server.launchedAtMs)
        return {};
    static const QByteArray host = QSysInfo::machineHostName().toUtf8();
    return QCryptographicHash::hash(server.owner.project.utf8() + host, QCryptographicHash::Sha224).toHex();
}

enum class AddressDetail { Plain, Extended };

void writeAddressList(
    JsonWriter &json, const QList<ServerAddress> &addresses, const QString &network, AddressDetail detail)
{
    json.beginArray();
    for (const ServerAddress &address : addresses) {
        if (address.networkName != network || address.address.isNull())
            continue;
        const bool isIPv6 = address.address.protocol() == QAbstractSocket::IPv6Protocol;
        json.beginObject();
        json.member("version", isIPv6 ? 6 : 4).member("addr", address.address.toString());
        if (detail == AddressDetail::Extended)
            json.member("OS-EXT-IPS:type", "fixed").member("OS-EXT-IPS-MAC:mac_addr", address.mac);
        json.endObject();
    }
    json.endArray();
}

void writeAddresses(JsonWriter &json, const Server &server, AddressDetail detail)
{
    QStringList networks;
    for (const ServerAddress &address : server.addresses) {
        if (!networks.contains(address.networkName) && !address.address.isNull())
            networks.append(address.networkName);
    }
    json.beginObject();
    for (const QString &network : std::as_const(networks)) {
        json.key(network);
        writeAddressList(json, server.addresses, network, detail);
    }
    json.endObject();
}

bool showsProgress(const QByteArray &status)
{
    return status == "ACTIVE" || status == "BUILD" || status == "REBUILD" || status == "RESIZE"
        || status == "VERIFY_RESIZE";
}

} // namespace

QByteArray NovaJson::versions() const
{
    JsonWriter json;
    json.beginObject().key("versions").beginArray();
    json.beginObject().member("id", "v2.0").member("status", "SUPPORTED");
    json.member("version", "").member("min_version", "").member("updated", "2011-01-21T11:33:21Z");
    json.key("links").beginArray();
    writeLink(json, "self", m_rootUrl + "/v2/");
    json.endArray().endObject();
    json.beginObject().member("id", "v2.1").member("status", "CURRENT");
    json.member("version", newestNovaVersion.text()).member("min_version", oldestNovaVersion.text());
    json.member("updated", "2013-07-23T11:33:21Z").key("links").beginArray();
    writeLink(json, "self", m_rootUrl + "/v2.1/");
    json.endArray().endObject();
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::version() const
{
    const bool isOld = m_root == "v2";
    JsonWriter json;
    json.beginObject().key("version").beginObject();
    json.member("id", isOld ? "v2.0" : "v2.1").member("status", isOld ? "SUPPORTED" : "CURRENT");
    json.member("version", isOld ? QByteArray() : newestNovaVersion.text());
    json.member("min_version", isOld ? QByteArray() : oldestNovaVersion.text());
    json.member("updated", isOld ? "2011-01-21T11:33:21Z" : "2013-07-23T11:33:21Z");
    json.key("links").beginArray();
    writeLink(json, "self", m_rootUrl + '/' + m_root + '/');
    json.beginObject().member("rel", "describedby").member("type", "text/html");
    json.member("href", "https://docs.openstack.org/").endObject();
    json.endArray();
    json.key("media-types").beginArray().beginObject().member("base", "application/json");
    json.member("type",
        isOld ? "application/vnd.openstack.compute+json;version=2"
              : "application/vnd.openstack.compute+json;version=2.1");
    json.endObject().endArray().endObject().endObject();
    return std::move(json).bytes();
}

void NovaJson::writeLinks(JsonWriter &json, const QByteArray &path) const
{
    json.key("links").beginArray();
    writeLink(json, "self", m_rootUrl + '/' + m_root + path);
    writeLink(json, "bookmark", m_rootUrl + path);
    json.endArray();
}

void NovaJson::writeBookmark(JsonWriter &json, const QByteArray &path) const
{
    json.key("links").beginArray();
    writeLink(json, "bookmark", m_rootUrl + path);
    json.endArray();
}

QByteArray NovaJson::servers(const QList<Server> &servers, Detail detail, const QByteArray &nextUrl) const
{
    JsonWriter json(512 + servers.size() * (detail == Detail::Full ? 2048 : 384));
    json.beginObject().key("servers").beginArray();
    for (const Server &server : servers)
        detail == Detail::Full ? writeServer(json, server) : writeServerSummary(json, server);
    json.endArray();
    writeMorePages(json, "servers_links", nextUrl);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::server(const Server &server) const
{
    JsonWriter json(2048);
    json.beginObject().key("server");
    writeServer(json, server);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::changedServer(const Server &server) const
{
    JsonWriter json(2048);
    json.beginObject().key("server").beginObject();
    writeBasics(json, server);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::createdServer(const Server &server, const QString &adminPassword) const
{
    JsonWriter json;
    json.beginObject().key("server").beginObject();
    json.member("id", server.id.text());
    writeLinks(json, "/servers/" + server.id.utf8());
    json.member("OS-DCF:diskConfig", server.notes.manualDisk ? "MANUAL" : "AUTO");
    json.key("security_groups").beginArray().beginObject().member("name", "default").endObject().endArray();
    json.member("adminPass", adminPassword);
    json.endObject().endObject();
    return std::move(json).bytes();
}

void NovaJson::writeServerSummary(JsonWriter &json, const Server &server) const
{
    json.beginObject().member("id", server.id.text()).member("name", server.name);
    writeLinks(json, "/servers/" + server.id.utf8());
    json.endObject();
}

void NovaJson::writeServer(JsonWriter &json, const Server &server) const
{
    json.beginObject();
    writeBasics(json, server);
    writeExtended(json, server);
    json.endObject();
}

void NovaJson::writeReferences(JsonWriter &json, const Server &server) const
{
    if (server.image.isNull()) {
        json.member("image", "");
    } else {
        json.key("image").beginObject().member("id", server.image.text());
        writeBookmark(json, "/images/" + server.image.utf8());
        json.endObject();
    }
    json.key("flavor").beginObject().member("id", server.flavor.flavorId);
    writeBookmark(json, "/flavors/" + QUrl::toPercentEncoding(server.flavor.flavorId));
    json.endObject();
}

void NovaJson::writeBasics(JsonWriter &json, const Server &server) const
{
    const QByteArray status = novaStatus(server);
    json.member("id", server.id.text()).member("name", server.name).member("status", status);
    json.member("tenant_id", server.owner.project.text()).member("user_id", server.owner.user.text());
    json.key("metadata");
    writeTextMap(json, server.metadata);
    json.member("hostId", hostId(server));
    writeReferences(json, server);
    json.member("created", isoSeconds(server.createdAtMs)).member("updated", isoSeconds(server.updatedAtMs));
    json.key("addresses");
    writeAddresses(json, server, AddressDetail::Extended);
    json.member("accessIPv4", server.notes.accessIPv4).member("accessIPv6", server.notes.accessIPv6);
    writeLinks(json, "/servers/" + server.id.utf8());
    json.member("OS-DCF:diskConfig", server.notes.manualDisk ? "MANUAL" : "AUTO");
    if (showsProgress(status))
        json.member("progress", server.progress);
    if (status == "ERROR" || (status == "DELETED" && !server.faultMessage.isEmpty())) {
        json.key("fault").beginObject().member("code", 500);
        json.member("created", isoSeconds(server.updatedAtMs)).member("message", server.faultMessage);
        json.endObject();
    }
    if (m_version.minor >= 9)
        json.member("locked", false);
    if (m_version.minor >= 19)
        server.notes.description.isEmpty() ? json.nullMember("description")
                                           : json.member("description", server.notes.description);
}

void NovaJson::writeExtended(JsonWriter &json, const Server &server) const
{
    const QByteArray task = novaTaskState(server);
    json.member("OS-EXT-STS:power_state", novaPowerState(server));
    json.member("OS-EXT-STS:vm_state", novaVmState(server));
    json.key("OS-EXT-STS:task_state");
    task.isEmpty() ? json.null() : json.value(task);
    json.member("OS-EXT-AZ:availability_zone", server.launchedAtMs ? novaZone : "");
    writeInstant(json, "OS-SRV-USG:launched_at", server.launchedAtMs);
    writeInstant(json, "OS-SRV-USG:terminated_at", server.deletedAtMs);
    // Every server has a drive with its metadata.
    json.member("config_drive", "True");
    json.key("key_name");
    server.keyName.isEmpty() ? json.null() : json.value(server.keyName);
    json.key("security_groups").beginArray().beginObject().member("name", "default").endObject().endArray();
    json.key("os-extended-volumes:volumes_attached").beginArray().endArray();
    if (!server.accessAddress.isEmpty())
        json.member("nephele:access_address", server.accessAddress);
}

QByteArray NovaJson::addresses(const Server &server) const
{
    JsonWriter json;
    json.beginObject().key("addresses");
    writeAddresses(json, server, AddressDetail::Plain);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::addressesOn(const Server &server, const QString &networkName) const
{
    JsonWriter json;
    json.beginObject().key(networkName);
    writeAddressList(json, server.addresses, networkName, AddressDetail::Plain);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::metadata(const QMap<QString, QString> &metadata)
{
    JsonWriter json;
    json.beginObject().key("metadata");
    writeTextMap(json, metadata);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::metadataItem(const QString &key, const QString &value)
{
    JsonWriter json;
    json.beginObject().key("meta").beginObject().member(key, value).endObject().endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::flavors(const QList<Flavor> &flavors, Detail detail, const QByteArray &nextUrl) const
{
    JsonWriter json(512 + flavors.size() * 512);
    json.beginObject().key("flavors").beginArray();
    for (const Flavor &flavor : flavors) {
        if (detail == Detail::Full) {
            writeFlavor(json, flavor);
            continue;
        }
        json.beginObject().member("id", flavor.flavorId).member("name", flavor.name);
        writeLinks(json, "/flavors/" + QUrl::toPercentEncoding(flavor.flavorId));
        json.endObject();
    }
    json.endArray();
    writeMorePages(json, "flavors_links", nextUrl);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::flavor(const Flavor &flavor) const
{
    JsonWriter json;
    json.beginObject().key("flavor");
    writeFlavor(json, flavor);
    json.endObject();
    return std::move(json).bytes();
}

void NovaJson::writeFlavor(JsonWriter &json, const Flavor &flavor) const
{
    json.beginObject().member("id", flavor.flavorId).member("name", flavor.name);
    json.member("ram", flavor.memoryMiB).member("vcpus", flavor.vcpus).member("disk", flavor.diskGiB);
    json.member("swap", "").member("rxtx_factor", 1.0);
    json.member("OS-FLV-EXT-DATA:ephemeral", 0).member("OS-FLV-DISABLED:disabled", false);
    json.member("os-flavor-access:is_public", flavor.isPublic);
    writeLinks(json, "/flavors/" + QUrl::toPercentEncoding(flavor.flavorId));
    json.endObject();
}

QByteArray NovaJson::noExtraSpecs()
{
    return "{\"extra_specs\":{}}";
}

QByteArray NovaJson::noExtensions()
{
    return "{\"extensions\":[]}";
}

void NovaJson::writeKeypairCore(JsonWriter &json, const Keypair &keypair) const
{
    json.member("name", keypair.name).member("public_key", keypair.publicKey);
    json.member("fingerprint", keypair.fingerprint);
    if (m_version.minor >= 2)
        json.member("type", keypair.type);
}

QByteArray NovaJson::keypairs(const QList<Keypair> &keypairs, const QByteArray &nextUrl) const
{
    JsonWriter json(256 + keypairs.size() * 768);
    json.beginObject().key("keypairs").beginArray();
    for (const Keypair &keypair : keypairs) {
        json.beginObject().key("keypair").beginObject();
        writeKeypairCore(json, keypair);
        json.endObject().endObject();
    }
    json.endArray();
    writeMorePages(json, "keypairs_links", nextUrl);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::keypair(const Keypair &keypair) const
{
    JsonWriter json(1024);
    json.beginObject().key("keypair").beginObject();
    writeKeypairCore(json, keypair);
    json.member("user_id", keypair.user.text()).member("id", keypair.number);
    json.member("created_at", bareInstant(keypair.createdAtMs)).nullMember("updated_at");
    json.member("deleted", false).nullMember("deleted_at");
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::createdKeypair(const Keypair &keypair, const QByteArray &privateKeyPem) const
{
    JsonWriter json(4096);
    json.beginObject().key("keypair").beginObject();
    writeKeypairCore(json, keypair);
    json.member("user_id", keypair.user.text());
    if (!privateKeyPem.isEmpty())
        json.member("private_key", privateKeyPem);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::consoleOutput(const QByteArray &output)
{
    // A serial line carries any bytes; a JSON text holds Unicode only.
    JsonWriter json(output.size() + 64);
    json.beginObject().member("output", QString::fromUtf8(output)).endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::vncConsole(const QByteArray &url)
{
    JsonWriter json;
    json.beginObject().key("console").beginObject();
    json.member("type", "novnc").member("url", url).endObject().endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::remoteConsole(const QByteArray &url)
{
    JsonWriter json;
    json.beginObject().key("remote_console").beginObject();
    json.member("protocol", "vnc").member("type", "novnc").member("url", url).endObject().endObject();
    return std::move(json).bytes();
}

QByteArray NovaJson::availabilityZones()
{
    JsonWriter json;
    json.beginObject().key("availabilityZoneInfo").beginArray();
    json.beginObject().member("zoneName", novaZone);
    json.key("zoneState").beginObject().member("available", true).endObject();
    json.nullMember("hosts").endObject();
    json.endArray().endObject();
    return std::move(json).bytes();
}

} // namespace nephele
