// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novareader.h"

#include "server/compute/facereader.h"
#include "server/compute/novajson.h"
#include "server/http/jsonreader.h"

namespace nephele {

namespace {

constexpr MetadataLimits metadataLimits { novaMetadataItems, 255, 255 };
constexpr int mostFiles = 5;
constexpr qsizetype mostFileBytes = 10'240;
constexpr qsizetype mostUserDataBytes = 49'149; // 65535 characters of base64

QLatin1StringView key(const char *name)
{
    return QLatin1StringView(name);
}

Error unsupported(const QString &what)
{
    return { ErrorCode::Unsupported, what, {} };
}

// A name neither begins nor ends with a space.
QString readName(JsonReader &from)
{
    const QString name = from.text(key("name"), 255);
    if (name.trimmed() != name || (from.has(key("name")) && name.trimmed().isEmpty()))
        from.fail(key("name"), QStringLiteral("must not be empty nor begin or end with a space."));
    return name;
}

// A string or a number; a URL stands for its last part.
QString readFlavorRef(JsonReader &from)
{
    const QJsonValue value = from.json().value(key("flavorRef"));
    if (value.isDouble())
        return QString::number(from.integer(key("flavorRef")));
    return from.text(key("flavorRef"), 2048).section(QLatin1Char('/'), -1);
}

ImageId readImageRef(JsonReader &from)
{
    const auto text = from.optionalText(key("imageRef"), 64, JsonReader::Null::Refused);
    if (!text || text->isEmpty())
        return {};
    const auto id = ImageId::fromText(*text);
    if (!id)
        from.fail(key("imageRef"), QStringLiteral("must be the uuid of an image."));
    return id.value_or(ImageId());
}

// A number or its digits, as older clients send it.
std::optional<qint64> readCount(JsonReader &from, const char *name)
{
    const QJsonValue value = from.json().value(key(name));
    if (!value.isString())
        return from.optionalInteger(key(name), 1, 100, JsonReader::Null::Refused);
    bool isNumber = false;
    const int count = value.toString().toInt(&isNumber);
    if (!isNumber || count < 1 || count > 100)
        from.fail(key(name), QStringLiteral("must be between 1 and 100."));
    return count;
}

int readServerCount(JsonReader &from)
{
    const auto least = readCount(from, "min_count");
    const auto most = readCount(from, "max_count");
    if (least && most && *least > *most)
        from.fail(key("min_count"), QStringLiteral("must not be more than max_count."));
    return int(most.value_or(least.value_or(1)));
}

void readAccessAddress(
    JsonReader &from, const char *name, QAbstractSocket::NetworkLayerProtocol protocol, QString &address)
{
    const auto text = from.optionalText(key(name), 64, JsonReader::Null::Refused);
    if (!text)
        return;
    const QHostAddress parsed(*text);
    if (!text->isEmpty() && (parsed.protocol() != protocol || !parsed.scopeId().isEmpty()))
        from.fail(key(name),
            protocol == QAbstractSocket::IPv4Protocol ? QStringLiteral("must be an IPv4 address.")
                                                      : QStringLiteral("must be an IPv6 address."));
    // "10.1" is an address to some libraries; what is kept is the usual form.
    address = text->isEmpty() ? QString() : parsed.toString();
}

// True when at least one note was given.
bool readNotes(JsonReader &from, NovaVersion version, ServerNotes &notes)
{
    readAccessAddress(from, "accessIPv4", QAbstractSocket::IPv4Protocol, notes.accessIPv4);
    readAccessAddress(from, "accessIPv6", QAbstractSocket::IPv6Protocol, notes.accessIPv6);
    if (const auto disk = from.optionalText(key("OS-DCF:diskConfig"), 16, JsonReader::Null::Refused)) {
        if (*disk != QLatin1StringView("AUTO") && *disk != QLatin1StringView("MANUAL"))
            from.fail(key("OS-DCF:diskConfig"), QStringLiteral("must be AUTO or MANUAL."));
        notes.manualDisk = *disk == QLatin1StringView("MANUAL");
    }
    if (version.minor >= 19 && from.has(key("description")))
        notes.description = from.optionalText(key("description"), 255).value_or(QString());
    return from.has(key("accessIPv4")) || from.has(key("accessIPv6")) || from.has(key("OS-DCF:diskConfig"))
        || (version.minor >= 19 && from.has(key("description")));
}

Result<QList<PersonalityFile>> readFiles(JsonReader &from)
{
    QList<PersonalityFile> files;
    for (JsonReader &entry : readObjects(from, key("personality"))) {
        PersonalityFile file;
        entry.allowOnly({ QStringLiteral("path"), QStringLiteral("contents") });
        file.path = entry.text(key("path"), 255);
        if (!file.path.isEmpty() && !file.path.startsWith(QLatin1Char('/')))
            file.path.prepend(QLatin1Char('/'));
        file.contents = readBase64(entry, key("contents"), 1 << 20);
        from.adopt(entry);
        files.append(file);
    }
    if (files.size() > mostFiles)
        return Error { ErrorCode::QuotaExceeded,
            QStringLiteral("server.personality: at most %1 files.").arg(mostFiles), {} };
    for (const PersonalityFile &file : std::as_const(files)) {
        if (file.contents.size() > mostFileBytes)
            return Error { ErrorCode::QuotaExceeded,
                QStringLiteral("server.personality: a file has at most %1 bytes.").arg(mostFileBytes), {} };
    }
    return files;
}

Result<NetworkId> readNetwork(JsonReader &entry)
{
    entry.allowOnly({ QStringLiteral("uuid"), QStringLiteral("fixed_ip"), QStringLiteral("port") });
    if (entry.has(key("port")) && !entry.isNull(key("port")))
        return unsupported(
            QStringLiteral("%1: a port cannot be chosen here yet.").arg(entry.pathOf(key("port"))));
    if (entry.has(key("fixed_ip")) && !entry.isNull(key("fixed_ip")))
        return unsupported(
            QStringLiteral("%1: an address cannot be chosen here yet.").arg(entry.pathOf(key("fixed_ip"))));
    const auto id = NetworkId::fromText(entry.text(key("uuid"), 64));
    if (!id)
        entry.fail(key("uuid"), QStringLiteral("must be the uuid of a network."));
    return id.value_or(NetworkId());
}

// Absent, an empty list and "auto" are the default; "none" is none.
Result<std::optional<QList<NetworkRef>>> readNetworks(JsonReader &from)
{
    std::optional<QList<NetworkRef>> networks;
    const QJsonValue value = from.json().value(key("networks"));
    if (value == QJsonValue(QStringLiteral("none")))
        return std::optional(QList<NetworkRef>());
    if (value == QJsonValue(QStringLiteral("auto")))
        return networks;
    for (JsonReader &entry : readObjects(from, key("networks"), 8)) {
        const auto network = readNetwork(entry);
        if (!network)
            return network.error();
        from.adopt(entry);
        networks = networks.value_or(QList<NetworkRef>()) << NetworkRef(*network);
    }
    return networks;
}

void readSecurityGroups(JsonReader &from)
{
    for (JsonReader &group : readObjects(from, key("security_groups"))) {
        if (group.text(key("name"), 255) != QLatin1StringView("default"))
            group.fail(key("name"), QStringLiteral("only the security group 'default' is there."));
        from.adopt(group);
    }
}

// The one mapping that says what imageRef says: the image's copy on the server's own disk.
Result<> readBlockDevices(JsonReader &from, ImageId &image)
{
    if (!readObjects(from, key("block_device_mapping")).isEmpty())
        return unsupported(QStringLiteral("server.block_device_mapping: servers boot from images only."));
    const auto devices = readObjects(from, key("block_device_mapping_v2"));
    for (JsonReader device : devices) {
        const bool isLocalImage = device.text(key("source_type"), 16) == QLatin1StringView("image")
            && device.optionalText(key("destination_type"), 16).value_or(QStringLiteral("local"))
                == QLatin1StringView("local");
        if (devices.size() > 1 || (!isLocalImage && !device.failure()))
            return unsupported(QStringLiteral(
                "server.block_device_mapping_v2: servers boot from one image on their own disk only."));
        const auto id = ImageId::fromText(device.text(key("uuid"), 64));
        if (!id || (!image.isNull() && *id != image))
            device.fail(key("uuid"), QStringLiteral("must be the uuid of the image in imageRef."));
        if (device.optionalFlag(key("delete_on_termination")).value_or(true) == false)
            device.fail(key("delete_on_termination"), QStringLiteral("the server's own disk goes with it."));
        from.adopt(device);
        image = id.value_or(image);
    }
    return {};
}

Result<QStringList> knownKeys(NovaVersion version, const JsonReader &from)
{
    QStringList keys { QStringLiteral("name"), QStringLiteral("imageRef"), QStringLiteral("flavorRef"),
        QStringLiteral("adminPass"), QStringLiteral("metadata"), QStringLiteral("networks"),
        QStringLiteral("OS-DCF:diskConfig"), QStringLiteral("accessIPv4"), QStringLiteral("accessIPv6"),
        QStringLiteral("personality"), QStringLiteral("availability_zone"),
        QStringLiteral("block_device_mapping"), QStringLiteral("block_device_mapping_v2"),
        QStringLiteral("config_drive"), QStringLiteral("min_count"), QStringLiteral("max_count"),
        QStringLiteral("return_reservation_id"), QStringLiteral("key_name"),
        QStringLiteral("security_groups"), QStringLiteral("user_data") };
    if (version.minor >= 19)
        keys << QStringLiteral("description");
    if (from.json().value(key("return_reservation_id")).toBool())
        return unsupported(QStringLiteral("server.return_reservation_id: reservations are not kept here."));
    return keys;
}

void checkZone(JsonReader &from)
{
    const auto zone = from.optionalText(key("availability_zone"), 255, JsonReader::Null::Refused);
    if (zone && *zone != QLatin1StringView(novaZone))
        from.fail(key("availability_zone"),
            QStringLiteral("the only zone is '%1'.").arg(QLatin1StringView(novaZone)));
}

// A drive is always there, so only the form counts.
void checkConfigDrive(JsonReader &from)
{
    const QJsonValue value = from.json().value(key("config_drive"));
    static const QStringList words { QString(), QStringLiteral("true"), QStringLiteral("false"),
        QStringLiteral("1"), QStringLiteral("0"), QStringLiteral("yes"), QStringLiteral("no"),
        QStringLiteral("on"), QStringLiteral("off") };
    const bool isWord = value.isString() && words.contains(value.toString().toLower());
    if (!value.isUndefined() && !value.isNull() && !value.isBool() && !isWord)
        from.fail(key("config_drive"), QStringLiteral("must be true or false."));
}

Result<> checkHints(const QByteArray &body)
{
    const auto whole = JsonReader::objectFromBody(body);
    if (!whole)
        return whole.error();
    for (const auto name : { key("os:scheduler_hints"), key("OS-SCH-HNT:scheduler_hints") }) {
        const QJsonValue hints = whole->value(name);
        if (!hints.isUndefined() && !hints.isObject())
            return invalid(QStringLiteral("%1: must be an object.").arg(name));
        if (!hints.toObject().isEmpty())
            return unsupported(QStringLiteral("%1: hints are not followed here.").arg(name));
    }
    return {};
}

} // namespace

Result<NewServer> newServerFromNova(const QByteArray &body, NovaVersion version)
{
    auto from = JsonReader::fromBody(body, QStringLiteral("server"));
    if (!from)
        return from.error();
    const auto known = knownKeys(version, *from);
    const auto hints = checkHints(body);
    if (!known || !hints)
        return known ? hints.error() : known.error();
    from->allowOnly(*known);
    NewServer server;
    server.shared = true; // the project sees what is made in this face
    server.name = readName(*from);
    server.flavor = readFlavorRef(*from);
    server.image = readImageRef(*from);
    server.metadata = readMetadata(*from, key("metadata"), metadataLimits);
    server.adminPassword =
        from->optionalText(key("adminPass"), 255, JsonReader::Null::Refused).value_or(QString());
    if (const auto keyName = from->optionalText(key("key_name"), 255); keyName && !keyName->isEmpty())
        server.keyNames.append(*keyName);
    if (from->has(key("user_data")) && !from->isNull(key("user_data")))
        server.userData = readBase64(*from, key("user_data"), mostUserDataBytes);
    server.count = readServerCount(*from);
    readNotes(*from, version, server.notes);
    readSecurityGroups(*from);
    checkZone(*from);
    checkConfigDrive(*from);
    const auto files = readFiles(*from);
    const auto networks = readNetworks(*from);
    const auto devices = readBlockDevices(*from, server.image);
    if (server.image.isNull())
        from->fail(key("imageRef"), QStringLiteral("an image is needed."));
    if (const auto wrong = from->failure())
        return *wrong;
    if (!files || !networks || !devices)
        return !files ? files.error() : !networks ? networks.error() : devices.error();
    server.files = *files;
    server.networks = *networks;
    return server;
}

Result<NovaServerChange> serverChangeFromNova(
    const QByteArray &body, NovaVersion version, const ServerNotes &present)
{
    auto from = JsonReader::fromBody(body, QStringLiteral("server"));
    if (!from)
        return from.error();
    QStringList known { QStringLiteral("name"), QStringLiteral("accessIPv4"), QStringLiteral("accessIPv6"),
        QStringLiteral("OS-DCF:diskConfig") };
    if (version.minor >= 19)
        known << QStringLiteral("description");
    from->allowOnly(known);
    NovaServerChange change;
    if (from->has(key("name")))
        change.name = readName(*from);
    ServerNotes notes = present;
    if (readNotes(*from, version, notes))
        change.notes = notes;
    if (const auto wrong = from->failure())
        return *wrong;
    return change;
}

Result<QMap<QString, QString>> metadataFromNova(const QByteArray &body)
{
    auto from = JsonReader::fromBody(body, QStringLiteral("metadata"));
    if (!from)
        return from.error();
    const auto metadata = readMetadataItems(*from, metadataLimits);
    if (const auto wrong = from->failure())
        return *wrong;
    return metadata;
}

Result<QString> metadataItemFromNova(const QByteArray &body, const QString &wanted)
{
    auto from = JsonReader::fromBody(body, QStringLiteral("meta"));
    if (!from)
        return from.error();
    const auto metadata = readMetadataItems(*from, metadataLimits);
    if (const auto wrong = from->failure())
        return *wrong;
    if (metadata.size() != 1 || !metadata.contains(wanted))
        return invalid(QStringLiteral("meta: must hold '%1' and nothing else.").arg(wanted));
    return metadata.value(wanted);
}

Result<NovaAction> actionFromNova(const QByteArray &body)
{
    const auto whole = JsonReader::objectFromBody(body);
    if (!whole)
        return whole.error();
    if (whole->size() != 1)
        return invalid(QStringLiteral("The body must hold one action."));
    return NovaAction { whole->begin().key(), whole->begin().value() };
}

Result<ComputeService::Reboot> rebootFromNova(const QJsonValue &argument)
{
    if (!argument.isObject())
        return invalid(QStringLiteral("reboot: must be an object."));
    JsonReader from(argument.toObject(), QStringLiteral("reboot"));
    from.allowOnly({ QStringLiteral("type") });
    const QString type = from.text(key("type"), 8).toUpper();
    const bool isSoft = type == QLatin1StringView("SOFT");
    if (!isSoft && type != QLatin1StringView("HARD"))
        from.fail(key("type"), QStringLiteral("must be SOFT or HARD."));
    if (const auto wrong = from.failure())
        return *wrong;
    return isSoft ? ComputeService::Reboot::Soft : ComputeService::Reboot::Hard;
}

Result<std::optional<int>> consoleLinesFromNova(const QJsonValue &argument)
{
    if (argument.isNull())
        return std::optional<int>();
    if (!argument.isObject())
        return invalid(QStringLiteral("os-getConsoleOutput: must be an object."));
    JsonReader from(argument.toObject(), QStringLiteral("os-getConsoleOutput"));
    from.allowOnly({ QStringLiteral("length") });
    qint64 lines = -1;
    if (const QJsonValue length = from.json().value(key("length")); length.isString()) {
        bool isNumber = false;
        lines = length.toString().toInt(&isNumber);
        if (!isNumber || lines < -1)
            from.fail(key("length"), QStringLiteral("must be a number of lines, or -1 for all."));
    } else {
        lines = from.optionalInteger(key("length"), -1, 1'000'000).value_or(-1);
    }
    if (const auto wrong = from.failure())
        return *wrong;
    return lines < 0 ? std::optional<int>() : std::optional<int>(int(lines));
}

Result<> checkVncConsole(const QJsonValue &argument)
{
    JsonReader from(argument.toObject(), QStringLiteral("os-getVNCConsole"));
    if (from.text(key("type"), 16) != QLatin1StringView("novnc"))
        from.fail(key("type"), QStringLiteral("the only type here is novnc."));
    if (const auto wrong = from.failure())
        return *wrong;
    return {};
}

Result<> checkRemoteConsole(const QByteArray &body)
{
    auto from = JsonReader::fromBody(body, QStringLiteral("remote_console"));
    if (!from)
        return from.error();
    from->allowOnly({ QStringLiteral("protocol"), QStringLiteral("type") });
    if (from->text(key("protocol"), 16) != QLatin1StringView("vnc"))
        from->fail(key("protocol"), QStringLiteral("the only protocol here is vnc."));
    if (from->text(key("type"), 16) != QLatin1StringView("novnc"))
        from->fail(key("type"), QStringLiteral("the only type here is novnc."));
    if (const auto wrong = from->failure())
        return *wrong;
    return {};
}

Result<NovaNewKeypair> newKeypairFromNova(const QByteArray &body, NovaVersion version)
{
    auto from = JsonReader::fromBody(body, QStringLiteral("keypair"));
    if (!from)
        return from.error();
    QStringList known { QStringLiteral("name"), QStringLiteral("public_key") };
    if (version.minor >= 2)
        known << QStringLiteral("type");
    if (version.minor >= 10)
        known << QStringLiteral("user_id");
    from->allowOnly(known);
    NovaNewKeypair keypair;
    keypair.name = readName(*from);
    for (const QChar c : std::as_const(keypair.name)) {
        if (!(c.unicode() < 0x80 && (c.isLetterOrNumber() || QStringLiteral("_- ").contains(c))))
            from->fail(key("name"), QStringLiteral("may hold letters, digits, spaces, - and _ only."));
    }
    keypair.publicKey = from->optionalText(key("public_key"), 30'000).value_or(QString());
    if (from->has(key("public_key")) && !from->isNull(key("public_key")) && keypair.publicKey.isEmpty())
        from->fail(key("public_key"), QStringLiteral("must not be empty."));
    const QString type =
        from->optionalText(key("type"), 16, JsonReader::Null::Refused).value_or(QStringLiteral("ssh"));
    if (type != QLatin1StringView("ssh"))
        from->fail(key("type"), QStringLiteral("the only type here is ssh."));
    if (const auto user = from->optionalText(key("user_id"), 255, JsonReader::Null::Refused)) {
        keypair.user = UserId::fromText(*user);
        if (!keypair.user)
            from->fail(key("user_id"), QStringLiteral("is no user's id."));
    }
    if (const auto wrong = from->failure())
        return *wrong;
    return keypair;
}

} // namespace nephele
