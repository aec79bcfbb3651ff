// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/projectstore.h"
#include "model/identity/userstore.h"
#include "model/image/basestore.h"
#include "server/compute/compute.h"
#include "server/compute/cycladesroutes.h"
#include "server/compute/novaquotaroutes.h"
#include "server/compute/novaroutes.h"
#include "server/guest/consoletickets.h"
#include "server/guest/guestdisks.h"
#include "server/image/filebases.h"
#include "server/image/imageservice.h"
#include "server/image/imageworks.h"
#include "tests/server/http/httpfixture.h"
#include "tests/server/http/rawclient.h"
#include "tests/support/testdatabase.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace nephele::test {

// Both compute faces over everything real: HTTP server, service, database, engine, images, and a pretend host
// of libvirt's own. Tokens are those of NamedTokens. What sets up aborts the program when it fails.
class FaceFixture
{
public:
    enum class Engine { Runs, Waits }; // Waits: servers stay as they were written

    explicit FaceFixture(Engine running)
    {
        m_database = must(TestDatabase::open());
        addPeople();
        BlockOptions blocks;
        blocks.directory = m_dir.filePath(QStringLiteral("blocks"));
        blocks.smallFile = m_dir.filePath(QStringLiteral("small.db"));
        blocks.blockBytes = 1 << 20;
        blocks.reserveBytes = 0;
        m_blocks = must(BlockStore::open(**m_database, blocks));
        ImageOptions images;
        images.scratchFolder = m_dir.filePath(QStringLiteral("scratch"));
        images.baseFolder = m_dir.filePath(QStringLiteral("bases"));
        m_images = must(ImageWorks::open(*m_blocks, images));
        m_bases = std::make_unique<FileBases>(*m_images);
        m_host = must(Hypervisor::open(QStringLiteral("test:///default"), cloudId()));
        m_disks = must(GuestDisks::open(m_dir.path()));
        m_engine = std::make_unique<OperationEngine>(**m_database);
        const ServerImages lent { &ImageService::findBootable, &BaseStore::addRef, &BaseStore::dropRef };
        m_parts.reset(new ComputeParts {
            **m_database, *m_engine, *m_host, *m_bases, lent, cloudId(), *m_disks, m_tickets });
        must(prepareCompute(*m_parts));
        addComputeOperations(*m_engine, *m_parts);
        if (running == Engine::Runs)
            m_engine->start();
        addImage();
        HttpOptions http;
        http.workers = 1;
        m_server = startServer(http, [this](QObject *context) { return routes(context); });
        if (!m_server)
            qFatal("no HTTP server");
    }

    ~FaceFixture()
    {
        m_server->stop();
        m_engine->stop();
    }

    struct Answer
    {
        int status = 0;
        Headers headers;
        QByteArray body;
        QJsonObject json; // of the body
    };

    // One exchange on a connection of its own. `more`: further header lines, each with its line end.
    Answer call(const QByteArray &method, const QByteArray &path, const QByteArray &token,
        const QByteArray &body = {}, const QByteArray &more = {})
    {
        RawClient client(m_server->port());
        QByteArray request =
            method + ' ' + path + " HTTP/1.1\r\nHost: " + url().mid(7) + "\r\nConnection: close\r\n";
        if (!token.isEmpty())
            request += "X-Auth-Token: " + token + "\r\n";
        if (!body.isEmpty() && !more.contains("Content-Type"))
            request += "Content-Type: application/json\r\n";
        request += more + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        const RawReply reply = client.exchange(request, method);
        return { reply.status, reply.headers, reply.body, QJsonDocument::fromJson(reply.body).object() };
    }

    const ImageId &image() const { return m_image; }
    Database &database() { return **m_database; }
    QByteArray url() const { return "http://localhost:" + QByteArray::number(m_server->port()); }

private:
    struct Services : QObject
    {
        Services(ComputeParts &parts, ImageWorks &works, QObject *context)
            : QObject(context)
            , compute(makeComputeService(parts))
            , images(parts.database, works)
            , quotas(parts.database)
            , usage(parts.database)
        {
        }
        std::unique_ptr<ComputeService> compute;
        ImageService images;
        QuotaService quotas;
        ServerUsageService usage;
    };

    static QString cloudId() { return QStringLiteral("cccccccc-0000-4000-8000-00000000000c"); }

    std::vector<RouteTable> routes(QObject *context)
    {
        auto *services = new Services(*m_parts, *m_images, context);
        std::vector<RouteTable> tables;
        tables.push_back(novaRoutes(*services->compute, *context));
        tables.push_back(novaQuotaRoutes(services->quotas, services->usage));
        tables.push_back(cycladesComputeRoutes(*services->compute, services->images, *context));
        return tables;
    }

    void addPeople()
    {
        must((*m_database)
                 ->write([](Transaction &t) -> Result<> {
                     for (const auto &[user, project, name] :
                         { std::tuple { alice, projectA, QStringLiteral("alice") },
                             std::tuple { bob, projectB, QStringLiteral("bob") } }) {
                         const auto own = ProjectId::stored(user.text());
                         for (const auto &[id, title] : { std::pair { own, QStringLiteral("system:") + name },
                                  std::pair { project, QStringLiteral("of-") + name } }) {
                             NewProject wanted;
                             wanted.name = title;
                             if (const auto made = ProjectStore::insert(t, id, wanted); !made)
                                 return made;
                         }
                         NewUser person;
                         person.name = name;
                         if (const auto made = UserStore::insert(t, user, person); !made)
                             return made;
                     }
                     return {};
                 })
                 .result());
    }

    void addImage()
    {
        const QString path = m_dir.filePath(QStringLiteral("disk.raw"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || !file.resize(2 << 20))
            qFatal("no disk image");
        file.close();
        NewImage wanted;
        wanted.name = QStringLiteral("tiny");
        wanted.visibility = ImageVisibility::Public;
        wanted.diskFormat = QStringLiteral("raw");
        wanted.containerFormat = QStringLiteral("bare");
        wanted.properties = { { QStringLiteral("os"), QStringLiteral("tiny") },
            { QStringLiteral("osfamily"), QStringLiteral("linux") } };
        m_image = must(m_images->registerFile({ projectA, alice, true }, wanted, path));
    }

    template <class T>
    static T must(Result<T> result)
    {
        if (!result)
            qFatal("%s (%s)", qUtf8Printable(result.error().message), qUtf8Printable(result.error().detail));
        if constexpr (!std::is_void_v<T>)
            return *std::move(result);
    }

    QTemporaryDir m_dir;
    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<BlockStore> m_blocks;
    std::unique_ptr<ImageWorks> m_images;
    std::unique_ptr<FileBases> m_bases;
    std::unique_ptr<Hypervisor> m_host;
    std::unique_ptr<GuestDisks> m_disks;
    ConsoleTickets m_tickets;
    std::unique_ptr<OperationEngine> m_engine;
    std::unique_ptr<ComputeParts> m_parts;
    std::unique_ptr<HttpServer> m_server;
    ImageId m_image;
};

} // namespace nephele::test
