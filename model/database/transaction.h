// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"
#include "model/database/connection.h"

#include <functional>
#include <optional>
#include <type_traits>

namespace nephele {

// A row under the reader's hand: good inside the mapping function only. Columns are counted as selected.
class Row
{
public:
    explicit Row(const QSqlQuery &query) : m_query(query) { }

    QString text(int column) const { return m_query.value(column).toString(); }
    QByteArray bytes(int column) const { return m_query.value(column).toByteArray(); }
    qint64 integer(int column) const { return m_query.value(column).toLongLong(); }
    bool flag(int column) const { return m_query.value(column).toLongLong() != 0; }
    bool isNull(int column) const { return m_query.isNull(column); }

    template <class SomeId>
    SomeId id(int column) const
    {
        return SomeId::stored(text(column));
    }
    std::optional<qint64> optionalInteger(int column) const
    {
        return isNull(column) ? std::nullopt : std::optional(integer(column));
    }

private:
    const QSqlQuery &m_query;
};

// What a reading closure holds: one snapshot, statements that only read. Made by Database alone.
class ReadTransaction
{
public:
    Q_DISABLE_COPY_MOVE(ReadTransaction)

    // Every row through `map`, in order. `map` must run no statement.
    template <class Map, class Value = std::invoke_result_t<Map, const Row &>>
    Result<QList<Value>> rows(const QByteArray &sql, const Parameters &parameters, Map map) const
    {
        QList<Value> values;
        const auto done = eachRow(sql, parameters, [&](const Row &row) { values.append(map(row)); });
        if (!done)
            return done.error();
        return values;
    }

    // The first row through `map`, nothing if there is none.
    template <class Map, class Value = std::invoke_result_t<Map, const Row &>>
    Result<std::optional<Value>> row(const QByteArray &sql, const Parameters &parameters, Map map) const
    {
        std::optional<Value> value;
        const auto done = eachRow(sql, parameters, [&](const Row &row) {
            if (!value)
                value = map(row);
        });
        if (!done)
            return done.error();
        return value;
    }

    Result<> eachRow(const QByteArray &sql, const Parameters &parameters,
        const std::function<void(const Row &)> &visit) const;

    Engine engine() const { return m_connection.engine(); }

protected:
    friend class Database;
    explicit ReadTransaction(Connection &connection) : m_connection(connection) { }

    Connection &m_connection;
};

// Something a caller can see has changed: a row of the feed that /nephele/v1/changes gives out.
struct Change
{
    QLatin1StringView kind; // "server", "image", "operation" ...
    QString id;
    ProjectId project;
    UserId user;
    bool shared = false;
};

// What a writing closure holds. Rules for the closure: SQL only, no effect outside the transaction (it may
// run twice), no nested write, a few milliseconds.
class Transaction : public ReadTransaction
{
public:
    // The number of rows changed.
    Result<qint64> execute(const QByteArray &sql, const Parameters &parameters = {});

    // Adds to the change feed; published once the transaction is on disk.
    Result<> noteChange(const Change &change);

    // The time of this write in UTC ms; two writes never get the same one.
    qint64 stampMs() const { return m_stampMs; }

    // The next number of a kind of thing, counted from 1. Take it last: the row is hot.
    Result<qint64> nextNumber(QLatin1StringView kind);

private:
    friend class SqliteWriter;
    friend class PostgreSqlWriter;
    Transaction(Connection &connection, qint64 stampMs) : ReadTransaction(connection), m_stampMs(stampMs) { }

    qint64 m_stampMs;
    bool m_hasChanges = false;
};

} // namespace nephele
