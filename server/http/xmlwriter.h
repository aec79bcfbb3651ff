// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QXmlStreamWriter>

namespace nephele {

// Appends one XML 1.0 document to a buffer. Text may be anything a user chose: characters XML cannot carry
// are left out, so that the reply stays well-formed.
//   XmlWriter xml;
//   xml.begin("servers", computeNamespace).begin("server").attribute("id", ...).end().end();
class XmlWriter
{
public:
    XmlWriter();
    Q_DISABLE_COPY_MOVE(XmlWriter)

    XmlWriter &begin(QLatin1StringView name);
    // With a default namespace: the root's.
    XmlWriter &begin(QLatin1StringView name, QLatin1StringView nameSpace);
    XmlWriter &end();
    XmlWriter &attribute(QLatin1StringView name, const QString &value);
    XmlWriter &text(const QString &text);
    // <name>text</name>
    XmlWriter &element(QLatin1StringView name, const QString &content);

    // Closes what is open.
    QByteArray bytes();

private:
    QByteArray m_out;
    QXmlStreamWriter m_xml;
};

} // namespace nephele
