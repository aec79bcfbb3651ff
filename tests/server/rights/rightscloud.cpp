// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/rights/rightscloud.h"

#include "model/database/database.h"
#include "model/identity/applicationcredentialstore.h"
#include "model/identity/cloudrolestore.h"
#include "model/identity/secret.h"
#include "server/identity/accounts.h"
#include "server/identity/signin.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtConcurrent>
#include <QTest>

#include <algorithm>

namespace nephele::test {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 hourMs = 3'600'000;
const QByteArray restrictedSecret = "secret of a restricted credential";
const QByteArray componentToken = "token of an outside service, as long as it likes";

template <class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s (%s)", qUtf8Printable(result.error().message), qUtf8Printable(result.error().detail));
    return *std::move(result);
}

void must(const Result<> &result)
{
    if (!result)
        qFatal("%s (%s)", qUtf8Printable(result.error().message), qUtf8Printable(result.error().detail));
}

ProgramOptions optionsFor(const QString &folder)
{
    ProgramOptions options;
    options.mode = RunMode::Headless;
    options.dataDir = folder;
    options.listen.port = 0;
    options.hypervisorUri = u"test:///default"_s;
    options.blocks = folder + u"/blocks"_s;
    options.scryptCost = 1;
    options.workers = 2;
    return options;
}

TokenRequest requestFor(const UserId &user, qint64 issuedAtMs, qint64 lifeMs)
{
    TokenRequest request;
    request.user = user;
    request.methods = QStringList { u"password"_s };
    request.issuedAtMs = issuedAtMs;
    request.expiresAtMs = issuedAtMs + lifeMs;
    return request;
}

QJsonObject jsonOf(const PlainReply &reply, int status, const char *what)
{
    if (reply.status != status)
        qFatal("%s: %d %s", what, reply.status, reply.body.constData());
    return QJsonDocument::fromJson(reply.body).object();
}

bool hasCloudRoles(CallerKind kind)
{
    return std::any_of(allCallers().cbegin(), allCallers().cend(),
        [&](const CallerFacts &caller) { return caller.kind == kind && caller.cloudRoles; });
}

QByteArray idOf(const QJsonValue &value)
{
    return value.isDouble() ? QByteArray::number(value.toInteger()) : value.toString().toUtf8();
}

} // namespace

const QList<CallerFacts> &allCallers()
{
    using Kind = CallerKind;
    const auto stranger = [](Kind kind, const QByteArray &name) {
        return CallerFacts { kind, name, false, false, false, false, false, {} };
    };
    const auto member = [](Kind kind, const QByteArray &name, CloudRoles roles = {}) {
        return CallerFacts { kind, name, true, false, true, true, false, roles };
    };
    static const QList<CallerFacts> callers {
        stranger(Kind::NoToken, "none"),
        stranger(Kind::UnknownToken, "unknown"),
        stranger(Kind::ExpiredToken, "expired"),
        { Kind::Unscoped, "unscoped", true, false, false, false, false, {} },
        member(Kind::OtherFace, "otherface"),
        member(Kind::RestrictedCredential, "restrictd"),
        { Kind::Reader, "reader", true, false, true, false, false, {} },
        member(Kind::Member, "member"),
        member(Kind::Manager, "manager"),
        member(Kind::OtherUser, "otheruser"),
        member(Kind::ProjectAdmins, "projadmin", CloudRole::ProjectAdmin),
        member(Kind::Helpdesk, "helpdesk", CloudRole::Helpdesk),
        member(Kind::AdminApi, "adminapi", CloudRole::AdminApi),
        member(Kind::AdminStats, "adminstat", CloudRole::AdminStats),
        { Kind::Admin, "admin", true, false, true, true, true, {} },
        { Kind::Component, "service", true, true, false, false, false, {} },
    };
    return callers;
}

// Beside what QEMU may reach, as other clouds of tests are.
RightsCloud::RightsCloud() : m_folder(u"/var/tmp/nephele-test-XXXXXX"_s)
{
    m_cloud = must(Cloud::start(optionsFor(m_folder.path())));
    addPeople();
    const auto done = QtConcurrent::run([this] { addThings(); });
    if (!QTest::qWaitFor([&] { return done.isFinished(); }, 120'000))
        qFatal("the victim's things were never made");
}

RightsCloud::~RightsCloud() = default;

quint16 RightsCloud::port() const
{
    return quint16(m_cloud->url().port());
}

RightsCloud::Person RightsCloud::addPerson(
    const QString &name, Roles own, Roles inShared, CloudRoles cloudRoles)
{
    return must(m_cloud->database()
                    .write([=, shared = m_shared](Transaction &t) -> Result<Person> {
                        NewUser wanted;
                        wanted.name = name;
                        const auto user = Accounts::createUser(t, wanted, own);
                        if (!user)
                            return user.error();
                        if (const auto set = CloudRoleStore::setRoles(t, user->id, cloudRoles); !set)
                            return set.error();
                        Person person { *user, user->systemProject() };
                        if (!inShared)
                            return person;
                        if (const auto set = Accounts::setMember(t, shared, *user, inShared); !set)
                            return set.error();
                        person.project = shared.id;
                        return person;
                    })
                    .result());
}

void RightsCloud::addPeople()
{
    const auto addProject = [&](const QString &name, const QString &description) {
        NewProject wanted;
        wanted.name = name;
        wanted.description = description;
        return must(m_cloud->database()
                        .write([=](Transaction &t) { return Accounts::createProject(t, wanted); })
                        .result());
    };
    const QString word = QString::fromLatin1(secretWord());
    m_shared = addProject(u"shared"_s, {});
    m_victims = addProject(u"project-"_s + word, word);
    m_victim = addPerson(word, Role::Member, {});
    must(m_cloud->database()
             .write([=, this](Transaction &t) {
                 return Accounts::setMember(t, m_victims, m_victim.user, Role::Manager);
             })
             .result());
    m_victim.project = m_victims.id;

    m_people.insert(CallerKind::Reader, addPerson(u"reader"_s, Role::Reader, Role::Reader));
    m_people.insert(CallerKind::Member, addPerson(u"member"_s, Role::Member, Role::Member));
    m_people.insert(CallerKind::Manager, addPerson(u"manager"_s, Role::Member, Role::Manager));
    m_people.insert(CallerKind::OtherUser, addPerson(u"other"_s, Role::Member, {}));
    m_people.insert(CallerKind::Admin, addPerson(u"root"_s, Role::Admin, {}));
    for (const CallerFacts &caller : allCallers()) {
        if (caller.cloudRoles)
            m_people.insert(caller.kind,
                addPerson(QString::fromLatin1(caller.name), Role::Member, {}, caller.cloudRoles));
    }
    must(m_cloud->database()
             .write([](Transaction &t) {
                 return ComponentStore::setToken(t, u"outside"_s, sha256(componentToken));
             })
             .result());
}

void RightsCloud::addThings()
{
    PlainClient client(port());
    const QByteArray token = scopedToken(m_victim);
    const QByteArray synnefo =
        must(m_cloud->database()
                 .write([request = requestFor(m_victim.user.id, m_cloud->database().clock().nowMs(), hourMs)](
                            Transaction &t) { return issueSynnefoToken(t, request); })
                 .result())
            .secret;
    const QByteArray user = m_victim.user.id.utf8();
    m_things = { { "user", user }, { "project", m_victims.id.utf8() }, { "tenant", m_victims.id.utf8() },
        { "account", m_victims.id.utf8() }, { "token", token }, { "keypair", "kept-by-another" } };

    jsonOf(client.send("POST", "/compute/v2.1/os-keypairs", token,
               R"({"keypair": {"name": "kept-by-another", "public_key":
                   "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5Ur6Bv9TtJ0wLMDlWdZ4WTqWJ8Qj0rB6rUqH0Jb0y5 )"
                   + secretWord() + R"("}})"),
        200, "keypair");
    const auto image = jsonOf(
        client.send("POST", "/image/v2/images", token,
            R"({"name": ")" + secretWord() + R"(", "disk_format": "raw", "container_format": "bare"})"),
        201, "image");
    m_things.insert("image", idOf(image.value("id"_L1)));
    const QByteArray data(1 << 20, 'x');
    const auto stored = client.send("PUT", "/image/v2/images/" + m_things.value("image") + "/file", token,
        data, "Content-Type: application/octet-stream\r\n");
    if (stored.status != 204)
        qFatal("image data: %d %s", stored.status, stored.body.constData());
    for (int i = 0; i < 600; ++i) {
        const auto shown = client.send("GET", "/image/v2/images/" + m_things.value("image"), token);
        if (shown.body.contains("\"active\""))
            break;
        QThread::msleep(50);
    }
    const auto server =
        jsonOf(client.send("POST", "/compute/v2.1/servers", token,
                   R"({"server": {"name": ")" + secretWord() + R"(", "flavorRef": "1", "imageRef": ")"
                       + m_things.value("image") + R"("}})"),
            202, "server");
    m_things.insert("server", idOf(server.value("server"_L1).toObject().value("id"_L1)));
    const auto numbers =
        jsonOf(client.send("GET", "/cyclades/compute/v2.0/servers", synnefo), 200, "servers");
    m_things.insert(
        "server number", idOf(numbers.value("servers"_L1).toArray().first().toObject().value("id"_L1)));

    const auto credential =
        jsonOf(client.send("POST", "/identity/v3/users/" + user + "/application_credentials", token,
                   R"({"application_credential": {"name": ")" + secretWord() + R"("}})"),
            201, "application credential");
    m_things.insert("application credential",
        idOf(credential.value("application_credential"_L1).toObject().value("id"_L1)));
    const auto key = jsonOf(client.send("POST", "/identity/v3/users/" + user + "/credentials/OS-EC2", token,
                                R"({"tenant_id": ")" + m_victims.id.utf8() + R"("})"),
        201, "EC2 key");
    m_things.insert("access", idOf(key.value("credential"_L1).toObject().value("access"_L1)));
    const auto kept = jsonOf(client.send("POST", "/identity/v3/credentials", token,
                                 R"({"credential": {"type": "cert", "blob": ")" + secretWord() + R"("}})"),
        201, "credential");
    m_things.insert("credential", idOf(kept.value("credential"_L1).toObject().value("id"_L1)));
    const auto trust = jsonOf(
        client.send("POST", "/identity/v3/OS-TRUST/trusts", token,
            R"({"trust": {"impersonation": true, "roles": [{"name": "member"}],
                                      "trustor_user_id": ")"
                + user + R"(", "trustee_user_id": ")" + m_people.value(CallerKind::Admin).user.id.utf8()
                + R"(", "project_id": ")" + m_victims.id.utf8() + R"("}})"),
        201, "trust");
    m_things.insert("trust", idOf(trust.value("trust"_L1).toObject().value("id"_L1)));
}

QByteArray RightsCloud::scopedToken(const Person &person)
{
    const auto request = requestFor(person.user.id, m_cloud->database().clock().nowMs(), hourMs);
    const ScopeWanted scope { ScopeWanted::Kind::Project, NameRef::byId(person.project.text()) };
    return must(m_cloud->database()
                    .write([=](Transaction &t) { return issueScopedToken(t, request, scope); })
                    .result())
        .secret;
}

QHash<CallerKind, QByteArray> RightsCloud::newTokens(Face face)
{
    const qint64 nowMs = m_cloud->database().clock().nowMs();
    const auto people = m_people;
    const auto make = [=](Transaction &t) -> Result<QHash<CallerKind, QByteArray>> {
        QHash<CallerKind, QByteArray> tokens;
        const auto keep = [&](CallerKind kind, const Result<IssuedToken> &issued) -> Result<> {
            if (!issued)
                return issued.error();
            tokens.insert(kind, issued->secret);
            return {};
        };
        const auto scoped = [&](const Person &person, qint64 issuedAtMs) {
            return issueScopedToken(t, requestFor(person.user.id, issuedAtMs, hourMs),
                { ScopeWanted::Kind::Project, NameRef::byId(person.project.text()) });
        };
        const auto synnefo = [&](const Person &person) {
            return issueSynnefoToken(t, requestFor(person.user.id, nowMs, hourMs));
        };
        for (auto person = people.cbegin(); person != people.cend(); ++person) {
            // The roles on the cloud come with Synnefo tokens only.
            const bool isOld = face == Face::Synnefo || hasCloudRoles(person.key());
            if (const auto kept = keep(person.key(), isOld ? synnefo(*person) : scoped(*person, nowMs));
                !kept)
                return kept.error();
        }
        const Person member = people.value(CallerKind::Member);
        const auto other = face == Face::Synnefo ? scoped(member, nowMs) : synnefo(member);
        if (const auto kept = keep(CallerKind::OtherFace, other); !kept)
            return kept.error();
        if (const auto kept = keep(CallerKind::ExpiredToken, scoped(member, nowMs - 2 * hourMs)); !kept)
            return kept.error();
        const auto unscoped = issueScopedToken(
            t, requestFor(member.user.id, nowMs, hourMs), { ScopeWanted::Kind::Nothing, {} });
        if (const auto kept = keep(CallerKind::Unscoped, unscoped); !kept)
            return kept.error();

        ApplicationCredential credential;
        credential.id = CredentialId::create();
        credential.user = member.user.id;
        credential.project = member.project;
        credential.name = credential.id.text();
        credential.roles = Role::Member;
        const QString hash = tokenHashText(restrictedSecret);
        if (const auto inserted = ApplicationCredentialStore::insert(t, credential, hash); !inserted)
            return inserted.error();
        auto request = requestFor(member.user.id, nowMs, hourMs);
        request.credential = credential;
        if (const auto kept = keep(CallerKind::RestrictedCredential, issueScopedToken(t, request, {})); !kept)
            return kept.error();
        tokens.insert(CallerKind::UnknownToken, newToken());
        tokens.insert(CallerKind::Component, componentToken);
        return tokens;
    };
    return must(m_cloud->database().write(make).result());
}

QByteArray RightsCloud::valueOf(
    const QByteArray &name, const RouteTable &table, const QByteArray &pattern) const
{
    if (name == "server" && table.face == Face::Synnefo)
        return m_things.value("server number");
    if (name == "credential" && pattern.contains("application_credentials"))
        return m_things.value("application credential");
    return m_things.value(name);
}

RightsCloud::Filled RightsCloud::filled(const RouteTable &table, const QByteArray &pattern) const
{
    Filled filled;
    QByteArrayList parts = pattern.split('/');
    for (QByteArray &part : parts) {
        if (!part.startsWith('{'))
            continue;
        const QByteArray name = part.mid(1, part.indexOf('}') - 1).replace("...", "");
        const QByteArray value = valueOf(name, table, pattern);
        filled.namesVictim = filled.namesVictim || !value.isEmpty();
        part = value.isEmpty() ? QUuid::createUuid().toByteArray(QUuid::WithoutBraces) : value;
    }
    filled.path = table.prefix + parts.join('/');
    return filled;
}

QByteArray RightsCloud::filledWithNothing(const RouteTable &table, const QByteArray &pattern) const
{
    QByteArrayList parts = pattern.split('/');
    for (QByteArray &part : parts) {
        if (part.startsWith('{'))
            part = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    }
    return table.prefix + parts.join('/');
}

} // namespace nephele::test
