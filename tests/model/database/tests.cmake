# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/database SOURCES tst_database.cpp LABELS fast)
