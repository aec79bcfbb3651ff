// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/novaversion.h"
#include "tests/server/compute/facefixture.h"
#include "tests/server/compute/facesamples.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace nephele::test;

// The compute API as a client meets it.
class tst_NovaFace : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void discoveryNeedsNoToken_data();
    void discoveryNeedsNoToken();
    void linksOfDiscoveryAnswer();
    void versionsAreAgreedOn_data();
    void versionsAreAgreedOn();
    void tokensAreAskedFor_data();
    void tokensAreAskedFor();
    void flavorsAreFoundByIdOnly();
    void flavorsArePaged();
    void keypairsLive_data();
    void keypairsLive();
    void badKeypairsAreRefused_data();
    void badKeypairsAreRefused();
    void newServersOfAbsentThingsAreInvalid_data();
    void newServersOfAbsentThingsAreInvalid();
    void aServerLives();
    void listsAreFilteredAndPaged();
    void metadataIsChanged();
    void notesAndNamesAreChanged();
    void consolesAreHandedOut();
    void actionsAreRefused_data();
    void actionsAreRefused();
    void anotherProjectFindsNothing_data();
    void anotherProjectFindsNothing();
    void whatIsNoUuidIsNoServer_data();
    void whatIsNoUuidIsNoServer();
    void limitsCount();

private:
    using Answer = FaceFixture::Answer;
    Answer call(const QByteArray &method, const QByteArray &path, const QByteArray &body = {}, int minor = 1,
        const QByteArray &token = "member")
    {
        const QByteArray version = minor == 1
            ? QByteArray()
            : "X-OpenStack-Nova-API-Version: 2." + QByteArray::number(minor) + "\r\n";
        return m_cloud->call(method, "/compute/v2.1" + path, token, body, version);
    }
    QByteArray newServer(const QByteArray &name, const QByteArray &more = {}) const
    {
        return "{\"server\":{\"name\":\"" + name + "\",\"flavorRef\":\"1\",\"imageRef\":\""
            + m_cloud->image().utf8() + '"' + more + "}}";
    }
    // Creates one and waits until it runs.
    QByteArray runningServer(const QByteArray &name, const QByteArray &more = {})
    {
        const Answer made = call("POST", "/servers", newServer(name, more));
        const QByteArray id =
            made.json.value(QStringLiteral("server"))[QStringLiteral("id")].toString().toLatin1();
        const bool runs = QTest::qWaitFor([&] { return statusOf(id) == "ACTIVE"; }, 20'000);
        return runs ? id : QByteArray();
    }
    QByteArray statusOf(const QByteArray &id)
    {
        const Answer shown = call("GET", "/servers/" + id);
        return shown.json.value(QStringLiteral("server"))[QStringLiteral("status")].toString().toLatin1();
    }
    static QByteArray faultName(const Answer &answer) { return answer.json.keys().value(0).toLatin1(); }
    static QStringList names(const Answer &answer, const char *list)
    {
        QStringList names;
        const QJsonArray items = answer.json.value(QLatin1StringView(list)).toArray();
        for (const QJsonValue &item : items)
            names.append(item[QStringLiteral("name")].toString());
        return names;
    }

    std::unique_ptr<FaceFixture> m_cloud;
    QByteArray m_server; // alice's, running
};

void tst_NovaFace::initTestCase()
{
    m_cloud = std::make_unique<FaceFixture>(FaceFixture::Engine::Runs);
    m_server = runningServer("base");
    QVERIFY2(!m_server.isEmpty(), "the server never ran");
}

void tst_NovaFace::cleanupTestCase()
{
    m_cloud.reset();
}

void tst_NovaFace::discoveryNeedsNoToken_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("key");
    QTest::addRow("all") << QByteArray("/compute") << QStringLiteral("versions");
    QTest::addRow("all with slash") << QByteArray("/compute/") << QStringLiteral("versions");
    QTest::addRow("v2.1") << QByteArray("/compute/v2.1") << QStringLiteral("version");
    QTest::addRow("v2.1 with slash") << QByteArray("/compute/v2.1/") << QStringLiteral("version");
    QTest::addRow("v2") << QByteArray("/compute/v2/") << QStringLiteral("version");
}

void tst_NovaFace::discoveryNeedsNoToken()
{
    QFETCH(QByteArray, path);
    QFETCH(QString, key);
    const Answer answer = m_cloud->call("GET", path, {});
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("Content-Type"), QByteArray("application/json"));
    QCOMPARE(answer.json.keys(), QStringList { key });
}

void tst_NovaFace::linksOfDiscoveryAnswer()
{
    const QJsonArray versions =
        m_cloud->call("GET", "/compute/", {}).json.value(QStringLiteral("versions")).toArray();
    QCOMPARE(versions.size(), 2);
    for (const QJsonValue &version : versions) {
        const QByteArray href =
            version[QStringLiteral("links")][0][QStringLiteral("href")].toString().toLatin1();
        QVERIFY2(href.startsWith(m_cloud->url()), href.constData());
        const Answer one = m_cloud->call("GET", href.mid(m_cloud->url().size()), {});
        QCOMPARE(
            one.json.value(QStringLiteral("version"))[QStringLiteral("id")], version[QStringLiteral("id")]);
    }
}

void tst_NovaFace::versionsAreAgreedOn_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("spoken");
    QTest::addRow("none") << QByteArray() << 200 << QByteArray("2.1");
    QTest::addRow("nova's") << QByteArray("X-OpenStack-Nova-API-Version: 2.10\r\n") << 200
                            << QByteArray("2.10");
    QTest::addRow("common") << QByteArray("OpenStack-API-Version: compute 2.10\r\n") << 200
                            << QByteArray("2.10");
    QTest::addRow("newest") << QByteArray("OpenStack-API-Version: compute latest\r\n") << 200
                            << newestNovaVersion.text();
    QTest::addRow("too new") << QByteArray("OpenStack-API-Version: compute 2.200\r\n") << 406 << QByteArray();
    QTest::addRow("nonsense") << QByteArray("OpenStack-API-Version: compute two\r\n") << 400 << QByteArray();
}

void tst_NovaFace::versionsAreAgreedOn()
{
    QFETCH(QByteArray, headers);
    QFETCH(int, status);
    QFETCH(QByteArray, spoken);
    const Answer answer = m_cloud->call("GET", "/compute/v2.1/servers", "member", {}, headers);
    QCOMPARE(answer.status, status);
    if (status == 406) {
        const auto fault = answer.json.value(QStringLiteral("computeFault")).toObject();
        QCOMPARE(sortedKeys(fault), words("code message"));
    }
    if (status != 200)
        return;
    QCOMPARE(answer.headers.value("X-OpenStack-Nova-API-Version"), spoken);
    QCOMPARE(answer.headers.value("OpenStack-API-Version"), "compute " + spoken);
    QVERIFY(answer.headers.contains("Vary"));
}

void tst_NovaFace::tokensAreAskedFor_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<int>("status");
    QTest::addRow("none") << QByteArray("GET") << QByteArray("/servers") << QByteArray() << 401;
    QTest::addRow("bad") << QByteArray("GET") << QByteArray("/flavors") << QByteArray("forged") << 401;
    QTest::addRow("unscoped") << QByteArray("GET") << QByteArray("/servers") << QByteArray("unscoped") << 403;
    QTest::addRow("reader creates") << QByteArray("POST") << QByteArray("/servers") << QByteArray("reader")
                                    << 403;
    QTest::addRow("reader reads") << QByteArray("GET") << QByteArray("/servers") << QByteArray("reader")
                                  << 200;
    QTest::addRow("member lists zones in detail")
        << QByteArray("GET") << QByteArray("/os-availability-zone/detail") << QByteArray("member") << 403;
    QTest::addRow("member lists zones")
        << QByteArray("GET") << QByteArray("/os-availability-zone") << QByteArray("member") << 200;
    QTest::addRow("unknown address") << QByteArray("GET") << QByteArray("/os-nothing") << QByteArray("member")
                                     << 404;
    QTest::addRow("wrong method") << QByteArray("PATCH") << QByteArray("/servers") << QByteArray("member")
                                  << 405;
}

void tst_NovaFace::tokensAreAskedFor()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, token);
    QFETCH(int, status);
    QCOMPARE(call(method, path, {}, 1, token).status, status);
}

void tst_NovaFace::flavorsAreFoundByIdOnly()
{
    const Answer list = call("GET", "/flavors");
    QCOMPARE(list.status, 200);
    const QJsonArray flavors = list.json.value(QStringLiteral("flavors")).toArray();
    QVERIFY(flavors.size() > 3);
    const QByteArray id = flavors.at(0)[QStringLiteral("id")].toString().toLatin1();
    const QByteArray name = flavors.at(0)[QStringLiteral("name")].toString().toLatin1();
    QCOMPARE(call("GET", "/flavors/" + id).json.value(QStringLiteral("flavor"))[QStringLiteral("name")],
        flavors.at(0)[QStringLiteral("name")]);
    const Answer byName = call("GET", "/flavors/" + name);
    QCOMPARE(byName.status, 404);
    QCOMPARE(faultName(byName), QByteArray("itemNotFound"));
    QCOMPARE(call("GET", "/flavors/" + id + "/os-extra_specs").json,
        QJsonObject({ { QStringLiteral("extra_specs"), QJsonObject() } }));
    QCOMPARE(call("GET", "/flavors/" + id + "/os-extra_specs/x").status, 404);
    const Answer large = call("GET", "/flavors/detail?minRam=1024&is_public=None");
    const QJsonArray found = large.json.value(QStringLiteral("flavors")).toArray();
    QVERIFY(!found.isEmpty() && found.size() < flavors.size());
    for (const QJsonValue &flavor : found)
        QVERIFY(flavor[QStringLiteral("ram")].toInt() >= 1024);
}

void tst_NovaFace::flavorsArePaged()
{
    const qsizetype all = call("GET", "/flavors").json.value(QStringLiteral("flavors")).toArray().size();
    QStringList seen;
    QByteArray path = "/compute/v2.1/flavors?limit=2";
    for (int page = 0; page < 100 && !path.isEmpty(); ++page) {
        const Answer answer = m_cloud->call("GET", path, "member");
        QCOMPARE(answer.status, 200);
        seen += names(answer, "flavors");
        const QByteArray next = answer.json.value(QStringLiteral("flavors_links"))[0][QStringLiteral("href")]
                                    .toString()
                                    .toLatin1();
        path = next.mid(m_cloud->url().size());
    }
    QCOMPARE(seen.size(), all);
    QCOMPARE(QSet<QString>(seen.begin(), seen.end()).size(), all);
    QCOMPARE(call("GET", "/flavors?marker=none-such").status, 400);
    QCOMPARE(call("GET", "/flavors?limit=x").status, 400);
    QCOMPARE(call("GET", "/flavors?minDisk=x").status, 400);
}

void tst_NovaFace::keypairsLive_data()
{
    QTest::addColumn<int>("minor");
    QTest::addColumn<int>("created");
    QTest::addColumn<int>("removed");
    QTest::addRow("2.1") << 1 << 200 << 202;
    QTest::addRow("2.10") << 10 << 201 << 204;
}

void tst_NovaFace::keypairsLive()
{
    QFETCH(int, minor);
    QFETCH(int, created);
    QFETCH(int, removed);
    const Answer made = call("POST", "/os-keypairs", R"({"keypair":{"name":"made"}})", minor);
    QCOMPARE(made.status, created);
    const auto keypair = made.json.value(QStringLiteral("keypair")).toObject();
    QVERIFY(keypair.value(QStringLiteral("private_key")).toString().contains(QStringLiteral("PRIVATE KEY")));
    QCOMPARE(keypair.contains(QStringLiteral("type")), minor >= 2);
    const QByteArray line = keypair.value(QStringLiteral("public_key")).toString().trimmed().toUtf8();
    QCOMPARE(call("POST", "/os-keypairs", R"({"keypair":{"name":"made"}})", minor).status, 409);
    const Answer imported = call(
        "POST", "/os-keypairs", R"({"keypair":{"name":"brought","public_key":")" + line + R"("}})", minor);
    QCOMPARE(imported.status, created);
    QVERIFY(
        !imported.json.value(QStringLiteral("keypair")).toObject().contains(QStringLiteral("private_key")));
    QCOMPARE(imported.json.value(QStringLiteral("keypair"))[QStringLiteral("fingerprint")],
        keypair.value(QStringLiteral("fingerprint")));
    QCOMPARE(
        call("GET", "/os-keypairs", {}, minor).json.value(QStringLiteral("keypairs")).toArray().size(), 2);
    QCOMPARE(
        call("GET", "/os-keypairs", {}, minor, "bob").json.value(QStringLiteral("keypairs")).toArray().size(),
        0);
    QCOMPARE(call("GET", "/os-keypairs/made", {}, minor, "bob").status, 404);
    QCOMPARE(call("GET", "/os-keypairs/made", {}, minor).status, 200);
    QCOMPARE(call("DELETE", "/os-keypairs/made", {}, minor).status, removed);
    QCOMPARE(call("DELETE", "/os-keypairs/brought", {}, minor).status, removed);
    QCOMPARE(call("DELETE", "/os-keypairs/made", {}, minor).status, 404);
}

void tst_NovaFace::badKeypairsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addRow("no key") << QByteArray(R"({"keypair":{"name":"k","public_key":"hello"}})");
    QTest::addRow("half a key") << QByteArray(R"({"keypair":{"name":"k","public_key":"ssh-rsa AAAA"}})");
    QTest::addRow("no name") << QByteArray(R"({"keypair":{}})");
    QTest::addRow("no keypair") << QByteArray("{}");
    QTest::addRow("no JSON") << QByteArray("name=k");
}

void tst_NovaFace::badKeypairsAreRefused()
{
    QFETCH(QByteArray, body);
    const Answer answer = call("POST", "/os-keypairs", body);
    QCOMPARE(answer.status, 400);
    QCOMPARE(faultName(answer), QByteArray("badRequest"));
}

void tst_NovaFace::newServersOfAbsentThingsAreInvalid_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    const QByteArray absent = "99999999-2222-4333-8444-555555555555";
    QTest::addRow("flavor") << QByteArray(R"("flavorRef":"1")") << QByteArray(R"("flavorRef":"none")");
    QTest::addRow("image") << QByteArray("IMAGE") << absent;
    QTest::addRow("key") << QByteArray(R"("name":"s")") << QByteArray(R"("name":"s","key_name":"none")");
    QTest::addRow("network") << QByteArray(R"("name":"s")")
                             << QByteArray(R"("name":"s","networks":[{"uuid":")" + absent + R"("}])");
}

void tst_NovaFace::newServersOfAbsentThingsAreInvalid()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QByteArray body = newServer("s");
    body.replace(from == "IMAGE" ? m_cloud->image().utf8() : from, to);
    const Answer answer = call("POST", "/servers", body);
    QCOMPARE(answer.status, 400);
    QCOMPARE(faultName(answer), QByteArray("badRequest"));
    QVERIFY(!names(call("GET", "/servers"), "servers").contains(QStringLiteral("s")));
}

void tst_NovaFace::aServerLives()
{
    const Answer made = call("POST", "/servers",
        newServer("living", R"(,"adminPass":"mine","metadata":{"a":"b"},"accessIPv4":"1.1.1.1")"));
    QCOMPARE(made.status, 202);
    const auto created = made.json.value(QStringLiteral("server")).toObject();
    QCOMPARE(sortedKeys(created), words("id links adminPass OS-DCF:diskConfig security_groups"));
    QCOMPARE(created.value(QStringLiteral("adminPass")).toString(), QStringLiteral("mine"));
    const QByteArray id = created.value(QStringLiteral("id")).toString().toLatin1();
    QVERIFY(made.headers.value("Location").endsWith("/compute/v2.1/servers/" + id));

    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("ACTIVE"), 20'000);
    const auto server = call("GET", "/servers/" + id).json.value(QStringLiteral("server")).toObject();
    QCOMPARE(server.value(QStringLiteral("accessIPv4")).toString(), QStringLiteral("1.1.1.1"));
    QCOMPARE(server.value(QStringLiteral("metadata"))[QStringLiteral("a")].toString(), QStringLiteral("b"));
    QCOMPARE(server.value(QStringLiteral("tenant_id")).toString(), projectA.text());
    QCOMPARE(server.value(QStringLiteral("OS-EXT-STS:power_state")).toInt(), 1);
    QCOMPARE(server.value(QStringLiteral("addresses")).toObject().keys(),
        QStringList { QStringLiteral("public") });
    const Answer addresses = call("GET", "/servers/" + id + "/ips/public");
    QCOMPARE(addresses.json.value(QStringLiteral("public"))[0][QStringLiteral("addr")],
        server.value(QStringLiteral("addresses"))[QStringLiteral("public")][0][QStringLiteral("addr")]);
    QCOMPARE(call("GET", "/servers/" + id + "/ips/private").status, 404);

    const QByteArray action = "/servers/" + id + "/action";
    QCOMPARE(call("POST", action, R"({"os-start":null})").status, 409);
    QCOMPARE(call("POST", action, R"({"reboot":{"type":"HARD"}})").status, 202);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("ACTIVE"), 20'000);
    QCOMPARE(call("POST", action, R"({"os-getConsoleOutput":{"length":10}})").status, 200);
    QCOMPARE(call("POST", action, R"({"os-stop":null})").status, 202);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("SHUTOFF"), 20'000);
    QCOMPARE(call("POST", action, R"({"os-stop":null})").status, 409);
    QCOMPARE(call("POST", action, R"({"os-start":null})").status, 202);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QByteArray("ACTIVE"), 20'000);

    QCOMPARE(call("DELETE", "/servers/" + id, {}, 1, "reader").status, 403);
    QCOMPARE(call("DELETE", "/servers/" + id).status, 204);
    QTRY_COMPARE_WITH_TIMEOUT(call("GET", "/servers/" + id).status, 404, 20'000);
    QCOMPARE(call("DELETE", "/servers/" + id).status, 404);
    QCOMPARE(call("POST", action, R"({"os-start":null})").status, 404);
    QCOMPARE(faultName(call("GET", "/servers/" + id)), QByteArray("itemNotFound"));
    QVERIFY(!names(call("GET", "/servers"), "servers").contains(QStringLiteral("living")));
    const Answer since = call("GET", "/servers/detail?changes-since=2020-01-01T00:00:00Z");
    QVERIFY(names(since, "servers").contains(QStringLiteral("living")));
    QCOMPARE(call("GET", "/servers?status=DELETED").status, 403);
}

void tst_NovaFace::listsAreFilteredAndPaged()
{
    QCOMPARE(call("POST", "/servers", newServer("batch", R"(,"min_count":3,"max_count":3)")).status, 202);
    const auto batch = [this](const QByteArray &query) {
        return names(call("GET", "/servers/detail?" + query), "servers");
    };
    QCOMPARE(batch("name=batch").size(), 3);
    QCOMPARE(batch("name=%5Ebatch-%5B12%5D%24").size(), 2); // ^batch-[12]$
    QCOMPARE(batch("name=%5Ease").size(), 0); // ^ase
    QTRY_COMPARE_WITH_TIMEOUT(batch("name=batch&status=active").size(), 3, 30'000);
    QCOMPARE(batch("name=batch&status=SHUTOFF").size(), 0);
    QCOMPARE(batch("name=batch&flavor=2").size(), 0);
    QCOMPARE(batch("name=batch&flavor=1&image=" + m_cloud->image().utf8()).size(), 3);

    QStringList seen;
    QByteArray path = "/compute/v2.1/servers?limit=2&name=batch";
    for (int page = 0; page < 10 && !path.isEmpty(); ++page) {
        const Answer answer = m_cloud->call("GET", path, "member");
        QCOMPARE(answer.status, 200);
        seen += names(answer, "servers");
        const QByteArray next = answer.json.value(QStringLiteral("servers_links"))[0][QStringLiteral("href")]
                                    .toString()
                                    .toLatin1();
        path = next.mid(m_cloud->url().size());
    }
    seen.sort();
    QCOMPARE(seen,
        (QStringList { QStringLiteral("batch-1"), QStringLiteral("batch-2"), QStringLiteral("batch-3") }));
    QCOMPARE(call("GET", "/servers?marker=99999999-2222-4333-8444-555555555555").status, 400);
    QCOMPARE(call("GET", "/servers?limit=-1").status, 400);
    QCOMPARE(call("GET", "/servers?all_tenants=1").status, 403);
    QCOMPARE(names(call("GET", "/servers?limit=0"), "servers").size(), 0);
}

void tst_NovaFace::metadataIsChanged()
{
    const QByteArray path = "/servers/" + m_server + "/metadata";
    const auto shown = [&] { return call("GET", path).json.value(QStringLiteral("metadata")).toObject(); };
    QCOMPARE(call("PUT", path, R"({"metadata":{"a":"1","b":"2"}})").status, 200);
    const Answer merged = call("POST", path, R"({"metadata":{"b":"3","c":"4"}})");
    QCOMPARE(merged.status, 200);
    QCOMPARE(merged.json.value(QStringLiteral("metadata")).toObject(), shown());
    QCOMPARE(sortedKeys(shown()), words("a b c"));
    QCOMPARE(call("PUT", path + "/d%20e", R"({"meta":{"d e":"5"}})").json,
        QJsonObject(
            { { QStringLiteral("meta"), QJsonObject { { QStringLiteral("d e"), QStringLiteral("5") } } } }));
    QCOMPARE(call("PUT", path + "/d", R"({"meta":{"x":"5"}})").status, 400);
    QCOMPARE(call("GET", path + "/b").json.value(QStringLiteral("meta"))[QStringLiteral("b")].toString(),
        QStringLiteral("3"));
    QCOMPARE(call("GET", path + "/none").status, 404);
    QCOMPARE(call("DELETE", path + "/b").status, 204);
    QCOMPARE(call("DELETE", path + "/b").status, 404);
    QCOMPARE(call("PUT", path, R"({"metadata":{}})").status, 200);
    QVERIFY(shown().isEmpty());
    QCOMPARE(call("POST", path, R"({"metadata":{"a":1}})").status, 400);
    QCOMPARE(call("POST", path, R"({"metadata":{"a":"1"}})", 1, "reader").status, 403);
}

void tst_NovaFace::notesAndNamesAreChanged()
{
    const QByteArray path = "/servers/" + m_server;
    const Answer renamed = call("PUT", path, R"({"server":{"name":"renamed","accessIPv4":"2.2.2.2"}})");
    QCOMPARE(renamed.status, 200);
    QCOMPARE(sortedKeys(renamed.json.value(QStringLiteral("server")).toObject()),
        words("addresses created flavor hostId id image links metadata name status tenant_id updated user_id "
              "accessIPv4 accessIPv6 OS-DCF:diskConfig progress"));
    QCOMPARE(renamed.json.value(QStringLiteral("server"))[QStringLiteral("name")].toString(),
        QStringLiteral("renamed"));
    QCOMPARE(renamed.json.value(QStringLiteral("server"))[QStringLiteral("accessIPv4")].toString(),
        QStringLiteral("2.2.2.2"));
    QCOMPARE(call("PUT", path, R"({"server":{"description":"told"}})").status, 400);
    const Answer described = call("PUT", path, R"({"server":{"description":"told"}})", 19);
    QCOMPARE(described.json.value(QStringLiteral("server"))[QStringLiteral("description")].toString(),
        QStringLiteral("told"));
    QCOMPARE(described.json.value(QStringLiteral("server"))[QStringLiteral("accessIPv4")].toString(),
        QStringLiteral("2.2.2.2"));
    QCOMPARE(call("PUT", path, R"({"server":{"name":""}})").status, 400);
    QCOMPARE(call("PUT", path, R"({"server":{"name":"base"}})").status, 200);
}

void tst_NovaFace::consolesAreHandedOut()
{
    const QByteArray old = R"({"os-getVNCConsole":{"type":"novnc"}})";
    const QByteArray action = "/servers/" + m_server + "/action";
    const Answer console = call("POST", action, old);
    QCOMPARE(console.status, 200);
    const QString url = console.json.value(QStringLiteral("console"))[QStringLiteral("url")].toString();
    QVERIFY2(
        url.startsWith(QString::fromLatin1(m_cloud->url()) + QStringLiteral("/nephele/v1/console?ticket=")),
        qPrintable(url));
    QCOMPARE(call("POST", action, old, 6).status, 400);
    const QByteArray remote = R"({"remote_console":{"protocol":"vnc","type":"novnc"}})";
    QCOMPARE(call("POST", "/servers/" + m_server + "/remote-consoles", remote).status, 404);
    const Answer made = call("POST", "/servers/" + m_server + "/remote-consoles", remote, 8);
    QCOMPARE(made.status, 200);
    QCOMPARE(
        sortedKeys(made.json.value(QStringLiteral("remote_console")).toObject()), words("protocol type url"));
    QCOMPARE(call("POST", "/servers/" + m_server + "/remote-consoles",
                 R"({"remote_console":{"protocol":"spice","type":"spice-html5"}})", 8)
                 .status,
        400);
}

void tst_NovaFace::actionsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addRow("unknown") << QByteArray(R"({"dance":null})") << 400;
    QTest::addRow("none") << QByteArray("{}") << 400;
    QTest::addRow("two") << QByteArray(R"({"os-start":null,"os-stop":null})") << 400;
    QTest::addRow("no JSON") << QByteArray("start") << 400;
    QTest::addRow("reboot cold") << QByteArray(R"({"reboot":{"type":"COLD"}})") << 400;
    QTest::addRow("pause") << QByteArray(R"({"pause":null})") << 501;
    QTest::addRow("resize") << QByteArray(R"({"resize":{"flavorRef":"2"}})") << 501;
}

void tst_NovaFace::actionsAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const Answer answer = call("POST", "/servers/" + m_server + "/action", body);
    QCOMPARE(answer.status, status);
    const auto fault = answer.json.value(QString::fromLatin1(faultName(answer))).toObject();
    QCOMPARE(fault.value(QStringLiteral("code")).toInt(), status);
    QVERIFY(!fault.value(QStringLiteral("message")).toString().isEmpty());
}

// Every route that names a server.
static void addServerRoutes()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *method, const char *path, const char *body = "") {
        QTest::addRow("%s %s", method, path) << QByteArray(method) << QByteArray(path) << QByteArray(body);
    };
    row("GET", "");
    row("PUT", "", R"({"server":{"name":"stolen"}})");
    row("DELETE", "");
    row("GET", "/ips");
    row("GET", "/ips/public");
    row("GET", "/metadata");
    row("POST", "/metadata", R"({"metadata":{"a":"b"}})");
    row("PUT", "/metadata", R"({"metadata":{"a":"b"}})");
    row("GET", "/metadata/a");
    row("PUT", "/metadata/a", R"({"meta":{"a":"b"}})");
    row("DELETE", "/metadata/a");
    row("POST", "/action", R"({"os-stop":null})");
    row("POST", "/remote-consoles", R"({"remote_console":{"protocol":"vnc","type":"novnc"}})");
}

void tst_NovaFace::anotherProjectFindsNothing_data()
{
    addServerRoutes();
}

void tst_NovaFace::anotherProjectFindsNothing()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QCOMPARE(call(method, "/servers/" + m_server + path, body, 8, "bob").status, 404);
    QCOMPARE(names(call("GET", "/servers", {}, 1, "bob"), "servers").size(), 0);
    QCOMPARE(statusOf(m_server), QByteArray("ACTIVE"));
}

void tst_NovaFace::whatIsNoUuidIsNoServer_data()
{
    addServerRoutes();
}

void tst_NovaFace::whatIsNoUuidIsNoServer()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    for (const QByteArray id : { "base", "1", "%F0%9F%98%80", "99999999-2222-4333-8444-555555555555" })
        QCOMPARE(call(method, "/servers/" + id + path, body, 8).status, 404);
}

void tst_NovaFace::limitsCount()
{
    const auto absolute = [this] {
        return call("GET", "/limits")
            .json.value(QStringLiteral("limits"))[QStringLiteral("absolute")]
            .toObject();
    };
    const int before = absolute().value(QStringLiteral("totalInstancesUsed")).toInt();
    QVERIFY(before > 0);
    const Answer made = call("POST", "/servers", newServer("counted"));
    QCOMPARE(made.status, 202);
    QCOMPARE(absolute().value(QStringLiteral("totalInstancesUsed")).toInt(), before + 1);
    QCOMPARE(call("GET", "/os-quota-sets/" + projectA.utf8()).status, 200);
    QCOMPARE(call("GET", "/os-quota-sets/" + projectB.utf8()).status, 403);
}

NEPHELE_TEST(tst_NovaFace)
#include "tst_novaface.moc"
