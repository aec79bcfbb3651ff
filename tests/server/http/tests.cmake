# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/http
    SOURCES
        httpfixture.h rawclient.h sinks.h testcertificate.h
        tst_byteranges.cpp
        tst_changes.cpp
        tst_edge.cpp
        tst_faults.cpp
        tst_httpserver.cpp
        tst_json.cpp
        tst_router.cpp
        tst_streaming.cpp
        tst_timeouts.cpp
        tst_websocket.cpp
    LIBRARIES Qt6::WebSockets OpenSSL::Crypto
    LABELS fast TIMEOUT 300)
