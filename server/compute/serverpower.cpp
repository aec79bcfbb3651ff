// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/serverpower.h"

#include "server/compute/servercharges.h"
#include "server/engine/engine.h"

namespace nephele {

namespace {

ServerState stateFor(std::optional<GuestPower> power)
{
    if (power == GuestPower::Running)
        return ServerState::Running;
    return power == GuestPower::Paused ? ServerState::Paused : ServerState::Off;
}

Result<std::optional<ServerRecord>> findIdle(Transaction &t, const ServerId &id)
{
    const auto busy = OperationEngine::isBusy(t, QStringLiteral("server"), id.text());
    if (!busy)
        return busy.error();
    if (*busy)
        return std::optional<ServerRecord>();
    auto record = ServerStore::find(t, id);
    if (record && *record && !isPowered((*record)->server.state))
        return std::optional<ServerRecord>();
    return record;
}

} // namespace

bool isPowered(ServerState state)
{
    return state == ServerState::Running || state == ServerState::Off || state == ServerState::Paused
        || state == ServerState::Unknown;
}

bool powerDiffers(const Server &server, std::optional<GuestPower> power)
{
    return isPowered(server.state) && server.state != stateFor(power);
}

Result<> applyPower(Transaction &t, const ServerId &id, std::optional<GuestPower> power, qint64 seenAtMs)
{
    auto record = findIdle(t, id);
    if (!record)
        return record.error();
    if (!*record || (*record)->server.updatedAtMs != seenAtMs || !powerDiffers((*record)->server, power))
        return {};
    (*record)->server.state = stateFor(power);
    if ((*record)->server.state == ServerState::Off)
        return updateWithPower(t, **record, Power::Free);
    const auto updated = updateWithPower(t, **record, Power::Charged);
    if (updated || updated.error().code != ErrorCode::QuotaExceeded)
        return updated;
    // Somebody started it at the hypervisor itself. It runs whatever its quota says.
    (*record)->isPowerCharged = false;
    return ServerStore::update(t, **record);
}

Result<> applyAway(Transaction &t, const ServerId &id)
{
    auto record = findIdle(t, id);
    if (!record)
        return record.error();
    if (!*record || (*record)->server.state == ServerState::Unknown)
        return {};
    (*record)->server.state = ServerState::Unknown;
    return ServerStore::update(t, **record);
}

} // namespace nephele
