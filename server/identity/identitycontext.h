// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"
#include "server/identity/passwordpool.h"
#include "server/identity/passwordrules.h"
#include "server/identity/servicecatalog.h"
#include "server/identity/signinthrottle.h"

#include <QObject>

#include <atomic>

namespace nephele {

struct IdentitySettings
{
    ScryptCost passwordCost;
    qint64 tokenLifeMs = 24 * 3'600'000; // of v3 tokens
    qint64 synnefoTokenLifeMs = qint64(720) * 3'600'000;
    SignInThrottle::Rules throttle;
    PasswordRules passwords;
    QList<CatalogService> services = openStackServices() + synnefoServices();
};

// What the workers' identity services share: one per process, owned by main, made before the workers and gone
// after them. The functions may be called from every thread.
class IdentityContext : public QObject
{
    Q_OBJECT

public:
    IdentityContext(Database &database, IdentitySettings settings, QObject *parent = nullptr);

    Database &database() const { return m_database; }
    const Clock &clock() const { return m_database.clock(); }
    const IdentitySettings &settings() const { return m_settings; }
    SignInThrottle &throttle() { return m_throttle; }
    PasswordPool &passwords() { return m_passwords; }

    // Counts everything that may take a right away; the workers' token caches are good for one number only.
    // Call it after the commit.
    quint64 revocations() const { return m_revocations; }
    void noteRevocation() { ++m_revocations; }

    // The same for the registry of services and endpoints, of which the workers remember the catalog.
    quint64 catalogChanges() const { return m_catalogChanges; }
    void noteCatalogChange() { ++m_catalogChanges; }

    // Takes expired tokens away, a slice at a time. Runs by itself every ten minutes.
    QFuture<Result<qint64>> pruneTokens();

signals:
    // The password made up at first start opens nothing any more: admin-openrc needs another way in. Sent
    // from a worker's thread.
    void firstPasswordChanged();

private:
    Database &m_database;
    const IdentitySettings m_settings;
    SignInThrottle m_throttle;
    PasswordPool m_passwords;
    std::atomic<quint64> m_revocations = 0;
    std::atomic<quint64> m_catalogChanges = 0;
};

} // namespace nephele
