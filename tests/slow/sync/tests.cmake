# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(slow/sync WINDOW
    SOURCES ../../app/sync/syncfixture.cpp tst_killedsyncs.cpp
    LIBRARIES nephele_app LABELS slow TIMEOUT 600)
add_dependencies(tst_slow_sync nephele)
