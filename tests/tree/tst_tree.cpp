// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testregistry.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

// Reads the sources themselves: the rules of the house that a compiler does not know.
class tst_Tree : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void anIncludePointsDown_data();
    void anIncludePointsDown();
    void aPaneIncludesNoOtherPane();
    void onlyMainBuildsTheServer();
    void onlyOneFolderKnowsLibvirt();
    void nothingWaitsInANestedLoop();
    void everySourceSaysItsLicence();
    void aTypeNameIsDefinedOnce();

private:
    struct Include
    {
        QString file;
        int line;
        QString target;
    };
    QList<Include> includesUnder(const QStringList &folders) const;
    QStringList sourcesUnder(const QStringList &folders) const;

    QString m_root;
};

void tst_Tree::initTestCase()
{
    m_root = qEnvironmentVariable("NEPHELE_SOURCE_DIR");
    QVERIFY2(QFile::exists(m_root + QStringLiteral("/model/base/result.h")),
        "NEPHELE_SOURCE_DIR names no source tree");
}

QStringList tst_Tree::sourcesUnder(const QStringList &folders) const
{
    QStringList files;
    for (const QString &folder : folders) {
        QDirIterator walk(m_root + QLatin1Char('/') + folder,
            { QStringLiteral("*.h"), QStringLiteral("*.cpp") }, QDir::Files, QDirIterator::Subdirectories);
        while (walk.hasNext())
            files.append(walk.next().mid(m_root.size() + 1));
    }
    files.sort();
    return files;
}

static QStringList linesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'))
                                          : QStringList();
}

QList<tst_Tree::Include> tst_Tree::includesUnder(const QStringList &folders) const
{
    static const QRegularExpression form(QStringLiteral("^\\s*#\\s*include\\s+[\"<]([^\">]+)[\">]"));
    QList<Include> includes;
    for (const QString &file : sourcesUnder(folders)) {
        const QStringList lines = linesOf(m_root + QLatin1Char('/') + file);
        for (int i = 0; i < lines.size(); ++i) {
            if (const auto match = form.match(lines.at(i)); match.hasMatch())
                includes.append({ file, i + 1, match.captured(1) });
        }
    }
    return includes;
}

void tst_Tree::anIncludePointsDown_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<QStringList>("above");
    QTest::addRow("model") << QStringLiteral("model")
                           << QStringList { QStringLiteral("server/"), QStringLiteral("app/") };
    QTest::addRow("model/base") << QStringLiteral(
        "model/base") << QStringList { QStringLiteral("model/database/"), QStringLiteral("model/blocks/") };
    QTest::addRow("server") << QStringLiteral("server") << QStringList { QStringLiteral("app/") };
}

void tst_Tree::anIncludePointsDown()
{
    QFETCH(QString, layer);
    QFETCH(QStringList, above);
    const auto includes = includesUnder({ layer });
    QVERIFY(!includes.isEmpty());
    for (const Include &include : includes) {
        for (const QString &folder : above)
            QVERIFY2(!include.target.startsWith(folder),
                qPrintable(QStringLiteral("%1:%2 includes %3")
                               .arg(include.file)
                               .arg(include.line)
                               .arg(include.target)));
    }
}

void tst_Tree::aPaneIncludesNoOtherPane()
{
    static const QStringList shared { QStringLiteral("client"), QStringLiteral("widgets") };
    for (const Include &include : includesUnder({ QStringLiteral("app") })) {
        if (!include.target.startsWith(QStringLiteral("app/")))
            continue;
        const QString from = include.file.section(QLatin1Char('/'), 1, -2);
        const QString to = include.target.section(QLatin1Char('/'), 1, -2);
        // Files of app/ itself put the window together.
        if (from.isEmpty() || from == to)
            continue;
        const bool allowed = shared.contains(to.section(QLatin1Char('/'), 0, 0))
            && !(from == QStringLiteral("client") && to == QStringLiteral("widgets"));
        QVERIFY2(allowed,
            qPrintable(
                QStringLiteral("%1:%2 includes %3").arg(include.file).arg(include.line).arg(include.target)));
    }
}

void tst_Tree::onlyMainBuildsTheServer()
{
    // JSON keys are shared with the server (one file pair per resource); the cloud itself is main's.
    static const QRegularExpression keys(QStringLiteral("^server/(http/json\\w+|\\w+/\\w+json)\\.h$"));
    for (const Include &include : includesUnder({ QStringLiteral("app") })) {
        if (!include.target.startsWith(QStringLiteral("server/"))
            || include.file == QStringLiteral("app/main.cpp"))
            continue;
        QVERIFY2(keys.match(include.target).hasMatch(),
            qPrintable(
                QStringLiteral("%1:%2 includes %3").arg(include.file).arg(include.line).arg(include.target)));
    }
}

void tst_Tree::onlyOneFolderKnowsLibvirt()
{
    for (const Include &include :
        includesUnder({ QStringLiteral("app"), QStringLiteral("server"), QStringLiteral("model") })) {
        if (include.target.startsWith(QStringLiteral("libvirt/")))
            QVERIFY2(include.file.startsWith(QStringLiteral("server/libvirt/")),
                qPrintable(QStringLiteral("%1:%2").arg(include.file).arg(include.line)));
    }
}

void tst_Tree::nothingWaitsInANestedLoop()
{
    static const QRegularExpression waits(
        QStringLiteral("\\bQEventLoop\\b|processEvents\\(|BlockingQueuedConnection|QThread::(m|u)?sleep\\("));
    for (const QString &file : sourcesUnder({ QStringLiteral("app"), QStringLiteral("server") })) {
        const QStringList lines = linesOf(m_root + QLatin1Char('/') + file);
        for (int i = 0; i < lines.size(); ++i)
            QVERIFY2(!waits.match(lines.at(i)).hasMatch(),
                qPrintable(QStringLiteral("%1:%2").arg(file).arg(i + 1)));
    }
}

void tst_Tree::everySourceSaysItsLicence()
{
    const auto files = sourcesUnder({ QStringLiteral("app"), QStringLiteral("server"),
        QStringLiteral("model"), QStringLiteral("tests") });
    for (const QString &file : files) {
        QVERIFY2(linesOf(m_root + QLatin1Char('/') + file).value(0)
                == QStringLiteral("// SPDX-License-Identifier: GPL-3.0-or-later"),
            qPrintable(file));
    }
}

// The three libraries are one program: two types of one name would share their inline functions, silently.
void tst_Tree::aTypeNameIsDefinedOnce()
{
    static const QRegularExpression form(QStringLiteral("^(?:class|struct|enum class) (\\w+)(?: final)?\\s*(?::|\\{|$)"));
    QHash<QString, QString> seen;
    for (const QString &file : sourcesUnder({ QStringLiteral("app"), QStringLiteral("server"), QStringLiteral("model") })) {
        if (!file.endsWith(QStringLiteral(".h")))
            continue;
        for (const QString &line : linesOf(m_root + QLatin1Char('/') + file)) {
            const auto match = form.match(line);
            if (!match.hasMatch())
                continue;
            const QString name = match.captured(1);
            QVERIFY2(!seen.contains(name),
                qPrintable(QStringLiteral("%1 and %2 both define %3").arg(seen.value(name), file, name)));
            seen.insert(name, file);
        }
    }
    QVERIFY(!seen.isEmpty());
}

NEPHELE_TEST(tst_Tree)
#include "tst_tree.moc"
