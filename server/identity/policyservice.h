// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/policystore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

struct PolicyChange
{
    std::optional<QString> type;
    std::optional<QString> blob;
};

struct CreatedConsumer
{
    OauthConsumer consumer;
    QString secret; // told once
};

// Keystone's policies and OAuth 1 consumers: texts and names an administrator keeps for others, with no rules
// behind them. One per worker; reads answer at once, writes later in the worker's thread. What is not there
// is NotFound, and there are at most mostKept of either, else Forbidden.
class PolicyService : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostKept = 1000; // the lists show them all

    explicit PolicyService(IdentityContext &context, QObject *parent = nullptr);

    Result<QList<Policy>> policies(const std::optional<QString> &type);
    Result<Policy> policy(const PolicyId &id);
    QFuture<Result<Policy>> createPolicy(Policy policy); // its id is made up
    QFuture<Result<Policy>> updatePolicy(const PolicyId &id, const PolicyChange &change);
    QFuture<Result<>> removePolicy(const PolicyId &id);

    Result<QList<OauthConsumer>> consumers();
    Result<OauthConsumer> consumer(const OauthConsumerId &id);
    QFuture<Result<CreatedConsumer>> createConsumer(const QString &description);
    QFuture<Result<OauthConsumer>> updateConsumer(const OauthConsumerId &id, const QString &description);
    QFuture<Result<>> removeConsumer(const OauthConsumerId &id);

private:
    Database &m_database;
};

} // namespace nephele
