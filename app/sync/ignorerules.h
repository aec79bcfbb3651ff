// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QRegularExpression>
#include <QString>

namespace nephele {

// Which names are left alone on both sides. Lines as in a .gitignore: "#" comments, "!" takes back, a slash
// inside or in front ties the pattern to the top, one at the end means folders only; "*" and "?" stop at a
// slash, "**" does not, "[a-z]" is a set, "\" takes the next sign as it is. The last line that fits decides;
// what lies in an ignored folder is ignored whatever else is said.
class IgnoreRules
{
public:
    static constexpr char fileName[] = ".nepheleignore";

    // What editors, desktops and this program itself leave lying about.
    static IgnoreRules defaults();
    // Lines that cannot be understood are left out and told in `problems`.
    void addLines(const QString &text, QStringList *problems = nullptr);

    enum class Is { File, Folder };
    bool ignores(const QString &name, Is what) const;

private:
    struct Rule
    {
        QRegularExpression pattern; // of the whole name
        bool foldersOnly = false;
        bool takesBack = false;
    };

    bool decides(const QString &name, Is what) const;

    QList<Rule> m_rules;
};

} // namespace nephele
