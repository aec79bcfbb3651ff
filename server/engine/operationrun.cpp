// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/engine/operationrun.h"

#include "model/operation/operationstore.h"

#include <QLoggingCategory>

#include <csignal>

namespace nephele {

Q_LOGGING_CATEGORY(engineLog, "nephele.engine")

namespace {

constexpr qint64 msBetweenProgress = 500;

bool isTransient(const Error &error)
{
    return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Busy
        || error.code == ErrorCode::Timeout;
}

#ifdef NEPHELE_TEST_HOOKS
QByteArray &stopName()
{
    static QByteArray name;
    return name;
}
#endif

} // namespace

OperationRun::OperationRun(const World &world, const OperationKind &kind, Operation operation, bool resumed)
    : m_world(world)
    , m_kind(kind)
    , m_operation(std::move(operation))
    , m_cancelWanted(m_operation.cancelWanted)
    , m_begun(resumed)
{
}

void OperationRun::stopAt([[maybe_unused]] const QByteArray &step)
{
#ifdef NEPHELE_TEST_HOOKS
    stopName() = step;
#endif
}

void OperationRun::passHook([[maybe_unused]] const QByteArray &suffix) const
{
#ifdef NEPHELE_TEST_HOOKS
    if (!stopName().isEmpty() && stopName() == m_kind.name.toUtf8() + '.' + suffix)
        ::raise(SIGKILL);
#endif
}

QByteArray OperationRun::pool() const
{
    const bool runs = m_operation.state != OperationState::Undoing && !isPastRun();
    return runs ? step().pool : QByteArray();
}

// A cancelled or failed operation goes back unless a step of no return may have begun.
bool OperationRun::canTurnBack() const
{
    for (int i = 0; i < int(m_kind.steps.size()) && i <= m_operation.step; ++i) {
        if (m_kind.steps.at(size_t(i)).noReturn && (i < m_operation.step || m_begun))
            return false;
    }
    return true;
}

OperationRun::Next OperationRun::advance()
{
    if (m_operation.state == OperationState::Undoing)
        return m_operation.step < 0 ? settle() : undoStep();
    if (m_cancelWanted && canTurnBack())
        return turnBack(m_begun || isPastRun() ? m_operation.step : m_operation.step - 1, std::nullopt);
    return isPastRun() ? settle() : runStep();
}

OperationRun::Next OperationRun::runStep()
{
    const QByteArray name = step().name;
    m_begun = true;
    m_lookAgainMs = -1;
    passHook(name);
    const auto done = step().run(*this);
    passHook(name + ".after");
    if (m_lost)
        return Next::Lost;
    if (!done)
        return m_world.stopping ? Next::Left : stepFailed(done.error());
    if (m_lookAgainMs >= 0) {
        m_attempts = 0;
        m_waitMs = m_lookAgainMs;
        return Next::Wait;
    }
    return moveTo(OperationState::Running, m_operation.step + 1);
}

OperationRun::Next OperationRun::undoStep()
{
    if (step().undo) {
        const QByteArray name = step().name + ".undo";
        m_lookAgainMs = -1;
        passHook(name);
        const auto done = step().undo(*this);
        passHook(name + ".after");
        if (m_lost)
            return Next::Lost;
        if (!done)
            return m_world.stopping ? Next::Left : undoFailed(done.error());
        if (m_lookAgainMs >= 0) {
            m_waitMs = m_lookAgainMs;
            return Next::Wait;
        }
    }
    return moveTo(OperationState::Undoing, m_operation.step - 1);
}

OperationRun::Next OperationRun::stepFailed(const Error &error)
{
    if (m_cancelWanted && canTurnBack()) // it ended early because it was asked to
        return turnBack(m_operation.step, std::nullopt);
    const bool mayGiveUp = canTurnBack() || !isTransient(error);
    const bool worthRetrying = !canTurnBack() || isTransient(error);
    if (worthRetrying && (!mayGiveUp || m_attempts + 1 < m_world.options.mostAttempts))
        return retry(error);
    qCWarning(engineLog, "%s %s: %s: %s (%s)", qUtf8Printable(m_kind.name),
        qUtf8Printable(m_operation.target), step().name.constData(), qUtf8Printable(error.message),
        qUtf8Printable(error.detail));
    // Beyond the point of no return nothing is undone: it ends as failed where it stands.
    return turnBack(canTurnBack() ? m_operation.step : -1, error);
}

OperationRun::Next OperationRun::undoFailed(const Error &error)
{
    if (isTransient(error) || m_attempts + 1 < m_world.options.mostAttempts)
        return retry(error);
    // One undo that cannot be done must not keep the others from being done.
    qCWarning(engineLog, "%s %s: %s cannot be undone: %s (%s)", qUtf8Printable(m_kind.name),
        qUtf8Printable(m_operation.target), step().name.constData(), qUtf8Printable(error.message),
        qUtf8Printable(error.detail));
    return moveTo(OperationState::Undoing, m_operation.step - 1);
}

OperationRun::Next OperationRun::turnBack(int fromStep, const std::optional<Error> &why)
{
    m_operation.error = why ? why->message : QString();
    return moveTo(OperationState::Undoing, qMin(fromStep, int(m_kind.steps.size()) - 1));
}

OperationRun::Next OperationRun::moveTo(OperationState state, int step)
{
    Operation moved = m_operation;
    moved.state = state;
    moved.step = step;
    if (state == OperationState::Running)
        moved.progress = qMax(moved.progress, step * 100 / int(m_kind.steps.size() + 1));
    const auto done = commit([moved](Transaction &t) { return OperationStore::saveProgress(t, moved); });
    if (m_lost)
        return Next::Lost;
    if (!done)
        return m_world.stopping ? Next::Left : retry(done.error());
    m_operation = moved;
    m_begun = false;
    m_attempts = 0;
    return Next::Go;
}

OperationRun::Next OperationRun::settle()
{
    const bool undone = m_operation.state == OperationState::Undoing;
    const Outcome outcome = !undone   ? Outcome::Done
        : m_operation.error.isEmpty() ? Outcome::Cancelled
                                      : Outcome::Failed;
    Operation ended = m_operation;
    ended.state = outcome == Outcome::Done ? OperationState::Done
        : outcome == Outcome::Failed       ? OperationState::Failed
                                           : OperationState::Cancelled;
    if (outcome == Outcome::Done)
        ended.progress = 100;
    const auto why = outcome == Outcome::Failed
        ? std::optional(Error { ErrorCode::Internal, m_operation.error, {} })
        : std::nullopt;
    passHook("settle");
    const auto done = commit([this, ended, outcome, why](Transaction &t) -> Result<> {
        if (const auto saved = OperationStore::saveProgress(t, ended); !saved)
            return saved.error();
        return m_kind.settle ? m_kind.settle(t, ended, outcome, why) : Result<>();
    });
    if (m_lost)
        return Next::Lost;
    if (!done)
        return m_world.stopping ? Next::Left : retry(done.error());
    passHook("settle.after");
    m_operation = ended;
    return Next::Ended;
}

OperationRun::Next OperationRun::retry(const Error &error)
{
    const int doublings = qMin(m_attempts, 16);
    m_waitMs =
        int(qMin<qint64>(m_world.options.mostRetryMs, qint64(m_world.options.firstRetryMs) << doublings));
    ++m_attempts;
    qCInfo(engineLog, "%s %s: again in %d ms: %s (%s)", qUtf8Printable(m_kind.name),
        qUtf8Printable(m_operation.target), m_waitMs, qUtf8Printable(error.message),
        qUtf8Printable(error.detail));
    return Next::Wait;
}

Result<> OperationRun::commit(std::function<Result<>(Transaction &)> closure)
{
    // What the lease said is kept apart: a closure of the step's own may end in Conflict too.
    const auto lost = std::make_shared<std::atomic<bool>>(false);
    const auto done = m_world.database
                          .write([id = m_operation.id, lease = m_world.lease, closure = std::move(closure),
                                     lost](Transaction &t) -> Result<> {
                              const auto held = OperationStore::holdLease(t, id, lease);
                              *lost = !held && held.error().code == ErrorCode::Conflict;
                              return held ? closure(t) : held;
                          })
                          .result();
    m_lost = m_lost || *lost;
    return done;
}

Result<> OperationRun::save(const QJsonObject &data)
{
    const auto done =
        commit([id = m_operation.id, data](Transaction &t) { return OperationStore::saveData(t, id, data); });
    if (done)
        m_operation.data = data;
    return done;
}

bool OperationRun::isCancelled()
{
    return m_world.stopping
        || (m_cancelWanted && m_operation.state == OperationState::Running && canTurnBack());
}

void OperationRun::setProgress(int percent)
{
    m_operation.progress = qBound(m_operation.progress, percent, 100);
    const qint64 now = m_world.database.clock().nowMs();
    if (qAbs(now - m_progressSavedMs) < msBetweenProgress)
        return;
    m_progressSavedMs = now;
    (void)commit(
        [operation = m_operation](Transaction &t) { return OperationStore::saveProgress(t, operation); });
}

} // namespace nephele
