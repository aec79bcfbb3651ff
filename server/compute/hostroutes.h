// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>
#include <QList>

#include <optional>

namespace nephele {

// An IPv4 range this machine knows a way to.
struct HostRoute
{
    quint32 base = 0;
    quint32 mask = 0;
    bool operator==(const HostRoute &) const = default;
};

constexpr int publicPrefix = 22; // 1021 guests

// The lines of /proc/net/route (proc(5)) but the default route; lines that make no sense are left out.
QList<HostRoute> routesFromProc(const QByteArray &text);
QList<HostRoute> routesOfHost();

// The first range for our public network that overlaps none of these.
std::optional<QHostAddress> freeRange(const QList<HostRoute> &taken);

} // namespace nephele
