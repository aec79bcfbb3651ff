// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novaquotajson.h"
#include "tests/server/compute/facefixture.h"
#include "tests/server/compute/facesamples.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;

// Limits, quota sets and use as a client of the compute API meets them. The key sets are those of the Compute
// API reference at 2.1, where a key too many counts as a fault.
class tst_NovaQuota : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void limitsHaveTheirKeys();
    void repliesHaveTheirKeys_data();
    void repliesHaveTheirKeys();
    void detailsCountWhatIsUsed();
    void onlyOnesOwnIsShown_data();
    void onlyOnesOwnIsShown();
    void onlyAdministratorsSet_data();
    void onlyAdministratorsSet();
    void badQuotasAreRefused_data();
    void badQuotasAreRefused();
    void aLimitJudgesTheNextServer();
    void aLimitUnderUseNeedsForce();
    void aResetBringsTheDefaultBack();
    void theClassIsTheDefault();
    void aUsersLimitIsHisOwn();
    void keyPairsAreCounted();
    void usageIsCountedInHours();
    void badTimesAreRefused_data();
    void badTimesAreRefused();

private:
    using Answer = FaceFixture::Answer;
    Answer call(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &token = "admin")
    {
        return m_cloud->call(method, "/compute/v2.1" + path, token, body);
    }
    QByteArray own() const { return "/os-quota-sets/" + projectA.utf8(); }
    QJsonObject quota(const QByteArray &more = {})
    {
        return call("GET", own() + more).json.value(QStringLiteral("quota_set")).toObject();
    }
    Answer createServer()
    {
        const QByteArray body = "{\"server\":{\"name\":\"s\",\"flavorRef\":\"1\",\"imageRef\":\""
            + m_cloud->image().utf8() + "\"}}";
        return call("POST", "/servers", body, "member");
    }
    void addMembership()
    {
        const auto set = m_cloud->database()
                             .write([](Transaction &t) {
                                 return ProjectStore::setMember(t, projectA, alice, Role::Member);
                             })
                             .result();
        QVERIFY(set);
    }

    std::unique_ptr<FaceFixture> m_cloud;
};

static const char *const setKeys =
    "cores fixed_ips floating_ips injected_file_content_bytes injected_file_path_bytes injected_files "
    "instances "
    "key_pairs metadata_items ram security_group_rules security_groups server_group_members server_groups";

void tst_NovaQuota::init()
{
    m_cloud = std::make_unique<FaceFixture>(FaceFixture::Engine::Waits);
}

void tst_NovaQuota::limitsHaveTheirKeys()
{
    const Answer answer = call("GET", "/limits", {}, "reader");
    QCOMPARE(answer.status, 200);
    const auto limits = answer.json.value(QStringLiteral("limits")).toObject();
    QCOMPARE(sortedKeys(limits), words("absolute rate"));
    QCOMPARE(sortedKeys(limits.value(QStringLiteral("absolute")).toObject()),
        words("maxImageMeta maxPersonality maxPersonalitySize maxSecurityGroupRules maxSecurityGroups "
              "maxServerMeta maxTotalCores maxTotalFloatingIps maxTotalInstances maxTotalKeypairs "
              "maxTotalRAMSize totalCoresUsed totalFloatingIpsUsed totalInstancesUsed totalRAMUsed "
              "totalSecurityGroupsUsed maxServerGroupMembers maxServerGroups totalServerGroupsUsed"));
}

void tst_NovaQuota::repliesHaveTheirKeys_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("hasId");
    const QByteArray set = "/os-quota-sets/" + projectA.utf8();
    const QByteArray classSet = "/os-quota-class-sets/default";
    QTest::newRow("show") << QByteArray("GET") << set << QByteArray() << "quota_set" << true;
    QTest::newRow("detail") << QByteArray("GET") << set + "/detail" << QByteArray() << "quota_set" << true;
    QTest::newRow("defaults") << QByteArray("GET") << set + "/defaults" << QByteArray() << "quota_set"
                              << true;
    QTest::newRow("update") << QByteArray("PUT") << set << QByteArray(R"({"quota_set":{"cores":9}})")
                            << "quota_set" << false;
    QTest::newRow("class") << QByteArray("GET") << classSet << QByteArray() << "quota_class_set" << true;
    QTest::newRow("class update") << QByteArray("PUT") << classSet
                                  << QByteArray(R"({"quota_class_set":{"cores":9}})") << "quota_class_set"
                                  << false;
}

void tst_NovaQuota::repliesHaveTheirKeys()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QString, key);
    QFETCH(bool, hasId);
    const Answer answer = call(method, path, body);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json.keys(), QStringList { key });
    QCOMPARE(sortedKeys(answer.json.value(key).toObject()), words(setKeys + QByteArray(hasId ? " id" : "")));
}

void tst_NovaQuota::detailsCountWhatIsUsed()
{
    QCOMPARE(createServer().status, 202);
    const auto cores = quota("/detail").value(QStringLiteral("cores")).toObject();
    QCOMPARE(sortedKeys(cores), words("in_use limit reserved"));
    QCOMPARE(cores.value(QStringLiteral("in_use")).toInt(), 1);
    QCOMPARE(quota("/detail").value(QStringLiteral("instances"))[QStringLiteral("in_use")].toInt(), 1);
}

void tst_NovaQuota::onlyOnesOwnIsShown_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("path"); // {p}: a project
    QTest::addColumn<QByteArray>("project");
    QTest::addColumn<int>("status");
    const QByteArray unknown = "99999999-2222-4333-8444-555555555555";
    for (const QByteArray path : { "/os-quota-sets/{p}", "/os-quota-sets/{p}/detail",
             "/os-quota-sets/{p}/defaults", "/os-simple-tenant-usage/{p}", "/limits?tenant_id={p}" }) {
        QTest::addRow("own %s", path.constData()) << QByteArray("reader") << path << projectA.utf8() << 200;
        QTest::addRow("another's %s", path.constData())
            << QByteArray("member") << path << projectB.utf8() << 403;
        QTest::addRow("nobody's %s", path.constData()) << QByteArray("member") << path << unknown << 403;
        QTest::addRow("no id %s", path.constData()) << QByteArray("member") << path << QByteArray("x") << 403;
        QTest::addRow("administrator %s", path.constData())
            << QByteArray("admin") << path << projectB.utf8() << 200;
        QTest::addRow("no token %s", path.constData()) << QByteArray() << path << projectA.utf8() << 401;
    }
    QTest::newRow("administrator, nobody's")
        << QByteArray("admin") << QByteArray("/os-quota-sets/{p}") << unknown << 400;
    QTest::newRow("administrator, no id")
        << QByteArray("admin") << QByteArray("/os-simple-tenant-usage/{p}") << QByteArray("x") << 400;
}

void tst_NovaQuota::onlyOnesOwnIsShown()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, project);
    QFETCH(int, status);
    QCOMPARE(call("GET", path.replace("{p}", project), {}, token).status, status);
}

void tst_NovaQuota::onlyAdministratorsSet_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    const QByteArray set = "/os-quota-sets/" + projectA.utf8();
    QTest::newRow("set") << QByteArray("PUT") << set;
    QTest::newRow("reset") << QByteArray("DELETE") << set;
    QTest::newRow("show the class") << QByteArray("GET") << QByteArray("/os-quota-class-sets/default");
    QTest::newRow("set the class") << QByteArray("PUT") << QByteArray("/os-quota-class-sets/default");
    QTest::newRow("everybody's use") << QByteArray("GET") << QByteArray("/os-simple-tenant-usage");
}

void tst_NovaQuota::onlyAdministratorsSet()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    const QByteArray body = method == "PUT" ? R"({"quota_set":{"cores":99}})" : "";
    QCOMPARE(call(method, path, body, "manager").status, 403);
    QCOMPARE(call(method, path, body, {}).status, 401);
    QVERIFY(quota().value(QStringLiteral("cores")).toInt() != 99);
}

void tst_NovaQuota::badQuotasAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("named"); // in the message
    QTest::newRow("not JSON") << QByteArray("{") << QByteArray();
    QTest::newRow("no quota_set") << QByteArray("{}") << QByteArray("quota_set");
    QTest::newRow("a list") << QByteArray(R"({"quota_set":[]})") << QByteArray("quota_set");
    QTest::newRow("a word") << QByteArray(R"({"quota_set":{"cores":"many"}})") << QByteArray("cores");
    QTest::newRow("a half") << QByteArray(R"({"quota_set":{"cores":1.5}})") << QByteArray("cores");
    QTest::newRow("null") << QByteArray(R"({"quota_set":{"cores":null}})") << QByteArray("cores");
    QTest::newRow("less than unlimited") << QByteArray(R"({"quota_set":{"ram":-2}})") << QByteArray("ram");
    QTest::newRow("more than there is")
        << QByteArray(R"({"quota_set":{"ram":9999999999}})") << QByteArray("ram");
    QTest::newRow("unknown field") << QByteArray(R"({"quota_set":{"unicorns":1}})") << QByteArray("unicorns");
    QTest::newRow("what is the same for all")
        << QByteArray(R"({"quota_set":{"metadata_items":5}})") << QByteArray("metadata_items");
}

void tst_NovaQuota::badQuotasAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, named);
    const auto before = quota();
    const Answer answer = call("PUT", own(), body);
    QCOMPARE(answer.status, 400);
    QVERIFY2(answer.body.contains(named), answer.body.constData());
    QCOMPARE(quota(), before);
}

void tst_NovaQuota::aLimitJudgesTheNextServer()
{
    QCOMPARE(call("PUT", own(), R"({"quota_set":{"cores":1, "metadata_items":128}})").status, 200);
    QCOMPARE(quota().value(QStringLiteral("cores")).toInt(), 1);
    QCOMPARE(createServer().status, 202);
    const Answer refused = createServer();
    QCOMPARE(refused.status, 403);
    QVERIFY2(refused.body.contains("total_cpu"), refused.body.constData());
    QCOMPARE(call("PUT", own(), R"({"quota_set":{"cores":"2"}})").status, 200); // digits do as well
    QCOMPARE(createServer().status, 202);
    // More than the limit of running ones is by default: that must not be what stops a server then.
    QCOMPARE(call("PUT", own(), R"({"quota_set":{"cores":500}})").status, 200);
    const auto running = m_cloud->database().read([](ReadTransaction &t) {
        return t.row("SELECT most FROM quota_project WHERE resource = 'cyclades.cpu'", {},
            [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**running, 500);
}

void tst_NovaQuota::aLimitUnderUseNeedsForce()
{
    QCOMPARE(createServer().status, 202);
    QCOMPARE(createServer().status, 202);
    const Answer refused = call("PUT", own(), R"({"quota_set":{"instances":1}})");
    QCOMPARE(refused.status, 400);
    QCOMPARE(call("PUT", own(), R"({"quota_set":{"instances":1, "force":true}})").status, 200);
    QCOMPARE(quota().value(QStringLiteral("instances")).toInt(), 1);
    QCOMPARE(createServer().status, 403);
}

void tst_NovaQuota::aResetBringsTheDefaultBack()
{
    const auto before = quota();
    QCOMPARE(
        call("PUT", own(), R"({"quota_set":{"cores":1, "ram":64, "instances":0, "key_pairs":-1}})").status,
        200);
    QVERIFY(quota() != before);
    QCOMPARE(quota().value(QStringLiteral("key_pairs")).toInt(), -1);
    QCOMPARE(call("DELETE", own()).status, 202);
    QCOMPARE(quota(), before);
    QCOMPARE(call("DELETE", "/os-quota-sets/99999999-2222-4333-8444-555555555555").status, 400);
}

void tst_NovaQuota::theClassIsTheDefault()
{
    QCOMPARE(call("PUT", "/os-quota-class-sets/default", R"({"quota_class_set":{"ram":4096}})").status, 200);
    QCOMPARE(quota().value(QStringLiteral("ram")).toInt(), 4096);
    QCOMPARE(quota("/defaults").value(QStringLiteral("ram")).toInt(), 4096);
    QCOMPARE(call("GET", "/os-quota-class-sets/gold").status, 404);
}

void tst_NovaQuota::aUsersLimitIsHisOwn()
{
    addMembership();
    const QByteArray his = "?user_id=" + alice.utf8();
    QCOMPARE(call("PUT", own() + his, R"({"quota_set":{"instances":1}})").status, 200);
    QCOMPARE(quota(his).value(QStringLiteral("instances")).toInt(), 1);
    QVERIFY(quota().value(QStringLiteral("instances")).toInt() > 1);
    QCOMPARE(createServer().status, 202);
    QCOMPARE(createServer().status, 403);
    QCOMPARE(call("PUT", own() + "?user_id=" + bob.utf8(), R"({"quota_set":{"instances":1}})").status, 400);
    QCOMPARE(call("GET", own() + "?user_id=" + bob.utf8(), {}, "member").status, 403);
    QCOMPARE(call("GET", own() + "?user_id=x").status, 400);
    QCOMPARE(call("DELETE", own() + his).status, 202);
    QCOMPARE(createServer().status, 202);
}

void tst_NovaQuota::keyPairsAreCounted()
{
    QCOMPARE(call("PUT", own(), R"({"quota_set":{"key_pairs":1}})").status, 200);
    QCOMPARE(call("POST", "/os-keypairs", R"({"keypair":{"name":"one"}})", "member").status, 200);
    QCOMPARE(call("POST", "/os-keypairs", R"({"keypair":{"name":"two"}})", "member").status, 403);
    QCOMPARE(call("PUT", own(), R"({"quota_set":{"key_pairs":-1}})").status, 200);
    QCOMPARE(call("POST", "/os-keypairs", R"({"keypair":{"name":"two"}})", "member").status, 200);
}

void tst_NovaQuota::usageIsCountedInHours()
{
    QCOMPARE(createServer().status, 202);
    const qint64 hourMs = 3'600'000;
    const qint64 nowMs = m_cloud->database().clock().nowMs();
    const auto launched =
        m_cloud->database()
            .write([=](Transaction &t) {
                return t.execute("UPDATE server SET created_at_ms = :at, launched_at_ms = :at",
                    { { ":at", nowMs - 4 * hourMs } });
            })
            .result();
    QCOMPARE(*launched, 1);
    const auto at = [&](qint64 hours) { return isoSeconds(nowMs - hours * hourMs).chopped(1); };
    const QByteArray path = "/os-simple-tenant-usage";
    const auto show = [&](qint64 from, qint64 to) {
        return call(
            "GET", path + '/' + projectA.utf8() + "?start=" + at(from) + "&end=" + at(to), {}, "reader")
            .json.value(QStringLiteral("tenant_usage"))
            .toObject();
    };
    const auto usage = show(10, 2);
    QCOMPARE(sortedKeys(usage),
        words("server_usages start stop tenant_id total_hours total_local_gb_usage total_memory_mb_usage "
              "total_vcpus_usage"));
    QVERIFY(std::abs(usage.value(QStringLiteral("total_hours")).toDouble() - 2) < 0.01);
    const auto server = usage.value(QStringLiteral("server_usages"))[0].toObject();
    QCOMPARE(sortedKeys(server),
        words("ended_at flavor hours instance_id local_gb memory_mb name started_at state tenant_id uptime "
              "vcpus"));
    const double memory = server.value(QStringLiteral("memory_mb")).toDouble();
    QVERIFY(memory > 0);
    QVERIFY(std::abs(usage.value(QStringLiteral("total_memory_mb_usage")).toDouble() - 2 * memory)
        < memory / 100);
    QCOMPARE(server.value(QStringLiteral("ended_at")), QJsonValue());
    QVERIFY(show(3, 1).value(QStringLiteral("total_hours")).toDouble() > 1.9);
    QCOMPARE(show(10, 5).value(QStringLiteral("total_hours")).toDouble(), 0.0); // before it was
    QCOMPARE(show(10, 5).value(QStringLiteral("server_usages")).toArray().size(), 0);

    const auto list = [&](const QByteArray &more) {
        return call("GET", path + "?start=" + at(10) + "&end=" + at(0) + more)
            .json.value(QStringLiteral("tenant_usages"))
            .toArray();
    };
    QCOMPARE(list({}).size(), 1);
    QVERIFY(!list({})[0].toObject().contains(QStringLiteral("server_usages")));
    QCOMPARE(list("&detailed=1")[0][QStringLiteral("server_usages")].toArray().size(), 1);
    QCOMPARE(list("&detailed=1")[0][QStringLiteral("tenant_id")].toString(), projectA.text());
}

void tst_NovaQuota::badTimesAreRefused_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::newRow("no time") << QByteArray("start=yesterday") << 400;
    QTest::newRow("end no time") << QByteArray("end=x") << 400;
    QTest::newRow("the wrong way round")
        << QByteArray("start=2026-11-22T10:00:00&end=2026-11-21T10:00:00") << 400;
    QTest::newRow("as Python prints it") << QByteArray("start=2020-11-22%2010:00:00.123456") << 200;
    QTest::newRow("neither") << QByteArray() << 200;
}

void tst_NovaQuota::badTimesAreRefused()
{
    QFETCH(QByteArray, query);
    QFETCH(int, status);
    QCOMPARE(call("GET", "/os-simple-tenant-usage?" + query).status, status);
    QCOMPARE(
        call("GET", "/os-simple-tenant-usage/" + projectA.utf8() + '?' + query, {}, "member").status, status);
}

NEPHELE_TEST(tst_NovaQuota)
#include "tst_novaquota.moc"
