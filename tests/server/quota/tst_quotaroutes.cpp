// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/identity/projectstore.h"
#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"
#include "tests/server/identity/identityserver.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using namespace Qt::StringLiterals;

// Quotas and resources of Astakos as kamaki sees them: over HTTP, from a real server. ann is a member of
// "lab".
class tst_QuotaRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void quotasHaveTheShapeClientsCompare();
    void aChangeIsSeenAtOnce();
    void aTokenSeesItsOwnQuotasOnly();
    void aSuspendedProjectIsShownWithoutQuota();
    void whoIsNoMemberAnyMoreSeesNothing();
    void resourcesAreThoseOfTheQuotas();
    void registeredResourcesAreListed();
    void hiddenResourcesAreNot();

private:
    test::HttpAnswer quotas(const QByteArray &token)
    {
        return m_server->send("GET", "/astakos/account/v1.0/quotas", token);
    }
    QuotaResource tapes() const
    {
        QuotaResource resource;
        resource.name = u"archive.tapes"_s;
        resource.unit = u"reels"_s;
        resource.description = u"Tapes"_s;
        resource.service = u"archive"_s;
        return resource;
    }

    std::unique_ptr<test::TestIdentity> m_identity;
    std::unique_ptr<test::IdentityServer> m_server;
    User m_ann;
    Project m_lab;
};

void tst_QuotaRoutes::init()
{
    auto identity = test::TestIdentity::open();
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().detail));
    m_identity = std::move(*identity);
    m_ann = m_identity->addUser(u"ann"_s);
    m_lab = m_identity->addProject(u"lab"_s);
    m_identity->addMember(m_lab, m_ann, Role::Member);
    m_server = std::make_unique<test::IdentityServer>(*m_identity);
}

void tst_QuotaRoutes::cleanup()
{
    m_server.reset();
    m_identity.reset();
}

void tst_QuotaRoutes::quotasHaveTheShapeClientsCompare()
{
    m_identity->write([this](Transaction &t) -> Result<> {
        if (const auto set = QuotaStore::setProjectLimit(t, m_lab.id, u"cyclades.cpu"_s, -1); !set)
            return set.error();
        return QuotaStore::charge(t, m_lab.id, m_ann.id, { { u"cyclades.vm"_s, 2 } });
    });
    const auto answer = quotas(m_identity->synnefoToken(m_ann));
    QCOMPARE(answer.status, 200);
    QStringList projects { m_lab.id.text(), m_ann.id.text() };
    projects.sort();
    QCOMPARE(answer.json().keys(), projects);
    const QJsonObject lab = answer.json().value(m_lab.id.text()).toObject();
    QCOMPARE(lab.keys(),
        (QStringList { u"cyclades.cpu"_s, u"cyclades.disk"_s, u"cyclades.floating_ip"_s,
            u"cyclades.network.private"_s, u"cyclades.ram"_s, u"cyclades.vm"_s, u"pithos.diskspace"_s }));
    QCOMPARE(lab.value("cyclades.vm"_L1).toObject(),
        (QJsonObject { { u"usage"_s, 2 }, { u"limit"_s, 20 }, { u"pending"_s, 0 }, { u"project_usage"_s, 2 },
            { u"project_limit"_s, 20 }, { u"project_pending"_s, 0 } }));
    QCOMPARE(lab.value("cyclades.cpu"_L1).toObject().value("project_limit"_L1).toInteger(),
        std::numeric_limits<qint64>::max());
}

// Clients add their own deltas to the whole reply and expect equality right after the 2xx.
void tst_QuotaRoutes::aChangeIsSeenAtOnce()
{
    const QByteArray token = m_identity->synnefoToken(m_ann);
    QJsonObject expected = quotas(token).json();
    m_identity->write([this](Transaction &t) {
        return QuotaStore::charge(
            t, m_lab.id, m_ann.id, { { u"cyclades.vm"_s, 1 }, { u"cyclades.disk"_s, qint64(3) << 30 } });
    });
    QJsonObject lab = expected.value(m_lab.id.text()).toObject();
    for (const auto &[resource, amount] :
        { std::pair(u"cyclades.vm"_s, qint64(1)), std::pair(u"cyclades.disk"_s, qint64(3) << 30) }) {
        QJsonObject indicators = lab.value(resource).toObject();
        for (const QString &key : { u"usage"_s, u"project_usage"_s })
            indicators.insert(key, indicators.value(key).toInteger() + amount);
        lab.insert(resource, indicators);
    }
    expected.insert(m_lab.id.text(), lab);
    QCOMPARE(quotas(token).json(), expected);
}

void tst_QuotaRoutes::aTokenSeesItsOwnQuotasOnly()
{
    QCOMPARE(quotas({}).status, 401);
    QCOMPARE(quotas(m_identity->unscopedToken(m_ann)).status, 403);
    const auto scoped = quotas(m_identity->projectToken(m_ann, m_lab.id));
    QCOMPARE(scoped.json().keys(), QStringList { m_lab.id.text() });
}

void tst_QuotaRoutes::aSuspendedProjectIsShownWithoutQuota()
{
    m_identity->write([this](Transaction &t) -> Result<> {
        if (const auto charged = QuotaStore::charge(t, m_lab.id, m_ann.id, { { u"cyclades.vm"_s, 2 } });
            !charged)
            return charged.error();
        return ProjectStore::setEnabled(t, m_lab.id, false);
    });
    const auto vm = quotas(m_identity->synnefoToken(m_ann))
                        .json()
                        .value(m_lab.id.text())
                        .toObject()
                        .value("cyclades.vm"_L1)
                        .toObject();
    QCOMPARE(vm.value("limit"_L1).toInt(-1), 0);
    QCOMPARE(vm.value("project_limit"_L1).toInt(-1), 0);
    QCOMPARE(vm.value("usage"_L1).toInt(), 2);
}

void tst_QuotaRoutes::whoIsNoMemberAnyMoreSeesNothing()
{
    m_identity->write([this](Transaction &t) { return ProjectStore::removeMember(t, m_lab.id, m_ann.id); });
    QCOMPARE(quotas(m_identity->synnefoToken(m_ann)).json().keys(), QStringList { m_ann.id.text() });
}

void tst_QuotaRoutes::resourcesAreThoseOfTheQuotas()
{
    const auto answer = m_server->send("GET", "/astakos/account/v1.0/resources");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("Cache-Control"), QByteArray("max-age=60"));
    QCOMPARE(answer.json().keys(),
        quotas(m_identity->synnefoToken(m_ann)).json().value(m_lab.id.text()).toObject().keys());
    QCOMPARE(answer.json().value("cyclades.ram"_L1).toObject().value("unit"_L1).toString(), u"bytes"_s);
}

void tst_QuotaRoutes::registeredResourcesAreListed()
{
    m_identity->write([this](Transaction &t) { return ResourceStore::add(t, tapes()); });
    const auto listed =
        m_server->send("GET", "/astakos/account/v1.0/resources").json().value("archive.tapes"_L1).toObject();
    QCOMPARE(listed,
        (QJsonObject { { u"unit"_s, u"reels"_s }, { u"description"_s, u"Tapes"_s },
            { u"service"_s, u"archive"_s }, { u"ui_visible"_s, true }, { u"api_visible"_s, true },
            { u"allow_in_projects"_s, true } }));
    const auto shown = quotas(m_identity->synnefoToken(m_ann)).json();
    const auto limitIn = [&](const QString &project) {
        return shown.value(project)
            .toObject()
            .value("archive.tapes"_L1)
            .toObject()
            .value("limit"_L1)
            .toInteger(-1);
    };
    QCOMPARE(limitIn(m_lab.id.text()), 0);
    QCOMPARE(limitIn(m_ann.id.text()), std::numeric_limits<qint64>::max());
}

void tst_QuotaRoutes::hiddenResourcesAreNot()
{
    QuotaResource hidden = tapes();
    hidden.isApiVisible = hidden.isUiVisible = false;
    m_identity->write([=](Transaction &t) { return ResourceStore::add(t, hidden); });
    const auto resources = m_server->send("GET", "/astakos/account/v1.0/resources").json();
    QVERIFY(!resources.contains(hidden.name));
    QVERIFY(!resources.contains("cyclades.total_cpu"_L1));
    const auto lab = quotas(m_identity->synnefoToken(m_ann)).json().value(m_lab.id.text()).toObject();
    QVERIFY(!lab.contains(hidden.name));
    QVERIFY(!lab.contains("nova.keypairs"_L1));
}

NEPHELE_TEST(tst_QuotaRoutes)
#include "tst_quotaroutes.moc"
