# SPDX-License-Identifier: GPL-3.0-or-later
nephele_add_tests(slow/blocks SOURCES tst_bigupload.cpp tst_killeduploads.cpp LABELS slow TIMEOUT 600)
