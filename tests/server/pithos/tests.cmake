# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/pithos
    SOURCES tst_pithos.cpp tst_pithoshashmaps.cpp tst_pithosobjects.cpp tst_pithossharing.cpp
        tst_pithosupdates.cpp tst_pithosview.cpp
    LABELS fast TIMEOUT 600 POSTGRESQL)
