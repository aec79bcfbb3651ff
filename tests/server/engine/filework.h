// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/engine/engine.h"

#include <QDir>
#include <QFile>
#include <QTest>

namespace nephele::test {

// Work that leaves traces: "files.make" makes the files <target>.one, .two and .three in a folder, one a
// step, and notes in the file "log" what it did. Looks before it acts, so a second run of a step notes
// nothing. Data: {"failAt": "two"} fails that step for good.
class FileWork
{
public:
    explicit FileWork(const QString &folder) : m_folder(folder) { }

    static QByteArrayList stepNames() { return { "one", "two", "three" }; }

    OperationKind kind() const
    {
        OperationKind made;
        made.name = QStringLiteral("files.make");
        for (const QByteArray &name : stepNames())
            made.steps.push_back(
                { name, [work = *this, name](OperationContext &c) { return work.make(c, name); },
                    [work = *this, name](OperationContext &c) { return work.unmake(c, name); } });
        made.settle = [](Transaction &t, const Operation &operation, Outcome outcome,
                          const std::optional<Error> &) -> Result<> {
            const auto done = t.execute("INSERT INTO setting (name, value) VALUES (:name, :value)",
                { { ":name", operation.id.text() }, { ":value", QString::number(int(outcome)) } });
            if (!done)
                return done.error();
            return {};
        };
        return made;
    }

    QStringList files() const
    {
        return QDir(m_folder).entryList(
            { QStringLiteral("*.one"), QStringLiteral("*.two"), QStringLiteral("*.three") }, QDir::Files,
            QDir::Name);
    }
    QStringList log() const
    {
        QFile file(m_folder + QStringLiteral("/log"));
        return file.open(QIODevice::ReadOnly)
            ? QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts)
            : QStringList();
    }

    // What the settling closure wrote, nothing while the operation lives.
    static std::optional<Outcome> outcomeOf(Database &database, const OperationId &id)
    {
        const auto value = database.read([&](ReadTransaction &t) {
            return t.row("SELECT value FROM setting WHERE name = :name", { { ":name", id.text() } },
                [](const Row &row) { return Outcome(row.text(0).toInt()); });
        });
        return value ? *value : std::nullopt;
    }

    static OperationId begin(Database &database, const QString &target, const QJsonObject &data = {})
    {
        const auto begun = database
                               .write([=](Transaction &t) {
                                   return OperationEngine::begin(t, QStringLiteral("files.make"),
                                       QStringLiteral("files"), target, QStringLiteral("my files"), {}, data);
                               })
                               .result();
        return begun ? *begun : OperationId();
    }

private:
    QString pathOf(OperationContext &context, const QByteArray &step) const
    {
        return m_folder + QLatin1Char('/') + context.operation().target + QLatin1Char('.')
            + QString::fromUtf8(step);
    }
    void note(const QByteArray &what) const
    {
        QFile file(m_folder + QStringLiteral("/log"));
        if (file.open(QIODevice::Append))
            file.write(what + '\n');
    }
    Result<> make(OperationContext &context, const QByteArray &step) const
    {
        if (context.operation().data.value(QStringLiteral("failAt")).toString() == QString::fromUtf8(step))
            return conflict(QStringLiteral("It cannot be done."));
        QFile file(pathOf(context, step));
        if (file.exists())
            return {};
        note("make " + step);
        return file.open(QIODevice::WriteOnly) ? Result<>() : unavailable(file.errorString());
    }
    Result<> unmake(OperationContext &context, const QByteArray &step) const
    {
        if (!QFile::exists(pathOf(context, step)))
            return {};
        note("unmake " + step);
        return QFile::remove(pathOf(context, step)) ? Result<>() : unavailable(QStringLiteral("cannot"));
    }

    QString m_folder;
};

} // namespace nephele::test
