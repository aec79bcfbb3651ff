// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/astakosjson.h"

#include "server/http/xmlwriter.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

enum class Projects { Told, LeftOut };

void writeAccess(XmlWriter &xml, const AstakosAccess &access, Projects projects)
{
    const QString realName = access.user.realName.isEmpty() ? access.user.name : access.user.realName;
    xml.begin("token"_L1).attribute("id"_L1, QString::fromUtf8(access.token));
    xml.attribute("expires"_L1, QString::fromLatin1(isoOffset(access.expiresAtMs)));
    xml.begin("tenant"_L1).attribute("id"_L1, access.tenant.text()).attribute("name"_L1, realName).end();
    xml.end();
    xml.begin("user"_L1).attribute("id"_L1, access.user.id.text()).attribute("name"_L1, realName);
    xml.begin("roles"_L1);
    for (const auto &[id, name] : groupRoles(access))
        xml.begin("role"_L1).attribute("id"_L1, id).attribute("name"_L1, name).end();
    xml.end();
    if (projects == Projects::Told) {
        xml.begin("projects"_L1);
        for (const ProjectId &project : access.projects)
            xml.begin("project"_L1).attribute("id"_L1, project.text()).end();
        xml.end();
    }
    xml.end();
}

constexpr QLatin1StringView keystoneNamespace = "http://docs.openstack.org/identity/api/v2.0"_L1;

} // namespace

// The namespace is that of Keystone's v2.0 documents; SNF is bound because attributes carry it as a prefix.
QByteArray accessXml(
    const AstakosAccess *access, const QList<CatalogService> &services, const QByteArray &baseUrl)
{
    XmlWriter xml;
    xml.begin("access"_L1, keystoneNamespace);
    xml.attribute("xmlns:SNF"_L1, u"http://www.synnefo.org/"_s);
    if (access)
        writeAccess(xml, *access, Projects::Told);
    xml.begin("serviceCatalog"_L1);
    for (const CatalogService &service : services) {
        if (service.face != Face::Synnefo)
            continue;
        xml.begin("service"_L1).attribute("type"_L1, QString::fromLatin1(service.type));
        xml.attribute("name"_L1, QString::fromLatin1(service.name)).begin("endpoint"_L1);
        for (const auto &[key, value] : endpointFields(service, baseUrl))
            xml.attribute(QLatin1StringView(key), QString::fromUtf8(value));
        xml.end().end();
    }
    return xml.bytes();
}

QByteArray accessTokenXml(const AstakosAccess &access)
{
    XmlWriter xml;
    xml.begin("access"_L1, keystoneNamespace);
    writeAccess(xml, access, Projects::LeftOut);
    return xml.bytes();
}

} // namespace nephele
