// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/cloudrolestore.h"
#include "tests/server/identity/identityserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

using Body = QByteArray;

// Projects as kamaki sees them: over HTTP, from a real server, every status the Astakos API guide names.
//   ann   owns lab (active, public, moderated), den (active, private), wish (waits), old (terminated)
//   eve   is a member of lab; bob asks to be; joe is nothing; pat is a project admin; root an administrator
class tst_ProjectRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanupTestCase();
    void aCallHasItsStatus_data();
    void aCallHasItsStatus();
    void aWrongApplicationIsRefused_data();
    void aWrongApplicationIsRefused();
    void anApplicationMayBeThisMuch_data();
    void anApplicationMayBeThisMuch();
    void aWrongActionIsRefused_data();
    void aWrongActionIsRefused();
    void aNewProjectShowsWhatItWasAskedWith();
    void whatIsNotSaidHasItsDefault();
    void aProjectHasTheseAttributes();
    void someAttributesAreNotForEverybody_data();
    void someAttributesAreNotForEverybody();
    void aSystemProjectIsClosed();
    void aListShowsWhatItsModeSays_data();
    void aListShowsWhatItsModeSays();
    void aListIsFiltered();
    void listsComeInPages();
    void aMembershipHasTheseAttributes();
    void membershipsAreThoseOneMaySee();
    void policiesDecide_data();
    void policiesDecide();
    void aFullProjectTakesNobody();
    void aDefaultProjectIsSeenAtOnce();
    void thePendingLimitIsAConflict();

private:
    QByteArray filled(QByteArray text) const;
    test::HttpAnswer send(
        const QByteArray &who, const QByteArray &method, const QByteArray &path, const QByteArray &body = {})
    {
        const auto answer =
            m_server->send(method, "/astakos/account/v1.0" + filled(path), m_tokens.value(who), filled(body));
        m_isTouched |= method != "GET" && answer.status < 400;
        return answer;
    }
    QByteArray apply(const QByteArray &who, const QByteArray &name, const QByteArray &more = {})
    {
        const auto answer = send(who, "POST", "/projects",
            R"({"name": ")" + name + R"(.example.org", "end_date": "2028-01-01T00:00:00Z")" + more + "}");
        if (answer.status != 201)
            qFatal("applying: %d %s", answer.status, answer.body.constData());
        m_applications.insert(name, answer.json().value("application"_L1).toInt());
        m_ids.insert(name, answer.json().value("id"_L1).toString().toLatin1());
        return m_ids.value(name);
    }
    void act(const QByteArray &name, const QByteArray &action)
    {
        const auto answer = send("pat", "POST", "/projects/{" + name + "}/action",
            "{\"" + action + R"(": {"reason": "", "app_id": {)" + name + "-app}}}");
        if (answer.status != 200)
            qFatal("%s: %d %s", action.constData(), answer.status, answer.body.constData());
    }
    QByteArray enter(const QByteArray &who, const QByteArray &body)
    {
        const auto answer = send(who, "POST", "/projects/memberships", body);
        if (answer.status != 200)
            qFatal("entering: %d %s", answer.status, answer.body.constData());
        return QByteArray::number(answer.json().value("id"_L1).toInt());
    }
    QJsonArray list(const QByteArray &who, const QByteArray &path)
    {
        const auto answer = send(who, "GET", path);
        return answer.status == 200 ? QJsonDocument::fromJson(answer.body).array()
                                    : QJsonArray { answer.status };
    }
    // The names in a list without ".example.org", sorted; other projects' as they are.
    QString namesIn(const QJsonArray &projects) const;

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::IdentityServer> m_server;
    QHash<QByteArray, QByteArray> m_tokens;
    QHash<QByteArray, QByteArray> m_ids; // what stands for {name} in a path or body
    QHash<QByteArray, qint64> m_applications;
    bool m_isTouched = true; // changed since init() made it
};

QByteArray tst_ProjectRoutes::filled(QByteArray text) const
{
    for (auto it = m_ids.cbegin(); it != m_ids.cend(); ++it)
        text.replace('{' + it.key() + '}', it.value());
    for (auto it = m_applications.cbegin(); it != m_applications.cend(); ++it)
        text.replace('{' + it.key() + "-app}", QByteArray::number(it.value()));
    return text;
}

void tst_ProjectRoutes::init()
{
    if (!m_isTouched)
        return; // what was only refused so far will do for the next row
    m_server.reset();
    m_ids.clear();
    m_applications.clear();
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    for (const char *name : { "ann", "bob", "eve", "joe", "pat", "root" }) {
        const bool isRoot = name == QByteArray("root");
        const User user = m_identity->addUser(
            QString::fromLatin1(name), isRoot ? Roles(Role::Admin) | Role::Member : Roles(Role::Member));
        m_ids.insert(name, user.id.utf8());
        if (name == QByteArray("pat"))
            m_identity->write([=](Transaction &t) {
                return CloudRoleStore::setRoles(t, user.id, CloudRole::ProjectAdmin);
            });
        m_tokens.insert(name, m_identity->synnefoToken(user));
    }
    m_ids.insert("foreign", m_identity->addProject(u"foreign"_s).id.utf8());
    m_ids.insert("none", "11111111-1111-4111-8111-111111111111");
    m_server = std::make_unique<test::IdentityServer>(*m_identity);
    for (const char *name : { "lab", "den", "old", "wish" }) {
        apply("ann", name, name == QByteArray("den") ? R"(, "private": true)" : "");
        if (name != QByteArray("wish"))
            act(name, "approve");
    }
    act("old", "terminate");
    m_ids.insert("eve-in-lab", enter("ann", R"({"enroll": {"project": "{lab}", "user": "eve"}})"));
    m_ids.insert("bob-in-lab", enter("bob", R"({"join": {"project": "{lab}"}})"));
    m_isTouched = false;
}

void tst_ProjectRoutes::cleanupTestCase()
{
    m_server.reset();
    m_identity.reset();
}

QString tst_ProjectRoutes::namesIn(const QJsonArray &projects) const
{
    QStringList names;
    for (const QJsonValue &project : projects) {
        const QString name = project.toObject().value("name"_L1).toString();
        names.append(name.endsWith(".example.org"_L1) ? name.section(u'.', 0, 0)
                : name.startsWith("system:"_L1)       ? u"system"_s
                                                      : name);
    }
    names.sort();
    return names.join(u' ');
}

void tst_ProjectRoutes::aCallHasItsStatus_data()
{
    QTest::addColumn<QByteArray>("who"); // empty: nobody
    QTest::addColumn<QByteArray>("call"); // method and path
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *who, const char *call, int status,
                         const Body &body = {}) {
        QTest::newRow(name) << QByteArray(who) << QByteArray(call) << body << status;
    };
    row("list: nobody", "", "GET /projects", 401);
    row("list", "joe", "GET /projects", 200);
    row("list: unknown state", "joe", "GET /projects?state=good", 400);
    row("list: unknown mode", "joe", "GET /projects?mode=all", 400);
    row("list: owner is no uuid", "joe", "GET /projects?owner=ann", 400);
    row("list: limit is no number", "joe", "GET /projects?limit=x", 400);

    row("show: public", "joe", "GET /projects/{lab}", 200);
    row("show: private", "joe", "GET /projects/{den}", 403);
    row("show: private, owner", "ann", "GET /projects/{den}", 200);
    row("show: private, project admin", "pat", "GET /projects/{den}", 200);
    row("show: waits", "joe", "GET /projects/{wish}", 403);
    row("show: waits, applicant", "ann", "GET /projects/{wish}", 200);
    row("show: terminated", "joe", "GET /projects/{old}", 403);
    row("show: terminated, owner", "ann", "GET /projects/{old}", 200);
    row("show: made elsewhere", "joe", "GET /projects/{foreign}", 403);
    row("show: made elsewhere, administrator", "root", "GET /projects/{foreign}", 200);
    row("show: own system project", "joe", "GET /projects/{joe}", 200);
    row("show: another's system project", "joe", "GET /projects/{ann}", 403);
    row("show: unknown", "joe", "GET /projects/{none}", 404);
    row("show: no uuid", "joe", "GET /projects/lab", 404);
    row("show: nobody", "", "GET /projects/{lab}", 401);

    const Body change = R"({"description": "more"})";
    row("change: owner", "ann", "PUT /projects/{lab}", 201, change);
    row("change: project admin", "pat", "PUT /projects/{lab}", 201, change);
    row("change: member", "eve", "PUT /projects/{lab}", 403, change);
    row("change: nobody's business", "joe", "PUT /projects/{den}", 403, change);
    row("change: waits", "ann", "PUT /projects/{wish}", 409, change);
    row("change: terminated", "ann", "PUT /projects/{old}", 201, change);
    row("change: unknown", "ann", "PUT /projects/{none}", 404, change);
    row("change: own system project", "joe", "PUT /projects/{joe}", 403, change);
    row("change: system project's description", "pat", "PUT /projects/{joe}", 409, change);
    row("change: system project's name", "pat", "PUT /projects/{joe}", 409, R"({"name": "a.example.org"})");
    row("change: system project's owner", "pat", "PUT /projects/{joe}", 409, R"({"owner": "{ann}"})");
    row("change: system project's homepage", "pat", "PUT /projects/{joe}", 409, R"({"homepage": ""})");
    row("change: system project's limits", "pat", "PUT /projects/{joe}", 201,
        R"({"resources": {"cyclades.vm": {"project_capacity": 3, "member_capacity": 3}}})");
    row("change: nothing", "ann", "PUT /projects/{lab}", 201, "{}");
    row("change: name is no domain", "ann", "PUT /projects/{lab}", 400, R"({"name": "lab"})");

    const Body approve = R"({"approve": {"app_id": {wish-app}}})";
    row("approve: applicant", "ann", "POST /projects/{wish}/action", 403, approve);
    row("approve: nobody's business", "joe", "POST /projects/{wish}/action", 403, approve);
    row("approve: project admin", "pat", "POST /projects/{wish}/action", 200, approve);
    row("approve: administrator", "root", "POST /projects/{wish}/action", 200, approve);
    row("approve: unknown", "pat", "POST /projects/{none}/action", 404, approve);
    row("approve: again", "pat", "POST /projects/{lab}/action", 409, R"({"approve": {"app_id": {lab-app}}})");
    row("approve: another's", "pat", "POST /projects/{wish}/action", 409,
        R"({"approve": {"app_id": {lab-app}}})");
    row("deny: applicant", "ann", "POST /projects/{wish}/action", 403, R"({"deny": {"app_id": {wish-app}}})");
    row("deny: project admin", "pat", "POST /projects/{wish}/action", 200,
        R"({"deny": {"app_id": {wish-app}, "reason": "no"}})");
    row("cancel: applicant", "ann", "POST /projects/{wish}/action", 200,
        R"({"cancel": {"app_id": {wish-app}}})");
    row("cancel: another", "joe", "POST /projects/{wish}/action", 403,
        R"({"cancel": {"app_id": {wish-app}}})");
    row("cancel: approved", "ann", "POST /projects/{lab}/action", 409,
        R"({"cancel": {"app_id": {lab-app}}})");
    row("dismiss: not denied", "ann", "POST /projects/{wish}/action", 409,
        R"({"dismiss": {"app_id": {wish-app}}})");
    row("dismiss: another", "joe", "POST /projects/{wish}/action", 403,
        R"({"dismiss": {"app_id": {wish-app}}})");
    row("suspend: owner", "ann", "POST /projects/{lab}/action", 403, R"({"suspend": {}})");
    row("suspend: project admin", "pat", "POST /projects/{lab}/action", 200,
        R"({"suspend": {"reason": "x"}})");
    row("suspend: waits", "pat", "POST /projects/{wish}/action", 409, R"({"suspend": {}})");
    row("suspend: made elsewhere", "pat", "POST /projects/{foreign}/action", 200, R"({"suspend": {}})");
    row("unsuspend: active", "pat", "POST /projects/{lab}/action", 409, R"({"unsuspend": {}})");
    row("terminate: project admin", "pat", "POST /projects/{lab}/action", 200, R"({"terminate": {}})");
    row("terminate: owner", "ann", "POST /projects/{lab}/action", 403, R"({"terminate": {}})");
    row("terminate: again", "pat", "POST /projects/{old}/action", 409, R"({"terminate": {}})");
    row("terminate: system project", "pat", "POST /projects/{joe}/action", 409, R"({"terminate": {}})");
    row("reinstate: terminated", "pat", "POST /projects/{old}/action", 200, R"({"reinstate": {}})");
    row("reinstate: active", "pat", "POST /projects/{lab}/action", 409, R"({"reinstate": {}})");
    row("act: no uuid", "pat", "POST /projects/lab/action", 404, R"({"suspend": {}})");

    row("memberships", "joe", "GET /projects/memberships", 200);
    row("memberships: no uuid", "joe", "GET /projects/memberships?project=lab", 400);
    row("memberships: nobody", "", "GET /projects/memberships", 401);
    row("join", "joe", "POST /projects/memberships", 200, R"({"join": {"project": "{lab}"}})");
    row("join: asked already", "bob", "POST /projects/memberships", 409, R"({"join": {"project": "{lab}"}})");
    row("join: member already", "eve", "POST /projects/memberships", 409,
        R"({"join": {"project": "{lab}"}})");
    row("join: waits", "joe", "POST /projects/memberships", 409, R"({"join": {"project": "{wish}"}})");
    row("join: terminated", "joe", "POST /projects/memberships", 409, R"({"join": {"project": "{old}"}})");
    row("join: made elsewhere", "joe", "POST /projects/memberships", 409,
        R"({"join": {"project": "{foreign}"}})");
    row("join: another's system project", "joe", "POST /projects/memberships", 409,
        R"({"join": {"project": "{ann}"}})");
    row("join: unknown", "joe", "POST /projects/memberships", 404, R"({"join": {"project": "{none}"}})");
    row("join: no uuid", "joe", "POST /projects/memberships", 404, R"({"join": {"project": "lab"}})");
    row("enroll", "ann", "POST /projects/memberships", 200,
        R"({"enroll": {"project": "{lab}", "user": "joe"}})");
    row("enroll: who asked", "pat", "POST /projects/memberships", 200,
        R"({"enroll": {"project": "{lab}", "user": "BOB"}})");
    row("enroll: member already", "ann", "POST /projects/memberships", 409,
        R"({"enroll": {"project": "{lab}", "user": "eve"}})");
    row("enroll: by a member", "eve", "POST /projects/memberships", 403,
        R"({"enroll": {"project": "{lab}", "user": "joe"}})");
    row("enroll: unknown user", "ann", "POST /projects/memberships", 409,
        R"({"enroll": {"project": "{lab}", "user": "nobody"}})");
    row("enroll: unknown project", "ann", "POST /projects/memberships", 409,
        R"({"enroll": {"project": "{none}", "user": "joe"}})");
    row("enroll: terminated", "ann", "POST /projects/memberships", 409,
        R"({"enroll": {"project": "{old}", "user": "joe"}})");
    row("enter: both", "ann", "POST /projects/memberships", 400,
        R"({"join": {"project": "{lab}"}, "enroll": {"project": "{lab}", "user": "joe"}})");
    row("enter: neither", "ann", "POST /projects/memberships", 400, "{}");
    row("enter: something else", "ann", "POST /projects/memberships", 400,
        R"({"leave": {"project": "{lab}"}})");
    row("enter: null", "ann", "POST /projects/memberships", 400, R"({"join": null})");
    row("enter: no project", "ann", "POST /projects/memberships", 400, R"({"join": {}})");
    row("enroll: no user", "ann", "POST /projects/memberships", 400, R"({"enroll": {"project": "{lab}"}})");

    row("membership: his", "bob", "GET /projects/memberships/{bob-in-lab}", 200);
    row("membership: owner", "ann", "GET /projects/memberships/{bob-in-lab}", 200);
    row("membership: project admin", "pat", "GET /projects/memberships/{bob-in-lab}", 200);
    row("membership: another member's", "eve", "GET /projects/memberships/{bob-in-lab}", 403);
    row("membership: unknown", "pat", "GET /projects/memberships/9999", 404);
    row("membership: no number", "pat", "GET /projects/memberships/x", 404);

    row("accept: owner", "ann", "POST /projects/memberships/{bob-in-lab}/action", 200, R"({"accept": "hi"})");
    row("accept: no reason", "ann", "POST /projects/memberships/{bob-in-lab}/action", 200,
        R"({"accept": ""})");
    row("accept: himself", "bob", "POST /projects/memberships/{bob-in-lab}/action", 403, R"({"accept": ""})");
    row("accept: member", "ann", "POST /projects/memberships/{eve-in-lab}/action", 409, R"({"accept": ""})");
    row("reject: owner", "ann", "POST /projects/memberships/{bob-in-lab}/action", 200, R"({"reject": ""})");
    row("reject: member", "ann", "POST /projects/memberships/{eve-in-lab}/action", 409, R"({"reject": ""})");
    row("cancel request", "bob", "POST /projects/memberships/{bob-in-lab}/action", 200, R"({"cancel": ""})");
    row("cancel request: owner", "ann", "POST /projects/memberships/{bob-in-lab}/action", 403,
        R"({"cancel": ""})");
    row("cancel request: member", "eve", "POST /projects/memberships/{eve-in-lab}/action", 409,
        R"({"cancel": ""})");
    row("leave", "eve", "POST /projects/memberships/{eve-in-lab}/action", 200, R"({"leave": ""})");
    row("leave: asked only", "bob", "POST /projects/memberships/{bob-in-lab}/action", 409,
        R"({"leave": ""})");
    row("leave: owner for her", "ann", "POST /projects/memberships/{eve-in-lab}/action", 403,
        R"({"leave": ""})");
    row("leave: project admin for her", "pat", "POST /projects/memberships/{eve-in-lab}/action", 200,
        R"({"leave": ""})");
    row("remove", "ann", "POST /projects/memberships/{eve-in-lab}/action", 200, R"({"remove": ""})");
    row("remove: herself", "eve", "POST /projects/memberships/{eve-in-lab}/action", 403, R"({"remove": ""})");
    row("remove: asked only", "ann", "POST /projects/memberships/{bob-in-lab}/action", 409,
        R"({"remove": ""})");
    row("act: unknown membership", "ann", "POST /projects/memberships/9999/action", 404, R"({"accept": ""})");
    row("act: null", "ann", "POST /projects/memberships/{bob-in-lab}/action", 400, R"({"accept": null})");
    row("act: an object", "ann", "POST /projects/memberships/{bob-in-lab}/action", 400, R"({"accept": {}})");
    row("act: two", "ann", "POST /projects/memberships/{bob-in-lab}/action", 400,
        R"({"accept": "", "reject": ""})");
    row("act: none", "ann", "POST /projects/memberships/{bob-in-lab}/action", 400, "{}");
    row("act: the operator's alone", "pat", "POST /projects/memberships/{eve-in-lab}/action", 400,
        R"({"suspend": ""})");

    row("default: own", "eve", "POST /myaccount/default_project", 200, R"({"project_id": "{eve}"})");
    row("default: member", "eve", "POST /myaccount/default_project", 200, R"({"project_id": "{lab}"})");
    row("default: asked only", "bob", "POST /myaccount/default_project", 403, R"({"project_id": "{lab}"})");
    row("default: no membership", "joe", "POST /myaccount/default_project", 404,
        R"({"project_id": "{lab}"})");
    row("default: terminated", "ann", "POST /myaccount/default_project", 403, R"({"project_id": "{old}"})");
    row("default: unknown", "ann", "POST /myaccount/default_project", 404, R"({"project_id": "{none}"})");
    row("default: no uuid", "ann", "POST /myaccount/default_project", 404, R"({"project_id": "lab"})");
    row("default: missing", "ann", "POST /myaccount/default_project", 403, "{}");
    row("default: a number", "ann", "POST /myaccount/default_project", 400, R"({"project_id": 1})");
    row("default: no object", "ann", "POST /myaccount/default_project", 400, "[]");
    row("default: nobody", "", "POST /myaccount/default_project", 401, R"({"project_id": "{lab}"})");
}

void tst_ProjectRoutes::aCallHasItsStatus()
{
    QFETCH(QByteArray, who);
    QFETCH(QByteArray, call);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    static const QHash<int, QString> faults { { 400, u"badRequest"_s }, { 401, u"unauthorized"_s },
        { 403, u"forbidden"_s }, { 404, u"itemNotFound"_s }, { 409, u"conflict"_s } };
    const auto answer = send(who, call.split(' ').at(0), call.split(' ').at(1), body);
    QVERIFY2(answer.status == status, answer.body.constData());
    if (status >= 400) {
        const QJsonObject fault = answer.json().value(faults.value(status)).toObject();
        QCOMPARE(fault.value("code"_L1).toInt(), status);
        QVERIFY(!fault.value("message"_L1).toString().isEmpty());
    } else if (call.contains("/action") || call.contains("/myaccount")) {
        QCOMPARE(answer.body, QByteArray());
    }
}

void tst_ProjectRoutes::aWrongApplicationIsRefused_data()
{
    QTest::addColumn<QByteArray>("more"); // replaces or adds to what is asked for
    QTest::addColumn<QString>("field"); // what the fault names
    const auto row = [](const char *name, const Body &more, const char *field) {
        QTest::newRow(name) << more << QString::fromLatin1(field);
    };
    row("no name", R"("name": null)", "name");
    row("name is a number", R"("name": 1)", "name");
    row("name of one label", R"("name": "lab")", "name");
    row("name with a blank", R"("name": "my lab.org")", "name");
    row("name with a hyphen first", R"("name": "-lab.example.org")", "name");
    row("name with a hyphen last", R"("name": "lab-.example.org")", "name");
    row("last label of one letter", R"("name": "lab.o")", "name");
    row("last label of seven letters", R"("name": "lab.network")", "name");
    row("last label with a digit", R"("name": "lab.o2")", "name");
    row("name ends in a dot", R"("name": "lab.example.org.")", "name");
    row("name ends in a line", R"("name": "lab.example.org\n")", "name");
    row("name of 81 characters", R"("name": ")" + Body(77, 'a') + R"(.org")", "name");
    row("no end", R"("end_date": null)", "end_date");
    row("end is no date", R"("end_date": "soon")", "end_date");
    row("end in the past", R"("end_date": "2020-01-01")", "end_date");
    row("end before start", R"("start_date": "2029-01-01")", "end_date");
    row("start is no date", R"("start_date": "now")", "start_date");
    row("owner is no uuid", R"("owner": "ann")", "owner");
    row("owner is nobody", R"("owner": "{none}")", "owner");
    row("homepage too long", R"("homepage": ")" + Body(256, 'x') + "\"", "homepage");
    row("description too long", R"("description": ")" + Body(4097, 'x') + "\"", "description");
    row("comments too long", R"("comments": ")" + Body(4097, 'x') + "\"", "comments");
    row("unknown join policy", R"("join_policy": "open")", "join_policy");
    row("unknown leave policy", R"("leave_policy": "Auto")", "leave_policy");
    row("members below zero", R"("max_members": -1)", "max_members");
    row("members as words", R"("max_members": "many")", "max_members");
    row("members too many", R"("max_members": "9999999999T")", "max_members");
    row("private is a word", R"("private": "yes")", "private");
    row("resources are a list", R"("resources": [])", "resources");
    row("a resource is a number", R"("resources": {"cyclades.vm": 1})", "resources.cyclades.vm");
    row("a resource without member_capacity", R"("resources": {"cyclades.vm": {"project_capacity": 1}})",
        "resources.cyclades.vm.member_capacity");
    row("a member may more than the project",
        R"("resources": {"cyclades.vm": {"project_capacity": 1, "member_capacity": 2}})",
        "resources.cyclades.vm.member_capacity");
    row("below zero", R"("resources": {"cyclades.vm": {"project_capacity": -1, "member_capacity": -1}})",
        "resources.cyclades.vm.project_capacity");
    row("more than numbers go",
        R"("resources": {"cyclades.vm": {"project_capacity": 9223372036854775808, "member_capacity": 1}})",
        "resources.cyclades.vm.project_capacity");
    row("unknown resource", R"("resources": {"unicorns": {"project_capacity": 1, "member_capacity": 1}})",
        "unicorns");
    row("hidden resource",
        R"("resources": {"astakos.pending_app": {"project_capacity": 9, "member_capacity": 9}})",
        "astakos.pending_app");
}

void tst_ProjectRoutes::aWrongApplicationIsRefused()
{
    QFETCH(QByteArray, more);
    QFETCH(QString, field);
    // The last one of two members of a name counts.
    const auto answer = send("joe", "POST", "/projects",
        R"({"name": "x.example.org", "end_date": "2028-01-01T00:00:00Z", )" + more + "}");
    QVERIFY2(answer.status == 400, answer.body.constData());
    const QString message = answer.json().value("badRequest"_L1).toObject().value("message"_L1).toString();
    QVERIFY2(message.contains(field), qPrintable(message));
    QCOMPARE(namesIn(list("joe", "/projects")), u"system"_s);
}

void tst_ProjectRoutes::anApplicationMayBeThisMuch_data()
{
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonValue>("value");
    const auto row = [](const char *name, const Body &more, const char *key, const QJsonValue &value) {
        QTest::newRow(name) << more << QString::fromLatin1(key) << value;
    };
    const QString longName = QString(76, u'a') + u".org"_s;
    row("name of 80 characters", R"("name": ")" + longName.toLatin1() + "\"", "name", longName);
    row("name in capitals", R"("name": "Lab-1.Example.ORG")", "name", u"Lab-1.Example.ORG"_s);
    row("members with a unit", R"("max_members": "2K")", "max_members", 2048);
    row("members as text", R"("max_members": "7")", "max_members", 7);
    row("no members at all", R"("max_members": 0)", "max_members", 0);
    row("members without limit", R"("max_members": "inf")", "max_members", endless);
    row("end without time", R"("end_date": "2028-02-29")", "end_date", u"2028-02-29T00:00:00.000000+00:00"_s);
    row("end in a zone", R"("end_date": "2028-02-29T01:00:00+01:00")", "end_date",
        u"2028-02-29T00:00:00.000000+00:00"_s);
    row("another owner", R"("owner": "{ann}")", "owner", u"{ann}"_s);
    row("text beyond ASCII", R"("description": "Εργαστήριο")", "description", u"Εργαστήριο"_s);
}

void tst_ProjectRoutes::anApplicationMayBeThisMuch()
{
    QFETCH(QByteArray, more);
    QFETCH(QString, key);
    QFETCH(QJsonValue, value);
    const auto answer = send("joe", "POST", "/projects",
        R"({"name": "x.example.org", "end_date": "2028-01-01T00:00:00Z", )" + more + "}");
    QVERIFY2(answer.status == 201, answer.body.constData());
    const auto shown = send("joe", "GET", "/projects/" + answer.json().value("id"_L1).toString().toLatin1());
    QCOMPARE(shown.status, 200); // also where another is the owner
    if (value.isString())
        value = QString::fromUtf8(filled(value.toString().toUtf8()));
    QCOMPARE(shown.json().value(key), value);
}

void tst_ProjectRoutes::aWrongActionIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << Body("{}");
    QTest::newRow("unknown") << Body(R"({"bless": {}})");
    QTest::newRow("two") << Body(R"({"suspend": {}, "terminate": {}})");
    QTest::newRow("one and something else") << Body(R"({"suspend": {}, "x": 1})");
    QTest::newRow("null") << Body(R"({"suspend": null})");
    QTest::newRow("a text") << Body(R"({"suspend": "please"})");
    QTest::newRow("reason is a number") << Body(R"({"suspend": {"reason": 1}})");
    QTest::newRow("no application") << Body(R"({"approve": {"reason": "x"}})");
    QTest::newRow("application is a text") << Body(R"({"approve": {"app_id": "1"}})");
    QTest::newRow("application is null") << Body(R"({"approve": {"app_id": null}})");
    QTest::newRow("a list") << Body("[]");
    QTest::newRow("not JSON") << Body("suspend");
}

void tst_ProjectRoutes::aWrongActionIsRefused()
{
    QFETCH(QByteArray, body);
    QCOMPARE(send("pat", "POST", "/projects/{lab}/action", body).status, 400);
    QCOMPARE(send("pat", "GET", "/projects/{lab}").json().value("state"_L1).toString(), u"active"_s);
    const auto typed = m_server->send("POST", "/astakos/account/v1.0" + filled("/projects/{lab}/action"),
        m_tokens.value("pat"), R"({"suspend": {}})", { { "Content-Type", "text/plain" } });
    QCOMPARE(typed.status, 400);
}

void tst_ProjectRoutes::aNewProjectShowsWhatItWasAskedWith()
{
    apply("joe", "shop", R"(, "description": "A shop", "homepage": "https://shop.example.org",
        "comments": "please", "start_date": "2027-06-01", "join_policy": "auto", "leave_policy": "closed",
        "max_members": 9, "private": true,
        "resources": {"cyclades.vm": {"project_capacity": 5, "member_capacity": 2},
                      "cyclades.ram": {"project_capacity": 9223372036854775807, "member_capacity": 1024}})");
    const QJsonObject project = send("joe", "GET", "/projects/{shop}").json();
    QCOMPARE(project.value("state"_L1).toString(), u"uninitialized"_s);
    QCOMPARE(project.value("join_policy"_L1).toString(), u"auto"_s);
    QCOMPARE(project.value("leave_policy"_L1).toString(), u"closed"_s);
    QCOMPARE(project.value("private"_L1), QJsonValue(true));
    QCOMPARE(project.value("max_members"_L1).toInteger(), 9);
    const QJsonObject vm { { u"member_capacity"_s, 2 }, { u"project_capacity"_s, 5 } };
    const QJsonObject ram { { u"member_capacity"_s, 1024 }, { u"project_capacity"_s, endless } };
    QCOMPARE(project.value("resources"_L1).toObject().value("cyclades.vm"_L1).toObject(), vm);
    const QJsonObject application = project.value("last_application"_L1).toObject();
    QCOMPARE(application.keys(),
        (QStringList { u"applicant"_s, u"comments"_s, u"description"_s, u"end_date"_s, u"homepage"_s, u"id"_s,
            u"join_policy"_s, u"leave_policy"_s, u"max_members"_s, u"name"_s, u"owner"_s, u"private"_s,
            u"resources"_s, u"start_date"_s, u"state"_s }));
    QCOMPARE(application.value("id"_L1).toInteger(), m_applications.value("shop"));
    QCOMPARE(application.value("state"_L1).toString(), u"pending"_s);
    QCOMPARE(application.value("comments"_L1).toString(), u"please"_s);
    QCOMPARE(application.value("start_date"_L1).toString(), u"2027-06-01T00:00:00.000000+00:00"_s);
    QCOMPARE(application.value("resources"_L1).toObject(),
        (QJsonObject { { u"cyclades.ram"_s, ram }, { u"cyclades.vm"_s, vm } }));
    act("shop", "approve");
    const QJsonObject living = send("joe", "GET", "/projects/{shop}").json();
    QCOMPARE(living.value("state"_L1).toString(), u"active"_s);
    QCOMPARE(living.value("resources"_L1).toObject(), project.value("resources"_L1).toObject());
    QCOMPARE(living.value("last_application"_L1).toObject().value("state"_L1).toString(), u"approved"_s);
}

void tst_ProjectRoutes::whatIsNotSaidHasItsDefault()
{
    const QJsonObject project = send("ann", "GET", "/projects/{wish}").json();
    QCOMPARE(project.value("owner"_L1).toString().toLatin1(), m_ids.value("ann"));
    QCOMPARE(project.value("homepage"_L1).toString(u"?"_s), QString());
    QCOMPARE(project.value("description"_L1).toString(u"?"_s), QString());
    QCOMPARE(project.value("join_policy"_L1).toString(), u"moderated"_s);
    QCOMPARE(project.value("leave_policy"_L1).toString(), u"auto"_s);
    QCOMPARE(project.value("max_members"_L1).toInteger(), endless);
    QCOMPARE(project.value("private"_L1), QJsonValue(false));
}

void tst_ProjectRoutes::aProjectHasTheseAttributes()
{
    const QJsonObject project = send("joe", "GET", "/projects/{lab}").json();
    QCOMPARE(project.keys(),
        (QStringList { u"creation_date"_s, u"description"_s, u"end_date"_s, u"homepage"_s, u"id"_s,
            u"join_policy"_s, u"leave_policy"_s, u"max_members"_s, u"name"_s, u"owner"_s, u"private"_s,
            u"resources"_s, u"state"_s, u"system_project"_s }));
    QCOMPARE(project.value("id"_L1).toString().toLatin1(), m_ids.value("lab"));
    QCOMPARE(project.value("name"_L1).toString(), u"lab.example.org"_s);
    QCOMPARE(project.value("system_project"_L1), QJsonValue(false));
    QCOMPARE(project.value("end_date"_L1).toString(), u"2028-01-01T00:00:00.000000+00:00"_s);
    const QStringList resources = project.value("resources"_L1).toObject().keys();
    QVERIFY(resources.contains(u"cyclades.vm"_s) && resources.contains(u"pithos.diskspace"_s));
    QVERIFY(!resources.contains(u"astakos.pending_app"_s) && !resources.contains(u"cyclades.total_ram"_s));
}

void tst_ProjectRoutes::someAttributesAreNotForEverybody_data()
{
    QTest::addColumn<QByteArray>("who");
    QTest::addColumn<bool>("isTold");
    QTest::newRow("owner") << QByteArray("ann") << true;
    QTest::newRow("project admin") << QByteArray("pat") << true;
    QTest::newRow("administrator") << QByteArray("root") << true;
    QTest::newRow("member") << QByteArray("eve") << false;
    QTest::newRow("anybody") << QByteArray("joe") << false;
}

void tst_ProjectRoutes::someAttributesAreNotForEverybody()
{
    QFETCH(QByteArray, who);
    QFETCH(bool, isTold);
    const auto project = [&] { return send(who, "GET", "/projects/{lab}").json(); };
    QCOMPARE(project().contains("last_application"_L1), isTold);
    QVERIFY(!project().contains("deactivation_date"_L1));
    act("lab", "suspend");
    act("lab", "unsuspend");
    QCOMPARE(project().contains("deactivation_date"_L1), isTold);
}

void tst_ProjectRoutes::aSystemProjectIsClosed()
{
    const QJsonObject project = send("joe", "GET", "/projects/{joe}").json();
    QCOMPARE(project.value("name"_L1).toString().toLatin1(), "system:" + m_ids.value("joe"));
    QCOMPARE(project.value("system_project"_L1), QJsonValue(true));
    QVERIFY(project.value("owner"_L1).isNull());
    QCOMPARE(project.value("private"_L1), QJsonValue(true));
    QCOMPARE(project.value("join_policy"_L1).toString(), u"closed"_s);
    QCOMPARE(project.value("leave_policy"_L1).toString(), u"closed"_s);
    QCOMPARE(project.value("max_members"_L1).toInt(), 1);
    QVERIFY(project.value("end_date"_L1).toString() > u"2126"_s);
    const QJsonObject membership = list("joe", "/projects/memberships?project={joe}").first().toObject();
    QCOMPARE(membership.value("state"_L1).toString(), u"accepted"_s);
    m_ids.insert("own", QByteArray::number(membership.value("id"_L1).toInt()));
    QCOMPARE(send("joe", "POST", "/projects/memberships/{own}/action", R"({"leave": ""})").status, 409);
    QCOMPARE(send("pat", "POST", "/projects/memberships/{own}/action", R"({"remove": ""})").status, 409);
}

void tst_ProjectRoutes::aListShowsWhatItsModeSays_data()
{
    QTest::addColumn<QByteArray>("who");
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, const char *who, const char *mode, const char *names) {
        QTest::newRow(name) << QByteArray(who) << QByteArray(mode) << QString::fromLatin1(names);
    };
    row("owner", "ann", "", "den lab old system wish");
    row("owner: related", "ann", "related", "den lab old system wish");
    row("owner: member", "ann", "member", "den lab system");
    row("owner: active", "ann", "active", "lab");
    row("member", "eve", "default", "lab system");
    row("member: member", "eve", "member", "lab system");
    row("asked only", "bob", "", "system");
    row("anybody", "joe", "", "system");
    row("anybody: active", "joe", "active", "lab");
    const char *every = "den foreign lab old system system system system system system wish";
    row("project admin", "pat", "", every);
    row("project admin: active", "pat", "active", every);
    row("project admin: member", "pat", "member", "system");
    row("administrator", "root", "related", every);
}

void tst_ProjectRoutes::aListShowsWhatItsModeSays()
{
    QFETCH(QByteArray, who);
    QFETCH(QByteArray, mode);
    QFETCH(QString, names);
    QCOMPARE(namesIn(list(who, "/projects?mode=" + mode)), names);
}

void tst_ProjectRoutes::aListIsFiltered()
{
    QCOMPARE(namesIn(list("ann", "/projects?state=uninitialized")), u"wish"_s);
    QCOMPARE(namesIn(list("ann", "/projects?state=terminated")), u"old"_s);
    QCOMPARE(namesIn(list("ann", "/projects?name=lab.example.org")), u"lab"_s);
    QCOMPARE(namesIn(list("ann", "/projects?name=old.example.org")), u"old"_s);
    QCOMPARE(namesIn(list("ann", "/projects?name=nothing.example.org")), QString());
    QCOMPARE(namesIn(list("pat", "/projects?owner={ann}&state=active")), u"den lab"_s);
    QCOMPARE(namesIn(list("pat", "/projects?owner={joe}")), QString());
    QCOMPARE(namesIn(list("joe", "/projects?owner={ann}")), QString()); // none of his
    QCOMPARE(namesIn(list("joe", "/projects?owner={ann}&mode=active")), u"lab"_s);
    QCOMPARE(namesIn(list("joe", "/projects?name=system:{joe}")), u"system"_s);
    QCOMPARE(namesIn(list("ann", "/projects?state=deleted")), QString());
    act("wish", "cancel");
    QCOMPARE(namesIn(list("ann", "/projects?state=deleted")), u"wish"_s);
    QCOMPARE(namesIn(list("ann", "/projects")), u"den lab old system"_s);
}

void tst_ProjectRoutes::listsComeInPages()
{
    QByteArray marker;
    int seen = 0;
    for (int page = 0; page < 6; ++page) {
        const QJsonArray projects = list("pat", "/projects?limit=2&marker=" + marker);
        QCOMPARE(projects.size(), page < 5 ? 2 : 1);
        seen += int(projects.size());
        marker = projects.last().toObject().value("id"_L1).toString().toLatin1();
    }
    QCOMPARE(seen, 11);
    QCOMPARE(list("pat", "/projects?limit=2&marker=" + marker), QJsonArray());
    const QJsonArray first = list("ann", "/projects/memberships?limit=2");
    QCOMPARE(first.size(), 2);
    const QByteArray last = QByteArray::number(first.last().toObject().value("id"_L1).toInt());
    QCOMPARE(first.size() + list("ann", "/projects/memberships?limit=100&marker=" + last).size(),
        list("ann", "/projects/memberships").size());
}

void tst_ProjectRoutes::aMembershipHasTheseAttributes()
{
    const QJsonObject asked = send("bob", "GET", "/projects/memberships/{bob-in-lab}").json();
    QCOMPARE(asked.keys(),
        (QStringList { u"allowed_actions"_s, u"id"_s, u"project"_s, u"requested"_s, u"state"_s, u"user"_s }));
    QCOMPARE(QByteArray::number(asked.value("id"_L1).toInt()), m_ids.value("bob-in-lab"));
    QCOMPARE(asked.value("user"_L1).toString().toLatin1(), m_ids.value("bob"));
    QCOMPARE(asked.value("project"_L1).toString().toLatin1(), m_ids.value("lab"));
    QCOMPARE(asked.value("state"_L1).toString(), u"requested"_s);
    QCOMPARE(asked.value("allowed_actions"_L1).toArray(), QJsonArray { u"cancel"_s });
    const auto allowed = [this](const QByteArray &who, const QByteArray &which) {
        return send(who, "GET", "/projects/memberships/" + which)
            .json()
            .value("allowed_actions"_L1)
            .toArray();
    };
    QCOMPARE(allowed("ann", "{bob-in-lab}"), (QJsonArray { u"accept"_s, u"reject"_s }));
    QCOMPARE(allowed("pat", "{bob-in-lab}"), (QJsonArray { u"accept"_s, u"reject"_s, u"cancel"_s }));
    QCOMPARE(allowed("eve", "{eve-in-lab}"), QJsonArray { u"leave"_s });
    QCOMPARE(allowed("ann", "{eve-in-lab}"), QJsonArray { u"remove"_s });
    QCOMPARE(
        send("ann", "POST", "/projects/memberships/{bob-in-lab}/action", R"({"accept": ""})").status, 200);
    const QJsonObject in = send("bob", "GET", "/projects/memberships/{bob-in-lab}").json();
    QCOMPARE(in.value("state"_L1).toString(), u"accepted"_s);
    QVERIFY(in.value("accepted"_L1).toString() > in.value("requested"_L1).toString());
    QCOMPARE(in.value("requested"_L1), asked.value("requested"_L1));
}

void tst_ProjectRoutes::membershipsAreThoseOneMaySee()
{
    QCOMPARE(list("joe", "/projects/memberships").size(), 1); // his own project's
    QCOMPARE(list("eve", "/projects/memberships").size(), 2);
    QCOMPARE(list("ann", "/projects/memberships?project={lab}").size(), 3); // herself, eve, bob
    QCOMPARE(list("eve", "/projects/memberships?project={lab}").size(), 1);
    QCOMPARE(list("joe", "/projects/memberships?project={lab}").size(), 0);
    QCOMPARE(list("pat", "/projects/memberships?project={lab}").size(), 3);
    QCOMPARE(list("pat", "/projects/memberships?project={none}").size(), 0);
    for (const QJsonValue &one : list("pat", "/projects/memberships"))
        QVERIFY(one.toObject().value("id"_L1).toInt() > 0);
}

void tst_ProjectRoutes::policiesDecide_data()
{
    QTest::addColumn<QByteArray>("joining");
    QTest::addColumn<QByteArray>("leaving");
    QTest::addColumn<QString>("after"); // joining; closed: refused
    QTest::addColumn<int>("removing"); // the status
    QTest::addColumn<QString>("left"); // after leaving; closed: refused
    QTest::newRow("auto") << Body("auto") << Body("auto") << u"accepted"_s << 200 << u"removed"_s;
    QTest::newRow("moderated") << Body("moderated") << Body("moderated") << u"requested"_s << 200
                               << u"leave_requested"_s;
    QTest::newRow("closed") << Body("closed") << Body("closed") << u"closed"_s << 409 << u"closed"_s;
}

void tst_ProjectRoutes::policiesDecide()
{
    QFETCH(QByteArray, joining);
    QFETCH(QByteArray, leaving);
    QFETCH(QString, after);
    QFETCH(int, removing);
    QFETCH(QString, left);
    const QByteArray change = R"({"join_policy": ")" + joining + R"(", "leave_policy": ")" + leaving + "\"}";
    m_applications["lab"] =
        send("ann", "PUT", "/projects/{lab}", change).json().value("application"_L1).toInt();
    act("lab", "approve");
    const auto join = send("joe", "POST", "/projects/memberships", R"({"join": {"project": "{lab}"}})");
    QCOMPARE(join.status, after == "closed"_L1 ? 409 : 200);
    if (join.status == 200) {
        m_ids.insert("joe-in-lab", QByteArray::number(join.json().value("id"_L1).toInt()));
        QCOMPARE(send("joe", "GET", "/projects/memberships/{joe-in-lab}").json().value("state"_L1).toString(),
            after);
    }
    // Who asked before the door was shut stays outside, and nobody is put in.
    QCOMPARE(send("ann", "POST", "/projects/memberships/{bob-in-lab}/action", R"({"accept": ""})").status,
        after == "closed"_L1 ? 409 : 200);
    QCOMPARE(
        send("ann", "POST", "/projects/memberships", R"({"enroll": {"project": "{lab}", "user": "pat"}})")
            .status,
        after == "closed"_L1 ? 409 : 200);
    const auto leave = send("eve", "POST", "/projects/memberships/{eve-in-lab}/action", R"({"leave": ""})");
    QCOMPARE(leave.status, left == "closed"_L1 ? 409 : 200);
    const QString state =
        send("eve", "GET", "/projects/memberships/{eve-in-lab}").json().value("state"_L1).toString();
    QCOMPARE(state, left == "closed"_L1 ? u"accepted"_s : left);
    if (left != "removed"_L1)
        QCOMPARE(send("ann", "POST", "/projects/memberships/{eve-in-lab}/action", R"({"remove": ""})").status,
            removing);
}

void tst_ProjectRoutes::aFullProjectTakesNobody()
{
    m_applications["lab"] =
        send("ann", "PUT", "/projects/{lab}", R"({"max_members": 2, "join_policy": "auto"})")
            .json()
            .value("application"_L1)
            .toInt();
    act("lab", "approve");
    QCOMPARE(
        send("ann", "POST", "/projects/memberships/{bob-in-lab}/action", R"({"accept": ""})").status, 409);
    QCOMPARE(
        send("ann", "POST", "/projects/memberships", R"({"enroll": {"project": "{lab}", "user": "joe"}})")
            .status,
        409);
    const QByteArray waiting = enter("joe", R"({"join": {"project": "{lab}"}})");
    QCOMPARE(send("joe", "GET", "/projects/memberships/" + waiting).json().value("state"_L1).toString(),
        u"requested"_s); // auto, but no room
    QCOMPARE(
        send("ann", "GET", "/projects/memberships/" + waiting).json().value("allowed_actions"_L1).toArray(),
        QJsonArray { u"reject"_s });
    QCOMPARE(
        send("eve", "POST", "/projects/memberships/{eve-in-lab}/action", R"({"leave": ""})").status, 200);
    QCOMPARE(
        send("ann", "POST", "/projects/memberships/" + waiting + "/action", R"({"accept": ""})").status, 200);
}

void tst_ProjectRoutes::aDefaultProjectIsSeenAtOnce()
{
    const auto tenant = [this] {
        const auto answer = m_server->send("POST", "/astakos/identity/v2.0/tokens", {},
            R"({"auth": {"token": {"id": ")" + m_tokens.value("eve") + "\"}}}");
        const QJsonObject token = answer.json().value("access"_L1).toObject().value("token"_L1).toObject();
        return token.value("tenant"_L1).toObject().value("id"_L1).toString().toLatin1();
    };
    QCOMPARE(tenant(), m_ids.value("eve"));
    QCOMPARE(send("eve", "POST", "/myaccount/default_project", R"({"project_id": "{lab}"})").status, 200);
    QCOMPARE(tenant(), m_ids.value("lab"));
    act("lab", "suspend");
    QCOMPARE(tenant(), m_ids.value("eve")); // meanwhile
    act("lab", "unsuspend");
    QCOMPARE(tenant(), m_ids.value("lab"));
    act("lab", "terminate");
    QCOMPARE(tenant(), m_ids.value("eve"));
    act("lab", "reinstate");
    QCOMPARE(tenant(), m_ids.value("eve")); // for good
}

void tst_ProjectRoutes::thePendingLimitIsAConflict()
{
    apply("joe", "one");
    apply("joe", "two");
    const Body third = R"({"name": "three.example.org", "end_date": "2028-01-01"})";
    QCOMPARE(send("joe", "POST", "/projects", third).status, 409);
    act("one", "deny");
    QCOMPARE(send("joe", "POST", "/projects", third).status, 201);
    QCOMPARE(
        send("joe", "POST", "/projects/{one}/action", R"({"dismiss": {"app_id": {one-app}}})").status, 200);
    QCOMPARE(send("joe", "GET", "/projects/{one}").json().value("state"_L1).toString(), u"deleted"_s);
}

NEPHELE_TEST(tst_ProjectRoutes)
#include "tst_projectroutes.moc"
