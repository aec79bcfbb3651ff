// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "server/stats/statsroutes.h"
#include "tests/server/identity/identityserver.h"
#include "tests/server/stats/statsfixture.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

namespace {

class StatsWorker final : public Worker
{
public:
    StatsWorker(CloudStats &stats, IdentityContext &identity) : m_stats(stats), m_authenticator(identity) { }

    std::vector<RouteTable> routes() override { return statsRoutes(m_stats, m_context); }
    Authenticator &authenticator() override { return m_authenticator; }

private:
    CloudStats &m_stats;
    TokenAuthenticator m_authenticator;
    QObject m_context;
};

} // namespace

// The statistics over HTTP: sums for everybody, details for members of admin-stats.
class tst_StatsRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void detailsAreForAdminStats_data();
    void detailsAreForAdminStats();
    void sumsAreForEverybody_data();
    void sumsAreForEverybody();
    void theSummaryNamesEveryState();
    void theSimpleOneCountsWhatEverWas();
    void peopleAreToldInDetail();
    void serversAreToldInDetail();
    void aBackendIsAskedFor_data();
    void aBackendIsAskedFor();
    void aCallbackIsAName_data();
    void aCallbackIsAName();

private:
    test::HttpAnswer get(const QByteArray &path, const QByteArray &token = {})
    {
        QNetworkRequest request(QUrl::fromEncoded(m_server->url().toString().toUtf8() + path));
        if (!token.isEmpty())
            request.setRawHeader("X-Auth-Token", token);
        const std::unique_ptr<QNetworkReply> reply(m_client.get(request));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 20'000))
            return {};
        test::HttpAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.body = reply->readAll();
        for (const auto &[name, value] : reply->rawHeaderPairs())
            answer.headers.insert(name.toLower(), value);
        return answer;
    }
    QStringList keysOf(const QByteArray &path, const QString &key = {})
    {
        const QJsonObject json = get(path, m_token).json();
        return key.isEmpty() ? json.keys() : json.value(key).toObject().keys();
    }

    std::unique_ptr<test::StatsFixture> m_f;
    std::unique_ptr<HttpServer> m_server;
    QNetworkAccessManager m_client;
    QByteArray m_token; // of a member of admin-stats
    QByteArray m_otherToken;
};

void tst_StatsRoutes::initTestCase()
{
    m_f = std::make_unique<test::StatsFixture>(Engine::Sqlite);
    const User ann = m_f->identity().addUser(u"ann"_s);
    const User bob = m_f->identity().addUser(u"bob"_s);
    m_f->identity().write(
        [=](Transaction &t) { return CloudRoleStore::setRoles(t, ann.id, CloudRole::AdminStats); });
    m_f->identity().write([=](Transaction &t) {
        return CloudRoleStore::setRoles(
            t, bob.id, CloudRoles(CloudRole::Helpdesk) | CloudRole::ProjectAdmin | CloudRole::AdminApi);
    });
    m_token = m_f->identity().synnefoToken(ann);
    m_otherToken = m_f->identity().synnefoToken(bob);
    m_f->addServer(ServerState::Running, 2, 1024, 3);
    m_f->addServer(ServerState::Off, 1, 512, 3);
    HttpOptions options;
    options.workers = 1;
    auto server = HttpServer::start(std::move(options),
        [this] { return std::make_unique<StatsWorker>(m_f->stats(), m_f->identity().context()); });
    QVERIFY(server);
    m_server = *std::move(server);
}

void tst_StatsRoutes::cleanupTestCase()
{
    m_server.reset();
    m_f.reset();
}

void tst_StatsRoutes::detailsAreForAdminStats_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("astakos") << QByteArray("/astakos/admin/stats/detail");
    QTest::newRow("cyclades") << QByteArray("/cyclades/admin/stats/detail");
}

void tst_StatsRoutes::detailsAreForAdminStats()
{
    QFETCH(QByteArray, path);
    QCOMPARE(get(path).status, 401);
    QCOMPARE(get(path, "nobody").status, 401);
    QCOMPARE(get(path, m_otherToken).status, 403);
    QCOMPARE(get(path, m_token).status, 200);
    QVERIFY(get(path, m_token).header("Cache-Control").contains("no-store"));
    const User root = m_f->identity().addUser(QString::fromLatin1(path.mid(1, 5)), Role::Admin);
    QCOMPARE(get(path, m_f->identity().synnefoToken(root)).status, 200);
}

void tst_StatsRoutes::sumsAreForEverybody_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("astakos") << QByteArray("/astakos/admin/stats");
    QTest::newRow("cyclades") << QByteArray("/cyclades/admin/stats");
    QTest::newRow("simple") << QByteArray("/cyclades/admin/stats/simple");
}

void tst_StatsRoutes::sumsAreForEverybody()
{
    QFETCH(QByteArray, path);
    for (const QByteArray &token : { QByteArray(), m_token, m_otherToken })
        QCOMPARE(get(path, token).status, 200);
    QVERIFY(get(path).header("Cache-Control").startsWith("max-age="));
}

void tst_StatsRoutes::theSummaryNamesEveryState()
{
    const QJsonObject servers = get("/cyclades/admin/stats").json().value("servers"_L1).toObject();
    QCOMPARE(servers.keys(),
        (QStringList { u"ACTIVE"_s, u"BUILD"_s, u"DELETED"_s, u"ERROR"_s, u"STOPPED"_s, u"UNKNOWN"_s }));
    QCOMPARE(servers.value("ACTIVE"_L1).toObject(),
        (QJsonObject { { u"count"_s, 1 }, { u"cpu"_s, 2 }, { u"ram"_s, 1024 }, { u"disk"_s, 3 } }));
    QCOMPARE(servers.value("ERROR"_L1).toObject().value("count"_L1).toInt(-1), 0);
    QCOMPARE(keysOf("/cyclades/admin/stats"), (QStringList { u"networks"_s, u"servers"_s }));
    QVERIFY(get("/astakos/admin/stats").json().value("users"_L1).toObject().value("total"_L1).toInt() >= 2);
}

void tst_StatsRoutes::theSimpleOneCountsWhatEverWas()
{
    QCOMPARE(keysOf("/cyclades/admin/stats/simple"),
        (QStringList { u"active_servers"_s, u"spawned_networks"_s, u"spawned_servers"_s }));
    QCOMPARE(get("/cyclades/admin/stats/simple").json().value("active_servers"_L1).toInt(), 2);
}

void tst_StatsRoutes::peopleAreToldInDetail()
{
    const QByteArray path = "/astakos/admin/stats/detail";
    QCOMPARE(keysOf(path), (QStringList { u"datetime"_s, u"providers"_s, u"resources"_s, u"users"_s }));
    QCOMPARE(keysOf(path, u"users"_s), (QStringList { u"all"_s, u"local"_s }));
    const QJsonObject users = get(path, m_token).json().value("users"_L1).toObject();
    QCOMPARE(
        users.value("all"_L1).toObject().keys(), (QStringList { u"active"_s, u"total"_s, u"verified"_s }));
    QCOMPARE(users.value("local"_L1).toObject().keys(),
        (QStringList { u"active"_s, u"exclusive"_s, u"total"_s, u"verified"_s }));
    const QJsonObject ram = get(path, m_token).json()["resources"_L1]["all"_L1]["cyclades.ram"_L1].toObject();
    QCOMPARE(ram.keys(), (QStringList { u"allocated"_s, u"description"_s, u"unit"_s, u"used"_s }));
}

void tst_StatsRoutes::serversAreToldInDetail()
{
    const QJsonObject detail = get("/cyclades/admin/stats/detail", m_token).json();
    QCOMPARE(detail.keys(),
        (QStringList {
            u"clusters"_s, u"datetime"_s, u"images"_s, u"ip_pools"_s, u"networks"_s, u"servers"_s }));
    const QJsonObject cluster = detail["clusters"_L1]["node1"_L1].toObject();
    QCOMPARE(cluster.keys(),
        (QStringList { u"disk_templates"_s, u"drained"_s, u"hypervisor"_s, u"nodes"_s, u"offline"_s,
            u"virtual_cpu"_s, u"virtual_disk"_s, u"virtual_ram"_s, u"virtual_servers"_s }));
    QCOMPARE(cluster.value("virtual_cpu"_L1).toInt(), 3);
    QCOMPARE(cluster.value("hypervisor"_L1).toString(), u"kvm"_s);
    const QJsonObject node = cluster["nodes"_L1]["node1"_L1].toObject();
    QCOMPARE(node.value("disk"_L1).toObject(), (QJsonObject { { u"free"_s, 10 }, { u"total"_s, 30 } }));
    QCOMPARE(node["ram"_L1]["free"_L1].toInteger(), qint64(3072) << 20); // 1024 MiB are running
    QCOMPARE(detail["servers"_L1]["started"_L1].toObject(),
        (QJsonObject { { u"count"_s, 1 }, { u"cpu"_s, QJsonObject { { u"2"_s, 1 } } },
            { u"ram"_s, QJsonObject { { u"1024"_s, 1 } } },
            { u"disk"_s, QJsonObject { { u"file"_s, QJsonObject { { u"3"_s, 1 } } } } } }));
    QCOMPARE(detail["images"_L1]["unknown:unknown"_L1].toInt(), 2);
}

void tst_StatsRoutes::aBackendIsAskedFor_data()
{
    QTest::addColumn<QByteArray>("backend");
    QTest::addColumn<int>("status");
    QTest::newRow("by id") << QByteArray("1") << 200;
    QTest::newRow("by name") << QByteArray("node1") << 200;
    QTest::newRow("unknown id") << QByteArray("2") << 400;
    QTest::newRow("unknown name") << QByteArray("node2") << 400;
    QTest::newRow("none") << QByteArray() << 400;
}

void tst_StatsRoutes::aBackendIsAskedFor()
{
    QFETCH(QByteArray, backend);
    QFETCH(int, status);
    const auto answer = get("/cyclades/admin/stats/detail?backend=" + backend, m_token);
    QCOMPARE(answer.status, status);
    if (status == 200)
        QCOMPARE(
            answer.json().keys(), (QStringList { u"clusters"_s, u"datetime"_s, u"images"_s, u"servers"_s }));
}

void tst_StatsRoutes::aCallbackIsAName_data()
{
    QTest::addColumn<QByteArray>("callback");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("a name") << QByteArray("draw") << true;
    QTest::newRow("a member") << QByteArray("page.$stats._1") << true;
    QTest::newRow("empty") << QByteArray("") << false;
    QTest::newRow("a call") << QByteArray("alert(1)//") << false;
    QTest::newRow("markup") << QByteArray("%3Cscript%3E") << false;
    QTest::newRow("two lines") << QByteArray("a%0Ab") << false;
    QTest::newRow("a digit first") << QByteArray("1a") << false;
    QTest::newRow("letters of other alphabets") << QByteArray("%CE%B1") << false;
    QTest::newRow("as long as may be") << QByteArray("a").repeated(64) << true;
    QTest::newRow("too long") << QByteArray("a").repeated(65) << false;
}

void tst_StatsRoutes::aCallbackIsAName()
{
    QFETCH(QByteArray, callback);
    QFETCH(bool, isTaken);
    const auto answer = get("/cyclades/admin/stats?callback=" + callback);
    QCOMPARE(answer.status, isTaken ? 200 : 400);
    if (!isTaken)
        return;
    QVERIFY(answer.body.startsWith("/**/" + callback + "({"));
    QVERIFY(answer.body.endsWith("});"));
    QCOMPARE(answer.header("Content-Type"), QByteArray("application/javascript; charset=UTF-8"));
    QCOMPARE(answer.header("X-Content-Type-Options"), QByteArray("nosniff"));
}

NEPHELE_TEST(tst_StatsRoutes)
#include "tst_statsroutes.moc"
