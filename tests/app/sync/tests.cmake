# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(app/sync WINDOW
    SOURCES syncfixture.cpp syncfixture.h
        tst_ignorerules.cpp tst_syncfolder.cpp tst_syncname.cpp tst_syncoptions.cpp tst_syncplan.cpp tst_syncrun.cpp
    LIBRARIES nephele_app LABELS fast)
add_dependencies(tst_app_sync nephele)
