// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/jsonwriter.h"
#include "server/identity/catalogcache.h"
#include "server/identity/identityservice.h"
#include "server/identity/keystonecommon.h"

#include <variant>

namespace nephele {

// Every key of identity's resources in the OpenStack face (Identity API v3), both ways.

using SignIn = std::variant<PasswordSignIn, TokenSignIn, CredentialSignIn>;

// {"auth": {"identity": ..., "scope": ...}}. Invalid names the wrong field; Unauthenticated for a method or
// scope this cloud does not have. The peer is left to the caller.
Result<SignIn> signInFromJson(const QByteArray &body);

// {"user": {"original_password": ..., "password": ...}}
struct PasswordChange
{
    QString original;
    QString wanted;
};
Result<PasswordChange> passwordChangeFromJson(const QByteArray &body);

// {"application_credential": {...}}
Result<NewCredential> newCredentialFromJson(const QByteArray &body);

// The value of "catalog": [{id, type, name, endpoints: [{id, interface, region, region_id, url}]}]
void writeCatalog(JsonWriter &json, const Catalog &catalog, const KeystoneLinks &links,
    const ProjectId &project, const UserId &user);

// {"token": {...}}; an unscoped token has neither project, roles nor catalog. `catalog` null: without
// catalog.
QByteArray tokenBody(const TokenDetails &details, const Catalog *catalog, const KeystoneLinks &links);

QByteArray versionBody(const KeystoneLinks &links); // {"version": {...}}
QByteArray versionsBody(const KeystoneLinks &links); // {"versions": {"values": [{...}]}}

QByteArray credentialBody(
    const ApplicationCredential &credential, const QString &secret, const KeystoneLinks &links);
QByteArray credentialsBody(
    const QList<ApplicationCredential> &credentials, const QByteArray &self, const KeystoneLinks &links);

} // namespace nephele
