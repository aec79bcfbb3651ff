// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

namespace nephele {

// The WHERE of a list whose filters are optional, put together from the literals of its store: a filter that
// is not asked for stands in no clause, so the database can use the index of those that are.
class Conditions
{
public:
    // `clause` is a literal with the placeholder in it.
    void add(const char *clause) { append(clause); }
    void add(const char *clause, const char *placeholder, QVariant value)
    {
        append(clause);
        m_parameters.append({ placeholder, std::move(value) });
    }
    void bind(const char *placeholder, QVariant value)
    {
        m_parameters.append({ placeholder, std::move(value) });
    }
    // For lists: ":tag0", ":tag1" ... The text lives as long as this.
    QByteArray bindNumbered(const char *prefix, qsizetype number, QVariant value)
    {
        m_made.append(prefix + QByteArray::number(number));
        bind(m_made.last().constData(), std::move(value));
        return m_made.last();
    }

    QByteArray where() const { return m_where.isEmpty() ? QByteArray(" ") : m_where; } // blanks around it
    const Parameters &parameters() const { return m_parameters; }

private:
    void append(const char *clause)
    {
        m_where += m_where.isEmpty() ? " WHERE " : " AND ";
        m_where += clause;
        m_where += ' ';
    }

    QByteArray m_where;
    QByteArrayList m_made; // what parameters of made-up names point into
    Parameters m_parameters;
};

} // namespace nephele
