# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/compute
    SOURCES
        computefixture.cpp computefixture.h
        facefixture.h
        tst_computeservice.cpp
        tst_consolepage.cpp
        tst_cycladesface.cpp
        tst_cycladesjson.cpp
        tst_cycladesreader.cpp
        tst_keys.cpp
        tst_novaface.cpp
        tst_novajson.cpp
        tst_novaquota.cpp
        tst_novareader.cpp
    LABELS fast TIMEOUT 300)
nephele_add_tests(server/compute/host
    SOURCES ../computefixture.cpp ../computefixture.h tst_computecrash.cpp
    LABELS host TIMEOUT 1800)
# A kill and a start per row; guests boot slowly under software emulation.
set_property(TEST server/compute/host APPEND PROPERTY ENVIRONMENT QTEST_FUNCTION_TIMEOUT=1800000)
