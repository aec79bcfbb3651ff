// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/accelerator.h"

#include <QFile>
#include <QSysInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace nephele {

AcceleratorChoice chooseAccelerator(const MachineSight &machine)
{
    if (machine.architecture != QStringLiteral("x86_64"))
        return { Accelerator::Tcg,
            QStringLiteral("guests are x86_64 and this machine is %1").arg(machine.architecture) };
    if (!machine.kvmProblem.isEmpty())
        return { Accelerator::Tcg, QStringLiteral("/dev/kvm does not open: %1").arg(machine.kvmProblem) };
    const QList<QByteArray> flags = machine.cpuFlags.split(' ');
    for (const char *flag : { "vmx", "svm" }) {
        if (flags.contains(flag))
            return { Accelerator::Kvm,
                QStringLiteral("/dev/kvm opens and the CPU shows %1").arg(QLatin1String(flag)) };
    }
    return { Accelerator::Tcg, QStringLiteral("the CPU shows neither vmx nor svm") };
}

MachineSight seeThisMachine()
{
    MachineSight sight;
    sight.architecture = QSysInfo::currentCpuArchitecture();
    if (QFile info(QStringLiteral("/proc/cpuinfo")); info.open(QIODevice::ReadOnly)) {
        // Files of /proc have no size, so readLine() until the first processor's flags.
        for (QByteArray line = info.readLine(); !line.isEmpty(); line = info.readLine()) {
            if (line.startsWith("flags")) {
                sight.cpuFlags = line.mid(line.indexOf(':') + 1).simplified();
                break;
            }
        }
    }
    const int kvm = ::open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0)
        sight.kvmProblem = QString::fromLocal8Bit(std::strerror(errno));
    else
        ::close(kvm);
    return sight;
}

} // namespace nephele
