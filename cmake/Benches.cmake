# SPDX-License-Identifier: GPL-3.0-or-later

# Programs that measure and print a table; never part of the tests' verdict. Built by "ninja benches".
#   nephele_add_bench(database SOURCES bench_database.cpp LIBRARIES nephele_model)
add_custom_target(benches)
function(nephele_add_bench folder)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
    list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/tests/bench/${folder}/)
    add_executable(bench_${folder} EXCLUDE_FROM_ALL ${arg_SOURCES})
    target_link_libraries(bench_${folder} PRIVATE ${arg_LIBRARIES} nephele_options)
    add_dependencies(benches bench_${folder})
endfunction()
