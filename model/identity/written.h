// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"

#include <QVariant>

namespace nephele {

// The end of a write where the number of rows does not matter.
inline Result<> written(const Result<qint64> &changed)
{
    return changed ? Result<>() : Result<>(changed.error());
}

// The end of a write that must have met a row.
inline Result<> writtenOr(const Result<qint64> &changed, const Error &nothingThere)
{
    if (!changed)
        return changed.error();
    return *changed == 0 ? Result<>(nothingThere) : Result<>();
}

// A value for SQL, null where there is none.
template <class SomeId>
QVariant idOrNull(const std::optional<SomeId> &id)
{
    return id ? QVariant(id->text()) : QVariant();
}
inline QVariant integerOrNull(const std::optional<qint64> &number)
{
    return number ? QVariant(*number) : QVariant();
}

// "(:everyX = 1 OR column = :x)" takes such a pair.
inline QVariant textOrNothing(const std::optional<QString> &text)
{
    return text.value_or(QString());
}

} // namespace nephele
