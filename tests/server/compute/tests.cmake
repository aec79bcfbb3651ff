# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/compute
    SOURCES
        computefixture.cpp computefixture.h
        facefixture.h
        tst_computeservice.cpp
        tst_cycladesface.cpp
        tst_cycladesjson.cpp
        tst_cycladesreader.cpp
        tst_keys.cpp
        tst_novaface.cpp
        tst_novajson.cpp
        tst_novareader.cpp
    LABELS fast TIMEOUT 300)
