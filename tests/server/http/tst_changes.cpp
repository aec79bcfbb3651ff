// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/database/database.h"
#include "server/http/changeroutes.h"
#include "tests/server/http/httpfixture.h"
#include "tests/server/http/rawclient.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWebSocket>

using namespace nephele;
using namespace nephele::test;

class tst_Changes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everyoneSeesHisOwn_data();
    void everyoneSeesHisOwn();
    void aPollWaitsForSomethingToHappen();
    void whatOthersDoWakesNobody();
    void aPollEndsEmptyHanded();
    void manyChangesComeInPages();
    void whoIsTooFarBehindReads_data();
    void whoIsTooFarBehindReads();
    void badNumbersAreNamed_data();
    void badNumbersAreNamed();
    void aTokenIsNeeded();
    void oldRowsAreForgotten();
    void aWebSocketTellsAsThingsHappen();
    void stoppingAnswersWhoWaits();

private:
    // Notes a change of that id in the project; returns its number.
    qint64 note(const QString &id, const ProjectId &project = projectA, const UserId &user = alice,
        bool shared = true);
    QJsonObject ask(qint64 since, const QByteArray &token);
    static QStringList idsOf(const QJsonObject &page);
    HttpOptions options() const
    {
        HttpOptions options;
        options.workers = 2;
        return options;
    }

    // The feed of each worker with its routes.
    class FeedWorker final : public Worker
    {
    public:
        FeedWorker(Database &database, const ChangePublisher::Options &options) : m_feed(database, options) { }
        std::vector<RouteTable> routes() override
        {
            std::vector<RouteTable> tables;
            tables.push_back(m_feed.routes());
            return tables;
        }
        Authenticator &authenticator() override { return m_tokens; }
        void aboutToStop() override { m_feed.releaseWaiting(); }

    private:
        NamedTokens m_tokens;
        ChangePublisher m_feed;
    };

    FakeClock m_clock { 1'700'000'000'000 };
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<HttpServer> m_server;
};

void tst_Changes::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    DatabaseOptions databaseOptions;
    databaseOptions.address.sqliteFile = m_dir->filePath(QStringLiteral("cloud.db"));
    databaseOptions.clock = &m_clock;
    auto database = Database::open(databaseOptions);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().detail));
    m_database = *std::move(database);
    ChangePublisher::Options feed;
    feed.longestWaitMs = 700;
    auto server = HttpServer::start(
        options(), [this, feed] { return std::make_unique<FeedWorker>(*m_database, feed); });
    QVERIFY(server);
    m_server = *std::move(server);
}

void tst_Changes::cleanup()
{
    m_server.reset();
    m_database.reset();
}

qint64 tst_Changes::note(const QString &id, const ProjectId &project, const UserId &user, bool shared)
{
    const auto written =
        m_database
            ->write([=](Transaction &t) -> Result<qint64> {
                const auto noted = t.noteChange({ QLatin1StringView("server"), id, project, user, shared });
                if (!noted)
                    return noted.error();
                const auto span = ChangeStore().span(t);
                return span ? Result<qint64>(span->newest) : span.error();
            })
            .result();
    return written ? *written : -1;
}

namespace {

QByteArray question(qint64 since, const QByteArray &token)
{
    return "GET /nephele/v1/changes?since=" + QByteArray::number(since)
        + " HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: " + token + "\r\n\r\n";
}

} // namespace

QJsonObject tst_Changes::ask(qint64 since, const QByteArray &token)
{
    return QJsonDocument::fromJson(RawClient(m_server->port()).exchange(question(since, token)).body)
        .object();
}

QStringList tst_Changes::idsOf(const QJsonObject &page)
{
    QStringList ids;
    for (const QJsonValue &change : page.value(QStringLiteral("changes")).toArray())
        ids.append(change[QStringLiteral("id")].toString());
    return ids;
}

void tst_Changes::everyoneSeesHisOwn_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QString>("ids");
    QTest::addRow("member of A") << QByteArray("member") << QStringLiteral("a-own,a-shared");
    QTest::addRow("reader of A") << QByteArray("reader") << QStringLiteral("a-own,a-shared");
    QTest::addRow("manager of A") << QByteArray("manager") << QStringLiteral("a-own,a-shared,a-other");
    QTest::addRow("member of B") << QByteArray("bob") << QStringLiteral("b-own,b-shared");
    QTest::addRow("administrator") << QByteArray("admin")
                                   << QStringLiteral("a-own,a-shared,a-other,b-own,b-shared");
}

void tst_Changes::everyoneSeesHisOwn()
{
    QFETCH(QByteArray, token);
    QFETCH(QString, ids);
    const UserId carol = UserId::create();
    const qint64 first = note(QStringLiteral("before"));
    note(QStringLiteral("a-own"), projectA, alice, false);
    note(QStringLiteral("a-shared"), projectA, carol, true);
    note(QStringLiteral("a-other"), projectA, carol, false);
    note(QStringLiteral("b-own"), projectB, bob, false);
    const qint64 last = note(QStringLiteral("b-shared"), projectB, carol, true);
    const QJsonObject page = ask(first, token);
    QCOMPARE(idsOf(page).join(QLatin1Char(',')), ids);
    QCOMPARE(page.value(QStringLiteral("next")).toInteger(), last);
    QCOMPARE(page.value(QStringLiteral("reload")), QJsonValue(false));
    const QJsonObject change = page.value(QStringLiteral("changes")).toArray().first().toObject();
    QCOMPARE(change.keys(),
        QStringList({ QStringLiteral("at"), QStringLiteral("id"), QStringLiteral("kind"),
            QStringLiteral("project"), QStringLiteral("seq") }));
    QCOMPARE(change.value(QStringLiteral("kind")).toString(), QStringLiteral("server"));
}

void tst_Changes::aPollWaitsForSomethingToHappen()
{
    const qint64 first = note(QStringLiteral("before"));
    // One on each worker.
    RawClient one(m_server->port());
    RawClient two(m_server->port());
    one.send(question(first, "member"));
    two.send(question(first, "admin"));
    QVERIFY(!one.socket().waitForReadyRead(150));
    const qint64 second = note(QStringLiteral("now"));
    for (RawClient *client : { &one, &two }) {
        const QJsonObject page = QJsonDocument::fromJson(client->reply().body).object();
        QCOMPARE(idsOf(page), QStringList { QStringLiteral("now") });
        QCOMPARE(page.value(QStringLiteral("next")).toInteger(), second);
    }
}

void tst_Changes::whatOthersDoWakesNobody()
{
    const qint64 first = note(QStringLiteral("before"));
    RawClient client(m_server->port());
    client.send(question(first, "bob"));
    QVERIFY(!client.socket().waitForReadyRead(100));
    const qint64 others = note(QStringLiteral("a"));
    QVERIFY(!client.socket().waitForReadyRead(200));
    const QJsonObject page = QJsonDocument::fromJson(client.reply().body).object();
    QVERIFY(idsOf(page).isEmpty());
    QCOMPARE(page.value(QStringLiteral("next")).toInteger(), others);
}

void tst_Changes::aPollEndsEmptyHanded()
{
    const qint64 first = note(QStringLiteral("before"));
    QElapsedTimer clock;
    clock.start();
    const QJsonObject page = ask(first, "member");
    QVERIFY(clock.elapsed() >= 650 && clock.elapsed() < 3000);
    QVERIFY(idsOf(page).isEmpty());
    QCOMPARE(page.value(QStringLiteral("next")).toInteger(), first);
    QCOMPARE(page.value(QStringLiteral("reload")), QJsonValue(false));
}

void tst_Changes::manyChangesComeInPages()
{
    const qint64 first = note(QStringLiteral("before"));
    const auto written = m_database
                             ->write([](Transaction &t) -> Result<> {
                                 // What B must step over, then what is his.
                                 for (int i = 0; i < 3700; ++i) {
                                     const bool isLast = i == 3699;
                                     if (const auto noted = t.noteChange({ QLatin1StringView("server"),
                                             isLast ? QStringLiteral("mine") : QString::number(i),
                                             isLast ? projectB : projectA, alice, true });
                                         !noted)
                                         return noted.error();
                                 }
                                 return {};
                             })
                             .result();
    QVERIFY(written);
    QStringList seen;
    qint64 next = first;
    int pages = 0;
    for (; seen.size() < 3699 && pages < 20; ++pages) {
        const QJsonObject page = ask(next, "member");
        QVERIFY(idsOf(page).size() <= 500);
        seen += idsOf(page);
        next = page.value(QStringLiteral("next")).toInteger();
    }
    QCOMPARE(seen.size(), 3699);
    QCOMPARE(seen.last(), QStringLiteral("3698"));
    QStringList bobs;
    for (next = first, pages = 0; bobs.isEmpty() && pages < 20; ++pages) {
        const QJsonObject page = ask(next, "bob");
        bobs += idsOf(page);
        next = page.value(QStringLiteral("next")).toInteger();
    }
    QCOMPARE(bobs, QStringList { QStringLiteral("mine") });
}

void tst_Changes::whoIsTooFarBehindReads_data()
{
    QTest::addColumn<qint64>("offset"); // from the newest number
    QTest::addColumn<bool>("reload");
    QTest::addRow("up to date but one") << qint64(-1) << false;
    QTest::addRow("the oldest kept comes next") << qint64(-3) << false;
    QTest::addRow("one before is gone") << qint64(-4) << true;
    QTest::addRow("from the future") << qint64(1) << true;
}

void tst_Changes::whoIsTooFarBehindReads()
{
    QFETCH(qint64, offset);
    QFETCH(bool, reload);
    for (int i = 0; i < 5; ++i)
        note(QString::number(i));
    m_clock.advanceMs(3'700'000); // the stamps of the first lie some milliseconds apart
    for (int i = 5; i < 8; ++i)
        note(QString::number(i));
    const auto removed = m_database
                             ->write([now = m_clock.nowMs()](Transaction &t) {
                                 return ChangeStore().removeOlderThan(t, now - 3'600'000, 100);
                             })
                             .result();
    QCOMPARE(*removed, 5);
    const auto span = m_database->read([](ReadTransaction &t) { return ChangeStore().span(t); });
    QCOMPARE(span->newest - span->oldest, 2);
    const QJsonObject page = ask(span->newest + offset, "member");
    QCOMPARE(page.value(QStringLiteral("reload")).toBool(), reload);
    QCOMPARE(page.value(QStringLiteral("next")).toInteger(), span->newest);
    QCOMPARE(idsOf(page).size(), reload ? 0 : -offset);
    // The first question of a client gets the number to go on from.
    QCOMPARE(ask(0, "member").value(QStringLiteral("next")).toInteger(), span->newest);
    QVERIFY(ask(0, "member").value(QStringLiteral("reload")).toBool());
}

void tst_Changes::badNumbersAreNamed_data()
{
    QTest::addColumn<QByteArray>("since");
    for (const char *since : { "x", "-1", "1.5", "", "99999999999999999999", "1%20OR%201" })
        QTest::addRow("'%s'", since) << QByteArray(since);
}

void tst_Changes::badNumbersAreNamed()
{
    QFETCH(QByteArray, since);
    const RawReply reply = RawClient(m_server->port())
                               .exchange("GET /nephele/v1/changes?since=" + since
                                   + " HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: member\r\n\r\n");
    QCOMPARE(reply.status, 400);
    QVERIFY(reply.body.contains("since: "));
}

void tst_Changes::aTokenIsNeeded()
{
    RawClient client(m_server->port());
    QCOMPARE(client.exchange("GET /nephele/v1/changes HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 401);
    QCOMPARE(client.exchange(question(1, "unscoped")).status, 403);
}

void tst_Changes::oldRowsAreForgotten()
{
    for (int i = 0; i < 1200; ++i) {
        if (i % 400 == 0)
            QVERIFY(note(QString::number(i)) > 0);
        else
            m_database->write([i](Transaction &t) {
                return t.noteChange(
                    { QLatin1StringView("server"), QString::number(i), projectA, alice, true });
            });
    }
    const qint64 newest = note(QStringLiteral("last"));
    m_clock.advanceMs(4'000'000);
    ChangePublisher feed(*m_database);
    feed.prune();
    // In slices, to the end; the newest row stays, for it keeps the count.
    const auto span = [this] {
        return *m_database->read([](ReadTransaction &t) { return ChangeStore().span(t); });
    };
    QTRY_COMPARE(span().oldest, newest);
    QCOMPARE(span().newest, newest);
    QVERIFY(note(QStringLiteral("next")) > newest);
}

void tst_Changes::aWebSocketTellsAsThingsHappen()
{
    const qint64 first = note(QStringLiteral("before"));
    note(QStringLiteral("missed"));
    QWebSocket client;
    QSignalSpy messages(&client, &QWebSocket::textMessageReceived);
    QNetworkRequest request(QUrl(
        QStringLiteral("ws://127.0.0.1:%1/nephele/v1/changes?since=%2").arg(m_server->port()).arg(first)));
    request.setRawHeader("X-Auth-Token", "member");
    client.open(request);
    const auto ids = [&] {
        QStringList all;
        for (const auto &message : messages)
            all += idsOf(QJsonDocument::fromJson(message.at(0).toString().toUtf8()).object());
        return all;
    };
    QTRY_COMPARE(ids(), QStringList { QStringLiteral("missed") });
    note(QStringLiteral("of B"), projectB, bob);
    note(QStringLiteral("now"));
    note(QStringLiteral("then"));
    QTRY_COMPARE(
        ids(), QStringList({ QStringLiteral("missed"), QStringLiteral("now"), QStringLiteral("then") }));
}

void tst_Changes::stoppingAnswersWhoWaits()
{
    const qint64 first = note(QStringLiteral("before"));
    RawClient client(m_server->port());
    client.send(question(first, "member"));
    QVERIFY(!client.socket().waitForReadyRead(100));
    QElapsedTimer clock;
    clock.start();
    m_server->stop();
    QVERIFY(clock.elapsed() < 500);
    const RawReply reply = client.reply();
    QCOMPARE(reply.status, 200);
    QCOMPARE(QJsonDocument::fromJson(reply.body).object().value(QStringLiteral("next")).toInteger(), first);
}

NEPHELE_TEST(tst_Changes)
#include "tst_changes.moc"
