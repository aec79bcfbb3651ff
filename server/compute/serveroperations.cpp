// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/compute.h"

#include "model/network/networkstore.h"
#include "server/compute/servercharges.h"
#include "server/compute/serversteps.h"

#include <memory>

namespace nephele {

namespace {

using Act = Result<> (ServerSteps::*)(OperationContext &) const;

// Makes the rows of the tables below out of the member functions that do the work.
class Steps
{
public:
    explicit Steps(ComputeParts &parts) : m_steps(std::make_shared<ServerSteps>(parts)) { }

    std::function<Result<>(OperationContext &)> operator()(Act act) const
    {
        return [steps = m_steps, act](OperationContext &context) { return ((*steps).*act)(context); };
    }

private:
    std::shared_ptr<ServerSteps> m_steps;
};

// The server at the end of an operation, changed by `write`; then the wish to delete it, if there is one.
Result<> settleServer(
    Transaction &t, const Operation &operation, const std::function<Result<>(ServerRecord &)> &write)
{
    auto record = ServerStore::find(t, ServerId::stored(operation.target));
    if (!record)
        return record.error();
    if (!*record)
        return internalError(QStringLiteral("server %1 has an operation but no row").arg(operation.target));
    Server &server = (*record)->server;
    server.task = ServerTask::None;
    if ((*record)->isDeleteWanted) {
        server.task = ServerTask::Deleting;
        const auto begun = OperationEngine::begin(t, QStringLiteral("server.delete"), operation.targetKind,
            operation.target, server.name, server.owner, {});
        if (!begun)
            return begun.error();
    }
    return write(**record);
}

void becomeRunning(Transaction &t, ServerRecord &record)
{
    record.server.state = ServerState::Running;
    if (!record.server.launchedAtMs)
        record.server.launchedAtMs = t.stampMs();
}

OperationKind createKind(const Steps &step, ComputeParts &parts)
{
    OperationKind kind;
    kind.name = QStringLiteral("server.create");
    kind.steps = {
        { "base", step(&ServerSteps::makeBase) },
        { "disk", step(&ServerSteps::makeDisk), step(&ServerSteps::removeFiles) },
        { "seed", step(&ServerSteps::writeSeed) }, // goes with the disk
        { "network", step(&ServerSteps::connect), step(&ServerSteps::disconnect) },
        { "define", step(&ServerSteps::define), step(&ServerSteps::undefine) },
        { "start", step(&ServerSteps::start), {}, false, "start" }, // undefine powers off
    };
    kind.settle = [&parts](Transaction &t, const Operation &operation, Outcome outcome,
                      const std::optional<Error> &why) {
        return settleServer(t, operation, [&](ServerRecord &record) -> Result<> {
            if (outcome == Outcome::Done) {
                becomeRunning(t, record);
                return ServerStore::update(t, record);
            }
            if (!record.isDeleteWanted) {
                record.server.state = ServerState::Failed;
                record.server.faultMessage = why ? why->message : QStringLiteral("It was cancelled.");
            }
            if (const auto dropped = parts.images.dropRef(t, record.mapNumber, record.server.id); !dropped)
                return dropped;
            if (const auto freed = NetworkStore::disconnect(t, record.server.id); !freed)
                return freed;
            record.sshPort = 0;
            return updateWithPower(t, record, Power::Free);
        });
    };
    return kind;
}

OperationKind startKind(const Steps &step)
{
    OperationKind kind;
    kind.name = QStringLiteral("server.start");
    kind.steps = {
        { "network", step(&ServerSteps::connect) },
        { "define", step(&ServerSteps::define) }, // it may have been undefined behind our back
        { "start", step(&ServerSteps::start), {}, false, "start" },
    };
    kind.settle = [](Transaction &t, const Operation &operation, Outcome outcome,
                      const std::optional<Error> &) {
        return settleServer(t, operation, [&](ServerRecord &record) -> Result<> {
            if (outcome != Outcome::Done)
                return updateWithPower(t, record, Power::Free);
            becomeRunning(t, record);
            return ServerStore::update(t, record);
        });
    };
    return kind;
}

OperationKind stopKind(const Steps &step)
{
    OperationKind kind;
    kind.name = QStringLiteral("server.stop");
    // A guest that was asked cannot be told to stay.
    kind.steps = { { "shutdown", step(&ServerSteps::shutDown), {}, true } };
    kind.settle = [](Transaction &t, const Operation &operation, Outcome outcome,
                      const std::optional<Error> &) {
        return settleServer(t, operation, [&](ServerRecord &record) -> Result<> {
            if (outcome != Outcome::Done)
                return ServerStore::update(t, record);
            record.server.state = ServerState::Off;
            return updateWithPower(t, record, Power::Free);
        });
    };
    return kind;
}

OperationKind rebootKind(const Steps &step)
{
    const auto reset = step(&ServerSteps::reset);
    const auto shutDown = step(&ServerSteps::shutDown);
    OperationKind kind;
    kind.name = QStringLiteral("server.reboot");
    kind.steps = {
        { "halt",
            [reset, shutDown](OperationContext &context) {
                const bool isHard = context.operation().data.value(QStringLiteral("hard")).toBool();
                return isHard ? reset(context) : shutDown(context);
            },
            {}, true },
        { "network", step(&ServerSteps::connect) },
        { "define", step(&ServerSteps::define) },
        { "start", step(&ServerSteps::start), {}, false, "start" },
    };
    kind.settle = [](Transaction &t, const Operation &operation, Outcome outcome,
                      const std::optional<Error> &why) {
        return settleServer(t, operation, [&](ServerRecord &record) -> Result<> {
            if (outcome == Outcome::Done) {
                becomeRunning(t, record);
                return updateWithPower(t, record, Power::Charged);
            }
            if (!why) // cancelled before anything was done: it is what it was
                return updateWithPower(
                    t, record, record.server.state == ServerState::Off ? Power::Free : Power::Charged);
            record.server.state = ServerState::Off;
            return updateWithPower(t, record, Power::Free);
        });
    };
    return kind;
}

OperationKind deleteKind(const Steps &step, ComputeParts &parts)
{
    OperationKind kind;
    kind.name = QStringLiteral("server.delete");
    kind.steps = {
        { "undefine", step(&ServerSteps::undefine), {}, true },
        { "files", step(&ServerSteps::removeFiles), {}, true },
        { "lease", step(&ServerSteps::disconnect), {}, true },
    };
    kind.settle = [&parts](Transaction &t, const Operation &operation, Outcome outcome,
                      const std::optional<Error> &why) -> Result<> {
        auto record = ServerStore::find(t, ServerId::stored(operation.target));
        if (!record)
            return record.error();
        if (!*record)
            return internalError(
                QStringLiteral("server %1 has an operation but no row").arg(operation.target));
        Server &server = (*record)->server;
        server.task = ServerTask::None;
        if (outcome != Outcome::Done) { // it may be asked for again
            (*record)->isDeleteWanted = false;
            if (why || server.state == ServerState::Building) {
                server.state = ServerState::Failed;
                server.faultMessage = why ? why->message : QStringLiteral("Its deletion was cancelled.");
            }
            return ServerStore::update(t, **record);
        }
        if (const auto dropped = parts.images.dropRef(t, (*record)->mapNumber, server.id); !dropped)
            return dropped;
        if (const auto freed = NetworkStore::disconnect(t, server.id); !freed)
            return freed;
        server.state = ServerState::Deleted;
        server.deletedAtMs = t.stampMs();
        (*record)->sshPort = 0;
        if (const auto updated = updateWithPower(t, **record, Power::Free); !updated)
            return updated;
        return chargeStanding(t, server.owner, server.flavor, -1);
    };
    return kind;
}

} // namespace

void addComputeOperations(OperationEngine &engine, ComputeParts &parts)
{
    const Steps step(parts);
    engine.add(createKind(step, parts));
    engine.add(startKind(step));
    engine.add(stopKind(step));
    engine.add(rebootKind(step));
    engine.add(deleteKind(step, parts));
}

} // namespace nephele
