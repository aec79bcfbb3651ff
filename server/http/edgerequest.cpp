// SPDX-License-Identifier: GPL-3.0-or-later
// The half of EdgeConnection that reads: heads and bodies, up to the handler.
#include "model/base/whendone.h"
#include "server/http/edgeconnection.h"
#include "server/http/respond.h"

#include <QUuid>

#include <algorithm>

namespace nephele {

namespace {

constexpr qint64 pieceBytes = 128 * 1024;
constexpr qint64 contiguousBytes = 64 * 1024; // no lawful line of a chunked body is longer
constexpr quint64 discardedBytes = 64 * 1024; // a refused body up to this is read, to keep the connection

QByteArray fromStd(const std::string &text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

} // namespace

bool EdgeConnection::readHead()
{
    // A client that asks and asks and does not read gets nothing more done.
    if (m_transport.pendingBytes() > limits().writeBufferBytes)
        return false;
    for (;;) {
        // Empty lines before a request are ignored, RFC 9112 section 2.2.
        while (m_inRead < m_in.size() && (m_in.at(m_inRead) == '\r' || m_in.at(m_inRead) == '\n'))
            ++m_inRead;
        if (m_inRead < m_in.size()) {
            const auto outcome = m_parser.readHead(QByteArrayView(m_in).sliced(m_inRead));
            m_inRead += outcome.used;
            if (outcome.progress == EdgeParser::Progress::Failed) {
                startExchange();
                refuseStatus(outcome.status,
                    QStringLiteral("The request's head is malformed: %1.")
                        .arg(QString::fromStdString(outcome.why)));
                return true;
            }
            if (outcome.progress != EdgeParser::Progress::NeedsMore)
                break;
            if (m_in.size() - m_inRead > limits().headBytes) {
                startExchange();
                refuseStatus(431, QStringLiteral("The request's head is too large."));
                return true;
            }
        }
        if (m_transport.bytesAvailable() == 0)
            return false;
        if (m_inRead == m_in.size()) {
            m_in.clear();
            m_inRead = 0;
            setDeadline(timeouts().headMs);
        }
        const qsizetype before = m_in.size();
        m_in.resize(before + std::min<qint64>(16 * 1024, m_transport.bytesAvailable()));
        const qint64 got = m_transport.read(m_in.data() + before, m_in.size() - before);
        m_in.resize(before + std::max<qint64>(0, got));
        if (got <= 0)
            return false;
    }
    beginRequest();
    return true;
}

void EdgeConnection::startExchange()
{
    m_exchange = std::make_unique<Exchange>();
    ++m_serial;
    m_exchange->started.start();
    Request &request = m_exchange->request;
    request.id = "req-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    request.peer = m_transport.peer();
    request.secure = m_transport.isSecure();
}

void EdgeConnection::takeHead(const RequestHead &head)
{
    Request &request = m_exchange->request;
    request.method = fromStd(head.method);
    request.target = fromStd(head.target);
    for (const auto &[name, value] : head.fields)
        request.headers.append(fromStd(name), fromStd(value));
    // The absolute form names the host in place of the field, RFC 9112 section 3.2.2.
    for (const QByteArrayView scheme : { QByteArrayView("http://"), QByteArrayView("https://") }) {
        if (request.target.size() <= scheme.size()
            || QByteArrayView(request.target).first(scheme.size()).compare(scheme, Qt::CaseInsensitive) != 0)
            continue;
        const qsizetype slash = request.target.indexOf('/', scheme.size());
        const qsizetype end = slash < 0 ? request.target.size() : slash;
        request.headers.set("Host", request.target.mid(scheme.size(), end - scheme.size()));
        request.target = slash < 0 ? QByteArray("/") : request.target.mid(slash);
        break;
    }
    const qsizetype mark = request.target.indexOf('?');
    request.path = mark < 0 ? request.target : request.target.left(mark);
    m_exchange->keepsAlive = head.keepsAlive && !m_server.isDraining();
    m_exchange->isOldVersion = head.version < 11;
    m_exchange->isChunked = head.isChunked;
    m_exchange->bodyLeft =
        qint64(std::min<quint64>(head.length.value_or(0), quint64(std::numeric_limits<qint64>::max())));
    m_exchange->judgement.faults = m_server.router().faultsAt(request.path);
}

std::optional<Fault> EdgeConnection::wrongHead(const RequestHead &head) const
{
    const QByteArray &target = m_exchange->request.target;
    const auto fault = [&](int status, const char *message) {
        return faultOf(status, QString::fromLatin1(message), m_exchange->judgement.faults);
    };
    if (m_isOverload)
        return fault(503, "Too many connections are open. Try again.");
    if (qint64(head.target.size()) > limits().targetBytes)
        return fault(414, "The address is too long.");
    if (head.fields.size() > size_t(limits().headFields))
        return fault(431, "The request has too many fields.");
    if (head.version < 10 || head.version > 11)
        return fault(505, "HTTP/1.0 and HTTP/1.1 are spoken here.");
    if (head.hosts > 1 || (head.version >= 11 && head.hosts == 0))
        return fault(400, "Exactly one Host field is needed.");
    if (head.hasOtherCoding)
        return fault(501, "The only transfer coding understood is chunked.");
    if (head.isChunked && (head.length || head.version < 11))
        return fault(400, "The length of the body is stated in two ways.");
    if (head.hasOtherExpectation)
        return fault(417, "The only expectation met is 100-continue.");
    if (!target.startsWith('/') && !(target == "*" && m_exchange->request.method == "OPTIONS"))
        return fault(400, "The address must begin with a slash.");
    return std::nullopt;
}

void EdgeConnection::beginRequest()
{
    startExchange();
    Exchange &exchange = *m_exchange;
    const RequestHead &head = m_parser.head();
    takeHead(head);
    if (const auto wrong = wrongHead(head)) {
        exchange.keepsAlive = false;
        refuse(*wrong);
        return;
    }
    exchange.judgement = m_server.router().judge(exchange.request, m_transport.local());
    if (exchange.judgement.refusal) {
        refuse(*exchange.judgement.refusal);
        return;
    }
    if (exchange.judgement.webSocket) {
        startTunnel();
        return;
    }
    const BodyRule &rule = exchange.judgement.route->body;
    if (exchange.bodyLeft > rule.mostBytes) {
        refuseStatus(
            413, QStringLiteral("The body is larger than the %1 bytes allowed here.").arg(rule.mostBytes));
        return;
    }
    if (rule.open) {
        openSink();
        return;
    }
    // Who says nothing of himself cannot take the memory of those who do.
    EdgeShared &shared = m_server.shared();
    const bool isStranger = exchange.judgement.caller.isAnonymous();
    startBody(BodyIntake(rule.mostBytes, isStranger ? shared.strangersBytes : shared.bufferedBytes,
        isStranger ? limits().strangersBytesInAll : limits().bufferedBytesInAll));
}

bool EdgeConnection::isBodyExpected() const
{
    return m_exchange->isChunked || m_exchange->bodyLeft > 0;
}

void EdgeConnection::openSink()
{
    m_state = State::Opening;
    setDeadline(timeouts().handlerMs);
    const Exchange &exchange = *m_exchange;
    // In the server's name: a sink that is made after its client left must be told to clear away.
    whenDone(exchange.judgement.route->body.open(exchange.request, exchange.judgement.caller), &m_server,
        [self = QPointer(this), serial = m_serial](const Result<std::shared_ptr<BodySink>> &sink) {
            if (self)
                self->sinkOpened(serial, sink);
            else if (sink && *sink)
                (*sink)->abort();
        });
}

void EdgeConnection::sinkOpened(quint64 serial, const Result<std::shared_ptr<BodySink>> &sink)
{
    const bool isLate = serial != m_serial || m_state != State::Opening;
    if (isLate || m_isGone || !sink || !*sink) {
        if (sink && *sink)
            (*sink)->abort();
        if (isLate)
            return;
        if (m_isGone) {
            finish();
            return;
        }
        if (isBodyExpected())
            m_exchange->keepsAlive = false;
        answer(sink ? internalError(QStringLiteral("a null sink")) : sink.error());
        process();
        return;
    }
    connect(sink->get(), &BodySink::readyForMore, this, [this, serial] {
        if (serial == m_serial && m_state == State::Body)
            process();
    });
    connect(sink->get(), &BodySink::finished, this,
        [this, serial](const std::optional<Error> &failure) { sinkFinished(serial, failure); });
    m_exchange->request.sink = *sink;
    startBody(BodyIntake(m_exchange->judgement.route->body.mostBytes, *sink));
    process();
}

void EdgeConnection::startBody(BodyIntake intake)
{
    m_exchange->intake = std::move(intake);
    m_exchange->bodyStartedMs = m_server.nowMs();
    m_state = State::Body;
    setDeadline(timeouts().bodyIdleMs);
    if (m_parser.head().expectsContinue && !m_exchange->isOldVersion && isBodyExpected()
        && m_inRead == m_in.size()) {
        m_transport.write("HTTP/1.1 100 Continue\r\n\r\n");
        m_transport.flush();
    }
}

bool EdgeConnection::readBody()
{
    Exchange &exchange = *m_exchange;
    if (!isBodyExpected()) {
        bodyComplete();
        return true;
    }
    if (!exchange.intake.isReady()) {
        // The rest stays with the client; it is not to blame for the wait.
        if (exchange.sinkBusySinceMs == 0) {
            exchange.sinkBusySinceMs = m_server.nowMs();
            setDeadline(timeouts().handlerMs);
        }
        return false;
    }
    if (exchange.sinkBusySinceMs != 0) {
        exchange.bodyStartedMs += m_server.nowMs() - exchange.sinkBusySinceMs;
        exchange.sinkBusySinceMs = 0;
        setDeadline(timeouts().bodyIdleMs);
    }
    return exchange.isChunked ? readChunks() : readLength();
}

// False: the request was refused.
bool EdgeConnection::takeBody(QByteArrayView data)
{
    const auto taken = m_exchange->intake.take(data);
    if (!taken)
        refuse(faultOf(taken.error(), m_exchange->judgement.faults, m_exchange->request.id));
    return taken.ok();
}

bool EdgeConnection::readLength()
{
    Exchange &exchange = *m_exchange;
    if (m_inRead < m_in.size()) {
        const qint64 length = std::min<qint64>(exchange.bodyLeft, m_in.size() - m_inRead);
        const QByteArrayView data = QByteArrayView(m_in).sliced(m_inRead, length);
        m_inRead += length;
        exchange.bodyLeft -= length;
        (void)takeBody(data);
        return true;
    }
    thread_local QByteArray piece(pieceBytes, Qt::Uninitialized);
    const qint64 got = m_transport.read(piece.data(), std::min<qint64>(piece.size(), exchange.bodyLeft));
    if (got <= 0)
        return false;
    exchange.bodyLeft -= got;
    setDeadline(timeouts().bodyIdleMs);
    (void)takeBody(QByteArrayView(piece).first(got));
    return true;
}

bool EdgeConnection::readChunks()
{
    if (m_inRead < m_in.size()) {
        bool isRefused = false;
        const auto outcome = m_parser.readChunks(QByteArrayView(m_in).sliced(m_inRead),
            [&](QByteArrayView data) { return !(isRefused = isRefused || !takeBody(data)); });
        m_inRead += outcome.used;
        if (isRefused)
            return true;
        if (outcome.progress == EdgeParser::Progress::Failed) {
            refuseStatus(400,
                QStringLiteral("The chunked body is malformed: %1.")
                    .arg(QString::fromStdString(outcome.why)));
            return true;
        }
        if (outcome.progress == EdgeParser::Progress::Done) {
            bodyComplete();
            return true;
        }
        if (m_in.size() - m_inRead > contiguousBytes) {
            refuseStatus(400, QStringLiteral("The chunked body is malformed."));
            return true;
        }
    }
    m_in.remove(0, m_inRead);
    m_inRead = 0;
    const qint64 most = std::min<qint64>(pieceBytes, m_transport.bytesAvailable());
    if (most <= 0)
        return false;
    const qsizetype before = m_in.size();
    m_in.resize(before + most);
    const qint64 got = m_transport.read(m_in.data() + before, most);
    m_in.resize(before + std::max<qint64>(0, got));
    if (got > 0)
        setDeadline(timeouts().bodyIdleMs);
    return got > 0;
}

void EdgeConnection::bodyComplete()
{
    Exchange &exchange = *m_exchange;
    exchange.isChunked = false;
    exchange.bodyLeft = 0;
    if (exchange.refusal) {
        send(renderFault(*exchange.refusal, faultContext()));
        return;
    }
    setDeadline(timeouts().handlerMs);
    if (exchange.intake.sink()) {
        m_state = State::Finishing;
        exchange.intake.finish();
        return;
    }
    exchange.request.body = exchange.intake.takeBuffer();
    feed();
}

void EdgeConnection::sinkFinished(quint64 serial, const std::optional<Error> &failure)
{
    if (serial != m_serial || (m_state != State::Finishing && m_state != State::Body))
        return;
    if (failure) {
        if (m_state == State::Body)
            refuse(faultOf(*failure, m_exchange->judgement.faults, m_exchange->request.id));
        else
            answer(*failure);
    } else if (m_state == State::Finishing) {
        feed();
    }
    process();
}

void EdgeConnection::refuseStatus(int status, const QString &message)
{
    refuse(faultOf(status, message, m_exchange->judgement.faults));
}

void EdgeConnection::refuse(const Fault &fault)
{
    Exchange &exchange = *m_exchange;
    const bool hasBegun = m_state == State::Body;
    exchange.intake.abort();
    const bool isSmall = !exchange.isChunked && quint64(exchange.bodyLeft) <= discardedBytes;
    if (m_state == State::Head && exchange.keepsAlive && !exchange.request.method.isEmpty()
        && isBodyExpected() && isSmall && !m_parser.head().expectsContinue) {
        exchange.refusal = fault;
        startBody(BodyIntake::discarding(exchange.bodyLeft));
        return;
    }
    if (hasBegun || isBodyExpected() || exchange.request.method.isEmpty())
        exchange.keepsAlive = false;
    send(renderFault(fault, faultContext()));
}

} // namespace nephele
