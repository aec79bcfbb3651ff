// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/cycladesreader.h"

#include "model/base/clock.h"
#include "server/compute/facereader.h"
#include "server/http/jsonreader.h"

namespace nephele {

namespace {

constexpr MetadataLimits metadataLimits { cycladesMetadataItems, 50, 500 };
constexpr int mostFiles = 5;
constexpr qsizetype mostFileBytes = 10'240;
constexpr qsizetype mostUserDataBytes = 49'149;
constexpr qint64 pollLimitMs = 3'600'000;
constexpr int mostPorts = 8;

QLatin1StringView key(const char *name)
{
    return QLatin1StringView(name);
}

Error unsupported(const QString &what)
{
    return { ErrorCode::Unsupported, what, {} };
}

Result<JsonReader> readObject(const Request &request, const char *name)
{
    const auto body = cycladesBody(request);
    if (!body)
        return body.error();
    const QJsonValue inner = body->value(key(name));
    if (!inner.isObject())
        return invalid(QStringLiteral("The body must hold an object named '%1'.").arg(key(name)));
    return JsonReader(inner.toObject(), key(name));
}

// A number or its digits.
FlavorNumber readFlavorRef(JsonReader &from)
{
    const QJsonValue value = from.json().value(key("flavorRef"));
    if (value.isDouble())
        return FlavorNumber(from.integer(key("flavorRef"), 1));
    const auto number = FlavorNumber::fromText(from.text(key("flavorRef"), 32));
    if (!number)
        from.fail(key("flavorRef"), QStringLiteral("must be the number of a flavor."));
    return number.value_or(FlavorNumber());
}

// The first device is the disk made from the image; nothing else can be mapped.
Result<QString> readBootImage(JsonReader &from)
{
    QString image = from.optionalText(key("imageRef"), 64).value_or(QString());
    const auto devices = readObjects(from, key("block_device_mapping_v2"), mostPorts);
    for (JsonReader device : devices) {
        const QString source = device.text(key("source_type"), 16);
        const bool isKept = !device.optionalFlag(key("delete_on_termination")).value_or(true);
        const bool isSized = device.has(key("volume_size")) && !device.isNull(key("volume_size"));
        if (devices.size() > 1 || (source != QLatin1StringView("image") && !device.failure()) || isKept
            || isSized)
            return unsupported(QStringLiteral("server.block_device_mapping_v2: a server has one disk here, "
                                              "made from an image and sized by its flavor."));
        const QString mapped = device.text(key("uuid"), 64);
        if (!image.isEmpty() && mapped != image)
            device.fail(key("uuid"), QStringLiteral("differs from imageRef."));
        from.adopt(device);
        image = mapped;
    }
    if (!from.has(key("imageRef")))
        from.fail(key("imageRef"), QStringLiteral("this field is missing."));
    else if (image.isEmpty())
        from.fail(key("imageRef"), QStringLiteral("an image is needed."));
    return image;
}

Result<QList<PersonalityFile>> readFiles(JsonReader &from)
{
    QList<PersonalityFile> files;
    for (JsonReader &entry : readObjects(from, key("personality"))) {
        PersonalityFile file;
        entry.allowOnly({ QStringLiteral("path"), QStringLiteral("contents"), QStringLiteral("owner"),
            QStringLiteral("group"), QStringLiteral("mode") });
        file.path = entry.text(key("path"), 255);
        if (!file.path.isEmpty() && !file.path.startsWith(QLatin1Char('/')))
            file.path.prepend(QLatin1Char('/'));
        file.contents = readBase64(entry, key("contents"), 1 << 20);
        file.owner = entry.optionalText(key("owner"), 32).value_or(file.owner);
        file.group = entry.optionalText(key("group"), 32).value_or(file.group);
        file.mode = int(entry.optionalInteger(key("mode"), 0, 07777).value_or(file.mode));
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

Result<std::optional<QList<NetworkRef>>> readNetworks(JsonReader &from)
{
    std::optional<QList<NetworkRef>> networks;
    if (!from.has(key("networks")))
        return networks;
    networks.emplace();
    for (JsonReader &entry : readObjects(from, key("networks"), mostPorts)) {
        if (entry.has(key("port")))
            return unsupported(
                QStringLiteral("%1: a port cannot be chosen here yet.").arg(entry.pathOf(key("port"))));
        if (entry.has(key("fixed_ip")) && !entry.isNull(key("fixed_ip")))
            return unsupported(QStringLiteral("%1: an address cannot be chosen here yet.")
                                   .arg(entry.pathOf(key("fixed_ip"))));
        const QJsonValue value = entry.json().value(key("uuid"));
        const auto number = NetworkNumber::fromText(
            value.isDouble() ? QString::number(entry.integer(key("uuid"), 1)) : entry.text(key("uuid"), 64));
        if (!number)
            entry.fail(key("uuid"), QStringLiteral("must be the id of a network."));
        from.adopt(entry);
        networks->append(number.value_or(NetworkNumber()));
    }
    return networks;
}

QStringList readKeyNames(JsonReader &from)
{
    QStringList names;
    if (const auto name = from.optionalText(key("key_name"), 255); name && !name->isEmpty())
        names.append(*name);
    const auto several = from.optionalArray(key("SNF:key_names"), 10);
    if (several && !several->isEmpty() && !names.isEmpty())
        from.fail(key("SNF:key_names"), QStringLiteral("cannot stand together with key_name."));
    for (const QJsonValue &name : several.value_or(QJsonArray())) {
        if (!name.isString() || name.toString().isEmpty() || name.toString().size() > 255)
            from.fail(key("SNF:key_names"), QStringLiteral("must hold names of key pairs."));
        if (!names.contains(name.toString()))
            names.append(name.toString());
    }
    return names;
}

// A password somebody chose has ten characters at least, of three kinds.
QString readPassword(JsonReader &from)
{
    const QString password = from.optionalText(key("adminPass"), 255).value_or(QString());
    const auto has = [&](bool (QChar::*kind)() const) {
        return std::any_of(password.begin(), password.end(), [&](QChar c) { return (c.*kind)(); });
    };
    const auto hasDigit =
        std::any_of(password.begin(), password.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!password.isEmpty()
        && (password.size() < 10 || !has(&QChar::isUpper) || !has(&QChar::isLower) || !hasDigit))
        from.fail(key("adminPass"),
            QStringLiteral("must have ten characters, among them an upper and a lower case letter and a "
                           "digit."));
    return password;
}

QString readName(JsonReader &from)
{
    const QString name = from.text(key("name"), 255);
    if (!name.isEmpty() && name.trimmed().isEmpty())
        from.fail(key("name"), QStringLiteral("must not be blank."));
    return name;
}

} // namespace

Result<QJsonObject> cycladesBody(const Request &request)
{
    const QByteArray type = request.headers.value("Content-Type").split(';').first().trimmed().toLower();
    if (type != "application/json")
        return invalid(QStringLiteral("The Content-Type must be application/json."));
    return JsonReader::objectFromBody(request.body);
}

Result<NewServer> newServerFromCyclades(const Request &request)
{
    auto from = readObject(request, "server");
    if (!from)
        return from.error();
    NewServer server;
    server.name = readName(*from);
    server.flavor = readFlavorRef(*from);
    server.metadata = readMetadata(*from, key("metadata"), metadataLimits);
    server.keyNames = readKeyNames(*from);
    server.adminPassword = readPassword(*from);
    server.shared = from->optionalFlag(key("shared_to_project")).value_or(false);
    if (from->has(key("user_data")) && !from->isNull(key("user_data")))
        server.userData = readBase64(*from, key("user_data"), mostUserDataBytes);
    if (const auto project = from->optionalText(key("project"), 64)) {
        server.project = ProjectId::fromText(*project);
        if (!server.project)
            from->fail(key("project"), QStringLiteral("is no project's id."));
    }
    const auto tags = from->optionalArray(key("tags"), 50);
    const auto image = readBootImage(*from);
    const auto files = readFiles(*from);
    const auto networks = readNetworks(*from);
    if (const auto wrong = from->failure())
        return *wrong;
    if (tags && !tags->isEmpty())
        return unsupported(QStringLiteral("server.tags: servers have no tags here yet."));
    if (!image || !files || !networks)
        return !image ? image.error() : !files ? files.error() : networks.error();
    const auto imageId = ImageId::fromText(*image);
    if (!imageId)
        return notFound(QStringLiteral("There is no image '%1'.").arg(*image));
    server.image = *imageId;
    server.files = *files;
    server.networks = *networks;
    return server;
}

Result<QString> serverNameFromCyclades(const Request &request)
{
    auto from = readObject(request, "server");
    if (!from)
        return from.error();
    const QString name = readName(*from);
    if (const auto wrong = from->failure())
        return *wrong;
    return name;
}

Result<QMap<QString, QString>> metadataFromCyclades(const Request &request)
{
    auto from = readObject(request, "metadata");
    if (!from)
        return from.error();
    const auto metadata = readMetadataItems(*from, metadataLimits);
    if (const auto wrong = from->failure())
        return *wrong;
    return metadata;
}

Result<QString> metadataItemFromCyclades(const Request &request, const QString &wanted)
{
    auto from = readObject(request, "meta");
    if (!from)
        from = readObject(request, "metadata");
    if (!from)
        return from.error();
    const auto metadata = readMetadataItems(*from, metadataLimits);
    if (const auto wrong = from->failure())
        return *wrong;
    if (metadata.size() != 1 || !metadata.contains(wanted))
        return invalid(QStringLiteral("meta: must hold '%1' and nothing else.").arg(wanted));
    return metadata.value(wanted);
}

Result<CycladesAction> actionFromCyclades(const Request &request)
{
    const auto body = cycladesBody(request);
    if (!body)
        return body.error();
    QJsonObject action = *body;
    if (action.contains(key("rescue")))
        action.remove(key("rescue_image_ref"));
    if (action.size() != 1)
        return invalid(QStringLiteral("The body must hold one action."));
    if (!action.begin()->isObject())
        return invalid(QStringLiteral("%1: must be an object.").arg(action.begin().key().left(64)));
    return CycladesAction { action.begin().key(), action.begin()->toObject() };
}

Result<ComputeService::Reboot> rebootFromCyclades(const QJsonObject &arguments)
{
    JsonReader from(arguments, QStringLiteral("reboot"));
    const QString type =
        from.optionalText(key("type"), 8, JsonReader::Null::Refused).value_or(QStringLiteral("SOFT"));
    // Clients of the first guide write it in lower case.
    const bool isSoft = type.compare(QLatin1StringView("SOFT"), Qt::CaseInsensitive) == 0;
    if (!isSoft && type.compare(QLatin1StringView("HARD"), Qt::CaseInsensitive) != 0)
        from.fail(key("type"), QStringLiteral("must be SOFT or HARD."));
    if (const auto wrong = from.failure())
        return *wrong;
    return isSoft ? ComputeService::Reboot::Soft : ComputeService::Reboot::Hard;
}

Result<> checkCycladesConsole(const QJsonObject &arguments, CycladesConsole kind)
{
    const bool isPlain = kind == CycladesConsole::Vnc;
    const auto only = isPlain ? key("vnc") : key("novnc");
    static const QStringList known { QStringLiteral("vnc"), QStringLiteral("vnc-ws"),
        QStringLiteral("vnc-wss"), QStringLiteral("novnc"), QStringLiteral("xvpvnc") };
    JsonReader from(arguments, isPlain ? QStringLiteral("console") : QStringLiteral("os-getVNCConsole"));
    const QString type = from.text(key("type"), 16);
    if (const auto wrong = from.failure())
        return *wrong;
    if (type == only)
        return {};
    const QString why = QStringLiteral("%1: the only type here is %2.").arg(from.pathOf(key("type")), only);
    return known.contains(type) ? unsupported(why) : invalid(why);
}

Result<std::optional<qint64>> changesSinceFromCyclades(const Request &request, qint64 nowMs)
{
    const auto text = request.query(key("changes-since"));
    if (!text || text->isEmpty())
        return std::optional<qint64>();
    const auto since = instantFromIso(*text);
    if (!since)
        return invalid(QStringLiteral("changes-since: must be an ISO 8601 instant."));
    if (*since > nowMs)
        return invalid(QStringLiteral("changes-since: lies in the future."));
    if (nowMs - *since > pollLimitMs)
        return invalid(QStringLiteral("changes-since: must not be older than an hour."));
    return std::optional(*since);
}

Result<CycladesNewKeypair> newKeypairFromCyclades(const Request &request)
{
    auto from = readObject(request, "keypair");
    if (!from)
        return from.error();
    CycladesNewKeypair keypair;
    keypair.name = readName(*from);
    const auto publicKey = from->optionalText(key("public_key"), 30'000);
    if (publicKey && publicKey->trimmed().isEmpty())
        from->fail(key("public_key"), QStringLiteral("must not be empty."));
    if (const auto wrong = from->failure())
        return *wrong;
    keypair.publicKey = publicKey.value_or(QString());
    return keypair;
}

} // namespace nephele
