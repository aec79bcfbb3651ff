# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_bench(http SOURCES bench_http.cpp LIBRARIES nephele_server Qt6::HttpServer)
