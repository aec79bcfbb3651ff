// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/hostroutes.h"

#include <QFile>
#include <QtEndian>

#include <algorithm>

namespace nephele {

namespace {

// A corner of 10/8 that container and virtual machine tools leave alone by default.
constexpr quint32 firstCandidate = 10U << 24 | 133U << 16;
constexpr quint32 lastCandidate = 10U << 24 | 140U << 16;

bool overlaps(const HostRoute &route, quint32 base, quint32 mask)
{
    const quint32 common = route.mask & mask;
    return (route.base & common) == (base & common);
}

} // namespace

QList<HostRoute> routesFromProc(const QByteArray &text)
{
    QList<HostRoute> routes;
    for (const QByteArray &line : text.split('\n').mid(1)) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        if (fields.size() < 8)
            continue;
        bool hasBase = false;
        bool hasMask = false;
        // Written as the machine holds network order in memory.
        const quint32 base = qFromBigEndian(fields.at(1).toUInt(&hasBase, 16));
        const quint32 mask = qFromBigEndian(fields.at(7).toUInt(&hasMask, 16));
        if (hasBase && hasMask && mask != 0)
            routes.append({ base, mask });
    }
    return routes;
}

QList<HostRoute> routesOfHost()
{
    QFile table(QStringLiteral("/proc/net/route"));
    return table.open(QIODevice::ReadOnly) ? routesFromProc(table.readAll()) : QList<HostRoute>();
}

std::optional<QHostAddress> freeRange(const QList<HostRoute> &taken)
{
    const quint32 mask = 0xffffffffU << (32 - publicPrefix);
    for (quint32 base = firstCandidate; base < lastCandidate; base += ~mask + 1) {
        if (std::none_of(taken.cbegin(), taken.cend(),
                [&](const HostRoute &route) { return overlaps(route, base, mask); }))
            return QHostAddress(base);
    }
    return std::nullopt;
}

} // namespace nephele
