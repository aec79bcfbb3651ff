// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"

#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace nephele {

// What a guest looks like to libvirt (domain XML, https://libvirt.org/formatdomain.html).
struct GuestDisk
{
    QString path; // absolute
    QByteArray format; // "qcow2" or "raw"; always given to QEMU explicitly
    QByteArray target; // "vda"
    bool readOnly = false;
};

struct GuestNic
{
    QString mac;
    QString network; // libvirt's name of the network; empty: user-mode (session)
    int sshPort = 0; // user-mode: port of this machine forwarded to the guest's 22
};

struct GuestSpec
{
    ServerId server; // is the domain's uuid
    ServerNumber number;
    QString name; // shown in the domain's title
    int vcpus = 1;
    int memoryMiB = 128;
    QList<GuestDisk> disks;
    QList<GuestNic> nics;
    QString serialLog; // file the serial line is appended to
};

enum class GuestPower { Off, Running, Paused, Crashed };

struct GuestState
{
    ServerId server;
    GuestPower power = GuestPower::Off;
    QString reason; // libvirt's word for why: "shutdown", "destroyed", "crashed" ...
    bool operator==(const GuestState &) const = default;
};

// A network as libvirt keeps it (https://libvirt.org/formatnetwork.html).
struct NetworkSpec
{
    NetworkId id; // is the network's uuid
    QString name; // "nephele-<cloud>-public"; at most 15 characters are used for the bridge
    QHostAddress gateway;
    int prefix = 24;
    QHostAddress dhcpFirst;
    QHostAddress dhcpLast;
};

enum class Accelerator { Kvm, Tcg, Pretend };

// Whom QEMU runs as: disks must let this group in (DESIGN 3).
struct QemuUser
{
    uint user = 0;
    uint group = 0;
    bool operator==(const QemuUser &) const = default;
};

struct HostFacts
{
    QString uri;
    Accelerator accelerator = Accelerator::Tcg;
    QString acceleratorReason; // "the CPU shows neither vmx nor svm"
    bool hasNetworks = false; // private networks, leases: qemu:///system; pretended on test:///default
    bool hasConsoles = false;
    int cpus = 0;
    qint64 memoryMiB = 0;
    QString versionText; // "QEMU 7.2.0, libvirt 9.0.0"
    std::optional<QemuUser> qemuUser; // nullopt: QEMU runs as we do
};

// One libvirt host. Every call blocks: pool threads only, any number at once. Touches nothing that does not
// carry this cloud's id. Unavailable while the host does not answer; it comes back by itself
// (connectedChanged).
class Hypervisor : public QObject
{
    Q_OBJECT

public:
    // `cloudId` goes into the metadata of all we make. Opens the connection in the background; a host that is
    // away is no error. "test:///default" makes pretend machines. `wanted` overrides the choice of
    // accelerator.
    static Result<std::unique_ptr<Hypervisor>> open(
        const QString &uri, const QString &cloudId, std::optional<Accelerator> wanted = std::nullopt);
    ~Hypervisor() override;

    bool isConnected() const;
    QString lastProblem() const; // why it is not connected, for people
    Result<HostFacts> facts();

    // Guests. Each looks before it acts: defining a guest that is defined, or starting one that runs, is
    // success.
    Result<> define(const GuestSpec &guest);
    Result<> start(const ServerId &server);
    Result<> requestShutdown(const ServerId &server); // by agent or ACPI; the guest decides
    Result<> powerOff(const ServerId &server);
    Result<> requestReboot(const ServerId &server);
    Result<> reset(const ServerId &server);
    Result<> undefine(const ServerId &server); // powers off first; absent is success
    Result<std::optional<GuestState>> state(const ServerId &server); // nullopt: no such guest of ours
    Result<QList<GuestState>> guests(); // all of ours
    Result<QByteArray> screenshotPng(const ServerId &server);

    // A connected socket to the guest's VNC server that asks for no password; the caller closes it. Conflict
    // when the guest is off.
    Result<int> openGraphics(const ServerId &server);

    // Networks.
    Result<> ensureNetwork(const NetworkSpec &network);
    Result<> removeNetwork(const NetworkId &network);
    Result<> ensureLease(
        const NetworkId &network, const QString &mac, const QHostAddress &address, const QString &hostName);
    Result<> removeLease(const NetworkId &network, const QString &mac, const QHostAddress &address);
    Result<QList<NetworkId>> networks(); // all of ours

signals:
    // A hint, from the hypervisor's thread: ask for the state now. Comes for every guest of the host, so the id
    // may be of none of ours.
    void guestChanged(const nephele::ServerId &server);
    void connectedChanged(bool connected);

private:
    class Private;
    explicit Hypervisor(std::unique_ptr<Private> d);
    std::unique_ptr<Private> m_d;
};

} // namespace nephele
