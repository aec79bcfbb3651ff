#SPDX - License - Identifier : GPL - 3.0 - or -later
nephele_add_tests(server / http SOURCES httpfixture.h rawclient.h tst_edge.cpp LABELS fast)
