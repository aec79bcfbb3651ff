// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/passwordrules.h"

#include <QRegularExpression>

namespace nephele {

namespace {

constexpr qint64 dayMs = 24 * 3'600'000;

Error refused(const QString &why)
{
    return { ErrorCode::Unauthenticated, why, {} };
}

} // namespace

std::optional<Error> PasswordRules::wrongPassword(const QString &password) const
{
    if (password.size() < leastLength)
        return invalid(QStringLiteral("password: must have at least %1 characters.").arg(leastLength));
    const QRegularExpression wanted(QRegularExpression::anchoredPattern(pattern));
    if (!pattern.isEmpty() && !wanted.match(password).hasMatch())
        return invalid(QStringLiteral("password: does not match the requirements: %1")
                           .arg(patternHelp.isEmpty() ? pattern : patternHelp));
    return std::nullopt;
}

PasswordKeeping PasswordRules::keeping(const User &user, ChosenBy who, qint64 nowMs) const
{
    PasswordKeeping keeping;
    keeping.formerKept = std::max(0, formerRefused - 1);
    keeping.mustChange = mustChangeFirst && who == ChosenBy::Administrator
        && !user.hasOption("ignore_change_password_upon_first_use");
    if (lifeDays > 0 && !user.hasOption("ignore_password_expiry"))
        keeping.expiresAtMs = nowMs + lifeDays * dayMs;
    return keeping;
}

bool PasswordRules::isLocked(const UserWithHash &user, qint64 nowMs) const
{
    return lockAfterFailures > 0 && user.failedSignIns >= lockAfterFailures
        && nowMs < user.lastFailedAtMs + lockMs && !user.user.hasOption("ignore_lockout_failure_attempts");
}

std::optional<Error> PasswordRules::staleSignIn(const User &user, qint64 nowMs) const
{
    const bool isExpired = user.passwordExpiresAtMs && *user.passwordExpiresAtMs <= nowMs
        && !user.hasOption("ignore_password_expiry");
    if (isExpired || user.mustChangePassword)
        return refused(QStringLiteral("The password is expired and must be changed first."));
    return std::nullopt;
}

std::optional<Error> PasswordRules::tooEarly(const User &user, qint64 nowMs) const
{
    if (leastAgeDays == 0 || user.mustChangePassword || nowMs >= user.passwordSetAtMs + leastAgeDays * dayMs)
        return std::nullopt;
    return invalid(
        QStringLiteral("password: cannot be changed within %1 days of the last change.").arg(leastAgeDays));
}

Error PasswordRules::usedBefore()
{
    return invalid(QStringLiteral("password: was used before; choose another one."));
}

} // namespace nephele
