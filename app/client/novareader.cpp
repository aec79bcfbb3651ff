// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/novareader.h"

#include "app/client/fault.h"
#include "model/base/clock.h"
#include "server/http/jsonreader.h"

namespace nephele {

namespace {

using Key = QLatin1StringView;

Error malformed(const QString &what, const Error &why)
{
    return notUnderstood(what, why);
}

const QString ofServers = QStringLiteral("servers");

ServerAddress addressFromJson(const QString &network, JsonReader &json)
{
    ServerAddress address;
    address.networkName = network;
    const QString text = json.text(Key("addr"), 64);
    address.address = QHostAddress(text);
    if (address.address.isNull())
        json.fail(Key("addr"), QStringLiteral("is no address."));
    address.mac = json.optionalText(Key("OS-EXT-IPS-MAC:mac_addr"), 32).value_or(QString());
    return address;
}

QList<ServerAddress> addressesFromJson(JsonReader &json)
{
    QList<ServerAddress> addresses;
    const QJsonObject networks = json.json();
    for (auto it = networks.begin(); it != networks.end(); ++it) {
        for (const QJsonValue &value : it->toArray()) {
            JsonReader entry(value.toObject(), json.pathOf(Key("network")));
            addresses.append(addressFromJson(it.key(), entry));
            json.adopt(entry);
        }
    }
    return addresses;
}

// {"id"} up to 2.46, the sizes themselves from 2.47 on.
Flavor serverFlavorFromJson(JsonReader &json)
{
    Flavor flavor;
    flavor.flavorId = json.optionalText(Key("id"), 255).value_or(QString());
    flavor.name = json.optionalText(Key("original_name"), 255).value_or(QString());
    flavor.vcpus = int(json.optionalInteger(Key("vcpus"), 0, INT_MAX).value_or(0));
    flavor.memoryMiB = int(json.optionalInteger(Key("ram"), 0, INT_MAX).value_or(0));
    flavor.diskGiB = int(json.optionalInteger(Key("disk"), 0, INT_MAX).value_or(0));
    return flavor;
}

void readOrigin(JsonReader &json, Server &server)
{
    JsonReader flavor = json.object(Key("flavor"));
    server.flavor = serverFlavorFromJson(flavor);
    json.adopt(flavor);
    // A server without an image has "" there.
    const QJsonObject image = json.json().value(QStringLiteral("image")).toObject();
    server.image = ImageId::stored(image.value(QStringLiteral("id")).toString());
    server.keyName = json.optionalText(Key("key_name"), 255).value_or(QString());
    const QJsonObject metadata = json.json().value(QStringLiteral("metadata")).toObject();
    for (auto it = metadata.begin(); it != metadata.end(); ++it)
        server.metadata.insert(it.key(), it->toString());
}

void readState(JsonReader &json, Server &server)
{
    const QString status = json.text(Key("status"), 64);
    const QString vmState = json.optionalText(Key("OS-EXT-STS:vm_state"), 64).value_or(QString());
    const QString task = json.optionalText(Key("OS-EXT-STS:task_state"), 64).value_or(QString());
    server.state = serverStateFromNova(status, vmState);
    server.task = serverTaskFromNova(task, status);
    server.progress = int(json.optionalInteger(Key("progress"), 0, 100).value_or(0));
    if (auto fault = json.optionalObject(Key("fault"))) {
        server.faultMessage = fault->optionalText(Key("message"), 10'000).value_or(QString());
        json.adopt(*fault);
    }
}

Server serverFromJson(JsonReader &json)
{
    Server server;
    server.id = ServerId::stored(json.text(Key("id"), 64));
    server.name = json.text(Key("name"), 255, 0);
    server.owner.project = ProjectId::stored(json.text(Key("tenant_id"), 64, 0));
    server.owner.user = UserId::stored(json.text(Key("user_id"), 64, 0));
    readState(json, server);
    readOrigin(json, server);
    if (auto addresses = json.optionalObject(Key("addresses"))) {
        server.addresses = addressesFromJson(*addresses);
        json.adopt(*addresses);
    }
    // Where a guest has no address of its own our cloud says how it is reached, with the port.
    server.accessAddress = json.optionalText(Key("nephele:access_address"), 255).value_or(QString());
    server.createdAtMs = instantFromIso(json.text(Key("created"), 64)).value_or(0);
    server.updatedAtMs = instantFromIso(json.text(Key("updated"), 64)).value_or(0);
    if (const auto launched = json.optionalText(Key("OS-SRV-USG:launched_at"), 64))
        server.launchedAtMs = instantFromIso(*launched);
    return server;
}

} // namespace

ServerState serverStateFromNova(const QString &status, const QString &vmState)
{
    static const QHash<QString, ServerState> states {
        { QStringLiteral("BUILD"), ServerState::Building },
        { QStringLiteral("ACTIVE"), ServerState::Running },
        { QStringLiteral("REBOOT"), ServerState::Running },
        { QStringLiteral("HARD_REBOOT"), ServerState::Running },
        { QStringLiteral("PASSWORD"), ServerState::Running },
        { QStringLiteral("SHUTOFF"), ServerState::Off },
        { QStringLiteral("PAUSED"), ServerState::Paused },
        { QStringLiteral("SUSPENDED"), ServerState::Saved },
        { QStringLiteral("SHELVED"), ServerState::Shelved },
        { QStringLiteral("SHELVED_OFFLOADED"), ServerState::Offloaded },
        { QStringLiteral("VERIFY_RESIZE"), ServerState::Resized },
        { QStringLiteral("RESCUE"), ServerState::Rescue },
        { QStringLiteral("ERROR"), ServerState::Failed },
        { QStringLiteral("DELETED"), ServerState::Deleted },
        { QStringLiteral("SOFT_DELETED"), ServerState::Deleted },
    };
    // A resize shows as RESIZE whatever the power; the state it started from is in vm_state.
    if (status == QStringLiteral("RESIZE"))
        return vmState == QStringLiteral("stopped") ? ServerState::Off : ServerState::Running;
    return states.value(status, ServerState::Unknown);
}

ServerTask serverTaskFromNova(const QString &taskState, const QString &status)
{
    if (status == QStringLiteral("HARD_REBOOT"))
        return ServerTask::HardRebooting;
    if (status == QStringLiteral("REBOOT"))
        return ServerTask::Rebooting;
    static const QHash<QString, ServerTask> tasks {
        { QStringLiteral("powering-on"), ServerTask::Starting },
        { QStringLiteral("powering-off"), ServerTask::Stopping },
        { QStringLiteral("rebooting"), ServerTask::Rebooting },
        { QStringLiteral("reboot_pending"), ServerTask::Rebooting },
        { QStringLiteral("reboot_started"), ServerTask::Rebooting },
        { QStringLiteral("rebooting_hard"), ServerTask::HardRebooting },
        { QStringLiteral("deleting"), ServerTask::Deleting },
    };
    if (const auto known = tasks.constFind(taskState); known != tasks.cend())
        return *known;
    return status == QStringLiteral("BUILD") ? ServerTask::Building : ServerTask::None;
}

Result<ListPage<Server>> serversFromReply(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return malformed(ofServers, object.error());
    JsonReader reader(*object, {});
    ListPage<Server> page;
    for (const QJsonValue &value : reader.array(Key("servers"), 10'000)) {
        JsonReader server(value.toObject(), QStringLiteral("servers"));
        page.items.append(serverFromJson(server));
        reader.adopt(server);
    }
    const bool isMore = reader.optionalArray(Key("servers_links")).has_value();
    if (const auto wrong = reader.failure())
        return malformed(ofServers, *wrong);
    if (isMore && !page.items.isEmpty())
        page.marker = page.items.constLast().id.text();
    return page;
}

Result<Server> serverFromReply(const QByteArray &body)
{
    auto reader = JsonReader::fromBody(body, QStringLiteral("server"));
    if (!reader)
        return malformed(ofServers, reader.error());
    Server server = serverFromJson(*reader);
    if (const auto wrong = reader->failure())
        return malformed(ofServers, *wrong);
    return server;
}

Result<CreatedServerInfo> createdServerFromReply(const QByteArray &body)
{
    auto reader = JsonReader::fromBody(body, QStringLiteral("server"));
    if (!reader)
        return malformed(ofServers, reader.error());
    CreatedServerInfo created;
    created.id = ServerId::stored(reader->text(Key("id"), 64));
    created.adminPassword = reader->optionalText(Key("adminPass"), 255).value_or(QString());
    if (const auto wrong = reader->failure())
        return malformed(ofServers, *wrong);
    return created;
}

Result<QList<Flavor>> flavorsFromReply(const QByteArray &body)
{
    const QString what = QStringLiteral("flavors");
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return malformed(what, object.error());
    JsonReader reader(*object, {});
    QList<Flavor> flavors;
    for (const QJsonValue &value : reader.array(Key("flavors"), 10'000)) {
        JsonReader json(value.toObject(), what);
        Flavor flavor;
        flavor.flavorId = json.text(Key("id"), 255);
        flavor.name = json.text(Key("name"), 255);
        flavor.vcpus = int(json.integer(Key("vcpus"), 0, INT_MAX));
        flavor.memoryMiB = int(json.integer(Key("ram"), 0, INT_MAX));
        flavor.diskGiB = int(json.integer(Key("disk"), 0, INT_MAX));
        flavor.isPublic = json.optionalFlag(Key("os-flavor-access:is_public")).value_or(true);
        flavors.append(flavor);
        reader.adopt(json);
    }
    if (const auto wrong = reader.failure())
        return malformed(what, *wrong);
    return flavors;
}

Result<QList<Keypair>> keypairsFromReply(const QByteArray &body)
{
    const QString what = QStringLiteral("keys");
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return malformed(what, object.error());
    JsonReader reader(*object, {});
    QList<Keypair> keypairs;
    for (const QJsonValue &value : reader.array(Key("keypairs"), 10'000)) {
        JsonReader wrapped(value.toObject(), what);
        JsonReader json = wrapped.object(Key("keypair"));
        Keypair keypair;
        keypair.name = json.text(Key("name"), 255);
        keypair.publicKey = json.text(Key("public_key"), 20'000);
        keypair.fingerprint = json.text(Key("fingerprint"), 255);
        keypair.type = json.optionalText(Key("type"), 16).value_or(QStringLiteral("ssh"));
        keypairs.append(keypair);
        reader.adopt(wrapped);
        reader.adopt(json);
    }
    if (const auto wrong = reader.failure())
        return malformed(what, *wrong);
    return keypairs;
}

Result<ComputeLimits> limitsFromReply(const QByteArray &body)
{
    const QString what = QStringLiteral("limits");
    auto reader = JsonReader::fromBody(body, what);
    if (!reader)
        return malformed(what, reader.error());
    JsonReader absolute = reader->object(Key("absolute"));
    const ComputeLimits limits {
        int(absolute.integer(Key("maxTotalInstances"), -1, INT_MAX)),
        int(absolute.integer(Key("totalInstancesUsed"), 0, INT_MAX)),
        int(absolute.integer(Key("maxTotalCores"), -1, INT_MAX)),
        int(absolute.integer(Key("totalCoresUsed"), 0, INT_MAX)),
        int(absolute.integer(Key("maxTotalRAMSize"), -1, INT_MAX)),
        int(absolute.integer(Key("totalRAMUsed"), 0, INT_MAX)),
    };
    reader->adopt(absolute);
    if (const auto wrong = reader->failure())
        return malformed(what, *wrong);
    return limits;
}

} // namespace nephele
