// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/policyroutes.h"

#include "model/identity/policystore.h"
#include "model/identity/secret.h"
#include "server/http/jsonreader.h"
#include "server/identity/keystonereplies.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestBlob = 256 * 1024;
constexpr qint64 mostKept = 1000; // of either kind: the lists show them all

struct NewConsumer
{
    OauthConsumer consumer;
    QString secret; // told once
};

Error unknownPolicy()
{
    return notFound(u"There is no such policy."_s);
}

Error unknownConsumer()
{
    return notFound(u"There is no such consumer."_s);
}

Error isFull(const QString &what)
{
    return forbidden(u"There are %1 %2 already, and no more are kept."_s.arg(mostKept).arg(what));
}

PolicyId policyIn(const Request &request)
{
    return PolicyId::stored(request.parameter("policy"_L1));
}

OauthConsumerId consumerIn(const Request &request)
{
    return OauthConsumerId::stored(request.parameter("consumer"_L1));
}

void writePolicy(JsonWriter &json, const Policy &policy, const Request &request)
{
    json.beginObject();
    json.member("id", policy.id.text()).member("type", policy.type).member("blob", policy.blob);
    writeKeystoneSelf(json, keystoneUrl(request, "/policies/" + policy.id.utf8()));
    json.endObject();
}

void writeConsumer(
    JsonWriter &json, const OauthConsumer &consumer, const QString &secret, const Request &request)
{
    json.beginObject();
    json.member("id", consumer.id.text()).member("description", consumer.description);
    if (!secret.isEmpty())
        json.member("secret", secret);
    writeKeystoneSelf(json, keystoneUrl(request, "/OS-OAUTH1/consumers/" + consumer.id.utf8()));
    json.endObject();
}

auto policyBodyOf(const Request &request)
{
    return [=](const Policy &policy) {
        return keystoneObject("policy", [&](JsonWriter &json) { writePolicy(json, policy, request); });
    };
}

auto consumerBodyOf(const Request &request)
{
    return [=](const OauthConsumer &consumer) {
        return keystoneObject(
            "consumer", [&](JsonWriter &json) { writeConsumer(json, consumer, {}, request); });
    };
}

template <class T>
Result<T> foundOr(const Result<std::optional<T>> &found, const Error &unknown)
{
    if (!found)
        return found.error();
    return *found ? Result<T>(**found) : Result<T>(unknown);
}

class Policies
{
public:
    Policies(IdentityContext &context, QObject &receiver)
        : m_database(context.database()), m_receiver(&receiver)
    {
    }

    Reply list(const Request &request) const
    {
        const auto policies = m_database.read(
            [&](ReadTransaction &t) { return PolicyStore::policies(t, request.query("type"_L1)); });
        return keystoneReply(policies, [&](const QList<Policy> &all) {
            return keystoneList("policies", all, request.baseUrl + request.target,
                [&](JsonWriter &json, const Policy &policy) { writePolicy(json, policy, request); });
        });
    }
    Reply show(const Request &request) const
    {
        const auto found =
            m_database.read([&](ReadTransaction &t) { return PolicyStore::find(t, policyIn(request)); });
        return keystoneReply(foundOr(found, unknownPolicy()), policyBodyOf(request));
    }
    Reply create(const Request &request) const
    {
        auto json = JsonReader::fromBody(request.body, u"policy"_s);
        if (!json)
            return json.error();
        const Policy policy { PolicyId::stored(newKeystoneId()), json->text("type"_L1, longestName),
            json->text("blob"_L1, longestBlob) };
        if (const auto wrong = json->failure())
            return *wrong;
        const auto made = m_database.write([policy](Transaction &t) -> Result<Policy> {
            const auto count = PolicyStore::count(t);
            if (!count)
                return count.error();
            if (*count >= mostKept)
                return isFull(u"policies"_s);
            if (const auto inserted = PolicyStore::insert(t, policy); !inserted)
                return inserted.error();
            return policy;
        });
        return keystoneReply(made, m_receiver, 201, policyBodyOf(request));
    }
    Reply update(const Request &request) const
    {
        auto json = JsonReader::fromBody(request.body, u"policy"_s);
        if (!json)
            return json.error();
        const auto type = json->optionalText("type"_L1, longestName, JsonReader::Null::Refused);
        const auto blob = json->optionalText("blob"_L1, longestBlob, JsonReader::Null::Refused);
        if (const auto wrong = json->failure())
            return *wrong;
        const auto changed = m_database.write([=, id = policyIn(request)](Transaction &t) -> Result<Policy> {
            auto policy = foundOr(PolicyStore::find(t, id), unknownPolicy());
            if (!policy)
                return policy;
            policy->type = type.value_or(policy->type);
            policy->blob = blob.value_or(policy->blob);
            if (const auto updated = PolicyStore::update(t, *policy); !updated)
                return updated.error();
            return policy;
        });
        return keystoneReply(changed, m_receiver, 200, policyBodyOf(request));
    }
    Reply remove(const Request &request) const
    {
        return keystoneDone(m_database.write([id = policyIn(request)](Transaction &t) {
            return PolicyStore::remove(t, id);
        }),
            m_receiver);
    }

private:
    Database &m_database;
    QObject *m_receiver;
};

class Consumers
{
public:
    Consumers(IdentityContext &context, QObject &receiver)
        : m_database(context.database()), m_receiver(&receiver)
    {
    }

    Reply list(const Request &request) const
    {
        const auto consumers =
            m_database.read([](ReadTransaction &t) { return OauthConsumerStore::consumers(t); });
        return keystoneReply(consumers, [&](const QList<OauthConsumer> &all) {
            return keystoneList("consumers", all, request.baseUrl + request.target,
                [&](JsonWriter &json, const OauthConsumer &consumer) {
                    writeConsumer(json, consumer, {}, request);
                });
        });
    }
    Reply show(const Request &request) const
    {
        const auto found = m_database.read(
            [&](ReadTransaction &t) { return OauthConsumerStore::find(t, consumerIn(request)); });
        return keystoneReply(foundOr(found, unknownConsumer()), consumerBodyOf(request));
    }
    Reply create(const Request &request) const
    {
        auto json = JsonReader::fromBody(request.body, u"consumer"_s);
        if (!json)
            return json.error();
        const NewConsumer wanted { { OauthConsumerId::stored(newKeystoneId()),
                                       json->optionalText("description"_L1, longestName).value_or(QString()) },
            QString::fromLatin1(newToken()) };
        if (const auto wrong = json->failure())
            return *wrong;
        const auto made = m_database.write([wanted](Transaction &t) -> Result<NewConsumer> {
            const auto count = OauthConsumerStore::count(t);
            if (!count)
                return count.error();
            if (*count >= mostKept)
                return isFull(u"consumers"_s);
            const QString hash = tokenHashText(wanted.secret.toUtf8());
            if (const auto inserted = OauthConsumerStore::insert(t, wanted.consumer, hash); !inserted)
                return inserted.error();
            return wanted;
        });
        return keystoneReply(made, m_receiver, 201, [request](const NewConsumer &consumer) {
            return keystoneObject("consumer", [&](JsonWriter &out) {
                writeConsumer(out, consumer.consumer, consumer.secret, request);
            });
        });
    }
    Reply update(const Request &request) const
    {
        auto json = JsonReader::fromBody(request.body, u"consumer"_s);
        if (!json)
            return json.error();
        const QString description = json->optionalText("description"_L1, longestName).value_or(QString());
        if (json->has("secret"_L1))
            json->fail("secret"_L1, u"the secret stays what it is."_s);
        if (const auto wrong = json->failure())
            return *wrong;
        const auto changed =
            m_database.write([=, id = consumerIn(request)](Transaction &t) -> Result<OauthConsumer> {
                auto consumer = foundOr(OauthConsumerStore::find(t, id), unknownConsumer());
                if (!consumer)
                    return consumer;
                consumer->description = description;
                if (const auto updated = OauthConsumerStore::update(t, *consumer); !updated)
                    return updated.error();
                return consumer;
            });
        return keystoneReply(changed, m_receiver, 200, consumerBodyOf(request));
    }
    Reply remove(const Request &request) const
    {
        return keystoneDone(m_database.write([id = consumerIn(request)](Transaction &t) {
            return OauthConsumerStore::remove(t, id);
        }),
            m_receiver);
    }

private:
    Database &m_database;
    QObject *m_receiver;
};

template <class Kind>
void addKept(std::vector<Route> &routes, const QByteArray &list, const QByteArray &one,
    const std::shared_ptr<Kind> &kept)
{
    const auto add = [&](const char *method, const QByteArray &pattern, Reply (Kind::*answer)(const Request &) const) {
        routes.emplace_back(method, pattern, Right::Admin,
            [kept, answer](const Request &request, const Caller &) { return (*kept.*answer)(request); });
    };
    add("GET", list, &Kind::list);
    add("POST", list, &Kind::create);
    add("GET", one, &Kind::show);
    add("PATCH", one, &Kind::update);
    add("DELETE", one, &Kind::remove);
}

Reply refuseOauth(const Request &, const Caller &)
{
    return Error { ErrorCode::Unsupported,
        u"This cloud hands out no OAuth 1 tokens: use an application credential."_s, {} };
}

} // namespace

RouteTable policyRoutes(IdentityContext &context, QObject &receiver)
{
    RouteTable table { "/identity", Face::OpenStack, FaultForm::Keystone, {} };
    addKept(table.routes, "/v3/policies", "/v3/policies/{policy}",
        std::make_shared<Policies>(context, receiver));
    addKept(table.routes, "/v3/OS-OAUTH1/consumers", "/v3/OS-OAUTH1/consumers/{consumer}",
        std::make_shared<Consumers>(context, receiver));
    table.routes.emplace_back("POST", "/v3/OS-OAUTH1/request_token", Right::Public, refuseOauth);
    table.routes.emplace_back("POST", "/v3/OS-OAUTH1/access_token", Right::Public, refuseOauth);
    table.routes.emplace_back("PUT", "/v3/OS-OAUTH1/authorize/{token}", Right::SignedIn, refuseOauth);
    table.routes.emplace_back(
        "GET", "/v3/users/{user}/OS-OAUTH1/access_tokens", Right::SignedIn, refuseOauth);
    return table;
}

} // namespace nephele
