# SPDX-License-Identifier: GPL-3.0-or-later

# The only way to add tests: one program a folder, every source of it named. Called from the tests.cmake of the
# folder, which tests/CMakeLists.txt includes (one directory scope, so that all share one precompiled header).
#   nephele_add_tests(server/http SOURCES tst_edge.cpp LIBRARIES nephele_server LABELS fast)
# WINDOW: the tests make widgets and need a QApplication.
# Labels: fast (no host services), host (libvirt, PostgreSQL), slow, client (real clients).
# POSTGRESQL: the classes that call test::addEngineRows() run a second time, on PostgreSQL, under the label host.
function(nephele_add_tests folder)
    cmake_parse_arguments(arg "POSTGRESQL;WINDOW" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
    string(REPLACE "/" "_" name ${folder})
    set(target tst_${name})
    list(TRANSFORM arg_SOURCES PREPEND ${folder}/)
    add_executable(${target} ${arg_SOURCES})
    set(support nephele_testsupport)
    if(arg_WINDOW)
        set(support nephele_windowtestsupport)
    endif()
    target_link_libraries(${target} PRIVATE ${support} ${arg_LIBRARIES} nephele_options)
    target_precompile_headers(${target} REUSE_FROM ${support})
    add_test(NAME ${folder} COMMAND ${target})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    set_tests_properties(${folder} PROPERTIES
        LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;NEPHELE_SOURCE_DIR=${CMAKE_SOURCE_DIR};NEPHELE_PROGRAM=${CMAKE_BINARY_DIR}/nephele")
    if(arg_POSTGRESQL)
        add_test(NAME ${folder}-postgresql COMMAND ${target})
        set_tests_properties(${folder}-postgresql PROPERTIES
            LABELS host TIMEOUT ${arg_TIMEOUT}
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen;NEPHELE_SOURCE_DIR=${CMAKE_SOURCE_DIR};NEPHELE_PROGRAM=${CMAKE_BINARY_DIR}/nephele;NEPHELE_TEST_ENGINE=postgresql")
    endif()
    # Tests on the hypervisor share one host: they take turns.
    if("host" IN_LIST arg_LABELS OR "client" IN_LIST arg_LABELS)
        set_tests_properties(${folder} PROPERTIES RESOURCE_LOCK host)
    endif()
endfunction()
