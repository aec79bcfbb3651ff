# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_bench(database SOURCES bench_database.cpp LIBRARIES nephele_model)
