# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/project
    SOURCES
        plainprojects.h
        tst_projectcommands.cpp
        tst_projectlife.cpp
        tst_projectroutes.cpp
        tst_projectwalk.cpp
    LABELS fast POSTGRESQL TIMEOUT 300)
