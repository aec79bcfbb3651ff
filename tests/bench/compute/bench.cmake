# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_bench(compute
    SOURCES bench_compute.cpp ../../server/compute/computefixture.cpp ../../server/compute/computefixture.h
    LIBRARIES nephele_server Qt6::Test)
