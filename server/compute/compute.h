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
class VncProxy;

// How a guest reaches the world; decided once, at first start (DESIGN 3).
enum class GuestNetworking {
    Virtual, // libvirt networks and leases: qemu:///system
    UserMode, // a NIC inside QEMU with ssh forwarded to a port of this machine: qemu:///session
};

// What the compute part is made of. Built by the composition root, which owns everything lent here and lets
// it outlive the engine, the reconciler and every service. May be read from every thread once it is filled.
struct ComputeParts
{
    // The image if this caller may start a server from it; nullopt when it is absent or invisible to him.
    using FindImage =
        std::function<Result<std::optional<Image>>(ReadTransaction &, const Caller &, const ImageId &)>;

    Database &database;
    OperationEngine &engine;
    Hypervisor &hypervisor;
    ImageBases &bases;
    FindImage findImage;
    // Absolute directories that exist: disks in one the hypervisor may enter, the others beside it.
    QString diskFolder; // <server uuid>.qcow2, the overlays
    QString seedFolder; // <server uuid>.iso
    QString logFolder; // <server uuid>.log, what the serial line said
    GuestNetworking networking = GuestNetworking::Virtual;
    VncProxy *vncProxy = nullptr; // null: no consoles (pretend machines)
    ConsoleTickets *consoleTickets = nullptr; // null: the same
    int shutdownMs = 60'000; // what a guest is given to shut down by itself before its power is cut
};

// First start: the default flavors and the public network, where they are missing. Blocks; call it before the
// engine starts.
Result<> prepareCompute(ComputeParts &parts);

// server.create, .start, .stop, .reboot and .delete. Call it before engine.start().
void addComputeOperations(OperationEngine &engine, ComputeParts &parts);

// Keeps rows and guests alike: a guest that went off by itself becomes Off, what vanished fails, a host that
// is away makes its servers Unknown, and what only a deleted server left behind is removed. Looks at start,
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
