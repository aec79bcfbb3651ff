// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/database/transaction.h"

namespace nephele {

using PolicyId = Id<struct PolicyTag>; // 32 hexadecimal digits
using OauthConsumerId = Id<struct OauthConsumerTag>; // the same

// A text an administrator keeps for services that read their rules from Keystone.
struct Policy
{
    PolicyId id;
    QString type; // a MIME type
    QString blob;
    bool operator==(const Policy &) const = default;
};

// rows: (id, type, blob); the service keeps their number bounded.
class PolicyStore
{
public:
    // By id; at most 1000.
    static Result<QList<Policy>> policies(const ReadTransaction &t, const std::optional<QString> &type = {});
    static Result<std::optional<Policy>> find(const ReadTransaction &t, const PolicyId &id);
    static Result<qint64> count(const ReadTransaction &t);
    static Result<> insert(Transaction &t, const Policy &policy);
    static Result<> update(Transaction &t, const Policy &policy);
    // NotFound when there is none.
    static Result<> remove(Transaction &t, const PolicyId &id);
};

// A program that would ask for OAuth 1 tokens.
struct OauthConsumer
{
    OauthConsumerId id;
    QString description;
    bool operator==(const OauthConsumer &) const = default;
};

// rows: (id, description, hash of the secret); the service keeps their number bounded.
class OauthConsumerStore
{
public:
    // By id; at most 1000.
    static Result<QList<OauthConsumer>> consumers(const ReadTransaction &t);
    static Result<std::optional<OauthConsumer>> find(const ReadTransaction &t, const OauthConsumerId &id);
    static Result<qint64> count(const ReadTransaction &t);
    static Result<> insert(Transaction &t, const OauthConsumer &consumer, const QString &secretHash);
    static Result<> update(Transaction &t, const OauthConsumer &consumer);
    // NotFound when there is none.
    static Result<> remove(Transaction &t, const OauthConsumerId &id);
};

} // namespace nephele
