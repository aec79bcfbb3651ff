// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/network/network.h"
#include "server/compute/compute.h"

namespace nephele {

// The steps server operations are made of. All look, act and look (server/engine/engine.h); they find the
// server by the operation's target. The object lends out no state: one is shared by all operations.
class ServerSteps
{
public:
    explicit ServerSteps(ComputeParts &parts) : m_parts(parts) { }

    // Making and removing what a server stands on.
    Result<> makeBase(OperationContext &context) const;
    Result<> makeDisk(OperationContext &context) const;
    Result<> removeFiles(OperationContext &context) const;
    Result<> writeSeed(OperationContext &context) const;
    Result<> connect(OperationContext &context) const;
    Result<> disconnect(OperationContext &context) const;
    Result<> define(OperationContext &context) const;
    Result<> undefine(OperationContext &context) const;

    // Power.
    Result<> start(OperationContext &context) const;
    // Asks the guest, and cuts its power when it has not heeded in time.
    Result<> shutDown(OperationContext &context) const;
    Result<> reset(OperationContext &context) const;

private:
    Result<ServerRecord> record(OperationContext &context) const;
    Result<Network> networkOf(OperationContext &context, const ServerAddress &address) const;
    Result<> chooseSshPort(OperationContext &context, ServerRecord &record) const;

    ComputeParts &m_parts;
};

} // namespace nephele
