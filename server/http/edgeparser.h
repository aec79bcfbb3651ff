// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nephele {

// The head of a request as it came, with what the rules of RFC 9112 make of it.
struct RequestHead
{
    std::string method;
    std::string target;
    int version = 11; // 10 or 11
    std::vector<std::pair<std::string, std::string>> fields;
    std::string host; // of the last Host field
    int hosts = 0;
    std::optional<std::uint64_t> length; // Content-Length
    bool isChunked = false;
    bool keepsAlive = true;
    bool wantsUpgrade = false;
    bool expectsContinue = false;
    bool hasOtherExpectation = false;
    bool hasOtherCoding = false; // a Transfer-Encoding besides chunked
};

// Reads heads and chunked bodies strictly: whatever could be read in two ways (RFC 9112 section 11.2) is an
// error. Boost.Beast does the reading, in this class's source file only. Used in one thread.
class EdgeParser
{
public:
    enum class Progress { NeedsMore, HeadDone, Done, Failed };
    struct Outcome
    {
        Progress progress = Progress::NeedsMore;
        qsizetype used = 0; // bytes
        int status = 400; // of a failure
        std::string why; // of a failure
    };
    // Returns false to stop the reading with a failure.
    using TakeData = std::function<bool(QByteArrayView)>;

    EdgeParser();
    ~EdgeParser();
    Q_DISABLE_COPY_MOVE(EdgeParser)

    // Starts on a new request.
    void reset(std::uint32_t mostHeadBytes);

    Outcome readHead(QByteArrayView data);

    // Only after HeadDone of a chunked request.
    Outcome readChunks(QByteArrayView data, const TakeData &take);

    const RequestHead &head() const;

private:
    class Beast;
    std::unique_ptr<Beast> m_beast;
};

} // namespace nephele
