// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/tokenauthenticator.h"

#include "model/identity/role.h"
#include "model/identity/tokenstore.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;

// Two projects; ann is a member of one, the manager of the other, and has her system project.
class tst_TokenAuthenticator : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void aBadTokenIsNobody_data();
    void aBadTokenIsNobody();
    void aTokenNeverGainsByChangingFace_data();
    void aTokenNeverGainsByChangingFace();
    void adminCountsWhereTheTokenCarriesIt_data();
    void adminCountsWhereTheTokenCarriesIt();
    void aRestrictedCredentialSaysSo();
    void aSuspendedDefaultProject();
    void theDefaultProjectIsThatOfTheMoment();
    void aTokenIsRememberedForASecond();
    void revokingEmptiesTheMemory();
    void aRememberedTokenStillExpires();

private:
    QByteArray tokenOf(const QString &kind);

    std::unique_ptr<test::TestIdentity> m_identity;
    User m_ann;
    Project m_lab;
    Project m_shop;
};

void tst_TokenAuthenticator::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().message + identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(QStringLiteral("ann"));
    m_lab = m_identity->addProject(QStringLiteral("lab"));
    m_shop = m_identity->addProject(QStringLiteral("shop"));
    m_identity->addMember(m_lab, m_ann, Role::Member);
    m_identity->addMember(m_shop, m_ann, Role::Manager);
    m_identity->setDefaultProject(m_ann, m_lab.id);
}

QByteArray tst_TokenAuthenticator::tokenOf(const QString &kind)
{
    if (kind == QStringLiteral("synnefo"))
        return m_identity->synnefoToken(m_ann);
    if (kind == QStringLiteral("unscoped"))
        return m_identity->unscopedToken(m_ann);
    if (kind == QStringLiteral("project"))
        return m_identity->projectToken(m_ann, m_shop.id);
    NewCredential readOnly;
    readOnly.roles = QList<RoleRef> { { {}, QStringLiteral("reader") } };
    return m_identity->credentialToken(m_identity->addCredential(m_ann, m_shop.id, readOnly));
}

void tst_TokenAuthenticator::aBadTokenIsNobody_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("never issued") << QByteArray(43, 'x');
    QTest::newRow("not text") << QByteArray("\xff\x00\xfe", 3);
    QTest::newRow("longer than any") << QByteArray(100'000, 'x');
}

void tst_TokenAuthenticator::aBadTokenIsNobody()
{
    QFETCH(QByteArray, token);
    for (const Face face : { Face::Synnefo, Face::OpenStack }) {
        const auto caller = m_identity->caller(token, face);
        QVERIFY(!caller);
        QCOMPARE(caller.error().code, ErrorCode::Unauthenticated);
    }
}

void tst_TokenAuthenticator::aTokenNeverGainsByChangingFace_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<Face>("face");
    QTest::addColumn<QString>("project"); // charged
    QTest::addColumn<QStringList>("scope"); // "name: roles"
    const QString lab = QStringLiteral("lab: reader member");
    const QString shop = QStringLiteral("shop: reader member manager");
    const QString own = QStringLiteral("ann: reader member");
    QTest::newRow("unscoped in OpenStack")
        << QStringLiteral("unscoped") << Face::OpenStack << QString() << QStringList();
    QTest::newRow("unscoped in Synnefo")
        << QStringLiteral("unscoped") << Face::Synnefo << QString() << QStringList();
    QTest::newRow("project in OpenStack")
        << QStringLiteral("project") << Face::OpenStack << QStringLiteral("shop") << QStringList { shop };
    QTest::newRow("project in Synnefo")
        << QStringLiteral("project") << Face::Synnefo << QStringLiteral("shop") << QStringList { shop };
    QTest::newRow("credential in OpenStack")
        << QStringLiteral("credential") << Face::OpenStack << QStringLiteral("shop")
        << QStringList { QStringLiteral("shop: reader") };
    QTest::newRow("credential in Synnefo")
        << QStringLiteral("credential") << Face::Synnefo << QStringLiteral("shop")
        << QStringList { QStringLiteral("shop: reader") };
    QTest::newRow("synnefo in OpenStack")
        << QStringLiteral("synnefo") << Face::OpenStack << QStringLiteral("lab") << QStringList { lab };
    QTest::newRow("synnefo in Synnefo") << QStringLiteral("synnefo") << Face::Synnefo << QStringLiteral("lab")
                                        << QStringList { own, lab, shop };
}

void tst_TokenAuthenticator::aTokenNeverGainsByChangingFace()
{
    QFETCH(QString, kind);
    QFETCH(Face, face);
    QFETCH(QString, project);
    QFETCH(QStringList, scope);
    const QHash<ProjectId, QString> names { { m_lab.id, QStringLiteral("lab") },
        { m_shop.id, QStringLiteral("shop") }, { m_ann.systemProject(), QStringLiteral("ann") } };
    const auto caller = m_identity->caller(tokenOf(kind), face);
    QVERIFY(caller);
    QCOMPARE(caller->user, m_ann.id);
    QCOMPARE(caller->userName, QStringLiteral("ann"));
    QCOMPARE(caller->face, face);
    QCOMPARE(caller->project.has_value(), !project.isEmpty());
    QCOMPARE(names.value(caller->project.value_or(ProjectId())), project);
    QStringList found;
    for (auto it = caller->scope.cbegin(); it != caller->scope.cend(); ++it)
        found.append(names.value(it.key()) + QStringLiteral(": ") + roleNames(it.value()).join(u' '));
    found.sort();
    QCOMPARE(found, scope);
    QVERIFY(!caller->isAdmin);
}

void tst_TokenAuthenticator::adminCountsWhereTheTokenCarriesIt_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<Face>("face");
    QTest::addColumn<bool>("isAdmin");
    // ann is admin in "shop" only, and "lab" is her default.
    QTest::newRow("unscoped") << QStringLiteral("unscoped") << Face::OpenStack << false;
    QTest::newRow("synnefo token in OpenStack: lab") << QStringLiteral("synnefo") << Face::OpenStack << false;
    QTest::newRow("credential that reads only") << QStringLiteral("credential") << Face::Synnefo << false;
    QTest::newRow("token for shop") << QStringLiteral("project") << Face::OpenStack << true;
    QTest::newRow("token for shop in Synnefo") << QStringLiteral("project") << Face::Synnefo << true;
    QTest::newRow("synnefo token: everywhere") << QStringLiteral("synnefo") << Face::Synnefo << true;
}

void tst_TokenAuthenticator::adminCountsWhereTheTokenCarriesIt()
{
    QFETCH(QString, kind);
    QFETCH(Face, face);
    QFETCH(bool, isAdmin);
    m_identity->addMember(m_shop, m_ann, Role::Admin);
    const auto caller = m_identity->caller(tokenOf(kind), face);
    QVERIFY(caller);
    QCOMPARE(caller->isAdmin, isAdmin);
}

void tst_TokenAuthenticator::aRestrictedCredentialSaysSo()
{
    NewCredential free;
    free.isUnrestricted = true;
    const auto restricted = m_identity->addCredential(m_ann, m_lab.id);
    const auto unrestricted = m_identity->addCredential(m_ann, m_shop.id, free);
    QVERIFY(m_identity->caller(m_identity->credentialToken(restricted), Face::OpenStack)->isRestricted);
    QVERIFY(!m_identity->caller(m_identity->credentialToken(unrestricted), Face::OpenStack)->isRestricted);
    QVERIFY(!m_identity->caller(m_identity->synnefoToken(m_ann), Face::OpenStack)->isRestricted);
}

void tst_TokenAuthenticator::aSuspendedDefaultProject()
{
    const QByteArray token = m_identity->synnefoToken(m_ann);
    m_identity->write([=, this](Transaction &t) { return ProjectStore::setEnabled(t, m_lab.id, false); });
    // In the OpenStack face it has nowhere to act.
    QCOMPARE(m_identity->caller(token, Face::OpenStack).error().code, ErrorCode::Unauthenticated);
    // In the Synnefo face the rest stays, and what is new goes to the user's own project.
    const auto caller = m_identity->caller(token, Face::Synnefo);
    QVERIFY(caller);
    QCOMPARE(*caller->project, m_ann.systemProject());
    QVERIFY(!caller->scope.contains(m_lab.id));
    QVERIFY(caller->scope.contains(m_shop.id));
    m_identity->write(
        [=, this](Transaction &t) { return ProjectStore::setEnabled(t, m_ann.systemProject(), false); });
    QCOMPARE(m_identity->caller(token, Face::Synnefo).error().code, ErrorCode::Unauthenticated);
}

void tst_TokenAuthenticator::theDefaultProjectIsThatOfTheMoment()
{
    const QByteArray token = m_identity->synnefoToken(m_ann);
    QCOMPARE(*m_identity->caller(token, Face::OpenStack)->project, m_lab.id);
    m_identity->setDefaultProject(m_ann, m_shop.id);
    QCOMPARE(*m_identity->caller(token, Face::OpenStack)->project, m_shop.id);
    // Leaving it puts the system project in its place.
    m_identity->write([this](Transaction &t) { return Accounts::removeMember(t, m_shop, m_ann); });
    QCOMPARE(*m_identity->caller(token, Face::OpenStack)->project, m_ann.systemProject());
}

// Another process takes the token away: nobody tells this one.
void tst_TokenAuthenticator::aTokenIsRememberedForASecond()
{
    const QByteArray token = m_identity->projectToken(m_ann, m_lab.id);
    TokenAuthenticator authenticator(m_identity->context());
    QVERIFY(authenticator.authenticate(token, Face::OpenStack));
    m_identity->write([=](Transaction &t) { return TokenStore::remove(t, sha256(token)); });
    m_identity->clock().advanceMs(999);
    QVERIFY(authenticator.authenticate(token, Face::OpenStack));
    QVERIFY(!authenticator.authenticate(token, Face::Synnefo)); // remembered for the other face only
    m_identity->clock().advanceMs(1);
    QVERIFY(!authenticator.authenticate(token, Face::OpenStack));
}

void tst_TokenAuthenticator::revokingEmptiesTheMemory()
{
    const QByteArray token = m_identity->projectToken(m_ann, m_lab.id);
    TokenAuthenticator authenticator(m_identity->context());
    const auto caller = authenticator.authenticate(token, Face::OpenStack);
    QVERIFY(caller);
    QVERIFY(test::waitFor(m_identity->service().revokeToken(*caller, token)));
    QVERIFY(!authenticator.authenticate(token, Face::OpenStack));
}

void tst_TokenAuthenticator::aRememberedTokenStillExpires()
{
    const QByteArray token = m_identity->projectToken(m_ann, m_lab.id);
    TokenAuthenticator authenticator(m_identity->context());
    m_identity->clock().advanceMs(m_identity->context().settings().tokenLifeMs - 10);
    QVERIFY(authenticator.authenticate(token, Face::OpenStack));
    m_identity->clock().advanceMs(10);
    QVERIFY(!authenticator.authenticate(token, Face::OpenStack));
}

NEPHELE_TEST(tst_TokenAuthenticator)
#include "tst_tokenauthenticator.moc"
