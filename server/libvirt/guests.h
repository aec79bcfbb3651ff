// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/libvirt/domainxml.h"
#include "server/libvirt/handles.h"
#include "server/libvirt/hypervisor.h"

namespace nephele {

// What Hypervisor promises about guests, on one connection. A value for the length of one call; safe from
// every thread, blocks.
class Guests final
{
public:
    Guests(VirConnect connection, DomainHost host);

    Result<> define(const GuestSpec &guest);
    Result<> start(const ServerId &server);
    Result<> requestShutdown(const ServerId &server);
    Result<> powerOff(const ServerId &server);
    Result<> requestReboot(const ServerId &server);
    Result<> reset(const ServerId &server);
    Result<> undefine(const ServerId &server);
    Result<std::optional<GuestState>> state(const ServerId &server);
    Result<QList<GuestState>> all();
    Result<QByteArray> screenshotPng(const ServerId &server);
    Result<int> openGraphics(const ServerId &server);

private:
    Result<VirDomain> lookUp(const ServerId &server); // null: there is none of this id at all
    Result<VirDomain> find(const ServerId &server); // null: none, or a foreign one
    Result<VirDomain> need(const ServerId &server); // NotFound: none of ours
    Result<bool> isOurs(const VirDomain &domain);
    Result<QByteArray> receive(const VirStream &stream, const QString &doing);

    VirConnect m_connection;
    DomainHost m_host;
};

} // namespace nephele
