// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/operation/operationstore.h"
#include "server/engine/operationroutes.h"
#include "server/http/jsonreader.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

using namespace nephele;

class tst_OperationRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void onlyWhatACallerMaySeeIsListed();
    void badQueriesNameTheField_data();
    void badQueriesNameTheField();
    void oneOperationIsShownWithoutItsData();
    void cancellingNeedsTheRightToChange();

private:
    // What the table's handler answers; the form of faults is the router's.
    Result<Response> call(const QByteArray &method, const QString &id, const Caller &caller,
        const QList<std::pair<QString, QString>> &queries = {})
    {
        Request request;
        request.queries = queries;
        if (!id.isEmpty())
            request.parameters = { { "id", id } };
        for (const Route &route : m_routes.routes) {
            if (route.method != method || route.pattern.isEmpty() != id.isEmpty())
                continue;
            Reply reply = route.handler(request, caller);
            if (reply.isReady())
                return reply.now();
            if (!QTest::qWaitFor([&] { return reply.later().isFinished(); }, 60'000))
                qFatal("no answer");
            return reply.later().result();
        }
        return internalError(QStringLiteral("no such route"));
    }
    QJsonArray listed(const Caller &caller, const QList<std::pair<QString, QString>> &queries = {})
    {
        const auto answer = call("GET", {}, caller, queries);
        const auto object =
            answer ? JsonReader::objectFromBody(answer->body) : Result<QJsonObject>(answer.error());
        return object ? object->value(QStringLiteral("operations")).toArray() : QJsonArray();
    }
    OperationId begin(const QString &target, const Ownership &owner)
    {
        const auto begun = (**m_database)
                               .write([=](Transaction &t) {
                                   return OperationEngine::begin(t, QStringLiteral("server.create"),
                                       QStringLiteral("server"), target, QStringLiteral("web"), owner,
                                       { { QStringLiteral("secret"), QStringLiteral("hunter2") } });
                               })
                               .result();
        return begun ? *begun : OperationId();
    }
    Caller caller(Role role) const
    {
        Caller made;
        made.user = UserId::create();
        made.project = m_project;
        made.scope.insert(m_project, role);
        return made;
    }

    const ProjectId m_project = ProjectId::create();
    std::unique_ptr<test::TestDatabase> m_database;
    std::unique_ptr<OperationEngine> m_engine;
    RouteTable m_routes;
};

void tst_OperationRoutes::init()
{
    m_engine.reset();
    auto database = test::TestDatabase::open();
    QVERIFY(database);
    m_database = std::move(*database);
    m_engine = std::make_unique<OperationEngine>(**m_database);
    m_routes = operationRoutes(**m_database, *m_engine, this);
}

void tst_OperationRoutes::onlyWhatACallerMaySeeIsListed()
{
    const Caller alice = caller(Role::Member);
    begin(QStringLiteral("1"), { m_project, alice.user, false });
    begin(QStringLiteral("2"), { m_project, UserId::create(), true });
    const OperationId hidden = begin(QStringLiteral("3"), { m_project, UserId::create(), false });
    const OperationId foreign = begin(QStringLiteral("4"), { ProjectId::create(), alice.user, true });
    QCOMPARE(listed(alice).size(), 2);
    QCOMPARE(
        listed(alice).first().toObject().value(QStringLiteral("target")).toString(), QStringLiteral("2"));
    for (const OperationId &id : { hidden, foreign, OperationId::create() }) {
        QCOMPARE(call("GET", id.text(), alice).error().code, ErrorCode::NotFound);
        QCOMPARE(call("DELETE", id.text(), alice).error().code, ErrorCode::NotFound);
    }
    QCOMPARE(call("GET", QStringLiteral("7"), alice).error().code, ErrorCode::NotFound);
    QCOMPARE(listed(caller(Role::Manager)).size(), 3);
    const QString other = ProjectId::create().text();
    QCOMPARE(listed(alice, { { QStringLiteral("project"), other } }).size(), 0);
    QCOMPARE(listed(alice, { { QStringLiteral("project"), m_project.text() } }).size(), 2);
    QCOMPARE(listed(alice, { { QStringLiteral("limit"), QStringLiteral("1") } }).size(), 1);
}

void tst_OperationRoutes::badQueriesNameTheField_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::newRow("limit zero") << QStringLiteral("limit") << QStringLiteral("0");
    QTest::newRow("limit 1001") << QStringLiteral("limit") << QStringLiteral("1001");
    QTest::newRow("limit word") << QStringLiteral("limit") << QStringLiteral("all");
    QTest::newRow("live neither") << QStringLiteral("live") << QStringLiteral("maybe");
    QTest::newRow("project no id") << QStringLiteral("project") << QStringLiteral("mine");
}

void tst_OperationRoutes::badQueriesNameTheField()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    const auto refused = call("GET", {}, caller(Role::Reader), { { field, value } });
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Invalid);
    QVERIFY(refused.error().message.startsWith(field));
}

void tst_OperationRoutes::oneOperationIsShownWithoutItsData()
{
    const Caller alice = caller(Role::Reader);
    const OperationId id = begin(QStringLiteral("1"), { m_project, alice.user, false });
    const auto answer = call("GET", id.text(), alice);
    QVERIFY(answer);
    QVERIFY(!answer->body.contains("hunter2"));
    const auto object = JsonReader::objectFromBody(answer->body);
    QVERIFY(object);
    const QJsonObject shown = object->value(QStringLiteral("operation")).toObject();
    QCOMPARE(shown.value(QStringLiteral("id")).toString(), id.text());
    QCOMPARE(shown.value(QStringLiteral("kind")).toString(), QStringLiteral("server.create"));
    QCOMPARE(shown.value(QStringLiteral("state")).toString(), QStringLiteral("waiting"));
    QCOMPARE(shown.value(QStringLiteral("targetKind")).toString(), QStringLiteral("server"));
    QCOMPARE(shown.value(QStringLiteral("targetName")).toString(), QStringLiteral("web"));
    QCOMPARE(shown.value(QStringLiteral("progress")).toInt(-1), 0);
}

void tst_OperationRoutes::cancellingNeedsTheRightToChange()
{
    const Caller alice = caller(Role::Member);
    const OperationId id = begin(QStringLiteral("1"), { m_project, alice.user, true });
    QCOMPARE(call("DELETE", id.text(), caller(Role::Reader)).error().code, ErrorCode::Forbidden);
    const auto cancelled = call("DELETE", id.text(), alice);
    QVERIFY(cancelled);
    QCOMPARE(cancelled->status, 202);
    const auto operation =
        (**m_database).read([&](ReadTransaction &t) { return OperationStore::find(t, id); });
    QVERIFY((*operation)->cancelWanted);
    QVERIFY((**m_database)
                .write([](Transaction &t) { return t.execute("UPDATE operation SET state = 'done'"); })
                .result());
    QCOMPARE(call("DELETE", id.text(), alice).error().code, ErrorCode::Conflict);
    QCOMPARE(listed(alice, { { QStringLiteral("live"), QStringLiteral("true") } }).size(), 0);
}

NEPHELE_TEST(tst_OperationRoutes)
#include "tst_operationroutes.moc"
