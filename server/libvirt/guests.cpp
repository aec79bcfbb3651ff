// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/guests.h"

#include "server/libvirt/libvirterror.h"
#include "server/libvirt/xmltext.h"

#include <libvirt/virterror.h>

namespace nephele {

namespace {

constexpr qsizetype largestScreenshotBytes = 64 << 20;

QString guestNoun(const char *doing, const ServerId &server)
{
    return QStringLiteral("%1 guest %2").arg(QLatin1String(doing), server.text());
}

QString shutoffReason(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_SHUTOFF_SHUTDOWN:
        return QStringLiteral("shutdown");
    case VIR_DOMAIN_SHUTOFF_DESTROYED:
        return QStringLiteral("destroyed");
    case VIR_DOMAIN_SHUTOFF_CRASHED:
        return QStringLiteral("crashed");
    case VIR_DOMAIN_SHUTOFF_MIGRATED:
        return QStringLiteral("migrated");
    case VIR_DOMAIN_SHUTOFF_SAVED:
        return QStringLiteral("saved");
    case VIR_DOMAIN_SHUTOFF_FAILED:
        return QStringLiteral("failed");
    case VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT:
        return QStringLiteral("from snapshot");
    case VIR_DOMAIN_SHUTOFF_DAEMON:
        return QStringLiteral("daemon");
    default:
        return QStringLiteral("unknown");
    }
}

QString pausedReason(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_PAUSED_USER:
        return QStringLiteral("user");
    case VIR_DOMAIN_PAUSED_IOERROR:
        return QStringLiteral("I/O error");
    case VIR_DOMAIN_PAUSED_WATCHDOG:
        return QStringLiteral("watchdog");
    case VIR_DOMAIN_PAUSED_SHUTTING_DOWN:
        return QStringLiteral("shutting down");
    case VIR_DOMAIN_PAUSED_STARTING_UP:
        return QStringLiteral("starting up");
    default:
        return QStringLiteral("unknown");
    }
}

GuestState stateFrom(const ServerId &server, int state, int reason)
{
    switch (state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED:
        return { server, GuestPower::Running, QStringLiteral("running") };
    case VIR_DOMAIN_SHUTDOWN: // on its way: QEMU still runs
        return { server, GuestPower::Running, QStringLiteral("shutting down") };
    case VIR_DOMAIN_PAUSED:
        return { server, GuestPower::Paused, pausedReason(reason) };
    case VIR_DOMAIN_PMSUSPENDED:
        return { server, GuestPower::Paused, QStringLiteral("suspended by the guest") };
    case VIR_DOMAIN_CRASHED:
        return { server, GuestPower::Crashed, QStringLiteral("crashed") };
    case VIR_DOMAIN_SHUTOFF:
        return { server, reason == VIR_DOMAIN_SHUTOFF_CRASHED ? GuestPower::Crashed : GuestPower::Off,
            shutoffReason(reason) };
    default:
        return { server, GuestPower::Off, QStringLiteral("unknown") };
    }
}

// Off when the domain vanished meanwhile.
Result<GuestState> look(const VirDomain &domain, const ServerId &server)
{
    int state = VIR_DOMAIN_NOSTATE;
    int reason = 0;
    if (virDomainGetState(domain.get(), &state, &reason, 0) < 0)
        return libvirtError(guestNoun("look at", server));
    return stateFrom(server, state, reason);
}

bool isActive(const GuestState &state)
{
    return state.power == GuestPower::Running || state.power == GuestPower::Paused;
}

Error isOff(const char *doing, const ServerId &server)
{
    return conflict(QStringLiteral("The guest is off.")).within(guestNoun(doing, server));
}

} // namespace

Guests::Guests(VirConnect connection, DomainHost host)
    : m_connection(std::move(connection)), m_host(std::move(host))
{
}

Result<VirDomain> Guests::lookUp(const ServerId &server)
{
    VirDomain domain(virDomainLookupByUUIDString(m_connection.get(), server.utf8().constData()));
    if (!domain && lastLibvirtCode() != VIR_ERR_NO_DOMAIN)
        return libvirtError(guestNoun("find", server));
    return domain;
}

Result<bool> Guests::isOurs(const VirDomain &domain)
{
    const VirText metadata(virDomainGetMetadata(
        domain.get(), VIR_DOMAIN_METADATA_ELEMENT, cloudNamespace, VIR_DOMAIN_AFFECT_CURRENT));
    if (metadata)
        return cloudIdInElement(metadata.get()) == m_host.cloudId;
    const int code = lastLibvirtCode();
    if (code == VIR_ERR_NO_DOMAIN_METADATA || code == VIR_ERR_NO_DOMAIN)
        return false;
    return libvirtError(QStringLiteral("read a guest's metadata"));
}

Result<VirDomain> Guests::find(const ServerId &server)
{
    auto domain = lookUp(server);
    if (!domain || !*domain)
        return domain;
    const auto ours = isOurs(*domain);
    if (!ours)
        return ours.error();
    return *ours ? std::move(*domain) : VirDomain();
}

Result<VirDomain> Guests::need(const ServerId &server)
{
    auto domain = find(server);
    if (domain && !*domain)
        return notFound(QStringLiteral("The hypervisor has no guest %1 of this cloud.").arg(server.text()));
    return domain;
}

Result<> Guests::define(const GuestSpec &guest)
{
    const auto xml = domainXml(guest, m_host);
    if (!xml)
        return xml.error();
    const auto known = lookUp(guest.server);
    if (!known)
        return known.error();
    if (*known) {
        const auto ours = isOurs(*known);
        if (!ours)
            return ours.error();
        if (!*ours)
            return conflict(QStringLiteral("The hypervisor has a guest %1 that is not of this cloud.")
                                .arg(guest.server.text()));
    }
    if (!VirDomain(virDomainDefineXML(m_connection.get(), xml->constData()))) {
        Error error = libvirtError(guestNoun("define", guest.server));
        // How the drivers say that a domain of this name has another id.
        if (lastLibvirtCode() == VIR_ERR_OPERATION_FAILED)
            error.code = ErrorCode::Conflict;
        return error;
    }
    return {};
}

Result<> Guests::start(const ServerId &server)
{
    const auto domain = need(server);
    if (!domain)
        return domain.error();
    const auto before = look(*domain, server);
    if (!before)
        return before.error();
    if (before->power == GuestPower::Running)
        return {};
    const int done =
        before->power == GuestPower::Paused ? virDomainResume(domain->get()) : virDomainCreate(domain->get());
    if (done == 0)
        return {};
    const Error error = libvirtError(guestNoun("start", server));
    const auto after = look(*domain, server); // somebody else was faster
    return after && after->power == GuestPower::Running ? Result<>() : Result<>(error);
}

Result<> Guests::requestShutdown(const ServerId &server)
{
    const auto domain = need(server);
    if (!domain)
        return domain.error();
    const auto before = look(*domain, server);
    if (!before)
        return before.error();
    if (!isActive(*before))
        return {};
    if (virDomainShutdown(domain->get()) == 0)
        return {};
    const Error error = libvirtError(guestNoun("shut down", server));
    const auto after = look(*domain, server);
    return after && !isActive(*after) ? Result<>() : Result<>(error);
}

Result<> Guests::powerOff(const ServerId &server)
{
    const auto domain = need(server);
    if (!domain)
        return domain.error();
    const auto before = look(*domain, server);
    if (!before)
        return before.error();
    if (!isActive(*before))
        return {};
    if (virDomainDestroy(domain->get()) == 0)
        return {};
    const Error error = libvirtError(guestNoun("power off", server));
    const auto after = look(*domain, server);
    return after && !isActive(*after) ? Result<>() : Result<>(error);
}

Result<> Guests::requestReboot(const ServerId &server)
{
    const auto domain = need(server);
    if (!domain)
        return domain.error();
    const auto before = look(*domain, server);
    if (!before)
        return before.error();
    if (!isActive(*before))
        return isOff("reboot", server);
    if (virDomainReboot(domain->get(), VIR_DOMAIN_REBOOT_DEFAULT) < 0)
        return libvirtError(guestNoun("reboot", server));
    return {};
}

Result<> Guests::reset(const ServerId &server)
{
    const auto domain = need(server);
    if (!domain)
        return domain.error();
    const auto before = look(*domain, server);
    if (!before)
        return before.error();
    if (!isActive(*before))
        return isOff("reset", server);
    if (virDomainReset(domain->get(), 0) < 0)
        return libvirtError(guestNoun("reset", server));
    return {};
}

Result<> Guests::undefine(const ServerId &server)
{
    const auto domain = find(server);
    if (!domain)
        return domain.error();
    if (!*domain)
        return {};
    if (const auto off = powerOff(server); !off && off.error().code != ErrorCode::NotFound)
        return off.error();
    const unsigned all = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
        | VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA | VIR_DOMAIN_UNDEFINE_NVRAM;
    // The test driver knows two of the flags only.
    const unsigned few = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA;
    if (virDomainUndefineFlags(domain->get(), m_host.accelerator == Accelerator::Pretend ? few : all) == 0
        || lastLibvirtCode() == VIR_ERR_NO_DOMAIN)
        return {};
    return libvirtError(guestNoun("undefine", server));
}

Result<std::optional<GuestState>> Guests::state(const ServerId &server)
{
    const auto domain = find(server);
    if (!domain)
        return domain.error();
    if (!*domain)
        return std::optional<GuestState>();
    const auto seen = look(*domain, server);
    if (!seen)
        return seen.error().code == ErrorCode::NotFound ? Result<std::optional<GuestState>>(std::nullopt)
                                                        : Result<std::optional<GuestState>>(seen.error());
    return std::optional(*seen);
}

Result<QList<GuestState>> Guests::all()
{
    virDomainPtr *list = nullptr;
    const int count = virConnectListAllDomains(m_connection.get(), &list, 0);
    if (count < 0)
        return libvirtError(QStringLiteral("list guests"));
    const std::unique_ptr<virDomainPtr, CFree> array(list);
    std::vector<VirDomain> domains(list, list + count);
    QList<GuestState> states;
    for (const VirDomain &domain : domains) {
        char uuid[VIR_UUID_STRING_BUFLEN] = {};
        if (virDomainGetUUIDString(domain.get(), uuid) < 0)
            continue;
        const auto server = ServerId::fromText(QString::fromLatin1(uuid));
        const auto ours = isOurs(domain);
        if (!ours)
            return ours.error();
        if (!server || !*ours)
            continue;
        const auto seen = look(domain, *server);
        if (seen)
            states.append(*seen);
        else if (seen.error().code != ErrorCode::NotFound) // undefined while we walked
            return seen.error();
    }
    return states;
}

Result<QByteArray> Guests::receive(const VirStream &stream, const QString &doing)
{
    QByteArray out;
    char chunk[65536];
    for (;;) {
        const int got = virStreamRecv(stream.get(), chunk, sizeof chunk);
        if (got < 0)
            return libvirtError(doing);
        if (got == 0)
            break;
        out.append(chunk, got);
        if (out.size() > largestScreenshotBytes) {
            virStreamAbort(stream.get());
            return Error { ErrorCode::TooLarge, QStringLiteral("The screenshot is too large."), doing };
        }
    }
    if (virStreamFinish(stream.get()) < 0)
        return libvirtError(doing);
    return out;
}

Result<QByteArray> Guests::screenshotPng(const ServerId &server)
{
    const QString doing = guestNoun("take a screenshot of", server);
    const auto domain = need(server);
    if (!domain)
        return domain.error();
    const auto before = look(*domain, server);
    if (!before)
        return before.error();
    if (!isActive(*before))
        return isOff("take a screenshot of", server);
    const VirStream stream(virStreamNew(m_connection.get(), 0));
    if (!stream)
        return libvirtError(doing);
    const VirText type(virDomainScreenshot(domain->get(), stream.get(), 0, 0));
    if (!type)
        return libvirtError(doing);
    auto picture = receive(stream, doing);
    // A QEMU built without libpng answers with a PPM.
    if (picture && !picture->startsWith("\x89PNG"))
        return Error { ErrorCode::Unsupported, QStringLiteral("This hypervisor takes no PNG screenshots."),
            QString::fromLatin1(type.get()) };
    return picture;
}

Result<int> Guests::openGraphics(const ServerId &server)
{
    const auto domain = need(server);
    if (!domain)
        return domain.error();
    const auto before = look(*domain, server);
    if (!before)
        return before.error();
    if (!isActive(*before))
        return isOff("open the screen of", server);
    const int fd = virDomainOpenGraphicsFD(domain->get(), 0, VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH);
    if (fd < 0)
        return libvirtError(guestNoun("open the screen of", server));
    return fd;
}

} // namespace nephele
