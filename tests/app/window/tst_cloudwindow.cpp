// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/rememberedcloud.h"
#include "app/cloudwindow.h"
#include "app/servers/serverspane.h"
#include "app/widgets/panefaces.h"
#include "app/widgets/theme.h"
#include "tests/app/client/wireserver.h"
#include "tests/support/testregistry.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QJsonArray>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTreeView>

using namespace nephele;
using namespace nephele::test;

namespace {

QJsonObject serverJson(int number, const QString &name, const QString &status)
{
    return { { QStringLiteral("id"),
                 QStringLiteral("7c0f1d2e-94b1-4a5e-8f00-%1").arg(number, 12, 10, QLatin1Char('0')) },
        { QStringLiteral("name"), name }, { QStringLiteral("status"), status },
        { QStringLiteral("tenant_id"), QStringLiteral("p") },
        { QStringLiteral("user_id"), QStringLiteral("u") },
        { QStringLiteral("created"), QStringLiteral("2026-11-2%1T10:00:00Z").arg(number) },
        { QStringLiteral("updated"), QStringLiteral("2026-11-20T10:00:00Z") },
        { QStringLiteral("flavor"), QJsonObject { { QStringLiteral("id"), QStringLiteral("1") } } },
        { QStringLiteral("image"), QString() } };
}

QByteArray bytesOf(const QJsonObject &object)
{
    return QJsonDocument(object).toJson();
}

// A cloud that fails on demand. How a cloud that works is shown is seen on a real one (tst_firstserver).
struct Moody
{
    QJsonArray servers;
    bool isDown = false; // answers 503
    QByteArray refusal; // of creating a server
    int refusalStatus = 403;
    QByteArray password = "geheim";
    int serverLists = 0;

    QByteArray operator()(const WireRequest &request)
    {
        const QByteArray target = request.target;
        if (target.startsWith("/identity/v3/auth/projects"))
            return WireServer::reply(200, R"({"projects": [{"id": "p", "name": "lab"}]})");
        if (target.startsWith("/identity"))
            return signIn(request);
        if (target.startsWith("/nephele/v1/changes"))
            return {};
        if (isDown)
            return WireServer::reply(
                503, R"({"error": {"code": "unavailable", "message": "The database is away."}})");
        if (target.startsWith("/compute/v2.1/servers/detail")) {
            ++serverLists;
            return WireServer::reply(200, bytesOf({ { QStringLiteral("servers"), servers } }));
        }
        if (target.startsWith("/compute/v2.1/flavors"))
            return WireServer::reply(
                200, R"({"flavors": [{"id": "1", "name": "c1.tiny", "vcpus": 1, "ram": 512, "disk": 5}]})");
        if (target.startsWith("/image"))
            return WireServer::reply(200,
                R"({"images": [{"id": "i", "name": "Debian 12", "status": "active", "visibility": "public",
                    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}]})");
        if (target.startsWith("/compute/v2.1/os-keypairs"))
            return WireServer::reply(200, R"({"keypairs": []})");
        if (request.method == "POST" && target == "/compute/v2.1/servers")
            return WireServer::reply(refusalStatus, refusal);
        if (request.method == "POST")
            return WireServer::reply(202, {});
        return WireServer::reply(404, R"({"itemNotFound": {"code": 404, "message": "Not here."}})");
    }

    QByteArray signIn(const WireRequest &request) const
    {
        const QJsonObject identity =
            request.json()[QStringLiteral("auth")][QStringLiteral("identity")].toObject();
        const QString typed =
            identity[QStringLiteral("password")][QStringLiteral("user")][QStringLiteral("password")]
                .toString();
        if (request.method == "POST" && typed.toLatin1() != password)
            return WireServer::reply(
                401, R"({"error": {"code": 401, "title": "Unauthorized", "message": "No."}})");
        return WireServer::reply(201,
            R"({"token": {"user": {"id": "u", "name": "eleni"}, "project": {"id": "p", "name": "lab"},
                "roles": [{"name": "manager"}], "expires_at": "2031-01-01T00:00:00Z"}})",
            "X-Subject-Token: t\r\n");
    }
};

template <class T>
T *findInDialogs(const char *name)
{
    for (QWidget *top : QApplication::topLevelWidgets()) {
        auto *dialog = qobject_cast<QDialog *>(top);
        if (auto *found =
                dialog && dialog->isVisible() ? dialog->findChild<T *>(QLatin1StringView(name)) : nullptr)
            return found;
    }
    return nullptr;
}

} // namespace

class tst_CloudWindow : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void aListThatFailsSaysWhyAndComesBack();
    void rowsStayWhenAReloadFails();
    void aQuotaRefusalIsSaidOnThePageThatAsked();
    void aWrongFieldIsMarked();
    void actionsNameWhomTheyLeaveOut();
    void cancellingTheQuestionDeletesNothing();
    void manyAreDeletedOnlyAfterTheNumberIsTyped();
    void aFilterWithoutAHitIsNotAnEmptyCloud();
    void somebodySignsInAndIsRemembered();

private:
    void open(const Credentials &credentials);
    template <class T>
    T *find(const char *name) const
    {
        return m_window->window().findChild<T *>(QLatin1StringView(name));
    }
    void select(const QList<int> &rows) const;
    PaneFaces *faces() const { return m_window->servers().findChild<PaneFaces *>(); }
    static Credentials token();

    Moody m_moody;
    std::unique_ptr<WireServer> m_wire;
    std::unique_ptr<CloudWindow> m_window;
};

void tst_CloudWindow::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true); // no settings of the person who runs the tests
    QCoreApplication::setOrganizationName(QStringLiteral("nephele-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_cloudwindow"));
    Theme::instance().install(*static_cast<QApplication *>(QCoreApplication::instance()));
}

void tst_CloudWindow::init()
{
    m_moody = {};
    m_wire = std::make_unique<WireServer>([this](const WireRequest &request) { return m_moody(request); });
}

void tst_CloudWindow::cleanup()
{
    m_window.reset();
    m_wire.reset();
}

Credentials tst_CloudWindow::token()
{
    Credentials credentials;
    credentials.token = QStringLiteral("t");
    return credentials;
}

void tst_CloudWindow::open(const Credentials &credentials)
{
    ClientOptions options;
    options.url = m_wire->url();
    options.credentials = credentials;
    options.isOwn = !credentials.isEmpty();
    m_window = std::make_unique<CloudWindow>(options);
    m_window->show();
}

void tst_CloudWindow::select(const QList<int> &rows) const
{
    auto *table = find<QTreeView>("serversTable");
    table->clearSelection();
    for (const int row : rows)
        table->selectionModel()->select(
            table->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
}

void tst_CloudWindow::aListThatFailsSaysWhyAndComesBack()
{
    m_moody.isDown = true;
    open(token());
    QTRY_COMPARE(faces()->face(), PaneFaces::Face::Failed);
    m_moody.isDown = false;
    emit faces()->retryWanted(); // what its button does
    QTRY_COMPARE(faces()->face(), PaneFaces::Face::Empty);
}

void tst_CloudWindow::rowsStayWhenAReloadFails()
{
    m_moody.servers = { serverJson(1, QStringLiteral("web"), QStringLiteral("ACTIVE")) };
    open(token());
    QTRY_COMPARE(faces()->face(), PaneFaces::Face::Content);
    m_moody.isDown = true;
    m_window->servers().reload();
    auto *notice = faces()->findChild<QWidget *>(QStringLiteral("notice"));
    QTRY_VERIFY(notice->isVisible());
    QCOMPARE(faces()->face(), PaneFaces::Face::Content);
    QCOMPARE(m_window->servers().model()->rowCount(), 1);
    QVERIFY(notice->accessibleName().contains(QStringLiteral("The database is away.")));
}

void tst_CloudWindow::aQuotaRefusalIsSaidOnThePageThatAsked()
{
    m_moody.refusal = R"({"forbidden": {"code": 403, "message": "Quota exceeded for cores: 2 of 2 used."}})";
    open(token());
    QTRY_COMPARE(faces()->face(), PaneFaces::Face::Empty);
    m_window->servers().openCreatePage();
    auto *create = find<QPushButton>("createServer");
    QTest::keyClicks(find<QLineEdit>("serverName"), QStringLiteral("web"));
    QTRY_VERIFY(create->isEnabled());
    QTest::mouseClick(create, Qt::LeftButton);
    auto *refusal = find<QWidget>("refusal");
    QTRY_VERIFY(refusal->isVisible());
    QVERIFY(refusal->accessibleName().contains(QStringLiteral("quota of lab")));
    // The page stays with what was entered, and can be sent again.
    QCOMPARE(find<QLineEdit>("serverName")->text(), QStringLiteral("web"));
    QTRY_VERIFY(create->isEnabled());
}

void tst_CloudWindow::aWrongFieldIsMarked()
{
    m_moody.refusalStatus = 400;
    m_moody.refusal =
        R"({"badRequest": {"code": 400, "message": "server.name: must not hold control characters."}})";
    open(token());
    m_window->servers().openCreatePage();
    auto *create = find<QPushButton>("createServer");
    auto *name = find<QLineEdit>("serverName");
    QTest::keyClicks(name, QStringLiteral("web"));
    QTRY_VERIFY(create->isEnabled());
    QTest::mouseClick(create, Qt::LeftButton);
    QTRY_VERIFY(name->property("invalid").toBool());
    QVERIFY(name->accessibleDescription().contains(QStringLiteral("must not hold control characters.")));
    QVERIFY(!find<QWidget>("refusal")->isVisible());
    QTest::keyClicks(name, QStringLiteral("2"));
    QVERIFY(!name->property("invalid").toBool());
}

void tst_CloudWindow::actionsNameWhomTheyLeaveOut()
{
    m_moody.servers = { serverJson(1, QStringLiteral("web"), QStringLiteral("ACTIVE")),
        serverJson(2, QStringLiteral("mail"), QStringLiteral("SHUTOFF")) };
    open(token());
    QTRY_COMPARE(m_window->servers().model()->rowCount(), 2);
    select({ 1 });
    QVERIFY(!find<QAction>("stopServers")->isEnabled());
    QVERIFY(find<QAction>("startServers")->isEnabled());
    select({ 0, 1 });
    find<QAction>("stopServers")->trigger();
    const QByteArray id = m_moody.servers.at(0)[QStringLiteral("id")].toString().toLatin1();
    QTRY_COMPARE(m_wire->count("POST", "/compute/v2.1/servers/" + id + "/action"), 1);
    QVERIFY(find<QWidget>("actionNotice")->isVisible());
    QVERIFY(find<QWidget>("actionNotice")->accessibleName().contains(QStringLiteral("mail")));
    int posts = 0;
    for (const WireRequest &request : m_wire->requests())
        posts += request.method == "POST" ? 1 : 0;
    QCOMPARE(posts, 1);
}

void tst_CloudWindow::cancellingTheQuestionDeletesNothing()
{
    m_moody.servers = { serverJson(1, QStringLiteral("web"), QStringLiteral("ACTIVE")) };
    open(token());
    QTRY_COMPARE(m_window->servers().model()->rowCount(), 1);
    select({ 0 });
    find<QAction>("removeServers")->trigger();
    auto *cancel = findInDialogs<QPushButton>("cancelButton");
    QVERIFY(cancel);
    QTest::mouseClick(cancel, Qt::LeftButton);
    QTRY_VERIFY(!findInDialogs<QPushButton>("cancelButton"));
    for (const WireRequest &request : m_wire->requests())
        QVERIFY(request.method != "DELETE");
}

void tst_CloudWindow::manyAreDeletedOnlyAfterTheNumberIsTyped()
{
    for (int i = 1; i <= 5; ++i)
        m_moody.servers.append(serverJson(i, QStringLiteral("web-%1").arg(i), QStringLiteral("SHUTOFF")));
    open(token());
    QTRY_COMPARE(m_window->servers().model()->rowCount(), 5);
    select({ 0, 1, 2, 3, 4 });
    find<QAction>("removeServers")->trigger();
    auto *confirm = findInDialogs<QPushButton>("confirmButton");
    QVERIFY(confirm);
    QVERIFY(!confirm->isEnabled());
    QTest::keyClicks(findInDialogs<QLineEdit>("confirmTyped"), QStringLiteral("5"));
    QVERIFY(confirm->isEnabled());
}

void tst_CloudWindow::aFilterWithoutAHitIsNotAnEmptyCloud()
{
    m_moody.servers = { serverJson(1, QStringLiteral("web"), QStringLiteral("ACTIVE")) };
    open(token());
    QTRY_COMPARE(faces()->face(), PaneFaces::Face::Content);
    find<QLineEdit>("filter")->setText(QStringLiteral("wbe"));
    QCOMPARE(faces()->face(), PaneFaces::Face::NoMatch);
    QVERIFY(m_window->servers().showsPrimaryInHead());
    emit faces()->clearFilterWanted();
    QCOMPARE(faces()->face(), PaneFaces::Face::Content);
}

void tst_CloudWindow::somebodySignsInAndIsRemembered()
{
    QSettings().clear();
    open({});
    auto *user = findInDialogs<QLineEdit>("userName");
    QVERIFY(user);
    auto *password = findInDialogs<QLineEdit>("password");
    auto *signIn = findInDialogs<QPushButton>("signIn");
    QVERIFY(!signIn->isEnabled());
    QTest::keyClicks(user, QStringLiteral("eleni"));
    QTest::keyClicks(password, QStringLiteral("wrong"));
    QTest::mouseClick(signIn, Qt::LeftButton);
    QTRY_VERIFY(password->property("invalid").toBool());
    QCOMPARE(m_moody.serverLists, 0);
    password->clear();
    QTest::keyClicks(password, QStringLiteral("geheim"));
    QTest::mouseClick(signIn, Qt::LeftButton);
    QTRY_COMPARE(faces()->face(), PaneFaces::Face::Empty);
    QVERIFY(!findInDialogs<QLineEdit>("userName"));
    QCOMPARE(rememberedCloud(m_wire->url()).userName, QStringLiteral("eleni"));
    for (const QString &key : QSettings().allKeys())
        QVERIFY(!QSettings().value(key).toString().contains(QStringLiteral("geheim")));
}

NEPHELE_TEST(tst_CloudWindow)
#include "tst_cloudwindow.moc"
