// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/choice.h"
#include "app/widgets/confirmdialog.h"
#include "app/widgets/field.h"
#include "app/widgets/flowlayout.h"
#include "app/widgets/focusring.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/palettemodel.h"
#include "app/widgets/panefaces.h"
#include "app/widgets/parts.h"
#include "app/widgets/quotabar.h"
#include "app/widgets/rowview.h"
#include "tests/support/testregistry.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QButtonGroup>
#include <QLineEdit>
#include <QStandardItemModel>

using namespace nephele;

class tst_LookWidgets : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void quickLoadingShowsNothing();
    void slowLoadingShowsGreyRows();
    void aFailureWithoutRowsCountsDownAndTriesAgain();
    void aFailureOverRowsKeepsThem();
    void theEmptyFaceOffersTheAction();
    void aFilterWithoutAHitIsNoEmptyPane();
    void cancelHasTheFocusOfAConfirmation();
    void manyThingsWantTheirNameTyped();
    void anErrorOfAFieldIsShownAndSpoken();
    void quotaIsWordedAsLookSays_data();
    void quotaIsWordedAsLookSays();
    void arrowsMoveBetweenChoices();
    void columnsLeaveByRank();
    void theGutterTogglesARow();
    void theRingComesWithTheKeyboard();
    void theFlowGoesOnInTheNextLine();
    void thePaletteShowsFiveOfAKindBestFirst();
};

void tst_LookWidgets::initTestCase()
{
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
    Theme::instance().choose(Theme::Choice::Light);
}

void tst_LookWidgets::quickLoadingShowsNothing()
{
    auto *content = new QWidget;
    PaneFaces faces(content);
    faces.resize(600, 400);
    faces.show();
    faces.showLoading();
    const auto *rows = faces.findChild<QWidget *>(QStringLiteral("loadingFace"));
    QVERIFY(!rows->isVisible());
    QVERIFY(!content->isVisible());
    faces.showContent();
    QTest::qWait(350); // the delay must not bring the grey rows over the real ones
    QVERIFY(!rows->isVisible());
    QVERIFY(content->isVisible());
}

void tst_LookWidgets::slowLoadingShowsGreyRows()
{
    PaneFaces faces(new QWidget);
    faces.show();
    faces.showLoading();
    QTRY_VERIFY(faces.findChild<QWidget *>(QStringLiteral("loadingFace"))->isVisible());
}

void tst_LookWidgets::aFailureWithoutRowsCountsDownAndTriesAgain()
{
    PaneFaces faces(new QWidget);
    faces.show();
    faces.showLoading();
    QSignalSpy retry(&faces, &PaneFaces::retryWanted);
    faces.showFailed({ QStringLiteral("The servers could not be loaded"),
                         QStringLiteral("It does not answer."), QStringLiteral("503") },
        2);
    QCOMPARE(faces.face(), PaneFaces::Face::Failed);
    auto *failed = faces.findChild<QWidget *>(QStringLiteral("failedFace"));
    QCOMPARE(failed->accessibleName(), QStringLiteral("The servers could not be loaded"));
    QVERIFY(failed->accessibleDescription().contains(QStringLiteral("tries again in 2 seconds")));
    QTRY_COMPARE(retry.size(), 1);
    failed->findChild<QPushButton *>(QStringLiteral("stateAction"))->click();
    QCOMPARE(retry.size(), 2);
}

void tst_LookWidgets::aFailureOverRowsKeepsThem()
{
    auto *content = new QWidget;
    PaneFaces faces(content);
    faces.show();
    faces.showContent();
    faces.showFailed({ QStringLiteral("title"), QStringLiteral("It does not answer."), {} });
    QCOMPARE(faces.face(), PaneFaces::Face::Content);
    QVERIFY(content->isVisible());
    QVERIFY(faces.notice()->isVisible());
    QVERIFY(faces.notice()->words().contains(QStringLiteral("It does not answer.")));
    faces.showContent();
    QVERIFY(!faces.notice()->isVisible());
}

void tst_LookWidgets::theEmptyFaceOffersTheAction()
{
    PaneFaces faces(new QWidget);
    QAction create(QStringLiteral("New volume"));
    faces.setEmptyWords({ QStringLiteral("drive-harddisk"), QStringLiteral("No volumes yet"),
        QStringLiteral("A volume is a disk of its own."), &create, nullptr });
    faces.show();
    faces.showEmpty();
    QSignalSpy triggered(&create, &QAction::triggered);
    auto *button = faces.findChild<QWidget *>(QStringLiteral("emptyFace"))
                       ->findChild<QPushButton *>(QStringLiteral("stateAction"));
    QCOMPARE(button->text(), QStringLiteral("New volume"));
    QVERIFY(button->isVisible());
    button->click();
    QCOMPARE(triggered.size(), 1);
    create.setEnabled(false);
    QVERIFY(!button->isEnabled());
}

void tst_LookWidgets::aFilterWithoutAHitIsNoEmptyPane()
{
    PaneFaces faces(new QWidget);
    faces.show();
    faces.showNoMatch(QStringLiteral("wbe"));
    auto *page = faces.findChild<QWidget *>(QStringLiteral("noMatchFace"));
    QVERIFY(page->isVisible());
    QVERIFY(page->accessibleName().contains(QStringLiteral("wbe")));
    QSignalSpy clear(&faces, &PaneFaces::clearFilterWanted);
    page->findChild<QPushButton *>(QStringLiteral("stateAction"))->click();
    QCOMPARE(clear.size(), 1);
}

void tst_LookWidgets::cancelHasTheFocusOfAConfirmation()
{
    QWidget window;
    window.show();
    QPointer<ConfirmDialog> dialog = ConfirmDialog::ask(&window,
        { QStringLiteral("Delete web-03?"), QStringLiteral("Its disk goes too."),
            QStringLiteral("Delete web-03"), {} });
    QSignalSpy confirmed(dialog.data(), &ConfirmDialog::confirmed);
    QVERIFY(QTest::qWaitForWindowActive(dialog.data()));
    auto *cancel = dialog->findChild<QPushButton *>(QStringLiteral("cancelButton"));
    QVERIFY(cancel->hasFocus());
    QTest::keyClick(dialog.data(), Qt::Key_Return); // a hasty Enter
    QTRY_VERIFY(!dialog);
    QVERIFY(confirmed.isEmpty());
}

void tst_LookWidgets::manyThingsWantTheirNameTyped()
{
    QWidget window;
    window.show();
    QPointer<ConfirmDialog> dialog = ConfirmDialog::ask(&window,
        { QStringLiteral("Delete 7 servers?"), QStringLiteral("Their disks go too."),
            QStringLiteral("Delete 7 servers"), QStringLiteral("7") });
    QSignalSpy confirmed(dialog.data(), &ConfirmDialog::confirmed);
    auto *verb = dialog->findChild<QPushButton *>(QStringLiteral("confirmButton"));
    auto *typed = dialog->findChild<QLineEdit *>(QStringLiteral("confirmTyped"));
    QVERIFY(!verb->isEnabled());
    typed->setText(QStringLiteral("77"));
    QVERIFY(!verb->isEnabled());
    typed->setText(QStringLiteral("7"));
    QVERIFY(verb->isEnabled());
    verb->click();
    QCOMPARE(confirmed.size(), 1);
    QTRY_VERIFY(!dialog);
}

void tst_LookWidgets::anErrorOfAFieldIsShownAndSpoken()
{
    auto *editor = new QLineEdit;
    Field field(QStringLiteral("Name"), editor, QStringLiteral("Letters and digits"));
    field.show();
    QCOMPARE(editor->accessibleName(), QStringLiteral("Name"));
    QCOMPARE(editor->accessibleDescription(), QStringLiteral("Letters and digits"));
    field.setError(QStringLiteral("A name has no blanks."));
    QCOMPARE(editor->accessibleDescription(), QStringLiteral("A name has no blanks."));
    QVERIFY(editor->property("invalid").toBool());
    field.setError({});
    QVERIFY(!editor->property("invalid").toBool());
    QCOMPARE(editor->accessibleDescription(), QStringLiteral("Letters and digits"));
}

void tst_LookWidgets::quotaIsWordedAsLookSays_data()
{
    QTest::addColumn<double>("used");
    QTest::addColumn<double>("limit");
    QTest::addColumn<double>("planned");
    QTest::addColumn<QString>("unit");
    QTest::addColumn<QString>("text");
    QTest::addRow("beyond") << 790.0 << 800.0 << 29.0 << QStringLiteral("GB")
                            << QStringLiteral("19 GB too many");
    QTest::addRow("none allowed") << 0.0 << 0.0 << 1.0 << QString() << QStringLiteral("1 too many");
    QTest::addRow("exactly full") << 13.0 << 20.0 << 7.0 << QString() << QStringLiteral("13 + 7 of 20");
    QTest::addRow("nothing planned") << 9.0 << 20.0 << 0.0 << QString() << QStringLiteral("9 of 20");
    QTest::addRow("a fraction") << 2.25 << 4.0 << 0.0 << QStringLiteral("GB")
                                << QStringLiteral("2.3 of 4 GB");
    QTest::addRow("no limit") << 9.0 << -1.0 << 0.0 << QStringLiteral("GB") << QStringLiteral("9 GB");
    QTest::addRow("no limit, planned") << 9.0 << -1.0 << 2.0 << QString() << QStringLiteral("9 + 2");
}

void tst_LookWidgets::quotaIsWordedAsLookSays()
{
    QFETCH(double, used);
    QFETCH(double, limit);
    QFETCH(double, planned);
    QFETCH(QString, unit);
    QFETCH(QString, text);
    QLocale::setDefault(QLocale(QLocale::English));
    QuotaBar bar(QStringLiteral("Disk"), unit);
    bar.setUsage({ used, limit, planned });
    QCOMPARE(bar.valueText(), text);
    QCOMPARE(bar.usage().fits(), !text.contains(QStringLiteral("too many")));
}

void tst_LookWidgets::arrowsMoveBetweenChoices()
{
    QWidget form;
    auto *column = makeColumn(&form);
    QButtonGroup group;
    for (int i = 0; i < 3; ++i) {
        auto *row = new ChoiceRow(QStringLiteral("c%1").arg(i), { QStringLiteral("1 vCPU") });
        group.addButton(row, i);
        column->addWidget(row);
    }
    group.button(0)->setChecked(true);
    form.show();
    form.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&form));
    group.button(0)->setFocus();
    QTest::keyClick(group.button(0), Qt::Key_Down);
    QCOMPARE(group.checkedId(), 1);
    static_cast<ChoiceButton *>(group.button(2))->setWarning(QStringLiteral("Over quota"));
    QVERIFY(group.button(2)->accessibleName().contains(QStringLiteral("Over quota")));
    group.button(2)->click(); // stays choosable
    QCOMPARE(group.checkedId(), 2);
}

void tst_LookWidgets::columnsLeaveByRank()
{
    QStandardItemModel model(3, 4);
    RowView view;
    view.setModel(&model);
    view.setColumnPlan({ { 0, 180, 0, 1 }, { 1, 100, 2 }, { 2, 100, 1 }, { 3, 100, 3 } });
    view.show();
    const auto hiddenAt = [&](int width) {
        view.resize(width, 200);
        QList<int> hidden;
        for (int c = 0; c < 4; ++c) {
            if (view.isColumnHidden(c))
                hidden.append(c);
        }
        return hidden;
    };
    QCOMPARE(hiddenAt(Theme::px(700)), QList<int>());
    QCOMPARE(hiddenAt(Theme::px(450)), QList<int>({ 3 }));
    QCOMPARE(hiddenAt(Theme::px(350)), QList<int>({ 1, 3 }));
    QCOMPARE(hiddenAt(Theme::px(230)), QList<int>({ 1, 2, 3 }));
    QCOMPARE(hiddenAt(Theme::px(90)), QList<int>({ 1, 2, 3 })); // rank 0 stays, and is cut
    QVERIFY(view.columnWidth(0) <= view.viewport()->width());
}

void tst_LookWidgets::theGutterTogglesARow()
{
    QStandardItemModel model(3, 2);
    RowView view;
    view.setModel(&model);
    view.setCheckMarks(true);
    view.setColumnPlan({ { 0, 180, 0, 1 }, { 1, 100, 0 } });
    view.resize(400, 300);
    view.show();
    QSignalSpy opened(&view, &RowView::opened);
    const auto at = [&](int row, int x) {
        return QPoint(x, view.visualRect(model.index(row, 0)).center().y());
    };
    const auto selected = [&] { return view.selectionModel()->selectedRows().size(); };
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at(0, 22));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at(1, 22));
    QCOMPARE(selected(), 2);
    QVERIFY(view.showsCheckMark(model.index(2, 0)));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at(1, 22));
    QCOMPARE(selected(), 1);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at(2, 150)); // beside it: this row alone
    QCOMPARE(selected(), 1);
    QVERIFY(view.isRowSelected(model.index(2, 1)));
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
    QTest::keyClick(&view, Qt::Key_Escape);
    QCOMPARE(selected(), 0);
}

void tst_LookWidgets::theRingComesWithTheKeyboard()
{
    QWidget window;
    auto *row = makeRow(&window, 20);
    auto *first = makeButton(QStringLiteral("One"));
    auto *second = makeButton(QStringLiteral("Two"));
    row->addWidget(first);
    row->addWidget(second);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    const auto ring = [&] { return window.findChild<QWidget *>(QStringLiteral("focusRing")); };
    QTest::mouseClick(first, Qt::LeftButton);
    QVERIFY(!ring() || !ring()->isVisible());
    first->setFocus(Qt::MouseFocusReason);
    QTest::keyClick(&window, Qt::Key_Tab);
    QVERIFY(second->hasFocus());
    QVERIFY(ring() && ring()->isVisible());
    QVERIFY(ring()->geometry().contains(second->geometry()));
    QVERIFY(FocusRing::keyboardLeads());
    window.resize(500, 200); // it follows what it rings
    QTRY_VERIFY(ring()->geometry().contains(second->geometry()));
    QTest::mouseClick(&window, Qt::LeftButton);
    QVERIFY(!ring()->isVisible());
}

void tst_LookWidgets::theFlowGoesOnInTheNextLine()
{
    QWidget bar;
    auto *flow = new FlowLayout(&bar, 6);
    QList<QWidget *> boxes;
    for (int i = 0; i < 3; ++i) {
        auto *box = new QWidget;
        box->setFixedSize(100, 20);
        flow->addWidget(box);
        boxes.append(box);
    }
    QCOMPARE(flow->heightForWidth(312), 20);
    QCOMPARE(flow->heightForWidth(311), 46);
    QCOMPARE(flow->heightForWidth(100), 72);
    bar.resize(250, 46);
    bar.show();
    QCOMPARE(boxes.at(1)->pos(), QPoint(106, 0));
    QCOMPARE(boxes.at(2)->pos(), QPoint(0, 26));
    boxes.at(0)->hide();
    QCOMPARE(flow->heightForWidth(250), 20);
}

void tst_LookWidgets::thePaletteShowsFiveOfAKindBestFirst()
{
    PaletteModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QList<PaletteEntry> entries;
    for (int i = 0; i < 9; ++i) {
        PaletteEntry server;
        server.kind = PaletteEntry::Kind::Server;
        server.name = QStringLiteral("old-web-%1").arg(i);
        entries.append(server);
    }
    PaletteEntry web;
    web.kind = PaletteEntry::Kind::Server;
    web.name = QStringLiteral("web-01");
    entries.append(web);
    PaletteEntry restart;
    restart.name = QStringLiteral("Restart web-01");
    entries.append(restart);
    model.setEntries(entries);

    model.setQuery(QStringLiteral("WEB"));
    QCOMPARE(model.rowCount(), 2 + 6); // a heading and one action, a heading and five servers
    QCOMPARE(model.index(1).data().toString(), QStringLiteral("Restart web-01"));
    QCOMPARE(model.index(3).data().toString(), QStringLiteral("web-01")); // begins with it
    QCOMPARE(model.firstHit(), 1);
    model.setQuery(QStringLiteral("01 restart"));
    QCOMPARE(model.rowCount(), 2);
    model.setQuery(QStringLiteral("wbe"));
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.firstHit(), -1);
}

NEPHELE_TEST(tst_LookWidgets)
#include "tst_lookwidgets.moc"
