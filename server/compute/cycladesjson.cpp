// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/cycladesjson.h"

#include "model/base/clock.h"
#include "server/compute/serverstate.h"

namespace nephele {

namespace {

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

void writeTextOrNull(JsonWriter &json, const char *key, const QString &text)
{
    text.isEmpty() ? json.nullMember(key) : json.member(key, text);
}

void writeAddress(JsonWriter &json, int version, const QString &address)
{
    if (address.isEmpty())
        return;
    json.beginObject().member("version", version).member("addr", address);
    json.member("OS-EXT-IPS:type", "fixed").endObject();
}

void writeAddressesOn(JsonWriter &json, const QList<CycladesNic> &nics, NetworkNumber network)
{
    json.key(network.text()).beginArray();
    for (const CycladesNic &nic : nics) {
        if (nic.network != network)
            continue;
        writeAddress(json, 4, nic.ipv4);
        writeAddress(json, 6, nic.ipv6);
    }
    json.endArray();
}

// By network: {"1": [address, ...]}.
void writeAddresses(JsonWriter &json, const QList<CycladesNic> &nics)
{
    QList<NetworkNumber> written;
    json.beginObject();
    for (const CycladesNic &nic : nics) {
        if (!written.contains(nic.network))
            writeAddressesOn(json, nics, nic.network);
        written.append(nic.network);
    }
    json.endObject();
}

void writeAttachments(JsonWriter &json, const QList<CycladesNic> &nics)
{
    json.beginArray();
    for (const CycladesNic &nic : nics) {
        json.beginObject().member("id", nic.number.value()).member("network_id", nic.network.text());
        json.member("mac_address", nic.mac).member("ipv4", nic.ipv4).member("ipv6", nic.ipv6);
        if (!nic.ipv4.isEmpty() || !nic.ipv6.isEmpty())
            json.member("OS-EXT-IPS:type", "fixed");
        json.endObject();
    }
    json.endArray();
}

// What there is to tell about a server's troubles: why it failed.
void writeDiagnostics(JsonWriter &json, const Server &server)
{
    json.beginArray();
    if (!server.faultMessage.isEmpty()) {
        json.beginObject().member("level", "ERROR").member("created", isoOffset(server.updatedAtMs));
        json.member("source", "server-error").member("source_date", isoOffset(server.updatedAtMs));
        json.member("message", server.faultMessage).nullMember("details").endObject();
    }
    json.endArray();
}

// "127.0.0.1:40022" reaches the guest's port 22.
void writePortForwarding(JsonWriter &json, const QString &accessAddress)
{
    json.beginObject();
    const qsizetype colon = accessAddress.lastIndexOf(QLatin1Char(':'));
    if (colon > 0) {
        json.key("22").beginObject().member("host", accessAddress.left(colon));
        json.member("port", accessAddress.mid(colon + 1)).endObject();
    }
    json.endObject();
}

void writeKeypairCore(JsonWriter &json, const Keypair &keypair)
{
    json.member("name", keypair.name).member("fingerprint", keypair.fingerprint);
    json.member("public_key", keypair.publicKey);
}

} // namespace

void CycladesJson::writeLinks(JsonWriter &json, const QByteArray &url) const
{
    json.key("links").beginArray();
    writeLink(json, "self", url);
    writeLink(json, "bookmark", url);
    json.endArray();
}

void CycladesJson::writeImageLinks(JsonWriter &json, const ImageId &id) const
{
    json.key("links").beginArray();
    writeLink(json, "self", computeUrl("images", id.text()));
    writeLink(json, "bookmark", computeUrl("images", id.text()));
    writeLink(json, "alternate", imageServiceUrl(id));
    json.endArray();
}

void CycladesJson::writeReferences(JsonWriter &json, const Server &server) const
{
    json.key("flavor").beginObject().member("id", server.flavor.number.value());
    writeLinks(json, computeUrl("flavors", server.flavor.number.text()));
    json.endObject();
    json.key("image").beginObject().member("id", server.image.text());
    writeImageLinks(json, server.image);
    json.endObject();
}

void CycladesJson::writeState(JsonWriter &json, const Server &server, As as) const
{
    const bool isNew = as == As::BeingBuilt;
    json.member("status", isNew ? QByteArray("BUILD") : cycladesStatus(server));
    json.member("SNF:task_state", isNew ? QByteArray("BUILDING") : cycladesTask(server));
    json.member("progress", isNew ? 0 : cycladesProgress(server));
    json.member("deleted", server.state == ServerState::Deleted).member("suspended", false);
    json.member("SNF:rescue", server.state == ServerState::Rescue);
}

void CycladesJson::writeServer(JsonWriter &json, const Server &server, As as) const
{
    const QList<CycladesNic> nics = cycladesNics(server);
    json.member("id", server.number.value()).member("name", server.name);
    writeLinks(json, computeUrl("servers", server.number.text()));
    json.member("user_id", server.owner.user.text()).member("tenant_id", server.owner.project.text());
    json.member("shared_to_project", server.owner.shared);
    writeState(json, server, as);
    json.member("hostId", "").member("created", isoOffset(server.createdAtMs));
    json.member("updated", isoOffset(server.updatedAtMs));
    writeReferences(json, server);
    json.key("metadata");
    writeTextMap(json, server.metadata);
    json.key("tags").beginArray().endArray();
    json.key("attachments");
    writeAttachments(json, nics);
    json.key("addresses");
    writeAddresses(json, nics);
    json.key("volumes").beginArray().endArray();
    json.key("diagnostics");
    writeDiagnostics(json, server);
    json.key("security_groups").beginArray().beginObject().member("name", "default").endObject().endArray();
    writeTextOrNull(json, "key_name", server.keyName);
    json.key("SNF:key_names").beginArray();
    if (!server.keyName.isEmpty())
        json.value(server.keyName);
    json.endArray();
    json.member("config_drive", "").member("accessIPv4", "").member("accessIPv6", "");
    // There is no name server of ours that would know its name.
    json.nullMember("SNF:fqdn").key("SNF:port_forwarding");
    writePortForwarding(json, server.accessAddress);
}

QByteArray CycladesJson::servers(const QList<Server> &servers, CycladesDetail detail) const
{
    JsonWriter json(512 + servers.size() * (detail == CycladesDetail::Full ? 2048 : 384));
    json.beginObject().key("servers").beginArray();
    for (const Server &server : servers) {
        json.beginObject();
        if (detail == CycladesDetail::Full) {
            writeServer(json, server, As::ItIs);
        } else {
            json.member("id", server.number.value()).member("name", server.name);
            writeLinks(json, computeUrl("servers", server.number.text()));
        }
        json.endObject();
    }
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::server(const Server &server) const
{
    JsonWriter json(2048);
    json.beginObject().key("server").beginObject();
    writeServer(json, server, As::ItIs);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::createdServer(const Server &server, const QString &adminPassword) const
{
    JsonWriter json(2048);
    json.beginObject().key("server").beginObject();
    writeServer(json, server, As::BeingBuilt);
    json.member("adminPass", adminPassword);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::addresses(const Server &server) const
{
    const QList<CycladesNic> nics = cycladesNics(server);
    JsonWriter json;
    json.beginObject().key("addresses");
    writeAddresses(json, nics);
    json.key("attachments");
    writeAttachments(json, nics);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::addressesOn(const Server &server, NetworkNumber network) const
{
    JsonWriter json;
    json.beginObject().key("network").beginObject();
    writeAddressesOn(json, cycladesNics(server), network);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::metadata(const QMap<QString, QString> &metadata) const
{
    JsonWriter json;
    json.beginObject().key("metadata");
    writeTextMap(json, metadata);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::metadataItem(const QString &key, const QString &value) const
{
    JsonWriter json;
    json.beginObject().key("meta").beginObject().member(key, value).endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::console(const ConsoleAccess &access) const
{
    JsonWriter json;
    json.beginObject().key("console").beginObject().member("type", "vnc").member("host", access.host);
    json.member("port", int(access.port)).member("password", access.password);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::consoleUrl(const QByteArray &url) const
{
    JsonWriter json;
    json.beginObject().key("console").beginObject().member("type", "novnc").member("url", url);
    json.endObject().endObject();
    return std::move(json).bytes();
}

void CycladesJson::writeFlavor(JsonWriter &json, const Flavor &flavor) const
{
    json.member("id", flavor.number.value()).member("name", flavor.cycladesName());
    json.member("ram", flavor.memoryMiB).member("disk", flavor.diskGiB).member("vcpus", flavor.vcpus);
    json.member("SNF:disk_template", flavor.diskTemplate).member("SNF:allow_create", true);
    json.member("os-flavor-access:is_public", flavor.isPublic);
    json.key("SNF:flavor-access").beginArray().endArray();
    writeLinks(json, computeUrl("flavors", flavor.number.text()));
}

QByteArray CycladesJson::flavors(const QList<Flavor> &flavors, CycladesDetail detail) const
{
    JsonWriter json(512 + flavors.size() * 512);
    json.beginObject().key("flavors").beginArray();
    for (const Flavor &flavor : flavors) {
        json.beginObject();
        if (detail == CycladesDetail::Full) {
            writeFlavor(json, flavor);
        } else {
            json.member("id", flavor.number.value()).member("name", flavor.cycladesName());
            writeLinks(json, computeUrl("flavors", flavor.number.text()));
        }
        json.endObject();
    }
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::flavor(const Flavor &flavor) const
{
    JsonWriter json;
    json.beginObject().key("flavor").beginObject();
    writeFlavor(json, flavor);
    json.endObject().endObject();
    return std::move(json).bytes();
}

void CycladesJson::writeImage(JsonWriter &json, const Image &image) const
{
    const QByteArray status = cycladesImageStatus(image);
    json.member("id", image.id.text()).member("name", image.name);
    json.member("created", isoOffset(image.createdAtMs)).member("updated", isoOffset(image.updatedAtMs));
    json.member("status", status).member("progress", status == "ACTIVE" ? 100 : 0);
    json.member("user_id", image.owner.user.text()).member("tenant_id", image.owner.user.text());
    json.member("public", image.visibility == ImageVisibility::Public);
    json.key("metadata");
    writeTextMap(json, image.properties);
    json.member("is_snapshot", isSnapshot(image));
    writeImageLinks(json, image.id);
}

QByteArray CycladesJson::images(const QList<Image> &images, CycladesDetail detail) const
{
    JsonWriter json(512 + images.size() * 1024);
    json.beginObject().key("images").beginArray();
    for (const Image &image : images) {
        json.beginObject();
        if (detail == CycladesDetail::Full) {
            writeImage(json, image);
        } else {
            json.member("id", image.id.text()).member("name", image.name);
            writeImageLinks(json, image.id);
        }
        json.endObject();
    }
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::image(const Image &image) const
{
    JsonWriter json(1024);
    json.beginObject().key("image").beginObject();
    writeImage(json, image);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::versions() const
{
    JsonWriter json;
    json.beginObject().key("versions").beginArray().beginObject();
    json.member("id", "v2.0").member("status", "CURRENT").member("updated", "2011-01-21T11:33:21-06:00");
    json.key("links").beginArray();
    writeLink(json, "self", m_baseUrl + "/cyclades/compute/v2.0/");
    json.endArray().endObject().endArray().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::version() const
{
    JsonWriter json;
    json.beginObject().key("version").beginObject();
    json.member("id", "v2.0").member("status", "CURRENT").member("updated", "2011-01-21T11:33:21-06:00");
    json.key("links").beginArray();
    writeLink(json, "self", m_baseUrl + "/cyclades/compute/v2.0/");
    json.beginObject().member("rel", "describedby").member("type", "text/html");
    json.member("href", "https://www.synnefo.org/docs/synnefo/latest/compute-api-guide.html").endObject();
    json.endArray().key("media-types").beginArray();
    for (const char *type : { "json", "xml" }) {
        json.beginObject().member("base", QByteArray("application/") + type);
        json.member("type", QByteArray("application/vnd.openstack.compute.v2+") + type).endObject();
    }
    json.endArray().endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::diagnostics(const Server &server)
{
    JsonWriter json;
    writeDiagnostics(json, server);
    return std::move(json).bytes();
}

QByteArray CycladesJson::keypairs(const QList<Keypair> &keypairs)
{
    JsonWriter json(64 + keypairs.size() * 768);
    json.beginObject().key("keypairs").beginArray();
    for (const Keypair &keypair : keypairs) {
        json.beginObject().key("keypair").beginObject();
        writeKeypairCore(json, keypair);
        json.endObject().endObject();
    }
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::keypair(const Keypair &keypair)
{
    JsonWriter json(1024);
    json.beginObject().key("keypair").beginObject();
    writeKeypairCore(json, keypair);
    json.member("id", keypair.number).member("created_at", isoOffset(keypair.createdAtMs));
    json.member("updated_at", isoOffset(keypair.createdAtMs)).member("deleted", false);
    json.nullMember("deleted_at").endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::createdKeypair(const Keypair &keypair, const QByteArray &privateKeyPem)
{
    JsonWriter json(4096);
    json.beginObject().key("keypair").beginObject();
    writeKeypairCore(json, keypair);
    if (!privateKeyPem.isEmpty())
        json.member("private_key", privateKeyPem);
    json.endObject().endObject();
    return std::move(json).bytes();
}

QByteArray CycladesJson::noExtraSpecs()
{
    return "{\"extra_specs\":{}}";
}

QByteArray CycladesJson::noExtensions()
{
    return "{\"extensions\":[]}";
}

} // namespace nephele
