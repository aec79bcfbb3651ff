// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/swiftheaders.h"

#include "model/base/clock.h"
#include "model/object/objectstore.h"
#include "server/object/objectnames.h"
#include "server/swift/swiftrequest.h"

#include <QMimeDatabase>
#include <QUrl>
#include <QUtf8StringView>

#include <limits>

namespace nephele {

namespace {

// Headers of objects that are kept and sent as they came.
const QList<QByteArray> &sentHeaders()
{
    static const QList<QByteArray> names { "content-disposition", "content-encoding", "content-language",
        "cache-control", "expires", "x-robots-tag" };
    return names;
}

Result<QString> textOf(const QByteArray &name, const QByteArray &value)
{
    if (!QUtf8StringView(value).isValidUtf8() || value.contains('\0'))
        return invalid(QStringLiteral("%1: the value must be UTF-8.").arg(QString::fromLatin1(name)));
    return QString::fromUtf8(value);
}

// The metadata fields behind a prefix, checked against the limits.
Result<PropertyMap> metadataOf(const Request &request, const QByteArray &prefix)
{
    PropertyMap found;
    qsizetype bytes = 0;
    for (const auto &[name, value] : request.headers.fields()) {
        if (name.size() < prefix.size()
            || qstrnicmp(name.constData(), prefix.size(), prefix.constData(), prefix.size()) != 0)
            continue;
        // Gateways make one of these of the other, so they are the same.
        const QByteArray key = name.mid(prefix.size()).toLower().replace('_', '-');
        if (key.isEmpty())
            return invalid(QStringLiteral("Metadata name cannot be empty."));
        if (key.size() > SwiftLimits::metaName)
            return invalid(QStringLiteral("Metadata name too long: %1.").arg(QString::fromLatin1(name)));
        if (value.size() > SwiftLimits::metaValue)
            return invalid(QStringLiteral("Metadata value longer than %1: %2.")
                               .arg(SwiftLimits::metaValue)
                               .arg(QString::fromLatin1(name)));
        const auto text = textOf(name, value);
        if (!text)
            return text.error();
        found.insert(QString::fromLatin1(key), *text);
        bytes += key.size() + value.size();
    }
    if (found.size() > SwiftLimits::metaCount)
        return invalid(QStringLiteral("Too many metadata items; max %1.").arg(SwiftLimits::metaCount));
    if (bytes > SwiftLimits::metaBytes)
        return invalid(QStringLiteral("Total metadata too large; max %1.").arg(SwiftLimits::metaBytes));
    return found;
}

// X-Remove-... names what goes.
Result<PropertyMap> changesOf(const Request &request, const QByteArray &kind)
{
    auto changes = metadataOf(request, "x-" + kind + "-meta-");
    if (!changes)
        return changes;
    const QByteArray removal = "x-remove-" + kind + "-meta-";
    for (const auto &[name, value] : request.headers.fields()) {
        if (name.toLower().startsWith(removal))
            changes->insert(
                QString::fromLatin1(name.mid(removal.size()).toLower().replace('_', '-')), QString());
    }
    return changes;
}

// Takes the names the store acts on out of the user's.
Properties split(PropertyMap changes, const QStringList &systemOnes)
{
    Properties properties;
    for (const QString &name : systemOnes) {
        if (const auto found = changes.constFind(name); found != changes.cend()) {
            properties.system.insert(name, found.value());
            changes.erase(found);
        }
    }
    properties.user = std::move(changes);
    return properties;
}

Result<> checkNumber(
    const PropertyMap &properties, const QString &name, qint64 most = std::numeric_limits<qint64>::max())
{
    const QString value = properties.value(name);
    bool isNumber = value.isEmpty();
    if (!isNumber) {
        const qint64 number = value.toLongLong(&isNumber);
        isNumber = isNumber && number >= 0 && number <= most;
    }
    if (isNumber)
        return {};
    return invalid(most == std::numeric_limits<qint64>::max()
            ? QStringLiteral("%1: must be a number of at least 0.").arg(name)
            : QStringLiteral("%1: must be a number from 0 to %2.").arg(name).arg(most));
}

// A field of its own name; its removal, if asked for, is the empty text.
Result<std::optional<QString>> ownField(const Request &request, const QByteArray &name)
{
    if (!request.headers.value("X-Remove-" + name).isEmpty())
        return std::optional(QString());
    if (!request.headers.contains("X-" + name))
        return std::optional<QString>();
    const auto text = textOf("X-" + name, request.headers.value("X-" + name));
    if (!text)
        return text.error();
    return std::optional(*text);
}

Result<> readAcls(const Request &request, PropertyMap &system)
{
    for (const auto kind : { AclKind::Read, AclKind::Write }) {
        const bool isRead = kind == AclKind::Read;
        const auto field = ownField(request, isRead ? "Container-Read" : "Container-Write");
        if (!field)
            return field.error();
        if (!*field)
            continue;
        const auto list = readAcl(kind, **field);
        if (!list)
            return list.error();
        system.insert(isRead ? systemNames().readAcl : systemNames().writeAcl, *list);
    }
    return {};
}

Result<> readVersioning(const Request &request, PropertyMap &system)
{
    const auto stack = ownField(request, "Versions-Location");
    const auto history = ownField(request, "History-Location");
    if (!stack || !history)
        return stack ? history.error() : stack.error();
    QString mode = QString::fromLatin1(request.headers.value("X-Versions-Mode")).trimmed().toLower();
    if (!mode.isEmpty() && mode != QLatin1StringView("stack") && mode != QLatin1StringView("history"))
        return invalid(QStringLiteral("X-Versions-Mode: must be stack or history."));
    if (*stack && *history && !(*stack)->isEmpty() && !(*history)->isEmpty())
        return invalid(QStringLiteral("Only one of X-Versions-Location or X-History-Location may be given."));
    const bool isHistory = *history || mode == QLatin1StringView("history");
    const auto &field = *history ? *history : *stack;
    if (!field)
        return {};
    const QString container = QUrl::fromPercentEncoding(field->toUtf8());
    if (container.contains(u'/'))
        return Error { ErrorCode::PreconditionFailed,
            QStringLiteral("X-Versions-Location: a container name cannot contain a slash."), {} };
    const auto &[to, other] = isHistory
        ? std::pair(systemNames().historyLocation, systemNames().versionsLocation)
        : std::pair(systemNames().versionsLocation, systemNames().historyLocation);
    system.insert(to, container);
    system.insert(other, QString());
    return {};
}

Result<> refuseSync(const Request &request)
{
    for (const char *name : { "X-Container-Sync-To", "X-Container-Sync-Key" }) {
        if (request.headers.contains(name))
            return Error { ErrorCode::Unsupported,
                QStringLiteral("Containers are not synchronised between clouds here."), {} };
    }
    const QByteArray policy = request.headers.value("X-Storage-Policy");
    if (!policy.isEmpty() && policy.toLower() != "policy-0")
        return invalid(QStringLiteral("X-Storage-Policy: there is no policy %1.")
                           .arg(QString::fromLatin1(policy.left(64))));
    return {};
}

// X-Delete-At in seconds, or X-Delete-After from now.
Result<std::optional<qint64>> deletionOf(const Request &request, qint64 nowMs)
{
    const QByteArray after = request.headers.value("X-Delete-After");
    const QByteArray at = request.headers.value("X-Delete-At");
    const QByteArray &text = after.isEmpty() ? at : after;
    if (text.isEmpty())
        return std::optional<qint64>();
    bool isNumber = false;
    const qint64 seconds = text.toLongLong(&isNumber);
    if (!isNumber || seconds > 9'999'999'999)
        return invalid(
            QStringLiteral("%1: must be a number of seconds.")
                .arg(after.isEmpty() ? QStringLiteral("X-Delete-At") : QStringLiteral("X-Delete-After")));
    const qint64 atMs = after.isEmpty() ? seconds * 1000 : (nowMs / 1000 + seconds) * 1000;
    if (atMs <= nowMs - 1000 || seconds < 0)
        return invalid(QStringLiteral("X-Delete-At: the time is in the past."));
    return std::optional(atMs);
}

const QStringList &linkNames()
{
    static const QStringList names { systemNames().symlinkTarget, systemNames().symlinkAccount,
        systemNames().symlinkEtag, systemNames().symlinkBytes };
    return names;
}

// X-Symlink-Target with -Account and -Etag; what they name is not looked at here.
Result<> readLink(const Request &request, NewObject &wanted)
{
    const QByteArray length = request.headers.value("Content-Length");
    if (length.toLongLong() > 0)
        return invalid(QStringLiteral("Symlink requests require a zero byte body."));
    if (wanted.kind != ObjectKind::Plain)
        return invalid(QStringLiteral("A symbolic link cannot be a manifest too."));
    const auto place = placeFromField(request, "X-Symlink-Target", "X-Symlink-Target-Account", {});
    if (!place)
        return place.error();
    wanted.kind = ObjectKind::Symlink;
    PropertyMap &system = wanted.properties.system;
    system.insert(systemNames().symlinkTarget,
        QString::fromLatin1(QUrl::toPercentEncoding(place->container + u'/' + place->name, "/")));
    if (!place->account.isNull())
        system.insert(systemNames().symlinkAccount, QString::fromLatin1(accountName(place->account)));
    const auto etag = textOf("X-Symlink-Target-Etag", request.headers.value("X-Symlink-Target-Etag"));
    if (!etag)
        return etag.error();
    if (!etag->isEmpty())
        system.insert(systemNames().symlinkEtag, QString(*etag).remove(u'"').toLower());
    return {};
}

Result<QString> manifestOf(const Request &request)
{
    const auto text = textOf("X-Object-Manifest", request.headers.value("X-Object-Manifest"));
    if (!text)
        return text.error();
    const QString plain = QUrl::fromPercentEncoding(text->toUtf8());
    const qsizetype slash = plain.indexOf(u'/');
    if (slash <= 0 || slash == plain.size() - 1 || plain.contains(u'?') || text->startsWith(u'/'))
        return invalid(QStringLiteral("X-Object-Manifest: must be in the format container/prefix."));
    return *text;
}

} // namespace

Result<Properties> accountChanges(const Request &request)
{
    auto changes = changesOf(request, "account");
    if (!changes)
        return changes.error();
    Properties properties = split(*std::move(changes), accountSystemNames());
    if (const auto good = checkNumber(properties.system, systemNames().quotaBytes); !good)
        return good.error();
    return properties;
}

Result<Properties> containerChanges(const Request &request)
{
    if (const auto good = refuseSync(request); !good)
        return good.error();
    auto changes = changesOf(request, "container");
    if (!changes)
        return changes.error();
    Properties properties = split(*std::move(changes), containerSystemNames());
    for (const QString &name : { systemNames().quotaBytes, systemNames().quotaCount }) {
        if (const auto good = checkNumber(properties.system, name); !good)
            return good.error();
    }
    for (const auto &[name, most] : { std::pair(systemNames().historyVersions, ObjectStore::mostVersions),
             std::pair(systemNames().historyDays, ObjectStore::mostHistoryDays) }) {
        if (const auto good = checkNumber(properties.system, name, most); !good)
            return good.error();
    }
    if (const auto read = readAcls(request, properties.system); !read)
        return read.error();
    if (const auto read = readVersioning(request, properties.system); !read)
        return read.error();
    return properties;
}

Result<NewObject> newObject(const Request &request, const QString &name, qint64 nowMs)
{
    NewObject wanted;
    auto metadata = metadataOf(request, "x-object-meta-");
    if (!metadata)
        return metadata.error();
    wanted.properties.user = *std::move(metadata);
    for (const QByteArray &header : sentHeaders()) {
        const auto text = textOf(header, request.headers.value(header));
        if (!text)
            return text.error();
        if (!text->isEmpty())
            wanted.properties.system.insert(QString::fromLatin1(header), *text);
    }
    if (request.headers.contains("X-Object-Manifest")) {
        const auto manifest = manifestOf(request);
        if (!manifest)
            return manifest.error();
        wanted.kind = ObjectKind::DynamicManifest;
        wanted.properties.system.insert(systemNames().manifest, *manifest);
    }
    if (request.headers.contains("X-Symlink-Target")) {
        if (const auto read = readLink(request, wanted); !read)
            return read.error();
    }
    const auto deletion = deletionOf(request, nowMs);
    if (!deletion)
        return deletion.error();
    wanted.deleteAtMs = *deletion;
    const auto type = textOf("Content-Type", request.headers.value("Content-Type").trimmed());
    if (!type)
        return type.error();
    const bool isGuessed =
        type->isEmpty() || request.headers.value("X-Detect-Content-Type").trimmed().toLower() == "true";
    wanted.contentType = isGuessed && wanted.kind == ObjectKind::Symlink
        ? QStringLiteral("application/symlink")
        : isGuessed ? QMimeDatabase().mimeTypeForFile(name, QMimeDatabase::MatchExtension).name()
                    : *type;
    wanted.onlyIfAbsent = request.headers.value("If-None-Match").trimmed() == "*";
    return wanted;
}

NewObject changedObject(
    const NewObject &wanted, const ObjectVersion &before, Metadata metadata, bool hasContentType)
{
    NewObject next = wanted;
    if (!hasContentType)
        next.contentType = before.contentType;
    // Where a link points to is no metadata: only another link changes it.
    if (before.kind == ObjectKind::Symlink) {
        for (const QString &name : linkNames()) {
            if (const QString value = before.properties.system.value(name); !value.isEmpty())
                next.properties.system.insert(name, value);
        }
        next.kind = ObjectKind::Symlink;
    }
    if (metadata == Metadata::Replaced)
        return next;
    next.properties = before.properties;
    next.properties.user.insert(wanted.properties.user);
    next.properties.system.insert(wanted.properties.system);
    if (!next.deleteAtMs)
        next.deleteAtMs = before.deleteAtMs;
    return next;
}

} // namespace nephele
