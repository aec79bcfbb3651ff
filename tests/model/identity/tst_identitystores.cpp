// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/applicationcredentialstore.h"
#include "model/identity/projectstore.h"
#include "model/identity/role.h"
#include "model/identity/tokenstore.h"
#include "model/identity/userstore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

using namespace nephele;

// Every case on SQLite and on PostgreSQL.
class tst_IdentityStores : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void aTakenUserNameIsRefused_data();
    void aTakenUserNameIsRefused();
    void aTakenProjectNameIsRefused();
    void aNameIsFoundInItsDomainOnly_data();
    void aNameIsFoundInItsDomainOnly();
    void listsAreInTheOrderOfBytes();
    void aListSaysWhenThereIsMore();
    void aFormerUserIsStillNamed();
    void catalogNamesCompareWithoutCase();
    void aRevokedTokenIsGone();
    void whatATokenStoodOnTakesItAlong_data();
    void whatATokenStoodOnTakesItAlong();
    void aTokenIsGoodOnlyWhile_data();
    void aTokenIsGoodOnlyWhile();
    void aCredentialNeverGivesMoreThanTheUserHas();
    void pruningTakesExpiredTokensSliceBySlice();
    void rolesImplyLesserOnes();

private:
    template <class Closure>
    auto write(Closure closure)
    {
        return (*m_database)->write(std::move(closure)).result();
    }
    Result<> addUser(const UserId &id, const QString &name);
    Result<> addProject(const ProjectId &id, const QString &name);
    Token token(TokenKind kind) const;
    Result<std::optional<TokenDetails>> find(const Token &token);

    std::unique_ptr<test::TestDatabase> m_database;
    UserId m_user;
    ProjectId m_project;
    CredentialId m_credential;
};

static constexpr qint64 nowMs = 1'800'000'000'000;

void tst_IdentityStores::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto database = test::TestDatabase::open(engine);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message + database.error().detail));
    m_database = std::move(*database);
    m_user = UserId::create();
    m_project = ProjectId::create();
    m_credential = CredentialId::create();
    QVERIFY(addUser(m_user, QStringLiteral("ann")));
    QVERIFY(addProject(m_project, QStringLiteral("lab")));
    QVERIFY(write(
        [this](Transaction &t) { return ProjectStore::setMember(t, m_project, m_user, Role::Member); }));
    QVERIFY(write([this](Transaction &t) {
        ApplicationCredential credential { m_credential, m_user, m_project, QStringLiteral("robot"), {},
            Roles(Role::Member) | Role::Reader, false, {}, 0 };
        return ApplicationCredentialStore::insert(t, credential, QStringLiteral("sha256$"));
    }));
}

// A user and the project he needs as default.
Result<> tst_IdentityStores::addUser(const UserId &id, const QString &name)
{
    return write([=](Transaction &t) -> Result<> {
        NewProject system;
        system.name = QStringLiteral("system:") + id.text();
        system.isSystem = true;
        if (const auto inserted = ProjectStore::insert(t, ProjectId::stored(id.text()), system); !inserted)
            return inserted.error();
        NewUser user;
        user.name = name;
        return UserStore::insert(t, id, user);
    });
}

Result<> tst_IdentityStores::addProject(const ProjectId &id, const QString &name)
{
    return write([=](Transaction &t) {
        NewProject project;
        project.name = name;
        return ProjectStore::insert(t, id, project);
    });
}

Token tst_IdentityStores::token(TokenKind kind) const
{
    Token token;
    token.hash = QByteArray(31, 'h') + char('0' + int(kind));
    token.kind = kind;
    token.user = m_user;
    if (kind == TokenKind::Project || kind == TokenKind::Credential)
        token.project = m_project;
    if (kind == TokenKind::Credential)
        token.credential = m_credential;
    token.methods = { QStringLiteral("password"), QStringLiteral("token") };
    token.auditId = QStringLiteral("audit");
    token.issuedAtMs = nowMs;
    token.expiresAtMs = nowMs + 1000;
    return token;
}

Result<std::optional<TokenDetails>> tst_IdentityStores::find(const Token &token)
{
    return (*m_database)->read([&](ReadTransaction &t) { return TokenStore::find(t, token.hash); });
}

void tst_IdentityStores::aTakenUserNameIsRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("the same") << QStringLiteral("ann");
    QTest::newRow("other case") << QStringLiteral("Ann");
}

void tst_IdentityStores::aTakenUserNameIsRefused()
{
    QFETCH(QString, name);
    const auto refused = addUser(UserId::create(), name);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(refused.error().message.contains(name));
}

void tst_IdentityStores::aTakenProjectNameIsRefused()
{
    const auto refused = addProject(ProjectId::create(), QStringLiteral("lab"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(addProject(ProjectId::create(), QStringLiteral("Lab"))); // projects differ by case
}

void tst_IdentityStores::aNameIsFoundInItsDomainOnly_data()
{
    QTest::addColumn<QString>("domainId");
    QTest::addColumn<QString>("domainName");
    QTest::addColumn<bool>("found");
    QTest::newRow("unknown id") << QStringLiteral("other") << QString() << false;
    QTest::newRow("unknown name") << QString() << QStringLiteral("Other") << false;
    QTest::newRow("the name as id") << QStringLiteral("Default") << QString() << false;
    QTest::newRow("no domain is the default") << QString() << QString() << true;
    QTest::newRow("by id") << QStringLiteral("default") << QString() << true;
    QTest::newRow("by name") << QString() << QStringLiteral("Default") << true;
}

void tst_IdentityStores::aNameIsFoundInItsDomainOnly()
{
    QFETCH(QString, domainId);
    QFETCH(QString, domainName);
    QFETCH(bool, found);
    const auto user = (*m_database)->read([&](ReadTransaction &t) {
        return UserStore::find(t, { {}, QStringLiteral("ANN"), domainId, domainName });
    });
    QVERIFY2(user, qPrintable(user ? QString() : user.error().detail));
    QCOMPARE(user->has_value(), found);
    const auto project = (*m_database)->read([&](ReadTransaction &t) {
        return ProjectStore::find(t, { {}, QStringLiteral("lab"), domainId, domainName });
    });
    QVERIFY(project);
    QCOMPARE(project->has_value(), found);
}

// In the locale of the PostgreSQL test cluster these four stand in another order.
void tst_IdentityStores::listsAreInTheOrderOfBytes()
{
    for (const char *name : { "a", "Z", "\u00e4", "_" })
        QVERIFY(addProject(ProjectId::create(), QString::fromUtf8(name)));
    const auto page =
        (*m_database)->read([](ReadTransaction &t) { return ProjectStore::projects(t, {}, 1000); });
    QVERIFY(page);
    QStringList names;
    for (const Project &project : page->items) {
        if (!project.isSystem)
            names.append(project.name);
    }
    QCOMPARE(names,
        (QStringList { QStringLiteral("Z"), QStringLiteral("_"), QStringLiteral("a"), QStringLiteral("lab"),
            QString::fromUtf8("\u00e4") }));
}

void tst_IdentityStores::aListSaysWhenThereIsMore()
{
    QVERIFY(addUser(UserId::create(), QStringLiteral("bob")));
    const auto users = [&](int limit) {
        return (*m_database)->read([&](ReadTransaction &t) { return UserStore::users(t, {}, limit); });
    };
    QVERIFY(users(1)->isTruncated);
    QCOMPARE(users(1)->items.size(), 1);
    QVERIFY(!users(2)->isTruncated);
}

void tst_IdentityStores::aFormerUserIsStillNamed()
{
    const auto removed = write([this](Transaction &t) -> Result<> {
        const auto user = UserStore::find(t, m_user);
        return user ? UserStore::remove(t, **user) : Result<>(user.error());
    });
    QVERIFY(removed);
    const auto names = (*m_database)->read([this](ReadTransaction &t) {
        return UserStore::namesOf(t, { m_user.text(), UserId::create().text() });
    });
    QVERIFY(names);
    QCOMPARE(*names, (QHash<QString, QString> { { m_user.text(), QStringLiteral("ann") } }));
    QVERIFY(addUser(UserId::create(), QStringLiteral("ann"))); // the name is free at once
}

void tst_IdentityStores::catalogNamesCompareWithoutCase()
{
    const auto ids = (*m_database)->read([](ReadTransaction &t) {
        return UserStore::idsOf(t, { QStringLiteral("ANN"), QStringLiteral("nobody") });
    });
    QVERIFY(ids);
    QCOMPARE(*ids, (QHash<QString, QString> { { QStringLiteral("ann"), m_user.text() } }));
}

void tst_IdentityStores::aRevokedTokenIsGone()
{
    const Token kept = token(TokenKind::Project);
    QVERIFY(write([=](Transaction &t) { return TokenStore::insert(t, kept); }));
    const auto found = find(kept);
    QVERIFY(found && *found);
    QCOMPARE((*found)->token, kept);
    QCOMPARE((*found)->user.name, QStringLiteral("ann"));
    QCOMPARE((*found)->project->name, QStringLiteral("lab"));
    QVERIFY(write([=](Transaction &t) { return TokenStore::remove(t, kept.hash); }));
    QVERIFY(!*find(kept));
    QVERIFY(write([=](Transaction &t) { return TokenStore::remove(t, kept.hash); })); // twice is once
}

void tst_IdentityStores::whatATokenStoodOnTakesItAlong_data()
{
    QTest::addColumn<TokenKind>("kind");
    QTest::addColumn<QByteArray>("statement");
    QTest::newRow("the project") << TokenKind::Project
                                 << QByteArray("DELETE FROM project WHERE name = 'lab'");
    QTest::newRow("the credential") << TokenKind::Credential
                                    << QByteArray("DELETE FROM application_credential");
    QTest::newRow("the credential's project")
        << TokenKind::Credential << QByteArray("DELETE FROM project WHERE name = 'lab'");
    QTest::newRow("the user") << TokenKind::Synnefo << QByteArray("DELETE FROM identity_user");
}

void tst_IdentityStores::whatATokenStoodOnTakesItAlong()
{
    QFETCH(TokenKind, kind);
    QFETCH(QByteArray, statement);
    const Token kept = token(kind);
    QVERIFY(write([=](Transaction &t) { return TokenStore::insert(t, kept); }));
    QVERIFY(write([=](Transaction &t) { return t.execute(statement); }));
    const auto found = find(kept);
    QVERIFY(found);
    QVERIFY(!*found);
}

void tst_IdentityStores::aTokenIsGoodOnlyWhile_data()
{
    QTest::addColumn<TokenKind>("kind");
    QTest::addColumn<QByteArray>("statement"); // what happens to the world
    QTest::addColumn<qint64>("laterMs");
    QTest::addColumn<bool>("good");
    const QByteArray nothing;
    const QByteArray userOff = "UPDATE identity_user SET enabled = 0";
    const QByteArray projectOff = "UPDATE project SET enabled = 0 WHERE name = 'lab'";
    const QByteArray domainOff = "UPDATE domain SET enabled = 0";
    const QByteArray noMember = "DELETE FROM membership";
    const QByteArray suspended = "UPDATE membership SET state = 'suspended'";
    const QByteArray leaving = "UPDATE membership SET state = 'leave_requested'";
    const QByteArray credentialEnds = "UPDATE application_credential SET expires_at_ms = 1800000000500";
    QTest::newRow("past its time") << TokenKind::Project << nothing << qint64(1000) << false;
    QTest::newRow("user disabled") << TokenKind::Unscoped << userOff << qint64(0) << false;
    QTest::newRow("domain disabled") << TokenKind::Synnefo << domainOff << qint64(0) << false;
    QTest::newRow("project disabled") << TokenKind::Project << projectOff << qint64(0) << false;
    QTest::newRow("credential's project disabled")
        << TokenKind::Credential << projectOff << qint64(0) << false;
    QTest::newRow("no member any more") << TokenKind::Project << noMember << qint64(0) << false;
    QTest::newRow("membership suspended") << TokenKind::Credential << suspended << qint64(0) << false;
    QTest::newRow("credential past its time")
        << TokenKind::Credential << credentialEnds << qint64(500) << false;
    QTest::newRow("credential in time") << TokenKind::Credential << credentialEnds << qint64(499) << true;
    QTest::newRow("leaving, not let go yet") << TokenKind::Project << leaving << qint64(0) << true;
    QTest::newRow("unscoped needs no project") << TokenKind::Unscoped << noMember << qint64(0) << true;
    QTest::newRow("the last moment") << TokenKind::Project << nothing << qint64(999) << true;
}

void tst_IdentityStores::aTokenIsGoodOnlyWhile()
{
    QFETCH(TokenKind, kind);
    QFETCH(QByteArray, statement);
    QFETCH(qint64, laterMs);
    QFETCH(bool, good);
    const Token kept = token(kind);
    QVERIFY(write([=](Transaction &t) { return TokenStore::insert(t, kept); }));
    if (!statement.isEmpty())
        QVERIFY(write([=](Transaction &t) { return t.execute(statement); }));
    const auto found = find(kept);
    QVERIFY(found && *found);
    QCOMPARE((*found)->isGood(nowMs + laterMs), good);
}

void tst_IdentityStores::aCredentialNeverGivesMoreThanTheUserHas()
{
    const Token kept = token(TokenKind::Credential);
    QVERIFY(write([=](Transaction &t) { return TokenStore::insert(t, kept); }));
    QVERIFY(write([this](Transaction &t) {
        return ProjectStore::setMember(t, m_project, m_user, Roles(Role::Admin));
    }));
    QCOMPARE((*find(kept))->roles, Roles(Role::Member) | Role::Reader);
    QVERIFY(write([this](Transaction &t) {
        return ProjectStore::setMember(t, m_project, m_user, Roles(Role::Reader));
    }));
    QCOMPARE((*find(kept))->roles, Roles(Role::Reader));
}

void tst_IdentityStores::pruningTakesExpiredTokensSliceBySlice()
{
    QVERIFY(write([this](Transaction &t) -> Result<> {
        for (int i = 0; i < 5; ++i) {
            Token one = token(TokenKind::Unscoped);
            one.hash = QByteArray(32, char('a' + i));
            one.expiresAtMs = nowMs + i;
            if (const auto inserted = TokenStore::insert(t, one); !inserted)
                return inserted.error();
        }
        return {};
    }));
    const auto prune = [&] {
        return *write([](Transaction &t) { return TokenStore::prune(t, nowMs + 3, 3); });
    };
    QCOMPARE(prune(), 3);
    QCOMPARE(prune(), 1);
    QCOMPARE(prune(), 0);
    Token last = token(TokenKind::Unscoped);
    last.hash = QByteArray(32, 'e');
    QVERIFY(*find(last));
}

void tst_IdentityStores::rolesImplyLesserOnes()
{
    QCOMPARE(withImplied(Role::Reader), Roles(Role::Reader));
    QCOMPARE(withImplied(Role::Member), Roles(Role::Member) | Role::Reader);
    QCOMPARE(roleNames(withImplied(Role::Admin)),
        (QStringList { QStringLiteral("reader"), QStringLiteral("member"), QStringLiteral("manager"),
            QStringLiteral("admin") }));
    QCOMPARE(withImplied(Role::ResellerAdmin), Roles(Role::ResellerAdmin));
    QCOMPARE(findRoleByName(QStringLiteral("Admin")), nullptr);
    for (const RoleInfo &info : allRoles())
        QCOMPARE(findRoleById(info.id)->name, info.name);
}

NEPHELE_TEST(tst_IdentityStores)
#include "tst_identitystores.moc"
