// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QTemporaryDir>

#include <memory>

namespace nephele::test {

// The tiny guest's image: $NEPHELE_TINY_IMAGE, else tiny.qcow2 beside the test programs. Unavailable, with
// what to run, when there is none.
Result<QString> tinyImage();

// Whether a host test that cannot run has failed ($NEPHELE_REQUIRE_HOST) or is skipped.
bool isHostRequired();

// A data directory that QEMU can reach under whatever user it runs, with the tiny image's raw form in it.
class HostFolder
{
public:
    static Result<std::unique_ptr<HostFolder>> create();

    QString path() const { return m_folder.path(); }
    QString basePath() const { return m_folder.filePath(QStringLiteral("base.raw")); }

private:
    HostFolder() = default;

    QTemporaryDir m_folder;
};

} // namespace nephele::test

// Skips the test, or fails it where the host is required, when `result` is an error.
#define NEPHELE_NEED_HOST(result)                                                                            \
    do {                                                                                                     \
        if (!(result)) {                                                                                     \
            const QString why = (result).error().message + u' ' + (result).error().detail;                   \
            if (nephele::test::isHostRequired())                                                             \
                QFAIL(qPrintable(why));                                                                      \
            QSKIP(qPrintable(why));                                                                          \
        }                                                                                                    \
    } while (false)

// QVERIFY of a Result that says what went wrong.
#define NEPHELE_VERIFY_OK(expression)                                                                        \
    do {                                                                                                     \
        const auto outcome = (expression);                                                                   \
        QVERIFY2(outcome.ok(),                                                                               \
            outcome.ok() ? "" : qPrintable(outcome.error().message + u' ' + outcome.error().detail));        \
    } while (false)
