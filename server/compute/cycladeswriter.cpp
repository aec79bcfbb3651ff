// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/cycladeswriter.h"

namespace nephele {

QList<CycladesNic> cycladesNics(const Server &server)
{
    QList<CycladesNic> nics;
    for (const ServerAddress &address : server.addresses) {
        auto nic = std::find_if(nics.begin(), nics.end(),
            [&](const CycladesNic &known) { return known.number == address.portNumber; });
        if (nic == nics.end()) {
            nics.append({ address.portNumber, address.networkNumber, address.mac, {}, {} });
            nic = std::prev(nics.end());
        }
        if (address.address.protocol() == QAbstractSocket::IPv6Protocol)
            nic->ipv6 = address.address.toString();
        else if (!address.address.isNull())
            nic->ipv4 = address.address.toString();
    }
    return nics;
}

int cycladesProgress(const Server &server)
{
    return server.state == ServerState::Building ? server.progress : 100;
}

QByteArray cycladesTask(const Server &server)
{
    switch (server.task) {
    case ServerTask::None:
        return server.state == ServerState::Building ? "BUILDING" : "";
    case ServerTask::Building:
        return "BUILDING";
    case ServerTask::Starting:
        return "STARTING";
    case ServerTask::Stopping:
        return "STOPPING";
    case ServerTask::Rebooting:
    case ServerTask::HardRebooting:
        return "REBOOTING";
    case ServerTask::Deleting:
        return "DESTROYING";
    }
    return "UNKNOWN";
}

QByteArray cycladesImageStatus(const Image &image)
{
    switch (image.status) {
    case ImageStatus::Active:
        return "ACTIVE";
    case ImageStatus::Queued:
    case ImageStatus::Saving:
        return "SAVING";
    case ImageStatus::Killed:
        return "ERROR";
    case ImageStatus::Deleted:
        return "DELETED";
    default:
        return "UNKNOWN";
    }
}

bool isSnapshot(const Image &image)
{
    return image.properties.value(QStringLiteral("image_type")) == QLatin1StringView("snapshot");
}

} // namespace nephele
