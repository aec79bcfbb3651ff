# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/quota
    SOURCES
        quotafixture.h
        tst_commissionstore.cpp
        tst_quotainterleavings.cpp
        tst_quotarecount.cpp
        tst_quotastore.cpp
    LABELS fast POSTGRESQL)
