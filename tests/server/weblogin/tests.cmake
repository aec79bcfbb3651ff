# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/weblogin
    SOURCES
        tst_cloudbar.cpp
        tst_feedback.cpp
        tst_logintargets.cpp
        tst_oauth.cpp
        tst_pagetemplate.cpp
        tst_signup.cpp
        tst_webloginadmin.cpp
        tst_weblogin.cpp
        webloginserver.h
    LABELS fast POSTGRESQL)
