// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/guestseed.h"

#include "server/guest/cloudconfig.h"
#include "server/guest/seediso.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr qsizetype largestUserDataBytes = 1 << 20;

bool hasControl(const QString &text)
{
    return std::any_of(
        text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
}

Result<> checkFile(const SeedFile &file)
{
    // useradd(8)'s names, and numbers.
    static const QRegularExpression name(QStringLiteral("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\\z"));
    if (!file.path.startsWith(QLatin1Char('/')) || file.path.endsWith(QLatin1Char('/'))
        || file.path.size() > 255 || hasControl(file.path) || !file.path.isValidUtf16())
        return invalid(
            QStringLiteral("personality.path must be an absolute path of at most 255 characters."));
    if (!name.match(file.owner).hasMatch())
        return invalid(QStringLiteral("personality.owner is no user name."));
    if (!name.match(file.group).hasMatch())
        return invalid(QStringLiteral("personality.group is no group name."));
    if (file.mode < 0 || file.mode > 07777)
        return invalid(QStringLiteral("personality.mode must be 0 to 07777."));
    return {};
}

Result<> check(const GuestSeed &seed)
{
    static const QRegularExpression host(QStringLiteral(
        "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\\z"));
    static const QRegularExpression user(QStringLiteral("^[A-Za-z_][A-Za-z0-9_.-]{0,31}\\z"));
    static const QRegularExpression hash(QStringLiteral("^\\$6\\$[A-Za-z0-9./=$]+\\z"));
    static const QRegularExpression mac(QStringLiteral("^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}\\z"));
    if (seed.server.isNull())
        return invalid(QStringLiteral("A seed needs the server's id."));
    if (seed.hostName.size() > 253 || !host.match(seed.hostName).hasMatch())
        return invalid(QStringLiteral("hostName must be letters, digits, dashes and dots."));
    for (const QString &key : seed.publicKeys) {
        if (hasControl(key) || !key.contains(QLatin1Char(' ')))
            return invalid(QStringLiteral("A public key must be one OpenSSH line."));
    }
    if (!seed.passwordHash.isEmpty() && !hash.match(QString::fromLatin1(seed.passwordHash)).hasMatch())
        return invalid(QStringLiteral("The password must be hashed by SHA-512 crypt."));
    for (const QString &name : seed.passwordUsers) {
        if (!user.match(name).hasMatch())
            return invalid(QStringLiteral("metadata.users names no user: \"%1\".").arg(name));
    }
    for (const QString &address : seed.macs) {
        if (!mac.match(address).hasMatch())
            return invalid(QStringLiteral("mac must be six pairs of hexadecimal digits."));
    }
    if (seed.userData.size() > largestUserDataBytes)
        return invalid(QStringLiteral("user_data must have at most 1 MiB."));
    for (const SeedFile &file : seed.files) {
        if (const auto checked = checkFile(file); !checked)
            return checked.error();
    }
    return {};
}

QByteArray contentPath(qsizetype index)
{
    return "/content/" + QByteArray::number(index).rightJustified(4, '0');
}

// cloud-init's documentation of the NoCloud datasource. A multi-line list keeps the guest's reader simple.
QByteArray noCloudMetaData(const GuestSeed &seed)
{
    QByteArray out = "instance-id: " + quotedYaml(seed.server.text()) + '\n';
    out += "local-hostname: " + quotedYaml(seed.hostName) + '\n';
    if (!seed.publicKeys.isEmpty()) {
        out += "public-keys:\n";
        for (const QString &key : seed.publicKeys)
            out += "  - " + quotedYaml(key) + '\n';
    }
    return out;
}

// Every NIC by DHCP: left alone, cloud-init configures the first one only.
QByteArray noCloudNetworkConfig(const GuestSeed &seed)
{
    QByteArray out = "version: 2\nethernets:\n";
    for (qsizetype i = 0; i < seed.macs.size(); ++i) {
        const QByteArray name = "eth" + QByteArray::number(i);
        out += "  " + name + ":\n    match:\n      macaddress: " + quotedYaml(seed.macs.at(i).toLower())
            + "\n    set-name: " + name + "\n    dhcp4: true\n";
    }
    return out;
}

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

// OpenStack's config drive (Nova, "Config drives", meta_data.json).
QByteArray metaDataJson(const GuestSeed &seed)
{
    QJsonObject keys;
    QJsonArray keyList;
    for (qsizetype i = 0; i < seed.publicKeys.size(); ++i) {
        const QString name = QStringLiteral("key-%1").arg(i);
        keys.insert(name, seed.publicKeys.at(i));
        keyList.append(
            QJsonObject { { QStringLiteral("name"), name }, { QStringLiteral("type"), QStringLiteral("ssh") },
                { QStringLiteral("data"), seed.publicKeys.at(i) } });
    }
    QJsonObject meta;
    for (auto it = seed.metadata.cbegin(); it != seed.metadata.cend(); ++it)
        meta.insert(it.key(), it.value());
    QJsonArray files;
    for (qsizetype i = 0; i < seed.files.size(); ++i)
        files.append(QJsonObject { { QStringLiteral("path"), seed.files.at(i).path },
            { QStringLiteral("content_path"), QString::fromLatin1(contentPath(i)) } });
    return json(
        { { QStringLiteral("uuid"), seed.server.text() }, { QStringLiteral("hostname"), seed.hostName },
            { QStringLiteral("name"), seed.name }, { QStringLiteral("launch_index"), 0 },
            { QStringLiteral("availability_zone"), QStringLiteral("nova") },
            { QStringLiteral("public_keys"), keys }, { QStringLiteral("keys"), keyList },
            { QStringLiteral("meta"), meta }, { QStringLiteral("files"), files } });
}

QByteArray networkDataJson(const GuestSeed &seed)
{
    QJsonArray links;
    QJsonArray networks;
    for (qsizetype i = 0; i < seed.macs.size(); ++i) {
        const QString link = QStringLiteral("tap%1").arg(i);
        links.append(
            QJsonObject { { QStringLiteral("id"), link }, { QStringLiteral("type"), QStringLiteral("phy") },
                { QStringLiteral("ethernet_mac_address"), seed.macs.at(i).toLower() } });
        networks.append(QJsonObject { { QStringLiteral("id"), QStringLiteral("network%1").arg(i) },
            { QStringLiteral("type"), QStringLiteral("ipv4_dhcp") }, { QStringLiteral("link"), link } });
    }
    return json({ { QStringLiteral("links"), links }, { QStringLiteral("networks"), networks },
        { QStringLiteral("services"), QJsonArray() } });
}

Error fileError(const QString &path)
{
    return { errno == ENOSPC ? ErrorCode::InsufficientStorage : ErrorCode::Unavailable,
        QStringLiteral("The seed disk could not be written."),
        path + QStringLiteral(": ") + QString::fromLocal8Bit(std::strerror(errno)) };
}

} // namespace

Result<QList<SeedDocument>> seedDocuments(const GuestSeed &seed)
{
    if (const auto checked = check(seed); !checked)
        return checked.error();
    const QByteArray ours = cloudConfig(seed);
    QList<SeedDocument> documents {
        { "meta-data", noCloudMetaData(seed) },
        { "user-data", combinedUserData(seed.userData, ours) },
        { "vendor-data", "#cloud-config\n{}\n" },
    };
    if (!seed.macs.isEmpty())
        documents.append({ "network-config", noCloudNetworkConfig(seed) });
    documents.append({ "openstack/latest/meta_data.json", metaDataJson(seed) });
    if (!seed.userData.isEmpty())
        documents.append({ "openstack/latest/user_data", seed.userData });
    QJsonObject vendor;
    if (!ours.isEmpty())
        vendor.insert(QStringLiteral("cloud-init"), QString::fromUtf8(ours));
    documents.append({ "openstack/latest/vendor_data.json", json(vendor) });
    documents.append({ "openstack/latest/network_data.json", networkDataJson(seed) });
    for (qsizetype i = 0; i < seed.files.size(); ++i)
        documents.append({ "openstack" + contentPath(i), seed.files.at(i).contents });
    return documents;
}

Result<> writeGuestSeed(const GuestSeed &seed, const QString &path, std::optional<uint> group)
{
    const auto documents = seedDocuments(seed);
    if (!documents)
        return documents.error();
    const QString temporary = path + QStringLiteral(".new");
    const QByteArray name = QFile::encodeName(temporary);
    // Made by us first, so that nobody reads the password's hash before the mode is right.
    const int fd = ::open(name.constData(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return fileError(temporary);
    auto written = writeIso("cidata", *documents, temporary);
    if (written && group && ::fchown(fd, uid_t(-1), gid_t(*group)) < 0)
        written = fileError(temporary);
    if (written && (::fchmod(fd, 0640) < 0 || ::fsync(fd) < 0))
        written = fileError(temporary);
    ::close(fd);
    if (written && std::rename(name.constData(), QFile::encodeName(path).constData()) < 0)
        written = fileError(path);
    if (!written)
        ::unlink(name.constData());
    return written;
}

GuestSeed withoutSecrets(const GuestSeed &seed)
{
    GuestSeed bare;
    bare.server = seed.server;
    bare.hostName = seed.hostName;
    bare.name = seed.name;
    bare.publicKeys = seed.publicKeys;
    bare.macs = seed.macs;
    return bare;
}

} // namespace nephele
