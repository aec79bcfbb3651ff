// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/pagetemplate.h"

#include <QFile>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int deepestNesting = 16; // of pages in pages: ours are three deep

QString pageText(const QString &name)
{
    QFile file(u":/pages/"_s + name + u".html"_s);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

class Filler
{
public:
    explicit Filler(const PageValues &values) { m_scopes.append(&values); }

    QString fill(QStringView text)
    {
        QString out;
        while (!text.isEmpty()) {
            const qsizetype open = text.indexOf("{{"_L1);
            const qsizetype close = open < 0 ? -1 : text.indexOf("}}"_L1, open);
            if (close < 0) {
                out += text;
                break;
            }
            out += text.first(open);
            const QStringView tag = text.sliced(open + 2, close - open - 2);
            text = text.sliced(close + 2);
            if (tag.startsWith(u'#') || tag.startsWith(u'^')) {
                const QStringView name = tag.sliced(1);
                const QString end = u"{{/"_s + name.toString() + u"}}"_s;
                const qsizetype stop = std::max<qsizetype>(0, text.indexOf(end));
                out +=
                    tag.startsWith(u'#') ? section(name, text.first(stop)) : inverse(name, text.first(stop));
                text = text.sliced(std::min(text.size(), stop + end.size()));
            } else if (tag.startsWith(u'>')) {
                out += included(tag.sliced(1).toString());
            } else {
                out += textNamed(tag.toString()).toHtmlEscaped();
            }
        }
        return out;
    }

private:
    QString textNamed(const QString &name) const
    {
        for (auto scope = m_scopes.crbegin(); scope != m_scopes.crend(); ++scope) {
            if (const auto found = (*scope)->texts.constFind(name); found != (*scope)->texts.cend())
                return *found;
        }
        return {};
    }
    const QList<PageValues> *listNamed(const QString &name) const
    {
        for (auto scope = m_scopes.crbegin(); scope != m_scopes.crend(); ++scope) {
            if (const auto found = (*scope)->lists.constFind(name); found != (*scope)->lists.cend())
                return &*found;
        }
        return nullptr;
    }
    QString section(QStringView name, QStringView body)
    {
        const QList<PageValues> *list = listNamed(name.toString());
        if (!list)
            return textNamed(name.toString()).isEmpty() ? QString() : fill(body);
        QString out;
        for (const PageValues &entry : *list) {
            m_scopes.append(&entry);
            out += fill(body);
            m_scopes.removeLast();
        }
        return out;
    }
    QString inverse(QStringView name, QStringView body)
    {
        const QList<PageValues> *list = listNamed(name.toString());
        const bool isThere = list ? !list->isEmpty() : !textNamed(name.toString()).isEmpty();
        return isThere ? QString() : fill(body);
    }
    QString included(const QString &name)
    {
        if (m_depth == deepestNesting)
            return {};
        ++m_depth;
        const QString out = fill(pageText(name));
        --m_depth;
        return out;
    }

    QList<const PageValues *> m_scopes; // the innermost last
    int m_depth = 0;
};

} // namespace

QString filledText(const QString &text, const PageValues &values)
{
    return Filler(values).fill(text);
}

QByteArray filledPage(const QString &name, const PageValues &values)
{
    return filledText(pageText(name), values).toUtf8();
}

} // namespace nephele
