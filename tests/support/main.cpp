// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testregistry.h"

#include <QLoggingCategory>

#ifdef NEPHELE_TESTS_WITH_WINDOW
#include <QApplication>
using Application = QApplication;
#else
#include <QCoreApplication>
using Application = QCoreApplication;
#endif

#include <csignal>
#include <cstdio>
#include <map>

namespace nephele::test {

static std::map<std::string, Factory> &registry()
{
    static std::map<std::string, Factory> classes;
    return classes;
}

bool registerTest(const char *className, Factory factory)
{
    return registry().emplace(className, std::move(factory)).second;
}

} // namespace nephele::test

// Runs every class of this program. "tst_x --only tst_Class [function[:row] ...]" runs one of them.
int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    Application application(argc, argv);
    QStringList arguments = application.arguments();
    std::string only;
    if (const qsizetype at = arguments.indexOf(QStringLiteral("--only"));
        at > 0 && at + 1 < arguments.size()) {
        only = arguments.at(at + 1).toStdString();
        arguments.remove(at, 2);
    }
    const bool engineRun = qEnvironmentVariableIsSet("NEPHELE_TEST_ENGINE");
    int failed = 0;
    int run = 0;
    for (const auto &[name, make] : nephele::test::registry()) {
        if (!only.empty() && name != only)
            continue;
        const auto test = make();
        // A run on the other database engine is for the classes that have global rows for engines.
        if (engineRun && test->metaObject()->indexOfMethod("initTestCase_data()") < 0)
            continue;
        failed += QTest::qExec(test.get(), arguments);
        ++run;
    }
    if (run == 0) {
        std::fprintf(stderr, "no test class%s%s\n", only.empty() ? "" : " named ", only.c_str());
        return 1;
    }
    return failed == 0 ? 0 : 1;
}
