// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/libvirterror.h"

#include <libvirt/virterror.h>

namespace nephele {

namespace {

struct Meaning
{
    ErrorCode code;
    QString message;
};

// libvirt's own words can hold paths and command lines, so they go into the detail only.
Meaning meaningOf(int code, int domain)
{
    switch (code) {
    case VIR_ERR_NO_DOMAIN:
    case VIR_ERR_NO_NETWORK:
        return { ErrorCode::NotFound, QStringLiteral("the hypervisor does not know it") };
    case VIR_ERR_DOM_EXIST:
    case VIR_ERR_NETWORK_EXIST:
        return { ErrorCode::Conflict, QStringLiteral("the hypervisor has another one of this name or id") };
    case VIR_ERR_OPERATION_INVALID:
        return { ErrorCode::Conflict, QStringLiteral("its state does not allow this") };
    case VIR_ERR_NO_SUPPORT:
    case VIR_ERR_OPERATION_UNSUPPORTED:
    case VIR_ERR_CONFIG_UNSUPPORTED:
    case VIR_ERR_ARGUMENT_UNSUPPORTED:
        return { ErrorCode::Unsupported, QStringLiteral("this hypervisor cannot do it") };
    case VIR_ERR_OPERATION_TIMEOUT:
        return { ErrorCode::Timeout, QStringLiteral("the hypervisor did not finish in time") };
    case VIR_ERR_AGENT_UNRESPONSIVE:
    case VIR_ERR_AGENT_UNSYNCED:
        return { ErrorCode::Unavailable, QStringLiteral("the guest's agent does not answer") };
    case VIR_ERR_AUTH_FAILED:
    case VIR_ERR_AUTH_CANCELLED:
    case VIR_ERR_AUTH_UNAVAILABLE:
    case VIR_ERR_NO_CONNECT:
    case VIR_ERR_INVALID_CONN:
    case VIR_ERR_RPC:
    case VIR_ERR_LIBSSH:
    case VIR_ERR_SSH:
        return { ErrorCode::Unavailable, QStringLiteral("the hypervisor does not answer") };
    case VIR_ERR_SYSTEM_ERROR:
        // Of the socket to the daemon; elsewhere it is the daemon's own trouble with a file.
        if (domain == VIR_FROM_RPC || domain == VIR_FROM_REMOTE)
            return { ErrorCode::Unavailable, QStringLiteral("the hypervisor does not answer") };
        return { ErrorCode::Unavailable,
            QStringLiteral("the hypervisor could not reach something it needs") };
    case VIR_ERR_NO_MEMORY:
        return { ErrorCode::Unavailable, QStringLiteral("the hypervisor's machine has no memory left") };
    case VIR_ERR_INTERNAL_ERROR:
    case VIR_ERR_OPERATION_FAILED:
        return { ErrorCode::Unavailable, QStringLiteral("the hypervisor could not do it") };
    default:
        return { ErrorCode::Internal, QStringLiteral("the hypervisor refused") };
    }
}

} // namespace

Error libvirtError(const QString &doing)
{
    const virError *last = virGetLastError();
    if (!last)
        return internalError(doing + QStringLiteral(": libvirt gave no reason"));
    const Meaning meaning = meaningOf(last->code, last->domain);
    const QString words = last->message ? QString::fromUtf8(last->message) : QString();
    return { meaning.code, doing + QStringLiteral(": ") + meaning.message,
        QStringLiteral("%1: libvirt error %2 of %3: %4")
            .arg(doing)
            .arg(last->code)
            .arg(last->domain)
            .arg(words) };
}

int lastLibvirtCode()
{
    const virError *last = virGetLastError();
    return last ? last->code : 0;
}

} // namespace nephele
