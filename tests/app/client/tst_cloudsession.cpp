// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/cloudclient.h"
#include "server/cloud/certificate.h"
#include "tests/app/client/wireserver.h"
#include "tests/support/testregistry.h"

#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTemporaryDir>

using namespace nephele;
using namespace nephele::test;

namespace {

const QByteArray userId = "11111111-1111-4111-8111-111111111111";
const QByteArray projectId = "22222222-2222-4222-8222-222222222222";

QByteArray tokenBody(bool scoped = true)
{
    return R"({"token": {"user": {"id": ")" + userId + R"(", "name": "eleni", "domain": {"id": "default"}},)"
        + (scoped ? QByteArray(R"("project": {"id": ")") + projectId + R"(", "name": "lab"},)" : QByteArray())
        + R"("roles": [{"id": "1", "name": "member"}], "expires_at": "2031-01-01T00:00:00.000000Z"}})";
}

QByteArray tokenReply(const QByteArray &token, bool scoped = true)
{
    return WireServer::reply(201, tokenBody(scoped), "X-Subject-Token: " + token + "\r\n");
}

const QByteArray noFlavors = R"({"flavors": []})";
const QByteArray keystoneRefusal =
    R"({"error": {"code": 401, "title": "Unauthorized", "message": "Wrong name or password."}})";

Credentials eleni()
{
    Credentials credentials;
    credentials.userName = QStringLiteral("eleni");
    credentials.password = QStringLiteral("geheim");
    return credentials;
}

} // namespace

class tst_CloudSession : public QObject
{
    Q_OBJECT

private slots:
    void aRequestWithoutAnAnswerIsAnError_data();
    void aRequestWithoutAnAnswerIsAnError();
    void aSilentCloudIsATimeout();
    void faultsAreReadInEveryShape_data();
    void faultsAreReadInEveryShape();
    void aRedirectIsNotFollowed();
    void callsThatWaitShareOneSignIn();
    void aWrongPasswordFailsEveryCallAndAsksOnce();
    void anExpiredTokenIsRenewedOnceForAll();
    void aTokenRefusedAfterRenewalIsNotTriedForEver();
    void aReadyTokenIsLookedUpAndNeverRenewed();
    void withoutADefaultProjectTheFirstIsTaken();
    void aMemberOfNoProjectIsTold();
    void anAnswerThatIsNoTokenIsRefused_data();
    void anAnswerThatIsNoTokenIsRefused();
    void aClientMayDieWhileACallIsUnderWay();
    void anUnknownCertificateIsAskedAboutAndPinned();
    void anAuthorityThatIsNamedIsTrusted();
    void anApplicationCredentialSignsInByItself();
    void aFaultThatIsAnAnswerIsGivenBack();
};

void tst_CloudSession::aRequestWithoutAnAnswerIsAnError_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addRow("hangs up at once") << WireServer::closing({});
    QTest::addRow("hangs up inside the head") << WireServer::closing("HTTP/1.1 200 OK\r\nContent-");
    QTest::addRow("hangs up inside the body")
        << WireServer::closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"flavors\"");
    QTest::addRow("no HTTP") << WireServer::closing("220 mail.example.org ESMTP\r\n\r\n");
}

void tst_CloudSession::aRequestWithoutAnAnswerIsAnError()
{
    QFETCH(QByteArray, answer);
    WireServer wire([&](const WireRequest &) { return answer; });
    CloudClient client(wire.url());
    QSignalSpy reachable(&client.session(), &CloudSession::reachableChanged);
    auto health = client.health();
    QTRY_VERIFY(health.isFinished());
    QVERIFY(!health.result());
    QCOMPARE(health.result().error().code, ErrorCode::Unavailable);
    QCOMPARE(reachable.value(0).value(0).toBool(), false);
}

void tst_CloudSession::aSilentCloudIsATimeout()
{
    WireServer wire([](const WireRequest &) { return QByteArray(); });
    RestConnection connection(wire.url());
    RestRequest request;
    request.path = QStringLiteral("/healthcheck");
    request.timeoutMs = 100;
    auto reply = connection.send(request);
    QTRY_VERIFY(reply.isFinished());
    QCOMPARE(reply.result().error().code, ErrorCode::Timeout);
}

void tst_CloudSession::faultsAreReadInEveryShape_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("message");
    const auto own = QStringLiteral("The cloud answers %1.");
    QTest::addRow("keystone") << 403 << QByteArray(R"({"error":{"code":403,"title":"F","message":"No."}})")
                              << ErrorCode::Forbidden << QStringLiteral("No.");
    QTest::addRow("nova") << 404 << QByteArray(R"({"itemNotFound":{"code":404,"message":"Gone."}})")
                          << ErrorCode::NotFound << QStringLiteral("Gone.");
    QTest::addRow("nova quota") << 403
                                << QByteArray(
                                       R"({"forbidden":{"code":403,"message":"Quota exceeded for cores"}})")
                                << ErrorCode::QuotaExceeded << QStringLiteral("Quota exceeded for cores");
    QTest::addRow("nova over limit") << 413
                                     << QByteArray(R"({"overLimit":{"code":413,"message":"Too many"}})")
                                     << ErrorCode::QuotaExceeded << QStringLiteral("Too many");
    QTest::addRow("conflict") << 409 << QByteArray(R"({"conflictingRequest":{"code":409,"message":"Busy."}})")
                              << ErrorCode::Conflict << QStringLiteral("Busy.");
    QTest::addRow("neutron") << 409
                             << QByteArray(
                                    R"({"NeutronError":{"type":"OverQuota","message":"Full.","detail":""}})")
                             << ErrorCode::QuotaExceeded << QStringLiteral("Full.");
    QTest::addRow("plain text") << 400 << QByteArray("Bad name\n") << ErrorCode::Invalid
                                << QStringLiteral("Bad name");
    QTest::addRow("a page") << 502 << QByteArray("<html><h1>Bad gateway</h1></html>")
                            << ErrorCode::Unavailable << own.arg(502);
    QTest::addRow("nothing") << 500 << QByteArray() << ErrorCode::Internal << own.arg(500);
    QTest::addRow("JSON without words")
        << 418 << QByteArray(R"({"a":[1]})") << ErrorCode::Invalid << own.arg(418);
}

void tst_CloudSession::faultsAreReadInEveryShape()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    WireServer wire([&](const WireRequest &) {
        return WireServer::reply(status, body, "x-openstack-request-id: req-7\r\n");
    });
    CloudClient client(wire.url());
    auto health = client.health();
    QTRY_VERIFY(health.isFinished());
    const Error error = health.result().error();
    QTEST(error.code, "code");
    QTEST(error.message, "message");
    QVERIFY(error.detail.contains(QStringLiteral("req-7")));
    QVERIFY(error.detail.contains(QString::number(status)));
}

void tst_CloudSession::aRedirectIsNotFollowed()
{
    WireServer wire(
        [](const WireRequest &) { return WireServer::reply(302, {}, "Location: /elsewhere\r\n"); });
    CloudClient client(wire.url());
    auto health = client.health();
    QTRY_VERIFY(health.isFinished());
    QVERIFY(!health.result());
    QCOMPARE(wire.count("GET", "/elsewhere"), 0);
}

void tst_CloudSession::callsThatWaitShareOneSignIn()
{
    WireServer wire([](const WireRequest &request) {
        return request.method == "POST" ? tokenReply("t1") : WireServer::reply(200, noFlavors);
    });
    CloudClient client(wire.url());
    client.session().setCredentials(eleni());
    auto first = client.flavors();
    auto second = client.flavors();
    QTRY_VERIFY(first.isFinished() && second.isFinished());
    QVERIFY(first.result());
    QVERIFY(second.result());
    QCOMPARE(wire.count("POST", "/identity/v3/auth/tokens"), 1);
    QCOMPARE(wire.requests().constLast().headers.value("x-auth-token"), QByteArray("t1"));
    QCOMPARE(client.session().session().userName, QStringLiteral("eleni"));
    QCOMPARE(client.session().session().projectName, QStringLiteral("lab"));
    QCOMPARE(client.session().session().roles, QStringList { QStringLiteral("member") });
    const QJsonObject user = wire.requests()
                                 .constFirst()
                                 .json()[QStringLiteral("auth")][QStringLiteral("identity")]
                                        [QStringLiteral("password")][QStringLiteral("user")]
                                 .toObject();
    QCOMPARE(user[QStringLiteral("password")].toString(), QStringLiteral("geheim"));
    QCOMPARE(user[QStringLiteral("domain")][QStringLiteral("name")].toString(), QStringLiteral("Default"));
}

void tst_CloudSession::aWrongPasswordFailsEveryCallAndAsksOnce()
{
    WireServer wire([](const WireRequest &) { return WireServer::reply(401, keystoneRefusal); });
    CloudClient client(wire.url());
    client.session().setCredentials(eleni());
    QSignalSpy asked(&client.session(), &CloudSession::signInNeeded);
    auto first = client.flavors();
    auto second = client.images();
    QTRY_VERIFY(first.isFinished() && second.isFinished());
    QCOMPARE(first.result().error().code, ErrorCode::Unauthenticated);
    QCOMPARE(first.result().error().message, QStringLiteral("Wrong name or password."));
    QCOMPARE(second.result().error().code, ErrorCode::Unauthenticated);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(wire.requests().size(), 1);
}

void tst_CloudSession::anExpiredTokenIsRenewedOnceForAll()
{
    int issued = 0;
    WireServer wire([&](const WireRequest &request) {
        if (request.method == "POST")
            return tokenReply("t" + QByteArray::number(++issued));
        const bool good = request.headers.value("x-auth-token") == "t2";
        return good ? WireServer::reply(200, noFlavors) : WireServer::reply(401, keystoneRefusal);
    });
    CloudClient client(wire.url());
    client.session().setCredentials(eleni());
    auto signedIn = client.session().signIn();
    QTRY_VERIFY(signedIn.isFinished());
    QVERIFY(signedIn.result());
    auto first = client.flavors();
    auto second = client.flavors();
    auto third = client.flavors();
    QTRY_VERIFY(first.isFinished() && second.isFinished() && third.isFinished());
    QVERIFY(first.result());
    QVERIFY(second.result());
    QVERIFY(third.result());
    QCOMPARE(issued, 2);
}

void tst_CloudSession::aTokenRefusedAfterRenewalIsNotTriedForEver()
{
    WireServer wire([](const WireRequest &request) {
        return request.method == "POST" ? tokenReply("t") : WireServer::reply(401, keystoneRefusal);
    });
    CloudClient client(wire.url());
    client.session().setCredentials(eleni());
    auto flavors = client.flavors();
    QTRY_VERIFY(flavors.isFinished());
    QCOMPARE(flavors.result().error().code, ErrorCode::Unauthenticated);
    QVERIFY(wire.requests().size() <= 4);
}

void tst_CloudSession::aReadyTokenIsLookedUpAndNeverRenewed()
{
    bool good = true;
    WireServer wire([&](const WireRequest &request) {
        if (!good)
            return WireServer::reply(401, keystoneRefusal);
        return request.target == "/identity/v3/auth/tokens" ? WireServer::reply(200, tokenBody())
                                                            : WireServer::reply(200, noFlavors);
    });
    CloudClient client(wire.url());
    Credentials ready;
    ready.token = QStringLiteral("ready");
    client.session().setCredentials(ready);
    auto flavors = client.flavors();
    QTRY_VERIFY(flavors.isFinished());
    QVERIFY(flavors.result());
    QCOMPARE(wire.requests().constFirst().headers.value("x-subject-token"), QByteArray("ready"));
    QCOMPARE(wire.requests().constLast().headers.value("x-auth-token"), QByteArray("ready"));

    good = false;
    QSignalSpy asked(&client.session(), &CloudSession::signInNeeded);
    auto again = client.flavors();
    QTRY_VERIFY(again.isFinished());
    QCOMPARE(again.result().error().code, ErrorCode::Unauthenticated);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(wire.count("POST", "/identity/v3/auth/tokens"), 0);
}

void tst_CloudSession::withoutADefaultProjectTheFirstIsTaken()
{
    WireServer wire([](const WireRequest &request) {
        if (request.target == "/identity/v3/auth/projects")
            return WireServer::reply(200, R"({"projects": [{"id": ")" + projectId + R"(", "name": "lab"}]})");
        const bool isScoped =
            request.json()[QStringLiteral("auth")].toObject().contains(QStringLiteral("scope"));
        return tokenReply(isScoped ? "scoped" : "bare", isScoped);
    });
    CloudClient client(wire.url());
    client.session().setCredentials(eleni());
    auto session = client.session().signIn();
    QTRY_VERIFY(session.isFinished());
    QVERIFY(session.result());
    QCOMPARE(session.result()->project.utf8(), projectId);
    QCOMPARE(client.session().token(), QByteArray("scoped"));
}

void tst_CloudSession::aMemberOfNoProjectIsTold()
{
    WireServer wire([](const WireRequest &request) {
        return request.target == "/identity/v3/auth/projects" ? WireServer::reply(200, R"({"projects": []})")
                                                              : tokenReply("bare", false);
    });
    CloudClient client(wire.url());
    client.session().setCredentials(eleni());
    auto session = client.session().signIn();
    QTRY_VERIFY(session.isFinished());
    QCOMPARE(session.result().error().code, ErrorCode::Forbidden);
    QVERIFY(!client.session().isSignedIn());
}

void tst_CloudSession::anAnswerThatIsNoTokenIsRefused_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("named");
    QTest::addRow("no header") << WireServer::reply(201, tokenBody()) << QStringLiteral("X-Subject-Token");
    QTest::addRow("no JSON") << WireServer::reply(201, "hello", "X-Subject-Token: t\r\n")
                             << QStringLiteral("JSON");
    QTest::addRow("no user") << WireServer::reply(
        201, R"({"token": {"expires_at": "2031-01-01T00:00:00Z"}})", "X-Subject-Token: t\r\n")
                             << QStringLiteral("token.user");
    QTest::addRow("name is a number") << WireServer::reply(201,
        R"({"token": {"user": {"id": "1", "name": 7}, "expires_at": "2031-01-01T00:00:00Z"}})",
        "X-Subject-Token: t\r\n") << QStringLiteral("token.user.name");
}

void tst_CloudSession::anAnswerThatIsNoTokenIsRefused()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, named);
    WireServer wire([&](const WireRequest &) { return answer; });
    CloudClient client(wire.url());
    client.session().setCredentials(eleni());
    auto session = client.session().signIn();
    QTRY_VERIFY(session.isFinished());
    QCOMPARE(session.result().error().code, ErrorCode::Unavailable);
    QVERIFY2(session.result().error().detail.contains(named), qPrintable(session.result().error().detail));
    QVERIFY(!client.session().isSignedIn());
}

void tst_CloudSession::aClientMayDieWhileACallIsUnderWay()
{
    WireServer wire([](const WireRequest &) { return QByteArray(); });
    auto client = std::make_unique<CloudClient>(wire.url());
    client->session().setCredentials(eleni());
    bool wasCalled = false;
    QObject context;
    client->flavors().then(&context, [&](const Result<QList<Flavor>> &) { wasCalled = true; });
    QTRY_COMPARE(wire.requests().size(), 1);
    client.reset();
    QCoreApplication::sendPostedEvents();
    QVERIFY(!wasCalled);
}

void tst_CloudSession::anUnknownCertificateIsAskedAboutAndPinned()
{
    const QTemporaryDir directory;
    const auto tls = selfSignedTls(directory.path(), { QStringLiteral("localhost") });
    QVERIFY(tls);
    auto server = std::make_unique<QSslServer>();
    server->setSslConfiguration(*tls);
    WireServer wire(
        [](const WireRequest &) { return WireServer::reply(200, R"({"ok": true})"); }, std::move(server));

    CloudClient client(wire.url(QStringLiteral("https")));
    QSignalSpy asked(&client.session().connection(), &RestConnection::certificateUnknown);
    auto refused = client.health();
    QTRY_VERIFY(refused.isFinished());
    QCOMPARE(refused.result().error().code, ErrorCode::Forbidden);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(wire.requests().size(), 0);
    const auto certificate = asked.value(0).value(0).value<UnknownCertificate>();
    QCOMPARE(certificate.fingerprint, fingerprint(*tls).toLatin1());
    QVERIFY(!certificate.differsFromPinned);

    client.session().connection().pin(certificate.fingerprint);
    auto taken = client.health();
    QTRY_VERIFY(taken.isFinished());
    QVERIFY(taken.result());
    QCOMPARE(asked.size(), 1);

    // Another certificate at the same address is what an impostor would show.
    CloudClient other(wire.url(QStringLiteral("https")));
    other.session().connection().pin("00:11");
    QSignalSpy askedAgain(&other.session().connection(), &RestConnection::certificateUnknown);
    auto suspicious = other.health();
    QTRY_VERIFY(suspicious.isFinished());
    QVERIFY(!suspicious.result());
    QVERIFY(askedAgain.value(0).value(0).value<UnknownCertificate>().differsFromPinned);
}

void tst_CloudSession::anAuthorityThatIsNamedIsTrusted()
{
    const QTemporaryDir directory;
    const auto tls = selfSignedTls(directory.path(), { QStringLiteral("127.0.0.1") });
    QVERIFY(tls);
    auto server = std::make_unique<QSslServer>();
    server->setSslConfiguration(*tls);
    WireServer wire(
        [](const WireRequest &) { return WireServer::reply(200, R"({"ok": true})"); }, std::move(server));
    RestConnection connection(wire.url(QStringLiteral("https")));
    connection.trust({ tls->localCertificate() });
    auto trusted = connection.send({});
    QTRY_VERIFY(trusted.isFinished());
    QVERIFY(trusted.result());
    connection.trust({});
    RestConnection other(wire.url(QStringLiteral("https")));
    auto refused = other.send({});
    QTRY_VERIFY(refused.isFinished());
    QVERIFY(!refused.result());
}

void tst_CloudSession::anApplicationCredentialSignsInByItself()
{
    WireServer wire([](const WireRequest &) { return tokenReply("good"); });
    CloudSession session(wire.url());
    Credentials credentials;
    credentials.credentialId = QStringLiteral("id");
    credentials.credentialSecret = QStringLiteral("secret");
    credentials.userName = QStringLiteral("not looked at");
    session.setCredentials(credentials);
    auto signedIn = session.signIn();
    QTRY_VERIFY(signedIn.isFinished());
    QVERIFY(signedIn.result());
    QCOMPARE(session.token(), QByteArray("good"));
    const QJsonObject identity = wire.requests().constFirst().json().value(QStringLiteral("auth")).toObject();
    QCOMPARE(QJsonDocument(identity).toJson(QJsonDocument::Compact),
        QByteArray(R"({"identity":{"application_credential":{"id":"id","secret":"secret"},)"
                   R"("methods":["application_credential"]}})"));
}

void tst_CloudSession::aFaultThatIsAnAnswerIsGivenBack()
{
    WireServer wire([](const WireRequest &request) {
        return request.target == "/identity/v3/auth/tokens" ? tokenReply("good")
                                                            : WireServer::reply(409, R"(["missing"])");
    });
    CloudSession session(wire.url());
    session.setCredentials(eleni());
    RestRequest request { "PUT", QStringLiteral("/x"), "{}", {} };
    auto fault = session.call(request);
    QTRY_VERIFY(fault.isFinished());
    QCOMPARE(fault.result().error().code, ErrorCode::Conflict);
    request.alsoAnswers = { 409 };
    auto answer = session.call(request);
    QTRY_VERIFY(answer.isFinished());
    QVERIFY(answer.result());
    QCOMPARE(answer.result()->status, 409);
    QCOMPARE(answer.result()->body, QByteArray(R"(["missing"])"));
}

NEPHELE_TEST(tst_CloudSession)
#include "tst_cloudsession.moc"
