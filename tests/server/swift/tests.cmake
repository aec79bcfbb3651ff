# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/swift
    SOURCES tst_swift.cpp tst_swiftextras.cpp tst_swiftlinks.cpp tst_swiftobjects.cpp tst_swiftsites.cpp
        tst_swiftwriters.cpp
    LABELS fast TIMEOUT 600 POSTGRESQL)
