// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/accessrule.h"

#include <vector>

namespace nephele {

bool AccessRule::allows(QByteArrayView requestMethod, QByteArrayView requestPath) const
{
    const QByteArray rule = method.toUtf8();
    // A HEAD tells nothing a GET would not.
    const bool isMethod = rule == requestMethod || (rule == "GET" && requestMethod == "HEAD");
    return isMethod && fitsAccessPath(path.toUtf8(), requestPath);
}

namespace {

// What a pattern is made of; each takes some of the path.
enum class Part { Literal, InSegment, OneInSegment, Anything };

struct PatternItem
{
    Part part;
    char text = 0; // of Literal
};

std::vector<PatternItem> itemsOf(QByteArrayView pattern)
{
    std::vector<PatternItem> items;
    for (qsizetype at = 0; at < pattern.size(); ++at) {
        const qsizetype end = pattern[at] == '{' ? pattern.indexOf('}', at) : -1;
        if (pattern.sliced(at).startsWith("**")) {
            items.push_back({ Part::Anything });
            ++at;
        } else if (pattern[at] == '*') {
            items.push_back({ Part::InSegment });
        } else if (end > 0) {
            items.push_back({ Part::OneInSegment });
            items.push_back({ Part::InSegment });
            at = end;
        } else {
            items.push_back({ Part::Literal, pattern[at] });
        }
    }
    return items;
}

bool mayTakeNothing(const PatternItem &item)
{
    return item.part == Part::InSegment || item.part == Part::Anything;
}

// The places in the pattern one can be at after one more character.
std::vector<bool> placesAfter(
    const std::vector<PatternItem> &items, const std::vector<bool> &places, char character)
{
    std::vector<bool> next(items.size() + 1);
    for (size_t i = 0; i < items.size(); ++i) {
        if (!places[i])
            continue;
        const Part part = items[i].part;
        if (part == Part::Anything || (part == Part::InSegment && character != '/'))
            next[i] = true;
        if ((part == Part::Literal && items[i].text == character)
            || (part == Part::OneInSegment && character != '/'))
            next[i + 1] = true;
    }
    return next;
}

void skipWhatTakesNothing(const std::vector<PatternItem> &items, std::vector<bool> &places)
{
    for (size_t i = 0; i < items.size(); ++i) {
        if (places[i] && mayTakeNothing(items[i]))
            places[i + 1] = true;
    }
}

} // namespace

// All places at once instead of going back: the cost is the product of the two lengths, whatever pattern
// somebody made up.
bool fitsAccessPath(QByteArrayView pattern, QByteArrayView path)
{
    const std::vector<PatternItem> items = itemsOf(pattern);
    std::vector<bool> places(items.size() + 1);
    places[0] = true;
    skipWhatTakesNothing(items, places);
    for (const char character : path) {
        places = placesAfter(items, places, character);
        skipWhatTakesNothing(items, places);
    }
    return places.back();
}

} // namespace nephele
