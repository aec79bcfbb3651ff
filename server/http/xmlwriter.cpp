// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/xmlwriter.h"

namespace nephele {

namespace {

// XML 1.0, production 2: Char.
bool isXmlCharacter(char32_t c)
{
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
}

QString xmlText(const QString &text)
{
    QString clean;
    clean.reserve(text.size());
    for (const char32_t c : text.toUcs4()) {
        if (isXmlCharacter(c))
            clean.append(QChar::fromUcs4(c));
    }
    return clean;
}

} // namespace

XmlWriter::XmlWriter() : m_xml(&m_out)
{
    m_xml.writeStartDocument();
}

XmlWriter &XmlWriter::begin(QLatin1StringView name)
{
    m_xml.writeStartElement(QString(name));
    return *this;
}

XmlWriter &XmlWriter::begin(QLatin1StringView name, QLatin1StringView nameSpace)
{
    m_xml.writeStartElement(QString(name));
    m_xml.writeDefaultNamespace(QString(nameSpace));
    return *this;
}

XmlWriter &XmlWriter::end()
{
    m_xml.writeEndElement();
    return *this;
}

XmlWriter &XmlWriter::attribute(QLatin1StringView name, const QString &value)
{
    m_xml.writeAttribute(QString(name), xmlText(value));
    return *this;
}

XmlWriter &XmlWriter::text(const QString &text)
{
    m_xml.writeCharacters(xmlText(text));
    return *this;
}

XmlWriter &XmlWriter::element(QLatin1StringView name, const QString &content)
{
    m_xml.writeTextElement(QString(name), xmlText(content));
    return *this;
}

QByteArray XmlWriter::bytes()
{
    m_xml.writeEndDocument();
    return m_out;
}

} // namespace nephele
