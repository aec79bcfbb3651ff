// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

#include <limits>
#include <optional>

namespace nephele {

// Reads one JSON object strictly and remembers the first thing that is wrong with it, named by its path
// ("server.networks[1].uuid"). Read all fields, then ask failure() once:
//   JsonReader server(body, QStringLiteral("server"));
//   const QString name = server.text("name", 255);
//   if (const auto wrong = server.failure())
//       return *wrong;
// An absent optional field, null, and a field of the wrong type are three different things.
class JsonReader
{
public:
    enum class Null { Refused, MeansAbsent };

    JsonReader(QJsonObject object, QString path);

    // The object under the only expected key: {"server": {...}}. Invalid when the body is not JSON, not an
    // object, or has no such object.
    static Result<JsonReader> fromBody(const QByteArray &body, const QString &key);
    static Result<QJsonObject> objectFromBody(const QByteArray &body);

    bool has(QLatin1StringView key) const { return m_object.contains(key); }
    bool isNull(QLatin1StringView key) const { return m_object.value(key).isNull(); }

    // Required: their absence is a failure. Text is counted in UTF-16 units; control characters but tab and
    // line ends are refused, so is an empty text where shortest is 1.
    QString text(QLatin1StringView key, int longest, int shortest = 1);
    qint64 integer(QLatin1StringView key, qint64 least = 0, qint64 most = std::numeric_limits<qint64>::max());
    bool flag(QLatin1StringView key);
    JsonReader object(QLatin1StringView key);
    QJsonArray array(QLatin1StringView key, int most = 1000);

    // Optional: nullopt when absent (or null, where that means absent).
    std::optional<QString> optionalText(QLatin1StringView key, int longest, Null null = Null::MeansAbsent);
    std::optional<qint64> optionalInteger(QLatin1StringView key, qint64 least = 0,
        qint64 most = std::numeric_limits<qint64>::max(), Null null = Null::MeansAbsent);
    std::optional<bool> optionalFlag(QLatin1StringView key, Null null = Null::MeansAbsent);
    std::optional<JsonReader> optionalObject(QLatin1StringView key, Null null = Null::MeansAbsent);
    std::optional<QJsonArray> optionalArray(
        QLatin1StringView key, int most = 1000, Null null = Null::MeansAbsent);

    // Fails on any key not named here.
    void allowOnly(const QStringList &keys);

    // Lets a check of the caller's own join in: "server.name: <why>".
    void fail(QLatin1StringView key, const QString &why);
    // Takes over the failure of an object read from this one.
    void adopt(const JsonReader &inner);

    std::optional<Error> failure() const { return m_failure; }
    const QJsonObject &json() const { return m_object; }
    QString pathOf(QLatin1StringView key) const;

private:
    std::optional<QJsonValue> find(QLatin1StringView key, bool required, Null null);

    QJsonObject m_object;
    QString m_path;
    std::optional<Error> m_failure;
};

} // namespace nephele
