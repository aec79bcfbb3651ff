// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/passwordrules.h"

#include "server/identity/peopleservice.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;
using test::waitFor;

class tst_PasswordRules : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void aPasswordFitsOrIsTold_data();
    void aPasswordFitsOrIsTold();
    void nothingIsAskedUnlessConfigured();
    void guessingLocksTheAccount();
    void aRightPasswordForgivesGuesses();
    void someAreNeverLocked();
    void formerPasswordsAreRefused();
    void anAdministratorMayRepeatAPassword();
    void aPasswordEndsItsLife();
    void theFirstPasswordOpensItsOwnChangeOnly();
    void aYoungPasswordStays();
    void aLockedPasswordStays();

private:
    void open(const PasswordRules &rules);
    ErrorCode signIn(const QString &password);
    Result<> change(const QString &original, const QString &wanted);
    Result<User> administer(const PersonChange &wanted);
    static PersonChange newPassword(const QString &password);
    static PersonChange option(const char *name);

    static constexpr ErrorCode fine = ErrorCode::Internal; // none of the refusals looked for
    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<PeopleService> m_people;
    User m_ann;
};

void tst_PasswordRules::open(const PasswordRules &rules)
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    m_people.reset();
    auto settings = test::TestIdentity::cheapSettings();
    settings.passwords = rules;
    settings.throttle.freeFailures = 1000; // the other brake is not what is tested
    auto identity = test::TestIdentity::open(engine, settings);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_people = std::make_unique<PeopleService>(m_identity->context());
    m_ann = m_identity->addUser(u"ann"_s);
}

ErrorCode tst_PasswordRules::signIn(const QString &password)
{
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(u"ann"_s);
    wanted.password = password;
    const auto token = waitFor(m_identity->service().signIn(wanted));
    return token ? fine : token.error().code;
}

Result<> tst_PasswordRules::change(const QString &original, const QString &wanted)
{
    return waitFor(
        m_identity->service().changePassword(Caller(), m_ann.id.text(), original, wanted, QHostAddress()));
}

Result<User> tst_PasswordRules::administer(const PersonChange &wanted)
{
    Caller admin;
    admin.user = UserId::create();
    admin.isAdmin = true;
    return waitFor(m_people->changeUser(admin, m_ann.id.text(), wanted));
}

PersonChange tst_PasswordRules::newPassword(const QString &password)
{
    PersonChange wanted;
    wanted.password = password;
    return wanted;
}

PersonChange tst_PasswordRules::option(const char *name)
{
    PersonChange wanted;
    wanted.change.options.insert(QString::fromLatin1(name), QByteArray("true"));
    return wanted;
}

void tst_PasswordRules::aPasswordFitsOrIsTold_data()
{
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("told"); // empty: it will do
    QTest::newRow("no rule") << 0 << QString() << u"x"_s << QString();
    QTest::newRow("too short") << 8 << QString() << u"1234567"_s << u"8 characters"_s;
    QTest::newRow("just long enough") << 8 << QString() << u"12345678"_s << QString();
    QTest::newRow("against the pattern") << 0 << u"(?=.*\\d).{4,}"_s << u"abcd"_s << u"a digit"_s;
    QTest::newRow("a part only") << 0 << u"\\d+"_s << u"a1"_s << u"a digit"_s;
    QTest::newRow("in the pattern") << 0 << u"(?=.*\\d).{4,}"_s << u"abc1"_s << QString();
}

void tst_PasswordRules::aPasswordFitsOrIsTold()
{
    QFETCH(int, length);
    QFETCH(QString, pattern);
    QFETCH(QString, password);
    QFETCH(QString, told);
    PasswordRules rules;
    rules.leastLength = length;
    rules.pattern = pattern;
    rules.patternHelp = u"a digit"_s;
    const auto wrong = rules.wrongPassword(password);
    QCOMPARE(wrong.has_value(), !told.isEmpty());
    QVERIFY(!wrong || (wrong->code == ErrorCode::Invalid && wrong->message.contains(told)));
    open(rules);
    QCOMPARE(change(u"ann-password"_s, password).ok(), told.isEmpty());
    QCOMPARE(administer(newPassword(password)).ok(), told.isEmpty());
}

void tst_PasswordRules::nothingIsAskedUnlessConfigured()
{
    open({});
    for (int i = 0; i < 12; ++i)
        QCOMPARE(signIn(u"wrong"_s), ErrorCode::Unauthenticated);
    QCOMPARE(signIn(u"ann-password"_s), fine);
    QVERIFY(change(u"ann-password"_s, u"ann-password"_s));
    m_identity->clock().advanceMs(qint64(10 * 365) * 24 * 3'600'000);
    QCOMPARE(signIn(u"ann-password"_s), fine);
}

void tst_PasswordRules::guessingLocksTheAccount()
{
    PasswordRules rules;
    rules.lockAfterFailures = 3;
    rules.lockMs = 60'000;
    open(rules);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(signIn(u"wrong"_s), ErrorCode::Unauthenticated);
    QCOMPARE(signIn(u"ann-password"_s), ErrorCode::Unauthenticated);
    QCOMPARE(change(u"ann-password"_s, u"new"_s).error().code, ErrorCode::Unauthenticated);
    m_identity->clock().advanceMs(59'999);
    QCOMPARE(signIn(u"ann-password"_s), ErrorCode::Unauthenticated); // trying did not make it longer
    m_identity->clock().advanceMs(2);
    QCOMPARE(signIn(u"ann-password"_s), fine);
}

void tst_PasswordRules::aRightPasswordForgivesGuesses()
{
    PasswordRules rules;
    rules.lockAfterFailures = 3;
    open(rules);
    for (int round = 0; round < 3; ++round) {
        QCOMPARE(signIn(u"wrong"_s), ErrorCode::Unauthenticated);
        QCOMPARE(signIn(u"wrong"_s), ErrorCode::Unauthenticated);
        QCOMPARE(signIn(u"ann-password"_s), fine);
    }
}

void tst_PasswordRules::someAreNeverLocked()
{
    PasswordRules rules;
    rules.lockAfterFailures = 1;
    open(rules);
    QVERIFY(administer(option("ignore_lockout_failure_attempts")));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(signIn(u"wrong"_s), ErrorCode::Unauthenticated);
    QCOMPARE(signIn(u"ann-password"_s), fine);
}

void tst_PasswordRules::formerPasswordsAreRefused()
{
    PasswordRules rules;
    rules.formerRefused = 3;
    open(rules);
    const QStringList used { u"ann-password"_s, u"one"_s, u"two"_s, u"three"_s };
    QCOMPARE(change(used.at(0), used.at(0)).error(), PasswordRules::usedBefore());
    for (int i = 0; i < 3; ++i)
        QVERIFY(change(used.at(i), used.at(i + 1)));
    for (const QString &password : { used.at(3), used.at(2), used.at(1) })
        QCOMPARE(change(used.at(3), password).error(), PasswordRules::usedBefore());
    QVERIFY(change(used.at(3), used.at(0))); // long enough ago
}

void tst_PasswordRules::anAdministratorMayRepeatAPassword()
{
    PasswordRules rules;
    rules.formerRefused = 3;
    open(rules);
    QVERIFY(administer(newPassword(u"ann-password"_s)));
    QCOMPARE(signIn(u"ann-password"_s), fine);
}

void tst_PasswordRules::aPasswordEndsItsLife()
{
    PasswordRules rules;
    rules.lifeDays = 30;
    open(rules);
    QVERIFY(change(u"ann-password"_s, u"fresh"_s));
    m_identity->clock().advanceMs(qint64(30) * 24 * 3'600'000 - 1000);
    QCOMPARE(signIn(u"fresh"_s), fine);
    m_identity->clock().advanceMs(2000);
    QCOMPARE(signIn(u"fresh"_s), ErrorCode::Unauthenticated);
    QVERIFY(change(u"fresh"_s, u"fresher"_s)); // the one thing it still opens
    QCOMPARE(signIn(u"fresher"_s), fine);
}

void tst_PasswordRules::theFirstPasswordOpensItsOwnChangeOnly()
{
    PasswordRules rules;
    rules.mustChangeFirst = true;
    rules.leastAgeDays = 1;
    open(rules);
    QVERIFY(administer(newPassword(u"handed out"_s)));
    QCOMPARE(signIn(u"handed out"_s), ErrorCode::Unauthenticated);
    QVERIFY(change(u"handed out"_s, u"my own"_s));
    QCOMPARE(signIn(u"my own"_s), fine);
    QVERIFY(administer(option("ignore_change_password_upon_first_use")));
    QVERIFY(administer(newPassword(u"handed out"_s)));
    QCOMPARE(signIn(u"handed out"_s), fine);
}

void tst_PasswordRules::aYoungPasswordStays()
{
    PasswordRules rules;
    rules.leastAgeDays = 2;
    open(rules);
    QVERIFY(administer(newPassword(u"new"_s)));
    QCOMPARE(change(u"new"_s, u"newer"_s).error().code, ErrorCode::Invalid);
    m_identity->clock().advanceMs(qint64(2) * 24 * 3'600'000 + 1000);
    QVERIFY(change(u"new"_s, u"newer"_s));
}

void tst_PasswordRules::aLockedPasswordStays()
{
    open({});
    QVERIFY(administer(option("lock_password")));
    QCOMPARE(change(u"ann-password"_s, u"new"_s).error().code, ErrorCode::Forbidden);
    QVERIFY(administer(newPassword(u"new"_s)));
    QCOMPARE(signIn(u"new"_s), fine);
}

NEPHELE_TEST(tst_PasswordRules)
#include "tst_passwordrules.moc"
