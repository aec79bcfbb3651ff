# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/engine SOURCES filework.h tst_engine.cpp tst_enginecrash.cpp tst_operationroutes.cpp LABELS fast POSTGRESQL TIMEOUT 240)
