# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/stats
    SOURCES statsfixture.h tst_cloudstats.cpp tst_statsroutes.cpp
    LABELS fast POSTGRESQL)
