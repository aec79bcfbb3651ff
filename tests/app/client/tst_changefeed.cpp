// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/changefeed.h"
#include "app/client/cloudclient.h"
#include "tests/app/client/wireserver.h"
#include "tests/support/testregistry.h"

#include <QSignalSpy>

using namespace nephele;
using namespace nephele::test;

namespace {

const QByteArray token = R"({"token": {"user": {"id": "u", "name": "eleni"},
    "project": {"id": "p", "name": "lab"}, "expires_at": "2031-01-01T00:00:00Z"}})";

// Answers the questions about changes from a list; holds back what is not in it.
struct Script
{
    QList<QByteArray> answers;
    QList<QByteArray> asked;

    QByteArray operator()(const WireRequest &request)
    {
        if (request.target == "/identity/v3/auth/tokens")
            return WireServer::reply(200, token);
        asked.append(request.target);
        return answers.isEmpty() ? QByteArray() : answers.takeFirst();
    }
};

QByteArray page(const QByteArray &changes, int next, bool reload = false)
{
    return WireServer::reply(200,
        "{\"changes\": [" + changes + "], \"next\": " + QByteArray::number(next)
            + ", \"reload\": " + (reload ? "true" : "false") + "}");
}

QByteArray change(int seq, const QByteArray &id)
{
    return "{\"seq\": " + QByteArray::number(seq) + ", \"at\": 1, \"kind\": \"server\", \"id\": \"" + id
        + "\", \"project\": \"p\"}";
}

} // namespace

class tst_ChangeFeed : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whatHappenedBeforeIsAReload();
    void changesAreToldAndAskedOnFrom();
    void missingTooMuchIsAReload();
    void aCloudThatGoesAwayIsAskedAgainAndReloaded();
    void anAnswerThatIsNoneCountsAsAway();
    void aStoppedFeedSaysNothing();

private:
    std::shared_ptr<Script> m_script;
    std::unique_ptr<WireServer> m_wire;
    std::unique_ptr<CloudClient> m_client;
    std::unique_ptr<ChangeFeed> m_feed;
};

void tst_ChangeFeed::init()
{
    m_feed.reset();
    m_client.reset();
    m_script = std::make_shared<Script>();
    m_wire = std::make_unique<WireServer>(
        [script = m_script](const WireRequest &request) { return (*script)(request); });
    m_client = std::make_unique<CloudClient>(m_wire->url());
    Credentials credentials;
    credentials.token = QStringLiteral("t");
    m_client->session().setCredentials(credentials);
    m_feed = std::make_unique<ChangeFeed>(*m_client);
}

void tst_ChangeFeed::whatHappenedBeforeIsAReload()
{
    m_script->answers = { page(change(3, "a") + ", " + change(4, "b"), 4) };
    QSignalSpy changed(m_feed.get(), &ChangeFeed::changed);
    QSignalSpy reload(m_feed.get(), &ChangeFeed::reload);
    m_feed->start();
    QTRY_COMPARE(m_script->asked.size(), 2);
    QCOMPARE(reload.size(), 1);
    QCOMPARE(changed.size(), 0);
    QCOMPARE(m_script->asked.constLast(), QByteArray("/nephele/v1/changes?since=4"));
}

void tst_ChangeFeed::changesAreToldAndAskedOnFrom()
{
    m_script->answers = { page({}, 7), page(change(8, "a"), 8), page({}, 8) };
    QSignalSpy changed(m_feed.get(), &ChangeFeed::changed);
    QSignalSpy reload(m_feed.get(), &ChangeFeed::reload);
    m_feed->start();
    QTRY_COMPARE(m_script->asked.size(), 4);
    QCOMPARE(reload.size(), 0);
    QCOMPARE(changed.size(), 1);
    const auto told = changed.at(0).at(0).value<QList<FeedChange>>();
    QCOMPARE(told, (QList<FeedChange> { { 8, QStringLiteral("server"), QStringLiteral("a") } }));
    QCOMPARE(m_script->asked,
        (QList<QByteArray> { "/nephele/v1/changes?since=0", "/nephele/v1/changes?since=7",
            "/nephele/v1/changes?since=8", "/nephele/v1/changes?since=8" }));
}

void tst_ChangeFeed::missingTooMuchIsAReload()
{
    m_script->answers = { page({}, 7), page({}, 900, true) };
    QSignalSpy reload(m_feed.get(), &ChangeFeed::reload);
    m_feed->start();
    QTRY_COMPARE(m_script->asked.size(), 3);
    QCOMPARE(reload.size(), 1);
    QCOMPARE(m_script->asked.constLast(), QByteArray("/nephele/v1/changes?since=900"));
}

void tst_ChangeFeed::aCloudThatGoesAwayIsAskedAgainAndReloaded()
{
    m_script->answers = { page({}, 7), WireServer::reply(503, {}),
        WireServer::closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), page({}, 7) };
    QSignalSpy lost(m_feed.get(), &ChangeFeed::connectionLost);
    QSignalSpy restored(m_feed.get(), &ChangeFeed::connectionRestored);
    QSignalSpy reload(m_feed.get(), &ChangeFeed::reload);
    m_feed->start();
    QTRY_COMPARE(lost.size(), 1);
    QVERIFY(!m_feed->isConnected());
    QCOMPARE(lost.at(0).at(1).toInt(), 1000);
    m_feed->retryNow();
    m_feed->retryNow(); // one question at a time
    QTRY_COMPARE(lost.size(), 2);
    QCOMPARE(lost.at(1).at(1).toInt(), 2000);
    QCOMPARE(m_script->asked.size(), 3);
    m_feed->retryNow();
    QTRY_COMPARE(restored.size(), 1);
    QCOMPARE(reload.size(), 1);
    QVERIFY(m_feed->isConnected());
}

void tst_ChangeFeed::anAnswerThatIsNoneCountsAsAway()
{
    m_script->answers = { WireServer::reply(200, R"({"changes": 5})") };
    QSignalSpy lost(m_feed.get(), &ChangeFeed::connectionLost);
    m_feed->start();
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(lost.at(0).at(0).value<Error>().detail, QStringLiteral("changes: must be a list."));
}

void tst_ChangeFeed::aStoppedFeedSaysNothing()
{
    m_script->answers = { page({}, 7) };
    QSignalSpy lost(m_feed.get(), &ChangeFeed::connectionLost);
    m_feed->start();
    QTRY_COMPARE(m_script->asked.size(), 2); // the second is being held back
    m_feed->stop();
    m_wire.reset(); // breaks that connection
    QTest::qWait(50);
    QCOMPARE(lost.size(), 0);
}

NEPHELE_TEST(tst_ChangeFeed)
#include "tst_changefeed.moc"
