# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/weblogin SOURCES tst_webloginstores.cpp LABELS fast POSTGRESQL)
