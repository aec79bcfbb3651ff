// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client/cloudclient.h"

#include "app/client/answer.h"
#include "app/client/fault.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"

#include <QJsonArray>
#include <QUrlQuery>

namespace nephele {

namespace {

const QString compute = QStringLiteral("/compute/v2.1");
constexpr int changesTimeoutMs = 120'000; // the cloud holds the answer back for up to a minute

QString serverPath(const ServerId &id)
{
    return compute + QStringLiteral("/servers/") + id.text();
}

// Sends and reads the answer's body; what was refused stays an Error.
template <class Read>
auto ask(CloudSession &session, const RestRequest &request, Read read)
    -> QFuture<std::invoke_result_t<Read, const QByteArray &>>
{
    using Answer = std::invoke_result_t<Read, const QByteArray &>;
    return onAnswer(session.call(request), &session, [read](const Result<RestReply> &reply) -> Answer {
        return reply ? read(reply->body) : reply.error();
    });
}

constexpr auto nothingToRead = [](const QByteArray &) -> Result<> { return {}; };

// Adds page after page to what is there, until one names no marker.
template <class T>
struct PageWalk
{
    CloudSession &session;
    QString path; // with "?limit="
    std::function<Result<ListPage<T>>(const QByteArray &)> read;
    QString marker {};
    QList<T> items {};
    QPromise<Result<QList<T>>> promise {};

    static QFuture<Result<QList<T>>> start(
        CloudSession &session, const QString &path, std::function<Result<ListPage<T>>(const QByteArray &)> read)
    {
        const std::shared_ptr<PageWalk> walk(new PageWalk { session, path, std::move(read) });
        walk->promise.start();
        next(walk);
        return walk->promise.future();
    }

    static void next(const std::shared_ptr<PageWalk> &walk)
    {
        RestRequest request;
        request.path = walk->path;
        if (!walk->marker.isEmpty())
            request.path += QStringLiteral("&marker=") + walk->marker;
        onAnswer(walk->session.call(request), &walk->session, [walk](const Result<RestReply> &reply) {
            const Result<ListPage<T>> page = reply ? walk->read(reply->body) : Result<ListPage<T>>(reply.error());
            if (!page)
                return walk->finish(page.error());
            // A cloud that answers the same page for ever must not hold us.
            if (!page->marker.isEmpty() && page->marker == walk->marker)
                return walk->finish(notUnderstood(QStringLiteral("the list"),
                    invalid(QStringLiteral("The same page comes again and again."))));
            walk->items.append(page->items);
            if (page->marker.isEmpty())
                return walk->finish(walk->items);
            walk->marker = page->marker;
            next(walk);
        });
    }

    void finish(Result<QList<T>> result)
    {
        promise.addResult(std::move(result));
        promise.finish();
    }
};

QByteArray orderBody(const ServerOrder &order)
{
    JsonWriter json;
    json.beginObject().key("server").beginObject();
    json.member("name", order.name);
    json.member("imageRef", order.image.text());
    json.member("flavorRef", order.flavorId);
    if (!order.keyName.isEmpty())
        json.member("key_name", order.keyName);
    if (!order.adminPassword.isEmpty())
        json.member("adminPass", order.adminPassword);
    if (!order.userData.isEmpty())
        json.member("user_data", order.userData.toBase64());
    if (!order.files.isEmpty()) {
        json.key("personality").beginArray();
        for (const ServerOrder::File &file : order.files)
            json.beginObject()
                .member("path", file.path)
                .member("contents", file.contents.toBase64())
                .endObject();
        json.endArray();
    }
    json.endObject().endObject();
    return json.bytes();
}

QByteArray keypairBody(const QString &name, const QString &publicKey)
{
    JsonWriter json;
    json.beginObject().key("keypair").beginObject().member("name", name);
    if (!publicKey.isEmpty())
        json.member("public_key", publicKey);
    json.endObject().endObject();
    return json.bytes();
}

// The text at {"outer": {"inner": text}} or {"inner": text}.
Result<QString> textFromReply(const QByteArray &body, const QString &outer, QLatin1StringView inner)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return notUnderstood(QString(inner), object.error());
    JsonReader reader(outer.isEmpty() ? *object : object->value(outer).toObject(), outer);
    const QJsonValue value = reader.json().value(inner);
    // Read by hand: a serial log holds control characters, which JsonReader refuses.
    if (!value.isString())
        return notUnderstood(
            QString(inner), invalid(QStringLiteral("%1: must be a string.").arg(reader.pathOf(inner))));
    return value.toString();
}

} // namespace

CloudClient::CloudClient(const QUrl &url, QObject *parent) : QObject(parent), m_session(url) { }

QFuture<Result<QList<Server>>> CloudClient::servers()
{
    return PageWalk<Server>::start(
        m_session, compute + QStringLiteral("/servers/detail?limit=1000"), serversFromReply);
}

QFuture<Result<Server>> CloudClient::server(const ServerId &id)
{
    return ask(m_session, { "GET", serverPath(id), {}, {} }, serverFromReply);
}

QFuture<Result<CreatedServerInfo>> CloudClient::createServer(const ServerOrder &order)
{
    return ask(m_session, { "POST", compute + QStringLiteral("/servers"), orderBody(order), {} },
        createdServerFromReply);
}

QFuture<Result<>> CloudClient::renameServer(const ServerId &id, const QString &name)
{
    JsonWriter json;
    json.beginObject().key("server").beginObject().member("name", name).endObject().endObject();
    return ask(m_session, { "PUT", serverPath(id), json.bytes(), {} }, nothingToRead);
}

QFuture<Result<>> CloudClient::removeServer(const ServerId &id)
{
    return ask(m_session, { "DELETE", serverPath(id), {}, {} }, nothingToRead);
}

QFuture<Result<>> CloudClient::act(const ServerId &id, const QByteArray &body)
{
    return ask(m_session, { "POST", serverPath(id) + QStringLiteral("/action"), body, {} }, nothingToRead);
}

QFuture<Result<>> CloudClient::startServer(const ServerId &id)
{
    return act(id, R"({"os-start": null})");
}

QFuture<Result<>> CloudClient::stopServer(const ServerId &id)
{
    return act(id, R"({"os-stop": null})");
}

QFuture<Result<>> CloudClient::restartServer(const ServerId &id, Restart kind)
{
    return act(
        id, kind == Restart::Soft ? R"({"reboot": {"type": "SOFT"}})" : R"({"reboot": {"type": "HARD"}})");
}

QFuture<Result<QString>> CloudClient::serialLog(const ServerId &id, int lines)
{
    JsonWriter json;
    json.beginObject()
        .key("os-getConsoleOutput")
        .beginObject()
        .member("length", lines)
        .endObject()
        .endObject();
    return ask(m_session, { "POST", serverPath(id) + QStringLiteral("/action"), json.bytes(), {} },
        [](const QByteArray &body) { return textFromReply(body, {}, QLatin1StringView("output")); });
}

QFuture<Result<QUrl>> CloudClient::consoleUrl(const ServerId &id)
{
    const RestRequest request { "POST", serverPath(id) + QStringLiteral("/remote-consoles"),
        R"({"remote_console": {"protocol": "vnc", "type": "novnc"}})",
        // The call exists from microversion 2.6 on.
        { { "OpenStack-API-Version", "compute 2.8" }, { "X-OpenStack-Nova-API-Version", "2.8" } } };
    return ask(m_session, request, [](const QByteArray &body) -> Result<QUrl> {
        const auto page = textFromReply(body, QStringLiteral("remote_console"), QLatin1StringView("url"));
        return page ? webSocketUrlOf(QUrl(*page, QUrl::StrictMode)) : page.error();
    });
}

QFuture<Result<QList<Flavor>>> CloudClient::flavors()
{
    return ask(m_session, { "GET", compute + QStringLiteral("/flavors/detail"), {}, {} }, flavorsFromReply);
}

QFuture<Result<ComputeLimits>> CloudClient::limits()
{
    return ask(m_session, { "GET", compute + QStringLiteral("/limits"), {}, {} }, limitsFromReply);
}

QFuture<Result<QList<Keypair>>> CloudClient::keypairs()
{
    return ask(m_session, { "GET", compute + QStringLiteral("/os-keypairs"), {}, {} }, keypairsFromReply);
}

QFuture<Result<>> CloudClient::importKeypair(const QString &name, const QString &publicKey)
{
    return ask(m_session,
        { "POST", compute + QStringLiteral("/os-keypairs"), keypairBody(name, publicKey), {} },
        nothingToRead);
}

QFuture<Result<NewKeypair>> CloudClient::generateKeypair(const QString &name)
{
    return ask(m_session, { "POST", compute + QStringLiteral("/os-keypairs"), keypairBody(name, {}), {} },
        [name](const QByteArray &body) -> Result<NewKeypair> {
            const auto pem = textFromReply(body, QStringLiteral("keypair"), QLatin1StringView("private_key"));
            if (!pem)
                return pem.error();
            return NewKeypair { name, pem->toUtf8() };
        });
}

QFuture<Result<QList<Image>>> CloudClient::images()
{
    return PageWalk<Image>::start(m_session, QStringLiteral("/image/v2/images?limit=100"), imagesFromReply);
}

QFuture<Result<QList<ProjectName>>> CloudClient::projects()
{
    return ask(m_session, { "GET", QStringLiteral("/identity/v3/auth/projects"), {}, {} }, projectsFromReply);
}

QFuture<Result<ChangePage>> CloudClient::changes(qint64 since)
{
    return ask(m_session,
        { "GET", QStringLiteral("/nephele/v1/changes?since=%1").arg(since), {}, {}, changesTimeoutMs },
        changesFromReply);
}

QFuture<Result<QList<Work>>> CloudClient::works()
{
    return ask(m_session, { "GET", QStringLiteral("/nephele/v1/operations"), {}, {} }, worksFromReply);
}

QFuture<Result<QJsonObject>> CloudClient::health()
{
    return onAnswer(m_session.callOpenly({ "GET", QStringLiteral("/healthcheck"), {}, {} }), this,
        [](const Result<RestReply> &reply) -> Result<QJsonObject> {
            if (!reply)
                return reply.error();
            const auto facts = JsonReader::objectFromBody(reply->body);
            if (!facts)
                return notUnderstood(QStringLiteral("its state"), facts.error());
            return *facts;
        });
}

Result<QUrl> webSocketUrlOf(const QUrl &consolePage)
{
    const QString scheme = consolePage.scheme();
    if (!consolePage.isValid() || consolePage.host().isEmpty())
        return notUnderstood(QStringLiteral("the console"), invalid(QStringLiteral("url: is no address.")));
    if (scheme == u"ws" || scheme == u"wss")
        return consolePage;
    const QUrlQuery query(consolePage);
    QString path = query.queryItemValue(QStringLiteral("path"), QUrl::FullyDecoded);
    // noVNC's page is told the socket's path, its ticket included; ours may also carry the ticket itself.
    if (path.isEmpty())
        path = QStringLiteral("nephele/v1/console?ticket=%1")
                   .arg(query.queryItemValue(QStringLiteral("ticket"), QUrl::FullyEncoded));
    QUrl socket = consolePage.resolved(QUrl(QLatin1Char('/') + path));
    socket.setScheme(scheme == u"https" ? QStringLiteral("wss") : QStringLiteral("ws"));
    return socket;
}

} // namespace nephele
