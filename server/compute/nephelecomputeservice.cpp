// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/nephelecomputeservice.h"

#include "model/base/whendone.h"
#include "model/compute/flavorstore.h"
#include "server/compute/servercreation.h"
#include "server/compute/serverrules.h"
#include "server/guest/passwordhash.h"

#include <QRandomGenerator>
#include <QtConcurrent>

#include <algorithm>

namespace nephele {

namespace {

constexpr int passwordLength = 14;

// Letters and digits that are not easily mistaken; at least one each of upper, lower and digit.
QString makeUpPassword()
{
    static const QString characters =
        QStringLiteral("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789");
    const auto holds = [](const QString &text, bool (QChar::*isOne)() const) {
        return std::any_of(text.cbegin(), text.cend(), [isOne](QChar c) { return (c.*isOne)(); });
    };
    QString password;
    do {
        password.clear();
        for (int i = 0; i < passwordLength; ++i)
            password += characters.at(QRandomGenerator::system()->bounded(int(characters.size())));
    } while (!holds(password, &QChar::isUpper) || !holds(password, &QChar::isLower)
        || !holds(password, &QChar::isDigit));
    return password;
}

template <class T>
QFuture<Result<T>> answered(Error error)
{
    return QtFuture::makeReadyFuture(Result<T>(std::move(error)));
}

} // namespace

std::unique_ptr<ComputeService> makeComputeService(ComputeParts &parts)
{
    return std::make_unique<NepheleComputeService>(parts);
}

Result<QList<Flavor>> NepheleComputeService::flavors(const Caller &)
{
    return m_parts.database.read([](ReadTransaction &t) { return FlavorStore::all(t); });
}

Result<QList<Server>> NepheleComputeService::servers(const Caller &caller, const ServerFilter &filter)
{
    return m_parts.database.read([&](ReadTransaction &t) { return ServerStore::visible(t, caller, filter); });
}

Result<Server> NepheleComputeService::server(const Caller &caller, const ServerRef &ref)
{
    return m_parts.database.read([&](ReadTransaction &t) -> Result<Server> {
        const auto record = findServer(t, caller, ref);
        if (!record)
            return record.error();
        return record->server;
    });
}

QFuture<Result<QList<CreatedServer>>> NepheleComputeService::createServers(
    const Caller &caller, const NewServer &wanted)
{
    using Created = QList<CreatedServer>;
    if (const auto formed = checkNewServer(wanted); !formed)
        return answered<Created>(formed.error());
    // Hashing the password takes milliseconds on purpose.
    return QtConcurrent::run([&parts = m_parts, caller, wanted]() -> Result<Created> {
        const QString password = wanted.adminPassword.isEmpty() ? makeUpPassword() : wanted.adminPassword;
        const auto hash = guestPasswordHash(password);
        if (!hash)
            return hash.error();
        const auto servers = parts.database
                                 .write([&parts, caller, wanted, hash = *hash](Transaction &t) {
                                     return insertServers(t, parts, caller, wanted, hash);
                                 })
                                 .result();
        if (!servers)
            return servers.error();
        parts.engine.wake();
        Created created;
        for (const Server &server : *servers)
            created.append({ server, password });
        return created;
    });
}

// One closure: find, may he, do. The engine hears of it once it is on disk.
template <class T>
QFuture<Result<T>> NepheleComputeService::write(
    const Caller &caller, const ServerRef &ref, std::function<Result<T>(Transaction &, ServerRecord &)> rule)
{
    const auto written =
        m_parts.database.write([caller, ref, rule = std::move(rule)](Transaction &t) -> Result<T> {
            auto record = findServerToChange(t, caller, ref);
            if (!record)
                return record.error();
            return rule(t, *record);
        });
    return thenIn(written, &m_context, [ring = m_parts.engine.bell()](const Result<T> &done) {
        if (done)
            ring();
        return done;
    });
}

QFuture<Result<Server>> NepheleComputeService::renameServer(
    const Caller &caller, const ServerRef &ref, const QString &name)
{
    if (const auto named = checkServerName(name); !named)
        return answered<Server>(named.error());
    return write<Server>(caller, ref, [name](Transaction &t, ServerRecord &record) -> Result<Server> {
        record.server.name = name;
        if (const auto updated = ServerStore::update(t, record); !updated)
            return updated.error();
        return record.server;
    });
}

QFuture<Result<Server>> NepheleComputeService::setMetadata(
    const Caller &caller, const ServerRef &ref, const QMap<QString, QString> &metadata)
{
    return changeMetadata(
        caller, ref, { MetadataChange::Keep::Nothing, {}, metadata, serverlimits::metadataItems });
}

QFuture<Result<Server>> NepheleComputeService::changeMetadata(
    const Caller &caller, const ServerRef &ref, const MetadataChange &change)
{
    if (const auto described = checkMetadata(change.set); !described)
        return answered<Server>(described.error());
    return write<Server>(caller, ref, [change](Transaction &t, ServerRecord &record) -> Result<Server> {
        const auto metadata = changed(record.server.metadata, change);
        if (!metadata)
            return metadata.error();
        record.server.metadata = *metadata;
        if (const auto updated = ServerStore::update(t, record); !updated)
            return updated.error();
        return record.server;
    });
}

QFuture<Result<Server>> NepheleComputeService::setNotes(
    const Caller &caller, const ServerRef &ref, const ServerNotes &notes)
{
    if (const auto noted = checkNotes(notes); !noted)
        return answered<Server>(noted.error());
    return write<Server>(caller, ref, [notes](Transaction &t, ServerRecord &record) -> Result<Server> {
        record.server.notes = notes;
        if (const auto updated = ServerStore::update(t, record); !updated)
            return updated.error();
        return record.server;
    });
}

QFuture<Result<>> NepheleComputeService::removeServer(const Caller &caller, const ServerRef &ref)
{
    return write<void>(caller, ref, beginDelete);
}

QFuture<Result<>> NepheleComputeService::startServer(const Caller &caller, const ServerRef &ref)
{
    return write<void>(caller, ref, beginStart);
}

QFuture<Result<>> NepheleComputeService::stopServer(const Caller &caller, const ServerRef &ref)
{
    return write<void>(caller, ref, beginStop);
}

QFuture<Result<>> NepheleComputeService::rebootServer(const Caller &caller, const ServerRef &ref, Reboot kind)
{
    return write<void>(caller, ref, [kind](Transaction &t, ServerRecord &record) {
        return beginReboot(t, record, kind == Reboot::Hard ? RebootKind::Hard : RebootKind::Soft);
    });
}

} // namespace nephele
