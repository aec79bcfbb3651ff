// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTest>

#include <functional>
#include <memory>

// All test classes of a folder are one program: each registers itself, support/main.cpp runs them in turn.
//   NEPHELE_TEST(tst_Result)   at the end of tst_result.cpp
namespace nephele::test {

using Factory = std::function<std::unique_ptr<QObject>()>;
bool registerTest(const char *className, Factory factory);

} // namespace nephele::test

#define NEPHELE_TEST(Class)                                                                                  \
    static const bool registered##Class =                                                                    \
        nephele::test::registerTest(#Class, [] { return std::make_unique<Class>(); });
