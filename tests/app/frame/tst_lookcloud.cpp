// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/frame/samplepanes.h"
#include "tests/support/testregistry.h"

#include "app/frame/projectswitcher.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/taskmodel.h"
#include "app/widgets/theme.h"

#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QToolButton>

using namespace nephele;

// What the window says of its cloud, and what it does when it is closed.
class tst_LookCloud : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theConnectionSaysTheGravestFirst_data();
    void theConnectionSaysTheGravestFirst();
    void factsAreToldOnlyWhenKnown();
    void aDismissedWarningStaysAwayUntilItChanges();
    void aLostCloudCanBeTriedAgain();
    void closingGoesToTheTrayOnlyForAReason_data();
    void closingGoesToTheTrayOnlyForAReason();
    void closingWithoutATrayQuits();
    void aProjectIsChosenFromTheMenu();
    void initialsFitABadge_data();
    void initialsFitABadge();
    void theWindowComesBackAsItWas();
};

void tst_LookCloud::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("nephele-test"));
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
}

void tst_LookCloud::theConnectionSaysTheGravestFirst_data()
{
    QTest::addColumn<CloudStatus>("status");
    QTest::addColumn<QString>("right");
    QTest::addColumn<QString>("warning"); // a part of it; empty: none
    CloudStatus status = sampleStatus();
    QTest::addRow("all well") << status << QStringLiteral("2 ms") << QString();
    status.latencyMs.reset();
    QTest::addRow("not measured yet") << status << QString() << QString();
    status.pretendsMachines = true;
    QTest::addRow("test driver") << status << QStringLiteral("pretend") << QStringLiteral("pretend machines");
    status.hosts.append({ QStringLiteral("qemu:///system"), false, QStringLiteral("Access denied.") });
    QTest::addRow("hypervisor away") << status << QStringLiteral("pretend")
                                     << QStringLiteral("qemu:///system does not answer");
    status.link = CloudStatus::Link::Lost;
    status.reason = QStringLiteral("Connection refused.");
    QTest::addRow("cloud away") << status << QStringLiteral("no answer")
                                << QStringLiteral("Connection refused.");
    status.link = CloudStatus::Link::Connecting;
    status.hosts.clear();
    status.pretendsMachines = false;
    QTest::addRow("starting") << status << QStringLiteral("connecting") << QString();
}

void tst_LookCloud::theConnectionSaysTheGravestFirst()
{
    QFETCH(CloudStatus, status);
    QFETCH(QString, right);
    QFETCH(QString, warning);
    const ConnectionWords words = connectionWords(status);
    QCOMPARE(words.right, right);
    QCOMPARE(words.warning.isEmpty(), warning.isEmpty());
    QVERIFY2(words.warning.contains(warning), qPrintable(words.warning));
    QCOMPARE(words.tone == ConnectionWords::Tone::Calm, warning.isEmpty());
    QVERIFY(words.details.contains(status.url));
}

void tst_LookCloud::factsAreToldOnlyWhenKnown()
{
    for (const auto &[name, value] : cloudFacts({}))
        QVERIFY2(value.isEmpty(), qPrintable(name + value));
    CloudStatus status = sampleStatus();
    status.listensBeyondLoopback = true;
    QStringList values;
    for (const auto &fact : cloudFacts(status))
        values.append(fact.second);
    QVERIFY(values.contains(QStringLiteral("This computer and others")));
    QVERIFY(values.contains(QStringLiteral("qemu:///session")));
}

void tst_LookCloud::aDismissedWarningStaysAwayUntilItChanges()
{
    MainWindow window;
    window.show();
    auto *notice = window.findChild<NoticeLine *>(QStringLiteral("cloudNotice"));
    CloudStatus status = sampleStatus();
    window.setCloudStatus(status);
    QVERIFY(!notice->isVisible());
    status.pretendsMachines = true;
    window.setCloudStatus(status);
    QVERIFY(notice->isVisible());
    notice->findChild<QToolButton *>()->click();
    QVERIFY(!notice->isVisible());
    status.latencyMs = 9;
    window.setCloudStatus(status);
    QVERIFY(!notice->isVisible());
    status.link = CloudStatus::Link::Lost;
    window.setCloudStatus(status);
    QVERIFY(notice->isVisible());
    status = sampleStatus();
    window.setCloudStatus(status);
    QVERIFY(!notice->isVisible());
}

void tst_LookCloud::aLostCloudCanBeTriedAgain()
{
    MainWindow window;
    window.show();
    QSignalSpy wanted(&window, &MainWindow::reconnectWanted);
    auto *connection = window.findChild<QAbstractButton *>(QStringLiteral("connection"));
    window.setCloudStatus(sampleStatus());
    connection->click();
    QCOMPARE(wanted.size(), 0);
    QCOMPARE(window.place(), Place::Settings);
    CloudStatus status = sampleStatus();
    status.link = CloudStatus::Link::Lost;
    window.setCloudStatus(status);
    connection->click();
    emit window.findChild<NoticeLine *>(QStringLiteral("cloudNotice"))->actionWanted();
    QCOMPARE(wanted.size(), 2);
}

void tst_LookCloud::closingGoesToTheTrayOnlyForAReason_data()
{
    QTest::addColumn<bool>("isOwn");
    QTest::addColumn<bool>("beyondLoopback");
    QTest::addColumn<int>("running");
    QTest::addColumn<bool>("hasTray");
    QTest::addColumn<bool>("stays");
    QTest::addRow("no tray") << true << true << 3 << false << false;
    QTest::addRow("another machine's cloud") << false << true << 3 << true << false;
    QTest::addRow("alone and idle") << true << false << 0 << true << false;
    QTest::addRow("work is running") << true << false << 1 << true << true;
    QTest::addRow("others use it") << true << true << 0 << true << true;
}

void tst_LookCloud::closingGoesToTheTrayOnlyForAReason()
{
    QFETCH(bool, isOwn);
    QFETCH(bool, beyondLoopback);
    QFETCH(int, running);
    QFETCH(bool, hasTray);
    QFETCH(bool, stays);
    CloudStatus status;
    status.isOwn = isOwn;
    status.listensBeyondLoopback = beyondLoopback;
    QCOMPARE(closingOf(status, running, hasTray) == Closing::StayInTray, stays);
}

void tst_LookCloud::closingWithoutATrayQuits()
{
    MainWindow window;
    window.show();
    QSignalSpy quit(&window, &MainWindow::quitWanted);
    fillSampleTasks(window.tasks()); // work is running, but there is no tray to go to
    QVERIFY(window.close());
    QCOMPARE(quit.size(), 1);
}

void tst_LookCloud::aProjectIsChosenFromTheMenu()
{
    MainWindow window;
    auto *switcher = window.findChild<ProjectSwitcher *>();
    QVERIFY(!switcher->isEnabled()); // nobody is signed in
    window.setAccount(sampleAccount());
    QVERIFY(switcher->isEnabled());
    QSignalSpy chosen(&window, &MainWindow::projectChosen);
    const auto actions = switcher->findChild<QMenu *>()->actions();
    QCOMPARE(actions.size(), 2);
    QVERIFY(actions.at(0)->isChecked());
    actions.at(1)->trigger();
    QCOMPARE(chosen.first().first().toString(), QStringLiteral("p2"));
}

void tst_LookCloud::initialsFitABadge_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("initials");
    QTest::addRow("empty") << QString() << QString();
    QTest::addRow("only dashes") << QStringLiteral("--") << QString();
    QTest::addRow("one letter") << QStringLiteral("x") << QStringLiteral("X");
    QTest::addRow("one word") << QStringLiteral("teaching") << QStringLiteral("TE");
    QTest::addRow("dash") << QStringLiteral("physics-lab") << QStringLiteral("PL");
    QTest::addRow("address") << QStringLiteral("eleni@example.org") << QStringLiteral("EE");
}

void tst_LookCloud::initialsFitABadge()
{
    QFETCH(QString, name);
    QTEST(initialsOf(name), "initials");
}

void tst_LookCloud::theWindowComesBackAsItWas()
{
    QTemporaryDir dir;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, dir.path());
    const QString group = QStringLiteral("window");
    {
        MainWindow window;
        window.rememberIn(group);
        window.resize(1100, 700);
        window.go(Place::Volumes);
        window.show();
        window.close();
    }
    MainWindow window;
    window.rememberIn(group);
    QCOMPARE(window.size(), QSize(1100, 700));
    QCOMPARE(window.place(), Place::Volumes);
}

NEPHELE_TEST(tst_LookCloud)
#include "tst_lookcloud.moc"
