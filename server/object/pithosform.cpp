// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/pithosform.h"

namespace nephele {

FormSink::FormSink(const QByteArray &boundary, const QString &field, OpenField open)
    : m_reader(boundary), m_field(field), m_open(std::move(open))
{
}

Result<> FormSink::write(QByteArrayView data)
{
    m_reader.feed(data);
    for (;;) {
        const auto event = m_reader.next();
        const auto taken = event ? take(*event) : Result<>(event.error());
        if (!taken) {
            abort();
            return taken;
        }
        if (*event == MultipartReader::Event::NeedsMore || *event == MultipartReader::Event::End)
            return {};
    }
}

Result<> FormSink::take(MultipartReader::Event event)
{
    switch (event) {
    case MultipartReader::Event::PartBegins:
        m_isOurs = m_reader.part().name.compare(m_field, Qt::CaseInsensitive) == 0;
        return m_isOurs ? openPart() : Result<>();
    case MultipartReader::Event::Data:
        return m_isOurs && !m_reader.data().isEmpty() ? m_inner->write(m_reader.data()) : Result<>();
    case MultipartReader::Event::PartEnds:
        m_isOurs = false;
        break;
    case MultipartReader::Event::NeedsMore:
    case MultipartReader::Event::End:
        break;
    }
    return {};
}

Result<> FormSink::openPart()
{
    if (m_inner)
        return invalid(QStringLiteral("The form has the field %1 twice.").arg(m_field));
    const QByteArray &type = m_reader.part().contentType;
    auto opened = m_open(type.isEmpty() ? QByteArrayLiteral("application/octet-stream") : type);
    if (!opened)
        return opened.error();
    m_inner = *std::move(opened);
    connect(m_inner.get(), &BodySink::readyForMore, this, &BodySink::readyForMore);
    connect(m_inner.get(), &BodySink::finished, this, &BodySink::finished);
    return {};
}

void FormSink::finish()
{
    if (m_reader.isAtEnd() && m_inner)
        return m_inner->finish();
    const Error why = m_reader.isAtEnd() ? invalid(QStringLiteral("The form has no field %1.").arg(m_field))
                                         : invalid(QStringLiteral("The form is malformed: it ends early."));
    abort();
    emit finished(why);
}

void FormSink::abort()
{
    if (m_inner)
        m_inner->abort();
}

} // namespace nephele
