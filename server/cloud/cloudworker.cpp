// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/cloudworker.h"

#include "model/database/database.h"
#include "server/compute/compute.h"
#include "server/compute/consoleroutes.h"
#include "server/compute/cycladesroutes.h"
#include "server/compute/novaquotaroutes.h"
#include "server/compute/novaroutes.h"
#include "server/compute/serverusageservice.h"
#include "server/engine/operationroutes.h"
#include "server/http/changeroutes.h"
#include "server/identity/accessruleroutes.h"
#include "server/identity/accountadmin.h"
#include "server/identity/accountadminroutes.h"
#include "server/identity/assignmentservice.h"
#include "server/identity/astakoscatalogroutes.h"
#include "server/identity/astakosroutes.h"
#include "server/identity/domainservice.h"
#include "server/identity/identityservice.h"
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
#include "server/image/glanceroutes.h"
#include "server/image/imageservice.h"
#include "server/pithos/pithosroutes.h"
#include "server/pithos/pithosview.h"
#include "server/swift/swiftroutes.h"
#include "server/project/projectroutes.h"
#include "server/quota/quotaroutes.h"
#include "server/stats/statsroutes.h"
#include "server/weblogin/cloudbarroutes.h"
#include "server/weblogin/feedbackroutes.h"
#include "server/weblogin/oauthroutes.h"
#include "server/weblogin/webloginroutes.h"

namespace nephele {

namespace {

// Programs that talk to the object store alone ask it for accounts too (Object Storage API guide, proxies to
// Astakos): the same routes under another prefix.
void addPithosProxies(std::vector<RouteTable> &tables)
{
    const QByteArray prefix = "/astakos";
    const size_t count = tables.size();
    for (size_t i = 0; i < count; ++i) {
        const QByteArray &own = tables[i].prefix;
        if (own != prefix + "/identity" && own != prefix + "/account/v1.0")
            continue;
        RouteTable proxy = tables[i];
        proxy.prefix = "/pithos/_astakos" + own.mid(prefix.size());
        tables.push_back(std::move(proxy));
    }
}

class CloudWorker final : public Worker
{
public:
    explicit CloudWorker(const CloudParts &parts)
        : m_parts(parts)
        , m_authenticator(parts.identity)
        , m_identity(parts.identity)
        , m_registry(parts.identity)
        , m_endpointFilters(parts.identity, m_registry)
        , m_keptSecrets(parts.identity)
        , m_trusts(parts.identity)
        , m_limits(parts.identity)
        , m_policies(parts.identity)
        , m_accessRules(parts.identity)
        , m_weblogin(parts.weblogin, m_identity)
        , m_signUps(parts.weblogin, m_weblogin)
        , m_oauth(parts.weblogin)
        , m_people(parts.identity)
        , m_accounts(parts.identity)
        , m_domains(parts.identity)
        , m_projectTree(parts.identity)
        , m_roles(parts.identity)
        , m_assignments(parts.identity)
        , m_projects(parts.identity)
        , m_quotas(parts.database)
        , m_usage(parts.database)
        , m_images(parts.database, parts.images)
        , m_objects(parts.objects)
        , m_compute(makeComputeService(parts.compute))
        , m_changes(parts.database)
    {
    }

    Authenticator &authenticator() override { return m_authenticator; }
    void aboutToStop() override { m_changes.releaseWaiting(); }

    std::vector<RouteTable> routes() override
    {
        std::vector<RouteTable> tables;
        tables.push_back(keystoneRoutes(m_identity));
        tables.push_back(keystoneV2Routes(m_identity, m_assignments));
        tables.push_back(registryRoutes(m_registry, m_endpointFilters));
        tables.push_back(keptSecretRoutes(m_keptSecrets));
        tables.push_back(policyRoutes(m_policies));
        tables.push_back(trustRoutes(m_trusts));
        tables.push_back(limitRoutes(m_limits));
        tables.push_back(accessRuleRoutes(m_accessRules));
        tables.push_back(accountAdminRoutes(m_accounts));
        tables.push_back(peopleRoutes(m_people, m_projectTree, m_identity));
        tables.push_back(projectTreeRoutes(m_domains, m_projectTree));
        tables.push_back(roleRoutes(m_roles, m_assignments, m_projectTree));
        for (RouteTable &table : astakosRoutes(m_identity))
            tables.push_back(std::move(table));
        for (RouteTable &table : astakosCatalogRoutes(m_identity))
            tables.push_back(std::move(table));
        for (RouteTable &table : oauthRoutes(m_weblogin, m_oauth))
            tables.push_back(std::move(table));
        for (RouteTable &table : feedbackRoutes(m_parts.database, &m_context))
            tables.push_back(std::move(table));
        tables.push_back(webloginRoutes(m_weblogin, m_signUps, m_oauth));
        tables.push_back(cloudBarRoutes(m_weblogin, m_identity.settings().services));
        tables.push_back(projectRoutes(m_projects));
        tables.push_back(swiftAuthRoutes(m_identity));
        tables.push_back(quotaRoutes(m_quotas));
        tables.push_back(novaRoutes(*m_compute, m_context));
        tables.push_back(novaQuotaRoutes(m_quotas, m_usage));
        tables.push_back(cycladesComputeRoutes(*m_compute, m_images, m_context, m_parts.database.clock()));
        tables.push_back(glanceRoutes(m_images, m_context));
        for (RouteTable &table : swiftRoutes(m_objects, m_context))
            tables.push_back(std::move(table));
        for (RouteTable &table : pithosRoutes(m_objects, m_context))
            tables.push_back(std::move(table));
        tables.push_back(pithosViewRoutes(m_objects, m_oauth, m_context));
        tables.push_back(consoleRoutes(m_parts.compute.consoleTickets, m_parts.compute.hypervisor));
        tables.push_back(operationRoutes(m_parts.database, m_parts.compute.engine, &m_context));
        for (RouteTable &table : statsRoutes(m_parts.stats, m_context))
            tables.push_back(std::move(table));
        tables.push_back(m_changes.routes());
        tables.push_back(coreRoutes(m_parts.core));
        addPithosProxies(tables);
        return tables;
    }

private:
    const CloudParts &m_parts;
    TokenAuthenticator m_authenticator;
    IdentityService m_identity;
    RegistryService m_registry;
    EndpointFilterService m_endpointFilters;
    KeptSecretService m_keptSecrets;
    TrustService m_trusts;
    LimitService m_limits;
    PolicyService m_policies;
    AccessRuleService m_accessRules;
    WebloginService m_weblogin;
    SignUpService m_signUps;
    OAuthService m_oauth;
    PeopleService m_people;
    AccountAdmin m_accounts;
    DomainService m_domains;
    ProjectTreeService m_projectTree;
    RoleService m_roles;
    AssignmentService m_assignments;
    ProjectService m_projects;
    QuotaService m_quotas;
    ServerUsageService m_usage;
    ImageService m_images;
    ObjectService m_objects;
    std::unique_ptr<ComputeService> m_compute;
    ChangePublisher m_changes;
    QObject m_context; // replies are written in this thread, and not after the worker is gone
};

} // namespace

std::unique_ptr<Worker> makeCloudWorker(const CloudParts &parts)
{
    return std::make_unique<CloudWorker>(parts);
}

} // namespace nephele
