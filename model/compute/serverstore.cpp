// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute/serverstore.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <limits>

namespace nephele {

namespace {

constexpr std::array stateWords { "building", "running", "off", "paused", "saved", "shelved", "offloaded",
    "resized", "rescue", "failed", "unknown", "deleted" };
constexpr std::array taskWords { "", "building", "starting", "stopping", "rebooting", "hard-rebooting",
    "deleting" };

template <class Enum, size_t Size>
QString wordOf(const std::array<const char *, Size> &words, Enum value)
{
    return QLatin1StringView(words.at(size_t(value)));
}

template <class Enum, size_t Size>
Enum fromWord(const std::array<const char *, Size> &words, const QString &word, Enum otherwise)
{
    for (size_t i = 0; i < Size; ++i) {
        if (word == QLatin1StringView(words.at(i)))
            return Enum(i);
    }
    return otherwise; // the schema's check knows no other word
}

QString textOf(const QMap<QString, QString> &metadata)
{
    QJsonObject object;
    for (auto it = metadata.cbegin(); it != metadata.cend(); ++it)
        object.insert(it.key(), it.value());
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QMap<QString, QString> metadataFromText(const QString &text)
{
    QMap<QString, QString> metadata;
    if (text == QLatin1StringView("{}"))
        return metadata;
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    for (auto it = object.begin(); it != object.end(); ++it)
        metadata.insert(it.key(), it.value().toString());
    return metadata;
}

// A page of servers in one question: the page is chosen inside, its ports and progress joined to it outside.
// A server with two ports comes as two rows, one after the other.
QByteArray pageOf(const QByteArray &chosen)
{
    return R"(
        SELECT s.id, s.number, s.name, s.host_name, s.project, s.owner, s.shared, s.state, s.task, s.fault,
            s.flavor_number, s.flavor_id, s.flavor_name, s.vcpus, s.memory_mib, s.disk_gib, s.disk_template,
            s.image, s.image_name, s.map_number, s.key_name, s.metadata, s.ssh_port, s.power_charged,
            s.delete_wanted, s.created_at_ms, s.updated_at_ms, s.launched_at_ms, s.deleted_at_ms,
            CASE WHEN s.state = 'building' THEN (
                SELECT o.progress
                FROM operation o
                WHERE o.target_kind = 'server' AND o.target = s.id
                    AND o.state IN ('waiting', 'running', 'undoing')) ELSE 100 END,
            p.id, p.number, p.address, p.mac, n.id, n.number, n.name, s.description, s.access_ipv4,
            s.access_ipv6, s.manual_disk
        FROM ()"
        + chosen + R"() s
        LEFT JOIN port p ON p.server = s.id
        LEFT JOIN network n ON n.id = p.network
        ORDER BY s.created_at_ms DESC, s.id DESC, p.number)";
}

// Only fixed pieces make a statement; every value is bound.
QByteArray listing(const QByteArray &whose)
{
    return pageOf("SELECT * FROM server WHERE " + whose + R"( (:sees_all = 1 OR shared = 1 OR owner = :user)
            AND (:deleted = 1 OR deleted_at_ms IS NULL)
            AND (:only_deleted = 0 OR deleted_at_ms IS NOT NULL)
            AND updated_at_ms >= :since
            AND (:name = '' OR LOWER(name) LIKE LOWER(:name) ESCAPE '!')
            AND (:state = '' OR state = :state)
            AND (:image = '' OR image = :image)
            AND (:flavor = '' OR flavor_id = :flavor)
            AND (created_at_ms, id) < (:marker_time, :marker)
            ORDER BY created_at_ms DESC, id DESC
            LIMIT :limit)");
}

ServerRecord recordFromRow(const Row &row)
{
    ServerRecord record;
    Server &server = record.server;
    server.id = row.id<ServerId>(0);
    server.number = ServerNumber(row.integer(1));
    server.name = row.text(2);
    server.hostName = row.text(3);
    server.owner = { row.id<ProjectId>(4), row.id<UserId>(5), row.flag(6) };
    server.state = fromWord(stateWords, row.text(7), ServerState::Unknown);
    server.task = fromWord(taskWords, row.text(8), ServerTask::None);
    server.faultMessage = row.text(9);
    server.flavor = { FlavorNumber(row.integer(10)), row.text(11), row.text(12), int(row.integer(13)),
        int(row.integer(14)), int(row.integer(15)), row.text(16), true };
    server.image = row.id<ImageId>(17);
    server.imageName = row.text(18);
    record.mapNumber = row.integer(19);
    server.keyName = row.text(20);
    server.metadata = metadataFromText(row.text(21));
    record.sshPort = int(row.integer(22));
    if (record.sshPort != 0)
        server.accessAddress = QStringLiteral("127.0.0.1:%1").arg(record.sshPort);
    record.isPowerCharged = row.flag(23);
    record.isDeleteWanted = row.flag(24);
    server.createdAtMs = row.integer(25);
    server.updatedAtMs = row.integer(26);
    server.launchedAtMs = row.optionalInteger(27);
    server.deletedAtMs = row.optionalInteger(28);
    server.progress = int(row.integer(29));
    server.notes = { row.text(37), row.text(38), row.text(39), row.flag(40) };
    return record;
}

std::optional<ServerAddress> addressFromRow(const Row &row)
{
    if (row.isNull(30))
        return std::nullopt;
    return ServerAddress { row.id<PortId>(30), PortNumber(row.integer(31)), row.id<NetworkId>(34),
        NetworkNumber(row.integer(35)), row.text(36), QHostAddress(quint32(row.integer(32))), row.text(33) };
}

Result<QList<ServerRecord>> records(ReadTransaction &t, const QByteArray &sql, const Parameters &parameters)
{
    QList<ServerRecord> found;
    const auto done = t.eachRow(sql, parameters, [&found](const Row &row) {
        if (found.isEmpty() || found.last().server.id.text() != row.text(0))
            found.append(recordFromRow(row));
        if (const auto address = addressFromRow(row))
            found.last().server.addresses.append(*address);
    });
    if (!done)
        return done.error();
    return found;
}

Result<> note(Transaction &t, const Server &server)
{
    return t.noteChange({ QLatin1StringView("server"), server.id.text(), server.owner.project,
        server.owner.user, server.owner.shared });
}

QString likePattern(QString part)
{
    for (const QChar special : QStringLiteral("!%_"))
        part.replace(special, QLatin1Char('!') + QString(special));
    return QLatin1Char('%') + part + QLatin1Char('%');
}

Parameters parametersOf(const ServerFilter &filter, qint64 markerTimeMs)
{
    return { { ":deleted", filter.deleted || filter.changesSinceMs.has_value() },
        { ":only_deleted", filter.deleted }, { ":since", filter.changesSinceMs.value_or(0) },
        { ":name", filter.name ? likePattern(*filter.name) : QString() },
        { ":state", filter.state ? wordOf(stateWords, *filter.state) : QString() },
        { ":image", filter.image ? filter.image->text() : QString() },
        { ":flavor", filter.flavorId.value_or(QString()) }, { ":marker_time", markerTimeMs },
        { ":marker", filter.marker ? filter.marker->text() : QString() }, { ":limit", filter.limit } };
}

QVariant orNull(const std::optional<qint64> &value)
{
    return value ? QVariant(*value) : QVariant(QMetaType::fromType<qint64>());
}

Parameters changingParameters(const ServerRecord &record)
{
    const Server &server = record.server;
    return { { ":id", server.id.text() }, { ":name", server.name },
        { ":state", wordOf(stateWords, server.state) }, { ":task", wordOf(taskWords, server.task) },
        { ":fault", server.faultMessage }, { ":metadata", textOf(server.metadata) },
        { ":description", server.notes.description }, { ":access_ipv4", server.notes.accessIPv4 },
        { ":access_ipv6", server.notes.accessIPv6 }, { ":manual_disk", server.notes.manualDisk },
        { ":ssh_port",
            record.sshPort != 0 ? QVariant(record.sshPort) : QVariant(QMetaType::fromType<int>()) },
        { ":power_charged", record.isPowerCharged }, { ":delete_wanted", record.isDeleteWanted },
        { ":updated", server.updatedAtMs }, { ":launched", orNull(server.launchedAtMs) },
        { ":deleted", orNull(server.deletedAtMs) } };
}

} // namespace

Result<> ServerStore::insert(Transaction &t, ServerRecord &record)
{
    Server &server = record.server;
    server.createdAtMs = server.updatedAtMs = t.stampMs();
    const Flavor &flavor = server.flavor;
    Parameters parameters = changingParameters(record);
    parameters += { { ":number", server.number.value() }, { ":host_name", server.hostName },
        { ":project", server.owner.project.text() }, { ":owner", server.owner.user.text() },
        { ":shared", server.owner.shared }, { ":flavor_number", flavor.number.value() },
        { ":flavor_id", flavor.flavorId }, { ":flavor_name", flavor.name }, { ":vcpus", flavor.vcpus },
        { ":memory_mib", flavor.memoryMiB }, { ":disk_gib", flavor.diskGiB },
        { ":disk_template", flavor.diskTemplate }, { ":image", server.image.text() },
        { ":image_name", server.imageName }, { ":map_number", record.mapNumber },
        { ":key_name", server.keyName }, { ":created", server.createdAtMs } };
    const auto done = t.execute(R"(
        INSERT INTO server (id, number, name, host_name, project, owner, shared, state, task, fault,
            flavor_number, flavor_id, flavor_name, vcpus, memory_mib, disk_gib, disk_template, image,
            image_name, map_number, key_name, metadata, description, access_ipv4,
            access_ipv6, manual_disk, ssh_port, power_charged, delete_wanted, created_at_ms, updated_at_ms, launched_at_ms, deleted_at_ms)
        VALUES (:id, :number, :name, :host_name, :project, :owner, :shared, :state, :task, :fault,
            :flavor_number, :flavor_id, :flavor_name, :vcpus, :memory_mib, :disk_gib, :disk_template, :image,
            :image_name, :map_number, :key_name, :metadata, :description, :access_ipv4, :access_ipv6,
            :manual_disk, :ssh_port, :power_charged, :delete_wanted,
            :created, :updated, :launched, :deleted))",
        parameters);
    if (!done)
        return done.error();
    return note(t, server);
}

Result<> ServerStore::update(Transaction &t, ServerRecord &record)
{
    record.server.updatedAtMs = t.stampMs();
    const auto done = t.execute(R"(
        UPDATE server
        SET name = :name, state = :state, task = :task, fault = :fault, metadata = :metadata,
            description = :description, access_ipv4 = :access_ipv4, access_ipv6 = :access_ipv6,
            manual_disk = :manual_disk, ssh_port = :ssh_port, power_charged = :power_charged, delete_wanted = :delete_wanted,
            updated_at_ms = :updated, launched_at_ms = :launched, deleted_at_ms = :deleted
        WHERE id = :id)",
        changingParameters(record));
    if (!done)
        return done.error();
    return note(t, record.server);
}

Result<std::optional<ServerRecord>> ServerStore::find(ReadTransaction &t, const ServerRef &ref)
{
    static const QByteArray byId = pageOf("SELECT * FROM server WHERE id = :id");
    static const QByteArray byNumber = pageOf("SELECT * FROM server WHERE number = :number");
    const auto *id = std::get_if<ServerId>(&ref);
    const auto found = id ? records(t, byId, { { ":id", id->text() } })
                          : records(t, byNumber, { { ":number", std::get<ServerNumber>(ref).value() } });
    if (!found)
        return found.error();
    return found->isEmpty() ? std::nullopt : std::optional(found->first());
}

// One question per project of the scope: each walks its own index, and a scope holds a handful.
Result<QList<Server>> ServerStore::visible(
    ReadTransaction &t, const Caller &caller, const ServerFilter &filter)
{
    static const QByteArray inProject = listing("project = :project AND");
    static const QByteArray everywhere = listing("");
    if ((filter.allProjects || filter.deleted) && !caller.isAdmin)
        return forbidden(QStringLiteral("Only administrators may ask for the servers of all projects or "
                                        "for deleted ones."));
    qint64 markerTimeMs = std::numeric_limits<qint64>::max();
    if (filter.marker) {
        const auto marker = find(t, *filter.marker);
        if (!marker)
            return marker.error();
        if (!*marker || !canSee(caller, (*marker)->server.owner))
            return invalid(QStringLiteral("marker: there is no such server."));
        markerTimeMs = (*marker)->server.createdAtMs;
    }

    QList<ServerRecord> found;
    const auto ask = [&](const QByteArray &sql, bool seesAll, const std::optional<ProjectId> &project) {
        Parameters parameters = parametersOf(filter, markerTimeMs);
        parameters += { { ":sees_all", seesAll }, { ":user", caller.user.text() } };
        if (project)
            parameters += Parameter(":project", project->text());
        auto page = records(t, sql, parameters);
        if (!page)
            return Result<>(page.error());
        found.append(*page);
        return Result<>();
    };
    if (filter.allProjects) {
        if (const auto asked = ask(everywhere, true, std::nullopt); !asked)
            return asked.error();
    } else {
        for (auto scope = caller.scope.cbegin(); scope != caller.scope.cend(); ++scope) {
            const bool seesAll = caller.isAdmin || scope->testFlag(Role::Manager);
            if (const auto asked = ask(inProject, seesAll, scope.key()); !asked)
                return asked.error();
        }
        std::sort(found.begin(), found.end(), [](const ServerRecord &a, const ServerRecord &b) {
            return std::tie(b.server.createdAtMs, b.server.id) < std::tie(a.server.createdAtMs, a.server.id);
        });
    }
    QList<Server> servers;
    servers.reserve(qMin(found.size(), qsizetype(filter.limit)));
    for (qsizetype i = 0; i < found.size() && i < filter.limit; ++i)
        servers.append(std::move(found[i].server));
    return servers;
}

Result<QList<ServerRecord>> ServerStore::present(ReadTransaction &t, const ServerId &after)
{
    static const QByteArray sql = pageOf(R"(
            SELECT *
            FROM server
            WHERE id > :after AND deleted_at_ms IS NULL
            ORDER BY id
            LIMIT 500)");
    auto found = records(t, sql, { { ":after", after.isNull() ? QStringLiteral("") : after.text() } });
    if (found)
        std::sort(found->begin(), found->end(),
            [](const ServerRecord &a, const ServerRecord &b) { return a.server.id < b.server.id; });
    return found;
}

Result<QList<ServerRecord>> ServerStore::withSeedSecrets(ReadTransaction &t, qint64 unchangedSinceMs)
{
    static const QByteArray sql = pageOf(R"(
            SELECT *
            FROM server
            WHERE seed_secrets = 1 AND updated_at_ms <= :since AND state = 'running'
            ORDER BY updated_at_ms
            LIMIT 50)");
    return records(t, sql, { { ":since", unchangedSinceMs } });
}

Result<> ServerStore::noteSeedEmptied(Transaction &t, const ServerId &id)
{
    const auto done =
        t.execute("UPDATE server SET seed_secrets = 0 WHERE id = :id", { { ":id", id.text() } });
    return done ? Result<>() : Result<>(done.error());
}

Result<int> ServerStore::freeSshPort(ReadTransaction &t, int first, int last)
{
    const auto found = t.row(R"(
        SELECT used.port + 1
        FROM (
            SELECT CAST(:before AS INTEGER) AS port
            UNION ALL
            SELECT ssh_port FROM server WHERE ssh_port IS NOT NULL) used
        WHERE used.port + 1 BETWEEN :first AND :last
            AND NOT EXISTS (SELECT 1 FROM server other WHERE other.ssh_port = used.port + 1)
        ORDER BY used.port
        LIMIT 1)",
        { { ":before", first - 1 }, { ":first", first }, { ":last", last } },
        [](const Row &row) { return int(row.integer(0)); });
    if (!found)
        return found.error();
    if (!*found)
        return unavailable(QStringLiteral("No port of this machine is left for another server."));
    return **found;
}

Result<qint64> ServerStore::pruneDeleted(Transaction &t, qint64 beforeMs)
{
    return t.execute(R"(
        DELETE FROM server
        WHERE id IN (
            SELECT id
            FROM server
            WHERE deleted_at_ms IS NOT NULL AND deleted_at_ms < :before
            ORDER BY deleted_at_ms, id
            LIMIT 500))",
        { { ":before", beforeMs } });
}

ServerState serverStateFromWord(const QString &word)
{
    return fromWord(stateWords, word, ServerState::Unknown);
}

} // namespace nephele
