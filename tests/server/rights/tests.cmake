# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/rights
    SOURCES
        plainclient.cpp plainclient.h
        rightscloud.cpp rightscloud.h
        tst_rights.cpp
    LABELS fast TIMEOUT 300)

# "ninja rights-matrix" prints every route and what each caller was answered.
add_custom_target(rights-matrix
    COMMAND ${CMAKE_COMMAND} -E env NEPHELE_PRINT_MATRIX=1 QT_QPA_PLATFORM=offscreen
        $<TARGET_FILE:tst_server_rights> -silent
    USES_TERMINAL)
