# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(slow/object SOURCES tst_fulldisk.cpp tst_killedcloud.cpp LABELS slow TIMEOUT 3600)
add_dependencies(tst_slow_object nephele)
