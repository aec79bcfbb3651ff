// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/frame/samplepanes.h"
#include "tests/support/testregistry.h"

#include "app/widgets/commandpalette.h"
#include "app/widgets/detailpanel.h"
#include "app/widgets/panefaces.h"
#include "app/widgets/rowview.h"
#include "app/widgets/taskmodel.h"
#include "app/widgets/theme.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace nephele;

// The keys of LOOK, section 7, in a window with a list pane.
class tst_LookKeys : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void controlAndADigitGoesToAPlace_data();
    void controlAndADigitGoesToAPlace();
    void theHeadShowsThePane();
    void newIsThePrimaryAction();
    void newDoesNothingWhereThereIsNoAction();
    void aDisabledActionIsNotDone();
    void theEmptyFaceHasTheOnlyPrimaryButton();
    void slashAndControlFLeadToTheFilter();
    void slashInAFieldIsALetter();
    void f5ReloadsAndF9HidesTheDetail();
    void f6GoesThroughTheRegions();
    void escapeAndAltLeftGoBack();
    void activityAndBack();
    void thePaletteFindsAndGoes();
    void thePaletteKeepsTheKeysOfTheWindowAway();
    void closingThePaletteGivesTheFocusBack();
    void everyStopOfTabHasAName();

private:
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
    QString title() const;

    MainWindow *m_window = nullptr;
    SampleListPane *m_pane = nullptr;
};

void tst_LookKeys::initTestCase()
{
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
    useFont(10);
}

void tst_LookKeys::init()
{
    m_window = new MainWindow;
    m_pane = new SampleListPane;
    m_window->setPane(Place::Servers, m_pane);
    m_window->setAccount(sampleAccount());
    m_window->setCloudStatus(sampleStatus());
    m_window->go(Place::Servers);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    m_pane->table()->setFocus();
}

void tst_LookKeys::cleanup()
{
    delete m_window;
}

void tst_LookKeys::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QWidget *focused = QApplication::focusWidget();
    QTest::keyClick(focused ? focused : m_window, key, modifiers);
}

QString tst_LookKeys::title() const
{
    return m_window->findChild<QLabel *>(QStringLiteral("paneTitle"))->text();
}

void tst_LookKeys::controlAndADigitGoesToAPlace_data()
{
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<QString>("title");
    int key = Qt::Key_1;
    for (const char *name :
        { "Overview", "Servers", "Networks", "Images", "Volumes", "Files", "Projects", "Access", "Activity" })
        QTest::addRow("%s", name) << Qt::Key(key++) << QString::fromLatin1(name);
}

void tst_LookKeys::controlAndADigitGoesToAPlace()
{
    QFETCH(Qt::Key, key);
    QFETCH(QString, title);
    press(key, Qt::ControlModifier);
    QCOMPARE(this->title(), title);
    QVERIFY(m_window->windowTitle().startsWith(title));
}

void tst_LookKeys::theHeadShowsThePane()
{
    QCOMPARE(title(), QStringLiteral("Servers"));
    QCOMPARE(
        m_window->findChild<QLabel *>(QStringLiteral("paneFact"))->text(), QStringLiteral("7 of 13 running"));
    const auto *button = m_window->findChild<QPushButton *>(QStringLiteral("primaryButton"));
    QVERIFY(button->isVisible());
    QCOMPARE(button->text(), QStringLiteral("New server"));
    m_window->go(Place::Volumes);
    QVERIFY(!button->isVisible());
}

void tst_LookKeys::newIsThePrimaryAction()
{
    QSignalSpy triggered(m_pane->primaryAction(), &QAction::triggered);
    press(Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(triggered.size(), 1);
    m_window->findChild<QPushButton *>(QStringLiteral("primaryButton"))->click();
    QCOMPARE(triggered.size(), 2);
}

void tst_LookKeys::newDoesNothingWhereThereIsNoAction()
{
    m_window->go(Place::Volumes);
    press(Qt::Key_N, Qt::ControlModifier);
    press(Qt::Key_F5);
    press(Qt::Key_F9);
    press(Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(title(), QStringLiteral("Volumes"));
}

void tst_LookKeys::aDisabledActionIsNotDone()
{
    QSignalSpy triggered(m_pane->primaryAction(), &QAction::triggered);
    m_pane->primaryAction()->setEnabled(false);
    press(Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(triggered.size(), 0);
    QVERIFY(!m_window->findChild<QPushButton *>(QStringLiteral("primaryButton"))->isEnabled());
}

void tst_LookKeys::theEmptyFaceHasTheOnlyPrimaryButton()
{
    m_pane->faces()->showEmpty();
    QVERIFY(!m_window->findChild<QPushButton *>(QStringLiteral("primaryButton"))->isVisible());
    int primary = 0;
    const auto buttons = m_window->findChildren<QPushButton *>();
    for (const QPushButton *button : buttons)
        primary += button->isVisible() && button->property("kind") == QStringLiteral("primary");
    QCOMPARE(primary, 1);
}

void tst_LookKeys::slashAndControlFLeadToTheFilter()
{
    auto *filter = m_pane->findChild<QLineEdit *>(QStringLiteral("filter"));
    press(Qt::Key_F, Qt::ControlModifier);
    QVERIFY(filter->hasFocus());
    m_pane->table()->setFocus();
    press(Qt::Key_Slash);
    QVERIFY(filter->hasFocus());
    QVERIFY(filter->text().isEmpty());
}

void tst_LookKeys::slashInAFieldIsALetter()
{
    auto *filter = m_pane->findChild<QLineEdit *>(QStringLiteral("filter"));
    filter->setFocus();
    QTest::keyClicks(filter, QStringLiteral("a/b"));
    QCOMPARE(filter->text(), QStringLiteral("a/b"));
}

void tst_LookKeys::f5ReloadsAndF9HidesTheDetail()
{
    press(Qt::Key_F5);
    QCOMPARE(m_pane->reloads, 1);
    QVERIFY(m_pane->detail()->isVisible());
    press(Qt::Key_F9);
    QVERIFY(!m_pane->detail()->isVisible());
    press(Qt::Key_F9);
    QVERIFY(m_pane->detail()->isVisible());
}

void tst_LookKeys::f6GoesThroughTheRegions()
{
    const auto region = [this]() -> QString {
        const QWidget *focused = QApplication::focusWidget();
        for (const char *name : { "sideBar", "sampleTable", "detailPanel", "activityStrip" }) {
            const auto *widget = m_window->findChild<QWidget *>(QString::fromLatin1(name));
            if (widget == focused || widget->isAncestorOf(focused))
                return QString::fromLatin1(name);
        }
        return {};
    };
    QStringList visited;
    for (int i = 0; i < 4; ++i) {
        press(Qt::Key_F6);
        visited.append(region());
    }
    QCOMPARE(visited.join(QLatin1Char(' ')), QStringLiteral("detailPanel activityStrip sideBar sampleTable"));
    press(Qt::Key_F6, Qt::ShiftModifier);
    QCOMPARE(region(), QStringLiteral("sideBar"));
}

void tst_LookKeys::escapeAndAltLeftGoBack()
{
    press(Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(m_pane->backs, 1);
    press(Qt::Key_Escape); // the first one clears the selection
    QCOMPARE(m_pane->backs, 1);
    QVERIFY(!m_pane->table()->selectionModel()->hasSelection());
    press(Qt::Key_Escape);
    QCOMPARE(m_pane->backs, 2);
}

void tst_LookKeys::activityAndBack()
{
    press(Qt::Key_J, Qt::ControlModifier);
    QCOMPARE(title(), QStringLiteral("Activity"));
    press(Qt::Key_J, Qt::ControlModifier);
    QCOMPARE(title(), QStringLiteral("Servers"));
}

void tst_LookKeys::thePaletteFindsAndGoes()
{
    press(Qt::Key_K, Qt::ControlModifier);
    QVERIFY(m_window->palette()->isOpen());
    auto *field = m_window->findChild<QLineEdit *>(QStringLiteral("paletteField"));
    QVERIFY(field->hasFocus());
    QTest::keyClicks(field, QStringLiteral("volumes"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!m_window->palette()->isOpen());
    QCOMPARE(title(), QStringLiteral("Volumes"));

    QSignalSpy triggered(m_pane->primaryAction(), &QAction::triggered);
    press(Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(field, QStringLiteral("new ser"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(triggered.size(), 1);

    press(Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(field, QStringLiteral("xyzzy"));
    QVERIFY(m_window->findChild<QLabel *>(QStringLiteral("paletteNothing"))
                ->text()
                .contains(QStringLiteral("xyzzy")));
    QTest::keyClick(field, Qt::Key_Return); // nothing to do
    QVERIFY(m_window->palette()->isOpen());
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!m_window->palette()->isOpen());
}

void tst_LookKeys::thePaletteKeepsTheKeysOfTheWindowAway()
{
    press(Qt::Key_K, Qt::ControlModifier);
    QSignalSpy triggered(m_pane->primaryAction(), &QAction::triggered);
    press(Qt::Key_N, Qt::ControlModifier);
    press(Qt::Key_3, Qt::ControlModifier);
    press(Qt::Key_F5);
    QCOMPARE(triggered.size(), 0);
    QCOMPARE(m_pane->reloads, 0);
    QCOMPARE(title(), QStringLiteral("Servers"));
}

void tst_LookKeys::closingThePaletteGivesTheFocusBack()
{
    press(Qt::Key_K, Qt::ControlModifier);
    press(Qt::Key_Escape);
    QVERIFY(m_pane->table()->hasFocus());
}

void tst_LookKeys::everyStopOfTabHasAName()
{
    QSet<QWidget *> seen;
    m_pane->table()->setFocus();
    for (int i = 0; i < 60; ++i) {
        press(Qt::Key_Tab);
        QWidget *focused = QApplication::focusWidget();
        QVERIFY(focused);
        seen.insert(focused);
        const auto *button = qobject_cast<const QAbstractButton *>(focused);
        const bool isNamed = !focused->accessibleName().isEmpty() || (button && !button->text().isEmpty())
            || focused->inherits("QTabBar");
        QVERIFY2(isNamed,
            qPrintable(QString::fromLatin1(focused->metaObject()->className()) + focused->objectName()));
    }
    // It goes round, through all regions; of the places just the current one is a stop.
    QVERIFY2(seen.size() > 15, qPrintable(QString::number(seen.size())));
}

NEPHELE_TEST(tst_LookKeys)
#include "tst_lookkeys.moc"
