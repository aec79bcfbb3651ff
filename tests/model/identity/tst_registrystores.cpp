// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/accessrulestore.h"
#include "model/identity/applicationcredentialstore.h"
#include "model/identity/endpointfilterstore.h"
#include "model/identity/keptsecretstore.h"
#include "model/identity/limitstore.h"
#include "model/identity/policystore.h"
#include "model/identity/projectstore.h"
#include "model/identity/registrystore.h"
#include "model/identity/tokenstore.h"
#include "model/identity/truststore.h"
#include "model/quota/quotastore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// The stores of Keystone's registry and what it keeps besides people, on SQLite and on PostgreSQL.
class tst_RegistryStores : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void ourRegionIsThere();
    void aTakenRegionIsRefused();
    void regionsWithinAreFoundAtAnyDepth();
    void aRegionTakesThoseWithinAlong();
    void aRegionWithAnEndpointStays();
    void anEndpointIsReadAsItWasWritten_data();
    void anEndpointIsReadAsItWasWritten();
    void aServiceTakesItsEndpointsAlong();
    void filtersAreReadAsTheyWereWritten();
    void filtersGoWithTheirProject();
    void secretsAreListedByTheirUser();
    void secretsGoWithTheirUserAndProject_data();
    void secretsGoWithTheirUserAndProject();
    void policiesAndConsumersAreKept();
    void aTrustIsUsedUp();
    void aTrustTakesItsTokensAlong();
    void aLimitIsThereOncePerRegion();
    void aRegisteredLimitInUseStays();
    void quotaIsSeenAsLimits();
    void aRuleIsKeptOncePerUser();
    void aRuleInUseStays();

private:
    template <class Closure>
    auto write(Closure closure)
    {
        return (*m_database)->write(std::move(closure)).result();
    }
    template <class Closure>
    auto read(Closure closure)
    {
        return (*m_database)->read(std::move(closure));
    }
    UserId addUser(const QString &name);
    CredentialId addCredential(const QString &name);
    static RegisteredLimit limitOf(const QString &id, const std::optional<RegionId> &region);

    std::unique_ptr<test::TestDatabase> m_database;
    UserId m_user;
    UserId m_other;
    ProjectId m_project;
};

void tst_RegistryStores::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto database = test::TestDatabase::open(engine);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message + database.error().detail));
    m_database = std::move(*database);
    m_user = addUser(u"ann"_s);
    m_other = addUser(u"bob"_s);
    m_project = ProjectId::create();
    NewProject lab;
    lab.name = u"lab"_s;
    QVERIFY(write([=, this](Transaction &t) { return ProjectStore::insert(t, m_project, lab); }));
    QVERIFY(write(
        [this](Transaction &t) { return ProjectStore::setMember(t, m_project, m_user, Role::Member); }));
}

UserId tst_RegistryStores::addUser(const QString &name)
{
    const UserId id = UserId::create();
    const auto added = write([=](Transaction &t) -> Result<> {
        NewProject system;
        system.name = u"system:"_s + id.text();
        system.isSystem = true;
        if (const auto inserted = ProjectStore::insert(t, ProjectId::stored(id.text()), system); !inserted)
            return inserted.error();
        NewUser user;
        user.name = name;
        return UserStore::insert(t, id, user);
    });
    if (!added)
        qFatal("%s", qUtf8Printable(added.error().detail));
    return id;
}

CredentialId tst_RegistryStores::addCredential(const QString &name)
{
    ApplicationCredential credential;
    credential.id = CredentialId::create();
    credential.user = m_user;
    credential.project = m_project;
    credential.name = name;
    credential.roles = Role::Member;
    const auto added = write(
        [=](Transaction &t) { return ApplicationCredentialStore::insert(t, credential, u"sha256$"_s); });
    if (!added)
        qFatal("%s", qUtf8Printable(added.error().detail));
    return credential.id;
}

void tst_RegistryStores::ourRegionIsThere()
{
    const auto regions = read([](ReadTransaction &t) { return RegistryStore::regions(t); });
    QVERIFY(regions);
    QCOMPARE(*regions, (QList<Region> { { RegionId::stored(u"RegionOne"_s), {}, {} } }));
}

void tst_RegistryStores::aTakenRegionIsRefused()
{
    const Region region { RegionId::stored(u"RegionOne"_s), {}, u"again"_s };
    const auto inserted = write([=](Transaction &t) { return RegistryStore::insert(t, region); });
    QCOMPARE(inserted.error().code, ErrorCode::Conflict);
    QVERIFY(inserted.error().message.contains(u"RegionOne"_s));
}

void tst_RegistryStores::regionsWithinAreFoundAtAnyDepth()
{
    const auto id = [](const char *text) { return RegionId::stored(QString::fromLatin1(text)); };
    QVERIFY(write([=](Transaction &t) -> Result<> {
        for (const Region &region : { Region { id("a"), {}, {} }, Region { id("b"), id("a"), {} },
                 Region { id("c"), id("b"), {} }, Region { id("d"), {}, {} } }) {
            if (const auto inserted = RegistryStore::insert(t, region); !inserted)
                return inserted;
        }
        return {};
    }));
    const auto within = read([=](ReadTransaction &t) { return RegistryStore::regionsWithin(t, id("a")); });
    QCOMPARE(*within, (QList<RegionId> { id("a"), id("b"), id("c") }));
    QCOMPARE(read([=](ReadTransaction &t) { return RegistryStore::regionsWithin(t, id("x")); })->size(), 0);
    QCOMPARE(read([=](ReadTransaction &t) { return RegistryStore::regions(t, id("a")); })->size(), 1);
}

void tst_RegistryStores::aRegionTakesThoseWithinAlong()
{
    const RegionId outer = RegionId::stored(u"outer"_s);
    const RegionId inner = RegionId::stored(u"inner"_s);
    QVERIFY(write([=](Transaction &t) { return RegistryStore::insert(t, Region { outer, {}, {} }); }));
    QVERIFY(write([=](Transaction &t) { return RegistryStore::insert(t, Region { inner, outer, {} }); }));
    QVERIFY(write([=](Transaction &t) { return RegistryStore::remove(t, outer); }));
    QVERIFY(!*read([=](ReadTransaction &t) { return RegistryStore::region(t, inner); }));
}

void tst_RegistryStores::aRegionWithAnEndpointStays()
{
    CatalogEndpoint endpoint;
    endpoint.id = EndpointId::stored(u"e"_s);
    endpoint.region = RegionId::stored(u"RegionOne"_s);
    endpoint.url = u"http://a"_s;
    QVERIFY(write([=](Transaction &t) { return RegistryStore::insert(t, endpoint); }));
    QVERIFY(!write([=](Transaction &t) { return RegistryStore::remove(t, *endpoint.region); }));
}

void tst_RegistryStores::anEndpointIsReadAsItWasWritten_data()
{
    QTest::addColumn<int>("interface");
    QTest::addColumn<bool>("hasRegion");
    QTest::addColumn<bool>("isEnabled");
    QTest::newRow("public") << int(EndpointInterface::Public) << true << true;
    QTest::newRow("internal, nowhere") << int(EndpointInterface::Internal) << false << true;
    QTest::newRow("admin, disabled") << int(EndpointInterface::Admin) << true << false;
}

void tst_RegistryStores::anEndpointIsReadAsItWasWritten()
{
    QFETCH(int, interface);
    QFETCH(bool, hasRegion);
    QFETCH(bool, isEnabled);
    CatalogEndpoint endpoint;
    endpoint.id = EndpointId::stored(u"e"_s);
    endpoint.service = RegisteredServiceId::stored(u"s"_s);
    endpoint.interface = EndpointInterface(interface);
    if (hasRegion)
        endpoint.region = RegionId::stored(u"RegionOne"_s);
    endpoint.url = u"http://a/%(project_id)s"_s;
    endpoint.name = u"n"_s;
    endpoint.description = u"d"_s;
    endpoint.isEnabled = isEnabled;
    QVERIFY(write([=](Transaction &t) { return RegistryStore::insert(t, endpoint); }));
    const auto id = endpoint.id;
    QCOMPARE(**read([=](ReadTransaction &t) { return RegistryStore::endpoint(t, id); }), endpoint);
    endpoint.url = u"http://b"_s;
    endpoint.region.reset();
    QVERIFY(write([=](Transaction &t) { return RegistryStore::update(t, endpoint); }));
    QCOMPARE(*read([](ReadTransaction &t) { return RegistryStore::endpoints(t); }),
        QList<CatalogEndpoint> { endpoint });
}

void tst_RegistryStores::aServiceTakesItsEndpointsAlong()
{
    const RegisteredService service { RegisteredServiceId::stored(u"s"_s), u"weather"_s, {}, {}, true };
    CatalogEndpoint endpoint;
    endpoint.id = EndpointId::stored(u"e"_s);
    endpoint.service = service.id;
    QVERIFY(write([=](Transaction &t) { return RegistryStore::insert(t, service); }));
    QVERIFY(write([=](Transaction &t) { return RegistryStore::insert(t, endpoint); }));
    QVERIFY(write([=, this](Transaction &t) { return EndpointFilterStore::add(t, m_project, endpoint.id); }));
    QVERIFY(*read([](ReadTransaction &t) { return EndpointFilterStore::isUsed(t); }));
    QVERIFY(write([=](Transaction &t) { return RegistryStore::remove(t, service.id); }));
    QCOMPARE(read([](ReadTransaction &t) { return RegistryStore::endpoints(t); })->size(), 0);
    QVERIFY(!*read([](ReadTransaction &t) { return EndpointFilterStore::isUsed(t); }));
}

void tst_RegistryStores::filtersAreReadAsTheyWereWritten()
{
    EndpointGroup group { EndpointGroupId::stored(u"g"_s), u"n"_s, u"d"_s, {} };
    group.filter.interface = EndpointInterface::Internal;
    group.filter.service = RegisteredServiceId::stored(u"s"_s);
    QVERIFY(write([=](Transaction &t) { return EndpointFilterStore::insert(t, group); }));
    QCOMPARE(**read([=](ReadTransaction &t) { return EndpointFilterStore::group(t, group.id); }), group);
    group.filter = {};
    group.filter.region = RegionId::stored(u"r"_s);
    QVERIFY(write([=](Transaction &t) { return EndpointFilterStore::update(t, group); }));
    QCOMPARE(*read([](ReadTransaction &t) { return EndpointFilterStore::groups(t, u"n"_s); }),
        QList<EndpointGroup> { group });
    QCOMPARE(read([](ReadTransaction &t) { return EndpointFilterStore::groups(t, u"x"_s); })->size(), 0);
}

void tst_RegistryStores::filtersGoWithTheirProject()
{
    const EndpointGroup group { EndpointGroupId::stored(u"g"_s), u"n"_s, {}, {} };
    const EndpointId endpoint = EndpointId::stored(u"e"_s);
    QVERIFY(write([=](Transaction &t) { return EndpointFilterStore::insert(t, group); }));
    for (int twice = 0; twice < 2; ++twice) {
        QVERIFY(
            write([=, this](Transaction &t) { return EndpointFilterStore::add(t, m_project, group.id); }));
        QVERIFY(
            write([=, this](Transaction &t) { return EndpointFilterStore::add(t, m_project, endpoint); }));
    }
    QCOMPARE(*read([=](ReadTransaction &t) { return EndpointFilterStore::projectsOf(t, group.id); }),
        QList<ProjectId> { m_project });
    QCOMPARE(*read([=](ReadTransaction &t) { return EndpointFilterStore::projectsOf(t, endpoint); }),
        QList<ProjectId> { m_project });
    QVERIFY(write([this](Transaction &t) { return ProjectStore::remove(t, m_project); }));
    QVERIFY(!*read([](ReadTransaction &t) { return EndpointFilterStore::isUsed(t); }));
    const auto gone =
        write([=, this](Transaction &t) { return EndpointFilterStore::remove(t, m_project, endpoint); });
    QCOMPARE(gone.error().code, ErrorCode::NotFound);
}

void tst_RegistryStores::secretsAreListedByTheirUser()
{
    const auto secret = [](const char *id, const UserId &user, const char *type) {
        return KeptSecret { KeptSecretId::stored(QString::fromLatin1(id)), user, {},
            QString::fromLatin1(type), u"blob"_s, {} };
    };
    const QList<KeptSecret> all { secret("1", m_user, "cert"), secret("2", m_user, "totp"),
        secret("3", m_other, "cert") };
    for (const KeptSecret &one : all)
        QVERIFY(write([=](Transaction &t) { return KeptSecretStore::insert(t, one); }));
    const auto count = [&](const KeptSecretStore::Filter &filter) {
        return read([=](ReadTransaction &t) { return KeptSecretStore::secrets(t, filter); })->size();
    };
    QCOMPARE(count({}), 3);
    QCOMPARE(count({ m_user, {} }), 2);
    QCOMPARE(count({ m_user, u"totp"_s }), 1);
    QCOMPARE(count({ {}, u"cert"_s }), 2);
    QCOMPARE(*read([this](ReadTransaction &t) { return KeptSecretStore::countOf(t, m_user); }), 2);
    const auto again = write([&](Transaction &t) { return KeptSecretStore::insert(t, all.first()); });
    QCOMPARE(again.error().code, ErrorCode::Conflict);
    KeptSecret changed = all.first();
    changed.blob = u"other"_s;
    changed.project = m_project;
    QVERIFY(write([=](Transaction &t) { return KeptSecretStore::update(t, changed); }));
    QCOMPARE(**read([=](ReadTransaction &t) { return KeptSecretStore::find(t, changed.id); }), changed);
}

void tst_RegistryStores::secretsGoWithTheirUserAndProject_data()
{
    QTest::addColumn<bool>("isUserGone");
    QTest::newRow("the user") << true;
    QTest::newRow("the project") << false;
}

void tst_RegistryStores::secretsGoWithTheirUserAndProject()
{
    QFETCH(bool, isUserGone);
    const KeptSecret secret { KeptSecretId::stored(u"1"_s), m_user, m_project, u"ec2"_s, u"{}"_s, u"key"_s };
    QVERIFY(write([=](Transaction &t) { return KeptSecretStore::insert(t, secret); }));
    QVERIFY(write([=, this](Transaction &t) -> Result<> {
        if (!isUserGone)
            return ProjectStore::remove(t, m_project);
        const auto user = UserStore::find(t, m_user);
        return user ? UserStore::remove(t, **user) : Result<>(user.error());
    }));
    QVERIFY(!*read([=](ReadTransaction &t) { return KeptSecretStore::find(t, secret.id); }));
}

void tst_RegistryStores::policiesAndConsumersAreKept()
{
    Policy policy { PolicyId::stored(u"p"_s), u"text/plain"_s, u"rules"_s };
    QVERIFY(write([=](Transaction &t) { return PolicyStore::insert(t, policy); }));
    policy.blob = u"others"_s;
    QVERIFY(write([=](Transaction &t) { return PolicyStore::update(t, policy); }));
    QCOMPARE(*read([](ReadTransaction &t) { return PolicyStore::policies(t, u"text/plain"_s); }),
        QList<Policy> { policy });
    QCOMPARE(*read([](ReadTransaction &t) { return PolicyStore::count(t); }), 1);
    QVERIFY(write([=](Transaction &t) { return PolicyStore::remove(t, policy.id); }));
    QCOMPARE(write([=](Transaction &t) { return PolicyStore::remove(t, policy.id); }).error().code,
        ErrorCode::NotFound);

    OauthConsumer consumer { OauthConsumerId::stored(u"c"_s), u"a program"_s };
    QVERIFY(write([=](Transaction &t) { return OauthConsumerStore::insert(t, consumer, u"sha256$"_s); }));
    consumer.description = u"another"_s;
    QVERIFY(write([=](Transaction &t) { return OauthConsumerStore::update(t, consumer); }));
    QCOMPARE(*read([](ReadTransaction &t) { return OauthConsumerStore::consumers(t); }),
        QList<OauthConsumer> { consumer });
    QVERIFY(write([=](Transaction &t) { return OauthConsumerStore::remove(t, consumer.id); }));
    QCOMPARE(*read([](ReadTransaction &t) { return OauthConsumerStore::count(t); }), 0);
}

void tst_RegistryStores::aTrustIsUsedUp()
{
    Trust trust { TrustId::stored(u"t"_s), m_user, m_other, m_project, Role::Member, true, 2, 1000 };
    QVERIFY(write([=](Transaction &t) { return TrustStore::insert(t, trust); }));
    QCOMPARE(**read([=](ReadTransaction &t) { return TrustStore::find(t, trust.id); }), trust);
    QVERIFY(write([=](Transaction &t) { return TrustStore::use(t, trust); }));
    QVERIFY(write([=](Transaction &t) { return TrustStore::use(t, trust); }));
    QCOMPARE(
        write([=](Transaction &t) { return TrustStore::use(t, trust); }).error().code, ErrorCode::Forbidden);
    const auto count = [&](const std::optional<UserId> &trustor, const std::optional<UserId> &trustee) {
        return read([=](ReadTransaction &t) { return TrustStore::trusts(t, trustor, trustee); })->size();
    };
    QCOMPARE(count({}, {}), 1);
    QCOMPARE(count(m_user, {}), 1);
    QCOMPARE(count(m_user, m_user), 0);
    QCOMPARE(count({}, m_other), 1);
    QCOMPARE(count(m_other, {}), 0);
    QCOMPARE(*read([this](ReadTransaction &t) { return TrustStore::countOf(t, m_user); }), 1);
}

void tst_RegistryStores::aTrustTakesItsTokensAlong()
{
    const Trust trust { TrustId::stored(u"t"_s), m_user, m_other, m_project, Role::Member, false, {}, {} };
    Token token;
    token.hash = QByteArray(32, 'h');
    token.kind = TokenKind::Project;
    token.user = m_other;
    token.project = m_project;
    token.trust = trust.id;
    token.expiresAtMs = 1000;
    QVERIFY(write([=](Transaction &t) { return TrustStore::insert(t, trust); }));
    QVERIFY(write([=](Transaction &t) { return TokenStore::insert(t, token); }));
    const auto found = read([=](ReadTransaction &t) { return TokenStore::find(t, token.hash); });
    QVERIFY(found && *found);
    QCOMPARE((*found)->trust, std::optional(trust));
    QCOMPARE((*found)->roles, Roles(Role::Member) | Role::Reader);
    QVERIFY((*found)->isRestricted());
    QVERIFY(write([=](Transaction &t) { return TrustStore::remove(t, trust.id); }));
    QVERIFY(!*read([=](ReadTransaction &t) { return TokenStore::find(t, token.hash); }));
}

RegisteredLimit tst_RegistryStores::limitOf(const QString &id, const std::optional<RegionId> &region)
{
    return { RegisteredLimitId::stored(id), RegisteredServiceId::stored(u"s"_s), region, u"storms"_s, 5, {} };
}

void tst_RegistryStores::aLimitIsThereOncePerRegion()
{
    const RegionId region = RegionId::stored(u"RegionOne"_s);
    const auto insert = [&](const RegisteredLimit &limit) {
        return write([=](Transaction &t) { return LimitStore::insert(t, limit); });
    };
    QVERIFY(insert(limitOf(u"1"_s, {})));
    QCOMPARE(insert(limitOf(u"2"_s, {})).error().code, ErrorCode::Conflict);
    QVERIFY(insert(limitOf(u"2"_s, region)));
    QCOMPARE(insert(limitOf(u"3"_s, region)).error().code, ErrorCode::Conflict);
    QCOMPARE(*read([](ReadTransaction &t) { return LimitStore::countRegistered(t); }), 2);
    const LimitStore::Filter inRegion { {}, region, {} };
    QCOMPARE(*read([=](ReadTransaction &t) { return LimitStore::registered(t, inRegion); }),
        QList<RegisteredLimit> { limitOf(u"2"_s, region) });
}

void tst_RegistryStores::aRegisteredLimitInUseStays()
{
    const RegisteredLimit registered = limitOf(u"1"_s, {});
    ProjectLimit limit { ProjectLimitId::stored(u"l"_s), registered, m_project, 3, u"calm"_s };
    QVERIFY(write([=](Transaction &t) { return LimitStore::insert(t, registered); }));
    QVERIFY(write([=](Transaction &t) { return LimitStore::insert(t, limit); }));
    QCOMPARE(**read([=](ReadTransaction &t) { return LimitStore::findLimit(t, limit.id); }), limit);
    QCOMPARE(write([=](Transaction &t) { return LimitStore::remove(t, registered.id); }).error().code,
        ErrorCode::Forbidden);
    QVERIFY(*read([=](ReadTransaction &t) { return LimitStore::hasLimits(t, registered.service); }));
    QVERIFY(write([=](Transaction &t) { return LimitStore::remove(t, limit.id); }));
    QVERIFY(write([=](Transaction &t) { return LimitStore::remove(t, registered.id); }));
    QVERIFY(!*read([=](ReadTransaction &t) { return LimitStore::hasLimits(t, registered.service); }));
}

void tst_RegistryStores::quotaIsSeenAsLimits()
{
    const auto mosts = [&](const std::optional<ProjectId> &project) {
        return *read([=](ReadTransaction &t) { return LimitStore::quotaMosts(t, project); });
    };
    QVERIFY(mosts({}).isEmpty());
    QVERIFY(write(
        [this](Transaction &t) { return QuotaStore::setProjectLimit(t, m_project, u"cyclades.vm"_s, 7); }));
    QCOMPARE(mosts({}).size(), 1);
    QCOMPARE(mosts(m_project).first().most, 7);
    QVERIFY(mosts(ProjectId::stored(m_user.text())).isEmpty());
    QVERIFY(write([this](Transaction &t) {
        return QuotaStore::setProjectLimit(t, m_project, u"cyclades.vm"_s, std::nullopt);
    }));
    QVERIFY(mosts({}).isEmpty());
}

void tst_RegistryStores::aRuleIsKeptOncePerUser()
{
    const AccessRule rule { {}, u"compute"_s, u"GET"_s, u"/v2.1/servers"_s };
    const AccessRule other { {}, u"compute"_s, u"POST"_s, u"/v2.1/servers"_s };
    const CredentialId first = addCredential(u"first"_s);
    const CredentialId second = addCredential(u"second"_s);
    QVERIFY(write([=, this](Transaction &t) {
        return AccessRuleStore::attach(t, m_user, first, { rule, rule });
    }));
    QVERIFY(write([=, this](Transaction &t) {
        return AccessRuleStore::attach(t, m_user, second, { rule, other });
    }));
    QCOMPARE(read([this](ReadTransaction &t) { return AccessRuleStore::rulesOfUser(t, m_user); })->size(), 2);
    QCOMPARE(read([=](ReadTransaction &t) { return AccessRuleStore::rulesOf(t, first); })->size(), 1);
    QCOMPARE(read([=](ReadTransaction &t) { return AccessRuleStore::rulesOf(t, second); })->size(), 2);
    const auto all =
        read([this](ReadTransaction &t) { return AccessRuleStore::rulesByCredential(t, m_user); });
    QCOMPARE(all->value(first).size(), 1);
    QCOMPARE(all->value(second).size(), 2);
}

void tst_RegistryStores::aRuleInUseStays()
{
    const AccessRule rule { {}, u"compute"_s, u"GET"_s, u"/"_s };
    const CredentialId credential = addCredential(u"first"_s);
    const auto kept =
        write([=, this](Transaction &t) { return AccessRuleStore::attach(t, m_user, credential, { rule }); });
    const AccessRuleId id = kept->first().id;
    const auto remove = [&](const UserId &user) {
        return write([=](Transaction &t) { return AccessRuleStore::remove(t, user, id); });
    };
    QCOMPARE(remove(m_other).error().code, ErrorCode::NotFound);
    QCOMPARE(remove(m_user).error().code, ErrorCode::Forbidden);
    QVERIFY(write([=](Transaction &t) { return ApplicationCredentialStore::remove(t, credential); }));
    QVERIFY(remove(m_user));
    QCOMPARE(remove(m_user).error().code, ErrorCode::NotFound);
}

NEPHELE_TEST(tst_RegistryStores)
#include "tst_registrystores.moc"
