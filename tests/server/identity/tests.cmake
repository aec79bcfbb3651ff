# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(server/identity
    SOURCES
        identityserver.h keystoneplay.h
        tst_accountadminroutes.cpp
        tst_admincommands.cpp
        tst_astakosroutes.cpp
        tst_effectiveroles.cpp
        tst_firstadmin.cpp
        tst_identityservice.cpp
        tst_keystonepeople.cpp
        tst_keystoneroutes.cpp
        tst_keptsecretroutes.cpp
        tst_keystonev2.cpp
        tst_limitroutes.cpp
        tst_passwordrules.cpp
        tst_peoplecommands.cpp
        tst_registryroutes.cpp
        tst_trusts.cpp
        tst_signinthrottle.cpp
        tst_tokenauthenticator.cpp
    LABELS fast POSTGRESQL)
