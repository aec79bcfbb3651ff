# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/base SOURCES tst_base.cpp LABELS fast)
