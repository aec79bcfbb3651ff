# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/libvirt
    SOURCES tst_accelerator.cpp tst_domainxml.cpp tst_networkxml.cpp tst_pretendhost.cpp
    LIBRARIES PkgConfig::LIBVIRT LABELS fast)
nephele_add_tests(server/libvirt/host
    SOURCES tst_hypervisor.cpp tst_seededguest.cpp
    LIBRARIES PkgConfig::LIBVIRT PkgConfig::VNCCLIENT LABELS host TIMEOUT 900)
# Guests boot slowly under software emulation; Qt ends a slot after five minutes.
set_property(TEST server/libvirt/host APPEND PROPERTY ENVIRONMENT QTEST_FUNCTION_TIMEOUT=900000)
