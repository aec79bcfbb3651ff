// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keystonejson.h"

#include "model/identity/role.h"
#include "server/http/jsonreader.h"
#include "server/identity/accessrulejson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestSecret = 4096;
constexpr int longestToken = 255;

Error unsupported(const QString &message)
{
    return { ErrorCode::Unauthenticated, message, {} };
}

// {"id": ...} or {"name": ..., "domain": {"id": ...} or {"name": ...}}
NameRef nameRefFrom(JsonReader &json)
{
    NameRef ref;
    ref.id = json.optionalText("id"_L1, longestName).value_or(QString());
    ref.name = json.optionalText("name"_L1, longestName).value_or(QString());
    if (ref.id.isEmpty() && ref.name.isEmpty())
        json.fail("name"_L1, u"give an id, or a name with its domain."_s);
    if (auto domain = json.optionalObject("domain"_L1)) {
        ref.domainId = domain->optionalText("id"_L1, longestName).value_or(QString());
        ref.domainName = domain->optionalText("name"_L1, longestName).value_or(QString());
        if (ref.id.isEmpty() && ref.domainId.isEmpty() && ref.domainName.isEmpty())
            domain->fail("id"_L1, u"give the domain's id or name."_s);
        json.adopt(*domain);
    }
    return ref;
}

Result<ScopeWanted> systemScopeFrom(JsonReader &scope)
{
    JsonReader system = scope.object("system"_L1);
    if (!system.flag("all"_L1))
        system.fail("all"_L1, u"must be true."_s);
    scope.adopt(system);
    if (const auto wrong = scope.failure())
        return *wrong;
    return ScopeWanted { ScopeWanted::Kind::System, {}, {} };
}

Result<ScopeWanted> domainScopeFrom(JsonReader &scope)
{
    JsonReader domain = scope.object("domain"_L1);
    ScopeWanted wanted { ScopeWanted::Kind::Domain, {}, {} };
    wanted.domain.id = domain.optionalText("id"_L1, longestName).value_or(QString());
    wanted.domain.name = domain.optionalText("name"_L1, longestName).value_or(QString());
    if (wanted.domain.id.isEmpty() && wanted.domain.name.isEmpty())
        domain.fail("id"_L1, u"give the domain's id or name."_s);
    scope.adopt(domain);
    if (const auto wrong = scope.failure())
        return *wrong;
    return wanted;
}

Result<ScopeWanted> scopeFrom(JsonReader &auth)
{
    ScopeWanted scope;
    if (auth.json().value("scope"_L1) == QJsonValue(u"unscoped"_s)) {
        scope.kind = ScopeWanted::Kind::Nothing;
        return scope;
    }
    auto wanted = auth.optionalObject("scope"_L1);
    if (const auto wrong = auth.failure())
        return *wrong;
    if (!wanted || wanted->json().isEmpty())
        return scope;
    if (wanted->has("unscoped"_L1)) {
        scope.kind = ScopeWanted::Kind::Nothing;
        return scope;
    }
    if (wanted->has("OS-TRUST:trust"_L1)) {
        JsonReader trust = wanted->object("OS-TRUST:trust"_L1);
        scope.kind = ScopeWanted::Kind::Trust;
        scope.trust = TrustId::stored(trust.text("id"_L1, longestName));
        wanted->adopt(trust);
        if (const auto wrong = wanted->failure())
            return *wrong;
        return scope;
    }
    if (wanted->has("system"_L1))
        return systemScopeFrom(*wanted);
    if (wanted->has("domain"_L1))
        return domainScopeFrom(*wanted);
    scope.kind = ScopeWanted::Kind::Project;
    JsonReader project = wanted->object("project"_L1);
    scope.project = nameRefFrom(project);
    wanted->adopt(project);
    if (const auto wrong = wanted->failure())
        return *wrong;
    return scope;
}

Result<SignIn> passwordFrom(JsonReader &identity, const ScopeWanted &scope)
{
    JsonReader password = identity.object("password"_L1);
    JsonReader user = password.object("user"_L1);
    PasswordSignIn wanted;
    wanted.user = nameRefFrom(user);
    wanted.password = user.text("password"_L1, longestSecret, 0);
    wanted.scope = scope;
    identity.adopt(password);
    identity.adopt(user);
    if (const auto wrong = identity.failure())
        return *wrong;
    return SignIn(wanted);
}

Result<SignIn> tokenFrom(JsonReader &identity, const ScopeWanted &scope)
{
    JsonReader token = identity.object("token"_L1);
    const QString id = token.text("id"_L1, longestToken);
    identity.adopt(token);
    if (const auto wrong = identity.failure())
        return *wrong;
    return SignIn(TokenSignIn { id.toUtf8(), scope });
}

Result<SignIn> credentialFrom(JsonReader &identity, const ScopeWanted &scope)
{
    JsonReader credential = identity.object("application_credential"_L1);
    CredentialSignIn wanted;
    wanted.id = credential.optionalText("id"_L1, longestName).value_or(QString());
    wanted.secret = credential.text("secret"_L1, longestSecret, 0);
    if (wanted.id.isEmpty()) {
        wanted.name = credential.text("name"_L1, longestName);
        JsonReader user = credential.object("user"_L1);
        wanted.user = nameRefFrom(user);
        credential.adopt(user);
    }
    identity.adopt(credential);
    if (const auto wrong = identity.failure())
        return *wrong;
    // The credential decides the project; asking for another one is a mistake that must not pass unnoticed.
    if (scope.kind != ScopeWanted::Kind::Default)
        return unsupported(u"An application credential brings its own scope."_s);
    return SignIn(wanted);
}

Result<QString> methodFrom(JsonReader &identity)
{
    const QJsonArray methods = identity.array("methods"_L1, 10);
    if (const auto wrong = identity.failure())
        return *wrong;
    if (methods.size() != 1 || !methods.first().isString())
        return methods.isEmpty() || !methods.first().isString()
            ? invalid(u"auth.identity.methods: name one method."_s)
            : unsupported(u"This cloud takes one method at a time."_s);
    return methods.first().toString();
}

// Which of them the caller has is the service's to ask.
std::optional<QList<RoleRef>> rolesFrom(JsonReader &json)
{
    const auto list = json.optionalArray("roles"_L1, 50);
    if (!list)
        return std::nullopt;
    QList<RoleRef> roles;
    for (const QJsonValue &entry : *list) {
        const QJsonObject named = entry.toObject();
        const RoleRef role { named.value("id"_L1).toString(), named.value("name"_L1).toString() };
        if (role.id.isEmpty() && role.name.isEmpty())
            json.fail("roles"_L1, u"each entry must name a role by id or name."_s);
        roles.append(role);
    }
    return roles;
}

} // namespace

Result<SignIn> signInFromJson(const QByteArray &body)
{
    auto read = JsonReader::fromBody(body, u"auth"_s);
    if (!read)
        return read.error();
    JsonReader &auth = *read;
    JsonReader identity = auth.object("identity"_L1);
    auth.adopt(identity);
    if (const auto wrong = auth.failure())
        return *wrong;
    const auto method = methodFrom(identity);
    if (!method)
        return method.error();
    const auto scope = scopeFrom(auth);
    if (!scope)
        return scope.error();
    if (*method == "password"_L1)
        return passwordFrom(identity, *scope);
    if (*method == "token"_L1)
        return tokenFrom(identity, *scope);
    if (*method == "application_credential"_L1)
        return credentialFrom(identity, *scope);
    return unsupported(u"This cloud does not know the sign-in method '%1'."_s.arg(method->left(60)));
}

Result<PasswordChange> passwordChangeFromJson(const QByteArray &body)
{
    auto user = JsonReader::fromBody(body, u"user"_s);
    if (!user)
        return user.error();
    PasswordChange change;
    change.original = user->text("original_password"_L1, longestSecret, 0);
    change.wanted = user->text("password"_L1, longestSecret);
    if (const auto wrong = user->failure())
        return *wrong;
    return change;
}

Result<NewCredential> newCredentialFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"application_credential"_s);
    if (!json)
        return json.error();
    NewCredential wanted;
    wanted.name = json->text("name"_L1, longestName);
    wanted.description = json->optionalText("description"_L1, longestSecret).value_or(QString());
    wanted.secret = json->optionalText("secret"_L1, longestName).value_or(QString());
    wanted.isUnrestricted = json->optionalFlag("unrestricted"_L1).value_or(false);
    wanted.roles = rolesFrom(*json);
    if (const auto expires = json->optionalText("expires_at"_L1, 64)) {
        wanted.expiresAtMs = instantFromIso(*expires);
        wanted.expiresText = *expires;
        if (!wanted.expiresAtMs)
            json->fail("expires_at"_L1, u"must be an ISO 8601 time."_s);
    }
    wanted.accessRules = accessRulesFrom(*json);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

} // namespace nephele
