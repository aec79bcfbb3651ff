// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/frame/samplepanes.h"
#include "tests/support/testregistry.h"

#include "app/widgets/busyclock.h"
#include "app/widgets/statuslabel.h"
#include "app/widgets/theme.h"

#include <QApplication>
#include <QCursor>

using namespace nephele;

class tst_LookTheme : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aChangeLeavesNoOldColour_data();
    void aChangeLeavesNoOldColour();
    void aLargerFontReachesEveryWidget();
    void theArcStopsWhenNothingIsBusy();
};

void tst_LookTheme::initTestCase()
{
    QCursor::setPos(5000, 5000); // at 0, 0 it would hover the first button
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
    useFont(10);
}

void tst_LookTheme::aChangeLeavesNoOldColour_data()
{
    QTest::addColumn<Theme::Choice>("from");
    QTest::addColumn<Theme::Choice>("to");
    QTest::addColumn<bool>("form");
    for (const bool form : { false, true }) {
        QTest::addRow("light to dark, %s", form ? "form" : "list")
            << Theme::Choice::Light << Theme::Choice::Dark << form;
        QTest::addRow("dark to light, %s", form ? "form" : "list")
            << Theme::Choice::Dark << Theme::Choice::Light << form;
    }
}

static std::unique_ptr<MainWindow> sampleWindow(bool form)
{
    auto window = std::make_unique<MainWindow>();
    Pane *pane = form ? static_cast<Pane *>(new SampleFormPane) : new SampleListPane;
    window->setPane(Place::Servers, pane);
    window->setAccount(sampleAccount());
    window->setCloudStatus(sampleStatus());
    window->go(Place::Servers);
    window->resize(1280, 800);
    window->show();
    if (QWidget *focused = window->focusWidget())
        focused->clearFocus(); // a text cursor blinks
    return window;
}

// How much ground has one of these colours. Ground is wider and higher than a pixel: the soft edge of a
// letter may have any colour by chance.
static int groundIn(const QImage &image, const QList<QColor> &colors)
{
    QSet<QRgb> wanted;
    for (const QColor &color : colors)
        wanted.insert(color.rgb());
    int count = 0;
    for (int y = 1; y < image.height() - 1; ++y) {
        for (int x = 1; x < image.width() - 1; ++x) {
            const QRgb here = image.pixel(x, y);
            count += wanted.contains(here | 0xff000000) && here == image.pixel(x + 1, y)
                && here == image.pixel(x - 1, y) && here == image.pixel(x, y + 1)
                && here == image.pixel(x, y - 1);
        }
    }
    return count;
}

static QList<QColor> groundsOf(const Tokens &t)
{
    QList<QColor> grounds { t.sunken, t.well, t.hover, t.pressed, t.line, t.edge, t.accentSoft, t.track,
        t.offSoft };
    if (t.dark)
        grounds += { t.surface, t.card, t.control };
    return grounds;
}

// A window that changed must look like one that was made in the new theme.
void tst_LookTheme::aChangeLeavesNoOldColour()
{
    QFETCH(Theme::Choice, from);
    QFETCH(Theme::Choice, to);
    QFETCH(bool, form);
    Theme::instance().choose(from);
    const auto changed = sampleWindow(form);
    QVERIFY(QTest::qWaitForWindowExposed(changed.get()));
    const QImage before = changed->grab().toImage();
    const Tokens old = Theme::tokens();
    QVERIFY(groundIn(before, groundsOf(old)) > 1000); // the measure measures something

    Theme::instance().choose(to);
    QCoreApplication::processEvents();
    const QImage after = changed->grab().toImage();
    const Tokens now = Theme::tokens();
    QVERIFY(old.dark != now.dark);
    QVERIFY(groundIn(after, groundsOf(now)) > 1000);
    QCOMPARE(groundIn(after, groundsOf(old)), 0);

    const auto made = sampleWindow(form);
    QVERIFY(QTest::qWaitForWindowExposed(made.get()));
    // Both at once: what is busy turns.
    QCOMPARE(changed->grab().toImage(), made->grab().toImage());
}

void tst_LookTheme::aLargerFontReachesEveryWidget()
{
    Theme::instance().choose(Theme::Choice::Light);
    const auto window = sampleWindow(true);
    auto *title = window->findChild<QWidget *>(QStringLiteral("paneTitle"));
    const qreal before = title->font().pointSizeF();
    useFont(14);
    QCoreApplication::processEvents();
    QCOMPARE(title->font().pointSizeF(), before + 4);
    QVERIFY(window->findChild<QWidget *>(QStringLiteral("sideBar"))->width() > 216);
    useFont(10);
    QCoreApplication::processEvents();
    QCOMPARE(title->font().pointSizeF(), before);
    QCOMPARE(window->findChild<QWidget *>(QStringLiteral("sideBar"))->width(), 216);
}

void tst_LookTheme::theArcStopsWhenNothingIsBusy()
{
    SignDot dot(Sign::Busy);
    dot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dot));
    QTRY_VERIFY(BusyClock::isRunning());
    const int angle = BusyClock::angle();
    QTRY_VERIFY(BusyClock::angle() != angle);
    dot.hide();
    QTRY_VERIFY(!BusyClock::isRunning());
    dot.show();
    QTRY_VERIFY(BusyClock::isRunning());
    dot.setSign(Sign::Running);
    QTRY_VERIFY(!BusyClock::isRunning());
}

NEPHELE_TEST(tst_LookTheme)
#include "tst_looktheme.moc"
