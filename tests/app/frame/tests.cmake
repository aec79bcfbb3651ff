# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(app/frame WINDOW
    SOURCES samplepanes.cpp samplepanes.h tst_lookkeys.cpp tst_lookcloud.cpp tst_looktheme.cpp tst_looksizes.cpp
    LIBRARIES nephele_app LABELS fast)

# The scale of the screen is fixed when the program starts, so the sizes are looked at once for each.
foreach(scale 1.5 2)
    add_test(NAME app/frame@${scale} COMMAND tst_app_frame --only tst_LookSizes)
    set_tests_properties(app/frame@${scale} PROPERTIES
        LABELS fast TIMEOUT 120
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_SCALE_FACTOR=${scale};NEPHELE_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endforeach()
