// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/seriallog.h"

#include <QFile>

#include <limits>

namespace nephele {

namespace {

constexpr qint64 chunkBytes = 64 << 10;

Error unreadable(const QFile &file)
{
    return unavailable(QStringLiteral("The serial log cannot be read."),
        file.fileName() + QStringLiteral(": ") + file.errorString());
}

// Backwards from the end, so that a log of gigabytes costs no more than what is wanted of it.
Result<QByteArray> endOf(const QString &path, int lines, qint64 mostBytes)
{
    QFile file(path);
    if (!file.exists())
        return QByteArray();
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(file);
    const qint64 size = file.size();
    const qint64 first = qMax<qint64>(0, size - mostBytes);
    qint64 start = size; // of what is returned
    for (int found = 0; start > first && found < lines;) {
        const qint64 at = qMax(first, start - chunkBytes);
        if (!file.seek(at))
            return unreadable(file);
        const QByteArray chunk = file.read(start - at);
        qsizetype i = chunk.size();
        // The line break that ends the log ends its last line and begins none.
        while (i > 0 && (chunk.at(i - 1) != '\n' || at + i == size || ++found < lines))
            --i;
        start = at + i;
    }
    return file.seek(start) ? Result<QByteArray>(file.read(size - start))
                            : Result<QByteArray>(unreadable(file));
}

} // namespace

Result<QByteArray> serialLogTail(const QString &path, std::optional<int> lines, qint64 mostBytes)
{
    const int wanted = lines.value_or(std::numeric_limits<int>::max());
    if (wanted <= 0 || mostBytes <= 0)
        return QByteArray();
    auto newer = endOf(path, wanted, mostBytes);
    if (!newer)
        return newer;
    const int found = int(newer->count('\n')) + (newer->isEmpty() || newer->endsWith('\n') ? 0 : 1);
    if (found >= wanted || newer->size() >= mostBytes)
        return newer;
    const auto older = endOf(path + QStringLiteral(".0"), wanted - found, mostBytes - newer->size());
    return older ? Result<QByteArray>(*older + *newer) : older;
}

} // namespace nephele
