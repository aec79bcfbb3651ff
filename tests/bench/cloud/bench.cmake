# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_bench(cloud SOURCES bench_cloud.cpp LIBRARIES Qt6::Network)
