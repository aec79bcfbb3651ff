// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodyintake.h"
#include "server/http/edgeparser.h"
#include "server/http/edgeserver.h"
#include "server/http/edgetransport.h"
#include "server/http/replyplan.h"

#include <QElapsedTimer>

class QWebSocket;

namespace nephele {

class EdgeSocket;

// One client's connection, from its first byte to its last: reads a request, has it judged on its head, takes
// the body, has it handled (through QHttpServer), sends the reply, reads the next. One request at a time, so
// replies come in the order of the requests. Lives in the worker's thread; owned by the EdgeServer.
class EdgeConnection final : public QObject
{
    Q_OBJECT

public:
    EdgeConnection(EdgeServer &server, qintptr descriptor, const QSslConfiguration *tls,
        EdgeServer::Admission admission);
    ~EdgeConnection() override;

    // Time has passed.
    void tick(qint64 nowMs);
    // QHttpServer has dispatched the request that was fed to it.
    void handle();
    // The client finished its handshake.
    void openedWebSocket(QWebSocket *socket);
    // No further request is taken; an idle connection ends now.
    void drain();
    // The server ends: whoever waits for a reply is told so, and the connection with it.
    void abandon();

private:
    //  Head -> Opening -> Body -> Finishing -> Handling -> Sending -> Head ...
    //  Opening: the sink of a streamed body is being made. Finishing: it settles. Lingering: a refusal is out
    //  and what the client still sends is read and dropped, so that no reset destroys the refusal on its way.
    enum class State { Head, Opening, Body, Finishing, Handling, Sending, Lingering, Tunnel, Closed };

    // Those that return bool: whether the next step can be tried at once.
    void process();
    bool step();
    bool readHead();
    void startExchange();
    void beginRequest();
    void takeHead(const RequestHead &head);
    std::optional<Fault> wrongHead(const RequestHead &head) const;
    bool isBodyExpected() const;
    void openSink();
    void sinkOpened(quint64 serial, const Result<std::shared_ptr<BodySink>> &sink);
    void sinkFinished(quint64 serial, const std::optional<Error> &failure);
    void startBody(BodyIntake intake);
    bool readBody();
    bool takeBody(QByteArrayView data);
    bool readLength();
    bool readChunks();
    void bodyComplete();
    void feed();
    void startTunnel();

    void refuse(const Fault &fault);
    void refuseStatus(int status, const QString &message);
    void answer(Result<Response> result);
    void send(const Response &response);
    std::optional<Error> readAhead(const ReplyPlan &plan);
    static QByteArray readContent(QIODevice &content, const ByteRange &range, qint64 sent);
    bool pump();
    bool pumpContent(ReplyPlan::Piece &piece);
    bool endRequest();
    QByteArray headOfReply(const ReplyPlan &plan) const;
    FaultContext faultContext() const;

    void onReadable();
    void onProgress();
    void onGone();
    void linger();
    void finish();
    void timeOut();
    bool isTooSlow(qint64 nowMs) const;
    void setDeadline(int milliseconds);
    void logRequest(int status);

    const HttpLimits &limits() const { return m_server.shared().options.limits; }
    const HttpTimeouts &timeouts() const { return m_server.shared().options.timeouts; }

    EdgeServer &m_server;
    EdgeTransport m_transport;
    const bool m_isOverload;
    EdgeSocket *m_shown = nullptr; // to QHttpServer, which owns it; made for the first request
    State m_state = State::Head;
    EdgeParser m_parser;
    QByteArray m_in;
    qsizetype m_inRead = 0;
    bool m_isProcessing = false;
    bool m_isGone = false;
    bool m_isHalfClosed = false;
    qint64 m_deadlineMs = 0; // 0: none
    QPointer<QWebSocket> m_webSocket;

    // Of the request at hand; made new for each.
    struct Exchange
    {
        Request request;
        Judgement judgement;
        BodyIntake intake;
        qint64 bodyLeft = 0; // of a body with a length
        std::optional<Fault> refusal; // sent once the body was dropped
        bool keepsAlive = true;
        bool isOldVersion = false; // HTTP/1.0
        bool isChunked = false;
        bool isLogged = false;
        QElapsedTimer started;
        qint64 bodyStartedMs = 0; // moved on while the sink made the client wait
        qint64 sinkBusySinceMs = 0; // 0: it is ready
        ReplyPlan reply;
        QByteArray ahead; // of the content, read before the head was sent
        size_t nextPiece = 0;
        qint64 pieceSent = 0; // of the range of the piece at hand
        qint64 sentBytes = 0;
    };
    std::unique_ptr<Exchange> m_exchange;
    quint64 m_serial = 0; // of the exchange: late answers find out that they are late
};

} // namespace nephele
