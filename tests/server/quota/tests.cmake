# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/quota
    SOURCES
        tst_quotacommands.cpp
        tst_quotaroutes.cpp
        tst_servicequotas.cpp
    LABELS fast POSTGRESQL)
