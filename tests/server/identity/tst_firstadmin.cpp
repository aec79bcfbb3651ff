// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/firstadmin.h"

#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using test::waitFor;

class tst_FirstAdmin : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void hisPasswordIsToldOnce();
    void heIsAdministratorInBothFaces();
    void aNewKeyTakesThePlaceOfTheOldOne();
    void onceDeletedHeStaysDeleted();

private:
    Result<FirstAdmin> ensure() { return ensureFirstAdmin(m_identity->database(), ScryptCost::cheapest()); }
    std::unique_ptr<test::TestIdentity> m_identity;
};

void tst_FirstAdmin::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().message + identity.error().detail));
    m_identity = std::move(*identity);
}

void tst_FirstAdmin::hisPasswordIsToldOnce()
{
    const auto first = ensure();
    QVERIFY(first);
    QVERIFY(first->password && first->password->size() >= 20);
    QVERIFY(first->hasFirstPassword);
    const auto again = ensure();
    QVERIFY(again);
    QVERIFY(!again->password);
    QVERIFY(!again->synnefoToken);
    QVERIFY(again->hasFirstPassword);
    QCOMPARE(again->user, first->user);
    QCOMPARE(again->projectName, QStringLiteral("admin"));
}

void tst_FirstAdmin::heIsAdministratorInBothFaces()
{
    const auto admin = ensure();
    QVERIFY(m_identity->caller(*admin->synnefoToken, Face::Synnefo)->isAdmin);
    QVERIFY(m_identity->caller(*admin->synnefoToken, Face::OpenStack)->isAdmin);
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(admin->userName);
    wanted.password = *admin->password;
    wanted.scope = { ScopeWanted::Kind::Project, NameRef::byName(admin->projectName) };
    const auto issued = waitFor(m_identity->service().signIn(wanted));
    QVERIFY(issued);
    QVERIFY(m_identity->caller(issued->secret, Face::OpenStack)->isAdmin);
}

void tst_FirstAdmin::aNewKeyTakesThePlaceOfTheOldOne()
{
    const auto admin = ensure();
    const auto first = waitFor(renewAdminKey(m_identity->database(), admin->user));
    const auto second = waitFor(renewAdminKey(m_identity->database(), admin->user));
    QVERIFY(first && second);
    const auto signIn = [this](const AdminKey &key) {
        CredentialSignIn wanted;
        wanted.id = key.credential.text();
        wanted.secret = QString::fromLatin1(key.secret);
        return waitFor(m_identity->service().signIn(wanted));
    };
    QCOMPARE(signIn(*first).error().code, ErrorCode::Unauthenticated);
    const auto issued = signIn(*second);
    QVERIFY(issued);
    const auto caller = m_identity->caller(issued->secret, Face::OpenStack);
    QVERIFY(caller->isAdmin);
    QVERIFY(!caller->isRestricted);
    QVERIFY(m_identity->caller(second->synnefoToken, Face::Synnefo)->isAdmin);
}

void tst_FirstAdmin::onceDeletedHeStaysDeleted()
{
    const auto admin = ensure();
    m_identity->write([&](Transaction &t) -> Result<> {
        const auto user = UserStore::find(t, admin->user);
        return user ? Accounts::removeUser(t, **user) : Result<>(user.error());
    });
    const auto again = ensure();
    QVERIFY(again);
    QVERIFY(again->user.isNull());
    QVERIFY(!again->password);
    QCOMPARE(waitFor(renewAdminKey(m_identity->database(), admin->user)).error().code, ErrorCode::NotFound);
}

NEPHELE_TEST(tst_FirstAdmin)
#include "tst_firstadmin.moc"
