// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/networks.h"

#include "server/libvirt/libvirterror.h"
#include "server/libvirt/networkxml.h"
#include "server/libvirt/xmltext.h"

#include <libvirt/virterror.h>

#include <algorithm>

namespace nephele {

namespace {

QString networkNoun(const char *doing, const NetworkId &network)
{
    return QStringLiteral("%1 network %2").arg(QLatin1String(doing), network.text());
}

} // namespace

Networks::Networks(VirConnect connection, QString cloudId, Leases leases)
    : m_connection(std::move(connection)), m_cloudId(std::move(cloudId)), m_leases(leases)
{
}

// Asking a network for its metadata alone came with libvirt 9.7, so the whole XML is read.
Result<Networks::Found> Networks::find(const NetworkId &id)
{
    Found found;
    found.network.reset(virNetworkLookupByUUIDString(m_connection.get(), id.utf8().constData()));
    if (!found.network) {
        if (lastLibvirtCode() != VIR_ERR_NO_NETWORK)
            return libvirtError(networkNoun("find", id));
        return found;
    }
    VirText xml(virNetworkGetXMLDesc(found.network.get(), VIR_NETWORK_XML_INACTIVE));
    if (!xml) // the test driver takes no flags
        xml.reset(virNetworkGetXMLDesc(found.network.get(), 0));
    if (!xml)
        return libvirtError(networkNoun("read", id));
    found.xml = xml.get();
    found.isOurs = cloudIdIn(found.xml) == m_cloudId;
    return found;
}

Result<Networks::Found> Networks::need(const NetworkId &id)
{
    auto found = find(id);
    if (found && !found->isOurs)
        return notFound(QStringLiteral("The hypervisor has no network %1 of this cloud.").arg(id.text()));
    return found;
}

// One that is there stays as it is: defining it anew would drop its leases.
Result<> Networks::ensure(const NetworkSpec &network)
{
    const auto xml = networkXml(network, m_cloudId);
    if (!xml)
        return xml.error();
    auto found = find(network.id);
    if (!found)
        return found.error();
    if (found->network && !found->isOurs)
        return conflict(QStringLiteral("The hypervisor has a network %1 that is not of this cloud.")
                            .arg(network.id.text()));
    if (!found->network) {
        found->network.reset(virNetworkDefineXML(m_connection.get(), xml->constData()));
        if (!found->network) {
            Error error = libvirtError(networkNoun("define", network.id));
            if (lastLibvirtCode() == VIR_ERR_OPERATION_FAILED)
                error.code = ErrorCode::Conflict; // the name belongs to another one
            return error;
        }
    }
    if (virNetworkIsActive(found->network.get()) == 1 || virNetworkCreate(found->network.get()) == 0)
        return {};
    const Error error = libvirtError(networkNoun("start", network.id));
    return virNetworkIsActive(found->network.get()) == 1 ? Result<>() : Result<>(error);
}

Result<> Networks::remove(const NetworkId &network)
{
    const auto found = find(network);
    if (!found)
        return found.error();
    if (!found->isOurs)
        return {};
    if (virNetworkIsActive(found->network.get()) == 1 && virNetworkDestroy(found->network.get()) < 0
        && virNetworkIsActive(found->network.get()) == 1)
        return libvirtError(networkNoun("stop", network));
    if (virNetworkUndefine(found->network.get()) == 0 || lastLibvirtCode() == VIR_ERR_NO_NETWORK)
        return {};
    return libvirtError(networkNoun("remove", network));
}

Result<> Networks::change(const Found &found, unsigned command, const Lease &lease, const QString &doing)
{
    const auto xml = leaseXml(lease);
    if (!xml)
        return xml.error();
    const unsigned where = virNetworkIsActive(found.network.get()) == 1
        ? VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG
        : VIR_NETWORK_UPDATE_AFFECT_CONFIG;
    if (virNetworkUpdate(
            found.network.get(), command, VIR_NETWORK_SECTION_IP_DHCP_HOST, -1, xml->constData(), where)
        < 0)
        return libvirtError(doing);
    return {};
}

Result<> Networks::ensureLease(const NetworkId &network, const Lease &lease)
{
    if (const auto xml = leaseXml(lease); !xml)
        return xml.error();
    const auto found = need(network);
    if (!found)
        return found.error();
    if (m_leases == Leases::Pretended)
        return {};
    const QString doing = networkNoun("add a lease to", network);
    for (const Lease &known : leasesIn(found->xml)) {
        const bool sameMac = isSameMac(known.mac, lease.mac);
        if (sameMac && known.address == lease.address && known.hostName == lease.hostName)
            return {};
        if (!sameMac && known.address == lease.address)
            return conflict(
                QStringLiteral("The address %1 is leased to another NIC.").arg(lease.address.toString()));
        // dnsmasq keeps one host name once: an entry that differs is replaced whole.
        if (sameMac) {
            if (const auto gone = change(*found, VIR_NETWORK_UPDATE_COMMAND_DELETE, known, doing); !gone)
                return gone.error();
        }
    }
    return change(*found, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, lease, doing);
}

Result<> Networks::removeLease(const NetworkId &network, const QString &mac, const QHostAddress &address)
{
    const auto found = find(network);
    if (!found)
        return found.error();
    if (!found->isOurs || m_leases == Leases::Pretended)
        return {};
    const QList<Lease> leases = leasesIn(found->xml);
    const auto known = std::find_if(leases.cbegin(), leases.cend(),
        [&](const Lease &lease) { return isSameMac(lease.mac, mac) && lease.address == address; });
    if (known == leases.cend())
        return {};
    return change(
        *found, VIR_NETWORK_UPDATE_COMMAND_DELETE, *known, networkNoun("remove a lease from", network));
}

Result<QList<NetworkId>> Networks::all()
{
    virNetworkPtr *list = nullptr;
    const int count = virConnectListAllNetworks(m_connection.get(), &list, 0);
    if (count < 0)
        return libvirtError(QStringLiteral("list networks"));
    const std::unique_ptr<virNetworkPtr, CFree> array(list);
    const std::vector<VirNetwork> networks(list, list + count);
    QList<NetworkId> ids;
    for (const VirNetwork &network : networks) {
        char uuid[VIR_UUID_STRING_BUFLEN] = {};
        if (virNetworkGetUUIDString(network.get(), uuid) < 0)
            continue;
        const auto id = NetworkId::fromText(QString::fromLatin1(uuid));
        const VirText xml(virNetworkGetXMLDesc(network.get(), 0));
        if (id && xml && cloudIdIn(xml.get()) == m_cloudId)
            ids.append(*id);
    }
    return ids;
}

} // namespace nephele
