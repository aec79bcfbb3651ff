// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/xmltext.h"

#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace nephele {

QString xmlText(const QString &text)
{
    QString out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (c.isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate()) {
            out.append(c).append(text.at(++i));
        } else if (c == QLatin1Char('\n') || c == QLatin1Char('\r') || c == QLatin1Char('\t')) {
            out.append(QLatin1Char(' '));
        } else if (c.unicode() < 0x20 || c.isSurrogate() || c.unicode() >= 0xfffe) {
            out.append(QChar::ReplacementCharacter);
        } else {
            out.append(c);
        }
    }
    return out;
}

void writeCloudMetadata(QXmlStreamWriter &xml, const QString &cloudId)
{
    const QString uri = QString::fromLatin1(cloudNamespace);
    xml.writeStartElement(QStringLiteral("metadata"));
    xml.writeNamespace(uri, QStringLiteral("nephele"));
    xml.writeTextElement(uri, QStringLiteral("cloud"), xmlText(cloudId));
    xml.writeEndElement();
}

QString cloudIdIn(const QByteArray &xml)
{
    QXmlStreamReader reader(xml);
    while (!reader.atEnd()) {
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QLatin1String("cloud")
            && reader.namespaceUri() == QLatin1String(cloudNamespace))
            return reader.readElementText();
    }
    return {};
}

QString cloudIdInElement(const QByteArray &xml)
{
    QXmlStreamReader reader(xml);
    return reader.readNextStartElement() && reader.name() == QLatin1String("cloud") ? reader.readElementText()
                                                                                    : QString();
}

} // namespace nephele
