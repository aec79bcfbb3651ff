# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/project SOURCES tst_projectstates.cpp tst_projectstores.cpp LABELS fast POSTGRESQL)
