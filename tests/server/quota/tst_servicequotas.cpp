// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "model/identity/projectstore.h"
#include "model/identity/secret.h"
#include "model/quota/resourcestore.h"
#include "tests/server/identity/identityserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// What an outside service does with its token. "archive" counts archive.tapes, of which lab may have ten; ann
// and bob are members of lab.
class tst_ServiceQuotas : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void onlyServicesAreLetIn_data();
    void onlyServicesAreLetIn();
    void quotasOfUsersAreFiltered_data();
    void quotasOfUsersAreFiltered();
    void quotasOfProjectsAreFiltered_data();
    void quotasOfProjectsAreFiltered();
    void aBadCommissionIsRefused_data();
    void aBadCommissionIsRefused();
    void aRefusalTellsTheProvision_data();
    void aRefusalTellsTheProvision();
    void aCommissionLives();
    void aCommissionIsAcceptedAtOnce();
    void forceGoesOverTheLimit();
    void anotherServiceFindsNothing();
    void aBadDecisionIsRefused_data();
    void aBadDecisionIsRefused();
    void manyAreDecidedAtOnce();

private:
    QByteArray addService(const QString &name)
    {
        const QByteArray token = newToken();
        m_identity->write([=](Transaction &t) { return ComponentStore::setToken(t, name, sha256(token)); });
        return token;
    }
    test::HttpAnswer send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {})
    {
        return m_server->send(method, "/astakos/account/v1.0" + path, m_token, body);
    }
    // Provisions of a user and of the project, as clients pair them.
    QByteArray commission(
        qint64 quantity, const QByteArray &more = {}, const QByteArray &resource = "archive.tapes");
    qint64 issued(qint64 quantity, const QByteArray &more = {})
    {
        return send("POST", "/commissions", commission(quantity, more))
            .json()
            .value("serial"_L1)
            .toInteger(-1);
    }
    QJsonObject tapesOf(const User &user)
    {
        return send("GET", "/service_quotas?user=" + user.id.utf8())
            .json()
            .value(user.id.text())
            .toObject()
            .value(m_lab.id.text())
            .toObject()
            .value("archive.tapes"_L1)
            .toObject();
    }
    QByteArray filled(QByteArray text) const;

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::IdentityServer> m_server;
    QByteArray m_token;
    User m_ann;
    User m_bob;
    Project m_lab;
};

void tst_ServiceQuotas::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_bob = m_identity->addUser(u"bob"_s);
    m_lab = m_identity->addProject(u"lab"_s);
    m_identity->addMember(m_lab, m_ann, Role::Member);
    m_identity->addMember(m_lab, m_bob, Role::Member);
    m_token = addService(u"archive"_s);
    QuotaResource tapes;
    tapes.name = u"archive.tapes"_s;
    tapes.service = u"archive"_s;
    tapes.projectMost = 10;
    m_identity->write([=](Transaction &t) { return ResourceStore::add(t, tapes); });
    m_server = std::make_unique<test::IdentityServer>(*m_identity);
}

void tst_ServiceQuotas::cleanup()
{
    m_server.reset();
    m_identity.reset();
}

QByteArray tst_ServiceQuotas::commission(qint64 quantity, const QByteArray &more, const QByteArray &resource)
{
    return filled(R"({"provisions": [
        {"holder": "user:{ann}", "source": "project:{lab}", "resource": ")"
        + resource + R"(", "quantity": )" + QByteArray::number(quantity)
        + R"(}, {"holder": "project:{lab}", "source": null, "resource": ")" + resource + R"(", "quantity": )"
        + QByteArray::number(quantity) + "}]" + more + "}");
}

QByteArray tst_ServiceQuotas::filled(QByteArray text) const
{
    return text.replace("{ann}", m_ann.id.utf8())
        .replace("{lab}", m_lab.id.utf8())
        .replace("{bob}", m_bob.id.utf8());
}

void tst_ServiceQuotas::onlyServicesAreLetIn_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    for (const auto &[method, path] : { std::pair("GET", "/service_quotas"),
             std::pair("GET", "/service_project_quotas"), std::pair("POST", "/commissions"),
             std::pair("GET", "/commissions"), std::pair("GET", "/commissions/1"),
             std::pair("POST", "/commissions/1/action"), std::pair("POST", "/commissions/action") })
        QTest::addRow("%s %s", method, path) << QByteArray(method) << QByteArray(path);
}

void tst_ServiceQuotas::onlyServicesAreLetIn()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    const User admin = m_identity->addUser(u"root"_s, Role::Admin);
    for (const QByteArray &token : { QByteArray(), QByteArray("nobody"), m_identity->synnefoToken(m_ann),
             m_identity->projectToken(m_ann, m_lab.id), m_identity->synnefoToken(admin) })
        QCOMPARE(m_server->send(method, "/astakos/account/v1.0" + path, token, method == "POST" ? "{}" : "")
                     .status,
            401);
    // And a service's token opens nothing else.
    QCOMPARE(send("GET", "/quotas").status, 401);
}

void tst_ServiceQuotas::quotasOfUsersAreFiltered_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("users");
    QTest::addColumn<int>("projectsOfAnn");
    QTest::newRow("all") << QByteArray() << 200 << 2 << 2;
    QTest::newRow("empty filters") << QByteArray("?user=&project=") << 200 << 2 << 2;
    QTest::newRow("one user") << QByteArray("?user={ann}") << 200 << 1 << 2;
    QTest::newRow("the same twice") << QByteArray("?user={ann},{ann}") << 200 << 1 << 2;
    QTest::newRow("one of two is known") << QByteArray("?user={ann},x") << 200 << 1 << 2;
    QTest::newRow("one project") << QByteArray("?user={ann}&project={lab}") << 200 << 1 << 1;
    QTest::newRow("an unknown project") << QByteArray("?user={ann}&project=x") << 200 << 1 << 0;
    QTest::newRow("an unknown user") << QByteArray("?user=99999999-2222-4333-8444-555555555555") << 404 << 0
                                     << 0;
    QTest::newRow("no uuid") << QByteArray("?user=ann") << 404 << 0 << 0;
}

void tst_ServiceQuotas::quotasOfUsersAreFiltered()
{
    QFETCH(QByteArray, query);
    QFETCH(int, status);
    QFETCH(int, users);
    QFETCH(int, projectsOfAnn);
    const auto answer = send("GET", "/service_quotas" + filled(query));
    QCOMPARE(answer.status, status);
    if (status != 200)
        return;
    QCOMPARE(answer.json().size(), users);
    const auto ann = answer.json().value(m_ann.id.text()).toObject();
    QCOMPARE(ann.size(), projectsOfAnn);
    for (const QJsonValue &project : ann) {
        QCOMPARE(project.toObject().keys(), QStringList { u"archive.tapes"_s }); // nobody else's
        QCOMPARE(project[u"archive.tapes"_s].toObject().keys(),
            (QStringList { u"limit"_s, u"pending"_s, u"project_limit"_s, u"project_pending"_s,
                u"project_usage"_s, u"usage"_s }));
    }
}

void tst_ServiceQuotas::quotasOfProjectsAreFiltered_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("projects");
    QTest::newRow("all") << QByteArray() << 200 << 3;
    QTest::newRow("one") << QByteArray("?project={lab}") << 200 << 1;
    QTest::newRow("one of two is known") << QByteArray("?project=x,{lab}") << 200 << 1;
    QTest::newRow("unknown") << QByteArray("?project=99999999-2222-4333-8444-555555555555") << 404 << 0;
}

void tst_ServiceQuotas::quotasOfProjectsAreFiltered()
{
    QFETCH(QByteArray, query);
    QFETCH(int, status);
    QFETCH(int, projects);
    const auto answer = send("GET", "/service_project_quotas" + filled(query));
    QCOMPARE(answer.status, status);
    if (status != 200)
        return;
    QCOMPARE(answer.json().size(), projects);
    QCOMPARE(answer.json().value(m_lab.id.text()).toObject(),
        (QJsonObject { { u"archive.tapes"_s,
            QJsonObject {
                { u"project_usage"_s, 0 }, { u"project_limit"_s, 10 }, { u"project_pending"_s, 0 } } } }));
}

void tst_ServiceQuotas::aBadCommissionIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("named"); // in the message
    const QByteArray user =
        R"({"holder": "user:{ann}", "source": "project:{lab}", "resource": "archive.tapes")";
    const QByteArray project = R"({"holder": "project:{lab}", "source": null, "resource": "archive.tapes")";
    const auto of = [](const QByteArray &provisions) { return "{\"provisions\": [" + provisions + "]}"; };
    QTest::newRow("not JSON") << QByteArray("{") << QByteArray();
    QTest::newRow("null") << QByteArray("null") << QByteArray();
    QTest::newRow("a list") << QByteArray("[]") << QByteArray();
    QTest::newRow("no provisions") << QByteArray("{}") << QByteArray("provisions");
    QTest::newRow("provisions an object") << QByteArray(R"({"provisions": {}})") << QByteArray("provisions");
    QTest::newRow("a provision a word") << of("\"x\"") << QByteArray("provisions");
    QTest::newRow("no holder") << of(R"({"source": null, "resource": "x", "quantity": 1})")
                               << QByteArray("holder");
    QTest::newRow("no source") << of(R"({"holder": "project:{lab}", "resource": "x", "quantity": 1})")
                               << QByteArray("source");
    QTest::newRow("a user without source")
        << of(R"({"holder": "user:{ann}", "source": null, "resource": "x", "quantity": 1})")
        << QByteArray("source");
    QTest::newRow("a project with source")
        << of(R"({"holder": "project:{lab}", "source": "project:{lab}", "resource": "x", "quantity": 1})")
        << QByteArray("source");
    QTest::newRow("no resource") << of(R"({"holder": "project:{lab}", "source": null, "quantity": 1})")
                                 << QByteArray("resource");
    QTest::newRow("no quantity") << of(project + "}") << QByteArray("quantity");
    QTest::newRow("quantity a word") << of(project + ", \"quantity\": \"1\"}") << QByteArray("quantity");
    QTest::newRow("quantity a half") << of(project + ", \"quantity\": 1.5}") << QByteArray("quantity");
    QTest::newRow("quantity out of range")
        << of(project + ", \"quantity\": 9000000000000000000}") << QByteArray("quantity");
    QTest::newRow("a holder of no kind")
        << of(R"({"holder": "group:{lab}", "source": null, "resource": "x", "quantity": 1})")
        << QByteArray("holder");
    QTest::newRow("a holder without uuid")
        << of(R"({"holder": "user:ann", "source": "project:{lab}", "resource": "x", "quantity": 1})")
        << QByteArray("holder");
    QTest::newRow("a user alone") << of(user + ", \"quantity\": 1}") << QByteArray("provisions");
    QTest::newRow("a project alone") << of(project + ", \"quantity\": 1}") << QByteArray("provisions");
    const QByteArray both = user + ", \"quantity\": 1}, " + project + ", \"quantity\": 1}";
    QTest::newRow("force a word") << "{\"force\": \"yes\", \"provisions\": [" + both + "]}"
                                  << QByteArray("force");
    QTest::newRow("auto_accept a number")
        << "{\"auto_accept\": 1, \"provisions\": [" + both + "]}" << QByteArray("auto_accept");
    QTest::newRow("name a number") << "{\"name\": 1, \"provisions\": [" + both + "]}" << QByteArray("name");
}

void tst_ServiceQuotas::aBadCommissionIsRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, named);
    const auto answer = send("POST", "/commissions", filled(body));
    QCOMPARE(answer.status, 400);
    const QJsonObject fault = answer.json().value("badRequest"_L1).toObject();
    QCOMPARE(fault.keys(), (QStringList { u"code"_s, u"message"_s })); // no details, and no data
    QVERIFY2(fault.value("message"_L1).toString().toUtf8().contains(named), answer.body.constData());
    QCOMPARE(send("GET", "/commissions").body, QByteArray("[]"));
}

void tst_ServiceQuotas::aRefusalTellsTheProvision_data()
{
    QTest::addColumn<qint64>("quantity");
    QTest::addColumn<QByteArray>("resource");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("name");
    QTest::newRow("over the limit") << qint64(11) << QByteArray("archive.tapes") << 413
                                    << u"NoCapacityError"_s;
    QTest::newRow("under zero") << qint64(-1) << QByteArray("archive.tapes") << 413 << u"NoQuantityError"_s;
    QTest::newRow("unknown") << qint64(1) << QByteArray("archive.unicorns") << 404 << u"NoHoldingError"_s;
    QTest::newRow("another service's")
        << qint64(1) << QByteArray("cyclades.vm") << 404 << u"NoHoldingError"_s;
}

void tst_ServiceQuotas::aRefusalTellsTheProvision()
{
    QFETCH(qint64, quantity);
    QFETCH(QByteArray, resource);
    QFETCH(int, status);
    QFETCH(QString, name);
    const auto answer = send("POST", "/commissions", commission(quantity, {}, resource));
    QCOMPARE(answer.status, status);
    const QJsonObject fault =
        answer.json().value(status == 404 ? u"itemNotFound"_s : u"overLimit"_s).toObject();
    QCOMPARE(fault.keys(), (QStringList { u"code"_s, u"data"_s, u"message"_s }));
    const QJsonObject data = fault.value("data"_L1).toObject();
    QCOMPARE(data.value("name"_L1).toString(), name);
    QCOMPARE(data.value("provision"_L1).toObject(),
        (QJsonObject { { u"holder"_s, u"project:"_s + m_lab.id.text() }, { u"source"_s, QJsonValue() },
            { u"resource"_s, QString::fromLatin1(resource) }, { u"quantity"_s, quantity } }));
    QCOMPARE(data.contains("limit"_L1), status == 413);
    if (name == "NoCapacityError"_L1) {
        QCOMPARE(data.value("limit"_L1).toInt(), 10);
        QCOMPARE(data.value("usage"_L1).toInt(-1), 0);
    }
    QCOMPARE(tapesOf(m_ann).value("usage"_L1).toInt(-1), 0);
}

void tst_ServiceQuotas::aCommissionLives()
{
    const auto answer = send("POST", "/commissions", commission(4, R"(, "name": "four tapes")"));
    QCOMPARE(answer.status, 201);
    QCOMPARE(answer.json().keys(), QStringList { u"serial"_s });
    const QByteArray serial = QByteArray::number(answer.json().value("serial"_L1).toInteger());
    QCOMPARE(tapesOf(m_ann),
        (QJsonObject { { u"usage"_s, 4 }, { u"limit"_s, 10 }, { u"pending"_s, 4 }, { u"project_usage"_s, 4 },
            { u"project_limit"_s, 10 }, { u"project_pending"_s, 4 } }));
    QCOMPARE(send("GET", "/commissions").body, '[' + serial + ']');
    const auto shown = send("GET", "/commissions/" + serial);
    QCOMPARE(shown.status, 200);
    QCOMPARE(shown.json().keys(), (QStringList { u"issue_time"_s, u"name"_s, u"provisions"_s, u"serial"_s }));
    QCOMPARE(shown.json().value("name"_L1).toString(), u"four tapes"_s);
    QCOMPARE(shown.json().value("provisions"_L1).toArray().size(), 2);
    QVERIFY(
        QDateTime::fromString(shown.json().value("issue_time"_L1).toString(), Qt::ISODateWithMs).isValid());

    const auto accepted = send("POST", "/commissions/" + serial + "/action", R"({"accept": ""})");
    QCOMPARE(accepted.status, 200);
    QCOMPARE(accepted.body, QByteArray());
    QCOMPARE(tapesOf(m_ann).value("usage"_L1).toInt(), 4);
    QCOMPARE(tapesOf(m_ann).value("pending"_L1).toInt(-1), 0);
    QCOMPARE(send("GET", "/commissions").body, QByteArray("[]"));
    for (const auto &gone : { send("GET", "/commissions/" + serial),
             send("POST", "/commissions/" + serial + "/action", R"({"reject": ""})") }) {
        QCOMPARE(gone.status, 404);
        QCOMPARE(gone.body, QByteArray());
    }
}

void tst_ServiceQuotas::aCommissionIsAcceptedAtOnce()
{
    QVERIFY(issued(4, R"(, "auto_accept": true)") > 0);
    QCOMPARE(send("GET", "/commissions").body, QByteArray("[]"));
    QCOMPARE(tapesOf(m_ann).value("usage"_L1).toInt(), 4);
    QCOMPARE(tapesOf(m_ann).value("pending"_L1).toInt(-1), 0);
    QCOMPARE(tapesOf(m_bob).value("usage"_L1).toInt(-1), 0);
    QCOMPARE(tapesOf(m_bob).value("project_usage"_L1).toInt(), 4);
}

void tst_ServiceQuotas::forceGoesOverTheLimit()
{
    QVERIFY(issued(11, R"(, "force": true)") > 0);
    QCOMPARE(send("POST", "/commissions", commission(-12, R"(, "force": true)")).status, 413);
}

void tst_ServiceQuotas::anotherServiceFindsNothing()
{
    const QByteArray serial = QByteArray::number(issued(4));
    m_token = addService(u"archives"_s); // the beginning of its name is another's
    QCOMPARE(send("GET", "/commissions").body, QByteArray("[]"));
    QCOMPARE(send("GET", "/commissions/" + serial).status, 404);
    QCOMPARE(send("POST", "/commissions/" + serial + "/action", R"({"accept": ""})").status, 404);
    QCOMPARE(send("POST", "/commissions", commission(1)).status, 404);
    QVERIFY(tapesOf(m_ann).isEmpty());
}

void tst_ServiceQuotas::aBadDecisionIsRefused_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray one = "/commissions/1/action";
    const QByteArray all = "/commissions/action";
    const QByteArray accept = R"({"accept": ""})";
    QTest::newRow("neither") << one << QByteArray("{}") << 400;
    QTest::newRow("both") << one << QByteArray(R"({"accept": "", "reject": ""})") << 400;
    QTest::newRow("not JSON") << one << QByteArray("accept") << 400;
    QTest::newRow("null") << one << QByteArray("null") << 400;
    QTest::newRow("unknown") << one << accept << 404;
    QTest::newRow("no number") << QByteArray("/commissions/one/action") << accept << 400;
    QTest::newRow("beyond all numbers")
        << QByteArray("/commissions/99999999999999999999/action") << accept << 400;
    QTest::newRow("accept a number") << all << QByteArray(R"({"accept": 1})") << 400;
    QTest::newRow("accept null") << all << QByteArray(R"({"accept": null})") << 400;
    QTest::newRow("reject words") << all << QByteArray(R"({"reject": ["1"]})") << 400;
    QTest::newRow("reject halves") << all << QByteArray(R"({"reject": [1.5]})") << 400;
    QTest::newRow("more than fit") << all << "{\"accept\": [" + QByteArray("1,").repeated(1000) + "1]}"
                                   << 400;
    QTest::newRow("nothing at all") << all << QByteArray("{}") << 200;
}

void tst_ServiceQuotas::aBadDecisionIsRefused()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QCOMPARE(send("POST", path, body).status, status);
    QCOMPARE(send("GET", "/commissions/one").status, 400);
    const auto plain = m_server->send(
        "POST", "/astakos/account/v1.0" + path, m_token, body, { { "Content-Type", "text/plain" } });
    QCOMPARE(plain.status, 400);
}

void tst_ServiceQuotas::manyAreDecidedAtOnce()
{
    const qint64 first = issued(1);
    const qint64 second = issued(2);
    const qint64 third = issued(3);
    QVERIFY(first > 0 && second > first && third > second);
    const auto text = [](qint64 serial) { return QByteArray::number(serial); };
    const auto answer = send("POST", "/commissions/action",
        "{\"accept\": [" + text(first) + ',' + text(third) + ", 777, " + text(first) + "], \"reject\": ["
            + text(second) + ',' + text(third) + "]}");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json().value("accepted"_L1).toArray(), QJsonArray { first });
    QCOMPARE(answer.json().value("rejected"_L1).toArray(), QJsonArray { second });
    const QJsonArray failed = answer.json().value("failed"_L1).toArray();
    QCOMPARE(failed.size(), 2);
    QCOMPARE(failed[0][0].toInteger(), 777);
    QCOMPARE(failed[0][1]["itemNotFound"_L1]["code"_L1].toInt(), 404);
    QCOMPARE(failed[1][0].toInteger(), third);
    QCOMPARE(failed[1][1]["badRequest"_L1]["code"_L1].toInt(), 400);
    QCOMPARE(send("GET", "/commissions").body, '[' + text(third) + ']'); // decided neither way
    QCOMPARE(tapesOf(m_ann).value("usage"_L1).toInt(), 4);
    QCOMPARE(tapesOf(m_ann).value("pending"_L1).toInt(), 3);
}

NEPHELE_TEST(tst_ServiceQuotas)
#include "tst_servicequotas.moc"
