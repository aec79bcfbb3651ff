// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identityservice.h"

#include "model/identity/role.h"
#include "model/identity/tokenstore.h"
#include "model/quota/quotastore.h"
#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using test::waitFor;

// ann is a member of "lab"; "shop" is not hers.
class tst_IdentityService : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void aRefusedSignInNeverSaysWhy_data();
    void aRefusedSignInNeverSaysWhy();
    void aSignInReachesWhatItAsksFor_data();
    void aSignInReachesWhatItAsksFor();
    void aDisabledDefaultProjectLeavesTheTokenUnscoped();
    void repeatedFailuresAreSlowedDown();
    void howTheUserIsNamedMakesNoDifferenceToTheThrottle();
    void aFullPoolIsNotAFailedSignIn();
    void aCredentialSecretMustFit_data();
    void aCredentialSecretMustFit();
    void aChosenSecretIsHashedSlowly();
    void aCredentialEndsWithItsTime();
    void rescopingKeepsTheEndAndTheHistory();
    void rescopingStaysWithinACredential_data();
    void rescopingStaysWithinACredential();
    void othersTokensAreUnknown();
    void changingThePasswordEndsEveryToken();
    void whoKnowsThePasswordChangesIt();
    void theFirstPasswordIsRemembered();
    void aUserWithThingsStays();
    void aProjectWithThingsStays();
    void aSystemProjectTakesTheNameThatIsFree();

private:
    PasswordSignIn password(const QString &name, const QString &secret) const;
    Caller callerOf(const QByteArray &token);

    std::unique_ptr<test::TestIdentity> m_identity;
    User m_ann;
    Project m_lab;
    Project m_shop;
};

void tst_IdentityService::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().message + identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(QStringLiteral("ann"));
    m_lab = m_identity->addProject(QStringLiteral("lab"));
    m_shop = m_identity->addProject(QStringLiteral("shop"));
    m_identity->addMember(m_lab, m_ann, Role::Member);
}

PasswordSignIn tst_IdentityService::password(const QString &name, const QString &secret) const
{
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(name);
    wanted.password = secret;
    wanted.peer = QHostAddress(QStringLiteral("192.0.2.1"));
    return wanted;
}

Caller tst_IdentityService::callerOf(const QByteArray &token)
{
    const auto caller = m_identity->caller(token, Face::OpenStack);
    return caller ? *caller : Caller();
}

void tst_IdentityService::aRefusedSignInNeverSaysWhy_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("secret");
    QTest::addColumn<QString>("project"); // empty: the default
    QTest::addColumn<QByteArray>("statement"); // what happened before
    const QString right = QStringLiteral("ann-password");
    const QByteArray nothing;
    QTest::newRow("unknown user") << "nobody" << right << QString() << nothing;
    QTest::newRow("no user at all") << "" << right << QString() << nothing;
    QTest::newRow("wrong password") << "ann"
                                    << "other" << QString() << nothing;
    QTest::newRow("empty password") << "ann"
                                    << "" << QString() << nothing;
    QTest::newRow("the hash as password") << "ann"
                                          << "scrypt$1$1$1$$" << QString() << nothing;
    QTest::newRow("user without a password")
        << "ann"
        << "" << QString() << QByteArray("UPDATE identity_user SET password_hash = ''");
    QTest::newRow("user disabled") << "ann" << right << QString()
                                   << QByteArray("UPDATE identity_user SET enabled = 0");
    QTest::newRow("domain disabled") << "ann" << right << QString()
                                     << QByteArray("UPDATE domain SET enabled = 0");
    QTest::newRow("unknown project") << "ann" << right << "nowhere" << nothing;
    QTest::newRow("somebody else's project") << "ann" << right << "shop" << nothing;
    QTest::newRow("project disabled")
        << "ann" << right << "lab" << QByteArray("UPDATE project SET enabled = 0");
    QTest::newRow("not accepted yet")
        << "ann" << right << "lab" << QByteArray("UPDATE membership SET state = 'requested'");
}

void tst_IdentityService::aRefusedSignInNeverSaysWhy()
{
    QFETCH(QString, name);
    QFETCH(QString, secret);
    QFETCH(QString, project);
    QFETCH(QByteArray, statement);
    if (!statement.isEmpty())
        m_identity->write([=](Transaction &t) { return t.execute(statement); });
    PasswordSignIn wanted = password(name, secret);
    if (!project.isEmpty())
        wanted.scope = { ScopeWanted::Kind::Project, NameRef::byName(project) };
    const auto issued = waitFor(m_identity->service().signIn(wanted));
    QVERIFY(!issued);
    QCOMPARE(issued.error().code, ErrorCode::Unauthenticated);
    QCOMPARE(issued.error().message, signInRefused().message);
    // Nothing is left of it.
    const auto tokens = m_identity->database().read([](ReadTransaction &t) {
        return t.row("SELECT COUNT(*) FROM token", {}, [](const Row &row) { return row.integer(0); });
    });
    QCOMPARE(**tokens, 0);
}

void tst_IdentityService::aSignInReachesWhatItAsksFor_data()
{
    QTest::addColumn<ScopeWanted::Kind>("kind");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("project"); // the name reached; empty: none
    using Kind = ScopeWanted::Kind;
    QTest::newRow("nothing") << Kind::Nothing << QString() << QString();
    QTest::newRow("the default is the system project at first")
        << Kind::Default << QString() << QStringLiteral("ann");
    QTest::newRow("a project by name") << Kind::Project << QStringLiteral("lab") << QStringLiteral("lab");
}

void tst_IdentityService::aSignInReachesWhatItAsksFor()
{
    QFETCH(ScopeWanted::Kind, kind);
    QFETCH(QString, asked);
    QFETCH(QString, project);
    PasswordSignIn wanted = password(QStringLiteral("ANN"), QStringLiteral("ann-password"));
    wanted.scope = { kind, NameRef::byName(asked) };
    const auto issued = waitFor(m_identity->service().signIn(wanted));
    QVERIFY(issued);
    QCOMPARE(issued->details.project ? issued->details.project->name : QString(), project);
    const Token &token = issued->details.token;
    QCOMPARE(token.hash, sha256(issued->secret));
    QCOMPARE(token.methods, QStringList { QStringLiteral("password") });
    QCOMPARE(token.issuedAtMs, test::TestIdentity::startMs);
    QCOMPARE(token.expiresAtMs - token.issuedAtMs, 24 * 3'600'000);
}

void tst_IdentityService::aDisabledDefaultProjectLeavesTheTokenUnscoped()
{
    m_identity->setDefaultProject(m_ann, m_lab.id);
    m_identity->write([this](Transaction &t) { return ProjectStore::setEnabled(t, m_lab.id, false); });
    const auto issued = waitFor(
        m_identity->service().signIn(password(QStringLiteral("ann"), QStringLiteral("ann-password"))));
    QVERIFY(issued);
    QCOMPARE(issued->details.token.kind, TokenKind::Unscoped);
}

void tst_IdentityService::repeatedFailuresAreSlowedDown()
{
    auto &service = m_identity->service();
    const auto wrong = password(QStringLiteral("ann"), QStringLiteral("other"));
    const auto right = password(QStringLiteral("ann"), QStringLiteral("ann-password"));
    for (int i = 0; i < 5; ++i)
        QCOMPARE(waitFor(service.signIn(wrong)).error().code, ErrorCode::Unauthenticated);
    QCOMPARE(waitFor(service.signIn(wrong)).error().code, ErrorCode::TooManyRequests);
    // Else the right password could be told from the answer.
    const auto refused = waitFor(service.signIn(right));
    QCOMPARE(refused.error().code, ErrorCode::TooManyRequests);
    QCOMPARE(refused.error().retryAfterSeconds, 1);
    // From elsewhere it still opens.
    auto elsewhere = right;
    elsewhere.peer = QHostAddress(QStringLiteral("192.0.2.2"));
    QVERIFY(waitFor(service.signIn(elsewhere)));
    m_identity->clock().advanceMs(1000);
    QVERIFY(waitFor(service.signIn(right)));
    QCOMPARE(waitFor(service.signIn(wrong)).error().code, ErrorCode::Unauthenticated);
}

void tst_IdentityService::howTheUserIsNamedMakesNoDifferenceToTheThrottle()
{
    auto byId = password({}, QStringLiteral("other"));
    byId.user = NameRef::byId(m_ann.id.text());
    const QStringList names { QStringLiteral("ann"), QStringLiteral("Ann"), QStringLiteral("ANN") };
    for (const QString &name : names)
        (void)waitFor(m_identity->service().signIn(password(name, QStringLiteral("other"))));
    (void)waitFor(m_identity->service().signIn(byId));
    (void)waitFor(m_identity->service().signIn(byId));
    QCOMPARE(waitFor(m_identity->service().signIn(byId)).error().code, ErrorCode::TooManyRequests);
}

void tst_IdentityService::aFullPoolIsNotAFailedSignIn()
{
    PasswordPool none(ScryptCost::cheapest(), 0);
    const auto refused = waitFor(none.check(QStringLiteral("a"), {}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unavailable);
    QVERIFY(refused.error().retryAfterSeconds > 0);
}

void tst_IdentityService::aCredentialSecretMustFit_data()
{
    QTest::addColumn<bool>("isChosen");
    QTest::newRow("made up") << false;
    QTest::newRow("chosen") << true;
}

void tst_IdentityService::aCredentialSecretMustFit()
{
    QFETCH(bool, isChosen);
    NewCredential chosen;
    chosen.secret = isChosen ? QStringLiteral("letmein") : QString();
    const auto made = m_identity->addCredential(m_ann, m_lab.id, chosen);
    CredentialSignIn wanted;
    wanted.id = made.credential.id.text();
    wanted.secret = QStringLiteral("wrong");
    const auto wrong = waitFor(m_identity->service().signIn(wanted));
    QCOMPARE(wrong.error().code, ErrorCode::Unauthenticated);
    QCOMPARE(wrong.error().message, signInRefused().message);
    wanted.id = CredentialId::create().text();
    wanted.secret = made.secret;
    QCOMPARE(waitFor(m_identity->service().signIn(wanted)).error().message, signInRefused().message);
    // By its name and its user.
    CredentialSignIn named;
    named.name = made.credential.name;
    named.user = NameRef::byName(QStringLiteral("ann"));
    named.secret = made.secret;
    const auto issued = waitFor(m_identity->service().signIn(named));
    QVERIFY(issued);
    QCOMPARE(issued->details.token.kind, TokenKind::Credential);
    QCOMPARE(issued->details.project->id, m_lab.id);
    named.user = NameRef::byName(QStringLiteral("nobody"));
    QCOMPARE(waitFor(m_identity->service().signIn(named)).error().message, signInRefused().message);
}

void tst_IdentityService::aChosenSecretIsHashedSlowly()
{
    NewCredential chosen;
    chosen.secret = QStringLiteral("letmein");
    (void)m_identity->addCredential(m_ann, m_lab.id, chosen);
    const auto hash = m_identity->database().read([](ReadTransaction &t) {
        return t.row(
            "SELECT secret_hash FROM application_credential", {}, [](const Row &row) { return row.text(0); });
    });
    QVERIFY(isSlowHash(**hash));
}

void tst_IdentityService::aCredentialEndsWithItsTime()
{
    NewCredential shortLived;
    shortLived.expiresAtMs = test::TestIdentity::startMs + 5000;
    const auto made = m_identity->addCredential(m_ann, m_lab.id, shortLived);
    const QByteArray token = m_identity->credentialToken(made);
    QCOMPARE(callerOf(token).expiresAtMs, *shortLived.expiresAtMs);
    m_identity->clock().advanceMs(5000);
    QVERIFY(!m_identity->caller(token, Face::OpenStack));
    CredentialSignIn late;
    late.id = made.credential.id.text();
    late.secret = made.secret;
    QCOMPARE(waitFor(m_identity->service().signIn(late)).error().code, ErrorCode::Unauthenticated);
}

void tst_IdentityService::rescopingKeepsTheEndAndTheHistory()
{
    const QByteArray parent = m_identity->unscopedToken(m_ann);
    m_identity->clock().advanceMs(3'600'000);
    const auto issued = waitFor(m_identity->service().signIn(
        TokenSignIn { parent, { ScopeWanted::Kind::Project, NameRef::byName(QStringLiteral("lab")) } }));
    QVERIFY(issued);
    const Token &token = issued->details.token;
    QCOMPARE(token.expiresAtMs, test::TestIdentity::startMs + 24 * 3'600'000);
    QCOMPARE(token.methods, (QStringList { QStringLiteral("token"), QStringLiteral("password") }));
    QCOMPARE(token.parentAuditId, m_identity->service().goodToken(parent)->token.auditId);
    // A token that is not good makes none.
    const auto refused =
        waitFor(m_identity->service().signIn(TokenSignIn { QByteArray(43, 'x'), ScopeWanted() }));
    QCOMPARE(refused.error().code, ErrorCode::NotFound);
}

void tst_IdentityService::rescopingStaysWithinACredential_data()
{
    QTest::addColumn<bool>("isUnrestricted");
    QTest::addColumn<QString>("project"); // empty: the default
    QTest::addColumn<bool>("issued");
    QTest::newRow("restricted makes none") << false << QString() << false;
    QTest::newRow("restricted, its own project") << false << QStringLiteral("lab") << false;
    QTest::newRow("unrestricted, another project") << true << QStringLiteral("ann") << false;
    QTest::newRow("unrestricted, its own project") << true << QStringLiteral("lab") << true;
    QTest::newRow("unrestricted, unasked") << true << QString() << true;
}

void tst_IdentityService::rescopingStaysWithinACredential()
{
    QFETCH(bool, isUnrestricted);
    QFETCH(QString, project);
    QFETCH(bool, issued);
    NewCredential wanted;
    wanted.isUnrestricted = isUnrestricted;
    wanted.roles = QList<RoleRef> { { {}, QStringLiteral("reader") } };
    const QByteArray parent = m_identity->credentialToken(m_identity->addCredential(m_ann, m_lab.id, wanted));
    ScopeWanted scope;
    if (!project.isEmpty())
        scope = { ScopeWanted::Kind::Project, NameRef::byName(project) };
    const auto token = waitFor(m_identity->service().signIn(TokenSignIn { parent, scope }));
    QCOMPARE(token.ok(), issued);
    if (!issued)
        return;
    QCOMPARE(token->details.token.kind, TokenKind::Credential);
    QCOMPARE(token->details.roles, Roles(Role::Reader));
}

void tst_IdentityService::othersTokensAreUnknown()
{
    const User bob = m_identity->addUser(QStringLiteral("bob"));
    const User root = m_identity->addUser(QStringLiteral("root"), Role::Admin);
    const QByteArray annsToken = m_identity->projectToken(m_ann, m_lab.id);
    const Caller asBob = callerOf(m_identity->projectToken(bob, bob.systemProject()));
    const Caller asRoot = callerOf(m_identity->projectToken(root, root.systemProject()));
    auto &service = m_identity->service();
    QCOMPARE(service.inspectToken(asBob, annsToken).error().code, ErrorCode::NotFound);
    QCOMPARE(waitFor(service.revokeToken(asBob, annsToken)).error().code, ErrorCode::NotFound);
    QCOMPARE(service.inspectToken(asBob, QByteArray(43, 'x')).error().message,
        service.inspectToken(asBob, annsToken).error().message);
    QVERIFY(service.inspectToken(asRoot, annsToken));
    QVERIFY(waitFor(service.revokeToken(asRoot, annsToken)));
    QCOMPARE(service.inspectToken(asRoot, annsToken).error().code, ErrorCode::NotFound);
}

void tst_IdentityService::changingThePasswordEndsEveryToken()
{
    const QByteArray scoped = m_identity->projectToken(m_ann, m_lab.id);
    const QByteArray synnefo = m_identity->synnefoToken(m_ann);
    const auto credential = m_identity->addCredential(m_ann, m_lab.id);
    const Caller ann = callerOf(scoped);
    auto &service = m_identity->service();
    const QHostAddress peer(QStringLiteral("192.0.2.1"));
    const auto change = [&](const QString &original, const QString &wanted) {
        return waitFor(service.changePassword(ann, m_ann.id.text(), original, wanted, peer));
    };
    QCOMPARE(change(QStringLiteral("wrong"), QStringLiteral("new")).error().code, ErrorCode::Unauthenticated);
    QVERIFY(m_identity->caller(scoped, Face::OpenStack));
    QVERIFY(change(QStringLiteral("ann-password"), QStringLiteral("new")));
    QVERIFY(!m_identity->caller(scoped, Face::OpenStack));
    QVERIFY(!m_identity->caller(synnefo, Face::Synnefo));
    QVERIFY(!waitFor(service.signIn(password(QStringLiteral("ann"), QStringLiteral("ann-password")))));
    QVERIFY(waitFor(service.signIn(password(QStringLiteral("ann"), QStringLiteral("new")))));
    (void)m_identity->credentialToken(credential); // programs go on working
}

void tst_IdentityService::whoKnowsThePasswordChangesIt()
{
    const User root = m_identity->addUser(QStringLiteral("root"), Role::Admin);
    const User bob = m_identity->addUser(QStringLiteral("bob"));
    const auto robot = m_identity->addCredential(m_ann, m_lab.id);
    const auto change = [&](const Caller &caller, const QString &original, const QString &wanted) {
        return waitFor(
            m_identity->service().changePassword(caller, m_ann.id.text(), original, wanted, QHostAddress()));
    };
    const QString present = QStringLiteral("ann-password");
    const QString other = QStringLiteral("new");
    for (const Caller &caller : { Caller(), callerOf(m_identity->unscopedToken(bob)),
             callerOf(m_identity->projectToken(root, root.systemProject())) })
        QCOMPARE(change(caller, QStringLiteral("wrong"), other).error(), signInRefused());
    QCOMPARE(change(callerOf(m_identity->credentialToken(robot)), present, other).error().code,
        ErrorCode::Forbidden);
    QVERIFY(change(Caller(), present, other));
    QVERIFY(change(callerOf(m_identity->unscopedToken(bob)), other, present));
    // Of somebody who is not there it is told in the same words.
    QCOMPARE(waitFor(m_identity->service().changePassword(
                         Caller(), UserId::create().text(), present, other, QHostAddress()))
                 .error(),
        signInRefused());
}

void tst_IdentityService::theFirstPasswordIsRemembered()
{
    m_identity->write([this](Transaction &t) {
        return t.execute(
            "UPDATE identity_user SET has_first_password = 1 WHERE id = :id", { { ":id", m_ann.id.text() } });
    });
    QSignalSpy changed(&m_identity->context(), &IdentityContext::firstPasswordChanged);
    const auto change = [&](const QString &original, const QString &wanted) {
        return waitFor(m_identity->service().changePassword(
            callerOf(m_identity->synnefoToken(m_ann)), m_ann.id.text(), original, wanted, QHostAddress()));
    };
    QVERIFY(change(QStringLiteral("ann-password"), QStringLiteral("new")));
    QCOMPARE(changed.count(), 1);
    const auto user =
        m_identity->database().read([&](ReadTransaction &t) { return UserStore::find(t, m_ann.id); });
    QVERIFY(!(*user)->hasFirstPassword);
}

void tst_IdentityService::aUserWithThingsStays()
{
    const auto charge = [this](qint64 amount) {
        m_identity->write([=, this](Transaction &t) {
            return QuotaStore::charge(
                t, m_ann.systemProject(), m_ann.id, { { QStringLiteral("cyclades.vm"), amount } });
        });
    };
    const auto remove = [this] {
        return m_identity->database()
            .write([this](Transaction &t) { return Accounts::removeUser(t, m_ann); })
            .result();
    };
    charge(1);
    const auto refused = remove();
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(refused.error().message.contains(QStringLiteral("cyclades.vm")));
    charge(-1);
    QVERIFY(remove());
    const auto gone = m_identity->database().read(
        [this](ReadTransaction &t) { return ProjectStore::find(t, NameRef::byId(m_ann.id.text())); });
    QVERIFY(!gone->has_value());
}

void tst_IdentityService::aProjectWithThingsStays()
{
    const auto remove = [this](const Project &project) {
        return m_identity->database()
            .write([=](Transaction &t) { return Accounts::removeProject(t, project); })
            .result();
    };
    m_identity->setDefaultProject(m_ann, m_lab.id);
    m_identity->write([this](Transaction &t) {
        return QuotaStore::charge(t, m_lab.id, m_ann.id, { { QStringLiteral("cyclades.disk"), 1 } });
    });
    QCOMPARE(remove(m_lab).error().code, ErrorCode::Conflict);
    m_identity->write([this](Transaction &t) {
        return QuotaStore::charge(t, m_lab.id, m_ann.id, { { QStringLiteral("cyclades.disk"), -1 } });
    });
    QVERIFY(remove(m_lab));
    const auto ann =
        m_identity->database().read([&](ReadTransaction &t) { return UserStore::find(t, m_ann.id); });
    QCOMPARE((*ann)->defaultProject, m_ann.systemProject());
    const auto system = m_identity->database().read(
        [this](ReadTransaction &t) { return ProjectStore::find(t, NameRef::byId(m_ann.id.text())); });
    QCOMPARE(remove(**system).error().code, ErrorCode::Conflict);
}

void tst_IdentityService::aSystemProjectTakesTheNameThatIsFree()
{
    const User lab = m_identity->addUser(QStringLiteral("lab")); // as the project is named
    const auto project = m_identity->database().read(
        [&](ReadTransaction &t) { return ProjectStore::find(t, NameRef::byId(lab.id.text())); });
    QCOMPARE((*project)->name, QStringLiteral("system:") + lab.id.text());
    QVERIFY((*project)->isSystem);
}

NEPHELE_TEST(tst_IdentityService)
#include "tst_identityservice.moc"
