// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/replyformat.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/http/route.h"
#include "server/object/objectservice.h"

#include <functional>

namespace nephele {

// A request of Pithos' face (Object Storage API guide, "Levels"), read once for all of its handlers.
struct PithosRequest
{
    Request request; // names and values of its header fields are percent-decoded, UTF-8
    ObjectActor actor;
    std::optional<ProjectId> account; // nullopt: none named, or by a name that no account can have
    QString container; // empty: none named
    QString object; // likewise
    std::optional<qint64> untilMs; // nullopt: as it is now

    // A query parameter whose presence alone counts: "shared", "update" ...
    bool has(QLatin1StringView flag) const { return request.query(flag).has_value(); }
    QByteArray field(QByteArrayView name) const { return request.headers.value(name); }
    bool hasField(QByteArrayView name) const { return request.headers.contains(name); }
    // The value as text. UTF-8 for certain.
    QString text(QByteArrayView name) const { return QString::fromUtf8(field(name)); }

    // The object the path names. Its account may still be nobody's: then it is Forbidden, as everything that
    // is not the caller's to see.
    Result<ObjectPlace> place() const;
    Result<ProjectId> accountId() const;
};

// Invalid: a header field is not ASCII as sent or not UTF-8 when decoded, or a name is too long.
Result<PithosRequest> readPithosRequest(const Request &request, const Caller &caller);

// The handler of a route: reads the request first.
using PithosHandler = std::function<Reply(const PithosRequest &)>;
Handler pithosHandler(PithosHandler handler);
// The same for a body that is streamed.
using PithosOpener = std::function<QFuture<Result<std::shared_ptr<BodySink>>>(const PithosRequest &)>;
BodyRule::OpenSink pithosOpener(PithosOpener opener);

// "/container/object" as a header field names it. Invalid for anything else; `field` is what the fault calls
// it.
Result<ObjectPlace> pithosPlace(const PithosRequest &request, QByteArrayView field, const ProjectId &account);
// The account that `field` names, else `otherwise`. For one that cannot be: `unknown`.
Result<ProjectId> pithosAccount(
    const PithosRequest &request, QByteArrayView field, const ProjectId &otherwise, const Error &unknown);
// The caller's own: where fields name a path without an account.
ProjectId ownAccount(const ObjectActor &actor);

// A decimal number of at least 0; nullopt: absent or anything else, which counts as absent.
std::optional<qint64> pithosNumber(const PithosRequest &request, QLatin1StringView query);

// Text is for lists only.
enum class PithosReplies { Lists, Documents };
ReplyFormat pithosFormat(const PithosRequest &request, PithosReplies replies);

// If-Modified-Since and If-Unmodified-Since of accounts and containers. 0: go on; else 304 or 412.
int pithosDateStatus(const PithosRequest &request, qint64 modifiedAtMs);

// A reply without a body, of the type its clients look for.
Response pithosEmpty(const PithosRequest &request, int status);
QByteArray pithosContentType(ReplyFormat format);
// 411, which is also what Pithos calls a missing Content-Type.
Response pithosLengthRequired(const PithosRequest &request, const QString &message);

} // namespace nephele
