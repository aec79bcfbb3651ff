# SPDX-License-Identifier: GPL-3.0-or-later
# What every target of ours is compiled with.

add_library(nephele_options INTERFACE)
target_compile_options(nephele_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Werror
    # GCC 12 sees uses of uninitialised memory inside std::optional and QFuture that are not there.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-error=stringop-overflow -Wno-error=array-bounds>)
target_compile_definitions(nephele_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CONTEXTLESS_CONNECT QT_NO_FOREACH
    QT_DISABLE_DEPRECATED_BEFORE=0x060000
    NEPHELE_VERSION="${PROJECT_VERSION}"
    $<$<BOOL:${NEPHELE_TEST_HOOKS}>:NEPHELE_TEST_HOOKS>
    $<$<BOOL:${NEPHELE_ASSERTIONS}>:QT_FORCE_ASSERTS>)
target_include_directories(nephele_options INTERFACE ${CMAKE_SOURCE_DIR})
if(NEPHELE_SANITIZER)
    target_compile_options(nephele_options INTERFACE -fsanitize=${NEPHELE_SANITIZER} -fno-omit-frame-pointer)
    target_link_options(nephele_options INTERFACE -fsanitize=${NEPHELE_SANITIZER})
endif()
