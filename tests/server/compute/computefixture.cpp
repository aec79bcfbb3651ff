// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/compute/computefixture.h"

#include "model/identity/projectstore.h"
#include "model/operation/operationstore.h"
#include "model/quota/quotastore.h"

#include <QDir>
#include <QThread>

#include <sys/stat.h>

namespace nephele::test {

namespace {

constexpr qint64 blankMap = 7;

Result<QString> cloudIdOf(Database &database)
{
    return database
        .write([](Transaction &t) -> Result<QString> {
            const auto made = t.execute(R"(
                INSERT INTO setting (name, value) VALUES ('cloud.id', :id)
                ON CONFLICT (name) DO NOTHING)",
                { { ":id", QUuid::createUuid().toString(QUuid::WithoutBraces) } });
            if (!made)
                return made.error();
            const auto kept = t.row("SELECT value FROM setting WHERE name = 'cloud.id'", {},
                [](const Row &row) { return row.text(0); });
            if (!kept)
                return kept.error();
            return **kept;
        })
        .result();
}

ServerImages sampleImages()
{
    ServerImages images;
    images.find = [](ReadTransaction &, const Caller &, const ImageId &id) -> Result<std::optional<Image>> {
        Image image;
        image.id = id;
        image.name = QStringLiteral("blank");
        image.status = ImageStatus::Active;
        image.mapNumber = blankMap;
        image.virtualSizeBytes = BlankBases::sizeBytes;
        if (id == ComputeFixture::queuedImage())
            image.status = ImageStatus::Queued;
        if (id == ComputeFixture::largeImage()) {
            image.minDiskGiB = 20;
            image.minRamMiB = 1024;
        }
        const bool isKnown = id == ComputeFixture::image() || id == ComputeFixture::queuedImage()
            || id == ComputeFixture::largeImage();
        return isKnown ? std::optional(image) : std::nullopt;
    };
    images.addRef = [](Transaction &t, qint64, const ServerId &server) -> Result<> {
        const auto done = t.execute("INSERT INTO setting (name, value) VALUES (:name, '')",
            { { ":name", QStringLiteral("ref:") + server.text() } });
        return done ? Result<>() : done.error();
    };
    images.dropRef = [](Transaction &t, qint64, const ServerId &server) -> Result<> {
        const auto done = t.execute("DELETE FROM setting WHERE name = :name",
            { { ":name", QStringLiteral("ref:") + server.text() } });
        return done ? Result<>() : done.error();
    };
    return images;
}

int countOf(Database &database, const QByteArray &sql)
{
    const auto count = database.read([&](ReadTransaction &t) {
        return t.row(sql, {}, [](const Row &row) { return int(row.integer(0)); });
    });
    return count && *count ? **count : -1;
}

} // namespace

Result<ImageBase> BlankBases::ensure(qint64, const std::function<bool()> &cancelled)
{
    while (isHeld && !cancelled())
        QThread::msleep(2);
    if (cancelled())
        return unavailable(QStringLiteral("It was cancelled."));
    if (isBroken)
        return conflict(QStringLiteral("The image is damaged."));
    const QString path = m_folder + QStringLiteral("/base.raw");
    QFile base(path);
    if (base.exists())
        return ImageBase { path, base.size() };
    if (!base.open(QIODevice::ReadWrite) || !base.resize(sizeBytes))
        return unavailable(base.errorString());
    ::chmod(QFile::encodeName(path).constData(), 0644);
    return ImageBase { path, sizeBytes };
}

Result<std::unique_ptr<ComputeFixture>> ComputeFixture::open(const QString &uri, const QString &folder)
{
    ::chmod(QFile::encodeName(folder).constData(), 0711);
    std::unique_ptr<ComputeFixture> made(new ComputeFixture);
    DatabaseOptions options;
    options.address.sqliteFile = folder + QStringLiteral("/cloud.db");
    auto database = Database::open(options);
    if (!database)
        return database.error();
    made->m_database = std::move(*database);
    const auto cloudId = cloudIdOf(*made->m_database);
    if (!cloudId)
        return cloudId.error();
    auto hypervisor = Hypervisor::open(uri, *cloudId);
    if (!hypervisor)
        return hypervisor.error();
    made->m_hypervisor = std::move(*hypervisor);
    auto facts = made->m_hypervisor->facts();
    const bool answers = QTest::qWaitFor(
        [&] {
            facts = made->m_hypervisor->facts();
            return facts.ok();
        },
        20'000);
    if (!answers)
        return facts.error();
    auto disks = GuestDisks::open(folder, facts->qemuUser);
    if (!disks)
        return disks.error();
    made->m_disks = std::move(*disks);
    made->m_bases = std::make_unique<BlankBases>(folder);
    EngineOptions engineOptions;
    engineOptions.firstRetryMs = 20;
    engineOptions.mostRetryMs = 200;
    engineOptions.pollMs = 100;
    made->m_engine = std::make_unique<OperationEngine>(*made->m_database, engineOptions);
    made->m_parts.reset(new ComputeParts { *made->m_database, *made->m_engine, *made->m_hypervisor,
        *made->m_bases, sampleImages(), *cloudId, *made->m_disks, made->m_tickets });
    made->m_parts->shutdownMs = 300;
    if (!facts->hasNetworks)
        made->m_parts->networking = GuestNetworking::UserMode;
    if (const auto prepared = prepareCompute(*made->m_parts); !prepared)
        return prepared.error();
    addComputeOperations(*made->m_engine, *made->m_parts);
    made->m_service = makeComputeService(*made->m_parts);
    return made;
}

ComputeFixture::~ComputeFixture()
{
    if (m_engine)
        m_engine->stop();
}

ProjectId ComputeFixture::addProject(const QString &name)
{
    const ProjectId id = ProjectId::create();
    NewProject project;
    project.name = name;
    const auto made =
        m_database
            ->write([id, project](Transaction &t) -> Result<> {
                if (const auto done = ProjectStore::insert(t, id, project); !done)
                    return done;
                for (const char *resource : { "cyclades.vm", "cyclades.cpu", "cyclades.total_cpu",
                         "cyclades.ram", "cyclades.total_ram", "cyclades.disk" }) {
                    const auto limited =
                        QuotaStore::setProjectLimit(t, id, QLatin1StringView(resource), qint64(-1));
                    if (!limited)
                        return limited;
                }
                return {};
            })
            .result();
    if (!made)
        qFatal("no project: %s", qPrintable(made.error().detail));
    return id;
}

Caller ComputeFixture::caller(const QString &name, const ProjectId &project, Role role) const
{
    Caller caller;
    const QUuid user = QUuid::createUuidV5(QUuid(), name);
    caller.user = UserId::stored(user.toString(QUuid::WithoutBraces));
    caller.userName = name;
    caller.project = project;
    caller.scope.insert(project, role);
    caller.isAdmin = role == Role::Admin;
    return caller;
}

QMap<QString, qint64> ComputeFixture::usage(const ProjectId &project) const
{
    const auto sums = m_database->read([](ReadTransaction &t) { return QuotaStore::sums(t); });
    QMap<QString, qint64> used;
    for (const QuotaSum &sum : sums ? *sums : QList<QuotaSum>()) {
        if (sum.used != sum.usedByUsers)
            used.insert(QStringLiteral("leaked"), sum.used - sum.usedByUsers);
        if (sum.project == project && sum.used != 0)
            used.insert(sum.resource, sum.used);
    }
    return used;
}

int ComputeFixture::references() const
{
    return countOf(*m_database, "SELECT COUNT(*) FROM setting WHERE name LIKE 'ref:%'");
}

int ComputeFixture::portCount() const
{
    return countOf(*m_database, "SELECT COUNT(*) FROM port");
}

ImageId ComputeFixture::image()
{
    return ImageId::stored(QStringLiteral("11111111-1111-4111-8111-111111111111"));
}

ImageId ComputeFixture::queuedImage()
{
    return ImageId::stored(QStringLiteral("22222222-2222-4222-8222-222222222222"));
}

ImageId ComputeFixture::largeImage()
{
    return ImageId::stored(QStringLiteral("33333333-3333-4333-8333-333333333333"));
}

NewServer ComputeFixture::wanted(const QString &name) const
{
    NewServer server;
    server.name = name;
    server.image = image();
    server.flavor = FlavorNumber(1); // 1 CPU, 128 MiB, 1 GiB
    return server;
}

std::optional<Server> ComputeFixture::find(const ServerId &id) const
{
    const auto found = m_database->read([&](ReadTransaction &t) { return ServerStore::find(t, id); });
    return found && *found ? std::optional((*found)->server) : std::nullopt;
}

bool ComputeFixture::isSettled(const ServerId &id) const
{
    const auto busy = m_database->read(
        [&](ReadTransaction &t) { return OperationEngine::isBusy(t, QStringLiteral("server"), id.text()); });
    return busy && !*busy;
}

std::optional<GuestPower> ComputeFixture::power(const ServerId &id) const
{
    const auto state = m_hypervisor->state(id);
    return state && *state ? std::optional((*state)->power) : std::nullopt;
}

} // namespace nephele::test
