# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/blocks SOURCES tst_blockhash.cpp tst_durablefile.cpp tst_maps.cpp LABELS fast TIMEOUT 300 POSTGRESQL)
