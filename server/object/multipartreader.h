// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QByteArray>

#include <optional>

namespace nephele {

// The head of one part of a form.
struct FormPart
{
    QString name;
    QString fileName; // empty: a plain field
    QByteArray contentType;
};

// A multipart/form-data body (RFC 7578) read piece by piece: feed() it, then next() until it needs more.
// Keeps no more than what was fed and not yet taken.
class MultipartReader
{
public:
    static constexpr qsizetype mostHeadBytes = 8 << 10; // of one part

    enum class Event {
        NeedsMore,
        PartBegins, // see part()
        Data, // see data()
        PartEnds,
        End // what follows is not looked at
    };

    explicit MultipartReader(const QByteArray &boundary);

    // What the Content-Type of a request says; nullopt when it is no form.
    static std::optional<QByteArray> boundaryOf(const QByteArray &contentType);

    void feed(QByteArrayView bytes) { m_waiting.append(bytes); }
    // Invalid for what is no form.
    Result<Event> next();

    const FormPart &part() const { return m_part; }
    const QByteArray &data() const { return m_data; }
    bool isAtEnd() const { return m_state == State::End; }

private:
    enum class State { Preamble, Content, BehindDelimiter, Head, End };

    Event takeContent();
    Result<Event> takeDelimiterEnd();
    Result<Event> takeHead();

    const QByteArray m_delimiter; // with the line break in front
    State m_state = State::Preamble;
    QByteArray m_waiting;
    FormPart m_part;
    QByteArray m_data;
};

} // namespace nephele
