// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/tokens.h"
#include "tests/support/testregistry.h"

using namespace nephele;

// The table of LOOK: words at least 4.5 on every ground they stand on, graphics and the focus ring at
// least 3.
class tst_LookTokens : public QObject
{
    Q_OBJECT

private slots:
    void contrastOfKnownPairs_data();
    void contrastOfKnownPairs();
    void wordsCanBeRead_data();
    void wordsCanBeRead();
    void graphicsCanBeSeen_data();
    void graphicsCanBeSeen();
    void moreContrastGivesMore();
};

// Values that anybody can compute by hand from the definition in WCAG 2.1.
void tst_LookTokens::contrastOfKnownPairs_data()
{
    QTest::addColumn<QColor>("a");
    QTest::addColumn<QColor>("b");
    QTest::addColumn<double>("ratio");
    QTest::addRow("black on white") << QColor(Qt::black) << QColor(0xffffff) << 21.0;
    QTest::addRow("the other way") << QColor(0xffffff) << QColor(Qt::black) << 21.0;
    QTest::addRow("the same") << QColor(0x777777) << QColor(0x777777) << 1.0;
    // #777777: (119/255 = 0.4667 -> 0.1845); (1.05) / (0.2345) = 4.478, the grey that just fails.
    QTest::addRow("grey that just fails") << QColor(0x777777) << QColor(0xffffff) << 4.478;
    QTest::addRow("red on white") << QColor(0xff0000) << QColor(0xffffff) << 1.05 / (0.2126 + 0.05);
}

void tst_LookTokens::contrastOfKnownPairs()
{
    QFETCH(QColor, a);
    QFETCH(QColor, b);
    QFETCH(double, ratio);
    QVERIFY2(qAbs(contrastRatio(a, b) - ratio) < 0.005, qPrintable(QString::number(contrastRatio(a, b))));
}

struct Named
{
    const char *name;
    QColor color;
};

static void addRows(const Tokens &t, const QList<Named> &inks, const QList<Named> &grounds)
{
    for (const Named &ink : inks) {
        for (const Named &ground : grounds)
            QTest::addRow("%s: %s on %s", t.dark ? "dark" : "light", ink.name, ground.name)
                << ink.color << ground.color;
    }
}

void tst_LookTokens::wordsCanBeRead_data()
{
    QTest::addColumn<QColor>("ink");
    QTest::addColumn<QColor>("ground");
    for (const Tokens *set : { &lightTokens(), &darkTokens() }) {
        const Tokens &t = *set;
        addRows(t, { { "text", t.text }, { "muted", t.muted }, { "accent", t.accent } },
            { { "surface", t.surface }, { "sunken", t.sunken }, { "raised", t.raised }, { "card", t.card },
                { "field", t.field }, { "control", t.control }, { "well", t.well }, { "hover", t.hover },
                { "pressed", t.pressed }, { "accentSoft", t.accentSoft } });
        addRows(t,
            { { "ok", t.ok }, { "warn", t.warn }, { "error", t.error }, { "busy", t.busy },
                { "off", t.off } },
            { { "surface", t.surface }, { "sunken", t.sunken }, { "raised", t.raised }, { "hover", t.hover },
                { "accentSoft", t.accentSoft } });
        addRows(t, { { "text", t.text }, { "muted", t.muted } }, { { "offSoft", t.offSoft } });
        addRows(t, { { "text", t.text } },
            { { "okSoft", t.okSoft }, { "warnSoft", t.warnSoft }, { "errorSoft", t.errorSoft },
                { "busySoft", t.busySoft } });
        addRows(t, { { "ok", t.ok } }, { { "okSoft", t.okSoft } });
        addRows(t, { { "warn", t.warn } }, { { "warnSoft", t.warnSoft } });
        addRows(t, { { "error", t.error } }, { { "errorSoft", t.errorSoft } });
        addRows(t, { { "busy", t.busy } }, { { "busySoft", t.busySoft } });
        addRows(t, { { "off", t.off } }, { { "offSoft", t.offSoft } });
        addRows(t, { { "onAccent", t.onAccent } },
            { { "accentFill", t.accentFill }, { "accentFillHover", t.accentFillHover },
                { "errorFill", t.errorFill } });
        addRows(t, { { "console text", t.consoleText } }, { { "console", t.consoleGround } });
    }
}

void tst_LookTokens::wordsCanBeRead()
{
    QFETCH(QColor, ink);
    QFETCH(QColor, ground);
    QVERIFY2(contrastRatio(ink, ground) >= 4.5, qPrintable(QString::number(contrastRatio(ink, ground))));
}

void tst_LookTokens::graphicsCanBeSeen_data()
{
    QTest::addColumn<QColor>("ink");
    QTest::addColumn<QColor>("ground");
    for (const Tokens *set : { &lightTokens(), &darkTokens() }) {
        const Tokens &t = *set;
        const QList<Named> grounds { { "surface", t.surface }, { "raised", t.raised }, { "card", t.card } };
        addRows(t,
            { { "accent ring", t.accent }, { "lineStrong", t.lineStrong }, { "accentFill", t.accentFill },
                { "warnFill", t.warnFill }, { "series 0", t.series[0] }, { "series 1", t.series[1] },
                { "series 2", t.series[2] }, { "series 3", t.series[3] }, { "series 4", t.series[4] },
                { "series 5", t.series[5] } },
            grounds);
        addRows(
            t, { { "accent ring", t.accent } }, { { "sunken", t.sunken }, { "accentSoft", t.accentSoft } });
        addRows(t, { { "tick", t.onAccent } }, { { "accentFill", t.accentFill } });
    }
}

void tst_LookTokens::graphicsCanBeSeen()
{
    QFETCH(QColor, ink);
    QFETCH(QColor, ground);
    QVERIFY2(contrastRatio(ink, ground) >= 3, qPrintable(QString::number(contrastRatio(ink, ground))));
}

void tst_LookTokens::moreContrastGivesMore()
{
    for (const Tokens *set : { &lightTokens(), &darkTokens() }) {
        const Tokens more = withMoreContrast(*set);
        QVERIFY(contrastRatio(more.edge, more.surface) >= 3);
        QVERIFY(contrastRatio(more.muted, more.surface) > contrastRatio(set->muted, set->surface));
        QCOMPARE(more.surface, set->surface);
    }
}

NEPHELE_TEST(tst_LookTokens)
#include "tst_looktokens.moc"
