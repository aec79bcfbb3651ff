// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/serverstate.h"

namespace nephele {

// Synnefo's API guide, compute, "Server states".
QByteArray cycladesStatus(const Server &server)
{
    switch (server.state) {
    case ServerState::Building:
        return "BUILD";
    case ServerState::Running:
        return server.task == ServerTask::Rebooting || server.task == ServerTask::HardRebooting ? "REBOOT"
                                                                                                : "ACTIVE";
    case ServerState::Paused:
    case ServerState::Resized:
        return "ACTIVE";
    case ServerState::Off:
    case ServerState::Saved:
    case ServerState::Shelved:
    case ServerState::Offloaded:
    case ServerState::Rescue:
        return "STOPPED";
    case ServerState::Failed:
        return "ERROR";
    case ServerState::Unknown:
        return "UNKNOWN";
    case ServerState::Deleted:
        return "DELETED";
    }
    return "UNKNOWN";
}

// Compute API reference, "Server status".
QByteArray novaStatus(const Server &server)
{
    switch (server.state) {
    case ServerState::Building:
        return "BUILD";
    case ServerState::Running:
        if (server.task == ServerTask::HardRebooting)
            return "HARD_REBOOT";
        return server.task == ServerTask::Rebooting ? "REBOOT" : "ACTIVE";
    case ServerState::Off:
        return server.task == ServerTask::HardRebooting ? "HARD_REBOOT" : "SHUTOFF";
    case ServerState::Paused:
        return "PAUSED";
    case ServerState::Saved:
        return "SUSPENDED";
    case ServerState::Shelved:
        return "SHELVED";
    case ServerState::Offloaded:
        return "SHELVED_OFFLOADED";
    case ServerState::Resized:
        return "VERIFY_RESIZE";
    case ServerState::Rescue:
        return "RESCUE";
    case ServerState::Failed:
        return "ERROR";
    case ServerState::Unknown:
        return "UNKNOWN";
    case ServerState::Deleted:
        return "DELETED";
    }
    return "UNKNOWN";
}

QByteArray novaTaskState(const Server &server)
{
    switch (server.task) {
    case ServerTask::None:
        return {};
    case ServerTask::Building:
        return "spawning";
    case ServerTask::Starting:
        return "powering-on";
    case ServerTask::Stopping:
        return "powering-off";
    case ServerTask::Rebooting:
        return "rebooting";
    case ServerTask::HardRebooting:
        return "rebooting_hard";
    case ServerTask::Deleting:
        return "deleting";
    }
    return {};
}

QByteArray novaVmState(const Server &server)
{
    switch (server.state) {
    case ServerState::Building:
        return "building";
    case ServerState::Running:
        return "active";
    case ServerState::Off:
        return "stopped";
    case ServerState::Paused:
        return "paused";
    case ServerState::Saved:
        return "suspended";
    case ServerState::Shelved:
        return "shelved";
    case ServerState::Offloaded:
        return "shelved_offloaded";
    case ServerState::Resized:
        return "resized";
    case ServerState::Rescue:
        return "rescued";
    case ServerState::Failed:
        return "error";
    case ServerState::Unknown:
        return "active"; // Nova shows UNKNOWN for a host that is away, whatever the instance was
    case ServerState::Deleted:
        return "deleted";
    }
    return "error";
}

int novaPowerState(const Server &server)
{
    switch (server.state) {
    case ServerState::Running:
    case ServerState::Resized:
    case ServerState::Rescue:
        return 1;
    case ServerState::Paused:
        return 3;
    case ServerState::Off:
    case ServerState::Saved:
    case ServerState::Shelved:
    case ServerState::Offloaded:
        return 4;
    case ServerState::Building:
    case ServerState::Failed:
    case ServerState::Unknown:
    case ServerState::Deleted:
        return 0;
    }
    return 0;
}

} // namespace nephele
