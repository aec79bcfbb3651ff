// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/projectstore.h"
#include "model/identity/secret.h"
#include "model/identity/tokenstore.h"
#include "model/weblogin/feedbackstore.h"
#include "model/weblogin/oauthstore.h"
#include "model/weblogin/onetimelinkstore.h"
#include "model/weblogin/signupstore.h"
#include "model/weblogin/websessionstore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// Every case on SQLite and on PostgreSQL.
class tst_WebloginStores : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void aSessionIsFoundWithItsUser();
    void sessionsEndTogetherOrApart();
    void sessionsEndWithTheTokens();
    void linksReplaceThoseOfTheirOrigin();
    void linksAndInvitationsHaveTheirTime();
    void signUpsWaitInTheirOrder();
    void aClientKeepsItsAddresses();
    void aGrantIsKeptWhole();
    void whatAGrantStandsOnTakesItAlong_data();
    void whatAGrantStandsOnTakesItAlong();
    void pruningTakesWhatIsPastItsTime();
    void oldFeedbackGoesWhenThereIsTooMuch();

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
    // A client, a session, a code and what it gave, all known by these hashes.
    Result<> addGrant();

    std::unique_ptr<test::TestDatabase> m_database;
    UserId m_ann;
    const QByteArray m_session = sha256("session");
    const QByteArray m_code = sha256("code");
    const QByteArray m_access = sha256("access");
};

static constexpr qint64 nowMs = 1'800'000'000'000;

void tst_WebloginStores::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto database = test::TestDatabase::open(engine);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message + database.error().detail));
    m_database = std::move(*database);
    m_ann = addUser(u"Ann"_s);
    QVERIFY(!m_ann.isNull());
}

UserId tst_WebloginStores::addUser(const QString &name)
{
    const UserId id = UserId::create();
    const auto added = write([=](Transaction &t) -> Result<> {
        NewProject project;
        project.name = name;
        project.isSystem = true;
        if (const auto inserted = ProjectStore::insert(t, ProjectId::stored(id.text()), project); !inserted)
            return inserted;
        NewUser user;
        user.name = name;
        return UserStore::insert(t, id, user);
    });
    return added ? id : UserId();
}

Result<> tst_WebloginStores::addGrant()
{
    return write([this](Transaction &t) -> Result<> {
        OAuthClient client { u"view"_s, u"sha256$"_s, true,
            { u"https://b.example/"_s, u"https://a.example/"_s }, 0 };
        if (const auto added = OAuthStore::insertClient(t, client); !added)
            return added;
        if (const auto added = WebSessionStore::insert(t, m_session, m_ann, nowMs + 1000); !added)
            return added;
        const OAuthGrant grant { u"view"_s, m_session, m_ann, u"https://a.example/"_s, u"/file"_s,
            nowMs + 60 };
        if (const auto added = OAuthStore::insertCode(t, m_code, grant); !added)
            return added;
        return OAuthStore::insertAccess(t, m_access, m_code, nowMs + 20);
    });
}

void tst_WebloginStores::aSessionIsFoundWithItsUser()
{
    QVERIFY(
        write([this](Transaction &t) { return WebSessionStore::insert(t, m_session, m_ann, nowMs + 1); }));
    const auto found = read([this](ReadTransaction &t) { return WebSessionStore::find(t, m_session); });
    QVERIFY(found && *found);
    QCOMPARE((*found)->user.name, u"Ann"_s);
    QVERIFY((*found)->isGood(nowMs));
    QVERIFY(!(*found)->isGood(nowMs + 1));
    const auto other = read([](ReadTransaction &t) { return WebSessionStore::find(t, sha256("x")); });
    QVERIFY(other && !*other);
    QVERIFY(write([this](Transaction &t) { return UserStore::setEnabled(t, m_ann, false); }));
    QVERIFY(
        !(*read([this](ReadTransaction &t) { return WebSessionStore::find(t, m_session); }))->isGood(nowMs));
}

void tst_WebloginStores::sessionsEndTogetherOrApart()
{
    const UserId bob = addUser(u"bob"_s);
    QVERIFY(write([&](Transaction &t) -> Result<> {
        for (const auto &[secret, user] :
            { std::pair("a1", m_ann), std::pair("a2", m_ann), std::pair("a3", m_ann), std::pair("b", bob) }) {
            if (const auto added = WebSessionStore::insert(t, sha256(secret), user, nowMs); !added)
                return added;
        }
        return {};
    }));
    const auto left = [this] {
        QByteArrayList all;
        for (const char *secret : { "a1", "a2", "a3", "b" }) {
            if (*read([&](ReadTransaction &t) { return WebSessionStore::find(t, sha256(secret)); }))
                all.append(secret);
        }
        return all;
    };
    QVERIFY(write([](Transaction &t) { return WebSessionStore::remove(t, sha256("a1")); }));
    QVERIFY(write([](Transaction &t) { return WebSessionStore::remove(t, sha256("a1")); }));
    QCOMPARE(left(), (QByteArrayList { "a2", "a3", "b" }));
    QVERIFY(write([this](Transaction &t) { return WebSessionStore::removeOthers(t, m_ann, sha256("a3")); }));
    QCOMPARE(left(), (QByteArrayList { "a3", "b" }));
    QVERIFY(write([this](Transaction &t) { return WebSessionStore::removeOthers(t, m_ann, {}); }));
    QCOMPARE(left(), QByteArrayList { "b" });
}

void tst_WebloginStores::sessionsEndWithTheTokens()
{
    QVERIFY(addGrant());
    QVERIFY(write([this](Transaction &t) { return TokenStore::removeSynnefoTokens(t, m_ann); }));
    QVERIFY(*read([this](ReadTransaction &t) { return WebSessionStore::find(t, m_session); }));
    QVERIFY(write([this](Transaction &t) { return TokenStore::removeOfUser(t, m_ann); }));
    QVERIFY(!*read([this](ReadTransaction &t) { return WebSessionStore::find(t, m_session); }));
}

void tst_WebloginStores::linksReplaceThoseOfTheirOrigin()
{
    const auto add = [this](const char *key, LinkOrigin origin) {
        return write([=, this](Transaction &t) {
            return ResetLinkStore::insert(t, sha256(key), m_ann, origin, nowMs + 10);
        });
    };
    const auto isThere = [this](const char *key) {
        const auto found =
            read([&](ReadTransaction &t) { return ResetLinkStore::find(t, sha256(key), nowMs); });
        return found && *found && (*found)->id == m_ann;
    };
    QVERIFY(add("admin1", LinkOrigin::Admin));
    QVERIFY(add("log1", LinkOrigin::Log));
    QVERIFY(add("log2", LinkOrigin::Log));
    QVERIFY(isThere("admin1"));
    QVERIFY(!isThere("log1"));
    QVERIFY(isThere("log2"));
    QVERIFY(write([this](Transaction &t) { return ResetLinkStore::removeOfUser(t, m_ann); }));
    QVERIFY(!isThere("admin1"));
    QVERIFY(!isThere("log2"));
}

void tst_WebloginStores::linksAndInvitationsHaveTheirTime()
{
    const Invitation invited { InvitationId::create(), u"bob"_s, u"b@b.example"_s, 0, nowMs + 10 };
    QVERIFY(write([&](Transaction &t) { return InvitationStore::insert(t, invited, sha256("key")); }));
    QVERIFY(write([this](Transaction &t) {
        return ResetLinkStore::insert(t, sha256("link"), m_ann, LinkOrigin::Admin, nowMs + 10);
    }));
    for (const qint64 atMs : { nowMs + 9, nowMs + 10 }) {
        const bool isGood = atMs < nowMs + 10;
        const auto found =
            read([&](ReadTransaction &t) { return InvitationStore::find(t, sha256("key"), atMs); });
        QVERIFY(found);
        QCOMPARE(found->has_value(), isGood);
        QVERIFY(!isGood || ((*found)->name == invited.name && (*found)->email == invited.email));
        QCOMPARE((*read([&](ReadTransaction &t) {
            return ResetLinkStore::find(t, sha256("link"), atMs);
        })).has_value(),
            isGood);
    }
    QCOMPARE(
        read([](ReadTransaction &t) { return InvitationStore::invitations(t); })->first().id, invited.id);
    QVERIFY(write([&](Transaction &t) { return InvitationStore::remove(t, invited.id); }));
    QCOMPARE(write([&](Transaction &t) { return InvitationStore::remove(t, invited.id); }).error().code,
        ErrorCode::NotFound);
}

void tst_WebloginStores::signUpsWaitInTheirOrder()
{
    for (const QString &name : { u"zoe"_s, u"ANN"_s, u"bob"_s, u"bob"_s }) {
        SignUp one { SignUpId::create(), name, u"e"_s, u"r"_s, u"w"_s, u"h"_s, 0 };
        QVERIFY(write([&](Transaction &t) { return SignUpStore::insert(t, one); }));
    }
    const auto waiting = read([](ReadTransaction &t) { return SignUpStore::waiting(t); });
    QCOMPARE(waiting->size(), 4);
    QStringList names;
    for (const ListedSignUp &one : *waiting)
        names.append(one.signUp.name + (one.isNameTaken ? u"!"_s : QString()));
    QCOMPARE(names, (QStringList { u"zoe"_s, u"ANN!"_s, u"bob"_s, u"bob"_s }));
    const SignUp first = waiting->first().signUp;
    QCOMPARE(**read([&](ReadTransaction &t) { return SignUpStore::find(t, first.id); }), first);
    QVERIFY(write([&](Transaction &t) { return SignUpStore::remove(t, first.id); }));
    QVERIFY(!*read([&](ReadTransaction &t) { return SignUpStore::find(t, first.id); }));
}

void tst_WebloginStores::aClientKeepsItsAddresses()
{
    QVERIFY(addGrant());
    const auto client = read([](ReadTransaction &t) { return OAuthStore::findClient(t, u"view"_s); });
    QVERIFY(client && *client);
    QVERIFY((*client)->isTrusted);
    QCOMPARE((*client)->redirects, (QStringList { u"https://a.example/"_s, u"https://b.example/"_s }));
    QCOMPARE(read([](ReadTransaction &t) { return OAuthStore::clients(t); })->first(), **client);
    QCOMPARE(write([](Transaction &t) {
        return OAuthStore::insertClient(t, { u"view"_s, {}, false, {}, 0 });
    })
                 .error()
                 .code,
        ErrorCode::Conflict);
    QVERIFY(!*read([](ReadTransaction &t) { return OAuthStore::findClient(t, u"View"_s); }));
    QCOMPARE(write([](Transaction &t) { return OAuthStore::removeClient(t, u"x"_s); }).error().code,
        ErrorCode::NotFound);
}

void tst_WebloginStores::aGrantIsKeptWhole()
{
    QVERIFY(addGrant());
    const auto code = [this](qint64 atMs) {
        return *read([&](ReadTransaction &t) { return OAuthStore::findCode(t, m_code, atMs); });
    };
    const OAuthGrant expected { u"view"_s, m_session, m_ann, u"https://a.example/"_s, u"/file"_s,
        nowMs + 60 };
    QCOMPARE(code(nowMs)->grant, expected);
    QVERIFY(!code(nowMs)->isUsed);
    QVERIFY(!code(nowMs + 60));
    QVERIFY(write([this](Transaction &t) { return OAuthStore::markUsed(t, m_code); }));
    QVERIFY(code(nowMs)->isUsed);
    const auto access = [this](qint64 atMs) {
        return *read([&](ReadTransaction &t) { return OAuthStore::findAccess(t, m_access, atMs); });
    };
    QCOMPARE(access(nowMs)->user.id, m_ann);
    QCOMPARE(access(nowMs)->scope, u"/file"_s);
    QCOMPARE(access(nowMs)->expiresAtMs, nowMs + 20);
    QVERIFY(!access(nowMs + 20));
}

void tst_WebloginStores::whatAGrantStandsOnTakesItAlong_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : { "code", "session", "client", "user" })
        QTest::newRow(what) << QString::fromLatin1(what);
}

void tst_WebloginStores::whatAGrantStandsOnTakesItAlong()
{
    QFETCH(QString, what);
    QVERIFY(addGrant());
    QVERIFY(write([&](Transaction &t) -> Result<> {
        if (what == "code"_L1)
            return OAuthStore::removeCode(t, m_code);
        if (what == "session"_L1)
            return WebSessionStore::remove(t, m_session);
        if (what == "client"_L1)
            return OAuthStore::removeClient(t, u"view"_s);
        const auto user = UserStore::find(t, m_ann);
        return user ? UserStore::remove(t, **user) : Result<>(user.error());
    }));
    QVERIFY(!*read([this](ReadTransaction &t) { return OAuthStore::findCode(t, m_code, nowMs); }));
    QVERIFY(!*read([this](ReadTransaction &t) { return OAuthStore::findAccess(t, m_access, nowMs); }));
}

void tst_WebloginStores::pruningTakesWhatIsPastItsTime()
{
    QVERIFY(addGrant());
    const auto prune = [this](qint64 atMs) {
        const auto gone = write([&](Transaction &t) { return OAuthStore::prune(t, atMs, 500); });
        return gone ? *gone : -1;
    };
    QCOMPARE(prune(nowMs), 0);
    QCOMPARE(prune(nowMs + 20), 1); // the token
    QCOMPARE(prune(nowMs + 60), 1); // the code
    const auto sessions = [this](qint64 atMs, int most) {
        return *write([&](Transaction &t) { return WebSessionStore::prune(t, atMs, most); });
    };
    QVERIFY(write([this](Transaction &t) { return WebSessionStore::insert(t, sha256("2"), m_ann, nowMs); }));
    QCOMPARE(sessions(nowMs - 1, 500), 0);
    QCOMPARE(sessions(nowMs + 1000, 1), 1); // slice by slice, the oldest first
    QVERIFY(*read([this](ReadTransaction &t) { return WebSessionStore::find(t, m_session); }));
    QCOMPARE(sessions(nowMs + 1000, 1), 1);
    QVERIFY(write([this](Transaction &t) {
        return ResetLinkStore::insert(t, sha256("link"), m_ann, LinkOrigin::Log, nowMs);
    }));
    QCOMPARE(*write([](Transaction &t) { return ResetLinkStore::prune(t, nowMs, 500); }), 1);
    const Invitation invited { InvitationId::create(), u"bob"_s, {}, 0, nowMs };
    QVERIFY(write([&](Transaction &t) { return InvitationStore::insert(t, invited, sha256("key")); }));
    QCOMPARE(*write([](Transaction &t) { return InvitationStore::prune(t, nowMs - 1, 500); }), 0);
    QCOMPARE(*write([](Transaction &t) { return InvitationStore::prune(t, nowMs, 500); }), 1);
}

void tst_WebloginStores::oldFeedbackGoesWhenThereIsTooMuch()
{
    const auto say = [this](const QString &message) {
        return write([&](Transaction &t) { return FeedbackStore::insert(t, m_ann, message, {}); });
    };
    QCOMPARE(say(u"first"_s)->value(), 1);
    QCOMPARE(say(u"second"_s)->value(), 2);
    // As if many had followed.
    QVERIFY(write([](Transaction &t) {
        return t.execute("UPDATE counter SET last = :last WHERE kind = 'feedback'",
            { { ":last", FeedbackStore::mostKept } });
    }));
    QCOMPARE(say(u"third"_s)->value(), FeedbackStore::mostKept + 1);
    QStringList messages;
    const auto said = read([](ReadTransaction &t) { return FeedbackStore::newest(t, {}, 10); });
    QVERIFY(said);
    for (const Feedback &one : *said)
        messages.append(one.userName + u' ' + one.message);
    QCOMPARE(messages, (QStringList { u"Ann third"_s, u"Ann second"_s }));
}

NEPHELE_TEST(tst_WebloginStores)
#include "tst_webloginstores.moc"
