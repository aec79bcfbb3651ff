// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cloudwindow.h"
#include "app/servers/consolepage.h"
#include "app/servers/serverspane.h"
#include "app/widgets/panefaces.h"
#include "app/widgets/theme.h"
#include "tests/support/runningcloud.h"
#include "tests/support/testregistry.h"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTreeView>

using namespace nephele;
using namespace nephele::test;

// What somebody does at the window on the first day, on the program itself with a real guest: everything is
// clicked and typed, everything seen is what the window shows.
class tst_FirstServer : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
    void anEmptyCloudOffersTheFirstServer();
    void aServerIsCreatedByClicks();
    void itsLogTellsThatItRuns();
    void itsScreenIsShown();
    void aNewNameIsShown();
    void itIsStoppedAndStarted();
    void aLostScreenComesBackByItself();
    void whatHappensElsewhereIsShown();
    void itIsDeletedAfterAQuestion();

private:
    template <class T>
    T *find(const char *name) const
    {
        return m_window->window().findChild<T *>(QLatin1StringView(name));
    }
    template <class T>
    T *findInDialogs(const char *name) const
    {
        for (QWidget *top : QApplication::topLevelWidgets()) {
            if (auto *found = top->isVisible() ? top->findChild<T *>(QLatin1StringView(name)) : nullptr)
                return found;
        }
        return nullptr;
    }
    void click(QAbstractButton *button) const { QTest::mouseClick(button, Qt::LeftButton); }
    QString shownState() const
    {
        const auto *table = find<QTreeView>("serversTable");
        return table->model()->index(0, ServersModel::State).data().toString();
    }

    RunningCloud m_cloud;
    std::unique_ptr<CloudWindow> m_window;
    bool m_hasFailed = false;
};

namespace {

constexpr int bootMs = 240'000; // a guest without hardware acceleration on a busy machine
constexpr int actMs = 60'000;

} // namespace

void tst_FirstServer::initTestCase()
{
    QString problem;
    QVERIFY2(m_cloud.start(&problem), qPrintable(problem));
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
    ClientOptions options;
    options.url = m_cloud.url();
    options.isOwn = false;
    options.credentials.userName = m_cloud.userName();
    options.credentials.password = m_cloud.password();
    m_window = std::make_unique<CloudWindow>(options);
    m_window->show();
    QTRY_COMPARE_WITH_TIMEOUT(m_window->window().cloudStatus().link, CloudStatus::Link::Connected, actMs);
}

void tst_FirstServer::cleanupTestCase()
{
    // Whatever failed before: no guest may stay behind.
    if (!m_window)
        return;
    ServersModel *model = m_window->servers().model();
    for (int row = 0; row < model->rowCount(); ++row)
        m_window->client().removeServer(model->server(row).id);
    QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 0, actMs);
    m_window.reset();
}

void tst_FirstServer::init()
{
    // One day at the window: what comes after a step that failed would only wait.
    if (m_hasFailed)
        QSKIP("an earlier step failed");
}

void tst_FirstServer::cleanup()
{
    m_hasFailed = m_hasFailed || QTest::currentTestFailed();
}

void tst_FirstServer::anEmptyCloudOffersTheFirstServer()
{
    auto *faces = m_window->servers().findChild<PaneFaces *>();
    QTRY_COMPARE_WITH_TIMEOUT(faces->face(), PaneFaces::Face::Empty, actMs);
    QVERIFY(!m_window->servers().showsPrimaryInHead());
    QPushButton *offer = nullptr;
    for (QPushButton *button : m_window->servers()
                                   .findChild<QWidget *>(QStringLiteral("emptyFace"))
                                   ->findChildren<QPushButton *>()) {
        if (button->isVisible())
            offer = button;
    }
    QVERIFY(offer);
    click(offer);
    QTRY_VERIFY(find<QWidget>("createForm"));
    QCOMPARE(m_window->servers().title(), QStringLiteral("New server"));
}

void tst_FirstServer::aServerIsCreatedByClicks()
{
    auto *create = find<QPushButton>("createServer");
    QVERIFY2(create, "the create page is not open");
    QVERIFY(!create->isEnabled()); // it has no name yet
    QTest::keyClicks(find<QLineEdit>("serverName"), QStringLiteral("first"));
    QTRY_VERIFY_WITH_TIMEOUT(create->isEnabled(), actMs);
    click(create);
    auto *table = find<QTreeView>("serversTable");
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 1, actMs);
    QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("first"));
    // It is selected, and its password shown, once.
    QTRY_COMPARE(table->selectionModel()->selectedRows().size(), 1);
    QVERIFY(find<QWidget>("passwordNotice")->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("Running"), bootMs);
    QTRY_VERIFY(!table->model()->index(0, ServersModel::Address).data().toString().isEmpty());
}

void tst_FirstServer::itsLogTellsThatItRuns()
{
    find<QTabBar>("detailTabs")->setCurrentIndex(2);
    auto *log = find<QPlainTextEdit>("serialLog");
    QTRY_VERIFY_WITH_TIMEOUT(log->toPlainText().contains(QStringLiteral("TINY-READY host=first")), bootMs);
}

void tst_FirstServer::itsScreenIsShown()
{
    find<QTabBar>("detailTabs")->setCurrentIndex(1);
    auto *page = m_window->servers().findChild<ConsolePage *>();
    QTRY_VERIFY2_WITH_TIMEOUT(page->session().state() == ConsoleSession::State::Connected,
        qPrintable(page->session().whyLost()), actMs);
    // A screen that shows anything has more than one colour on it.
    const auto colours = [page] {
        QSet<QRgb> seen;
        page->session().withFrame([&](const QImage &frame) {
            for (int y = 0; y < frame.height(); ++y) {
                for (int x = 0; x < frame.width(); ++x)
                    seen.insert(frame.pixel(x, y));
            }
        });
        return seen.size();
    };
    QTRY_VERIFY_WITH_TIMEOUT(colours() > 1, actMs);
}

void tst_FirstServer::aNewNameIsShown()
{
    find<QAction>("renameServer")->trigger();
    auto *name = findInDialogs<QLineEdit>("serverName");
    QVERIFY(name);
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("renamed"));
    QTest::keyClick(name, Qt::Key_Return);
    auto *table = find<QTreeView>("serversTable");
    QTRY_COMPARE_WITH_TIMEOUT(
        table->model()->index(0, 0).data().toString(), QStringLiteral("renamed"), actMs);
}

void tst_FirstServer::itIsStoppedAndStarted()
{
    find<QAction>("stopServers")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("Stopped"), bootMs);
    QVERIFY(!find<QAction>("stopServers")->isEnabled());
    // The screen went with it and says so.
    auto *page = m_window->servers().findChild<ConsolePage *>();
    QTRY_COMPARE(page->session().state(), ConsoleSession::State::Idle);
    find<QAction>("startServers")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(shownState(), QStringLiteral("Running"), bootMs);
    QTRY_VERIFY2_WITH_TIMEOUT(page->session().state() == ConsoleSession::State::Connected,
        qPrintable(page->session().whyLost()), actMs);
}

void tst_FirstServer::aLostScreenComesBackByItself()
{
    // Nobody listens at port 9: the connection is over while the guest runs on.
    auto *page = m_window->servers().findChild<ConsolePage *>();
    page->session().open(QUrl(QStringLiteral("ws://127.0.0.1:9/")), {});
    QTRY_COMPARE_WITH_TIMEOUT(page->session().state(), ConsoleSession::State::Lost, actMs);
    QVERIFY(!page->session().whyLost().isEmpty());
    QTRY_VERIFY2_WITH_TIMEOUT(page->session().state() == ConsoleSession::State::Connected,
        qPrintable(page->session().whyLost()), actMs);
}

void tst_FirstServer::whatHappensElsewhereIsShown()
{
    // Another client of the same cloud; only the feed can tell our window.
    CloudClient other(m_cloud.url());
    Credentials credentials;
    credentials.userName = m_cloud.userName();
    credentials.password = m_cloud.password();
    other.session().setCredentials(credentials);
    auto renamed = other.renameServer(m_window->servers().model()->server(0).id, QStringLiteral("elsewhere"));
    QTRY_VERIFY_WITH_TIMEOUT(renamed.isFinished(), actMs);
    QVERIFY2(renamed.result(), renamed.result() ? "" : qPrintable(renamed.result().error().message));
    auto *table = find<QTreeView>("serversTable");
    QTRY_COMPARE_WITH_TIMEOUT(
        table->model()->index(0, 0).data().toString(), QStringLiteral("elsewhere"), actMs);
}

void tst_FirstServer::itIsDeletedAfterAQuestion()
{
    find<QAction>("removeServers")->trigger();
    auto *confirm = findInDialogs<QPushButton>("confirmButton");
    QVERIFY(confirm);
    QCOMPARE(m_window->servers().model()->rowCount(), 1);
    click(confirm);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->servers().model()->rowCount(), 0, actMs);
    auto *faces = m_window->servers().findChild<PaneFaces *>();
    QTRY_COMPARE(faces->face(), PaneFaces::Face::Empty);
}

NEPHELE_TEST(tst_FirstServer)
#include "tst_firstserver.moc"
