# SPDX-License-Identifier: GPL-3.0-or-later
pkg_check_modules(VNCSERVER QUIET IMPORTED_TARGET libvncserver)
nephele_need(VNCSERVER_FOUND libvncserver-dev)

nephele_add_tests(app/client WINDOW SOURCES
    tst_changefeed.cpp tst_cloudclient.cpp tst_cloudsession.cpp
    LIBRARIES nephele_app LABELS fast)
nephele_add_tests(app/servers WINDOW SOURCES
    rfbserver.cpp rfbserver.h tst_console.cpp tst_serversmodel.cpp
    LIBRARIES nephele_app PkgConfig::VNCSERVER PkgConfig::VNCCLIENT LABELS fast)
nephele_add_tests(app/window WINDOW SOURCES
    tst_cloudtasks.cpp tst_cloudwindow.cpp
    LIBRARIES nephele_app LABELS fast)
# A real guest, and time for it to start where nothing helps the emulation.
nephele_add_tests(app/window/host WINDOW TIMEOUT 900 SOURCES
    tst_firstserver.cpp
    LIBRARIES nephele_app PkgConfig::VNCCLIENT LABELS host)
add_dependencies(tst_app_window_host nephele)
