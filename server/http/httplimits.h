// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace nephele {

// How much of anything the edge takes before it says no.
struct HttpLimits
{
    qint64 headBytes = 16 * 1024; // request line and fields; 431 beyond it
    int headFields = 128; // 431 beyond it; Swift knows 90 fields of metadata alone
    qint64 targetBytes = 8 * 1024; // 414 beyond it
    qint64 bufferedBytesInAll = 256 << 20; // bodies in memory in the whole process; 503 beyond it
    qint64 strangersBytesInAll = 16 << 20; // of them, of callers without a token; 503 beyond it
    int connections = 1000; // 503 with Retry-After beyond it
    int ranges = 16; // parts of one multipart reply; the whole is sent beyond it
    qint64 readBufferBytes = 256 * 1024; // of one connection
    qint64 writeBufferBytes = 512 * 1024; // of one connection: nothing more is read for it beyond this
    qint64 webSocketMessageBytes = 1 << 20; // one incoming message
};

// How long the edge waits, in milliseconds.
struct HttpTimeouts
{
    int headMs = 10'000; // from its first byte to its last; 408
    int bodyIdleMs = 30'000; // between two pieces; 408
    qint64 bodyBytesPerSecond = 512; // less than this on the average after bodyIdleMs: 408
    int keepAliveMs = 60'000; // between two requests
    int writeIdleMs = 30'000; // no byte taken by the peer
    int handlerMs = 60'000; // from the whole body to the reply, and a body sink's finish; the face's Timeout
    int lingerMs = 2'000; // after a refusal, for the peer to read it
    int stopMs = 5'000; // running requests when the server stops
};

} // namespace nephele
