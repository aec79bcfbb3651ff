// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/libvirt/hypervisor.h"

namespace nephele {

// What was seen of a machine when asking whether it runs guests by its processor.
struct MachineSight
{
    QString architecture; // "x86_64"
    QByteArray cpuFlags; // of /proc/cpuinfo, separated by blanks
    QString kvmProblem; // why /dev/kvm does not open; empty: it does
};

struct AcceleratorChoice
{
    Accelerator accelerator = Accelerator::Tcg;
    QString reason; // for people
};

// KVM only if /dev/kvm opens and the processor shows vmx or svm: a machine that offers the device without the
// processor's help starts guests that hang for ever.
AcceleratorChoice chooseAccelerator(const MachineSight &machine);

MachineSight seeThisMachine();

} // namespace nephele
