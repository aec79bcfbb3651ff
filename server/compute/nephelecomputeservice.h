// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/compute.h"

namespace nephele {

// The rules behind ComputeService on our own stores and engine; see there.
class NepheleComputeService final : public ComputeService
{
public:
    explicit NepheleComputeService(ComputeParts &parts) : m_parts(parts) { }

    Result<QList<Flavor>> flavors(const Caller &caller) override;
    Result<QList<Keypair>> keypairs(const Caller &caller) override;
    Result<Keypair> keypair(const Caller &caller, const QString &name) override;
    QFuture<Result<Keypair>> importKeypair(
        const Caller &caller, const QString &name, const QString &publicKey) override;
    QFuture<Result<GeneratedKeypair>> generateKeypair(const Caller &caller, const QString &name) override;
    QFuture<Result<>> removeKeypair(const Caller &caller, const QString &name) override;

    QFuture<Result<QList<CreatedServer>>> createServers(
        const Caller &caller, const NewServer &wanted) override;
    Result<QList<Server>> servers(const Caller &caller, const ServerFilter &filter) override;
    Result<Server> server(const Caller &caller, const ServerRef &ref) override;
    QFuture<Result<Server>> renameServer(
        const Caller &caller, const ServerRef &ref, const QString &name) override;
    QFuture<Result<Server>> setMetadata(
        const Caller &caller, const ServerRef &ref, const QMap<QString, QString> &metadata) override;
    QFuture<Result<Server>> changeMetadata(
        const Caller &caller, const ServerRef &ref, const MetadataChange &change) override;
    QFuture<Result<Server>> setNotes(
        const Caller &caller, const ServerRef &ref, const ServerNotes &notes) override;
    QFuture<Result<>> removeServer(const Caller &caller, const ServerRef &ref) override;

    QFuture<Result<>> startServer(const Caller &caller, const ServerRef &ref) override;
    QFuture<Result<>> stopServer(const Caller &caller, const ServerRef &ref) override;
    QFuture<Result<>> rebootServer(const Caller &caller, const ServerRef &ref, Reboot kind) override;

    QFuture<Result<QByteArray>> consoleOutput(
        const Caller &caller, const ServerRef &ref, std::optional<int> lines) override;
    QFuture<Result<ConsoleAccess>> console(
        const Caller &caller, const ServerRef &ref, ConsoleKind kind) override;

private:
    template <class T>
    QFuture<Result<T>> write(const Caller &caller, const ServerRef &ref,
        std::function<Result<T>(Transaction &, ServerRecord &)> rule);

    ComputeParts &m_parts;
    QObject m_context; // what goes on after a write does so in the worker's thread
    QObject m_consoles; // owns the VNC proxies, which live in the worker's thread as this does
};

} // namespace nephele
