// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/hypervisor.h"

#include "server/libvirt/accelerator.h"
#include "server/libvirt/guests.h"
#include "server/libvirt/hypervisorconnection.h"
#include "server/libvirt/libvirterror.h"
#include "server/libvirt/networks.h"
#include "server/libvirt/networkxml.h"

#include <QUrl>
#include <QXmlStreamReader>

namespace nephele {

class Hypervisor::Private
{
public:
    QString uri;
    QString cloudId;
    AcceleratorChoice accelerator;
    std::unique_ptr<HypervisorConnection> connection; // last: its thread calls the owner's signals

    bool isSystem() const { return QUrl(uri).path() == QLatin1String("/system"); }
    bool isPretend() const { return accelerator.accelerator == Accelerator::Pretend; }

    Result<Guests> guests() const
    {
        auto connected = connection->connection();
        if (!connected)
            return connected.error();
        return Guests(std::move(*connected), { cloudId, accelerator.accelerator, isSystem() });
    }

    Result<Networks> networks() const
    {
        auto connected = connection->connection();
        if (!connected)
            return connected.error();
        return Networks(std::move(*connected), cloudId,
            isPretend() ? Networks::Leases::Pretended : Networks::Leases::Kept);
    }

    // One call on guests or networks, once there is a connection.
    template <class Call>
    auto onGuests(Call call) const -> decltype(call(std::declval<Guests &>()))
    {
        auto found = guests();
        if (!found)
            return found.error();
        return call(*found);
    }
    template <class Call>
    auto onNetworks(Call call) const -> decltype(call(std::declval<Networks &>()))
    {
        auto found = networks();
        if (!found)
            return found.error();
        return call(*found);
    }
};

namespace {

// Whom QEMU runs as: <secmodel><model>dac</model><baselabel type='kvm'>+64055:+64055</baselabel>.
std::optional<QemuUser> qemuUserIn(const QByteArray &capabilities)
{
    QXmlStreamReader reader(capabilities);
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement
            || reader.name() != QLatin1String("baselabel"))
            continue;
        const QStringList parts = reader.readElementText().split(QLatin1Char(':'));
        bool userOk = false;
        bool groupOk = false;
        const uint user = parts.value(0).toUInt(&userOk); // takes the plus sign
        const uint group = parts.value(1).toUInt(&groupOk);
        if (userOk && groupOk)
            return QemuUser { user, group };
    }
    return std::nullopt;
}

QString versionWords(unsigned long version)
{
    return QStringLiteral("%1.%2.%3").arg(version / 1'000'000).arg(version / 1000 % 1000).arg(version % 1000);
}

AcceleratorChoice acceleratorFor(const QString &uri, std::optional<Accelerator> wanted)
{
    if (QUrl(uri).scheme() == QLatin1String("test"))
        return { Accelerator::Pretend, QStringLiteral("pretend machines of libvirt's test driver") };
    if (wanted && *wanted != Accelerator::Pretend)
        return { *wanted, QStringLiteral("set by configuration") };
    // Of another machine nothing is seen from here, and software emulation runs everywhere.
    if (!QUrl(uri).host().isEmpty())
        return { Accelerator::Tcg,
            QStringLiteral("the host is another machine; set the accelerator by configuration") };
    return chooseAccelerator(seeThisMachine());
}

} // namespace

Result<std::unique_ptr<Hypervisor>> Hypervisor::open(
    const QString &uri, const QString &cloudId, std::optional<Accelerator> wanted)
{
    if (!QUrl(uri).isValid() || QUrl(uri).scheme().isEmpty())
        return invalid(QStringLiteral("The hypervisor's address \"%1\" is no URI.").arg(uri));
    if (cloudId.isEmpty())
        return invalid(QStringLiteral("A hypervisor needs the cloud's id."));
    auto d = std::make_unique<Private>();
    d->uri = uri;
    d->cloudId = cloudId;
    d->accelerator = acceleratorFor(uri, wanted);
    std::unique_ptr<Hypervisor> hypervisor(new Hypervisor(std::move(d)));
    auto connection = HypervisorConnection::open(uri,
        { [self = hypervisor.get()](const ServerId &server) { emit self->guestChanged(server); },
            [self = hypervisor.get()](bool connected) { emit self->connectedChanged(connected); } });
    if (!connection)
        return connection.error();
    hypervisor->m_d->connection = std::move(*connection);
    return hypervisor;
}

Hypervisor::Hypervisor(std::unique_ptr<Private> d) : m_d(std::move(d)) { }

Hypervisor::~Hypervisor() = default;

bool Hypervisor::isConnected() const
{
    return m_d->connection->isConnected();
}

QString Hypervisor::lastProblem() const
{
    return m_d->connection->lastProblem();
}

Result<HostFacts> Hypervisor::facts()
{
    const auto connection = m_d->connection->connection();
    if (!connection)
        return connection.error();
    HostFacts facts;
    facts.uri = m_d->uri;
    facts.accelerator = m_d->accelerator.accelerator;
    facts.acceleratorReason = m_d->accelerator.reason;
    facts.hasNetworks = m_d->isSystem() || m_d->isPretend();
    facts.hasConsoles = !m_d->isPretend();
    virNodeInfo node;
    if (virNodeGetInfo(connection->get(), &node) < 0)
        return libvirtError(QStringLiteral("look at the host"));
    facts.cpus = int(node.cpus);
    facts.memoryMiB = qint64(node.memory / 1024);
    unsigned long library = 0;
    unsigned long hypervisor = 0;
    if (virConnectGetLibVersion(connection->get(), &library) < 0
        || virConnectGetVersion(connection->get(), &hypervisor) < 0)
        return libvirtError(QStringLiteral("ask the host's versions"));
    const char *type = virConnectGetType(connection->get());
    facts.versionText =
        QStringLiteral("%1 %2, libvirt %3")
            .arg(QString::fromLatin1(type ? type : "?"), versionWords(hypervisor), versionWords(library));
    if (m_d->isSystem()) {
        const VirText capabilities(virConnectGetCapabilities(connection->get()));
        if (!capabilities)
            return libvirtError(QStringLiteral("ask the host's capabilities"));
        facts.qemuUser = qemuUserIn(capabilities.get());
    }
    return facts;
}

Result<> Hypervisor::define(const GuestSpec &guest)
{
    return m_d->onGuests([&](Guests &guests) { return guests.define(guest); });
}

Result<> Hypervisor::start(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.start(server); });
}

Result<> Hypervisor::requestShutdown(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.requestShutdown(server); });
}

Result<> Hypervisor::powerOff(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.powerOff(server); });
}

Result<> Hypervisor::requestReboot(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.requestReboot(server); });
}

Result<> Hypervisor::reset(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.reset(server); });
}

Result<> Hypervisor::undefine(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.undefine(server); });
}

Result<std::optional<GuestState>> Hypervisor::state(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.state(server); });
}

Result<QList<GuestState>> Hypervisor::guests()
{
    return m_d->onGuests([](Guests &guests) { return guests.all(); });
}

Result<QByteArray> Hypervisor::screenshotPng(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.screenshotPng(server); });
}

Result<int> Hypervisor::openGraphics(const ServerId &server)
{
    return m_d->onGuests([&](Guests &guests) { return guests.openGraphics(server); });
}

Result<> Hypervisor::ensureNetwork(const NetworkSpec &network)
{
    return m_d->onNetworks([&](Networks &networks) { return networks.ensure(network); });
}

Result<> Hypervisor::removeNetwork(const NetworkId &network)
{
    return m_d->onNetworks([&](Networks &networks) { return networks.remove(network); });
}

Result<> Hypervisor::ensureLease(
    const NetworkId &network, const QString &mac, const QHostAddress &address, const QString &hostName)
{
    return m_d->onNetworks([&](Networks &networks) {
        return networks.ensureLease(network, { mac, address, hostName });
    });
}

Result<> Hypervisor::removeLease(const NetworkId &network, const QString &mac, const QHostAddress &address)
{
    return m_d->onNetworks([&](Networks &networks) { return networks.removeLease(network, mac, address); });
}

Result<QList<NetworkId>> Hypervisor::networks()
{
    return m_d->onNetworks([](Networks &networks) { return networks.all(); });
}

} // namespace nephele
