// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <utility>

namespace nephele {

// Header fields in the order they came or will go; names compare without case, values are bytes.
class Headers
{
public:
    using Field = std::pair<QByteArray, QByteArray>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) : m_fields(fields) { }

    // The first value of that name, empty if there is none.
    QByteArray value(QByteArrayView name) const
    {
        for (const Field &field : m_fields) {
            if (field.first.compare(name, Qt::CaseInsensitive) == 0)
                return field.second;
        }
        return {};
    }
    bool contains(QByteArrayView name) const
    {
        for (const Field &field : m_fields) {
            if (field.first.compare(name, Qt::CaseInsensitive) == 0)
                return true;
        }
        return false;
    }
    void append(QByteArray name, QByteArray value)
    {
        m_fields.emplaceBack(std::move(name), std::move(value));
    }

    // Takes the place of every field of that name.
    void set(QByteArray name, QByteArray value)
    {
        m_fields.removeIf(
            [&](const Field &field) { return field.first.compare(name, Qt::CaseInsensitive) == 0; });
        append(std::move(name), std::move(value));
    }

    const QList<Field> &fields() const { return m_fields; }

private:
    QList<Field> m_fields;
};

} // namespace nephele
