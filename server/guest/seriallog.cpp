// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/seriallog.h"

#include <QFile>

#include <limits>

namespace nephele {

namespace {

constexpr qint64 chunkBytes = 64 << 10;

// Where the last `lines` of the text begin; -1 when it has fewer.
qsizetype startOfLastLines(const QByteArray &text, int lines)
{
    qsizetype at = text.size();
    for (int found = 0; found < lines; ++found) {
        // The line break that ends the text ends its last line and begins none.
        at = at > 0 ? text.lastIndexOf('\n', at == text.size() ? -2 : at - 2) + 1 : 0;
        if (at <= 0)
            return found + 1 < lines ? -1 : 0;
    }
    return at;
}

// Backwards from the end, so that a log of gigabytes costs no more than what is wanted of it.
Result<QByteArray> endOf(const QString &path, int lines, qint64 mostBytes)
{
    QFile file(path);
    if (!file.exists())
        return QByteArray();
    if (!file.open(QIODevice::ReadOnly))
        return unavailable(QStringLiteral("The serial log cannot be read."),
            path + QStringLiteral(": ") + file.errorString());
    QByteArray text;
    qint64 at = file.size();
    while (at > 0 && text.size() < mostBytes) {
        const qint64 size = qMin(at, qMin(chunkBytes, mostBytes - text.size()));
        at -= size;
        if (!file.seek(at))
            return unavailable(QStringLiteral("The serial log cannot be read."), file.errorString());
        text.prepend(file.read(size));
        if (const qsizetype start = startOfLastLines(text, lines); start > 0)
            return text.mid(start);
    }
    return text;
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
