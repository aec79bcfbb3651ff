// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/byteranges.h"
#include "server/http/request.h"
#include "server/http/response.h"

#include <vector>

namespace nephele {

// A response made ready to be sent: which pieces of it go out, after which head.
struct ReplyPlan
{
    // `text`, then `range` of the content.
    struct Piece
    {
        QByteArray text;
        ByteRange range;
    };

    int status = 200;
    Headers headers; // the handler's, and what ranges add
    std::vector<Piece> pieces;
    std::shared_ptr<QIODevice> content; // null: text only
    qint64 length = 0; // of all pieces

    bool hasBody() const { return length > 0 && status >= 200 && status != 204 && status != 304; }

    // Status line and fields, up to the empty line. A line end inside a value becomes a blank: a name
    // somebody chose must not start a second reply. `isHead`: the length is that of the reply to GET.
    QByteArray head(const Headers &added, bool isHead) const;
};

struct RangeRules
{
    int mostParts = 16;
    RangesPastEnd pastEnd = RangesPastEnd::Shortened;
    bool percentEncoded = false; // Pithos' clients may encode any field
};

// nullopt: the ranges asked for cannot be satisfied; the content's size is left in `response`.
std::optional<ReplyPlan> planReply(const Response &response, const Request &request, const RangeRules &rules);

} // namespace nephele
