// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/rights/rightscloud.h"
#include "tests/support/testregistry.h"

#include <QtConcurrent>

#include <cstdio>

using namespace nephele;
using namespace Qt::StringLiterals;

namespace {

// How a route's declared right makes the router answer a caller.
enum class Verdict {
    LetIn, // to the handler, which may still refuse for reasons of its own
    NotKnown, // 401
    NotAllowed // 403
};

Verdict verdictFor(Right right, const test::CallerFacts &caller)
{
    const auto allowed = [](bool may) { return may ? Verdict::LetIn : Verdict::NotAllowed; };
    if (right == Right::Public)
        return Verdict::LetIn;
    if (!caller.isKnown || caller.isComponent != (right == Right::Service))
        return Verdict::NotKnown;
    switch (right) {
    case Right::Public:
    case Right::SignedIn:
    case Right::Service:
        return Verdict::LetIn;
    case Right::Reader:
        return allowed(caller.hasProject);
    case Right::Member:
        return allowed(caller.hasProject && caller.mayChange);
    case Right::Admin:
        return allowed(caller.isAdmin);
    case Right::ProjectAdmin:
        return allowed(caller.isAdmin || caller.cloudRoles.testFlag(CloudRole::ProjectAdmin));
    case Right::AdminApi:
        return allowed(caller.isAdmin || caller.cloudRoles.testFlag(CloudRole::AdminApi));
    case Right::AdminStats:
        return allowed(caller.isAdmin || caller.cloudRoles.testFlag(CloudRole::AdminStats));
    }
    Q_UNREACHABLE();
}

// The sentences the router refuses with (server/http/router.cpp). Whoever is refused for the declared right
// reads one of them, and nobody else does.
bool isRightsRefusal(const QByteArray &body)
{
    for (const char *sentence :
        { "This call does not take a token of this kind.", "This call needs a token for a project.",
            "This call needs the role member; the token only reads.",
            "This call needs a cloud administrator.",
            "This call needs a right on the cloud itself that the token lacks." }) {
        if (body.contains(sentence))
            return true;
    }
    return false;
}

struct Deviation
{
    QByteArray caller;
    QByteArray what;
};

} // namespace

// The rights matrix: every route of every table a cloud has, also of faces that come later, called over HTTP
// by every kind of caller, without a body. What is expected follows from the right the route declares and
// from nothing else. Nobody but the trusted ever sees a word of what somebody else's project holds.
class tst_Rights : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void everyRightIsDeclaredSomewhere_data();
    void everyRightIsDeclaredSomewhere();
    void everyRouteAnswersAsItDeclares_data();
    void everyRouteAnswersAsItDeclares();

private:
    struct Case
    {
        const RouteTable *table;
        QByteArray method;
        QByteArray pattern;
        Right right;
        bool isWebSocket;
        QByteArray name() const { return method + ' ' + table->prefix + pattern; }
    };
    QList<Deviation> tryEveryCaller(const Case &one);
    test::PlainReply call(
        test::PlainClient &client, const Case &one, const QByteArray &path, const QByteArray &token);
    std::optional<QByteArray> whatIsWrong(
        const Case &one, const test::CallerFacts &caller, bool namesVictim, const test::PlainReply &reply);
    void print() const;

    std::unique_ptr<test::RightsCloud> m_cloud;
    std::vector<RouteTable> m_tables; // their handlers are not to be called
    QList<Case> m_cases;
    QList<std::pair<QByteArray, QList<int>>> m_matrix; // what was answered, by route, in the callers' order
};

void tst_Rights::initTestCase()
{
    m_cloud = std::make_unique<test::RightsCloud>();
    m_tables = m_cloud->routes();
    for (const RouteTable &table : m_tables) {
        for (const Route &route : table.routes)
            m_cases.append({ &table, route.method, route.pattern, route.right, false });
        for (const WebSocketRoute &route : table.webSockets)
            m_cases.append({ &table, "GET", route.pattern, route.right, true });
    }
}

void tst_Rights::cleanupTestCase()
{
    if (qEnvironmentVariableIsSet("NEPHELE_PRINT_MATRIX"))
        print();
    m_cloud.reset();
}

void tst_Rights::print() const
{
    std::printf("%-82s", "");
    for (const test::CallerFacts &caller : test::allCallers())
        std::printf(" %9s", caller.name.constData());
    std::printf("\n");
    for (const auto &[route, statuses] : m_matrix) {
        std::printf("%-82s", route.constData());
        for (const int status : statuses)
            std::printf(" %9d", status);
        std::printf("\n");
    }
    std::fflush(stdout);
}

void tst_Rights::everyRightIsDeclaredSomewhere_data()
{
    QTest::addColumn<int>("right");
    QTest::newRow("public") << int(Right::Public);
    QTest::newRow("signed in") << int(Right::SignedIn);
    QTest::newRow("reader") << int(Right::Reader);
    QTest::newRow("member") << int(Right::Member);
    QTest::newRow("admin") << int(Right::Admin);
}

// A matrix over tables that were not found would be green.
void tst_Rights::everyRightIsDeclaredSomewhere()
{
    QFETCH(int, right);
    QVERIFY(std::any_of(
        m_cases.cbegin(), m_cases.cend(), [&](const Case &one) { return int(one.right) == right; }));
}

void tst_Rights::everyRouteAnswersAsItDeclares_data()
{
    QTest::addColumn<int>("place");
    for (qsizetype i = 0; i < m_cases.size(); ++i)
        QTest::addRow("%s", m_cases.at(i).name().constData()) << int(i);
}

void tst_Rights::everyRouteAnswersAsItDeclares()
{
    QFETCH(int, place);
    const auto tried = QtConcurrent::run([&] { return tryEveryCaller(m_cases.at(place)); });
    QVERIFY(QTest::qWaitFor([&] { return tried.isFinished(); }, 60'000));
    QByteArray wrong;
    for (const Deviation &deviation : tried.result())
        wrong += deviation.caller + ": " + deviation.what + "; ";
    QVERIFY2(wrong.isEmpty(), wrong);
}

test::PlainReply tst_Rights::call(
    test::PlainClient &client, const Case &one, const QByteArray &path, const QByteArray &token)
{
    return one.isWebSocket ? client.upgrade(path, token) : client.send(one.method, path, token);
}

QList<Deviation> tst_Rights::tryEveryCaller(const Case &one)
{
    test::PlainClient client(m_cloud->port());
    const auto tokens = m_cloud->newTokens(one.table->face);
    QList<Deviation> deviations;
    QList<int> statuses;
    for (const test::CallerFacts &caller : test::allCallers()) {
        // The trusted could take the victim's things away, and others would find none.
        const auto filled = m_cloud->filled(*one.table, one.pattern);
        const bool namesVictim = filled.namesVictim && !caller.isTrusted();
        const QByteArray path =
            caller.isTrusted() ? m_cloud->filledWithNothing(*one.table, one.pattern) : filled.path;
        const auto reply = call(client, one, path, tokens.value(caller.kind));
        statuses.append(reply.status);
        if (const auto wrong = whatIsWrong(one, caller, namesVictim, reply))
            deviations.append({ caller.name, *wrong });
    }
    m_matrix.append({ one.name(), statuses });
    return deviations;
}

std::optional<QByteArray> tst_Rights::whatIsWrong(
    const Case &one, const test::CallerFacts &caller, bool namesVictim, const test::PlainReply &reply)
{
    const QByteArray told = QByteArray::number(reply.status) + ' ' + reply.body.left(200);
    if (reply.status == 0)
        return QByteArray("no answer");
    // 501 and 503 say what this cloud does not do; anything else from 500 on is our own mistake.
    if (reply.status >= 500 && reply.status != 501 && reply.status != 503)
        return "a failure: " + told;
    if (!caller.isTrusted() && reply.body.contains(test::RightsCloud::secretWord()))
        return "told what is another's: " + told;
    const bool isExplained = one.method == "HEAD" || isRightsRefusal(reply.body);
    switch (verdictFor(one.right, caller)) {
    case Verdict::NotKnown:
        return reply.status == 401 ? std::nullopt : std::optional("should be 401: " + told);
    case Verdict::NotAllowed:
        return reply.status == 403 && isExplained ? std::nullopt : std::optional("should be 403: " + told);
    case Verdict::LetIn:
        break;
    }
    if (one.right != Right::Public && (reply.status == 401 || isRightsRefusal(reply.body)))
        return "refused what it may: " + told;
    if (namesVictim && one.right != Right::Public && reply.status < 400)
        return "reached what is another's: " + told;
    return std::nullopt;
}

NEPHELE_TEST(tst_Rights)
#include "tst_rights.moc"
