// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/jsonreader.h"

#include <QJsonDocument>

#include <cmath>

namespace nephele {

namespace {

bool isCleanText(const QString &text)
{
    for (const QChar c : text) {
        const bool isBlank = c == QLatin1Char('\t') || c == QLatin1Char('\n') || c == QLatin1Char('\r');
        if (c.category() == QChar::Other_Control && !isBlank)
            return false;
    }
    return text.isValidUtf16();
}

} // namespace

JsonReader::JsonReader(QJsonObject object, QString path)
    : m_object(std::move(object)), m_path(std::move(path))
{
}

Result<QJsonObject> JsonReader::objectFromBody(const QByteArray &body)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(body, &problem);
    if (problem.error != QJsonParseError::NoError)
        return invalid(QStringLiteral("The body is not JSON: %1 at byte %2.")
                           .arg(problem.errorString())
                           .arg(problem.offset));
    if (!document.isObject())
        return invalid(QStringLiteral("The body must be a JSON object."));
    return document.object();
}

Result<JsonReader> JsonReader::fromBody(const QByteArray &body, const QString &key)
{
    const auto object = objectFromBody(body);
    if (!object)
        return object.error();
    const QJsonValue inner = object->value(key);
    if (!inner.isObject())
        return invalid(QStringLiteral("The body must hold an object named '%1'.").arg(key));
    return JsonReader(inner.toObject(), key);
}

QString JsonReader::pathOf(QLatin1StringView key) const
{
    return m_path.isEmpty() ? QString(key) : m_path + QLatin1Char('.') + key;
}

void JsonReader::fail(QLatin1StringView key, const QString &why)
{
    if (!m_failure)
        m_failure = invalid(QStringLiteral("%1: %2").arg(pathOf(key), why));
}

void JsonReader::adopt(const JsonReader &inner)
{
    if (!m_failure)
        m_failure = inner.m_failure;
}

void JsonReader::allowOnly(const QStringList &keys)
{
    for (auto it = m_object.begin(); it != m_object.end(); ++it) {
        if (!keys.contains(it.key()) && !m_failure)
            m_failure = invalid(QStringLiteral("%1%2: this field is not known here.")
                                    .arg(m_path.isEmpty() ? QString() : m_path + QLatin1Char('.'), it.key()));
    }
}

std::optional<QJsonValue> JsonReader::find(QLatin1StringView key, bool required, Null null)
{
    const auto found = m_object.constFind(key);
    if (found == m_object.constEnd()) {
        if (required)
            fail(key, QStringLiteral("this field is missing."));
        return std::nullopt;
    }
    if (found->isNull()) {
        if (required || null == Null::Refused)
            fail(key, QStringLiteral("must not be null."));
        return std::nullopt;
    }
    return *found;
}

QString JsonReader::text(QLatin1StringView key, int longest, int shortest)
{
    const auto value = find(key, true, Null::Refused);
    if (!value)
        return {};
    if (!value->isString()) {
        fail(key, QStringLiteral("must be a string."));
        return {};
    }
    const QString text = value->toString();
    if (text.size() < shortest)
        fail(key, QStringLiteral("must not be empty."));
    else if (text.size() > longest)
        fail(key, QStringLiteral("must not be longer than %1 characters.").arg(longest));
    else if (!isCleanText(text))
        fail(key, QStringLiteral("must not hold control characters."));
    return text;
}

qint64 JsonReader::integer(QLatin1StringView key, qint64 least, qint64 most)
{
    const auto value = find(key, true, Null::Refused);
    if (!value)
        return least;
    // QJsonValue keeps 64-bit integers exact; what is not one has another value as double.
    if (!value->isDouble() || (value->toInteger(0) == 0 && value->toInteger(1) == 1)) {
        fail(key, QStringLiteral("must be an integer."));
        return least;
    }
    const qint64 number = value->toInteger();
    if (number < least || number > most) {
        fail(key,
            most == std::numeric_limits<qint64>::max()
                ? QStringLiteral("must be at least %1.").arg(least)
                : QStringLiteral("must be between %1 and %2.").arg(least).arg(most));
        return least;
    }
    return number;
}

bool JsonReader::flag(QLatin1StringView key)
{
    const auto value = find(key, true, Null::Refused);
    if (value && !value->isBool())
        fail(key, QStringLiteral("must be true or false."));
    return value && value->toBool();
}

JsonReader JsonReader::object(QLatin1StringView key)
{
    const auto value = find(key, true, Null::Refused);
    if (value && !value->isObject())
        fail(key, QStringLiteral("must be an object."));
    return JsonReader(value ? value->toObject() : QJsonObject(), pathOf(key));
}

QJsonArray JsonReader::array(QLatin1StringView key, int most)
{
    const auto value = find(key, true, Null::Refused);
    if (value && !value->isArray())
        fail(key, QStringLiteral("must be a list."));
    const QJsonArray array = value ? value->toArray() : QJsonArray();
    if (array.size() > most)
        fail(key, QStringLiteral("must not have more than %1 entries.").arg(most));
    return array;
}

std::optional<QString> JsonReader::optionalText(QLatin1StringView key, int longest, Null null)
{
    return find(key, false, null) ? std::optional(text(key, longest, 0)) : std::nullopt;
}

std::optional<qint64> JsonReader::optionalInteger(QLatin1StringView key, qint64 least, qint64 most, Null null)
{
    return find(key, false, null) ? std::optional(integer(key, least, most)) : std::nullopt;
}

std::optional<bool> JsonReader::optionalFlag(QLatin1StringView key, Null null)
{
    return find(key, false, null) ? std::optional(flag(key)) : std::nullopt;
}

std::optional<JsonReader> JsonReader::optionalObject(QLatin1StringView key, Null null)
{
    return find(key, false, null) ? std::optional(object(key)) : std::nullopt;
}

std::optional<QJsonArray> JsonReader::optionalArray(QLatin1StringView key, int most, Null null)
{
    return find(key, false, null) ? std::optional(array(key, most)) : std::nullopt;
}

} // namespace nephele
