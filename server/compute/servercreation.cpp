// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/servercreation.h"

#include "model/compute/flavorstore.h"
#include "model/compute/keypairstore.h"
#include "model/network/networkstore.h"
#include "server/compute/creationdata.h"
#include "server/compute/servercharges.h"

#include <QRegularExpression>

#include <algorithm>

namespace nephele {

namespace {

constexpr int firstSshPort = 42200;
constexpr int lastSshPort = 44199;

bool hasControls(const QString &text)
{
    return std::any_of(
        text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
}

Error tooLarge(const QString &message)
{
    return { ErrorCode::TooLarge, message, {} };
}

Result<> checkFiles(const QList<PersonalityFile> &files)
{
    if (files.size() > serverlimits::personalityFiles)
        return tooLarge(QStringLiteral("personality: at most %1 files.").arg(serverlimits::personalityFiles));
    static const QRegularExpression account(QStringLiteral("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$"));
    for (const PersonalityFile &file : files) {
        if (!file.path.startsWith(QLatin1Char('/')) || hasControls(file.path)
            || file.path.size() > serverlimits::personalityPathLength || file.path.endsWith(QLatin1Char('/')))
            return invalid(QStringLiteral("personality.path: not an absolute path of a file."));
        if (file.contents.size() > serverlimits::personalityBytes)
            return tooLarge(QStringLiteral("personality.contents: at most %1 bytes.")
                                .arg(serverlimits::personalityBytes));
        if (!account.match(file.owner).hasMatch() || !account.match(file.group).hasMatch())
            return invalid(QStringLiteral("personality.owner, group: not the name of an account."));
        if (file.mode < 0 || file.mode > 07777)
            return invalid(QStringLiteral("personality.mode: not a file mode."));
    }
    return {};
}

// Everything a server is made of, looked up for this caller.
struct Ingredients
{
    Ownership owner;
    Image image;
    Flavor flavor;
    QStringList publicKeys;
    QList<Network> networks;
};

Result<ProjectId> payingProject(const Caller &caller, const NewServer &wanted)
{
    const auto project = wanted.project ? wanted.project : caller.project;
    if (!project || !caller.scope.contains(*project))
        return invalid(QStringLiteral("project: you are in no such project."));
    if (!caller.isAdmin && !(caller.rolesIn(*project) & (Roles(Role::Member) | Role::Manager)))
        return forbidden(QStringLiteral("You may only read in this project."));
    return *project;
}

Result<> checkFit(const Image &image, const Flavor &flavor)
{
    if (image.status != ImageStatus::Active || image.mapNumber == 0)
        return conflict(QStringLiteral("The image is not active."));
    const qint64 diskBytes = qint64(flavor.diskGiB) << 30;
    if (image.minDiskGiB > flavor.diskGiB || image.virtualSizeBytes > diskBytes)
        return invalid(QStringLiteral("flavor: its disk is too small for this image."));
    if (image.minRamMiB > flavor.memoryMiB)
        return invalid(QStringLiteral("flavor: its memory is too small for this image."));
    return {};
}

Result<QList<Network>> networksFor(ReadTransaction &t, const ComputeParts &parts, const Caller &caller,
    const std::optional<QList<NetworkRef>> &wanted)
{
    if (parts.networking == GuestNetworking::UserMode) {
        if (wanted && !wanted->isEmpty())
            return unavailable(QStringLiteral("This cloud runs as a desktop user: guests have a NIC of their "
                                              "own machine's and no networks."));
        return QList<Network>();
    }
    if (!wanted) {
        const auto network = NetworkStore::findPublic(t);
        if (!network)
            return network.error();
        return *network ? QList<Network> { **network } : QList<Network>();
    }
    QList<Network> networks;
    for (const NetworkRef &ref : *wanted) {
        const auto network = NetworkStore::find(t, ref);
        if (!network)
            return network.error();
        if (!*network || (!(*network)->isPublic && !canSee(caller, (*network)->owner)))
            return notFound(QStringLiteral("network: there is no network %1.")
                                .arg(std::visit([](const auto &id) { return id.text(); }, ref)));
        networks.append(**network);
    }
    return networks;
}

Result<Ingredients> lookUp(
    ReadTransaction &t, const ComputeParts &parts, const Caller &caller, const NewServer &wanted)
{
    Ingredients found;
    const auto project = payingProject(caller, wanted);
    if (!project)
        return project.error();
    found.owner = { *project, caller.user, wanted.shared };
    const auto image = parts.images.find(t, caller, wanted.image);
    if (!image)
        return image.error();
    if (!*image)
        return notFound(QStringLiteral("image: there is no such image."));
    found.image = **image;
    const auto flavor = FlavorStore::find(t, wanted.flavor);
    if (!flavor)
        return flavor.error();
    if (!*flavor)
        return notFound(QStringLiteral("flavor: there is no such flavor."));
    found.flavor = **flavor;
    if (const auto fits = checkFit(found.image, found.flavor); !fits)
        return fits.error();
    for (const QString &name : wanted.keyNames) {
        const auto keypair = KeypairStore::find(t, caller.user, name);
        if (!keypair)
            return keypair.error();
        if (!*keypair)
            return notFound(QStringLiteral("key_name: there is no key pair named \"%1\".").arg(name));
        if (!found.publicKeys.contains((*keypair)->publicKey))
            found.publicKeys.append((*keypair)->publicKey);
    }
    const auto networks = networksFor(t, parts, caller, wanted.networks);
    if (!networks)
        return networks.error();
    found.networks = *networks;
    return found;
}

QString hostNameOf(const Server &server, Face face)
{
    if (face == Face::Synnefo)
        return QStringLiteral("snf-%1").arg(server.number.value());
    const QString cleaned = hostNameFrom(server.name);
    return cleaned.isEmpty() ? QStringLiteral("server-%1").arg(server.number.value()) : cleaned;
}

// Whom the image's property "users" or the request's metadata say one signs in as (Synnefo: "Metadata that
// matters").
QStringList loginUsers(const NewServer &wanted, const Image &image)
{
    QString users = wanted.metadata.value(QStringLiteral("users"));
    for (const char *key : { "users", "USERS", "os_admin_user" }) {
        if (users.isEmpty())
            users = image.properties.value(QLatin1StringView(key));
    }
    static const QRegularExpression account(QStringLiteral("^[a-z_][a-z0-9_.-]{0,31}$"));
    QStringList names;
    for (const QString &name : users.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (account.match(name).hasMatch())
            names.append(name);
    }
    return names;
}

Result<ServerRecord> insertServer(Transaction &t, const ComputeParts &parts, const Caller &caller,
    const NewServer &wanted, const Ingredients &from, const QString &name)
{
    ServerRecord record;
    Server &server = record.server;
    server.id = ServerId::create();
    server.name = name;
    server.owner = from.owner;
    server.state = ServerState::Building;
    server.task = ServerTask::Building;
    server.flavor = from.flavor;
    server.image = from.image.id;
    server.imageName = from.image.name;
    server.keyName = wanted.keyNames.value(0);
    server.metadata = wanted.metadata;
    server.notes = wanted.notes;
    record.mapNumber = from.image.mapNumber;
    record.isPowerCharged = true;
    if (parts.networking == GuestNetworking::UserMode && !wanted.networks) {
        const auto port = ServerStore::freeSshPort(t, firstSshPort, lastSshPort);
        if (!port)
            return port.error();
        record.sshPort = *port;
    }
    const auto number = t.nextNumber(QLatin1StringView("server"));
    if (!number)
        return number.error();
    server.number = ServerNumber(*number);
    server.hostName = hostNameOf(server, caller.face);
    if (const auto inserted = ServerStore::insert(t, record); !inserted)
        return inserted.error();
    for (const Network &network : from.networks) {
        if (const auto port = NetworkStore::connect(t, network, server.id); !port)
            return port.error();
    }
    if (const auto kept = parts.images.addRef(t, record.mapNumber, server.id); !kept)
        return kept.error();
    return record;
}

} // namespace

Result<> checkServerName(const QString &name)
{
    if (name.trimmed().isEmpty() || name.size() > serverlimits::nameLength || hasControls(name))
        return invalid(QStringLiteral("name: 1 to %1 printable characters.").arg(serverlimits::nameLength));
    return {};
}

Result<> checkMetadata(const QMap<QString, QString> &metadata)
{
    if (metadata.size() > serverlimits::metadataItems)
        return invalid(QStringLiteral("metadata: at most %1 items.").arg(serverlimits::metadataItems));
    for (auto it = metadata.cbegin(); it != metadata.cend(); ++it) {
        if (it.key().isEmpty() || it.key().size() > serverlimits::metadataKeyLength || hasControls(it.key()))
            return invalid(QStringLiteral("metadata: a key has 1 to %1 printable characters.")
                               .arg(serverlimits::metadataKeyLength));
        if (it.value().size() > serverlimits::metadataValueLength || it.value().contains(QChar(QChar::Null)))
            return invalid(QStringLiteral("metadata.%1: at most %2 characters.")
                               .arg(it.key())
                               .arg(serverlimits::metadataValueLength));
    }
    return {};
}

Result<> checkNotes(const ServerNotes &notes)
{
    if (notes.description.size() > serverlimits::descriptionLength
        || notes.description.contains(QChar(QChar::Null)))
        return invalid(
            QStringLiteral("description: at most %1 characters.").arg(serverlimits::descriptionLength));
    const auto isAddress = [](const QString &text, QAbstractSocket::NetworkLayerProtocol protocol) {
        return text.isEmpty() || QHostAddress(text).protocol() == protocol;
    };
    if (!isAddress(notes.accessIPv4, QAbstractSocket::IPv4Protocol))
        return invalid(QStringLiteral("accessIPv4: not an IPv4 address."));
    if (!isAddress(notes.accessIPv6, QAbstractSocket::IPv6Protocol))
        return invalid(QStringLiteral("accessIPv6: not an IPv6 address."));
    return {};
}

Result<> checkNewServer(const NewServer &wanted)
{
    if (const auto named = checkServerName(wanted.name); !named)
        return named.error();
    if (const auto described = checkMetadata(wanted.metadata); !described)
        return described.error();
    if (const auto noted = checkNotes(wanted.notes); !noted)
        return noted.error();
    if (const auto filled = checkFiles(wanted.files); !filled)
        return filled.error();
    if (wanted.userData.size() > serverlimits::userDataBytes)
        return tooLarge(QStringLiteral("user_data: at most %1 bytes.").arg(serverlimits::userDataBytes));
    if (wanted.adminPassword.size() > serverlimits::passwordLength || hasControls(wanted.adminPassword)
        || wanted.adminPassword.contains(QLatin1Char(':')))
        return invalid(QStringLiteral("adminPass: at most %1 printable characters without a colon.")
                           .arg(serverlimits::passwordLength));
    if (wanted.networks && wanted.networks->size() > serverlimits::networks)
        return invalid(QStringLiteral("networks: at most %1.").arg(serverlimits::networks));
    if (wanted.count < 1 || wanted.count > serverlimits::serversAtOnce)
        return invalid(QStringLiteral("count: 1 to %1 servers.").arg(serverlimits::serversAtOnce));
    return {};
}

QString hostNameFrom(const QString &serverName)
{
    QString name;
    for (const QChar c : serverName.toLower()) {
        if ((c >= QLatin1Char('a') && c <= QLatin1Char('z'))
            || (c >= QLatin1Char('0') && c <= QLatin1Char('9')))
            name += c;
        else if (!name.isEmpty() && !name.endsWith(QLatin1Char('-'))
            && (c == QLatin1Char(' ') || c == QLatin1Char('_') || c == QLatin1Char('-')
                || c == QLatin1Char('.')))
            name += QLatin1Char('-');
    }
    name.truncate(63);
    while (name.endsWith(QLatin1Char('-')))
        name.chop(1);
    return name;
}

Result<QList<Server>> insertServers(Transaction &t, const ComputeParts &parts, const Caller &caller,
    const NewServer &wanted, const QByteArray &passwordHash)
{
    const auto from = lookUp(t, parts, caller, wanted);
    if (!from)
        return from.error();
    const CreationData data { passwordHash, from->publicKeys, wanted.userData, wanted.files,
        loginUsers(wanted, from->image) };
    QList<Server> servers;
    for (int i = 1; i <= wanted.count; ++i) {
        const QString name = wanted.count == 1
            ? wanted.name
            : QStringLiteral("%1-%2").arg(wanted.name.left(serverlimits::nameLength - 4)).arg(i);
        const auto record = insertServer(t, parts, caller, wanted, *from, name);
        if (!record)
            return record.error();
        const auto begun = OperationEngine::begin(t, QStringLiteral("server.create"),
            QStringLiteral("server"), record->server.id.text(), name, from->owner, data.toJson());
        if (!begun)
            return begun.error();
        const auto written = ServerStore::find(t, record->server.id); // with its addresses
        if (!written)
            return written.error();
        servers.append((*written)->server);
    }
    if (const auto charged = chargeStanding(t, from->owner, from->flavor, wanted.count); !charged)
        return charged.error();
    if (const auto charged = chargePower(t, from->owner, from->flavor, wanted.count); !charged)
        return charged.error();
    return servers;
}

} // namespace nephele
