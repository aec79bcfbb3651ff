# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/quota SOURCES tst_quotastore.cpp LABELS fast POSTGRESQL)
