# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/compute SOURCES tst_computestores.cpp LABELS fast POSTGRESQL TIMEOUT 240)
