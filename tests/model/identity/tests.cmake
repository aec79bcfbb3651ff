# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(model/identity SOURCES tst_identitystores.cpp tst_registrystores.cpp tst_secret.cpp LABELS fast POSTGRESQL)
