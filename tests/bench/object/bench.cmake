# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_bench(object SOURCES bench_object.cpp bigtransfer.cpp LIBRARIES Qt6::Network OpenSSL::Crypto)
