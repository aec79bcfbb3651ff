// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/multipartreader.h"

#include <QUtf8StringView>

namespace nephele {

namespace {

constexpr qsizetype mostBoundaryBytes = 70; // RFC 2046 section 5.1.1

Error badForm(const char *why)
{
    return invalid(QStringLiteral("The form is malformed: %1.").arg(QString::fromLatin1(why)));
}

// name=value or name="value" behind the first semicolon of a field; the quotes may hold \" and \\.
std::optional<QByteArray> parameterOf(const QByteArray &field, const QByteArray &wanted)
{
    qsizetype at = field.indexOf(';');
    while (at >= 0 && at < field.size()) {
        ++at;
        const qsizetype equals = field.indexOf('=', at);
        if (equals < 0)
            return std::nullopt;
        const QByteArray name = field.mid(at, equals - at).trimmed().toLower();
        QByteArray value;
        at = equals + 1;
        if (at < field.size() && field.at(at) == '"') {
            for (++at; at < field.size() && field.at(at) != '"'; ++at) {
                const bool isEscape = field.at(at) == '\\' && at + 1 < field.size()
                    && (field.at(at + 1) == '"' || field.at(at + 1) == '\\');
                if (isEscape)
                    ++at;
                value.append(field.at(at));
            }
            at = field.indexOf(';', at);
        } else {
            const qsizetype end = field.indexOf(';', at);
            value = field.mid(at, end < 0 ? -1 : end - at).trimmed();
            at = end;
        }
        if (name == wanted)
            return value;
    }
    return std::nullopt;
}

} // namespace

// A first delimiter may stand at the very beginning, so a line break is put in front of everything.
MultipartReader::MultipartReader(const QByteArray &boundary)
    : m_delimiter("\r\n--" + boundary), m_waiting("\r\n")
{
}

std::optional<QByteArray> MultipartReader::boundaryOf(const QByteArray &contentType)
{
    if (contentType.split(';').constFirst().trimmed().toLower() != "multipart/form-data")
        return std::nullopt;
    const auto boundary = parameterOf(contentType, "boundary");
    if (!boundary || boundary->isEmpty() || boundary->size() > mostBoundaryBytes)
        return std::nullopt;
    return boundary;
}

Result<MultipartReader::Event> MultipartReader::next()
{
    switch (m_state) {
    case State::Preamble:
    case State::Content:
        return takeContent();
    case State::BehindDelimiter:
        return takeDelimiterEnd();
    case State::Head:
        return takeHead();
    case State::End:
        break;
    }
    m_waiting.clear();
    return Event::End;
}

MultipartReader::Event MultipartReader::takeContent()
{
    const bool isPart = m_state == State::Content;
    const qsizetype found = m_waiting.indexOf(m_delimiter);
    if (found == 0) {
        m_waiting.remove(0, m_delimiter.size());
        m_state = State::BehindDelimiter;
        return isPart ? Event::PartEnds : Event::Data;
    }
    // The last bytes may be the beginning of a delimiter.
    const qsizetype sure = found > 0 ? found : m_waiting.size() - (m_delimiter.size() - 1);
    if (sure <= 0)
        return Event::NeedsMore;
    m_data = isPart ? m_waiting.left(sure) : QByteArray();
    m_waiting.remove(0, sure);
    return Event::Data;
}

Result<MultipartReader::Event> MultipartReader::takeDelimiterEnd()
{
    m_data.clear();
    if (m_waiting.startsWith("--")) {
        m_state = State::End;
        return Event::End;
    }
    const qsizetype end = m_waiting.indexOf("\r\n");
    if (end < 0 && m_waiting.size() < 64)
        return Event::NeedsMore;
    if (end < 0 || !m_waiting.left(end).trimmed().isEmpty())
        return badForm("a boundary is followed by something else");
    m_waiting.remove(0, end); // the line break stays: a head may be empty
    m_state = State::Head;
    return Event::Data;
}

Result<MultipartReader::Event> MultipartReader::takeHead()
{
    const qsizetype end = m_waiting.indexOf("\r\n\r\n");
    if ((end < 0 && m_waiting.size() > mostHeadBytes) || end > mostHeadBytes)
        return badForm("the head of a part is too long");
    if (end < 0)
        return Event::NeedsMore;
    m_part = {};
    std::optional<QByteArray> name;
    for (const QByteArray &line : m_waiting.left(end).split('\n')) {
        const qsizetype colon = line.indexOf(':');
        const QByteArray field = line.left(colon).trimmed().toLower();
        const QByteArray value = line.mid(colon + 1).trimmed();
        if (field == "content-type")
            m_part.contentType = value;
        if (field != "content-disposition")
            continue;
        name = parameterOf(value, "name");
        const QByteArray file = parameterOf(value, "filename").value_or(QByteArray());
        if (!QUtf8StringView(file).isValidUtf8() || file.contains('\0'))
            return badForm("a file name is not UTF-8");
        m_part.fileName = QString::fromUtf8(file);
    }
    if (!name)
        return badForm("a part has no name");
    m_part.name = QString::fromUtf8(*name);
    m_waiting.remove(0, end + 4);
    m_state = State::Content;
    return Event::PartBegins;
}

} // namespace nephele
