// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QString>

namespace nephele {

// What a page says: texts, and lists of further values. A name that is not there is empty.
struct PageValues
{
    QHash<QString, QString> texts;
    QHash<QString, QList<PageValues>> lists;

    PageValues &set(const QString &name, const QString &text)
    {
        texts.insert(name, text);
        return *this;
    }
    PageValues &add(const QString &list, PageValues entry)
    {
        lists[list].append(std::move(entry));
        return *this;
    }
};

// Fills a page of resources/pages. In it stand
//   {{name}}               the text, escaped for HTML, also inside an attribute's quotes
//   {{#name}}...{{/name}}  once per entry of that list, whose values hide those outside; for a text: once if
//                          there is any
//   {{^name}}...{{/name}}  once if there is neither
//   {{>page}}              another page of the folder, filled the same way
// No user's text can become markup: there is no way to write one unescaped.
QByteArray filledPage(const QString &name, const PageValues &values);

// The same of a given text, for tests.
QString filledText(const QString &text, const PageValues &values);

} // namespace nephele
