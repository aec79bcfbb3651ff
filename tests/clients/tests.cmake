# SPDX-License-Identifier: GPL-3.0-or-later
# The samples of resources/samples, run by the real clients against a real cloud with real guests.
foreach(sample servers-openstack servers-cyclades)
    add_test(NAME clients/${sample}
        COMMAND ${CMAKE_SOURCE_DIR}/tests/clients/with-cloud ${CMAKE_SOURCE_DIR}/resources/samples/${sample}.sh)
    set_tests_properties(clients/${sample} PROPERTIES
        LABELS client TIMEOUT 600 RESOURCE_LOCK host
        ENVIRONMENT "NEPHELE_PROGRAM=${CMAKE_BINARY_DIR}/nephele")
endforeach()
# On pretend machines: nothing but identity is asked.
add_test(NAME clients/identity-openstack
    COMMAND ${CMAKE_SOURCE_DIR}/tests/clients/with-cloud --hypervisor test:///default --
        ${CMAKE_SOURCE_DIR}/resources/samples/identity-openstack.sh)
set_tests_properties(clients/identity-openstack PROPERTIES
    LABELS client TIMEOUT 600
    ENVIRONMENT "NEPHELE_PROGRAM=${CMAKE_BINARY_DIR}/nephele")
