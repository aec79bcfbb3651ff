// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"
#include "server/libvirt/hypervisor.h"

#include <QList>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace nephele {

// Where guests' files lie, and who may reach them:
//   <data dir>/guests/                        0711
//   <data dir>/guests/<server id>/            0711
//   <data dir>/guests/<server id>/root.qcow2  0660, in the hypervisor's group: the overlay
//   <data dir>/guests/<server id>/seed.iso    0640, in the hypervisor's group
//   <data dir>/guests/<server id>/serial.log  0640, written by libvirt's log daemon
// Safe from every thread; blocks, so pool threads only.
class GuestDisks final
{
public:
    // `qemu`: whom QEMU runs as (HostFacts::qemuUser); nullopt: as we do. Makes <data dir>/guests.
    static Result<std::unique_ptr<GuestDisks>> open(
        const QString &dataDir, std::optional<QemuUser> qemu = std::nullopt);

    QString directory(const ServerId &server) const;
    QString overlayPath(const ServerId &server) const;
    QString seedPath(const ServerId &server) const;
    QString serialLogPath(const ServerId &server) const;

    // The group a guest's files are given to; nullopt: left as created.
    std::optional<uint> group() const;

    // The server's directory and its empty serial log. Twice is once.
    Result<> prepare(const ServerId &server);

    // A qcow2 overlay of `sizeBytes` on a raw base, unless it is there already. Written under a name that
    // carries the attempt and renamed when it is on disk. Invalid when the size is no multiple of 512 or less
    // than the base's; Unavailable when qemu-img fails or `cancelled` says so.
    Result<> ensureOverlay(const ServerId &server, const QString &basePath, qint64 sizeBytes,
        const QString &attempt, const std::function<bool()> &cancelled = {});

    // All of a server's files. Absent is success.
    Result<> remove(const ServerId &server);

    // Servers that have a directory, for who looks for orphans.
    QList<ServerId> servers() const;

    // Unavailable, naming the first directory on the way to `path` that does not let QEMU through. An ACL
    // that may grant it more counts as open.
    Result<> checkReachable(const QString &path) const;
    Result<> checkReachable() const { return checkReachable(m_root); }

private:
    GuestDisks(const QString &root, std::optional<QemuUser> qemu) : m_root(root), m_qemu(qemu) { }

    const QString m_root; // <data dir>/guests, absolute
    const std::optional<QemuUser> m_qemu;
};

} // namespace nephele
