# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/object
    SOURCES tst_objectaccess.cpp tst_objectcheck.cpp tst_pithos.cpp tst_pithoshashmaps.cpp tst_pithosobjects.cpp
        tst_pithossharing.cpp tst_pithosupdates.cpp tst_pithosview.cpp tst_swift.cpp tst_swiftextras.cpp
        tst_swiftlinks.cpp tst_swiftobjects.cpp tst_swiftsites.cpp tst_swiftwriters.cpp
    LABELS fast TIMEOUT 900 POSTGRESQL)
