// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/ignorerules.h"
#include "tests/support/testregistry.h"

using namespace nephele;

class tst_IgnoreRules : public QObject
{
    Q_OBJECT

private slots:
    void aLineFitsAsInGit_data();
    void aLineFitsAsInGit();
    void defaultsLeaveTemporariesAlone_data();
    void defaultsLeaveTemporariesAlone();
    void aFileCanTakeDefaultsBackButNotOurOwn();
};

void tst_IgnoreRules::aLineFitsAsInGit_data()
{
    QTest::addColumn<QString>("lines");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isFolder");
    QTest::addColumn<bool>("isIgnored");
    const auto row = [](const char *title, const char *lines, const char *name, bool isIgnored,
                         bool isFolder = false) {
        QTest::addRow("%s", title) << QString::fromUtf8(lines) << QString::fromUtf8(name) << isFolder
                                   << isIgnored;
    };
    row("no lines", "", "a", false);
    row("comment", "# a\n#a", "a", false);
    row("escaped comment", "\\#a", "#a", true);
    row("plain name", "a", "a", true);
    row("plain name in a folder", "a", "x/y/a", true);
    row("another name", "a", "ab", false);
    row("below an ignored folder", "a", "x/a/b/c", true);
    row("star", "*.o", "x/main.o", true);
    row("star stops at a slash", "x/*.o", "x/y/main.o", false);
    row("star is not all", "*.o", "main.out", false);
    row("question mark", "?.txt", "a.txt", true);
    row("question mark is one", "?.txt", "ab.txt", false);
    row("question mark is no slash", "a?b", "a/b", false);
    row("set", "[a-c].txt", "b.txt", true);
    row("outside the set", "[a-c].txt", "d.txt", false);
    row("not in the set", "[!a-c].txt", "d.txt", true);
    row("set with a bracket", "[]x]", "]", true);
    row("a set never closed", "[ab", "[ab", true);
    row("a dot is a dot", "a.b", "axb", false);
    row("signs of expressions", "a+(b)|c$", "a+(b)|c$", true);
    row("tied to the top", "/a", "a", true);
    row("tied to the top, deeper", "/a", "x/a", false);
    row("slash inside ties too", "x/a", "y/x/a", false);
    row("two stars in front", "**/x/a", "y/z/x/a", true);
    row("two stars in front, none", "**/a", "a", true);
    row("two stars in between", "a/**/b", "a/x/y/b", true);
    row("two stars in between, none", "a/**/b", "a/b", true);
    row("two stars at the end", "a/**", "a/x/y", true);
    row("two stars at the end, itself", "a/**", "a", false, true);
    row("folders only, a file", "build/", "build", false);
    row("folders only, a folder", "build/", "build", true, true);
    row("folders only, below", "build/", "x/build/y", true);
    row("taken back", "*.o\n!main.o", "main.o", false);
    row("taken back, others stay", "*.o\n!main.o", "other.o", true);
    row("the last line decides", "!main.o\n*.o", "main.o", true);
    row("below an ignored folder nothing is taken back", "a/\n!a/b", "a/b", true);
    row("escaped exclamation", "\\!a", "!a", true);
    row("trailing spaces", "a   ", "a", true);
    row("escaped trailing space", "a\\ ", "a ", true);
    row("DOS line end", "a\r\nb\r\n", "a", true);
    row("empty lines", "\n\n/\n", "a", false);
    row("letters beyond ASCII", "ä*", "äöü", true);
    row("a name with a line end", "a*", "a\nb", true);
    row("escaped star", "a\\*b", "axb", false);
}

void tst_IgnoreRules::aLineFitsAsInGit()
{
    QFETCH(QString, lines);
    QFETCH(QString, name);
    QFETCH(bool, isFolder);
    QFETCH(bool, isIgnored);
    IgnoreRules rules;
    QStringList problems;
    rules.addLines(lines, &problems);
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
    QCOMPARE(rules.ignores(name, isFolder ? IgnoreRules::Is::Folder : IgnoreRules::Is::File), isIgnored);
}

void tst_IgnoreRules::defaultsLeaveTemporariesAlone_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isIgnored");
    for (const char *name :
        { "text~", ".file.swp", "x/.#lock", "#emacs#", "~$report.docx", ".~lock.report.odt#",
            "movie.mkv.part", "x/.DS_Store", ".Trash-1000/files/a", ".nephele-part-00ff", ".nfs0000a" })
        QTest::addRow("%s", name) << QString::fromLatin1(name) << true;
    for (const char *name :
        { "text", ".bashrc", "#1 hit.mp3", "a~b", ".nepheleignore", "part", "x/.git/config" })
        QTest::addRow("%s", name) << QString::fromLatin1(name) << false;
}

void tst_IgnoreRules::defaultsLeaveTemporariesAlone()
{
    QFETCH(QString, name);
    QFETCH(bool, isIgnored);
    QCOMPARE(IgnoreRules::defaults().ignores(name, IgnoreRules::Is::File), isIgnored);
}

void tst_IgnoreRules::aFileCanTakeDefaultsBackButNotOurOwn()
{
    IgnoreRules rules = IgnoreRules::defaults();
    rules.addLines(QStringLiteral("!*\n"));
    QVERIFY(!rules.ignores(QStringLiteral("text~"), IgnoreRules::Is::File));
    QVERIFY(rules.ignores(QStringLiteral("x/.nephele-part-00ff"), IgnoreRules::Is::File));
}

NEPHELE_TEST(tst_IgnoreRules)
#include "tst_ignorerules.moc"
