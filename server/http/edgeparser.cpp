// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/edgeparser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace nephele {

namespace http = boost::beast::http;
using boost::beast::iequals;
using boost::beast::string_view;
using BeastError = boost::beast::error_code;

class EdgeParser::Beast final : public http::basic_parser<true>
{
public:
    RequestHead head;
    const TakeData *take = nullptr;

private:
    void on_request_impl(
        http::verb, string_view method, string_view target, int version, BeastError &) override
    {
        head.method.assign(method.data(), method.size());
        head.target.assign(target.data(), target.size());
        head.version = version;
    }
    void on_response_impl(int, string_view, int, BeastError &) override { }
    void on_field_impl(http::field field, string_view name, string_view value, BeastError &) override
    {
        head.fields.emplace_back(
            std::string(name.data(), name.size()), std::string(value.data(), value.size()));
        if (field == http::field::host) {
            ++head.hosts;
            head.host = head.fields.back().second;
        } else if (field == http::field::expect) {
            (iequals(value, "100-continue") ? head.expectsContinue : head.hasOtherExpectation) = true;
        } else if (field == http::field::transfer_encoding && !iequals(value, "chunked")) {
            head.hasOtherCoding = true;
        }
    }
    void on_header_impl(BeastError &) override { }
    void on_body_init_impl(const boost::optional<std::uint64_t> &, BeastError &) override { }
    std::size_t on_body_impl(string_view body, BeastError &) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, string_view, BeastError &) override { }
    std::size_t on_chunk_body_impl(std::uint64_t, string_view data, BeastError &error) override
    {
        if (take && !(*take)(QByteArrayView(data.data(), qsizetype(data.size()))))
            error = http::error::body_limit;
        return data.size();
    }
    void on_finish_impl(BeastError &) override { }
};

namespace {

int statusOfFailure(const BeastError &error)
{
    if (error == http::error::header_limit)
        return 431;
    if (error == http::error::bad_version)
        return 505;
    return 400;
}

} // namespace

EdgeParser::EdgeParser() = default;
EdgeParser::~EdgeParser() = default;

const RequestHead &EdgeParser::head() const
{
    return m_beast->head;
}

void EdgeParser::reset(std::uint32_t mostHeadBytes)
{
    m_beast = std::make_unique<Beast>();
    m_beast->header_limit(mostHeadBytes);
    m_beast->body_limit(boost::none); // the limit depends on the route: the connection counts
    m_beast->eager(false);
}

EdgeParser::Outcome EdgeParser::readHead(QByteArrayView data)
{
    BeastError error;
    Outcome outcome;
    outcome.used = qsizetype(m_beast->put(boost::asio::buffer(data.data(), std::size_t(data.size())), error));
    if (error && error != http::error::need_more) {
        outcome.progress = Progress::Failed;
        outcome.status = statusOfFailure(error);
        outcome.why = error.message();
        return outcome;
    }
    if (!m_beast->is_header_done())
        return outcome;
    RequestHead &head = m_beast->head;
    if (const auto length = m_beast->content_length())
        head.length = *length;
    head.isChunked = m_beast->chunked();
    head.keepsAlive = m_beast->keep_alive();
    head.wantsUpgrade = m_beast->upgrade();
    outcome.progress = m_beast->is_done() ? Progress::Done : Progress::HeadDone;
    return outcome;
}

EdgeParser::Outcome EdgeParser::readChunks(QByteArrayView data, const TakeData &take)
{
    Outcome outcome;
    m_beast->take = &take;
    while (outcome.used < data.size() && outcome.progress == Progress::NeedsMore) {
        BeastError error;
        const QByteArrayView rest = data.sliced(outcome.used);
        const auto used = m_beast->put(boost::asio::buffer(rest.data(), std::size_t(rest.size())), error);
        outcome.used += qsizetype(used);
        if (error == http::error::need_more || (!error && used == 0))
            break;
        if (error) {
            outcome.progress = Progress::Failed;
            outcome.why = error.message();
        } else if (m_beast->is_done()) {
            outcome.progress = Progress::Done;
        }
    }
    m_beast->take = nullptr;
    return outcome;
}

} // namespace nephele
