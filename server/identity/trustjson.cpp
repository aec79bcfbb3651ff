// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/trustjson.h"

#include "model/base/clock.h"
#include "model/identity/role.h"
#include "server/http/jsonreader.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int mostRoles = 20;

QList<RoleRef> rolesFrom(JsonReader &json)
{
    QList<RoleRef> roles;
    for (const QJsonValue &entry : json.array("roles"_L1, mostRoles)) {
        const QJsonObject named = entry.toObject();
        const RoleRef role { named.value("id"_L1).toString(), named.value("name"_L1).toString() };
        if (role.id.isEmpty() && role.name.isEmpty())
            json.fail("roles"_L1, u"each entry must name a role by id or name."_s);
        roles.append(role);
    }
    if (roles.isEmpty() && !json.failure())
        json.fail("roles"_L1, u"name at least one role."_s);
    return roles;
}

} // namespace

Result<NewTrust> newTrustFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"trust"_s);
    if (!json)
        return json.error();
    NewTrust wanted;
    Trust &trust = wanted.trust;
    trust.trustor = UserId::stored(json->text("trustor_user_id"_L1, longestName));
    trust.trustee = UserId::stored(json->text("trustee_user_id"_L1, longestName));
    trust.project = ProjectId::stored(json->text("project_id"_L1, longestName));
    wanted.roles = rolesFrom(*json);
    trust.isImpersonation = json->flag("impersonation"_L1);
    trust.remainingUses = json->optionalInteger("remaining_uses"_L1, 1);
    if (const auto expires = json->optionalText("expires_at"_L1, 64)) {
        trust.expiresAtMs = instantFromIso(*expires);
        if (!trust.expiresAtMs)
            json->fail("expires_at"_L1, u"must be an ISO 8601 time."_s);
    }
    const bool isPassedOn = json->optionalFlag("allow_redelegation"_L1).value_or(false)
        || json->optionalInteger("redelegation_count"_L1).value_or(0) > 0;
    if (const auto wrong = json->failure())
        return *wrong;
    if (isPassedOn)
        return forbidden(u"trust.allow_redelegation: a trust cannot be passed on in this cloud."_s);
    return wanted;
}

QList<RoleRecord> trustRoles(const Trust &trust)
{
    QList<RoleRecord> roles;
    for (const RoleInfo &role : allRoles()) {
        if (trust.roles.testFlag(role.role))
            roles.append({ RoleId::stored(role.id), role.name, DomainId(), QString(), Extras(), role.role });
    }
    return roles + trust.others;
}

void writeTrustRole(JsonWriter &json, const RoleRecord &role, const Request &request)
{
    json.beginObject();
    json.member("id", role.id.text()).member("name", role.name).nullMember("domain_id");
    writeSelfLink(json, keystoneLinks(request).v3("/roles/" + role.id.utf8()));
    json.endObject();
}

void writeTrust(JsonWriter &json, const Trust &trust, TrustRoles roles, const Request &request)
{
    const QByteArray self = keystoneLinks(request).v3("/OS-TRUST/trusts/" + trust.id.utf8());
    json.beginObject();
    json.member("id", trust.id.text()).member("project_id", trust.project.text());
    json.member("trustor_user_id", trust.trustor.text()).member("trustee_user_id", trust.trustee.text());
    json.member("impersonation", trust.isImpersonation).nullMember("deleted_at");
    if (trust.expiresAtMs)
        json.member("expires_at", isoMicroseconds(*trust.expiresAtMs));
    else
        json.nullMember("expires_at");
    if (trust.remainingUses)
        json.member("remaining_uses", *trust.remainingUses);
    else
        json.nullMember("remaining_uses");
    json.nullMember("redelegated_trust_id").member("redelegation_count", 0);
    if (roles == TrustRoles::Told) {
        json.key("roles").beginArray();
        for (const RoleRecord &role : trustRoles(trust))
            writeTrustRole(json, role, request);
        json.endArray();
        json.key("roles_links").beginObject();
        json.member("self", self + "/roles").nullMember("next").nullMember("previous").endObject();
    }
    writeSelfLink(json, self);
    json.endObject();
}

QByteArray trustRolesBody(const Trust &trust, const Request &request)
{
    return listBody("roles", trustRoles(trust), request.baseUrl + request.target,
        [&](JsonWriter &json, const RoleRecord &role) { writeTrustRole(json, role, request); });
}

} // namespace nephele
