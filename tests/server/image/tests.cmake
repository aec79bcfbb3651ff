# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/image SOURCES tst_bases.cpp tst_glance.cpp tst_inspection.cpp LABELS fast TIMEOUT 300 POSTGRESQL)
