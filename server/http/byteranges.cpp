// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/byteranges.h"

#include <algorithm>

namespace nephele {

namespace {

// Digits only: toLongLong() would take a sign and blanks.
std::optional<qint64> digits(QByteArrayView text)
{
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    bool fits = false;
    const qint64 value = text.toLongLong(&fits);
    return plain && fits ? std::optional(value) : std::nullopt;
}

// One range as written, before the size is known to it.
struct Written
{
    std::optional<qint64> first;
    std::optional<qint64> last; // of a suffix: its length
};

std::optional<Written> readOne(QByteArrayView text)
{
    const qsizetype dash = text.indexOf('-');
    if (dash < 0)
        return std::nullopt;
    const QByteArrayView before = text.first(dash).trimmed();
    const QByteArrayView after = text.sliced(dash + 1).trimmed();
    Written range { digits(before), digits(after) };
    const bool wrong = (!before.isEmpty() && !range.first) || (!after.isEmpty() && !range.last)
        || (!range.first && !range.last) || (range.first && range.last && *range.last < *range.first);
    return wrong ? std::nullopt : std::optional(range);
}

// nullopt: nothing of it lies inside.
std::optional<ByteRange> place(const Written &range, qint64 size)
{
    if (!range.first) {
        const qint64 length = std::min(*range.last, size);
        return length > 0 ? std::optional(ByteRange { size - length, length }) : std::nullopt;
    }
    if (*range.first >= size)
        return std::nullopt;
    const qint64 last = range.last ? std::min(*range.last, size - 1) : size - 1;
    return ByteRange { *range.first, last - *range.first + 1 };
}

bool reachesPastEnd(const Written &range, qint64 size)
{
    return range.first ? *range.first >= size || range.last.value_or(0) >= size : *range.last > size;
}

// Joins a part with those it overlaps or touches, so that nothing is sent twice.
void join(QList<ByteRange> &parts, ByteRange added)
{
    for (qsizetype i = 0; i < parts.size();) {
        const ByteRange &other = parts.at(i);
        if (other.offset > added.offset + added.length || added.offset > other.offset + other.length) {
            ++i;
            continue;
        }
        const qint64 end = std::max(other.offset + other.length, added.offset + added.length);
        added.offset = std::min(other.offset, added.offset);
        added.length = end - added.offset;
        parts.removeAt(i);
        i = 0; // the grown part may touch one that was passed already
    }
    parts.append(added);
}

} // namespace

RangeChoice chooseRanges(QByteArrayView field, qint64 size, int mostParts, RangesPastEnd pastEnd)
{
    constexpr QByteArrayView unit = "bytes=";
    constexpr int mostWritten = 256; // joining is quadratic
    if (field.size() <= unit.size() || field.first(unit.size()).compare(unit, Qt::CaseInsensitive) != 0)
        return {};
    const auto texts = field.sliced(unit.size()).toByteArray().split(',');
    if (texts.size() > mostWritten)
        return {};
    RangeChoice choice;
    bool isPastEnd = false;
    bool isAny = false;
    for (const QByteArray &text : texts) {
        if (text.trimmed().isEmpty())
            continue; // a list may have empty elements, RFC 9110 section 5.6.1
        const auto written = readOne(text);
        if (!written)
            return {};
        isAny = true;
        isPastEnd = isPastEnd || reachesPastEnd(*written, size);
        if (const auto part = place(*written, size))
            join(choice.parts, *part);
    }
    if (!isAny)
        return {};
    if (choice.parts.isEmpty() || (isPastEnd && pastEnd == RangesPastEnd::Refused))
        return { RangeChoice::Answer::NotSatisfiable, {} };
    if (choice.parts.size() > mostParts)
        return {};
    choice.answer = RangeChoice::Answer::Parts;
    return choice;
}

bool ifRangeHolds(QByteArrayView field, QByteArrayView etag, QByteArrayView lastModified)
{
    const QByteArrayView wanted = field.trimmed();
    if (wanted.isEmpty())
        return true;
    if (wanted.startsWith("W/"))
        return false; // the comparison is strong
    const auto unquoted = [](QByteArrayView tag) {
        return tag.size() >= 2 && tag.startsWith('"') && tag.endsWith('"') ? tag.sliced(1, tag.size() - 2)
                                                                           : tag;
    };
    // Both object faces write entity tags without quotes, so quotes decide nothing here.
    if (!etag.isEmpty() && !etag.startsWith("W/") && unquoted(wanted) == unquoted(etag))
        return true;
    return !lastModified.isEmpty() && wanted == lastModified;
}

QByteArray contentRange(const ByteRange &part, qint64 size)
{
    return "bytes " + QByteArray::number(part.offset) + '-'
        + QByteArray::number(part.offset + part.length - 1) + '/' + QByteArray::number(size);
}

} // namespace nephele
