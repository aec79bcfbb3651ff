// SPDX-License-Identifier: GPL-3.0-or-later
// The half of swiftheaders.h that is sent.
#include "model/base/clock.h"
#include "server/object/objectnames.h"
#include "server/swift/swiftheaders.h"

namespace nephele {

namespace {

// For owners only.
bool isSecret(const QString &name)
{
    return name == systemNames().tempUrlKey || name == systemNames().tempUrlKey2;
}

QByteArray titleCase(const QString &name)
{
    QByteArray out = name.toUtf8();
    bool isFirst = true;
    for (char &c : out) {
        if (isFirst && c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        isFirst = c == '-';
    }
    return out;
}

} // namespace

void writeAccount(Headers &headers, const ObjectAccount &account, bool isOwner)
{
    const auto counters = [&](const QByteArray &prefix) {
        headers.append(prefix + "Container-Count", QByteArray::number(account.containers));
        headers.append(prefix + "Object-Count", QByteArray::number(account.objects));
        headers.append(prefix + "Bytes-Used", QByteArray::number(account.bytes));
    };
    counters("X-Account-");
    if (account.containers > 0)
        counters("X-Account-Storage-Policy-Policy-0-");
    headers.append("X-Timestamp", swiftTimestamp(account.createdAtMs));
    headers.append("X-Put-Timestamp", swiftTimestamp(account.createdAtMs));
    for (const auto &[name, value] : account.properties.user.asKeyValueRange())
        headers.append("X-Account-Meta-" + titleCase(name), value.toUtf8());
    for (const QString &name : accountSystemNames()) {
        const QString value = account.properties.system.value(name);
        if (!value.isEmpty() && (isOwner || !isSecret(name)))
            headers.append("X-Account-Meta-" + titleCase(name), value.toUtf8());
    }
}

void writeContainer(Headers &headers, const ContainerView &view)
{
    const ObjectContainer &container = view.container;
    const PropertyMap &system = container.properties.system;
    headers.append("X-Container-Object-Count", QByteArray::number(container.objects));
    headers.append("X-Container-Bytes-Used", QByteArray::number(container.bytes));
    headers.append("X-Timestamp", swiftTimestamp(container.createdAtMs));
    headers.append("Last-Modified", swiftDate(container.updatedAtMs));
    headers.append("X-Storage-Policy", "Policy-0");
    for (const auto &[name, value] : container.properties.user.asKeyValueRange())
        headers.append("X-Container-Meta-" + titleCase(name), value.toUtf8());
    for (const QString &name : containerSystemNames()) {
        const QString value = system.value(name);
        if (!value.isEmpty() && (view.isOwner || !isSecret(name)))
            headers.append("X-Container-Meta-" + titleCase(name), value.toUtf8());
    }
    const auto own = [&](const char *header, const QString &name) {
        if (const QString value = system.value(name); !value.isEmpty())
            headers.append(header, value.toUtf8());
    };
    own("X-Versions-Location", systemNames().versionsLocation);
    own("X-History-Location", systemNames().historyLocation);
    if (view.isOwner) {
        own("X-Container-Read", systemNames().readAcl);
        own("X-Container-Write", systemNames().writeAcl);
    }
}

void writeObject(Headers &headers, const ObjectVersion &version, const QByteArray &etag)
{
    headers.set("Content-Type", version.contentType.toUtf8());
    headers.append("ETag", etag);
    headers.append("Last-Modified", swiftDate(version.validFromMs));
    headers.append("X-Timestamp", swiftTimestamp(version.validFromMs));
    for (const auto &[name, value] : version.properties.user.asKeyValueRange())
        headers.append("X-Object-Meta-" + titleCase(name), value.toUtf8());
    for (const auto &[name, value] : version.properties.system.asKeyValueRange()) {
        if (!value.isEmpty())
            headers.append(titleCase(name), value.toUtf8());
    }
    if (version.deleteAtMs)
        headers.append("X-Delete-At", QByteArray::number(*version.deleteAtMs / 1000));
    if (version.kind == ObjectKind::StaticManifest)
        headers.append("X-Static-Large-Object", "True");
    // Whatever a browser makes of what somebody stored, it is not ours to vouch for.
    headers.append("Content-Security-Policy", "sandbox allow-scripts allow-forms allow-downloads");
    headers.append("X-Content-Type-Options", "nosniff");
}

QByteArray swiftEtag(const ObjectVersion &version)
{
    const QByteArray etag = version.etag.toLatin1();
    return version.kind == ObjectKind::StaticManifest ? '"' + etag + '"' : etag;
}

Response swiftStored(const ObjectVersion &version)
{
    Response response = swiftEmpty(201);
    response.headers.append("ETag", swiftEtag(version));
    response.headers.append("Last-Modified", swiftDate(version.validFromMs));
    response.headers.append("X-Timestamp", swiftTimestamp(version.validFromMs));
    return response;
}

QByteArray swiftDate(qint64 ms)
{
    return httpDate((ms + 999) / 1000 * 1000);
}

Response swiftEmpty(int status)
{
    return { status, { { "Content-Type", "text/html; charset=UTF-8" } }, {}, nullptr };
}

} // namespace nephele
