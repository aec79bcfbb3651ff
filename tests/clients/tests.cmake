# SPDX-License-Identifier: GPL-3.0-or-later
# The samples of resources/samples, run by the real clients against a real cloud with real guests.
foreach(sample servers-openstack servers-cyclades)
    add_test(NAME clients/${sample}
        COMMAND ${CMAKE_SOURCE_DIR}/tests/clients/with-cloud ${CMAKE_SOURCE_DIR}/resources/samples/${sample}.sh)
    set_tests_properties(clients/${sample} PROPERTIES
        LABELS client TIMEOUT 600 RESOURCE_LOCK host
        ENVIRONMENT "NEPHELE_PROGRAM=${CMAKE_BINARY_DIR}/nephele")
endforeach()

# Accounts and objects alone: no guest is started, so libvirt's own test driver will do.
foreach(sample astakos identity-openstack objects-pithos objects-swift objects-sync)
    add_test(NAME clients/${sample}
        COMMAND ${CMAKE_SOURCE_DIR}/tests/clients/with-cloud --hypervisor test:///default --
            ${CMAKE_SOURCE_DIR}/resources/samples/${sample}.sh)
    set_tests_properties(clients/${sample} PROPERTIES
        LABELS client TIMEOUT 600
        ENVIRONMENT "NEPHELE_PROGRAM=${CMAKE_BINARY_DIR}/nephele")
endforeach()

# The sign-in pages in headless Chromium.
add_test(NAME clients/weblogin COMMAND ${CMAKE_SOURCE_DIR}/tests/clients/weblogin.py)
set_tests_properties(clients/weblogin PROPERTIES
    LABELS client TIMEOUT 300
    ENVIRONMENT "NEPHELE_PROGRAM=${CMAKE_BINARY_DIR}/nephele")
