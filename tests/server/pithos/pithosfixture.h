// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/pithos/pithosroutes.h"
#include "tests/server/swift/swiftfixture.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace nephele::test {

// Knows people by their names as tokens, each with a project of the same id: "ann", "ben", "cat"; "viewer",
// who only reads in ann's project, and "admin". "lea" is a member of the project "lab" too.
class PithosTokens final : public Authenticator
{
public:
    static QString idOf(const QByteArray &name)
    {
        static const QMap<QByteArray, QString> ids {
            { "ann", QStringLiteral("aaaaaaaa-0000-4000-8000-0000000000aa") },
            { "ben", QStringLiteral("bbbbbbbb-0000-4000-8000-0000000000bb") },
            { "cat", QStringLiteral("cccccccc-0000-4000-8000-0000000000cc") },
            { "viewer", QStringLiteral("dddddddd-0000-4000-8000-0000000000dd") },
            { "admin", QStringLiteral("eeeeeeee-0000-4000-8000-0000000000ee") },
            { "lea", QStringLiteral("99999999-0000-4000-8000-000000000099") },
            { "lab", QStringLiteral("ffffffff-0000-4000-8000-0000000000ff") },
        };
        return ids.value(name);
    }
    static ProjectId projectOf(const QByteArray &name) { return ProjectId::stored(idOf(name)); }

    Result<Caller> authenticate(const QByteArray &token, Face face) override
    {
        Caller caller;
        caller.face = face;
        caller.user = UserId::stored(idOf(token));
        if (caller.user.isNull() || token == "lab")
            return Error { ErrorCode::Unauthenticated, QStringLiteral("The token is not good."), {} };
        const bool isViewer = token == "viewer";
        caller.isAdmin = token == "admin";
        caller.project = projectOf(isViewer ? QByteArray("ann") : token);
        caller.scope.insert(*caller.project,
            isViewer ? Roles(Role::Reader) : Roles(Role::Reader) | Role::Member | Role::Manager);
        if (token == "lea")
            caller.scope.insert(projectOf("lab"), Roles(Role::Reader) | Role::Member);
        return caller;
    }
};

class PithosWorker final : public Worker
{
public:
    explicit PithosWorker(ObjectWorks &works) : m_service(works) { }
    std::vector<RouteTable> routes() override
    {
        std::vector<RouteTable> tables = pithosRoutes(m_service, m_context);
        for (RouteTable &table : swiftRoutes(m_service, m_context))
            tables.push_back(std::move(table));
        return tables;
    }
    Authenticator &authenticator() override { return m_tokens; }

private:
    ObjectService m_service;
    PithosTokens m_tokens;
    QObject m_context;
};

// Both faces of one store over HTTP. What is uploaded as a block is kept for an hour of the clock, unless the
// options say otherwise; the rest is as in SwiftFixture.
class PithosFixture : public SwiftFixture
{
public:
    explicit PithosFixture(
        Engine engine, const BlockOptions &blocks = patient(), const ObjectImages &images = {})
        : SwiftFixture(
            engine, images, blocks, [](ObjectWorks &works) { return std::make_unique<PithosWorker>(works); })
    {
        for (const char *name : { "ann", "ben", "cat", "viewer", "admin", "lea" })
            addPerson(name);
        addProject(PithosTokens::projectOf("lab"), QStringLiteral("lab"));
    }

    static BlockOptions patient()
    {
        BlockOptions options = BlockFixture::defaults();
        options.graceMs = 3600 * 1000;
        return options;
    }

    // "/ann/c/o" is in ann's account, in Pithos' face; swift("/ann/c/o") in Swift's.
    static QByteArray pithos(const QByteArray &path)
    {
        return "/pithos/object-store/v1" + withId(path, QByteArray("/"));
    }
    static QByteArray swift(const QByteArray &path) { return "/v1" + withId(path, "/AUTH_"); }

    SwiftReply ask(const QByteArray &method, const QByteArray &path, const QByteArray &token = "ann",
        const Fields &fields = {}, const QByteArray &body = {})
    {
        return call(method, pithos(path), token, fields, body);
    }
    int code(const QByteArray &method, const QByteArray &path, const QByteArray &token = "ann",
        const Fields &fields = {}, const QByteArray &body = {})
    {
        return ask(method, path, token, fields, body).status;
    }
    int put(const QByteArray &path, const QByteArray &body, Fields fields = {})
    {
        fields.emplaceBack("Content-Type", "text/plain");
        return code("PUT", path, "ann", fields, body);
    }
    QByteArray field(const QByteArray &path, const QByteArray &name, const QByteArray &token = "ann")
    {
        return ask("HEAD", path, token).headers.value(name);
    }
    // The body, or the status of what is not 200 or 204.
    QByteArray text(const QByteArray &path, const QByteArray &token = "ann")
    {
        return body(pithos(path), token);
    }
    // The lines of a list with blanks between them.
    QByteArray lines(const QByteArray &path, const QByteArray &token = "ann")
    {
        return text(path, token).trimmed().replace('\n', ' ');
    }
    QJsonDocument json(const QByteArray &path, const QByteArray &token = "ann")
    {
        return QJsonDocument::fromJson(text(path, token));
    }

    static QByteArray sha256(const QByteArray &bytes)
    {
        return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
    }
    static QByteArray md5(const QByteArray &bytes)
    {
        return QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex();
    }
    // What a client sends of a content: written here by hand, so that nothing is checked against itself.
    static QByteArray hashmapOf(const QByteArray &content)
    {
        QByteArrayList hashes;
        for (qsizetype at = 0; at < content.size(); at += BlockFixture::blockBytes) {
            QByteArray block = content.mid(at, BlockFixture::blockBytes);
            while (block.endsWith('\0'))
                block.chop(1);
            hashes.append('"' + sha256(block) + '"');
        }
        return "{\"bytes\": " + QByteArray::number(content.size()) + ", \"hashes\": [" + hashes.join(", ")
            + "]}";
    }

private:
    static QByteArray withId(const QByteArray &path, const QByteArray &before)
    {
        const qsizetype end = path.indexOf('/', 1) < 0 ? path.size() : path.indexOf('/', 1);
        const qsizetype question = path.indexOf('?');
        const qsizetype stop = question >= 0 ? std::min(end, question) : end;
        const QString id = PithosTokens::idOf(path.mid(1, stop - 1));
        return id.isEmpty() ? path : before + id.toLatin1() + path.mid(stop);
    }

    void addPerson(const QByteArray &name)
    {
        addProject(PithosTokens::projectOf(name), QString::fromLatin1(name));
        const QString id = PithosTokens::idOf(name);
        const auto added =
            database()
                .write([id](Transaction &t) {
                    return t.execute(R"(
                INSERT INTO identity_user (id, domain, name, name_key, email, real_name, enabled,
                    password_hash, has_first_password, default_project, created_at_ms)
                VALUES (:id, 'default', :name, :key, '', '', 1, '', 0, :project, 1))",
                        { { ":id", id }, { ":name", id }, { ":key", id }, { ":project", id } });
                })
                .result();
        if (!added)
            qFatal("user: %s", qUtf8Printable(added.error().detail));
    }
};

} // namespace nephele::test
