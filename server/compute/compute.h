// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/clock.h"
#include "model/image/image.h"
#include "server/compute/computeservice.h"
#include "server/engine/engine.h"
#include "server/image/imagebases.h"
#include "server/libvirt/hypervisor.h"

#include <QObject>

#include <functional>
#include <memory>

namespace nephele {

class ConsoleTickets;
class GuestDisks;

// How a guest reaches the world; decided once, at first start (DESIGN 3).
enum class GuestNetworking {
    Virtual, // libvirt networks and leases: qemu:///system
    UserMode, // a NIC inside QEMU with ssh forwarded to a port of this machine: qemu:///session
};

// What servers need of images. The composition root gives the image stores' own (model/image); everything
// runs inside the closures of the caller.
struct ServerImages
{
    // The image if this caller may start a server from it; nullopt when it is absent or invisible to him.
    std::function<Result<std::optional<Image>>(ReadTransaction &, const Caller &, const ImageId &)> find;
    // BaseStore::addRef and dropRef: a disk stands on this content, or no longer does.
    std::function<Result<>(Transaction &, qint64 mapNumber, const ServerId &)> addRef;
    std::function<Result<>(Transaction &, qint64 mapNumber, const ServerId &)> dropRef;
};

// What the compute part is made of. Built by the composition root, which owns everything lent here and lets
// it outlive the engine, the reconciler and every service. May be read from every thread once it is filled.
struct ComputeParts
{
    Database &database;
    OperationEngine &engine;
    Hypervisor &hypervisor;
    ImageBases &bases;
    ServerImages images;
    QString cloudId; // part of the names libvirt sees
    GuestDisks &disks;
    ConsoleTickets &consoleTickets;
    GuestNetworking networking = GuestNetworking::Virtual;
    QHostAddress consoleAddress = QHostAddress(QHostAddress::LocalHost); // where VNC clients connect
    int shutdownMs = 60'000; // what a guest is given to shut down by itself before its power is cut
    qint64 firstBootMs = 30 * 60'000; // after that long a guest has read its seed
};

// First start: the default flavors and the public network, where they are missing. Blocks; call it before the
// engine starts.
Result<> prepareCompute(ComputeParts &parts);

// server.create, .start, .stop, .reboot and .delete. Call it before engine.start().
void addComputeOperations(OperationEngine &engine, ComputeParts &parts);

// Keeps rows and guests alike: a guest that went off by itself or vanished becomes Off, a host that is
// away makes its servers Unknown, what only a deleted server left behind is removed, and seeds that were read
// lose their secrets. Looks at start,
// after a reconnect, every minute and when the hypervisor hints. Leaves servers with a live operation alone
// but wakes the operation. Lives in the thread that made it; its looks run in the pool.
class Reconciler : public QObject
{
    Q_OBJECT

public:
    explicit Reconciler(ComputeParts &parts);
    // Waits for the look under way.
    ~Reconciler() override;

    void start();
    // Looks at everything now, or again as soon as the look under way has ended.
    void reconcile();

signals:
    // A look at everything ended; `failure` says why it saw nothing.
    void reconciled(const std::optional<nephele::Error> &failure);

private:
    class Private;
    std::unique_ptr<Private> m_d;
};

// One per worker; used in that worker's thread.
std::unique_ptr<ComputeService> makeComputeService(ComputeParts &parts);

} // namespace nephele
