// SPDX-License-Identifier: GPL-3.0-or-later
// The half of EdgeConnection that writes: replies, piece by piece.
#include "server/http/edgeconnection.h"
#include "server/http/respond.h"

#include <QLoggingCategory>

#include <algorithm>

namespace nephele {

Q_DECLARE_LOGGING_CATEGORY(httpLog)

namespace {

constexpr qint64 pieceBytes = 256 * 1024;

// Made once a second; every reply carries it.
QByteArray dateNow(qint64 nowMs)
{
    thread_local qint64 second = -1;
    thread_local QByteArray date;
    if (nowMs / 1000 != second) {
        second = nowMs / 1000;
        date = httpDate(nowMs);
    }
    return date;
}

} // namespace

FaultContext EdgeConnection::faultContext() const
{
    const Request &request = m_exchange->request;
    FaultContext context;
    context.form = m_exchange->judgement.faults;
    context.requestId = request.id;
    context.baseUrl = request.baseUrl;
    if (context.form == FaultForm::Pithos)
        context.format = wantedFormat(request, { ReplyFormat::Text, ReplyFormat::Json, ReplyFormat::Xml });
    else if (context.form == FaultForm::Astakos || context.form == FaultForm::Cyclades)
        context.format = wantedFormat(request);
    return context;
}

QByteArray EdgeConnection::headOfReply(const ReplyPlan &plan) const
{
    const qint64 nowMs = m_server.shared().options.clock->nowMs();
    Headers added { { "Date", dateNow(nowMs) } };
    addRequestIds(added, faultContext(), nowMs);
    if (!m_exchange->keepsAlive)
        added.append("Connection", "close");
    else if (m_exchange->isOldVersion)
        added.append("Connection", "keep-alive");
    return plan.head(added, m_exchange->request.method == "HEAD");
}

void EdgeConnection::answer(Result<Response> result)
{
    send(respond(std::move(result), faultContext()));
}

void EdgeConnection::send(const Response &response)
{
    Exchange &exchange = *m_exchange;
    const bool isPithos = exchange.judgement.faults == FaultForm::Pithos;
    const RangeRules rules { limits().ranges, isPithos ? RangesPastEnd::Refused : RangesPastEnd::Shortened,
        isPithos };
    auto plan = planReply(response, exchange.request, rules);
    if (!plan) {
        Fault fault = faultOf({ ErrorCode::RangeNotSatisfiable,
                                  QStringLiteral("The range asked for lies outside the object."), {} },
            exchange.judgement.faults, exchange.request.id);
        fault.headers.append("Content-Range", "bytes */" + QByteArray::number(response.content->size()));
        plan = planReply(renderFault(fault, faultContext()), exchange.request, rules);
    }
    if (const auto unreadable = readAhead(*plan)) {
        plan = planReply(respond(*unreadable, faultContext()), exchange.request, rules);
        exchange.ahead.clear();
    }
    // Nobody needs the request's bytes any more; who reads the answer may count on their room.
    exchange.request.body.clear();
    exchange.intake.abort();
    exchange.reply = *std::move(plan);
    m_state = State::Sending;
    setDeadline(timeouts().writeIdleMs);
    const QByteArray head = headOfReply(exchange.reply);
    exchange.sentBytes = head.size();
    m_transport.write(head);
    if (exchange.request.method == "HEAD" || !exchange.reply.hasBody())
        exchange.nextPiece = exchange.reply.pieces.size();
}

// The first bytes are read before the head is sent: what cannot be read at all is a fault like any other.
std::optional<Error> EdgeConnection::readAhead(const ReplyPlan &plan)
{
    Exchange &exchange = *m_exchange;
    exchange.ahead.clear();
    if (!plan.content || exchange.request.method == "HEAD" || !plan.hasBody() || plan.pieces.empty())
        return std::nullopt;
    const ByteRange &range = plan.pieces.front().range;
    if (range.length == 0)
        return std::nullopt;
    exchange.ahead = readContent(*plan.content, range, 0);
    if (exchange.ahead.isEmpty())
        return internalError(QStringLiteral("content cannot be read: %1").arg(plan.content->errorString()));
    return std::nullopt;
}

// What follows the first `sent` bytes of the range; empty when it cannot be read.
QByteArray EdgeConnection::readContent(QIODevice &content, const ByteRange &range, qint64 sent)
{
    QByteArray data(std::min(pieceBytes, range.length - sent), Qt::Uninitialized);
    const bool isPlaced = sent > 0 || content.seek(range.offset);
    const qint64 got = isPlaced ? content.read(data.data(), data.size()) : -1;
    data.truncate(std::max<qint64>(got, 0));
    return data;
}

bool EdgeConnection::pump()
{
    Exchange &exchange = *m_exchange;
    while (exchange.nextPiece < exchange.reply.pieces.size()) {
        if (m_isGone)
            break;
        if (m_transport.pendingBytes() > limits().writeBufferBytes) {
            m_transport.flush();
            if (m_transport.pendingBytes() > limits().writeBufferBytes)
                return false; // progress will come back here
        }
        ReplyPlan::Piece &piece = exchange.reply.pieces[exchange.nextPiece];
        if (!piece.text.isEmpty()) {
            exchange.sentBytes += piece.text.size();
            m_transport.write(std::exchange(piece.text, {}));
        }
        if (exchange.pieceSent < piece.range.length && !pumpContent(piece))
            return false;
        if (exchange.pieceSent == piece.range.length) {
            ++exchange.nextPiece;
            exchange.pieceSent = 0;
        }
    }
    return endRequest();
}

bool EdgeConnection::pumpContent(ReplyPlan::Piece &piece)
{
    Exchange &exchange = *m_exchange;
    QIODevice &content = *exchange.reply.content;
    const QByteArray data = exchange.ahead.isEmpty() ? readContent(content, piece.range, exchange.pieceSent)
                                                     : std::exchange(exchange.ahead, {});
    if (data.isEmpty()) {
        // The head promised more. A cut connection is the only way left to say that this is not all.
        qCWarning(httpLog, "%s: content ended early: %s", exchange.request.id.constData(),
            qUtf8Printable(content.errorString()));
        finish();
        return false;
    }
    exchange.pieceSent += data.size();
    exchange.sentBytes += data.size();
    m_transport.write(data);
    return true;
}

bool EdgeConnection::endRequest()
{
    Exchange &exchange = *m_exchange;
    const bool isUnread = isBodyExpected();
    logRequest(exchange.reply.status);
    m_transport.flush();
    if (m_isGone) {
        finish();
        return false;
    }
    if (m_state != State::Sending)
        return false; // flushing came upon the end of the connection
    const bool keepsAlive = exchange.keepsAlive;
    m_exchange.reset();
    if (keepsAlive) {
        m_parser.reset(quint32(limits().headBytes));
        m_state = State::Head;
        setDeadline(m_inRead < m_in.size() ? timeouts().headMs : timeouts().keepAliveMs);
        return true;
    }
    m_state = State::Lingering;
    if (isUnread || m_inRead < m_in.size() || m_transport.bytesAvailable() > 0) {
        setDeadline(timeouts().writeIdleMs + timeouts().lingerMs);
        linger();
    } else {
        // Nothing unread: the system sends the rest and closes in order.
        setDeadline(timeouts().writeIdleMs);
        m_transport.close();
    }
    return false;
}

} // namespace nephele
