// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncname.h"

#include <QCryptographicHash>
#include <QStringList>

namespace nephele {

namespace {

constexpr qsizetype longestPart = 255; // bytes, of every file system in use
constexpr qsizetype longestName = 1024; // of an object
constexpr QLatin1StringView temporaryPrefix(".nephele-part-");

bool isLoneSurrogate(QStringView name)
{
    for (qsizetype i = 0; i < name.size(); ++i) {
        if (name[i].isHighSurrogate() && i + 1 < name.size() && name[i + 1].isLowSurrogate())
            ++i;
        else if (name[i].isSurrogate())
            return true;
    }
    return false;
}

// As much of the beginning as fits into so many bytes, no character cut in two.
QString cutToBytes(QString text, qsizetype most)
{
    while (text.toUtf8().size() > most)
        text.chop(text.size() > 1 && text.back().isLowSurrogate() ? 2 : 1);
    return text;
}

} // namespace

std::optional<QString> whyNoSyncName(const QString &name)
{
    if (name.isEmpty())
        return QStringLiteral("an empty name");
    if (name.contains(QChar(u'\0')))
        return QStringLiteral("a NUL in the name");
    if (isLoneSurrogate(name) || name.contains(QChar(QChar::ReplacementCharacter)))
        return QStringLiteral("a name that is no valid UTF-8");
    if (name.startsWith(QLatin1Char('/')))
        return QStringLiteral("a name that begins with a slash");
    if (name.size() > longestName || name.toUtf8().size() > longestName)
        return QStringLiteral("a name longer than %1 bytes").arg(longestName);
    for (const QString &part : name.split(QLatin1Char('/'))) {
        if (part.isEmpty())
            return name.endsWith(QLatin1Char('/')) ? QStringLiteral("a name that ends with a slash")
                                                   : QStringLiteral("two slashes in a row");
        if (part == QLatin1StringView(".") || part == QLatin1StringView(".."))
            return QStringLiteral("a name with \"%1\" for a folder").arg(part);
        if (part.toUtf8().size() > longestPart)
            return QStringLiteral("a part of the name longer than %1 bytes").arg(longestPart);
    }
    return std::nullopt;
}

QString folderOf(const QString &name)
{
    return name.left(qMax<qsizetype>(0, name.lastIndexOf(QLatin1Char('/'))));
}

QString fileNameOf(const QString &name)
{
    return name.sliced(name.lastIndexOf(QLatin1Char('/')) + 1);
}

QString conflictName(const QString &name, const QString &host, const QDateTime &at, int attempt)
{
    const QString folder = name.left(name.lastIndexOf(QLatin1Char('/')) + 1);
    const QString file = fileNameOf(name);
    // A leading dot begins a name, not an extension; a very long "extension" is none.
    const qsizetype dot = file.lastIndexOf(QLatin1Char('.'));
    const bool hasExtension = dot > 0 && file.size() - dot <= 16;
    const QString extension = hasExtension ? file.sliced(dot) : QString();
    QString plainHost = host;
    plainHost.replace(QLatin1Char('/'), QLatin1Char('-'));
    QString mark = QStringLiteral(" (conflict %1 %2")
                       .arg(plainHost.left(40), at.toString(QStringLiteral("yyyy-MM-dd HHmmss")));
    if (attempt > 1)
        mark += QStringLiteral(" %1").arg(attempt);
    mark += QLatin1Char(')');
    const qsizetype tail = (mark + extension).toUtf8().size();
    const qsizetype room = qMin(longestPart, longestName - folder.toUtf8().size()) - tail;
    return folder + cutToBytes(hasExtension ? file.left(dot) : file, qMax<qsizetype>(room, 1)) + mark
        + extension;
}

QString temporaryName(const QString &name, const QByteArray &hash)
{
    const QByteArray key =
        QCryptographicHash::hash(name.toUtf8() + '\0' + hash, QCryptographicHash::Sha256).toHex().left(32);
    const QString folder = name.left(name.lastIndexOf(QLatin1Char('/')) + 1);
    return folder + temporaryPrefix + QString::fromLatin1(key);
}

bool isTemporaryName(QStringView fileName)
{
    return fileName.startsWith(temporaryPrefix);
}

} // namespace nephele
