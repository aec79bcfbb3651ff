# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(tree SOURCES tst_tree.cpp LABELS fast)
