// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/pithosform.h"

namespace nephele {

namespace {

constexpr qsizetype mostHead = 8 << 10;
constexpr qsizetype mostBoundary = 70; // RFC 2046 section 5.1.1

Error malformed(const char *why)
{
    return invalid(QStringLiteral("The form is malformed: %1.").arg(QLatin1StringView(why)));
}

// The value of a parameter behind ';', without its quotes. RFC 9110 section 5.6.6.
QByteArray parameterOf(const QByteArray &value, const QByteArray &name)
{
    for (qsizetype at = value.indexOf(';'); at >= 0;) {
        const qsizetype equals = value.indexOf('=', at);
        if (equals < 0)
            break;
        const QByteArray found = value.mid(at + 1, equals - at - 1).trimmed().toLower();
        QByteArray text;
        qsizetype i = equals + 1;
        if (i < value.size() && value[i] == '"') {
            for (++i; i < value.size() && value[i] != '"'; ++i) {
                if (value[i] == '\\' && i + 1 < value.size())
                    ++i;
                text.append(value[i]);
            }
            at = value.indexOf(';', i);
        } else {
            at = value.indexOf(';', i);
            text = value.mid(i, at < 0 ? -1 : at - i).trimmed();
        }
        if (found == name)
            return text;
    }
    return {};
}

QByteArray fieldOf(const QByteArray &head, const QByteArray &name)
{
    for (const QByteArray &line : head.split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.first(colon).trimmed().toLower() == name)
            return line.mid(colon + 1).trimmed();
    }
    return {};
}

} // namespace

Result<QByteArray> formBoundary(const QByteArray &contentType)
{
    const QByteArray boundary = parameterOf(contentType, "boundary");
    if (boundary.isEmpty() || boundary.size() > mostBoundary)
        return invalid(QStringLiteral("Content-Type: multipart/form-data needs a boundary."));
    return boundary;
}

FormSink::FormSink(const QByteArray &boundary, const QByteArray &field, OpenField open)
    : m_delimiter("\r\n--" + boundary)
    , m_field(field.toLower())
    , m_open(std::move(open))
    , m_buffer("\r\n") // the first boundary may stand at the very beginning
{
}

Result<> FormSink::write(QByteArrayView data)
{
    m_buffer.append(data);
    for (bool isStuck = false; !isStuck && m_at != At::End;) {
        if (const auto done = step(isStuck); !done) {
            abort();
            return done;
        }
    }
    if (m_at == At::End)
        m_buffer.clear();
    return {};
}

Result<> FormSink::step(bool &isStuck)
{
    switch (m_at) {
    case At::Text:
        return readText(isStuck);
    case At::Head:
        return readHead(isStuck);
    case At::Boundary: {
        isStuck = m_buffer.size() < 2;
        if (isStuck)
            return {};
        const QByteArray behind = m_buffer.first(2);
        if (behind != "--" && behind != "\r\n")
            return malformed("a boundary does not end its line");
        m_at = behind == "--" ? At::End : At::Head;
        // The head may be empty: its end then begins with what ends the boundary's line.
        if (m_at == At::End)
            m_buffer.remove(0, 2);
        return {};
    }
    case At::End:
        break;
    }
    return {};
}

Result<> FormSink::readText(bool &isStuck)
{
    const qsizetype at = m_buffer.indexOf(m_delimiter);
    // What may be the beginning of a delimiter stays.
    const qsizetype length = at >= 0 ? at : qMax<qsizetype>(0, m_buffer.size() - m_delimiter.size() + 1);
    if (m_isOurs) {
        if (const auto passed = pass(QByteArrayView(m_buffer).first(length)); !passed)
            return passed;
    }
    isStuck = at < 0;
    m_buffer.remove(0, isStuck ? length : at + m_delimiter.size());
    if (!isStuck) {
        m_isOurs = false;
        m_at = At::Boundary;
    }
    return {};
}

Result<> FormSink::readHead(bool &isStuck)
{
    const qsizetype end = m_buffer.indexOf("\r\n\r\n");
    if (end > mostHead || (end < 0 && m_buffer.size() > mostHead))
        return malformed("the head of a part is too long");
    isStuck = end < 0;
    if (isStuck)
        return {};
    const QByteArray head = m_buffer.first(end);
    m_buffer.remove(0, end + 4);
    // A body that is empty has its delimiter right here.
    m_buffer.prepend("\r\n");
    m_at = At::Text;
    const auto opened = openPart(head);
    if (opened && !m_buffer.startsWith(m_delimiter))
        m_buffer.remove(0, 2);
    return opened;
}

Result<> FormSink::openPart(const QByteArray &head)
{
    const QByteArray name = parameterOf(fieldOf(head, "content-disposition"), "name");
    if (name.toLower() != m_field)
        return {};
    if (m_inner)
        return malformed("the field comes twice");
    QByteArray type = fieldOf(head, "content-type");
    if (type.isEmpty())
        type = "application/octet-stream";
    auto opened = m_open(type);
    if (!opened)
        return opened.error();
    m_inner = *std::move(opened);
    m_isOurs = true;
    connect(m_inner.get(), &BodySink::readyForMore, this, &BodySink::readyForMore);
    connect(m_inner.get(), &BodySink::finished, this, &BodySink::finished);
    return {};
}

Result<> FormSink::pass(QByteArrayView data)
{
    return data.isEmpty() ? Result<>() : m_inner->write(data);
}

void FormSink::finish()
{
    if (m_at != At::End || !m_inner) {
        const Error why = m_at != At::End
            ? malformed("it ends early")
            : invalid(QStringLiteral("The form has no field %1.").arg(QString::fromLatin1(m_field)));
        abort();
        emit finished(why);
        return;
    }
    m_inner->finish();
}

void FormSink::abort()
{
    m_buffer.clear();
    if (m_inner)
        m_inner->abort();
}

} // namespace nephele
