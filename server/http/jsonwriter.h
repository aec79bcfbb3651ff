// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace nephele {

// Appends JSON (RFC 8259) as UTF-8 to one buffer, in the order of the calls. It puts the commas; the caller
// keeps begin and end in pairs.
//   JsonWriter json;
//   json.beginObject().member("id", server.id.text()).key("links").beginArray() ...
class JsonWriter
{
public:
    explicit JsonWriter(qsizetype reserve = 512) { m_out.reserve(reserve); }

    JsonWriter &beginObject() { return open('{'); }
    JsonWriter &endObject() { return close('}'); }
    JsonWriter &beginArray() { return open('['); }
    JsonWriter &endArray() { return close(']'); }

    JsonWriter &key(QByteArrayView name); // plain ASCII, as written in our source
    JsonWriter &key(const char *name) { return key(QByteArrayView(name)); }
    JsonWriter &key(const QByteArray &name) { return key(QByteArrayView(name)); }
    JsonWriter &key(const QString &name); // whatever a user chose

    JsonWriter &value(const QString &text);
    JsonWriter &value(QByteArrayView utf8);
    JsonWriter &value(const QByteArray &utf8) { return value(QByteArrayView(utf8)); }
    JsonWriter &value(const char *utf8) { return value(QByteArrayView(utf8)); }
    JsonWriter &value(qint64 number);
    JsonWriter &value(int number) { return value(qint64(number)); }
    JsonWriter &value(double number);
    JsonWriter &value(bool flag);
    JsonWriter &null();
    JsonWriter &raw(QByteArrayView json); // one value that is JSON already

    template <class Name, class Value>
    JsonWriter &member(const Name &name, const Value &content)
    {
        return key(name).value(content);
    }
    template <class Name>
    JsonWriter &nullMember(const Name &name)
    {
        return key(name).null();
    }

    const QByteArray &bytes() const & { return m_out; }
    QByteArray bytes() && { return std::move(m_out); }

private:
    JsonWriter &open(char bracket);
    JsonWriter &close(char bracket);
    void separate();
    void appendEscaped(QByteArrayView utf8);

    QByteArray m_out;
    bool m_needsComma = false;
};

} // namespace nephele
