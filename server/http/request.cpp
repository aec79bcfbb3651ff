// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/request.h"

namespace nephele {

QString Request::parameter(QLatin1StringView name) const
{
    for (const auto &[key, value] : parameters) {
        if (QLatin1StringView(key) == name)
            return value;
    }
    return {};
}

std::optional<QString> Request::query(QLatin1StringView name) const
{
    for (const auto &[key, value] : queries) {
        if (key == name)
            return value;
    }
    return std::nullopt;
}

QStringList Request::queryAll(QLatin1StringView name) const
{
    QStringList values;
    for (const auto &[key, value] : queries) {
        if (key == name)
            values.append(value);
    }
    return values;
}

} // namespace nephele
