// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/cloud.h"

#include "model/base/whendone.h"
#include "model/blocks/blockcheck.h"
#include "model/blocks/blockstore.h"
#include "model/database/database.h"
#include "model/identity/tokenstore.h"
#include "model/image/basestore.h"
#include "model/image/imagestore.h"
#include "server/cloud/access.h"
#include "server/cloud/certificate.h"
#include "server/cloud/cloudworker.h"
#include "server/cloud/datadir.h"
#include "server/cloud/housekeeping.h"
#include "server/compute/compute.h"
#include "server/engine/engine.h"
#include "server/guest/consoletickets.h"
#include "server/guest/guestdisks.h"
#include "server/http/httpmetrics.h"
#include "server/http/jsonwriter.h"
#include "server/identity/admincommands.h"
#include "server/identity/firstadmin.h"
#include "server/identity/identitycontext.h"
#include "server/identity/servicecatalog.h"
#include "server/identity/signin.h"
#include "server/image/filebases.h"
#include "server/image/imagerules.h"
#include "server/image/imageservice.h"
#include "server/image/imageworks.h"
#include "server/libvirt/hypervisor.h"
#include "server/object/objectcheck.h"
#include "server/object/objectworks.h"
#include "server/stats/cloudstats.h"
#include "server/weblogin/weblogincontext.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QTextStream>

#include <unistd.h>

namespace nephele {

Q_LOGGING_CATEGORY(cloudLog, "nephele.cloud")

namespace {

constexpr qint64 windowTokenLifeMs = qint64(30) * 24 * 3600 * 1000;
constexpr int checkReadLimitMs = 600'000;
constexpr size_t publicEndpoint = 0;
constexpr size_t windowEndpoint = 1;

Result<QString> settingOr(Database &database, const QString &name, const QString &fallback)
{
    // Decided once: what a first start chose stands.
    return database
        .write([=](Transaction &t) -> Result<QString> {
            const auto kept =
                t.execute("INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING",
                    { { ":name", name }, { ":value", fallback } });
            if (!kept)
                return kept.error();
            const auto found = t.row("SELECT value FROM setting WHERE name = :name", { { ":name", name } },
                [](const Row &row) { return row.text(0); });
            return found ? Result<QString>(found->value_or(fallback)) : Result<QString>(found.error());
        })
        .result();
}

// Built beside the program, or installed with it.
QString tinyImageFile()
{
    const QString here = QCoreApplication::applicationDirPath();
    for (const QString &place :
        { here + QStringLiteral("/tiny.qcow2"), here + QStringLiteral("/../share/nephele/tiny.qcow2") }) {
        if (QFile::exists(place))
            return place;
    }
    return {};
}

Result<DatabaseOptions> databaseOptions(const ProgramOptions &options)
{
    const auto address = DatabaseAddress::fromText(options.databaseText());
    if (!address)
        return address.error();
    DatabaseOptions database;
    database.address = *address;
    return database;
}

BlockOptions blockOptions(const ProgramOptions &options)
{
    BlockOptions blocks;
    blocks.directory = options.blocks;
    blocks.smallFile = options.dataDir + QStringLiteral("/small-blocks.db");
    blocks.reserveBytes = qint64(options.reserveMiB) << 20;
    if (options.collectMs > 0) {
        // Stamps of busy writers run ahead of the clock, so no grace is written as less than none.
        blocks.graceMs = -3600 * 1000;
        blocks.strayMs = 60 * 1000;
    }
    return blocks;
}

ScryptCost scryptCost(const ProgramOptions &options)
{
    ScryptCost cost;
    cost.log2N = options.scryptCost;
    return cost;
}

} // namespace

// In the order of building; destroyed in the reverse one.
class Cloud::Private
{
public:
    explicit Private(const ProgramOptions &given) : options(given) { }
    ~Private();

    Result<> openStores();
    Result<> openHypervisor();
    Result<> prepareIdentity();
    Result<> prepareImages();
    Result<> prepareServers();
    Result<> serve();
    Result<> announce();
    Result<> issueWindowToken();
    void writeHealth(JsonWriter &json) const;
    QString caFile() const;
    void replaceOpenrc();

    const ProgramOptions options;
    std::unique_ptr<DataDir> dir;
    std::unique_ptr<Database> database;
    std::unique_ptr<BlockStore> blocks;
    std::unique_ptr<IdentityContext> identity;
    std::unique_ptr<WebloginContext> weblogin;
    FirstAdmin admin;
    AdminAccess access;
    std::unique_ptr<ImageWorks> images;
    std::unique_ptr<ObjectWorks> objects;
    std::unique_ptr<FileBases> bases;
    QString cloudId;
    QString hypervisorUri;
    std::unique_ptr<Hypervisor> hypervisor;
    std::optional<HostFacts> hostFacts; // as they were at start; written before anybody is served
    std::unique_ptr<GuestDisks> disks;
    ConsoleTickets consoleTickets;
    std::unique_ptr<OperationEngine> engine;
    std::unique_ptr<ComputeParts> compute;
    std::unique_ptr<Reconciler> reconciler;
    std::unique_ptr<Housekeeping> housekeeping;
    std::optional<QSslConfiguration> tls;
    std::shared_ptr<HttpMetrics> metrics = std::make_shared<HttpMetrics>();
    std::unique_ptr<CloudStats> stats;
    std::unique_ptr<CloudParts> parts;
    std::unique_ptr<HttpServer> http;
    QByteArray windowToken;
    QObject context; // of connections, in main's thread
};

Cloud::Private::~Private()
{
    if (http)
        http->stop();
    if (!windowToken.isEmpty()) {
        const QByteArray hash = sha256(windowToken);
        (void)database->write([hash](Transaction &t) { return TokenStore::remove(t, hash); }).result();
    }
    housekeeping.reset();
    reconciler.reset();
    if (engine)
        engine->stop();
}

Result<> Cloud::Private::openStores()
{
    auto acquired = DataDir::acquire(options.dataDir);
    if (!acquired)
        return acquired.error();
    dir = std::move(*acquired);
    const auto wanted = databaseOptions(options);
    if (!wanted)
        return wanted.error();
    auto opened = Database::open(*wanted);
    if (!opened)
        return opened.error().within(QStringLiteral("database"));
    database = std::move(*opened);
    auto store = BlockStore::open(*database, blockOptions(options));
    if (!store)
        return store.error().within(QStringLiteral("block store"));
    blocks = std::move(*store);
    return blocks->recover();
}

Result<> Cloud::Private::openHypervisor()
{
    const auto id =
        settingOr(*database, QStringLiteral("cloud.id"), QUuid::createUuid().toString(QUuid::WithoutBraces));
    if (!id)
        return id.error();
    cloudId = *id;
    const QString wanted = !options.hypervisorUri.isEmpty() ? options.hypervisorUri
        : geteuid() == 0                                    ? QStringLiteral("qemu:///system")
                                                            : QStringLiteral("qemu:///session");
    const auto uri = settingOr(*database, QStringLiteral("hypervisor.uri"), wanted);
    if (!uri)
        return uri.error();
    hypervisorUri = *uri;
    if (!options.hypervisorUri.isEmpty() && options.hypervisorUri != hypervisorUri)
        return conflict(QStringLiteral("This cloud's guests live on %1, chosen at its first start; "
                                       "--hypervisor %2 cannot change that.")
                            .arg(hypervisorUri, options.hypervisorUri));
    auto opened = Hypervisor::open(hypervisorUri, cloudId);
    if (!opened)
        return opened.error().within(QStringLiteral("hypervisor"));
    hypervisor = std::move(*opened);
    return {};
}

Result<> Cloud::Private::prepareIdentity()
{
    IdentitySettings settings;
    settings.passwordCost = scryptCost(options);
    settings.passwords = options.passwords;
    identity = std::make_unique<IdentityContext>(*database, settings);
    weblogin = std::make_unique<WebloginContext>(*identity, options.weblogin);
    const auto first = ensureFirstAdmin(*database, settings.passwordCost);
    if (!first)
        return first.error().within(QStringLiteral("first administrator"));
    admin = *first;
    const auto left = readOpenrc(dir->path());
    if (admin.password) {
        access.password = *admin.password;
        access.synnefoToken = admin.synnefoToken.value_or(QByteArray());
    } else if (left && admin.hasFirstPassword && !left->password.isEmpty()) {
        access = *left;
    } else if (!admin.user.isNull()) {
        const auto key = renewAdminKey(*database, admin.user).result();
        if (!key)
            return key.error();
        access.credentialId = key->credential.text();
        access.credentialSecret = key->secret;
        access.synnefoToken = key->synnefoToken;
    }
    access.userName = admin.userName;
    access.projectName = admin.projectName;
    QObject::connect(
        identity.get(), &IdentityContext::firstPasswordChanged, &context, [this] { replaceOpenrc(); },
        Qt::QueuedConnection);
    return {};
}

// The administrator changed the first password while the cloud runs.
void Cloud::Private::replaceOpenrc()
{
    whenDone(renewAdminKey(*database, admin.user), &context, [this](const Result<AdminKey> &key) {
        if (!key) {
            qCWarning(cloudLog, "admin-openrc: %s", qUtf8Printable(key.error().message));
            return;
        }
        access.password.clear();
        access.credentialId = key->credential.text();
        access.credentialSecret = key->secret;
        access.synnefoToken = key->synnefoToken;
        if (const auto written = writeOpenrc(*dir, http->url(publicEndpoint), access, caFile()); !written)
            qCWarning(cloudLog, "admin-openrc: %s", qUtf8Printable(written.error().message));
    });
}

Result<> Cloud::Private::prepareImages()
{
    ImageOptions wanted;
    wanted.scratchFolder = dir->file(QStringLiteral("scratch"));
    wanted.baseFolder = dir->file(QStringLiteral("bases"));
    auto opened = ImageWorks::open(*blocks, wanted);
    if (!opened)
        return opened.error().within(QStringLiteral("images"));
    images = std::move(*opened);
    if (const auto recovered = images->recover(); !recovered)
        return recovered.error();
    objects = std::make_unique<ObjectWorks>(*blocks, ObjectImages { &isImageObject, &removeImageObject });
    bases = std::make_unique<FileBases>(*images);
    if (const auto recovered = bases->recover(); !recovered)
        return recovered.error();

    // Once: an administrator who deleted it does not want it back.
    const QString file = tinyImageFile();
    const auto state = settingOr(*database, QStringLiteral("image.tiny"), QStringLiteral("wanted"));
    if (!state)
        return state.error();
    if (file.isEmpty() || *state != QStringLiteral("wanted") || admin.user.isNull())
        return {};
    NewImage tiny;
    tiny.name = QStringLiteral("tiny");
    tiny.visibility = ImageVisibility::Public;
    tiny.diskFormat = QStringLiteral("qcow2");
    tiny.containerFormat = QStringLiteral("bare");
    tiny.minDiskGiB = 1;
    tiny.minRamMiB = 96;
    tiny.properties = { { QStringLiteral("os"), QStringLiteral("tiny") },
        { QStringLiteral("osfamily"), QStringLiteral("linux") },
        { QStringLiteral("root_partition"), QStringLiteral("2") },
        { QStringLiteral("users"), QStringLiteral("root") } };
    const Ownership owner { ProjectId::stored(admin.user.text()), admin.user, true };
    const auto made = images->registerFile(owner, tiny, file);
    if (!made) {
        qCWarning(cloudLog, "image tiny: %s (%s)", qUtf8Printable(made.error().message),
            qUtf8Printable(made.error().detail));
        return {};
    }
    const auto done =
        database
            ->write([](Transaction &t) {
                return t.execute("UPDATE setting SET value = 'registered' WHERE name = 'image.tiny'");
            })
            .result();
    return done ? Result<>() : Result<>(done.error());
}

Result<> Cloud::Private::prepareServers()
{
    // A host that is away is no reason not to serve: its facts come later.
    if (const auto facts = hypervisor->facts())
        hostFacts = *facts;
    auto opened = GuestDisks::open(options.dataDir, hostFacts ? hostFacts->qemuUser : std::nullopt);
    if (!opened)
        return opened.error().within(QStringLiteral("disks"));
    disks = std::move(*opened);
    if (const auto reachable = disks->checkReachable(); !reachable)
        qCWarning(cloudLog, "%s", qUtf8Printable(reachable.error().message));

    engine = std::make_unique<OperationEngine>(*database);
    ServerImages lent;
    lent.find = &ImageService::findBootable;
    lent.addRef = &BaseStore::addRef;
    lent.dropRef = &BaseStore::dropRef;
    compute.reset(
        new ComputeParts { *database, *engine, *hypervisor, *bases, lent, cloudId, *disks, consoleTickets });
    compute->networking = hypervisorUri.endsWith(QStringLiteral("/session")) ? GuestNetworking::UserMode
                                                                             : GuestNetworking::Virtual;
    compute->consoleAddress =
        options.listen.isLoopback() ? QHostAddress(QHostAddress::LocalHost) : options.listen.address;
    if (const auto prepared = prepareCompute(*compute); !prepared)
        return prepared.error().within(QStringLiteral("servers"));
    addComputeOperations(*engine, *compute);
    if (!options.stopAt.isEmpty())
        OperationEngine::stopAt(options.stopAt.toUtf8());
    engine->start();
    reconciler = std::make_unique<Reconciler>(*compute);
    reconciler->start();
    housekeeping = std::make_unique<Housekeeping>(*blocks, *bases, *objects, *identity, options.collectMs);
    return {};
}

Result<> Cloud::Private::serve()
{
    HttpOptions wanted;
    HttpEndpoint outward;
    outward.address = options.listen.address;
    outward.port = options.listen.port;
    if (!options.listen.isLoopback()) {
        const auto folder = dir->directory(QStringLiteral("tls"), 0700);
        if (!folder)
            return folder.error();
        const auto made = options.tlsCertificate.isEmpty()
            ? selfSignedTls(*folder, options.hostNames)
            : tlsFromFiles(options.tlsCertificate, options.tlsKey);
        if (!made)
            return made.error();
        tls = *made;
        outward.tls = tls;
    }
    wanted.endpoints = { outward };
    if (options.mode == RunMode::Window)
        wanted.endpoints.push_back(HttpEndpoint());
    wanted.workers = options.workers;
    wanted.publicUrl = options.publicUrl.toUtf8();
    wanted.allowedHosts = options.hostNames;
    if (!options.publicUrl.isEmpty())
        wanted.allowedHosts.append(QUrl(options.publicUrl).host());
    wanted.metrics = metrics;
    CoreOptions core;
    core.writeFacts = [this](JsonWriter &json) { writeHealth(json); };
    core.metrics = metrics;
    core.regionName = QLatin1StringView(regionName);
    stats = std::make_unique<CloudStats>(
        *database, [this] { return hostStats(*hypervisor, hostFacts, options.dataDir); });
    parts.reset(
        new CloudParts { *database, *identity, *weblogin, *images, *objects, *compute, *stats, core });
    auto started = HttpServer::start(wanted, [this] { return makeCloudWorker(*parts); });
    if (!started)
        return started.error();
    http = std::move(*started);
    return {};
}

Result<> Cloud::Private::announce()
{
    if (const auto written = writeOpenrc(*dir, http->url(publicEndpoint), access, caFile()); !written)
        return written.error();
    if (options.mode == RunMode::Window) {
        if (const auto issued = issueWindowToken(); !issued)
            return issued.error();
    }
    return writeEndpoint(*dir, http->url(publicEndpoint));
}

Result<> Cloud::Private::issueWindowToken()
{
    TokenRequest request;
    request.user = admin.user;
    request.methods = { QStringLiteral("token") };
    request.issuedAtMs = database->clock().nowMs();
    request.expiresAtMs = request.issuedAtMs + windowTokenLifeMs;
    const auto token =
        database->write([request](Transaction &t) { return issueScopedToken(t, request, ScopeWanted()); })
            .result();
    if (!token)
        return token.error();
    windowToken = token->secret;
    return {};
}

QString Cloud::Private::caFile() const
{
    return tls && options.tlsCertificate.isEmpty() ? dir->file(QStringLiteral("tls/certificate.pem"))
                                                   : QString();
}

// For /healthcheck and the window's status; called in the workers' threads.
void Cloud::Private::writeHealth(JsonWriter &json) const
{
    const bool session = compute->networking == GuestNetworking::UserMode;
    json.member("runMode", session ? "desktop" : geteuid() == 0 ? "root" : "service");
    json.member("beyondLoopback", !options.listen.isLoopback());
    json.key("hypervisor")
        .beginObject()
        .member("uri", hypervisorUri)
        .member("connected", hypervisor->isConnected());
    if (!hypervisor->isConnected())
        json.member("problem", hypervisor->lastProblem());
    if (hostFacts) {
        const char *const names[] = { "kvm", "tcg", "pretend" };
        json.member("accelerator", names[int(hostFacts->accelerator)]);
        json.member("acceleratorReason", hostFacts->acceleratorReason);
        json.member("software", hostFacts->versionText);
    }
    json.endObject();
}

Cloud::Cloud(std::unique_ptr<Private> d) : m_d(std::move(d)) { }

Cloud::~Cloud() = default;

Result<std::unique_ptr<Cloud>> Cloud::start(const ProgramOptions &options)
{
    auto d = std::make_unique<Private>(options);
    using Part = Result<> (Private::*)();
    for (const Part part : { &Private::openStores, &Private::openHypervisor, &Private::prepareIdentity,
             &Private::prepareImages, &Private::prepareServers, &Private::serve, &Private::announce }) {
        if (const auto done = (d.get()->*part)(); !done)
            return done.error();
    }
    return std::unique_ptr<Cloud>(new Cloud(std::move(d)));
}

QUrl Cloud::url() const
{
    return m_d->http->url(publicEndpoint);
}
bool Cloud::isBeyondLoopback() const
{
    return !m_d->options.listen.isLoopback();
}
QString Cloud::tlsFingerprint() const
{
    return m_d->tls ? fingerprint(*m_d->tls) : QString();
}
QString Cloud::openrcFile() const
{
    return m_d->dir->file(QStringLiteral("admin-openrc"));
}
QUrl Cloud::windowUrl() const
{
    return m_d->http->url(windowEndpoint);
}
QByteArray Cloud::windowToken() const
{
    return m_d->windowToken;
}
Database &Cloud::database()
{
    return *m_d->database;
}

std::vector<RouteTable> Cloud::routeTables() const
{
    return makeCloudWorker(*m_d->parts)->routes();
}

QString Cloud::welcome() const
{
    QString text;
    QTextStream out(&text);
    out << QStringLiteral("Nephele %1 serves %2\n").arg(QStringLiteral(NEPHELE_VERSION), url().toString());
    if (m_d->tls)
        out << QStringLiteral("Certificate (SHA-256): %1\n").arg(tlsFingerprint());
    out << QStringLiteral("Sign in:  source %1\n").arg(openrcFile());
    out << QStringLiteral("Then, for example:  openstack server list\n");
    return text;
}

// What endpoint.json tells; empty when it cannot be read.
static QUrl endpointUrl(const ProgramOptions &options)
{
    QFile endpoint(options.dataDir + QStringLiteral("/endpoint.json"));
    if (!endpoint.open(QIODevice::ReadOnly))
        return {};
    return QUrl(QJsonDocument::fromJson(endpoint.readAll()).object().value(QStringLiteral("url")).toString());
}

std::optional<RunningCloud> runningCloud(const ProgramOptions &options)
{
    const auto access = readOpenrc(options.dataDir);
    const QUrl url = endpointUrl(options);
    if (!access || access->password.isEmpty() || !url.isValid() || url.host().isEmpty())
        return std::nullopt;
    return RunningCloud { url, access->userName, access->password, access->projectName };
}

Result<QStringList> checkCloud(const ProgramOptions &options)
{
    const auto dir = DataDir::acquire(options.dataDir);
    if (!dir)
        return dir.error();
    auto wanted = databaseOptions(options);
    if (!wanted)
        return wanted.error();
    // Nobody else waits: sums over everything a project stores may take their time.
    wanted->readLimitMs = checkReadLimitMs;
    const auto database = Database::open(*wanted);
    if (!database)
        return database.error();
    const auto blocks = BlockStore::open(**database, blockOptions(options));
    if (!blocks)
        return blocks.error();
    const auto objects = checkObjects(**database);
    if (!objects)
        return objects.error();
    const auto report = checkBlocks(**blocks, &contentNames);
    if (!report)
        return report.error();
    QStringList lines = *objects;
    for (const CheckFinding &finding : report->findings)
        lines.append(finding.affected.isEmpty() ? finding.message
                                                : finding.message + QStringLiteral(" Affects: ")
                    + finding.affected.join(QStringLiteral(", ")));
    return lines;
}

Result<QString> administerCloud(const ProgramOptions &options)
{
    const bool asksOnly =
        options.adminArguments.isEmpty() || options.adminArguments.contains(QStringLiteral("--help"));
    if (!asksOnly && options.database.isEmpty() && !QFile::exists(options.databaseText()))
        return notFound(
            QStringLiteral("There is no cloud in %1 (--data-dir names another).").arg(options.dataDir));
    const auto wanted = databaseOptions(options);
    if (!wanted)
        return wanted.error();
    AdminTerminal terminal;
    terminal.passwordCost = scryptCost(options);
    terminal.baseUrl = endpointUrl(options).toString(QUrl::StripTrailingSlash);
    terminal.readPassword = []() -> Result<QString> {
        const QString line = QTextStream(stdin).readLine();
        return line.isEmpty() ? Result<QString>(invalid(QStringLiteral("No password came in.")))
                              : Result<QString>(line);
    };
    const auto database = Database::open(*wanted);
    if (!database)
        return database.error();
    return runAdminCommand(**database, options.adminArguments, terminal);
}

} // namespace nephele
