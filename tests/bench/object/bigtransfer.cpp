// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/object/bigtransfer.h"

#include <openssl/evp.h>

#include <arpa/inet.h>
#include <cstring>
#include <ctime>
#include <netinet/in.h>
#include <sys/socket.h>

namespace nephele::bench {

namespace {

constexpr qint64 pieceBytes = 1 << 20;
constexpr qint64 stampEvery = 64 << 10;
constexpr qint64 blockBytes = 4 << 20;

// Pseudo-random, so that nobody's compression helps; the stamps make each 64 KiB its own.
QByteArray filling()
{
    QByteArray piece(pieceBytes, Qt::Uninitialized);
    quint64 state = 0x9e3779b97f4a7c15;
    for (qint64 at = 0; at < pieceBytes; at += 8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        std::memcpy(piece.data() + at, &state, 8);
    }
    return piece;
}

void stamp(char *piece, qint64 offset, quint64 seed)
{
    for (qint64 at = 0; at < pieceBytes; at += stampEvery) {
        const quint64 values[2] = { seed, quint64(offset + at) };
        std::memcpy(piece + at, values, sizeof values);
    }
}

class Connection
{
public:
    explicit Connection(quint16 port) : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_isOpen = ::connect(m_fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    }
    ~Connection() { ::close(m_fd); }
    Q_DISABLE_COPY_MOVE(Connection)

    bool isOpen() const { return m_isOpen; }
    bool send(const char *data, qint64 bytes)
    {
        while (bytes > 0) {
            const ssize_t sent = ::send(m_fd, data, size_t(bytes), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            data += sent;
            bytes -= sent;
        }
        return true;
    }
    qint64 receive(char *data, qint64 most) { return ::recv(m_fd, data, size_t(most), 0); }
    // Up to the empty line; what came after it is in `rest`.
    QByteArray head(QByteArray &rest)
    {
        QByteArray in;
        char piece[4096];
        qsizetype end = -1;
        while ((end = in.indexOf("\r\n\r\n")) < 0) {
            const qint64 count = receive(piece, sizeof piece);
            if (count <= 0)
                return {};
            in.append(piece, count);
        }
        rest = in.mid(end + 4);
        return in.left(end);
    }

private:
    int m_fd;
    bool m_isOpen = false;
};

QByteArray requestHead(
    const BenchTarget &target, const QByteArray &method, const QByteArray &path, const QByteArray &more)
{
    return method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Auth-Token: "
        + target.token + "\r\n" + more + "\r\n";
}

template <class Work>
BigResult timed(const BenchTarget &target, Work work)
{
    BigResult result;
    const double cpuBefore = target.cpuSeconds ? target.cpuSeconds() : 0;
    QElapsedTimer timer;
    timer.start();
    result.isGood = work();
    result.seconds = double(timer.nsecsElapsed()) / 1e9;
    result.cpuSeconds = target.cpuSeconds ? target.cpuSeconds() - cpuBefore : 0;
    return result;
}

bool sendObject(const BenchTarget &target, const BigTransfer &transfer)
{
    Connection connection(target.port);
    const QByteArray head = requestHead(target, "PUT", transfer.path,
        "Content-Type: application/octet-stream\r\nContent-Length: " + QByteArray::number(transfer.bytes)
            + "\r\n");
    if (!connection.isOpen() || !connection.send(head.constData(), head.size()))
        return false;
    QByteArray piece = filling();
    for (qint64 at = 0; at < transfer.bytes; at += pieceBytes) {
        stamp(piece.data(), at, transfer.seed);
        if (!connection.send(piece.constData(), qMin(pieceBytes, transfer.bytes - at)))
            return false;
    }
    QByteArray rest;
    return connection.head(rest).mid(9, 3) == "201";
}

// Compares what came with what was sent, a piece at a time.
class Comparer
{
public:
    explicit Comparer(const BigTransfer &transfer) : m_transfer(transfer), m_wanted(filling()) { }

    bool take(const char *data, qint64 bytes)
    {
        while (bytes > 0) {
            const qint64 inPiece = m_at % pieceBytes;
            if (inPiece == 0)
                stamp(m_wanted.data(), m_at, m_transfer.seed);
            const qint64 count = qMin(bytes, pieceBytes - inPiece);
            if (std::memcmp(data, m_wanted.constData() + inPiece, size_t(count)) != 0)
                return false;
            data += count;
            bytes -= count;
            m_at += count;
        }
        return true;
    }
    bool isComplete() const { return m_at == m_transfer.bytes; }

private:
    BigTransfer m_transfer;
    QByteArray m_wanted;
    qint64 m_at = 0;
};

bool receiveObject(const BenchTarget &target, const BigTransfer &transfer)
{
    Connection connection(target.port);
    const QByteArray head = requestHead(target, "GET", transfer.path, {});
    QByteArray rest;
    if (!connection.isOpen() || !connection.send(head.constData(), head.size())
        || connection.head(rest).mid(9, 3) != "200")
        return false;
    Comparer comparer(transfer);
    if (!comparer.take(rest.constData(), rest.size()))
        return false;
    QByteArray piece(pieceBytes, Qt::Uninitialized);
    while (!comparer.isComplete()) {
        const qint64 count = connection.receive(piece.data(), piece.size());
        if (count <= 0 || !comparer.take(piece.constData(), count))
            return false;
    }
    return true;
}

} // namespace

BigResult putBig(const BenchTarget &target, const BigTransfer &transfer)
{
    return timed(target, [&] { return sendObject(target, transfer); });
}

BigResult getBig(const BenchTarget &target, const BigTransfer &transfer)
{
    return timed(target, [&] { return receiveObject(target, transfer); });
}

double hashSeconds(qint64 bytes)
{
    const QByteArray piece = filling();
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *block = EVP_MD_CTX_new();
    EVP_MD_CTX *whole = EVP_MD_CTX_new();
    const std::clock_t before = std::clock();
    EVP_DigestInit_ex(whole, EVP_md5(), nullptr);
    for (qint64 at = 0; at < bytes; at += blockBytes) {
        EVP_DigestInit_ex(block, EVP_sha256(), nullptr);
        for (qint64 inBlock = 0; inBlock < blockBytes; inBlock += pieceBytes) {
            EVP_DigestUpdate(block, piece.constData(), size_t(piece.size()));
            EVP_DigestUpdate(whole, piece.constData(), size_t(piece.size()));
        }
        EVP_DigestFinal_ex(block, digest, nullptr);
    }
    EVP_DigestFinal_ex(whole, digest, nullptr);
    const double took = double(std::clock() - before) / CLOCKS_PER_SEC;
    EVP_MD_CTX_free(block);
    EVP_MD_CTX_free(whole);
    return took;
}

} // namespace nephele::bench
