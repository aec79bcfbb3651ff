// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/quotastore.h"
#include "model/quota/resources.h"
#include "tests/server/identity/keystoneplay.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;
using test::KeystonePlay;

// Unified limits over HTTP: those of our own services are the quota table, those of others are kept.
class tst_LimitRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_play.reset(); }
    void aRefusalSaysWhatIsWrong_data();
    void aRefusalSaysWhatIsWrong() { test::checkRefusal(*m_play); }
    void theModelIsFlat();
    void ourOwnLimitsAreListed();
    void ourOwnLimitIsTheQuota();
    void aLimitOfAnotherServiceIsKept();
    void limitsComeAllOrNone();
    void aMemberSeesHisProjects();
    void aLimitGoesWithItsProject();

private:
    qint64 quotaMost(const QString &resource);

    std::unique_ptr<KeystonePlay> m_play;
};

void tst_LimitRoutes::init()
{
    m_play = std::make_unique<KeystonePlay>();
    m_play->words.insert("{compute}", stableId("compute").toUtf8());
    m_play->words.insert("{servers}", stableId("limit/compute/servers").toUtf8());
    m_play->make("{service}", "/v3/services", R"({"service": {"type": "weather"}})");
    m_play->make("{storms}", "/v3/registered_limits",
        R"({"registered_limits": [{"service_id": "{service}", "resource_name": "storms", "default_limit": 5}]})");
    m_play->make("{limit}", "/v3/limits",
        R"({"limits": [{"project_id": "{lab}", "service_id": "{service}", "resource_name": "storms",
            "resource_limit": 3, "description": "calm"}]})");
}

qint64 tst_LimitRoutes::quotaMost(const QString &resource)
{
    const auto lines = m_play->identity->database().read(
        [&](ReadTransaction &t) { return QuotaStore::lines(t, m_play->ann.id, { m_play->lab.id }); });
    for (const QuotaLine &line : *lines) {
        if (line.resource == resource)
            return line.projectLimit;
    }
    return -2;
}

void tst_LimitRoutes::aRefusalSaysWhatIsWrong_data()
{
    test::addRefusalColumns();
    const auto row = test::addRefusal;
    const char *registered = "/v3/registered_limits";
    const char *limits = "/v3/limits";
    row("no token", "", "GET", limits, "", 401, "X-Auth-Token");
    row("a member makes one", "ann", "POST", limits, R"({"limits": []})", 403, "administrator");
    row("a member registers one", "ann", "POST", registered, R"({"registered_limits": []})", 403,
        "administrator");
    row("no list", "root", "POST", registered, "{}", 400, "registered_limits");
    row("an empty list", "root", "POST", registered, R"({"registered_limits": []})", 400,
        "registered_limits");
    row("a list of words", "root", "POST", registered, R"({"registered_limits": ["a"]})", 400,
        "registered_limits[0]");
    row("no service", "root", "POST", registered,
        R"({"registered_limits": [{"resource_name": "a", "default_limit": 1}]})", 400,
        "registered_limits[0].service_id");
    row("no default", "root", "POST", registered,
        R"({"registered_limits": [{"service_id": "{service}", "resource_name": "a"}]})", 400,
        "registered_limits[0].default_limit");
    row("a default under -1", "root", "POST", registered,
        R"({"registered_limits": [{"service_id": "{service}", "resource_name": "a", "default_limit": -2}]})",
        400, "registered_limits[0].default_limit");
    row("a default beyond reason", "root", "POST", registered,
        R"({"registered_limits": [{"service_id": "{service}", "resource_name": "a",
            "default_limit": 9000000000000000000}]})",
        400, "registered_limits[0].default_limit");
    row("an unknown service", "root", "POST", registered,
        R"({"registered_limits": [{"service_id": "x", "resource_name": "a", "default_limit": 1}]})", 400,
        "service_id");
    row("an unknown region", "root", "POST", registered,
        R"({"registered_limits": [{"service_id": "{service}", "resource_name": "a", "default_limit": 1,
            "region_id": "x"}]})",
        400, "region_id");
    row("registered twice", "root", "POST", registered,
        R"({"registered_limits": [{"service_id": "{service}", "resource_name": "storms", "default_limit": 1}]})",
        409, "already");
    row("registered by us", "root", "POST", registered,
        R"({"registered_limits": [{"service_id": "{compute}", "resource_name": "servers", "default_limit": 1}]})",
        409, "already");
    row("change ours", "root", "PATCH", "/v3/registered_limits/{servers}",
        R"({"registered_limit": {"resource_name": "guests"}})", 403, "own");
    row("remove ours", "root", "DELETE", "/v3/registered_limits/{servers}", "", 403, "own");
    row("remove one in use", "root", "DELETE", "/v3/registered_limits/{storms}", "", 403, "limit of its own");
    row("unknown registered", "root", "GET", "/v3/registered_limits/x", "", 404, "registered limit");
    row("change an unknown registered", "root", "PATCH", "/v3/registered_limits/x",
        R"({"registered_limit": {}})", 404, "registered limit");
    row("remove an unknown registered", "root", "DELETE", "/v3/registered_limits/x", "", 404,
        "registered limit");
    row("remove a service with limits", "root", "DELETE", "/v3/services/{service}", "", 403,
        "registered limits");

    row("of a domain", "root", "POST", limits,
        R"({"limits": [{"domain_id": "default", "project_id": "{lab}", "service_id": "{service}",
            "resource_name": "storms", "resource_limit": 1}]})",
        400, "limits[0].domain_id");
    row("of an unknown project", "root", "POST", limits,
        R"({"limits": [{"project_id": "x", "service_id": "{service}", "resource_name": "storms",
            "resource_limit": 1}]})",
        404, "project");
    row("of nothing registered", "root", "POST", limits,
        R"({"limits": [{"project_id": "{lab}", "service_id": "{service}", "resource_name": "snow",
            "resource_limit": 1}]})",
        403, "registered");
    row("set twice", "root", "POST", limits,
        R"({"limits": [{"project_id": "{lab}", "service_id": "{service}", "resource_name": "storms",
            "resource_limit": 1}]})",
        409, "already");
    row("unknown", "root", "GET", "/v3/limits/x", "", 404, "no such limit");
    row("one of ours that is not set", "root", "GET", "/v3/limits/{lab}.cyclades.vm", "", 404,
        "no such limit");
    row("change an unknown", "root", "PATCH", "/v3/limits/x", R"({"limit": {}})", 404, "no such limit");
    row("remove an unknown", "root", "DELETE", "/v3/limits/x", "", 404, "no such limit");
    row("another project's", "bob", "GET", "/v3/limits/{limit}", "", 404, "no such limit");
}

void tst_LimitRoutes::theModelIsFlat()
{
    const auto model = KeystonePlay::object(m_play->send("ann", "GET", "/v3/limits/model"), "model");
    QCOMPARE(model.value("name"_L1).toString(), u"flat"_s);
    QVERIFY(!model.value("description"_L1).toString().isEmpty());
}

void tst_LimitRoutes::ourOwnLimitsAreListed()
{
    const auto all = m_play->send("ann", "GET", "/v3/registered_limits");
    const QStringList names = KeystonePlay::column(all, "registered_limits", "resource_name");
    for (const QString &name : { u"servers"_s, u"class:VCPU"_s, u"class:MEMORY_MB"_s, u"storms"_s })
        QVERIFY2(names.contains(name), qPrintable(name));
    // What is not served has no limits.
    QVERIFY(!names.contains(u"gigabytes"_s));
    const auto memory = m_play->send("ann", "GET", "/v3/registered_limits?resource_name=class:MEMORY_MB");
    const QJsonObject limit = memory.json().value("registered_limits"_L1).toArray().first().toObject();
    QCOMPARE(limit.value("default_limit"_L1).toInteger() << 20,
        findResource(u"cyclades.total_ram"_s)->defaultMost);
    m_play->words.insert("{memory}", limit.value("id"_L1).toString().toUtf8());
    const auto set = m_play->send(
        "root", "PATCH", "/v3/registered_limits/{memory}", R"({"registered_limit": {"default_limit": 99}})");
    QVERIFY2(set.status == 200, set.body);
    QCOMPARE(quotaMost(u"cyclades.total_ram"_s), qint64(99) << 20);
    QCOMPARE(limit.value("service_id"_L1).toString().toUtf8(), m_play->words.value("{compute}"));
    QCOMPARE(KeystonePlay::column(m_play->send("ann", "GET", "/v3/registered_limits?service_id={service}"),
                 "registered_limits", "resource_name"),
        QStringList { u"storms"_s });
}

// One truth: set as a limit, it is the quota of both faces, and the other way round.
void tst_LimitRoutes::ourOwnLimitIsTheQuota()
{
    m_play->make("{memory}", "/v3/limits",
        R"({"limits": [{"project_id": "{lab}", "service_id": "{compute}", "resource_name": "class:MEMORY_MB",
            "resource_limit": 512}]})");
    QCOMPARE(quotaMost(u"cyclades.total_ram"_s), qint64(512) << 20);
    const auto changed =
        m_play->send("root", "PATCH", "/v3/limits/{memory}", R"({"limit": {"resource_limit": -1}})");
    QCOMPARE(changed.status, 200);
    QCOMPARE(quotaMost(u"cyclades.total_ram"_s), -1);
    const ProjectId lab = m_play->lab.id;
    m_play->identity->write([lab](Transaction &t) {
        return QuotaStore::setProjectLimit(t, lab, u"cyclades.total_ram"_s, qint64(64) << 20);
    });
    QCOMPARE(KeystonePlay::object(m_play->send("root", "GET", "/v3/limits/{memory}"), "limit")
                 .value("resource_limit"_L1)
                 .toInt(),
        64);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/limits/{memory}").status, 204);
    QCOMPARE(quotaMost(u"cyclades.total_ram"_s), findResource(u"cyclades.total_ram"_s)->defaultMost);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/limits/{memory}").status, 404);
}

void tst_LimitRoutes::aLimitOfAnotherServiceIsKept()
{
    const auto changed = m_play->send("root", "PATCH", "/v3/registered_limits/{storms}",
        R"({"registered_limit": {"default_limit": 6, "description": "a year"}})");
    QCOMPARE(changed.status, 200);
    const QJsonObject registered = KeystonePlay::object(
        m_play->send("ann", "GET", "/v3/registered_limits/{storms}"), "registered_limit");
    QCOMPARE(registered.value("default_limit"_L1).toInt(), 6);
    QCOMPARE(registered.value("description"_L1).toString(), u"a year"_s);
    QCOMPARE(registered.value("resource_name"_L1).toString(), u"storms"_s);
    QVERIFY(registered.value("region_id"_L1).isNull());
    QCOMPARE(
        m_play->send("root", "PATCH", "/v3/limits/{limit}", R"({"limit": {"resource_limit": 2}})").status,
        200);
    const QJsonObject limit = KeystonePlay::object(m_play->send("ann", "GET", "/v3/limits/{limit}"), "limit");
    QCOMPARE(limit.value("resource_limit"_L1).toInt(), 2);
    QCOMPARE(limit.value("description"_L1).toString(), u"calm"_s);
    QCOMPARE(limit.value("project_id"_L1).toString(), m_play->lab.id.text());
    QVERIFY(limit.contains("domain_id"_L1) && limit.value("domain_id"_L1).isNull());
    QCOMPARE(m_play->send("root", "DELETE", "/v3/limits/{limit}").status, 204);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/registered_limits/{storms}").status, 204);
    QCOMPARE(m_play->send("root", "GET", "/v3/registered_limits/{storms}").status, 404);
}

void tst_LimitRoutes::limitsComeAllOrNone()
{
    const auto refused = m_play->send("root", "POST", "/v3/registered_limits",
        R"({"registered_limits": [
            {"service_id": "{service}", "resource_name": "floods", "default_limit": 1},
            {"service_id": "{service}", "resource_name": "storms", "default_limit": 1}]})");
    QCOMPARE(refused.status, 409);
    QVERIFY(!m_play->send("root", "GET", "/v3/registered_limits").body.contains("floods"));
}

void tst_LimitRoutes::aMemberSeesHisProjects()
{
    const auto count = [&](const QByteArray &as, const QByteArray &query = {}) {
        return KeystonePlay::column(m_play->send(as, "GET", "/v3/limits" + query), "limits", "id").size();
    };
    QCOMPARE(count("ann"), 1);
    QCOMPARE(count("bob"), 0);
    QCOMPARE(count("bob", "?project_id={lab}"), 0);
    QCOMPARE(count("unscoped"), 0);
    QCOMPARE(count("root"), 1);
    QCOMPARE(count("root", "?project_id={bobs}"), 0);
    QCOMPARE(count("root", "?resource_name=storms"), 1);
    QCOMPARE(count("root", "?resource_name=snow"), 0);
}

void tst_LimitRoutes::aLimitGoesWithItsProject()
{
    const Project lab = m_play->lab;
    m_play->identity->write([lab](Transaction &t) { return Accounts::removeProject(t, lab); });
    QCOMPARE(m_play->send("root", "GET", "/v3/limits/{limit}").status, 404);
}

NEPHELE_TEST(tst_LimitRoutes)
#include "tst_limitroutes.moc"
