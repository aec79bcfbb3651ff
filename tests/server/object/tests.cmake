# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/object
    SOURCES tst_objectaccess.cpp tst_objectcheck.cpp
    LABELS fast TIMEOUT 300 POSTGRESQL)
