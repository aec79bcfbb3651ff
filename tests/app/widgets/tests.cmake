# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(app/widgets WINDOW
    SOURCES tst_looktokens.cpp tst_lookicons.cpp tst_lookwidgets.cpp tst_looktasks.cpp
    LIBRARIES nephele_app Qt6::Svg LABELS fast)
