// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <utility>
#include <variant>

namespace nephele {

// What an error means to the caller. server/http/respond.cpp turns it into a status, once per wire format.
enum class ErrorCode {
    Invalid, // the request is wrong in itself
    Unauthenticated, // no token, or one that is no longer good
    Forbidden, // known caller, not allowed
    NotFound, // absent, or invisible to this caller
    Conflict, // clashes with what is there
    Busy, // another operation holds the resource
    QuotaExceeded,
    TooLarge, // the body or a value is over its limit
    PreconditionFailed,
    RangeNotSatisfiable,
    Unprocessable, // a checksum sent along does not fit what arrived
    TooManyRequests,
    Unsupported, // understood, and not done here
    Unavailable, // a part we need is away; trying again may help
    InsufficientStorage,
    Timeout,
    Internal // our own mistake; the caller learns the request id only
};

struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message; // a plain English sentence that may reach the caller, except for Internal
    QString detail; // for the log: paths, SQL, the library's own words
    int retryAfterSeconds = 0; // of TooManyRequests, Unavailable: sent as Retry-After; 0 says nothing

    // The same error one layer up: "volume 4f2: attach: disk is in use".
    Error within(const QString &noun) const
    {
        return { code, noun + QStringLiteral(": ") + message, detail, retryAfterSeconds };
    }
    bool operator==(const Error &) const = default;
};

// A value or an Error; every function that can fail returns one. Result<> is success without a value.
//   const auto server = store.find(t, id);
//   if (!server)
//       return server.error();
//   use(*server);
template <class T = void>
class [[nodiscard]] Result
{
public:
    using Value = T;

    Result(T value) : m_data(std::in_place_index<0>, std::move(value)) { }
    Result(Error error) : m_data(std::in_place_index<1>, std::move(error)) { }

    bool ok() const { return m_data.index() == 0; }
    explicit operator bool() const { return ok(); }

    T &operator*() & { return std::get<0>(m_data); }
    const T &operator*() const & { return std::get<0>(m_data); }
    T &&operator*() && { return std::get<0>(std::move(m_data)); }
    T *operator->() { return &std::get<0>(m_data); }
    const T *operator->() const { return &std::get<0>(m_data); }

    const Error &error() const { return std::get<1>(m_data); }

private:
    std::variant<T, Error> m_data;
};

template <>
class [[nodiscard]] Result<void>
{
public:
    using Value = void;

    Result() = default;
    Result(Error error) : m_error(std::move(error)) { }

    bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }
    const Error &error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

inline Error invalid(QString message)
{
    return { ErrorCode::Invalid, std::move(message), {} };
}
inline Error notFound(QString message)
{
    return { ErrorCode::NotFound, std::move(message), {} };
}
inline Error conflict(QString message)
{
    return { ErrorCode::Conflict, std::move(message), {} };
}
inline Error forbidden(QString message)
{
    return { ErrorCode::Forbidden, std::move(message), {} };
}
inline Error unavailable(QString message, QString detail = {})
{
    return { ErrorCode::Unavailable, std::move(message), std::move(detail) };
}
inline Error internalError(QString detail)
{
    return { ErrorCode::Internal, QStringLiteral("Something went wrong inside the cloud."),
        std::move(detail) };
}

} // namespace nephele
