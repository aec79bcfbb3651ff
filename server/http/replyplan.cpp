// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/replyplan.h"

#include "server/http/faults.h"

#include <QRandomGenerator>

namespace nephele {

namespace {

bool hasNoBody(int status)
{
    return status == 204 || status == 304 || status < 200;
}

void appendField(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    const auto isBreak = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    out.append(name).append(": ");
    if (std::none_of(value.begin(), value.end(), isBreak)) {
        out.append(value);
    } else {
        for (const char c : value)
            out.append(isBreak(c) ? ' ' : c);
    }
    out.append("\r\n");
}

ReplyPlan wholeContent(ReplyPlan plan, qint64 size)
{
    plan.pieces.push_back({ {}, { 0, size } });
    plan.length = size;
    return plan;
}

ReplyPlan singlePart(ReplyPlan plan, const ByteRange &part, qint64 size)
{
    plan.status = 206;
    plan.headers.set("Content-Range", contentRange(part, size));
    plan.pieces.push_back({ {}, part });
    plan.length = part.length;
    return plan;
}

// RFC 9110 section 14.6.
ReplyPlan manyParts(ReplyPlan plan, const QList<ByteRange> &parts, qint64 size)
{
    plan.status = 206;
    const QByteArray boundary = QByteArray::number(QRandomGenerator::system()->generate64(), 16)
        + QByteArray::number(QRandomGenerator::system()->generate64(), 16);
    const QByteArray type = plan.headers.value("Content-Type");
    for (const ByteRange &part : parts) {
        QByteArray text = plan.pieces.empty() ? "--" + boundary + "\r\n" : "\r\n--" + boundary + "\r\n";
        if (!type.isEmpty())
            appendField(text, "Content-Type", type);
        appendField(text, "Content-Range", contentRange(part, size));
        text.append("\r\n");
        plan.length += text.size() + part.length;
        plan.pieces.push_back({ text, part });
    }
    const QByteArray end = "\r\n--" + boundary + "--\r\n";
    plan.length += end.size();
    plan.pieces.push_back({ end, {} });
    plan.headers.set("Content-Type", "multipart/byteranges; boundary=" + boundary);
    return plan;
}

} // namespace

std::optional<ReplyPlan> planReply(const Response &response, const Request &request, const RangeRules &rules)
{
    ReplyPlan plan;
    plan.status = response.status;
    plan.headers = response.headers;
    if (!response.content) {
        plan.length = response.body.size();
        if (!response.body.isEmpty())
            plan.pieces.push_back({ response.body, {} });
        return plan;
    }
    const qint64 size = response.content->size();
    plan.content = response.content;
    if (response.status == 200 && !plan.headers.contains("Accept-Ranges"))
        plan.headers.append("Accept-Ranges", "bytes");
    const auto field = [&](QByteArrayView name) {
        const QByteArray value = request.headers.value(name);
        return rules.percentEncoded && value.contains('%') ? QByteArray::fromPercentEncoding(value) : value;
    };
    // Ranges are for GET alone, RFC 9110 section 14.2.
    const bool mayBePart = response.status == 200 && request.method == "GET"
        && ifRangeHolds(
            field("If-Range"), response.headers.value("ETag"), response.headers.value("Last-Modified"));
    const RangeChoice choice =
        mayBePart ? chooseRanges(field("Range"), size, rules.mostParts, rules.pastEnd) : RangeChoice();
    switch (choice.answer) {
    case RangeChoice::Answer::Whole:
        return wholeContent(std::move(plan), size);
    case RangeChoice::Answer::NotSatisfiable:
        return std::nullopt;
    case RangeChoice::Answer::Parts:
        break;
    }
    return choice.parts.size() == 1 ? singlePart(std::move(plan), choice.parts.first(), size)
                                    : manyParts(std::move(plan), choice.parts, size);
}

QByteArray ReplyPlan::head(const Headers &added, bool isHead) const
{
    QByteArray out;
    out.reserve(512);
    out.append("HTTP/1.1 ").append(QByteArray::number(status)).append(' ').append(reasonPhrase(status));
    out.append("\r\n");
    bool hasLength = hasNoBody(status);
    for (const auto &[name, value] : headers.fields()) {
        // A handler that answers HEAD may know the length without having the content at hand.
        const bool isLength = name.compare("Content-Length", Qt::CaseInsensitive) == 0;
        if (isLength && (!isHead || content || hasLength))
            continue;
        hasLength = hasLength || isLength;
        appendField(out, name, value);
    }
    for (const auto &[name, value] : added.fields())
        appendField(out, name, value);
    if (!hasLength)
        appendField(out, "Content-Length", QByteArray::number(length));
    return out.append("\r\n");
}

} // namespace nephele
