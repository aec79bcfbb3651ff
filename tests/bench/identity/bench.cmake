# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_bench(identity SOURCES bench_identity.cpp LIBRARIES Qt6::Network)
