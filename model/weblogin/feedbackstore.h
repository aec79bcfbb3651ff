// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

namespace nephele {

using FeedbackNumber = Number<struct FeedbackTag>;

// What a user tells the administrator.
struct Feedback
{
    FeedbackNumber number;
    UserId user;
    QString userName; // of users who are gone too; empty when nobody knows
    QString message;
    QString data; // what his client says of itself; may be empty
    qint64 createdAtMs = 0;
    bool operator==(const Feedback &) const = default;
};

// rows: (number, user, message, data, time), counted from 1. The oldest go when there are more than
// `mostKept`.
class FeedbackStore
{
public:
    static constexpr qint64 mostKept = 10'000;

    // Newest first, those with a number below `before` (nullopt: from the newest); at most `most`.
    static Result<QList<Feedback>> newest(
        const ReadTransaction &t, std::optional<FeedbackNumber> before, int most);
    static Result<FeedbackNumber> insert(
        Transaction &t, const UserId &user, const QString &message, const QString &data);
};

} // namespace nephele
