# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/object SOURCES tst_objectlisting.cpp tst_objectsearch.cpp tst_objectstores.cpp tst_sharingstores.cpp LABELS fast TIMEOUT 300 POSTGRESQL)
