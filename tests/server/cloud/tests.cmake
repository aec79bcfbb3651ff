# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/cloud SOURCES tst_certificate.cpp tst_datadir.cpp tst_options.cpp LABELS fast)
