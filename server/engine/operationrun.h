// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/engine/engine.h"

#include <atomic>

namespace nephele {

// One operation on its way. The engine hands it to one pool thread at a time, advance() carries out one step,
// one undo or the end, and commits where the operation stands. Shared by engine and pool thread.
class OperationRun final : public OperationContext
{
public:
    enum class Next {
        Go, // the next step, now
        Wait, // the same again in waitMs
        Ended,
        Left, // the engine stops: the row waits for the next start
        Lost, // another engine has it
    };

    struct World
    {
        Database &database;
        const EngineOptions &options;
        qint64 lease;
        const std::atomic<bool> &stopping;
    };

    // `resumed`: an engine before this one may have begun the step it stands at.
    OperationRun(const World &world, const OperationKind &kind, Operation operation, bool resumed);

    Next advance();
    int waitMs() const { return m_waitMs; } // after Wait
    QByteArray pool() const; // of what advance() will do
    void cancel() { m_cancelWanted = true; }
    bool isCancelWanted() const { return m_cancelWanted; }

    const Operation &operation() const override { return m_operation; }
    Database &database() override { return m_world.database; }
    Result<> save(const QJsonObject &data) override;
    Result<> commit(std::function<Result<>(Transaction &)> closure) override;
    bool isCancelled() override;
    void setProgress(int percent) override;
    void lookAgainIn(int milliseconds) override { m_lookAgainMs = milliseconds; }

    static void stopAt(const QByteArray &step);

private:
    const Step &step() const { return m_kind.steps.at(size_t(m_operation.step)); }
    bool isPastRun() const { return m_operation.step >= int(m_kind.steps.size()); }
    bool canTurnBack() const;
    Next runStep();
    Next undoStep();
    Next stepFailed(const Error &error);
    Next undoFailed(const Error &error);
    Next turnBack(int fromStep, const std::optional<Error> &why);
    Next moveTo(OperationState state, int step);
    Next settle();
    Next retry(const Error &error);
    void passHook(const QByteArray &suffix) const;

    const World m_world;
    const OperationKind &m_kind;
    Operation m_operation;
    std::atomic<bool> m_cancelWanted;
    bool m_begun; // the step it stands at may have acted already
    bool m_lost = false;
    int m_attempts = 0;
    int m_lookAgainMs = -1;
    int m_waitMs = 0;
    qint64 m_progressSavedMs = 0;
};

} // namespace nephele
