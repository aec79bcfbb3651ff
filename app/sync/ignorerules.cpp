// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/ignorerules.h"

#include "app/sync/syncname.h"

#include <QStringList>

namespace nephele {

namespace {

// Spaces at the end are dropped unless a backslash is before them.
QString withoutTrailingSpaces(QString line)
{
    if (line.endsWith(QLatin1Char('\r')))
        line.chop(1);
    while (line.endsWith(QLatin1Char(' ')) && !line.endsWith(QLatin1StringView("\\ ")))
        line.chop(1);
    return line;
}

// "[!a-z]" at `at`; moves behind it. Empty when the bracket is never closed: then it stands for itself.
QString setAt(const QString &glob, qsizetype &at)
{
    qsizetype i = at + 1;
    QString body;
    if (i < glob.size() && (glob[i] == u'!' || glob[i] == u'^')) {
        body += QLatin1Char('^');
        ++i;
    }
    const qsizetype first = i;
    while (i < glob.size() && (glob[i] != u']' || i == first)) {
        if (glob[i] == u'\\' && i + 1 < glob.size())
            ++i;
        const QChar sign = glob[i++];
        const bool isPlain = sign.isLetterOrNumber() || sign == u'-';
        body += isPlain ? QString(sign) : QLatin1Char('\\') + QString(sign);
    }
    if (i >= glob.size())
        return {};
    at = i + 1;
    return QStringLiteral("(?!/)[%1]").arg(body);
}

QString expressionOf(const QString &glob)
{
    QString out;
    qsizetype i = 0;
    const auto rest = [&](qsizetype from) { return QStringView(glob).sliced(from); };
    while (i < glob.size()) {
        const bool atPart = i == 0 || glob[i - 1] == u'/';
        if (atPart && rest(i).startsWith(u"**/")) {
            out += QStringLiteral("(?:[^/]+/)*");
            i += 3;
        } else if (atPart && rest(i) == u"**") {
            out += QStringLiteral(".+");
            i += 2;
        } else if (glob[i] == u'*') {
            out += QStringLiteral("[^/]*");
            ++i;
        } else if (glob[i] == u'?') {
            out += QStringLiteral("[^/]");
            ++i;
        } else if (const QString set = glob[i] == u'[' ? setAt(glob, i) : QString(); !set.isEmpty()) {
            out += set;
        } else {
            if (glob[i] == u'\\' && i + 1 < glob.size())
                ++i;
            out += QRegularExpression::escape(QString(glob[i++]));
        }
    }
    return out;
}

} // namespace

IgnoreRules IgnoreRules::defaults()
{
    IgnoreRules rules;
    rules.addLines(
        QStringLiteral("*~\n.#*\n*.swp\n*.swx\n.*.sw?\n\\#*\\#\n~$*\n.~lock.*#\n*.part\n*.crdownload\n"
                       ".DS_Store\nThumbs.db\ndesktop.ini\n.Trash-*/\n.fuse_hidden*\n.nfs*\n"
                       ".nephele-part-*\n"));
    return rules;
}

void IgnoreRules::addLines(const QString &text, QStringList *problems)
{
    for (const QString &raw : text.split(QLatin1Char('\n'))) {
        QString line = withoutTrailingSpaces(raw);
        if (line.isEmpty() || line.startsWith(QLatin1Char('#')))
            continue;
        Rule rule;
        if (line.startsWith(QLatin1Char('!'))) {
            rule.takesBack = true;
            line.remove(0, 1);
        }
        if (line.endsWith(QLatin1Char('/'))) {
            rule.foldersOnly = true;
            line.chop(1);
        }
        const bool isTied = line.contains(QLatin1Char('/'));
        if (line.startsWith(QLatin1Char('/')))
            line.remove(0, 1);
        if (line.isEmpty())
            continue;
        const QString start = isTied ? QString() : QStringLiteral("(?:.*/)?");
        rule.pattern.setPattern(QStringLiteral("\\A") + start + expressionOf(line) + QStringLiteral("\\z"));
        rule.pattern.setPatternOptions(QRegularExpression::DotMatchesEverythingOption);
        if (!rule.pattern.isValid()) {
            if (problems)
                problems->append(raw);
            continue;
        }
        m_rules.append(rule);
    }
}

bool IgnoreRules::decides(const QString &name, Is what) const
{
    for (auto rule = m_rules.crbegin(); rule != m_rules.crend(); ++rule) {
        if ((what == Is::Folder || !rule->foldersOnly) && rule->pattern.match(name).hasMatch())
            return !rule->takesBack;
    }
    return false;
}

bool IgnoreRules::ignores(const QString &name, Is what) const
{
    for (qsizetype slash = name.indexOf(QLatin1Char('/')); slash >= 0;
         slash = name.indexOf(QLatin1Char('/'), slash + 1)) {
        if (decides(name.left(slash), Is::Folder))
            return true;
    }
    // Ours are never synced, whatever a file says.
    return isTemporaryName(fileNameOf(name)) || decides(name, what);
}

} // namespace nephele
