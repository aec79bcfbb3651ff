// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/registrystore.h"
#include "tests/server/identity/keystoneplay.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;
using test::KeystonePlay;

namespace {

// The services every cloud has, by type.
QStringList ownTypes()
{
    return { u"identity"_s, u"compute"_s, u"image"_s, u"object-store"_s };
}

} // namespace

// Regions, services, endpoints and endpoint groups over HTTP, and what of them reaches a catalog.
class tst_RegistryRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_play.reset(); }
    void aRefusalSaysWhatIsWrong_data();
    void aRefusalSaysWhatIsWrong() { test::checkRefusal(*m_play); }
    void ourOwnServicesAreListed();
    void aRegionIsMadeChangedAndRemoved();
    void aRegionGoesWithItsChildren();
    void aRegionIsMadeByTheEndpointInIt();
    void aServiceIsChanged();
    void anEndpointIsChanged();
    void endpointsAreFiltered_data();
    void endpointsAreFiltered();
    void whatIsAddedIsInTheNextCatalog();
    void whatIsDisabledIsInNone_data();
    void whatIsDisabledIsInNone();
    void aServiceTakesItsEndpointsAlong();
    void aProjectSeesWhatItIsGiven();
    void aGroupIsWhatItsFilterFits();
    void anAssociationIsThereOrNot();
    void theCatalogHasABound();

private:
    QStringList catalogTypes(const QByteArray &as = "ann");

    std::unique_ptr<KeystonePlay> m_play;
};

void tst_RegistryRoutes::init()
{
    m_play = std::make_unique<KeystonePlay>();
    m_play->make("{region}", "/v3/regions", R"({"region": {"id": "north", "description": "cold"}})");
    m_play->make("{service}", "/v3/services",
        R"({"service": {"type": "weather", "name": "clouds", "description": "of the sky"}})");
    m_play->make("{endpoint}", "/v3/endpoints",
        R"({"endpoint": {"service_id": "{service}", "interface": "public", "region_id": "north",
            "url": "http://weather.example.org/$(project_id)s/%(user_id)s"}})");
    m_play->make("{group}", "/v3/OS-EP-FILTER/endpoint_groups",
        R"({"endpoint_group": {"name": "cold ones", "filters": {"region_id": "north"}}})");
    m_play->words.insert("{own}", stableId("identity").toUtf8());
    m_play->words.insert("{ownEndpoint}", stableId("identity/public").toUtf8());
}

QStringList tst_RegistryRoutes::catalogTypes(const QByteArray &as)
{
    return KeystonePlay::column(m_play->send(as, "GET", "/v3/auth/catalog"), "catalog", "type");
}

void tst_RegistryRoutes::aRefusalSaysWhatIsWrong_data()
{
    test::addRefusalColumns();
    const auto row = test::addRefusal;
    row("regions, no token", "", "GET", "/v3/regions", "", 401, "X-Auth-Token");
    row("services, a member", "ann", "GET", "/v3/services", "", 403, "administrator");
    row("endpoints, a member", "ann", "GET", "/v3/endpoints", "", 403, "administrator");
    row("groups, a member", "ann", "GET", "/v3/OS-EP-FILTER/endpoint_groups", "", 403, "administrator");
    row("region, a member makes one", "ann", "POST", "/v3/regions", R"({"region": {}})", 403,
        "administrator");

    row("region, no body", "root", "POST", "/v3/regions", "", 400, "JSON");
    row("region, a list", "root", "POST", "/v3/regions", R"({"region": []})", 400, "region");
    row("region, id a number", "root", "POST", "/v3/regions", R"({"region": {"id": 1}})", 400, "region.id");
    row("region, id empty", "root", "POST", "/v3/regions", R"({"region": {"id": ""}})", 400, "region.id");
    row("region, id with a slash", "root", "POST", "/v3/regions", R"({"region": {"id": "a/b"}})", 400,
        "region.id");
    row("region, id taken", "root", "POST", "/v3/regions", R"({"region": {"id": "north"}})", 409, "already");
    row("region, ids differ", "root", "PUT", "/v3/regions/a", R"({"region": {"id": "b"}})", 400, "region.id");
    row("region, unknown parent", "root", "POST", "/v3/regions", R"({"region": {"parent_region_id": "x"}})",
        400, "region.parent_region_id");
    row("region, within itself", "root", "PATCH", "/v3/regions/north",
        R"({"region": {"parent_region_id": "north"}})", 400, "part of itself");
    row("region, unknown", "root", "GET", "/v3/regions/nowhere", "", 404, "region");
    row("region, change an unknown", "root", "PATCH", "/v3/regions/nowhere", R"({"region": {}})", 404,
        "region");
    row("region, remove an unknown", "root", "DELETE", "/v3/regions/nowhere", "", 404, "region");
    row("region, in use", "root", "DELETE", "/v3/regions/north", "", 403, "stands in this region");
    row("region, ours", "root", "DELETE", "/v3/regions/RegionOne", "", 403, "own");

    row("service, no type", "root", "POST", "/v3/services", R"({"service": {}})", 400, "service.type");
    row("service, type empty", "root", "POST", "/v3/services", R"({"service": {"type": ""}})", 400,
        "service.type");
    row("service, enabled a word", "root", "POST", "/v3/services",
        R"({"service": {"type": "a", "enabled": "yes"}})", 400, "service.enabled");
    row("service, unknown", "root", "GET", "/v3/services/nothing", "", 404, "service");
    row("service, change an unknown", "root", "PATCH", "/v3/services/nothing", R"({"service": {}})", 404,
        "service");
    row("service, remove an unknown", "root", "DELETE", "/v3/services/nothing", "", 404, "service");
    row("service, change ours", "root", "PATCH", "/v3/services/{own}", R"({"service": {"enabled": false}})",
        403, "own");
    row("service, remove ours", "root", "DELETE", "/v3/services/{own}", "", 403, "own");

    row("endpoint, no service", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"interface": "public", "url": "http://a"}})", 400, "endpoint.service_id");
    row("endpoint, unknown service", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"interface": "public", "url": "http://a", "service_id": "x"}})", 400,
        "endpoint.service_id");
    row("endpoint, no interface", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"url": "http://a", "service_id": "{service}"}})", 400, "endpoint.interface");
    row("endpoint, unknown interface", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"url": "http://a", "service_id": "{service}", "interface": "secret"}})", 400,
        "endpoint.interface");
    row("endpoint, no address", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"service_id": "{service}", "interface": "public"}})", 400, "endpoint.url");
    row("endpoint, not an address", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"url": "/here", "service_id": "{service}", "interface": "public"}})", 400,
        "endpoint.url");
    row("endpoint, a mark nobody fills in", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"url": "http://a/%(password)s", "service_id": "{service}", "interface": "public"}})",
        400, "%(password)s");
    row("endpoint, a mark left open", "root", "POST", "/v3/endpoints",
        R"x({"endpoint": {"url": "http://a/%(project_id)", "service_id": "{service}", "interface": "public"}})x",
        400, "%(project_id)");
    row("endpoint, unknown region", "root", "POST", "/v3/endpoints",
        R"({"endpoint": {"url": "http://a", "service_id": "{service}", "interface": "public", "region_id": "x"}})",
        400, "endpoint.region_id");
    row("endpoint, unknown", "root", "GET", "/v3/endpoints/nothing", "", 404, "endpoint");
    row("endpoint, change an unknown", "root", "PATCH", "/v3/endpoints/x", R"({"endpoint": {}})", 404,
        "endpoint");
    row("endpoint, remove an unknown", "root", "DELETE", "/v3/endpoints/x", "", 404, "endpoint");
    row("endpoint, change to a wrong address", "root", "PATCH", "/v3/endpoints/{endpoint}",
        R"({"endpoint": {"url": "nowhere"}})", 400, "endpoint.url");
    row("endpoint, change ours", "root", "PATCH", "/v3/endpoints/{ownEndpoint}",
        R"({"endpoint": {"url": "http://a"}})", 403, "own");
    row("endpoint, remove ours", "root", "DELETE", "/v3/endpoints/{ownEndpoint}", "", 403, "own");
    row("endpoints, unknown interface", "root", "GET", "/v3/endpoints?interface=secret", "", 400,
        "interface");

    row("group, no name", "root", "POST", "/v3/OS-EP-FILTER/endpoint_groups",
        R"({"endpoint_group": {"filters": {"interface": "public"}}})", 400, "endpoint_group.name");
    row("group, no filters", "root", "POST", "/v3/OS-EP-FILTER/endpoint_groups",
        R"({"endpoint_group": {"name": "a"}})", 400, "endpoint_group.filters");
    row("group, filters empty", "root", "POST", "/v3/OS-EP-FILTER/endpoint_groups",
        R"({"endpoint_group": {"name": "a", "filters": {}}})", 400, "endpoint_group.filters");
    row("group, unknown filter", "root", "POST", "/v3/OS-EP-FILTER/endpoint_groups",
        R"({"endpoint_group": {"name": "a", "filters": {"colour": "red"}}})", 400, "colour");
    row("group, unknown service", "root", "POST", "/v3/OS-EP-FILTER/endpoint_groups",
        R"({"endpoint_group": {"name": "a", "filters": {"service_id": "x"}}})", 400, "service_id");
    row("group, unknown", "root", "GET", "/v3/OS-EP-FILTER/endpoint_groups/x", "", 404, "group");
    row("group, remove an unknown", "root", "DELETE", "/v3/OS-EP-FILTER/endpoint_groups/x", "", 404, "group");
    row("give an unknown endpoint", "root", "PUT", "/v3/OS-EP-FILTER/projects/{lab}/endpoints/x", "", 404,
        "endpoint");
    row("give to an unknown project", "root", "PUT", "/v3/OS-EP-FILTER/projects/x/endpoints/{endpoint}", "",
        404, "project");
    row("take what was not given", "root", "DELETE", "/v3/OS-EP-FILTER/projects/{lab}/endpoints/{endpoint}",
        "", 404, "association");
    row("give an unknown group", "root", "PUT", "/v3/OS-EP-FILTER/endpoint_groups/x/projects/{lab}", "", 404,
        "group");
    row("take a group that was not given", "root", "DELETE",
        "/v3/OS-EP-FILTER/endpoint_groups/{group}/projects/{lab}", "", 404, "association");
    row("endpoints of an unknown project", "root", "GET", "/v3/OS-EP-FILTER/projects/x/endpoints", "", 404,
        "project");
}

void tst_RegistryRoutes::ourOwnServicesAreListed()
{
    const auto services = m_play->send("root", "GET", "/v3/services");
    QCOMPARE(services.status, 200);
    const QStringList types = KeystonePlay::column(services, "services", "type");
    QCOMPARE(types, ownTypes() + QStringList { u"weather"_s });
    const auto endpoint =
        KeystonePlay::object(m_play->send("root", "GET", "/v3/endpoints/{ownEndpoint}"), "endpoint");
    QCOMPARE(endpoint.value("url"_L1).toString().toUtf8(), m_play->server->url() + "/identity");
    QCOMPARE(endpoint.value("service_id"_L1).toString().toUtf8(), m_play->words.value("{own}"));
    QCOMPARE(endpoint.value("region_id"_L1).toString(), u"RegionOne"_s);
    QCOMPARE(
        KeystonePlay::column(m_play->send("root", "GET", "/v3/services?type=weather"), "services", "name"),
        QStringList { u"clouds"_s });
    QCOMPARE(
        KeystonePlay::column(m_play->send("root", "GET", "/v3/services?name=keystone"), "services", "type"),
        QStringList { u"identity"_s });
}

void tst_RegistryRoutes::aRegionIsMadeChangedAndRemoved()
{
    const auto made =
        m_play->send("root", "PUT", "/v3/regions/south", R"({"region": {"description": "warm"}})");
    QCOMPARE(made.status, 201);
    const QJsonObject region = KeystonePlay::object(made, "region");
    QCOMPARE(region.value("id"_L1).toString(), u"south"_s);
    QVERIFY(region.value("parent_region_id"_L1).isNull());
    QCOMPARE(region.value("links"_L1).toObject().value("self"_L1).toString().toUtf8(),
        m_play->server->url() + "/identity/v3/regions/south");
    const auto moved =
        m_play->send("root", "PATCH", "/v3/regions/south", R"({"region": {"parent_region_id": "north"}})");
    QCOMPARE(moved.status, 200);
    QCOMPARE(KeystonePlay::object(moved, "region").value("description"_L1).toString(), u"warm"_s);
    QCOMPARE(KeystonePlay::column(
                 m_play->send("ann", "GET", "/v3/regions?parent_region_id=north"), "regions", "id"),
        QStringList { u"south"_s });
    const auto turned =
        m_play->send("root", "PATCH", "/v3/regions/north", R"({"region": {"parent_region_id": "south"}})");
    QCOMPARE(turned.status, 400);
    const auto freed =
        m_play->send("root", "PATCH", "/v3/regions/south", R"({"region": {"parent_region_id": null}})");
    QVERIFY(KeystonePlay::object(freed, "region").value("parent_region_id"_L1).isNull());
    QCOMPARE(m_play->send("root", "DELETE", "/v3/regions/south").status, 204);
    QCOMPARE(m_play->send("root", "GET", "/v3/regions/south").status, 404);
}

void tst_RegistryRoutes::aRegionGoesWithItsChildren()
{
    m_play->make("{outer}", "/v3/regions", R"({"region": {}})");
    m_play->make("{inner}", "/v3/regions", R"({"region": {"parent_region_id": "{outer}"}})");
    m_play->make("{inmost}", "/v3/regions", R"({"region": {"parent_region_id": "{inner}"}})");
    const QByteArray body =
        R"({"endpoint": {"service_id": "{service}", "interface": "admin", "url": "http://a",
        "region_id": "{inmost}"}})";
    m_play->make("{deep}", "/v3/endpoints", body);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/regions/{outer}").status, 403);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/endpoints/{deep}").status, 204);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/regions/{outer}").status, 204);
    QCOMPARE(m_play->send("root", "GET", "/v3/regions/{inmost}").status, 404);
    // openstack's client then looks for a region of that name, and would take any that comes.
    const auto named = m_play->send("root", "GET", "/v3/regions?name={inmost}");
    QCOMPARE(KeystonePlay::column(named, "regions", "id"), QStringList());
    const auto own = m_play->send("root", "GET", "/v3/regions?name=RegionOne");
    QCOMPARE(KeystonePlay::column(own, "regions", "id"), QStringList { u"RegionOne"_s });
}

// What openstack's client and tempest send: "region" in place of "region_id", and no region made before.
void tst_RegistryRoutes::aRegionIsMadeByTheEndpointInIt()
{
    m_play->make("{new}", "/v3/endpoints",
        R"({"endpoint": {"service_id": "{service}", "interface": "admin", "url": "http://a", "region": "west"}})");
    QCOMPARE(m_play->send("root", "GET", "/v3/regions/west").status, 200);
    const auto endpoint =
        KeystonePlay::object(m_play->send("root", "GET", "/v3/endpoints/{new}"), "endpoint");
    QCOMPARE(endpoint.value("region"_L1).toString(), u"west"_s);
    QCOMPARE(endpoint.value("region_id"_L1).toString(), u"west"_s);
}

void tst_RegistryRoutes::aServiceIsChanged()
{
    const auto changed =
        m_play->send("root", "PATCH", "/v3/services/{service}", R"({"service": {"name": "rain"}})");
    QCOMPARE(changed.status, 200);
    const QJsonObject service =
        KeystonePlay::object(m_play->send("root", "GET", "/v3/services/{service}"), "service");
    QCOMPARE(service.value("name"_L1).toString(), u"rain"_s);
    QCOMPARE(service.value("type"_L1).toString(), u"weather"_s);
    QCOMPARE(service.value("description"_L1).toString(), u"of the sky"_s);
    QCOMPARE(service.value("enabled"_L1).toBool(), true);
}

void tst_RegistryRoutes::anEndpointIsChanged()
{
    const auto changed = m_play->send("root", "PATCH", "/v3/endpoints/{endpoint}",
        R"({"endpoint": {"interface": "internal", "url": "https://b", "region_id": null, "service_id": "{own}"}})");
    QCOMPARE(changed.status, 200);
    const QJsonObject endpoint =
        KeystonePlay::object(m_play->send("root", "GET", "/v3/endpoints/{endpoint}"), "endpoint");
    QCOMPARE(endpoint.value("interface"_L1).toString(), u"internal"_s);
    QCOMPARE(endpoint.value("url"_L1).toString(), u"https://b"_s);
    QVERIFY(endpoint.value("region_id"_L1).isNull());
    QCOMPARE(endpoint.value("service_id"_L1).toString().toUtf8(), m_play->words.value("{own}"));
}

void tst_RegistryRoutes::endpointsAreFiltered_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("count");
    const int own = int(ownTypes().size());
    QTest::newRow("all") << QByteArray() << 3 * own + 1; // three interfaces each
    QTest::newRow("by interface") << QByteArray("?interface=public") << own + 1;
    QTest::newRow("by service") << QByteArray("?service_id={service}") << 1;
    QTest::newRow("by region") << QByteArray("?region_id=RegionOne") << 3 * own;
    QTest::newRow("by its older name") << QByteArray("?region=north") << 1;
    QTest::newRow("by all three") << QByteArray("?region=RegionOne&service_id={own}&interface=admin") << 1;
    QTest::newRow("by nothing there is") << QByteArray("?service_id=x") << 0;
}

void tst_RegistryRoutes::endpointsAreFiltered()
{
    QFETCH(QByteArray, query);
    QFETCH(int, count);
    const auto answer = m_play->send("root", "GET", "/v3/endpoints" + query);
    QCOMPARE(answer.status, 200);
    QCOMPARE(KeystonePlay::column(answer, "endpoints", "id").size(), count);
}

void tst_RegistryRoutes::whatIsAddedIsInTheNextCatalog()
{
    const QString url =
        u"http://weather.example.org/"_s + m_play->lab.id.text() + u'/' + m_play->ann.id.text();
    QVERIFY(m_play->send("ann", "GET", "/v3/auth/catalog").body.contains(url.toUtf8()));
    m_play->make("{second}", "/v3/services", R"({"service": {"type": "tides"}})");
    QVERIFY(catalogTypes().contains(u"tides"_s));
    // The same in what a sign-in returns, in both versions.
    const QByteArray byToken = R"({"auth": {"identity": {"methods": ["token"], "token": {"id": ")"
        + m_play->tokens.value("ann") + R"("}}, "scope": {"project": {"id": "{lab}"}}}})";
    QVERIFY(m_play->send("", "POST", "/v3/auth/tokens", byToken).body.contains(url.toUtf8()));
    QVERIFY(!m_play->send("", "POST", "/v3/auth/tokens?nocatalog", byToken).body.contains("catalog"));
    QCOMPARE(m_play->send("root", "DELETE", "/v3/services/{second}").status, 204);
    QVERIFY(!catalogTypes().contains(u"tides"_s));
}

void tst_RegistryRoutes::whatIsDisabledIsInNone_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isServiceLeft");
    QTest::newRow("the service") << QByteArray("/v3/services/{service}")
                                 << QByteArray(R"({"service": {"enabled": false}})") << false;
    QTest::newRow("the endpoint") << QByteArray("/v3/endpoints/{endpoint}")
                                  << QByteArray(R"({"endpoint": {"enabled": false}})") << true;
}

void tst_RegistryRoutes::whatIsDisabledIsInNone()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(bool, isServiceLeft);
    QVERIFY(m_play->send("ann", "GET", "/v3/auth/catalog").body.contains("weather.example.org"));
    QCOMPARE(m_play->send("root", "PATCH", path, body).status, 200);
    QVERIFY(!m_play->send("ann", "GET", "/v3/auth/catalog").body.contains("weather.example.org"));
    QCOMPARE(catalogTypes().contains(u"weather"_s), isServiceLeft);
}

void tst_RegistryRoutes::aServiceTakesItsEndpointsAlong()
{
    QCOMPARE(m_play->send("root", "PUT", "/v3/OS-EP-FILTER/projects/{lab}/endpoints/{endpoint}").status, 204);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/services/{service}").status, 204);
    QCOMPARE(m_play->send("root", "GET", "/v3/endpoints/{endpoint}").status, 404);
    // A project that was given nothing else has the whole catalog again.
    QCOMPARE(catalogTypes(), ownTypes());
}

void tst_RegistryRoutes::aProjectSeesWhatItIsGiven()
{
    QCOMPARE(catalogTypes().size(), ownTypes().size() + 1);
    QCOMPARE(
        m_play->send("root", "PUT", "/v3/OS-EP-FILTER/projects/{lab}/endpoints/{ownEndpoint}").status, 204);
    QCOMPARE(catalogTypes(), QStringList { u"identity"_s });
    QCOMPARE(catalogTypes("bob").size(), ownTypes().size() + 1);
    QCOMPARE(
        m_play->send("root", "PUT", "/v3/OS-EP-FILTER/endpoint_groups/{group}/projects/{lab}").status, 204);
    QCOMPARE(catalogTypes(), (QStringList { u"identity"_s, u"weather"_s }));
    QCOMPARE(KeystonePlay::column(
                 m_play->send("root", "GET", "/v3/OS-EP-FILTER/projects/{lab}/endpoints"), "endpoints", "id")
                 .size(),
        2);
    QCOMPARE(m_play->send("root", "DELETE", "/v3/OS-EP-FILTER/endpoint_groups/{group}").status, 204);
    QCOMPARE(catalogTypes(), QStringList { u"identity"_s });
    QCOMPARE(m_play->send("root", "DELETE", "/v3/OS-EP-FILTER/projects/{lab}/endpoints/{ownEndpoint}").status,
        204);
    QCOMPARE(catalogTypes().size(), ownTypes().size() + 1);
}

void tst_RegistryRoutes::aGroupIsWhatItsFilterFits()
{
    const QByteArray endpoints = "/v3/OS-EP-FILTER/endpoint_groups/{group}/endpoints";
    QCOMPARE(KeystonePlay::column(m_play->send("root", "GET", endpoints), "endpoints", "id"),
        QStringList { QString::fromLatin1(m_play->words.value("{endpoint}")) });
    const auto changed = m_play->send("root", "PATCH", "/v3/OS-EP-FILTER/endpoint_groups/{group}",
        R"({"endpoint_group": {"filters": {"interface": "admin"}}})");
    QCOMPARE(changed.status, 200);
    QCOMPARE(KeystonePlay::object(changed, "endpoint_group").value("name"_L1).toString(), u"cold ones"_s);
    QCOMPARE(KeystonePlay::column(m_play->send("root", "GET", endpoints), "endpoints", "interface"),
        QStringList(ownTypes().size(), u"admin"_s));
}

void tst_RegistryRoutes::anAssociationIsThereOrNot()
{
    const QByteArray own = "/v3/OS-EP-FILTER/projects/{lab}/endpoints/{endpoint}";
    QCOMPARE(m_play->send("root", "HEAD", own).status, 404);
    QCOMPARE(m_play->send("root", "PUT", own).status, 204);
    QCOMPARE(m_play->send("root", "PUT", own).status, 204);
    QCOMPARE(m_play->send("root", "HEAD", own).status, 204);
    QCOMPARE(m_play->send("root", "GET", own).status, 204);
    QCOMPARE(
        KeystonePlay::column(m_play->send("root", "GET", "/v3/OS-EP-FILTER/endpoints/{endpoint}/projects"),
            "projects", "name"),
        QStringList { u"lab"_s });
    const QByteArray group = "/v3/OS-EP-FILTER/endpoint_groups/{group}/projects/{lab}";
    QCOMPARE(m_play->send("root", "HEAD", group).status, 404);
    QCOMPARE(m_play->send("root", "PUT", group).status, 204);
    QCOMPARE(m_play->send("root", "HEAD", group).status, 204);
    QCOMPARE(
        KeystonePlay::column(m_play->send("root", "GET", "/v3/OS-EP-FILTER/endpoint_groups/{group}/projects"),
            "projects", "name"),
        QStringList { u"lab"_s });
    QCOMPARE(m_play->send("root", "DELETE", group).status, 204);
    QCOMPARE(m_play->send("root", "HEAD", group).status, 404);
}

void tst_RegistryRoutes::theCatalogHasABound()
{
    m_play->identity->write([](Transaction &t) -> Result<> {
        for (qsizetype i = 1; i < RegistryService::mostServices; ++i) {
            RegisteredService service;
            service.id = RegisteredServiceId::stored(u"filler-%1"_s.arg(i));
            service.type = u"filler"_s;
            if (const auto inserted = RegistryStore::insert(t, service); !inserted)
                return inserted.error();
        }
        return {};
    });
    const auto refused = m_play->send("root", "POST", "/v3/services", R"({"service": {"type": "one more"}})");
    QCOMPARE(refused.status, 403);
    QVERIFY(refused.body.contains("no more are kept"));
}

NEPHELE_TEST(tst_RegistryRoutes)
#include "tst_registryroutes.moc"
