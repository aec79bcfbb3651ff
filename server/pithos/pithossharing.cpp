// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithossharing.h"

#include "model/object/publicstore.h"
#include "server/object/objectwrites.h"

#include <QUrl>

namespace nephele {

namespace {

const QString everybody = QStringLiteral("*");

Result<QString> plainText(const Headers &headers, const QByteArray &name)
{
    const QByteArray bytes = headers.value(name);
    for (const char c : bytes) {
        if (c < ' ' || c > '~')
            return invalid(QStringLiteral("%1: must be ASCII.").arg(QString::fromLatin1(name)));
    }
    return QString::fromLatin1(bytes);
}

Error wrongSharing(const QString &why)
{
    return invalid(QStringLiteral("X-Object-Sharing: ") + why);
}

bool isEntry(const QString &entry)
{
    if (entry == everybody)
        return true;
    const qsizetype colon = entry.indexOf(u':');
    if (colon < 0)
        return UserId::fromText(entry).has_value();
    const QString group = entry.mid(colon + 1);
    return ProjectId::fromText(entry.left(colon)) && !group.isEmpty() && !group.contains(u':');
}

Result<QStringList> readEntries(const QString &text)
{
    QStringList entries;
    for (const QString &entry : text.split(u',', Qt::SkipEmptyParts)) {
        if (!isEntry(entry))
            return wrongSharing(
                QStringLiteral("%1 is no user's id, <account>:<group> or *.").arg(entry.left(128)));
        entries.append(entry);
    }
    if (entries.isEmpty())
        return wrongSharing(QStringLiteral("nobody is named after read= or write=."));
    if (entries.contains(everybody))
        return QStringList { everybody };
    entries.removeDuplicates();
    return entries;
}

Result<Sharing> readSharing(QString text)
{
    Sharing sharing;
    text = text.toLower();
    text.remove(u' ').remove(u'\t');
    if (text.isEmpty())
        return sharing;
    for (const QString &part : text.split(u';')) {
        const bool isReaders = part.startsWith(QLatin1StringView("read="));
        if (!isReaders && !part.startsWith(QLatin1StringView("write=")))
            return wrongSharing(QStringLiteral("must be of the form read=<entries>; write=<entries>."));
        QStringList &list = isReaders ? sharing.readers : sharing.writers;
        if (!list.isEmpty())
            return wrongSharing(QStringLiteral("read= and write= are said once each."));
        const auto entries = readEntries(part.mid(part.indexOf(u'=') + 1));
        if (!entries)
            return entries.error();
        list = *entries;
    }
    for (const QString &writer : sharing.writers)
        sharing.readers.removeAll(writer);
    return sharing;
}

} // namespace

Result<SharingWish> sharingFromHeaders(const Headers &headers)
{
    SharingWish wish;
    if (headers.contains("X-Object-Sharing")) {
        const auto text = plainText(headers, "X-Object-Sharing");
        if (!text)
            return text.error();
        const auto sharing = readSharing(*text);
        if (!sharing)
            return sharing.error();
        wish.sharing = *sharing;
    }
    if (headers.contains("X-Object-Public")) {
        const auto text = plainText(headers, "X-Object-Public");
        if (!text)
            return text.error();
        const QString word = text->trimmed().toLower();
        const bool isPublic = word == QLatin1StringView("true");
        if (!isPublic && !word.isEmpty() && word != QLatin1StringView("false"))
            return invalid(QStringLiteral("X-Object-Public: must be true, false or empty."));
        wish.isPublic = isPublic;
        if (isPublic)
            wish.publicId = PublicStore::newId();
    }
    return wish;
}

QByteArray sharingText(const Sharing &sharing)
{
    QStringList parts;
    if (!sharing.readers.isEmpty())
        parts.append(QStringLiteral("read=") + sharing.readers.join(u','));
    if (!sharing.writers.isEmpty())
        parts.append(QStringLiteral("write=") + sharing.writers.join(u','));
    return parts.join(QStringLiteral("; ")).toLatin1();
}

QByteArray publicUrl(const QByteArray &baseUrl, const QString &publicId)
{
    return baseUrl + "/pithos/public/" + publicId.toLatin1();
}

QByteArray allowedToText(SharedRight right)
{
    return right == SharedRight::Write ? "write" : "read";
}

void writeSharing(
    Headers &headers, const QByteArray &baseUrl, const ObjectPlace &place, const SharingView &view)
{
    if (view.shared) {
        headers.append("X-Object-Sharing", sharingText(view.shared->sharing));
        // The path the rights come from, where it is another's.
        if (view.shared->name != place.name)
            headers.append("X-Object-Shared-By",
                QUrl::toPercentEncoding(
                    place.account.text() + u'/' + place.container + u'/' + view.shared->name, "/"));
    }
    if (view.allowedTo)
        headers.append("X-Object-Allowed-To", allowedToText(*view.allowedTo));
    if (!view.publicId.isEmpty())
        headers.append("X-Object-Public", publicUrl(baseUrl, view.publicId));
}

} // namespace nephele
