# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/guest
    SOURCES tst_consoletickets.cpp tst_guestdisks.cpp tst_guestseed.cpp tst_seriallog.cpp tst_vncauth.cpp
        tst_vncproxy.cpp tst_websocketconsole.cpp
    LIBRARIES LibArchive::LibArchive PkgConfig::VNCCLIENT Qt6::WebSockets ${CRYPT_LIBRARY} LABELS fast)
