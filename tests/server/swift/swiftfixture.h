// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/quota/quotarecount.h"
#include "model/quota/quotastore.h"
#include "server/object/objectworks.h"
#include "server/swift/swiftroutes.h"
#include "tests/server/http/httpfixture.h"
#include "tests/support/blockfixture.h"
#include "tests/support/testdatabase.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSignalSpy>

namespace nephele::test {

struct SwiftReply
{
    int status = 0; // 0: none came
    QByteArray body;
    QMap<QByteArray, QByteArray> headers; // names in lower case
};

class SwiftWorker final : public Worker
{
public:
    explicit SwiftWorker(ObjectWorks &works) : m_service(works) { }
    std::vector<RouteTable> routes() override { return swiftRoutes(m_service, m_context); }
    Authenticator &authenticator() override { return m_tokens; }

private:
    ObjectService m_service;
    NamedTokens m_tokens;
    QObject m_context;
};

// Swift's face over HTTP on projects A ("member", "reader", "manager", "admin") and B ("bob"); see
// httpfixture.h. Blocks are of 64 bytes, those up to 16 bytes are small; the clock stands still.
class SwiftFixture
{
public:
    static constexpr qint64 startMs = 1'800'000'000'000;
    using Fields = QList<std::pair<QByteArray, QByteArray>>;

    using MakeWorker = std::function<std::unique_ptr<Worker>(ObjectWorks &)>;

    explicit SwiftFixture(
        Engine engine, const ObjectImages &images = {}, const BlockOptions &blocks = BlockFixture::defaults(),
        const MakeWorker &makeWorker = [](ObjectWorks &works) {
            return std::make_unique<SwiftWorker>(works);
        })
    {
        auto database = TestDatabase::open(engine, clock);
        if (!database)
            qFatal("database: %s", qUtf8Printable(database.error().detail));
        m_database = std::move(*database);
        addProject(projectA, QStringLiteral("name-aaaa"));
        addProject(projectB, QStringLiteral("name-bbbb"));
        m_blocks = std::make_unique<BlockFixture>(**m_database, blocks);
        m_works = std::make_unique<ObjectWorks>(m_blocks->store(), images);
        HttpOptions options;
        options.workers = 2;
        auto server = HttpServer::start(options, [this, makeWorker] { return makeWorker(*m_works); });
        if (!server)
            qFatal("server: %s", qUtf8Printable(server.error().detail));
        m_server = std::move(*server);
    }
    ~SwiftFixture() { m_network.clearConnectionCache(); }

    Database &database() { return **m_database; }
    BlockFixture &blocks() { return *m_blocks; }
    ObjectWorks &works() { return *m_works; }
    HttpServer &server() { return *m_server; }

    // `path` below the account of project A, or a whole one when it begins with "/v1", "/info" or "/pithos".
    static QByteArray whole(const QByteArray &path)
    {
        const bool isWhole = path.startsWith("/v1") || path.startsWith("/info") || path.startsWith("/pithos");
        return isWhole ? path : accountA() + path;
    }
    static QByteArray accountA() { return "/v1/AUTH_" + projectA.utf8(); }
    static QByteArray accountB() { return "/v1/AUTH_" + projectB.utf8(); }

    SwiftReply call(const QByteArray &method, const QByteArray &path, const QByteArray &token = "member",
        const Fields &fields = {}, const QByteArray &body = {})
    {
        QNetworkRequest request(QUrl::fromEncoded(m_server->url().toEncoded() + whole(path)));
        if (!token.isEmpty())
            request.setRawHeader("X-Auth-Token", token);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        // Qt would make one up.
        request.setRawHeader("Content-Type", "");
        for (const auto &[name, value] : fields)
            request.setRawHeader(name, value);
        // Qt waits for the body of a HEAD it was not told is one.
        const std::unique_ptr<QNetworkReply> reply(
            method == "HEAD" ? m_network.head(request) : m_network.sendCustomRequest(request, method, body));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        if (!reply->isFinished() && !finished.wait(10'000))
            return {};
        SwiftReply result;
        result.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        result.body = reply->readAll();
        for (const auto &[name, value] : reply->rawHeaderPairs())
            result.headers.insert(name.toLower(), value);
        return result;
    }
    int status(const QByteArray &method, const QByteArray &path, const QByteArray &token = "member",
        const Fields &fields = {}, const QByteArray &body = {})
    {
        return call(method, path, token, fields, body).status;
    }
    QByteArray header(const QByteArray &path, const QByteArray &name, const QByteArray &token = "member")
    {
        return call("HEAD", path, token).headers.value(name);
    }
    QByteArray body(const QByteArray &path, const QByteArray &token = "member")
    {
        const auto reply = call("GET", path, token);
        return reply.status == 200 || reply.status == 204 ? reply.body : QByteArray::number(reply.status);
    }

    qint64 count(const QByteArray &sql)
    {
        const auto found = database().read([&](ReadTransaction &t) {
            return t.row(sql, {}, [](const Row &row) { return row.integer(0); });
        });
        return found && *found ? **found : -1;
    }
    // What the project is charged for stored bytes; -1 when the books do not agree with what is stored.
    qint64 charged(const ProjectId &project = projectA)
    {
        const auto wrong =
            database().read([&](ReadTransaction &t) { return QuotaRecount::differences(t, project); });
        if (!wrong || !wrong->isEmpty())
            return -1;
        const auto sums = database().read([](ReadTransaction &t) { return QuotaStore::sums(t); });
        for (const QuotaSum &sum : sums ? *sums : QList<QuotaSum>()) {
            if (sum.project == project && sum.resource == QLatin1StringView("pithos.diskspace"))
                return sum.used == sum.usedByUsers ? sum.used : -1;
        }
        return 0;
    }
    // Whether every counter is what a count of the rows gives.
    bool hasExactCounters()
    {
        return count(R"(
            SELECT COUNT(*) FROM container
            WHERE objects <> (SELECT COUNT(*) FROM version
                    WHERE version.container = container.number AND valid_to_ms IS NULL)
                OR bytes <> (SELECT COALESCE(SUM(size_bytes), 0) FROM version
                    WHERE version.container = container.number AND valid_to_ms IS NULL)
                OR history_bytes <> (SELECT COALESCE(SUM(size_bytes), 0) FROM version
                    WHERE version.container = container.number AND valid_to_ms IS NOT NULL))")
            == 0
            && count(R"(
            SELECT COUNT(*) FROM account
            WHERE containers <> (SELECT COUNT(*) FROM container WHERE container.account = account.id)
                OR objects <> (SELECT COALESCE(SUM(objects), 0) FROM container WHERE container.account = account.id)
                OR bytes <> (SELECT COALESCE(SUM(bytes), 0) FROM container WHERE container.account = account.id))")
            == 0
            && count(R"(
            SELECT COUNT(*) FROM map
            WHERE state = 'live' AND pins <> (SELECT COUNT(*) FROM version WHERE version.map = map.number))")
            == 0;
    }

    FakeClock clock { startMs };

protected:
    void addProject(const ProjectId &id, const QString &name)
    {
        const auto added = database()
                               .write([id, name](Transaction &t) {
                                   return t.execute(R"(
                INSERT INTO project (id, domain, name, description, enabled, is_system, created_at_ms)
                VALUES (:id, 'default', :name, '', 1, 0, 1))",
                                       { { ":id", id.text() }, { ":name", name } });
                               })
                               .result();
        if (!added)
            qFatal("project: %s", qUtf8Printable(added.error().detail));
    }

private:
    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<BlockFixture> m_blocks;
    std::unique_ptr<ObjectWorks> m_works;
    std::unique_ptr<HttpServer> m_server;
    QNetworkAccessManager m_network;
};

} // namespace nephele::test
