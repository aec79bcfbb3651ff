// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/keystonejson.h"

namespace nephele {

// Every key of the OpenStack face's old Identity API v2.0, both ways. It knows the default domain only, calls
// projects tenants, and is there for clients that were never taught v3.

// {"auth": {"passwordCredentials": {"username"|"userId", "password"} or "token": {"id"}, "tenantName"? or
// "tenantId"?}}. Invalid names the wrong field. The peer is left to the caller.
Result<SignIn> signInFromV2Json(const QByteArray &body);

// {"access": {"token", "user", "serviceCatalog", "metadata"}}; a token without a project has an empty
// catalog.
QByteArray accessBody(const TokenDetails &details, const QByteArray &secret, const Catalog &catalog,
    const KeystoneLinks &links);

// {"tenants": [...], "tenants_links": []}
QByteArray tenantsBody(const QList<Project> &projects);

QByteArray v2VersionBody(const KeystoneLinks &links); // {"version": {...}}

} // namespace nephele
