// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

namespace nephele {

// A part of a representation: `length` bytes from `offset`.
struct ByteRange
{
    qint64 offset = 0;
    qint64 length = 0;
    bool operator==(const ByteRange &) const = default;
};

// What happens to a range that reaches past the end: RFC 9110 section 14.1.2 shortens it; Pithos refuses the
// whole request.
enum class RangesPastEnd { Shortened, Refused };

struct RangeChoice
{
    enum class Answer { Whole, Parts, NotSatisfiable };
    Answer answer = Answer::Whole;
    QList<ByteRange> parts; // in the order asked for; overlapping and touching ones joined
    bool operator==(const RangeChoice &) const = default;
};

// Reads a Range field against a representation of `size` bytes. Whole for one that is absent, malformed, of
// another unit or of more than `mostParts` parts after joining: all of that is to be ignored.
RangeChoice chooseRanges(QByteArrayView field, qint64 size, int mostParts, RangesPastEnd pastEnd);

// Whether an If-Range field lets the range stand (RFC 9110 section 13.1.5). No field: yes.
bool ifRangeHolds(QByteArrayView field, QByteArrayView etag, QByteArrayView lastModified);

// "bytes 0-99/1000"
QByteArray contentRange(const ByteRange &part, qint64 size);

} // namespace nephele
