// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/compute/keypair.h"
#include "model/compute/server.h"
#include "model/compute/serverstore.h"
#include "model/identity/caller.h"

#include <QFuture>

#include <memory>
#include <variant>

namespace nephele {

// A file put into the guest before its first boot.
struct PersonalityFile
{
    QString path; // absolute
    QByteArray contents;
    QString owner = QStringLiteral("root");
    QString group = QStringLiteral("root");
    int mode = 0440;
};

// OpenStack's uuid or Synnefo's number.
using NetworkRef = std::variant<NetworkId, NetworkNumber>;

struct NewServer
{
    QString name;
    ImageId image;
    std::variant<FlavorNumber, QString> flavor; // Synnefo's number or OpenStack's flavorid
    QStringList keyNames;
    QString adminPassword; // empty: one is made up
    QByteArray userData; // decoded
    QList<PersonalityFile> files;
    QMap<QString, QString> metadata;
    ServerNotes notes;
    std::optional<QList<NetworkRef>> networks; // nullopt: the default; empty: none at all
    std::optional<ProjectId> project; // nullopt: the caller's
    bool shared = false;
    int count = 1; // Nova's min_count/max_count; names get -1, -2 ...
};

struct CreatedServer
{
    Server server;
    QString adminPassword; // told once, kept only as a hash inside the guest's seed
};

enum class ConsoleKind { Vnc, WebSocket };

struct ConsoleAccess
{
    QString host; // Vnc: where to connect
    quint16 port = 0;
    QString password; // Vnc: good for one connection, at most 8 characters
    QString ticket; // WebSocket: good for one connection on /nephele/v1/console?ticket=
    qint64 expiresAtMs = 0;
};

// The rules of servers, flavors and keypairs. One per worker, no state between calls. Reads answer at once
// from the worker's connection; writes answer when they are on disk. What the caller cannot see is NotFound.
class ComputeService
{
public:
    virtual ~ComputeService() = default;

    virtual Result<QList<Flavor>> flavors(const Caller &caller) = 0;

    virtual Result<QList<Keypair>> keypairs(const Caller &caller) = 0;
    virtual Result<Keypair> keypair(const Caller &caller, const QString &name) = 0;
    // Conflict when the name is taken, Invalid when the line is no public key.
    virtual QFuture<Result<Keypair>> importKeypair(
        const Caller &caller, const QString &name, const QString &publicKey) = 0;
    struct GeneratedKeypair
    {
        Keypair keypair;
        QByteArray privateKeyPem; // told once
    };
    virtual QFuture<Result<GeneratedKeypair>> generateKeypair(const Caller &caller, const QString &name) = 0;
    virtual QFuture<Result<>> removeKeypair(const Caller &caller, const QString &name) = 0;

    virtual QFuture<Result<QList<CreatedServer>>> createServers(
        const Caller &caller, const NewServer &wanted) = 0;
    virtual Result<QList<Server>> servers(const Caller &caller, const ServerFilter &filter) = 0;
    virtual Result<Server> server(const Caller &caller, const ServerRef &ref) = 0;
    virtual QFuture<Result<Server>> renameServer(
        const Caller &caller, const ServerRef &ref, const QString &name) = 0;
    // Replaces the whole map.
    virtual QFuture<Result<Server>> setMetadata(
        const Caller &caller, const ServerRef &ref, const QMap<QString, QString> &metadata) = 0;
    // First everything goes where `keep` says so, then `remove` (NotFound when a key of it is absent), then
    // `set` comes. More than `most` in the end is Invalid. An implementation does it in one closure, so that
    // two changes at once both count; what stands here is two steps.
    struct MetadataChange
    {
        enum class Keep { Others, Nothing };
        Keep keep = Keep::Others;
        QStringList remove = {};
        QMap<QString, QString> set = {};
        int most = 128;
    };
    static Result<QMap<QString, QString>> changed(
        QMap<QString, QString> metadata, const MetadataChange &change);
    virtual QFuture<Result<Server>> changeMetadata(
        const Caller &caller, const ServerRef &ref, const MetadataChange &change);
    // Replaces them all. Unsupported where an implementation does not keep them.
    virtual QFuture<Result<Server>> setNotes(
        const Caller &caller, const ServerRef &ref, const ServerNotes &notes);
    virtual QFuture<Result<>> removeServer(const Caller &caller, const ServerRef &ref) = 0;

    // Conflict when the state does not allow it, Busy while another operation runs.
    virtual QFuture<Result<>> startServer(const Caller &caller, const ServerRef &ref) = 0;
    virtual QFuture<Result<>> stopServer(const Caller &caller, const ServerRef &ref) = 0;
    enum class Reboot { Soft, Hard };
    virtual QFuture<Result<>> rebootServer(const Caller &caller, const ServerRef &ref, Reboot kind) = 0;

    // The last `lines` of the serial log, all when nullopt.
    virtual QFuture<Result<QByteArray>> consoleOutput(
        const Caller &caller, const ServerRef &ref, std::optional<int> lines) = 0;
    virtual QFuture<Result<ConsoleAccess>> console(
        const Caller &caller, const ServerRef &ref, ConsoleKind kind) = 0;
};

inline Result<QMap<QString, QString>> ComputeService::changed(
    QMap<QString, QString> metadata, const MetadataChange &change)
{
    if (change.keep == MetadataChange::Keep::Nothing)
        metadata.clear();
    for (const QString &key : change.remove) {
        if (metadata.remove(key) == 0)
            return notFound(QStringLiteral("The server has no metadata item '%1'.").arg(key));
    }
    metadata.insert(change.set);
    if (metadata.size() > change.most)
        return invalid(QStringLiteral("A server takes at most %1 metadata items.").arg(change.most));
    return metadata;
}

inline QFuture<Result<Server>> ComputeService::changeMetadata(
    const Caller &caller, const ServerRef &ref, const MetadataChange &change)
{
    const auto found = server(caller, ref);
    if (!found)
        return QtFuture::makeReadyFuture(Result<Server>(found.error()));
    const auto metadata = changed(found->metadata, change);
    if (!metadata)
        return QtFuture::makeReadyFuture(Result<Server>(metadata.error()));
    return setMetadata(caller, ref, *metadata);
}

inline QFuture<Result<Server>> ComputeService::setNotes(
    const Caller &, const ServerRef &, const ServerNotes &)
{
    return QtFuture::makeReadyFuture(Result<Server>(
        Error { ErrorCode::Unsupported, QStringLiteral("Notes on servers are not kept here."), {} }));
}

} // namespace nephele
