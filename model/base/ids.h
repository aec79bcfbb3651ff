// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QUuid>

#include <optional>

namespace nephele {

// A uuid of one kind of thing, written in lower case with dashes. Two kinds cannot be mixed by accident.
// Made at the border only: fromText() for what comes from outside, stored() for what our database holds.
template <class Tag>
class Id
{
public:
    Id() = default; // null; never the id of anything

    static Id create() { return Id(QUuid::createUuid().toString(QUuid::WithoutBraces)); }
    static Id stored(QString text) { return Id(std::move(text)); }

    // Takes exactly the form we write; anything else is the id of nothing.
    static std::optional<Id> fromText(const QString &text)
    {
        const QUuid uuid = text.size() == 36 ? QUuid::fromString(text) : QUuid();
        if (uuid.isNull() || uuid.toString(QUuid::WithoutBraces) != text)
            return std::nullopt;
        return Id(text);
    }

    const QString &text() const { return m_text; }
    QByteArray utf8() const { return m_text.toLatin1(); }
    bool isNull() const { return m_text.isEmpty(); }

    bool operator==(const Id &) const = default;
    bool operator<(const Id &other) const { return m_text < other.m_text; }
    friend size_t qHash(const Id &id, size_t seed = 0) { return qHash(id.m_text, seed); }

private:
    explicit Id(QString text) : m_text(std::move(text)) { }

    QString m_text;
};

// A number of one kind of thing, counted from 1 and never used again: what the Synnefo face shows.
template <class Tag>
class Number
{
public:
    Number() = default;
    explicit Number(qint64 value) : m_value(value) { }

    // Decimal digits without sign or leading zero, as Synnefo's URLs carry them.
    static std::optional<Number> fromText(const QString &text)
    {
        bool ok = false;
        const qint64 value = text.toLongLong(&ok);
        if (!ok || value < 1 || QString::number(value) != text)
            return std::nullopt;
        return Number(value);
    }

    qint64 value() const { return m_value; }
    QString text() const { return QString::number(m_value); }
    bool operator==(const Number &) const = default;

private:
    qint64 m_value = 0;
};

using UserId = Id<struct UserTag>;
using ProjectId = Id<struct ProjectTag>;
using DomainId = Id<struct DomainTag>;
using ServerId = Id<struct ServerTag>;
using ImageId = Id<struct ImageTag>;
using NetworkId = Id<struct NetworkTag>;
using SubnetId = Id<struct SubnetTag>;
using PortId = Id<struct PortTag>;
using OperationId = Id<struct OperationTag>;

using ServerNumber = Number<struct ServerTag>;
using FlavorNumber = Number<struct FlavorTag>;
using NetworkNumber = Number<struct NetworkTag>;
using SubnetNumber = Number<struct SubnetTag>;
using PortNumber = Number<struct PortTag>;

} // namespace nephele
