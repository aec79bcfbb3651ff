// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/frame/samplepanes.h"
#include "tests/support/testregistry.h"

#include "app/widgets/commandpalette.h"
#include "app/widgets/confirmdialog.h"
#include "app/widgets/panefaces.h"
#include "app/widgets/rowview.h"
#include "app/widgets/theme.h"

#include <QApplication>
#include <QCursor>
#include <QDir>
#include <QLabel>
#include <QLineEdit>

using namespace nephele;

// Every pane in the smallest and the usual window, at 10, 14 and 20 pt, in both themes: nothing is cut,
// nothing scrolls sideways. With NEPHELE_SHOTS set to a folder, a picture of each is left there to be looked
// at. The scale of the screen comes from QT_SCALE_FACTOR; the tests are registered for 1, 1.5 and 2.
class tst_LookSizes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();
    void nothingIsCut_data();
    void nothingIsCut();
    void statesAreShown_data();
    void statesAreShown();
    void aCutIsFound();

private:
    std::unique_ptr<MainWindow> makeWindow(const QString &pane, QSize size);
    void shoot(QWidget *window, const QString &name);
};

void tst_LookSizes::initTestCase()
{
    QCursor::setPos(5000, 5000);
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
}

void tst_LookSizes::cleanup()
{
    useFont(10);
}

void tst_LookSizes::shoot(QWidget *window, const QString &name)
{
    const QString folder = qEnvironmentVariable("NEPHELE_SHOTS");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    const QString path = QStringLiteral("%1/%2@%3.png").arg(folder, name).arg(window->devicePixelRatioF());
    QVERIFY2(window->grab().save(path), qPrintable(path));
}

std::unique_ptr<MainWindow> tst_LookSizes::makeWindow(const QString &pane, QSize size)
{
    auto window = std::make_unique<MainWindow>();
    window->setAccount(sampleAccount());
    window->setCloudStatus(sampleStatus());
    fillSampleTasks(window->tasks());
    Place place = Place::Servers;
    if (pane == QStringLiteral("form"))
        window->setPane(place, new SampleFormPane);
    else
        window->setPane(place, new SampleListPane);
    for (const PlaceWords &words : allPlaces()) {
        if (words.name.toLower() == pane)
            place = words.place;
    }
    emit window->pane(Place::Servers)->countChanged(13, true);
    emit window->pane(Place::Images)->countChanged(9, false);
    window->go(place);
    window->resize(size);
    window->show();
    // The mouse leads: no ring unless a state asks for one.
    QTest::mouseClick(window->findChild<QWidget *>(QStringLiteral("paneTitle")), Qt::LeftButton);
    return window;
}

void tst_LookSizes::nothingIsCut_data()
{
    QTest::addColumn<QString>("pane");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("points");
    QTest::addColumn<bool>("dark");
    for (const char *pane : { "servers", "form", "activity", "settings", "volumes" }) {
        for (const QSize size : { QSize(1024, 640), QSize(1280, 800), QSize(1920, 1080) }) {
            for (const int points : { 10, 14, 20 }) {
                const bool dark = (points == 14) != (size.width() == 1280);
                QTest::addRow("%s, %dx%d, %d pt, %s", pane, size.width(), size.height(), points,
                    dark ? "dark" : "light")
                    << QString::fromLatin1(pane) << size << points << dark;
            }
        }
    }
    QTest::addRow("servers, light") << QStringLiteral("servers") << QSize(1280, 800) << 10 << false;
    QTest::addRow("form, light") << QStringLiteral("form") << QSize(1280, 800) << 10 << false;
}

void tst_LookSizes::nothingIsCut()
{
    QFETCH(QString, pane);
    QFETCH(QSize, size);
    QFETCH(int, points);
    QFETCH(bool, dark);
    Theme::instance().choose(dark ? Theme::Choice::Dark : Theme::Choice::Light);
    useFont(points);
    const auto window = makeWindow(pane, size);
    QVERIFY(QTest::qWaitForWindowExposed(window.get()));
    QCoreApplication::processEvents();
    shoot(window.get(),
        QStringLiteral("%1-%2-%3pt-%4")
            .arg(pane)
            .arg(size.width())
            .arg(points)
            .arg(dark ? QStringLiteral("dark") : QStringLiteral("light")));
    QCOMPARE(window->size(), size);
    const QStringList faults = clippedIn(window.get());
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join(QStringLiteral("\n  "))));
}

void tst_LookSizes::statesAreShown_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<bool>("dark");
    for (const char *state : { "palette", "several", "empty", "nomatch", "failed", "stale", "loading", "lost",
             "focus", "confirm" }) {
        QTest::addRow("%s, light", state) << QString::fromLatin1(state) << false;
        QTest::addRow("%s, dark", state) << QString::fromLatin1(state) << true;
    }
}

static void enterState(MainWindow &window, const QString &state)
{
    auto &pane = static_cast<SampleListPane &>(*window.pane(Place::Servers));
    const FailedWords failure { QStringLiteral("The servers could not be loaded"),
        QStringLiteral("cloud.example.org does not answer."), QStringLiteral("503") };
    if (state == QStringLiteral("palette")) {
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(
            window.findChild<QLineEdit *>(QStringLiteral("paletteField")), QStringLiteral("web"));
    } else if (state == QStringLiteral("several")) {
        for (const int row : { 0, 1, 3, 6 })
            pane.table()->selectionModel()->select(pane.table()->model()->index(row, 0),
                QItemSelectionModel::Select | QItemSelectionModel::Rows);
    } else if (state == QStringLiteral("empty")) {
        pane.faces()->showEmpty();
    } else if (state == QStringLiteral("nomatch")) {
        pane.faces()->showNoMatch(QStringLiteral("wbe"));
    } else if (state == QStringLiteral("stale")) {
        pane.faces()->showFailed(failure);
    } else if (state == QStringLiteral("failed")) {
        pane.faces()->showLoading();
        pane.faces()->showFailed(failure);
    } else if (state == QStringLiteral("loading")) {
        pane.faces()->showLoading();
        QTest::qWait(350); // the grey rows come after 300 ms
    } else if (state == QStringLiteral("lost")) {
        CloudStatus status = sampleStatus();
        status.link = CloudStatus::Link::Lost;
        status.reason = QStringLiteral("The connection was refused.");
        window.setCloudStatus(status);
    } else if (state == QStringLiteral("focus")) {
        pane.table()->setFocus();
        QTest::keyClick(pane.table(), Qt::Key_Down);
        QTest::keyClick(&window, Qt::Key_F6);
    } else if (state == QStringLiteral("confirm")) {
        ConfirmDialog::ask(&window,
            { QStringLiteral("Delete web-03?"), QStringLiteral("Its disk goes too. Its volume data-1 stays."),
                QStringLiteral("Delete web-03"), QStringLiteral("web-03") });
    }
}

void tst_LookSizes::statesAreShown()
{
    QFETCH(QString, state);
    QFETCH(bool, dark);
    Theme::instance().choose(dark ? Theme::Choice::Dark : Theme::Choice::Light);
    useFont(10);
    const auto window = makeWindow(QStringLiteral("servers"), QSize(1280, 800));
    window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window.get()));
    enterState(*window, state);
    QCoreApplication::processEvents();
    const QString name =
        QStringLiteral("state-%1-%2").arg(state, dark ? QStringLiteral("dark") : QStringLiteral("light"));
    if (auto *dialog = window->findChild<ConfirmDialog *>()) {
        QVERIFY(QTest::qWaitForWindowExposed(dialog));
        shoot(dialog, name);
        QCOMPARE(clippedIn(dialog), QStringList());
    } else {
        shoot(window.get(), name);
    }
    QCOMPARE(clippedIn(window.get()), QStringList());
}

// The finder itself: a label squeezed below its words, and a child that leaves its parent.
void tst_LookSizes::aCutIsFound()
{
    QWidget window;
    auto *label = new QLabel(QStringLiteral("Far more words than there is room for"), &window);
    window.resize(400, 100);
    window.show();
    label->setGeometry(0, 0, 40, 20);
    QCOMPARE(clippedIn(&window).size(), 1);
    label->setGeometry(0, 0, 390, 30);
    QCOMPARE(clippedIn(&window).size(), 0);
    label->setGeometry(100, 0, 390, 30);
    QCOMPARE(clippedIn(&window).size(), 1);
}

NEPHELE_TEST(tst_LookSizes)
#include "tst_looksizes.moc"
