// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/httpserver.h"
#include "server/identity/accessruleroutes.h"
#include "server/identity/accountadmin.h"
#include "server/identity/accountadminroutes.h"
#include "server/identity/assignmentservice.h"
#include "server/identity/astakosroutes.h"
#include "server/identity/domainservice.h"
#include "server/identity/keptsecretroutes.h"
#include "server/identity/keystoneroutes.h"
#include "server/identity/keystonev2routes.h"
#include "server/identity/limitroutes.h"
#include "server/identity/peopleroutes.h"
#include "server/identity/peopleservice.h"
#include "server/identity/policyroutes.h"
#include "server/identity/projecttreeroutes.h"
#include "server/identity/projecttreeservice.h"
#include "server/identity/registryroutes.h"
#include "server/identity/roleroutes.h"
#include "server/identity/roleservice.h"
#include "server/identity/swiftauthroutes.h"
#include "server/identity/tokenauthenticator.h"
#include "server/identity/trustroutes.h"
#include "server/project/projectroutes.h"
#include "server/quota/quotaroutes.h"
#include "tests/support/testidentity.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>

namespace nephele::test {

// Identity as one worker of a cloud has it.
class IdentityWorker final : public Worker
{
public:
    explicit IdentityWorker(IdentityContext &context)
        : m_service(context)
        , m_registry(context)
        , m_endpointFilters(context, m_registry)
        , m_keptSecrets(context)
        , m_trusts(context)
        , m_limits(context)
        , m_policies(context)
        , m_accessRules(context)
        , m_people(context)
        , m_accounts(context)
        , m_domains(context)
        , m_projects(context)
        , m_roles(context)
        , m_assignments(context)
        , m_synnefoProjects(context)
        , m_quotas(context.database())
        , m_authenticator(context)
    {
    }

    std::vector<RouteTable> routes() override
    {
        std::vector<RouteTable> tables = astakosRoutes(m_service);
        tables.push_back(keystoneRoutes(m_service));
        tables.push_back(accountAdminRoutes(m_accounts));
        tables.push_back(peopleRoutes(m_people, m_projects, m_service));
        tables.push_back(projectTreeRoutes(m_domains, m_projects));
        tables.push_back(roleRoutes(m_roles, m_assignments, m_projects));
        tables.push_back(swiftAuthRoutes(m_service));
        tables.push_back(keystoneV2Routes(m_service, m_assignments));
        tables.push_back(registryRoutes(m_registry, m_endpointFilters));
        tables.push_back(keptSecretRoutes(m_keptSecrets));
        tables.push_back(policyRoutes(m_policies));
        tables.push_back(trustRoutes(m_trusts));
        tables.push_back(limitRoutes(m_limits));
        tables.push_back(accessRuleRoutes(m_accessRules));
        tables.push_back(projectRoutes(m_synnefoProjects));
        tables.push_back(quotaRoutes(m_quotas));
        return tables;
    }
    Authenticator &authenticator() override { return m_authenticator; }

private:
    IdentityService m_service;
    RegistryService m_registry;
    EndpointFilterService m_endpointFilters;
    KeptSecretService m_keptSecrets;
    TrustService m_trusts;
    LimitService m_limits;
    PolicyService m_policies;
    AccessRuleService m_accessRules;
    PeopleService m_people;
    AccountAdmin m_accounts;
    DomainService m_domains;
    ProjectTreeService m_projects;
    RoleService m_roles;
    AssignmentService m_assignments;
    ProjectService m_synnefoProjects;
    QuotaService m_quotas;
    TokenAuthenticator m_authenticator;
};

struct HttpAnswer
{
    int status = 0; // 0: none came
    QByteArray body;
    QHash<QByteArray, QByteArray> headers; // names in lower case

    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
    QByteArray header(const char *name) const { return headers.value(QByteArray(name).toLower()); }
};

// A real server of identity's routes on a free port, and a client for it.
class IdentityServer
{
public:
    explicit IdentityServer(TestIdentity &identity)
    {
        HttpOptions options;
        options.workers = 2;
        auto server = HttpServer::start(std::move(options),
            [&context = identity.context()] { return std::make_unique<IdentityWorker>(context); });
        if (!server)
            qFatal("%s", qUtf8Printable(server.error().message));
        m_server = *std::move(server);
        m_client.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    }

    QByteArray url() const { return m_server->url().toString().toUtf8(); }

    using Fields = QList<std::pair<QByteArray, QByteArray>>;
    HttpAnswer send(const QByteArray &method, const QByteArray &path, const QByteArray &token = {},
        const QByteArray &body = {}, const Fields &more = {})
    {
        QNetworkRequest request(QUrl::fromEncoded(url() + path));
        if (!body.isEmpty())
            request.setRawHeader("Content-Type", "application/json");
        if (!token.isEmpty())
            request.setRawHeader("X-Auth-Token", token);
        for (const auto &[name, value] : more)
            request.setRawHeader(name, value);
        // As a custom verb HEAD would wait for a body.
        const std::unique_ptr<QNetworkReply> reply(
            method == "HEAD" ? m_client.head(request) : m_client.sendCustomRequest(request, method, body));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 20'000))
            return {};
        HttpAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.body = reply->readAll();
        for (const auto &[name, value] : reply->rawHeaderPairs())
            answer.headers.insert(name.toLower(), value);
        return answer;
    }

private:
    std::unique_ptr<HttpServer> m_server;
    QNetworkAccessManager m_client;
};

} // namespace nephele::test
