// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identityservice.h"

namespace nephele {

// Every key of identity's resources in the Synnefo face (Astakos identity v2.0 and account v1.0), both ways.

// {"auth": {"token": {"id"}}} or {"auth": {"passwordCredentials": {"username", "password"}}}, and tenantName.
struct AstakosSignIn
{
    QByteArray token; // by token; else by name and secret
    QString userName; // a uuid, whose secret is a token; or a login name with its password
    QString secret;
    std::optional<QString> tenantName;
};
Result<AstakosSignIn> astakosSignInFromJson(const QByteArray &body);

// {"uuids": [...], "displaynames": [...]}
struct CatalogQuestion
{
    QStringList ids;
    QStringList names; // as asked
    bool wantsEverybody = false; // null instead of a list, which only services may ask
};
Result<CatalogQuestion> catalogQuestionFromJson(const QByteArray &body);

// What a signed-in user is told of himself and his token.
struct AstakosAccess
{
    QByteArray token;
    qint64 expiresAtMs = 0;
    User user;
    ProjectId tenant; // his default project
    QList<ProjectId> projects;
    bool isAdmin = false;
    CloudRoles cloudRoles; // Synnefo's groups
};

// What a user is on the cloud itself, as Synnefo's roles: id and name.
QList<std::pair<QString, QString>> groupRoles(const AstakosAccess &access);

// The fields of one entry of the catalog, in the order written.
QList<std::pair<QByteArray, QByteArray>> endpointFields(
    const CatalogService &service, const QByteArray &baseUrl);

// {"access": {...}}; without `access` the catalog alone.
QByteArray accessJson(
    const AstakosAccess *access, const QList<CatalogService> &services, const QByteArray &baseUrl);
QByteArray accessXml(
    const AstakosAccess *access, const QList<CatalogService> &services, const QByteArray &baseUrl);

// What a short-lived access token is worth: the same without catalog and projects.
QByteArray accessTokenJson(const AstakosAccess &access);
QByteArray accessTokenXml(const AstakosAccess &access);

// {"endpoints": [...], "endpoints_links": [...]}: the catalog's as a flat list, those behind the `marker`-th.
// `path`: of the call itself.
QByteArray endpointsJson(const QList<CatalogService> &services, const QByteArray &baseUrl, int marker,
    int limit, const QByteArray &path);

QByteArray astakosVersionsJson(const QByteArray &baseUrl); // {"versions": {"values": [...]}}
QByteArray astakosVersionJson(const QByteArray &baseUrl); // {"version": {...}}

QByteArray nameCatalogsJson(const NameCatalogs &catalogs);

} // namespace nephele
