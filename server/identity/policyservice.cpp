// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/policyservice.h"

#include "model/identity/secret.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

Error unknownPolicy()
{
    return notFound(QStringLiteral("There is no such policy."));
}

Error unknownConsumer()
{
    return notFound(QStringLiteral("There is no such consumer."));
}

template <class T>
Result<T> foundOr(const Result<std::optional<T>> &found, const Error &unknown)
{
    if (!found)
        return found.error();
    return *found ? Result<T>(**found) : Result<T>(unknown);
}

Result<> checkRoom(const Result<qint64> &count, const QString &what)
{
    if (!count)
        return count.error();
    if (*count < PolicyService::mostKept)
        return {};
    return forbidden(QStringLiteral("There are %1 %2 already, and no more are kept.").arg(*count).arg(what));
}

} // namespace

PolicyService::PolicyService(IdentityContext &context, QObject *parent)
    : QObject(parent), m_database(context.database())
{
}

Result<QList<Policy>> PolicyService::policies(const std::optional<QString> &type)
{
    return m_database.read([&](ReadTransaction &t) { return PolicyStore::policies(t, type); });
}

Result<Policy> PolicyService::policy(const PolicyId &id)
{
    return foundOr(
        m_database.read([&](ReadTransaction &t) { return PolicyStore::find(t, id); }), unknownPolicy());
}

QFuture<Result<Policy>> PolicyService::createPolicy(Policy policy)
{
    policy.id = PolicyId::stored(newKeystoneId());
    return m_database.write([policy](Transaction &t) -> Result<Policy> {
        if (const auto room = checkRoom(PolicyStore::count(t), QStringLiteral("policies")); !room)
            return room.error();
        if (const auto inserted = PolicyStore::insert(t, policy); !inserted)
            return inserted.error();
        return policy;
    });
}

QFuture<Result<Policy>> PolicyService::updatePolicy(const PolicyId &id, const PolicyChange &change)
{
    return m_database.write([=](Transaction &t) -> Result<Policy> {
        auto policy = foundOr(PolicyStore::find(t, id), unknownPolicy());
        if (!policy)
            return policy;
        policy->type = change.type.value_or(policy->type);
        policy->blob = change.blob.value_or(policy->blob);
        if (const auto updated = PolicyStore::update(t, *policy); !updated)
            return updated.error();
        return policy;
    });
}

QFuture<Result<>> PolicyService::removePolicy(const PolicyId &id)
{
    return m_database.write([id](Transaction &t) { return PolicyStore::remove(t, id); });
}

Result<QList<OauthConsumer>> PolicyService::consumers()
{
    return m_database.read([](ReadTransaction &t) { return OauthConsumerStore::consumers(t); });
}

Result<OauthConsumer> PolicyService::consumer(const OauthConsumerId &id)
{
    return foundOr(m_database.read([&](ReadTransaction &t) { return OauthConsumerStore::find(t, id); }),
        unknownConsumer());
}

QFuture<Result<CreatedConsumer>> PolicyService::createConsumer(const QString &description)
{
    const CreatedConsumer created { { OauthConsumerId::stored(newKeystoneId()), description },
        QString::fromLatin1(newToken()) };
    return m_database.write([created](Transaction &t) -> Result<CreatedConsumer> {
        if (const auto room = checkRoom(OauthConsumerStore::count(t), QStringLiteral("consumers")); !room)
            return room.error();
        const QString hash = tokenHashText(created.secret.toUtf8());
        if (const auto inserted = OauthConsumerStore::insert(t, created.consumer, hash); !inserted)
            return inserted.error();
        return created;
    });
}

QFuture<Result<OauthConsumer>> PolicyService::updateConsumer(
    const OauthConsumerId &id, const QString &description)
{
    return m_database.write([=](Transaction &t) -> Result<OauthConsumer> {
        auto consumer = foundOr(OauthConsumerStore::find(t, id), unknownConsumer());
        if (!consumer)
            return consumer;
        consumer->description = description;
        if (const auto updated = OauthConsumerStore::update(t, *consumer); !updated)
            return updated.error();
        return consumer;
    });
}

QFuture<Result<>> PolicyService::removeConsumer(const OauthConsumerId &id)
{
    return m_database.write([id](Transaction &t) { return OauthConsumerStore::remove(t, id); });
}

} // namespace nephele
